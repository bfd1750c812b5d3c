"""Turn a change of a fact into dated rows (D-3). Rows are changed in memory; the caller saves them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from .facts import Status
from .models import FactKind, FactSource, SchoolFact

ONE_DAY = timedelta(days=1)


class FactBook:
    """The dated facts of some schools, with what has to be written."""

    def __init__(self, facts: Iterable[SchoolFact], *, at: datetime, source: str = FactSource.GIAS):
        self.at, self.source = at, source
        self.rows: dict[tuple[int, str], list[SchoolFact]] = {}
        self.new: list[SchoolFact] = []
        self.changed: dict[int, SchoolFact] = {}
        for fact in facts:
            self.rows.setdefault((fact.school_id, fact.kind), []).append(fact)
        for spells in self.rows.values():
            spells.sort(key=lambda fact: (fact.starts_on or date.min, fact.pk))

    def spells(self, school_id: int, kind: str) -> list[SchoolFact]:
        return self.rows.get((school_id, kind), [])

    def running(self, school_id: int, kind: str) -> SchoolFact | None:
        spells = self.spells(school_id, kind)
        return spells[-1] if spells and spells[-1].ends_on is None else None

    def add(
        self, school_id: int, kind: str, value: str, starts_on: date | None = None, ends_on: date | None = None, source: str = ""
    ):  # fmt: skip
        fact = SchoolFact(
            school_id=school_id, kind=kind, value=value, starts_on=starts_on, ends_on=ends_on, source=source or self.source,
            recorded_at=self.at,
        )  # fmt: skip
        self.rows.setdefault((school_id, kind), []).append(fact)
        self.new.append(fact)

    def touch(self, fact: SchoolFact) -> None:
        if fact.pk is not None:
            self.changed[fact.pk] = fact

    def change(self, school_id: int, kind: str, value: str, on: date) -> None:
        """The fact has another value from `on`; the first value of all is from always.

        A second change of the same day, or one dated before the running spell began, corrects that spell.
        """
        running = self.running(school_id, kind)
        if running is None:
            earlier = self.spells(school_id, kind)
            self.add(school_id, kind, value, starts_on=on if earlier else None)
        elif running.starts_on is not None and running.starts_on >= on:
            running.value, running.source, running.recorded_at = value, self.source, self.at
            self.touch(running)
        else:
            running.ends_on = on - ONE_DAY
            self.touch(running)
            self.add(school_id, kind, value, starts_on=on)

    def end(self, school_id: int, kind: str, last_day: date) -> None:
        """The fact has no value after `last_day`."""
        running = self.running(school_id, kind)
        if running is not None:
            running.ends_on = max(last_day, running.starts_on or last_day)
            self.touch(running)

    def save(self) -> None:
        """Write everything; ended spells first, because only one of a kind may run."""
        if self.changed:
            columns = ["value", "starts_on", "ends_on", "source", "recorded_at"]
            SchoolFact.objects.bulk_update(self.changed.values(), columns, batch_size=200)
        if self.new:
            SchoolFact.objects.bulk_create(self.new)


def first_status(book: FactBook, school_id: int, status: str, opened_on: date | None, closed_on: date | None) -> None:
    """The status of a school that is new to the register runs from its opening to its closing (D-3)."""
    if status == Status.CLOSED and closed_on:
        began = opened_on if opened_on and opened_on <= closed_on else None
        book.add(school_id, FactKind.STATUS, Status.OPEN, began, closed_on)
        book.add(school_id, FactKind.STATUS, Status.CLOSED, closed_on + ONE_DAY)
    elif status == Status.OPEN:
        book.add(school_id, FactKind.STATUS, status, opened_on)
    else:
        book.add(school_id, FactKind.STATUS, status)


def next_status(
    book: FactBook, school_id: int, status: str, opened_on: date | None, closed_on: date | None, as_at: date
) -> date:  # fmt: skip
    """The status of a school that is held already, after an extract. Returns the day from which it has its value."""
    running = book.running(school_id, FactKind.STATUS)
    if running is None or running.value != status:
        return _status_changed(book, school_id, running, status, opened_on, closed_on, as_at)
    spells = book.spells(school_id, FactKind.STATUS)
    before = spells[-2] if len(spells) > 1 else None
    if status == Status.OPEN and opened_on:
        _shift(book, before, running, opened_on)
    elif status == Status.CLOSED and closed_on:
        if before is None:
            began = opened_on if opened_on and opened_on <= closed_on else None
            book.add(school_id, FactKind.STATUS, Status.OPEN, began, closed_on)
            spells[-2:] = spells[:-3:-1]
        _shift(book, before, running, closed_on + ONE_DAY)
    return running.starts_on or as_at


def _status_changed(book, school_id, running, status, opened_on, closed_on, as_at) -> date:
    day = as_at
    if status == Status.CLOSED and closed_on:
        day = closed_on + ONE_DAY
    elif status == Status.OPEN and opened_on and (running is None or (running.starts_on or date.min) < opened_on):
        day = opened_on
    book.change(school_id, FactKind.STATUS, status, day)
    return day


def _shift(book: FactBook, before: SchoolFact | None, running: SchoolFact, day: date) -> None:
    """Move the boundary between two spells, where the earlier one leaves room for it."""
    if running.starts_on == day or (before is not None and before.starts_on and before.starts_on >= day):
        return
    running.starts_on = day
    book.touch(running)
    if before is not None:
        before.ends_on = day - ONE_DAY
        book.touch(before)
