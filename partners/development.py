"""What a SIP's record of development comes to: days counted, what was missed, absences in a row (section 24, COG-E). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

HALF = Decimal("0.5")
QUARTER = Decimal("0.25")
MOST_DAYS = Decimal(5)  # of one event
IN_A_ROW = 2  # unaccepted absences that the SIP manager is told of (CPD-11)
TERMLY_MEETINGS = 3  # a year (COG-E)


@dataclass(frozen=True)
class Part:
    """One line of a SIP's record: an event they were invited to, or something they entered themself.

    `attended` is `None` until somebody says; `is_accepted` is the word on a reason for absence, or on an own entry.
    `group` is shared by the dates of one event of which a SIP needs one (CPD-14), and blank otherwise.
    """

    key: int
    held_on: date
    days: Decimal
    season: str = ""
    is_own: bool = False
    is_school_day: bool = False
    is_mandatory: bool = False
    is_termly: bool = False
    is_cancelled: bool = False
    group: str = ""
    attended: bool | None = None
    has_reason: bool = False
    is_accepted: bool | None = None


@dataclass(frozen=True)
class Duty:
    """Something mandatory: one event, or several dates of which one is enough."""

    parts: tuple[Part, ...]

    @property
    def last_on(self) -> date:
        return max(part.held_on for part in self.parts)

    @property
    def is_met(self) -> bool:
        return any(part.attended for part in self.parts)

    @property
    def is_missed(self) -> bool:
        """Whether it is on record that the SIP came on none of the dates."""
        return all(part.attended is False for part in self.parts)

    @property
    def is_excused(self) -> bool:
        return any(part.is_accepted for part in self.parts)

    @property
    def is_unaccepted(self) -> bool:
        """Missed, with a reason that was not accepted or with none at all. A reason that waits for a word is neither."""
        waits = any(part.has_reason and part.is_accepted is None for part in self.parts)
        return self.is_missed and not self.is_excused and not waits


@dataclass(frozen=True)
class Year:
    """A school year of one SIP. Days are days for no school (CPD-16)."""

    counted: Decimal
    waiting: Decimal
    target: Decimal
    missed: tuple[Duty, ...]
    meetings: int

    @property
    def short(self) -> Decimal:
        """How many days are still to come."""
        return max(self.target - self.counted, Decimal(0))


def counts(part: Part) -> bool:
    """Whether the days of a line count: the SIP came, it was for no school, and what they entered was accepted (CPD-16)."""
    return _was_there(part) and (not part.is_own or part.is_accepted is True)


def waits(part: Part) -> bool:
    """Whether the SIP entered it and nobody has said yet whether it counts."""
    return _was_there(part) and part.is_own and part.is_accepted is None


def _was_there(part: Part) -> bool:
    return part.attended is True and not part.is_school_day and not part.is_cancelled


def duties(parts: Iterable[Part]) -> list[Duty]:
    """What is mandatory, in order of day; the dates of one group are one duty (CPD-14)."""
    found: dict[str, list[Part]] = {}
    for part in sorted(parts, key=lambda part: (part.held_on, part.key)):
        if part.is_mandatory and not part.is_cancelled:
            found.setdefault(part.group or f"#{part.key}", []).append(part)
    return sorted((Duty(tuple(dates)) for dates in found.values()), key=lambda duty: duty.last_on)


def year_of(parts: Iterable[Part], *, target: Decimal) -> Year:
    """What the lines of one school year come to, against a target in days."""
    parts = list(parts)
    seasons = {part.season for part in parts if part.is_termly and part.attended and not part.is_cancelled}
    return Year(
        counted=sum((part.days for part in parts if counts(part)), Decimal(0)),
        waiting=sum((part.days for part in parts if waits(part)), Decimal(0)),
        target=target,
        missed=tuple(duty for duty in duties(parts) if duty.is_missed),
        meetings=min(len(seasons), TERMLY_MEETINGS),
    )


def absent_in_a_row(parts: Iterable[Part]) -> tuple[Duty, ...]:
    """The latest duties that were all missed without an accepted reason, if there are enough to tell the manager (CPD-11)."""
    row: list[Duty] = []
    for duty in reversed(duties(parts)):
        if duty.is_unaccepted:
            row.append(duty)
        elif duty.is_met or duty.is_missed:
            break
    return tuple(reversed(row)) if len(row) >= IN_A_ROW else ()


def in_steps(days: Decimal, step: Decimal) -> bool:
    """Whether a number of days is one that may be entered."""
    return Decimal(0) < days <= MOST_DAYS and days % step == 0
