"""What is owed, by whom and when (section 34, D-30). Pure, but for the registry the apps fill from `ready()`.

One list of `Due` feeds "My work", the digests, the escalations, the command and the page.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from . import readings


class DueState(StrEnum):
    UPCOMING = "upcoming"
    DUE = "due"
    OVERDUE = "overdue"
    MET = "met"


@dataclass(frozen=True)
class Deadline:
    """One row of section 34.

    `remind` are the moments at which the owner is reminded: working days counted from the clock's start
    for short periods (`5` is day 5), or months (`"-6m"`) or days (`"-30d"`) before the due day for long ones.
    `overdue_to` are the roles told when the day has passed.
    """

    rule: str
    says: str
    clock: str
    days: int | None
    unit: str
    remind: tuple[int | str, ...]
    owner: str
    overdue_to: tuple[str, ...]
    policy_key: str = ""


@dataclass(frozen=True)
class Person:
    """Who owes or is told: an account where there is one, else the mailbox of a role (D-28, D-40)."""

    email: str
    name: str
    user_id: int | None = None

    @property
    def has_mailbox(self) -> bool:
        """Whether mail can reach them: `manager@886` names a role that nobody holds, and is no address (D-40)."""
        return "." in self.email.rpartition("@")[2]


@dataclass(frozen=True)
class Due:
    """One thing owed on one day.

    `subject` is `kind:key` (D-40), `says` what is to be done in words, `url` the place to do it,
    `stage` the reminder reached by the day asked (`""` when none is), `waiting` who waits for it.
    """

    rule: str
    subject: str
    says: str
    why: str
    url: str
    owner: Person
    due_on: date
    state: DueState
    stage: str = ""
    escalate_to: tuple[Person, ...] = ()
    authority_id: int | None = None
    waiting: tuple[Person, ...] = ()
    for_school: bool = False

    def key(self, stage: str) -> str:
        """The key of the notice that this stage sends once (D-30)."""
        return f"{self.rule}:{self.subject}:{self.due_on.isoformat()}:{stage}"


def state_on(on: date, due_on: date, met_on: date | None) -> DueState:
    """Where a deadline stands on a day."""
    if met_on is not None and met_on <= on:
        return DueState.MET
    if on > due_on:
        return DueState.OVERDUE
    return DueState.DUE if on == due_on else DueState.UPCOMING


# What each app owes: `source(partition=code or "national", on=day) -> iterable of Due`. Filled from `ready()`.
Source = Callable[..., Iterable[Due]]
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Pair the rows of an app's `deadlines.py` with the query that finds what is owed."""
    _sources[name] = source


def owed(*, partition: str, on: date) -> list[Due]:
    """Everything owed in one partition (an authority's code, or `national`) on one day, earliest first."""
    with readings.shared():
        dues = [due for name in sorted(_sources) for due in _sources[name](partition=partition, on=on)]
    return sorted(dues, key=lambda due: (due.due_on, due.rule, due.subject, due.owner.email))
