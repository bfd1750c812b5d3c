"""Counting working days (CAL-9). Pure: the calendar is handed in."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

SATURDAY = 5


@dataclass(frozen=True)
class WorkingCalendar:
    """The days on which an authority works.

    `holidays` are the bank holidays. `closures` are school closures as (first, last) pairs, both days
    included; they count as days off only where the authority's policy says so (CAL-9, POL-22).
    `known_until` is the last day for which bank holidays are on record. `counts_every_day` is for an authority
    that counts calendar days (POL-22).
    """

    holidays: frozenset[date] = frozenset()
    closures: tuple[tuple[date, date], ...] = ()
    known_until: date = date.max
    counts_every_day: bool = False
    _days: dict = field(default_factory=dict, compare=False, repr=False)

    def is_working(self, day: date) -> bool:
        if self.counts_every_day:
            return True
        if day.weekday() >= SATURDAY or day in self.holidays:
            return False
        return not any(first <= day <= last for first, last in self.closures)

    def add(self, start: date, days: int) -> date:
        """The `days`-th working day after `start`; `start` itself never counts. Negative counts back."""
        step = timedelta(days=1 if days >= 0 else -1)
        day = start
        for _ in range(abs(days)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`; negative when `end` is earlier."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def on_or_after(self, day: date) -> date:
        """`day` itself, or the next working day."""
        return day if self.is_working(day) else self.add(day, 1)


def calendar_from(holidays: Iterable[date], closures: Iterable[tuple[date, date]] = ()) -> WorkingCalendar:
    """A calendar of bank holidays and, where wanted, school closures."""
    days = frozenset(holidays)
    return WorkingCalendar(days, tuple(closures), max(days, default=date.max))
