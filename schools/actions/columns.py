"""Changing what is known of a school, column by column, and giving a column back to the national register."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actions.refusals import Refused
from accounts.models import User
from sipmanager.core import audit

from .. import facts
from ..columns import COLUMNS, COMPANIONS, Column
from ..facts import GOVERNANCE_NAMES, Governance
from ..models import FactKind, FactSource, FieldOwner, School, SchoolFact
from ..searching import search_words
from ..spells import FactBook
from ..stages import in_order
from .record import refuse_the_past

SEARCHED = ("name", "town")


@transaction.atomic
def change_columns(
    *, school: School, values: dict[str, Any], by: User, at: datetime, on: date | None = None,
    source: str = FactSource.OFFICER,
) -> list[str]:  # fmt: skip
    """Change columns of a school; returns the names of those that differ. Each is owned by `source` from then on.

    `values` are keyed by the columns of `columns.COLUMNS`. `on` is the day from which a changed name, type or phase
    holds (D-3). Raises `Refused` with everything that is wrong, or where nothing differs.
    """
    school = School.objects.get(pk=school.pk)
    changed = {name: value for name, value in values.items() if getattr(school, name) != value}
    if not changed:
        raise Refused("Nothing is different")
    _refuse_unsound(school, values, changed)
    _write_facts(school, [COLUMNS[name] for name in changed], changed, on, at, source)
    whole = {**changed, **_follows(school, changed)}
    School.objects.filter(pk=school.pk).update(**whole)
    owned = [column for name in changed for column in (name, *COMPANIONS.get(name, ()))]
    for name in owned:
        FieldOwner.objects.update_or_create(
            school=school, field=name, defaults={"source": source, "recorded_at": at, "recorded_by": by}
        )
    audit.record(
        what="school.change", subject=school, by=by, at=at, about_on=on if _dated(changed) else None,
        columns=list(changed), source=source,
    )  # fmt: skip
    return list(changed)


@transaction.atomic
def give_back(*, school: School, column: str, by: User, at: datetime) -> None:
    """The next extract of the national register may fill a column again. Raises `Refused` where nobody owns it."""
    names = (column, *COMPANIONS.get(column, ()))
    held = COLUMNS.get(column)
    if held is None or not held.from_register:
        raise Refused("The national register does not hold this")
    if not FieldOwner.objects.filter(school=school, field__in=names).delete()[0]:
        raise Refused("It belongs to the national register already")
    if held.fact:
        facts_of = SchoolFact.objects.filter(school=school, kind=held.fact, ends_on=None)
        facts_of.update(source=FactSource.GIAS)
    # The same line of an extract is looked at again: it may differ from what was entered here.
    School.objects.filter(pk=school.pk).update(line_digest="")
    audit.record(what="school.give_back", subject=school, by=by, at=at, columns=[column])


def _dated(changed: dict) -> list[str]:
    return [name for name in changed if COLUMNS[name].fact]


def _refuse_unsound(school: School, values: dict, changed: dict) -> None:
    found = []
    for name, value in changed.items():
        try:
            School._meta.get_field(name.removesuffix("_id")).clean(value, school)
        except ValidationError as error:
            found.append(f"{COLUMNS[name].label}: {' '.join(error.messages)}")
    low, high = (values.get(name, getattr(school, name)) for name in ("low_age", "high_age"))
    if low is not None and high is not None and high < low:
        found.append("The highest age is below the lowest")
    if "stages" in changed and changed["stages"] is not None and changed["stages"] != in_order(changed["stages"]):
        found.append("Stages are those of the list, in its order")
    if found:
        raise Refused(*found)


def _write_facts(school: School, columns: list[Column], changed: dict, on: date | None, at: datetime, source: str) -> None:
    dated = [column for column in columns if column.fact]
    if not dated:
        return
    if on is None:
        raise Refused("Enter from which day the change holds")
    kinds = [column.fact for column in dated]
    book = FactBook(SchoolFact.objects.filter(school=school, kind__in=kinds), at=at, source=source)
    for column in dated:
        refuse_the_past(book, school, column.fact, on)
        if not book.spells(school.pk, column.fact):
            # Most schools never change their name: the first spell is written when there is a second.
            book.add(school.pk, column.fact, getattr(school, column.name), source=FactSource.GIAS)
        book.change(school.pk, column.fact, changed[column.name], on)
    book.save()


def _follows(school: School, changed: dict) -> dict[str, Any]:
    """The columns that go with those that changed: the type's name, the deemed phase, what the search looks in."""
    found = {}
    if "governance" in changed:
        found["type_name"] = GOVERNANCE_NAMES[Governance(changed["governance"])]
    if "phase" in changed:
        set_by_officer = SchoolFact.objects.filter(school=school, kind=FactKind.DEEMED_PHASE, ends_on=None).first()
        found["deemed_phase"] = facts.deemed_phase(changed["phase"]) or (set_by_officer.value if set_by_officer else "")
    if any(name in changed for name in SEARCHED):
        found["search_name"] = search_words(
            changed.get("name", school.name), school.urn, changed.get("town", school.town)
        )  # fmt: skip
    return found
