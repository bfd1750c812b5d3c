"""The three stages of accreditation: what must be there before each, and when one may be sat again (ACC-2, ACC-5). Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sipmanager.core.academic import add_months
from sipmanager.core.wording import counted, day

ONLINE, RESIDENTIAL = "online", "residential"
STAGE_WORDS = {ONLINE: "online assessment", RESIDENTIAL: "residential assessment"}
FREE_SITTINGS = 2  # the first, and one resit
RESIT_MONTHS = 12


@dataclass(frozen=True)
class Sitting:
    """One attempt at a stage, and the day on which the person was told of its result."""

    stage: str
    taken_on: date
    is_passed: bool
    notified_on: date | None = None


@dataclass(frozen=True)
class ApplicationCase:
    """What the moves of an application look at.

    `references_waiting` counts those asked for and not received. `sittings` are all of this person and sector since the
    last award in it. `taken_on` is the day of the sitting that is being recorded.
    """

    references: int = 0
    references_waiting: int = 0
    sittings: tuple[Sitting, ...] = ()
    taken_on: date | None = None


def fails_of(sittings: Iterable[Sitting], stage: str) -> list[Sitting]:
    """The failed sittings of a stage, oldest first."""
    found = [sitting for sitting in sittings if sitting.stage == stage and not sitting.is_passed]
    return sorted(found, key=lambda sitting: sitting.taken_on)


def opens_again_on(fails: Sequence[Sitting]) -> date | None:
    """The first day of a further sitting after these fails of one stage, clamped to the month's end.

    `None` while a resit is free, and while the person has not been told of the last result (ACC-5).
    """
    if len(fails) < FREE_SITTINGS or fails[-1].notified_on is None:
        return None
    return add_months(fails[-1].notified_on, RESIT_MONTHS)


def why_not_again(case: ApplicationCase, stage: str) -> list[str]:
    """Why the stage may not be sat on `case.taken_on`, as sentences (ACC-5)."""
    words, taken_on = STAGE_WORDS[stage], case.taken_on
    earlier = [sitting.taken_on for sitting in case.sittings if sitting.stage == stage]
    if taken_on is None:
        return []
    if earlier and taken_on <= max(earlier):
        return [f"The {words} was sat on {day(max(earlier))}; the next sitting must be on a later day."]
    fails = fails_of(case.sittings, stage)
    if len(fails) < FREE_SITTINGS:
        return []
    opens = opens_again_on(fails)
    failed = f"The {words} was failed {_times(len(fails))}"
    if opens is None:
        return [f"{failed}, and the last result has not been notified. A further attempt opens 12 months after the notice."]
    if taken_on < opens:
        told = day(fails[-1].notified_on)
        return [f"{failed}. The last result was notified on {told}, so a further attempt opens on {day(opens)}."]
    return []


def _times(number: int) -> str:
    return "twice" if number == FREE_SITTINGS else f"{number} times"


def references_are_in(case: ApplicationCase) -> list[str]:
    """Stage 1 is the application with its references (ACC-2)."""
    if not case.references:
        return ["Record the references first: stage 1 is the application with references."]
    if case.references_waiting:
        return [f"{counted(case.references_waiting, 'reference').capitalize()} asked for and not received yet."]
    return []


def may_sit_online(case: ApplicationCase) -> list[str]:
    return why_not_again(case, ONLINE)


def may_sit_residential(case: ApplicationCase) -> list[str]:
    return why_not_again(case, RESIDENTIAL)
