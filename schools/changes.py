"""Changes in the national register that matter, and what they touch. Floors above register theirs from `ready()`.

    changes.register_touched("deployments", deployments_touched)

`deployments_touched(changes, on)` yields a `Touched` for each of its records that one of the changes concerns. From each
of them `actions.raise_tasks` makes one task for the administrator of the authority that keeps the record.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from .models import School

LONGEST_WORDS = 400


@dataclass(frozen=True)
class Change:
    """What changed at one school: `kind` is a `TaskKind`, `was` and `now` its words, `about_on` its first day.

    `key` is the same for the same change, however often a file tells of it.
    """

    kind: str
    school: School
    about_on: date
    was: str
    now: str
    key: str


@dataclass(frozen=True)
class Touched:
    """One record that a change concerns: its subject (D-40) and page, what to do, and whose administrator does it."""

    change: Change
    subject: str
    says: str
    url: str
    authority_id: int


Source = Callable[[Sequence[Change], date], Iterable[Touched]]
_sources: dict[str, Source] = {}


def register_touched(name: str, source: Source) -> None:
    """`source(changes, on) -> Touched`: the records of a floor that changes at their schools concern."""
    _sources[name] = source


def touched_by(changes: Sequence[Change], on: date) -> list[Touched]:
    """Everything that some changes touch, floor by floor."""
    return [one for name in sorted(_sources) for one in _sources[name](changes, on)]
