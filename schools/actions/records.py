"""Adding, changing, ending and striking out a dated record of a school, whatever its kind (SCH-7 to SCH-19)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from accounts.actions.refusals import Refused
from accounts.models import User
from sipmanager.core import audit
from sipmanager.core.wording import capitalised, day, span

from ..kinds import RecordKind, kind_of
from ..models import DatedRecord, FactSource, School

OF_EVERY_RECORD = ("id", "school", "source", "recorded_at", "recorded_by", "voided_at", "void_reason")


@transaction.atomic
def add_record(
    *, kind: RecordKind, school: School, by: User, at: datetime, source: str = FactSource.OFFICER, **values: Any
) -> DatedRecord:  # fmt: skip
    """Record something of a school; `values` are columns of the kind's model. Raises `Refused` with all that is wrong."""
    values = {"starts_on": None, "ends_on": None, **values}
    _refuse_faults(kind, school, values)
    rows = _alike(kind, school, values)
    if kind.takes_over and values["ends_on"] is None:
        _end_the_running(rows, kind, values["starts_on"])
    _refuse_overlap(rows, kind, values)
    try:
        with transaction.atomic():
            record = kind.model.objects.create(school=school, source=source, recorded_at=at, recorded_by=by, **values)
    except IntegrityError as error:  # somebody else was first; the database holds what the check above saw
        raise Refused("It has been recorded already") from error
    _say(record, kind, "add", by, at, about_on=values["starts_on"], source=source)
    return record


@transaction.atomic
def change_record(*, record: DatedRecord, by: User, at: datetime, **values: Any) -> None:
    """Put a record right. Raises `Refused` where nothing differs, it was struck out, or the outcome would be wrong."""
    kind = kind_of(record)
    _refuse_void(record)
    held = {column: getattr(record, column) for column in values}
    changed = [column for column, value in values.items() if held[column] != value]
    if not changed:
        raise Refused("Nothing is different")
    own = [field.name for field in record._meta.concrete_fields if field.name not in OF_EVERY_RECORD]
    whole = {**{column: getattr(record, column) for column in own}, **values}
    _refuse_faults(kind, record.school, whole)
    _refuse_overlap(_alike(kind, record.school, whole).exclude(pk=record.pk), kind, whole)
    kind.model.objects.filter(pk=record.pk).update(**values)
    record.refresh_from_db()
    _say(record, kind, "change", by, at, changed=changed)


@transaction.atomic
def end_record(*, record: DatedRecord, on: date, by: User, at: datetime) -> None:
    """What ran no longer does; `on` is its last day. Raises `Refused`."""
    kind = kind_of(record)
    if not kind.ending:
        raise Refused(f"A record of this kind has its days from the start: change it or strike it out ({kind.one})")
    _refuse_void(record)
    if record.starts_on is not None and on < record.starts_on:
        raise Refused(f"It began on {day(record.starts_on)}: it cannot end before that")
    if not kind.model.objects.filter(pk=record.pk, ends_on=None, voided_at=None).update(ends_on=on):
        raise Refused("It has ended already")
    record.ends_on = on
    _say(record, kind, "end", by, at, about_on=on)


@transaction.atomic
def strike_out(*, record: DatedRecord, reason: str, by: User, at: datetime) -> None:
    """A record that was entered in error counts no longer and stays visible as struck out (D-18). Raises `Refused`."""
    if not reason:
        raise Refused("Enter why the record is struck out")
    kind = kind_of(record)
    if not kind.model.objects.filter(pk=record.pk, voided_at=None).update(voided_at=at, void_reason=reason):
        raise Refused("It has been struck out already")
    _say(record, kind, "void", by, at)


@transaction.atomic
def open_record(*, record: DatedRecord, by: User, at: datetime) -> None:
    """Somebody reads what a confidential record is about; that goes on record (ROL-32)."""
    _say(record, kind_of(record), "open", by, at)


def _alike(kind: RecordKind, school: School, values: dict) -> QuerySet:
    """The standing records of which one holds at a time together with these values."""
    rows = kind.model.objects.standing().filter(school=school)
    if kind.alike is None:
        return rows.none()
    return rows.filter(**{column: values[column] for column in kind.alike})


def _end_the_running(rows: QuerySet, kind: RecordKind, starts_on: date | None) -> None:
    running = rows.filter(ends_on=None).first()
    if running is None:
        return
    if starts_on is None or (running.starts_on is not None and running.starts_on >= starts_on):
        since = f"since {day(running.starts_on)}" if running.starts_on else "from the beginning"
        raise Refused(f"{running.title} holds {since}: the next must begin later")
    rows.filter(pk=running.pk).update(ends_on=starts_on - timedelta(days=1))


def _refuse_overlap(rows: QuerySet, kind: RecordKind, values: dict) -> None:
    first, last = values["starts_on"], values["ends_on"]
    begun_by_then = Q(starts_on=None) | Q(starts_on__lte=last) if last else Q(pk__isnull=False)
    over_by_then = Q(ends_on=None) | Q(ends_on__gte=first) if first else Q(pk__isnull=False)
    other = rows.filter(begun_by_then, over_by_then).order_by("starts_on", "pk").first()
    if other is not None:
        days = span(other.starts_on, other.ends_on)
        raise Refused(f"{capitalised(other.title)} is recorded already{f', {days}' if days else ''}")


def _refuse_faults(kind: RecordKind, school: School, values: dict) -> None:
    try:
        kind.model(**values).clean_fields(exclude=OF_EVERY_RECORD)
    except ValidationError as error:
        columns = kind.model._meta
        raise Refused(
            *(
                f"{capitalised(str(columns.get_field(name).verbose_name))}: {' '.join(says)}"
                for name, says in error.message_dict.items()
            )
        ) from error
    found = list(kind.check(values, school))
    first, last = values["starts_on"], values["ends_on"]
    if first and last and last < first:
        found.append(f"The last day is before the first, {day(first)}")
    if found:
        raise Refused(*found)


def _refuse_void(record: DatedRecord) -> None:
    if record.is_void:
        raise Refused("It has been struck out")


def _say(record: DatedRecord, kind: RecordKind, verb: str, by: User, at: datetime, about_on=None, **details) -> None:
    thing = getattr(record, kind.thing) if kind.thing else ""
    audit.record(
        what=f"{kind.event}.{verb}", subject=record, by=by, at=at, about_on=about_on,
        thing="" if thing in kind.secret else thing, **details,
    )  # fmt: skip
