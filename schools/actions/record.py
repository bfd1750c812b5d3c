"""What officers say of a school beside the national register: deemed phase, category, the record of SCH-4."""

from datetime import date, datetime

from django.db import transaction

from accounts.actions.refusals import Refused
from accounts.models import User
from accounts.selectors import policy_on
from sipmanager.core import audit
from sipmanager.core.wording import day

from ..facts import Phase, Sector
from ..models import AllAgeAgreement, FactKind, FactSource, School, SchoolFact
from ..selectors import authority_serving
from ..spells import FactBook


def _book(school: School, kind: str, at: datetime) -> FactBook:
    return FactBook(SchoolFact.objects.filter(school=school, kind=kind), at=at, source=FactSource.OFFICER)


@transaction.atomic
def set_deemed_phase(*, school: School, sector: str, on: date, by: User, at: datetime) -> None:
    """A pupil referral unit counts as primary or secondary from `on`, the first time from always (SCH-3, D-3).

    Raises `Refused` for any other school, whose phase says it, and where nothing would be different.
    """
    if school.phase != Phase.PRU:
        raise Refused("The deemed phase is set for a pupil referral unit only: the phase of this school says it")
    if sector not in (Sector.PRIMARY, Sector.SECONDARY):
        raise Refused("The deemed phase is primary or secondary")
    book = _book(school, FactKind.DEEMED_PHASE, at)
    refuse_the_same(book, school, FactKind.DEEMED_PHASE, sector)
    refuse_the_past(book, school, FactKind.DEEMED_PHASE, on)
    book.change(school.pk, FactKind.DEEMED_PHASE, sector, on)
    book.save()
    was = school.deemed_phase
    School.objects.filter(pk=school.pk).update(deemed_phase=sector)
    audit.record(what="school.deemed_phase", subject=school, by=by, at=at, about_on=on, was=was, now=sector)


@transaction.atomic
def set_category(*, school: School, category: str, on: date, by: User, at: datetime) -> None:
    """The school is in a support category from `on`, or with a blank one in none any more (SCH-13).

    Raises `Refused` for a category that the policy of the authority that serves it has not, and where nothing would be
    different.
    """
    authority = authority_serving(school, on) or school.local_authority
    allowed = policy_on(authority=authority, on=on).categories if authority else ()
    if category and category not in allowed:
        raise Refused("The local policy has no such category")
    book = _book(school, FactKind.CATEGORY, at)
    refuse_the_same(book, school, FactKind.CATEGORY, category)
    refuse_the_past(book, school, FactKind.CATEGORY, on)
    running = book.running(school.pk, FactKind.CATEGORY)
    if not category:
        book.end(school.pk, FactKind.CATEGORY, date.fromordinal(on.toordinal() - 1))
    elif running is None:
        # Unlike what a school is, a category is given on a day: it is not taken as having always been so.
        book.add(school.pk, FactKind.CATEGORY, category, starts_on=on)
    else:
        book.change(school.pk, FactKind.CATEGORY, category, on)
    book.save()
    was = school.category
    School.objects.filter(pk=school.pk).update(category=category)
    audit.record(what="school.category", subject=school, by=by, at=at, about_on=on, was=was, now=category)


@transaction.atomic
def set_sip_scope(*, school: School, is_in: bool, by: User, at: datetime) -> None:
    """SIPs serve the school, or it is marked as outside the programme (SCH-21)."""
    if not School.objects.filter(pk=school.pk, is_in_sip_scope=not is_in).update(is_in_sip_scope=is_in):
        raise Refused("Nothing is different")
    audit.record(what="school.scope", subject=school, by=by, at=at, is_in=is_in)


def refuse_the_same(book: FactBook, school: School, kind: str, value: str) -> None:
    """A fact that is so already is not recorded as a change. Raises `Refused`."""
    running = book.running(school.pk, kind)
    if value == (running.value if running else ""):
        raise Refused("Nothing is different")


def refuse_the_past(book: FactBook, school: School, kind: str, on: date) -> None:
    """A fact does not change before its present value began. Raises `Refused`."""
    running = book.running(school.pk, kind)
    if running is not None and running.starts_on is not None and on < running.starts_on:
        raise Refused(f"The present one began on {day(running.starts_on)}: the change cannot be before that")


@transaction.atomic
def agree_with_dfes(*, school: School, agreed_on: date | None, by: User, at: datetime) -> None:
    """Authority and Department agree from a day that a pupil referral unit counts for coverage; `None`: not so (COG-A).

    Raises `Refused` for another kind of school, and where nothing would be different.
    """
    if school.phase != Phase.PRU:
        raise Refused("Only a pupil referral unit is agreed with the Department")
    if agreed_on == school.agreed_with_dfes_on:
        raise Refused("Nothing is different")
    School.objects.filter(pk=school.pk).update(agreed_with_dfes_on=agreed_on)
    audit.record(
        what="school.agreed_with_dfes", subject=school, by=by, at=at, about_on=agreed_on,
        was=school.agreed_with_dfes_on, now=agreed_on,
    )  # fmt: skip


@transaction.atomic
def record_all_age(
    *, school: School, discussed_on: date, coordinator: str, sector: str, note: str, by: User, at: datetime
) -> AllAgeAgreement:  # fmt: skip
    """The choice of an all-age school's SIP was talked over with the regional coordinator (SCH-4)."""
    if school.phase != Phase.ALL_AGE:
        raise Refused("The discussion is recorded for an all-age school only")
    agreement = AllAgeAgreement.objects.create(
        school=school, discussed_on=discussed_on, coordinator=coordinator, sector=sector, note=note, recorded_by=by,
        recorded_at=at,
    )  # fmt: skip
    audit.record(what="school.all_age", subject=school, by=by, at=at, about_on=discussed_on, sector=sector)
    return agreement
