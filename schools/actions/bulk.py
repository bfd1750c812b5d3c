"""Carrying a change out on many schools: tried first, then done once, each school compared with what the preview showed."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from accounts.access import viewer_for
from accounts.actions.refusals import Refused
from accounts.models import User
from accounts.permissions import P
from sipmanager.core import audit

from ..models import BulkChange, School
from .bulk_fields import FIELDS, BulkField

MOST = 500
CHANGED, REFUSED, MEANWHILE, SAME = "changed", "refused", "meanwhile", "same"
NOT_YOURS = "You may not change this school's record."


class TakenBack(Exception):
    """Undoes what was only tried."""


def begin_bulk(*, schools: Iterable[int], by: User, on: date, at: datetime) -> BulkChange:
    """Note which schools were chosen; those whose record the person may not change are counted and left out."""
    chosen = list(dict.fromkeys(schools))
    if len(chosen) > MOST:
        raise Refused(f"{MOST} schools at most are changed at once: narrow the filters and choose again")
    mine = _mine(chosen, by, on)
    rows = [{"school": pk} for pk in chosen if pk in mine]
    return BulkChange.objects.create(rows=rows, left_out=len(chosen) - len(rows), made_by=by, made_at=at)


def preview_bulk(*, change: BulkChange, what: str, value: str, starts_on: date | None, on: date, at: datetime) -> None:
    """Look what the change would do to each school: the old value, the new one, and why it is refused. Writes no school."""
    _refuse_done(change)
    rows = [{"school": row["school"], "becomes": value} for row in change.rows]
    _look(change, FIELDS[what], rows, starts_on=starts_on, on=on, at=at)
    change.value = value
    change.save()


def undo_bulk(*, change: BulkChange, by: User, on: date, at: datetime) -> BulkChange:
    """A second change that gives each changed school its earlier value; it is looked at and confirmed like any other."""
    if change.done_at is None:
        raise Refused("This has not been carried out")
    rows = [{"school": row["school"], "becomes": row["was"]} for row in change.rows if row.get("outcome") == CHANGED]
    if not rows:
        raise Refused("No school was changed, so there is nothing to undo")
    made = BulkChange(made_by=by, made_at=at, undoes=change)
    _look(made, FIELDS[change.what], rows, starts_on=change.starts_on, on=on, at=at)
    made.save()
    return made


def carry_out_bulk(*, change: BulkChange, by: User, on: date, at: datetime) -> None:
    """Change each school that still stands as the preview showed it. One transaction; a refused school leaves nothing.

    Those changed meanwhile, or refused by now, are kept with the change and shown. Raises `Refused` the second time.
    """
    _refuse_done(change)
    if not change.previewed_at:
        raise Refused("Look first at what the change would do")
    field = FIELDS[change.what]
    with transaction.atomic():
        if not BulkChange.objects.filter(pk=change.pk, done_at=None).update(done_at=at):
            raise Refused("This has been carried out already")
        mine = _mine([row["school"] for row in change.rows], by, on)
        schools = School.objects.in_bulk([row["school"] for row in change.rows])
        for row in change.rows:
            _carry_out_one(field, row, schools.get(row["school"]), row["school"] in mine, change.starts_on, by, at)
        change.done_at = at
        change.save(update_fields=["rows"])
        counts = {word: sum(row["outcome"] == word for row in change.rows) for word in (CHANGED, REFUSED, MEANWHILE, SAME)}
        audit.record(
            what="school.bulk", subject=change, by=by, at=at, about_on=change.starts_on, column=field.column, **counts
        )


def _carry_out_one(field: BulkField, row: dict, school: School, is_mine: bool, starts_on, by: User, at: datetime) -> None:
    if row["was"] == row["becomes"]:
        row["outcome"] = SAME
        return
    # Held and compared in one statement: whoever changes the school at this moment waits, or was first and is seen.
    was = field.stored(row["was"])
    held = School.objects.filter(pk=school.pk, **{field.column: was})
    if not held.update(**{field.column: was}):
        school.refresh_from_db(fields=[field.column])
        row["outcome"], row["now"] = MEANWHILE, field.read(school)
        return
    row["because"] = _tried(field, row, school, is_mine, starts_on, by, at)
    row["outcome"] = REFUSED if row["because"] else CHANGED


def _tried(field: BulkField, row: dict, school: School, is_mine: bool, starts_on, by: User, at: datetime) -> list[str]:
    """Do it to one school; why not, where it is refused, and then nothing of it is left."""
    if not is_mine:
        return [NOT_YOURS]
    try:
        with transaction.atomic():
            field.write(school, row["becomes"], starts_on, by, at)
    except Refused as refused:
        return list(refused.sentences)
    return []


def _look(change: BulkChange, field: BulkField, rows: list[dict], *, starts_on, on: date, at: datetime) -> None:
    by = change.made_by
    mine = _mine([row["school"] for row in rows], by, on)
    schools = School.objects.in_bulk([row["school"] for row in rows])
    try:
        with transaction.atomic():
            for row in rows:
                row["was"] = field.read(schools[row["school"]])
                is_same = row["was"] == row["becomes"]
                args = (field, row, schools[row["school"]], row["school"] in mine, starts_on, by, at)
                row["because"] = [] if is_same else _tried(*args)
            raise TakenBack
    except TakenBack:
        change.what, change.rows, change.starts_on, change.previewed_at = field.key, rows, starts_on, at


def _mine(ids: list[int], by: User, on: date) -> set[int]:
    rows = School.objects.filter(pk__in=ids).visible_to(viewer_for(by, on=on), P.SCHOOL_EDIT)
    return set(rows.values_list("pk", flat=True))


def _refuse_done(change: BulkChange) -> None:
    if change.done_at is not None:
        raise Refused("This has been carried out already")
