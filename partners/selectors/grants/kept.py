"""The kept records that conditions of grant ask for, each in one query for any number of schools and SIPs (section 12)."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Q

from accounts.models import Authority
from partners.conditions import PRIMARY, Agreed, AtMeetings, Contact, SchoolAccess, SchoolInGrant, Shared
from partners.models import (
    Agreement,
    Attendance,
    BriefEdition,
    Deployment,
    DevelopmentEvent,
    EventKind,
    InformationShare,
    ProgrammeContact,
    Sanction,
    YearlyStatement,
)
from schools.models import Post, PostKind
from schools.selectors import facts_lying_in
from sipmanager.core import readings
from sipmanager.core.academic import academic_year, add_months

GOVERNORS = {
    True: (PostKind.CHAIR, PostKind.GOVERNOR, PostKind.PANEL_CHAIR, PostKind.PANEL),
    False: (PostKind.CHAIR,),
}


@readings.kept
def brief_on(on: date) -> BriefEdition | None:
    """The edition of the national brief in force on a day."""
    return BriefEdition.objects.filter(starts_on__lte=on).order_by("-starts_on").first()


Held = Mapping[tuple[int, int], tuple[int, Decimal, str]]


def held_by(deployments: Iterable[Deployment], on: date) -> Held:
    """The agreement in force of each authority and SIP at work: its id, its reserved days and its brief; one query."""
    at_work = {(row.authority_id, row.partner_id) for row in deployments}
    rows = Agreement.objects.in_force(on).filter(
        engagement__partner__in={partner_id for _, partner_id in at_work},
        engagement__authority__in={authority_id for authority_id, _ in at_work},
    )
    columns = ("engagement__authority_id", "engagement__partner_id", "pk", "reserved_days", "brief__edition")
    return {
        (authority_id, partner_id): (pk, reserved, brief or "")
        for authority_id, partner_id, pk, reserved, brief in rows.order_by("starts_on", "pk").values_list(*columns)
    }


def agreed_on(deployments: Iterable[Deployment], held: Held) -> tuple[Agreed, ...]:
    """What the agreement of each SIP at work says; with several authorities, that with the one that deploys."""
    found = {}
    for key, partner in {(row.authority_id, row.partner_id): row.partner for row in deployments}.items():
        if partner.reference not in found or key in held:
            found[partner.reference] = Agreed(partner.reference, partner.full_name, *held.get(key, ()))
    return tuple(found[reference] for reference in sorted(found))


def meetings_up_to(
    authority: Authority, programme: str, deployments: Iterable[Deployment], all_at_work: Iterable[Deployment], on: date
) -> tuple[int, tuple[AtMeetings, ...] | None]:  # fmt: skip
    """The terms of the school year so far with a termly meeting for the programme, and in how many each SIP at work was there.

    Nobody's attendance is known where no termly meeting was ever recorded. `all_at_work` are the deployments of every
    programme, whose attendance is read together.
    """
    recorded = [row for row in _termly_meetings(authority.pk) if row.phase in {"", programme}]
    since = date(academic_year(on), 9, 1)
    held = {row.pk: row.season for row in recorded if since <= row.held_on <= on}
    if not recorded:
        return 0, None
    people = {row.partner_id: row.partner for row in deployments}
    terms: dict[int, set[str]] = {pk: set() for pk in people}
    for partner_id, event_id in _who_came(authority.pk, frozenset(row.partner_id for row in all_at_work), since, on):
        if partner_id in people and event_id in held:
            terms[partner_id].add(held[event_id])
    rows = [AtMeetings(one.reference, one.full_name, len(terms[pk])) for pk, one in people.items()]
    return len(set(held.values())), tuple(sorted(rows, key=lambda row: row.partner))


@readings.kept
def _termly_meetings(authority_id: int) -> list[DevelopmentEvent]:
    """The termly meetings ever recorded, the national ones and the authority's own, of every programme."""
    of_all = Q(authority=None) | Q(authority=authority_id)
    return list(DevelopmentEvent.objects.filter(of_all, kind=EventKind.TERMLY, cancelled_on=None))


@readings.kept
def _who_came(authority_id: int, partner_ids: frozenset[int], since: date, until: date) -> list[tuple[int, int]]:
    """Which of some SIPs came to which of the termly meetings between two days."""
    held = [row.pk for row in _termly_meetings(authority_id) if since <= row.held_on <= until]
    came = Attendance.objects.standing().filter(event__in=held, partner__in=partner_ids, attended=True)
    return list(came.values_list("partner_id", "event_id")) if held else []


@readings.kept
def _contacts(authority_id: int, on: date) -> list[ProgrammeContact]:
    return list(ProgrammeContact.objects.running(on).filter(authority=authority_id).order_by("starts_on", "pk"))


def contacts_on(authority: Authority, programme: str, on: date) -> tuple[Contact, ...]:
    """Who is named as the programme's contact on a day."""
    rows = [row for row in _contacts(authority.pk, on) if row.programme == programme]
    return tuple(Contact(row.pk, row.full_name, row.notified_on) for row in rows)


def a_year_before(on: date) -> date:
    """The day after which things lie in the twelve months up to `on`."""
    return add_months(on, -12)


def shares_up_to(authority: Authority, programme: str, on: date):
    """The entries of the sharing log of the twelve months up to a day, without what was struck out."""
    return _shares(authority.pk, on).filter(programme=programme)


def _shares(authority_id: int, on: date):
    rows = InformationShare.objects.filter(authority=authority_id, struck_at=None)
    return rows.filter(shared_on__gt=a_year_before(on), shared_on__lte=on).order_by("shared_on", "pk")


@readings.kept
def _all_shared(authority_id: int, on: date) -> list[InformationShare]:
    return list(_shares(authority_id, on))


def shared_up_to(authority: Authority, programme: str, on: date) -> tuple[Shared, ...]:
    """What was shared in the twelve months up to a day, and for what."""
    rows = [row for row in _all_shared(authority.pk, on) if row.programme == programme]
    return tuple(Shared(row.use, row.shared_on, row.notes) for row in rows)


@readings.kept
def _statements(authority_id: int, on: date) -> dict[str, date]:
    """The day of the latest yearly statement of the twelve months up to a day, by programme."""
    rows = YearlyStatement.objects.filter(authority=authority_id, struck_at=None)
    rows = rows.filter(stated_on__gt=a_year_before(on), stated_on__lte=on).order_by("stated_on")
    return dict(rows.values_list("programme", "stated_on"))


def stated_on(authority: Authority, programme: str, on: date) -> date | None:
    """The day of the latest yearly statement of the twelve months up to a day."""
    return _statements(authority.pk, on).get(programme)


def posts_that_may_see(programme: str, on: date):
    """The posts of heads, and of those who govern, that hold an account that is open on a day (COG-J).

    An account has no day on which it was linked to a post; that is on the record of events alone (D-21).
    """
    return _open_posts(on).filter(kind__in=kinds_that_may_see(programme))


def kinds_that_may_see(programme: str) -> tuple[str, ...]:
    """The posts that give access to a school's notes (COG-J)."""
    return PostKind.HEAD, *GOVERNORS[programme == PRIMARY]


def _open_posts(on: date):
    is_open = Q(user__is_active=True) | Q(user__disabled_at__date__gt=on)
    return Post.objects.running(on).filter(is_open, user__isnull=False)


@readings.kept
def posts_lying_in(authority_code: str, on: date) -> list[tuple[int, str]]:
    """The school and the kind of each post with an open account at the schools that lie in an authority."""
    rows = _open_posts(on).filter(school__in=facts_lying_in(authority_code, on), kind__in=(PostKind.HEAD, *GOVERNORS[True]))
    return list(rows.values_list("school_id", "kind"))


def access_on(
    schools: Mapping[int, SchoolInGrant], programme: str, posts: Iterable[tuple[int, str]]
) -> tuple[SchoolAccess, ...]:  # fmt: skip
    """Who of each school in scope can sign in, of `posts` as pairs of school and kind (COG-J)."""
    in_scope = {pk: school for pk, school in schools.items() if school.counts}
    may_see = kinds_that_may_see(programme)
    kinds: dict[int, set[str]] = {}
    for school_id, kind in posts:
        if kind in may_see:
            kinds.setdefault(school_id, set()).add(kind)
    return tuple(
        SchoolAccess(
            school.urn, school.name, PostKind.HEAD in kinds.get(pk, ()), bool(kinds.get(pk, set()) - {PostKind.HEAD.value})
        )
        for pk, school in in_scope.items()
    )


def sanctions_on(authority: Authority, programme: str, on: date):
    """The actions in force on a day because conditions were not kept (COG-K)."""
    rows = Sanction.objects.running(on).filter(authority=authority, programme=programme, struck_at=None)
    return rows.order_by("starts_on", "pk")
