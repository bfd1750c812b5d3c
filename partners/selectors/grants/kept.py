"""The kept records that conditions of grant ask for, each in one query for any number of schools and SIPs (section 12)."""

from collections.abc import Iterable, Mapping
from datetime import date

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


def agreed_on(deployments: Iterable[Deployment], on: date) -> tuple[Agreed, ...]:
    """What the agreement of each SIP at work says on a day; with several authorities, that with the one that deploys."""
    at_work = {(row.authority_id, row.partner_id): row.partner for row in deployments}
    rows = Agreement.objects.in_force(on).filter(
        engagement__partner__in={partner_id for _, partner_id in at_work},
        engagement__authority__in={authority_id for authority_id, _ in at_work},
    )
    columns = ("engagement__authority_id", "engagement__partner_id", "pk", "reserved_days", "brief__edition")
    held = {
        (authority_id, partner_id): (pk, reserved, brief or "")
        for authority_id, partner_id, pk, reserved, brief in rows.order_by("starts_on", "pk").values_list(*columns)
    }
    found = {}
    for key, partner in at_work.items():
        if partner.reference not in found or key in held:
            found[partner.reference] = Agreed(partner.reference, partner.full_name, *held.get(key, ()))
    return tuple(found[reference] for reference in sorted(found))


def meetings_up_to(
    authority: Authority, programme: str, deployments: Iterable[Deployment], on: date
) -> tuple[int, tuple[AtMeetings, ...] | None]:  # fmt: skip
    """The terms of the school year so far with a termly meeting for the programme, and in how many each SIP at work was there.

    Nobody's attendance is known where no termly meeting was ever recorded.
    """
    meetings = DevelopmentEvent.objects.filter(
        Q(authority=None) | Q(authority=authority), kind=EventKind.TERMLY, cancelled_on=None, phase__in=("", programme)
    )
    since = date(academic_year(on), 9, 1)
    held = dict(meetings.filter(held_on__range=(since, on)).values_list("pk", "season"))
    if not held and not meetings.exists():
        return 0, None
    people = {row.partner_id: row.partner for row in deployments}
    came = Attendance.objects.standing().filter(event__in=held, partner__in=people, attended=True)
    terms: dict[int, set[str]] = {pk: set() for pk in people}
    for partner_id, event_id in came.values_list("partner_id", "event_id"):
        terms[partner_id].add(held[event_id])
    rows = [AtMeetings(one.reference, one.full_name, len(terms[pk])) for pk, one in people.items()]
    return len(set(held.values())), tuple(sorted(rows, key=lambda row: row.partner))


def contacts_on(authority: Authority, programme: str, on: date) -> tuple[Contact, ...]:
    """Who is named as the programme's contact on a day."""
    rows = ProgrammeContact.objects.running(on).filter(authority=authority, programme=programme)
    return tuple(Contact(row.pk, row.full_name, row.notified_on) for row in rows.order_by("starts_on", "pk"))


def a_year_before(on: date) -> date:
    """The day after which things lie in the twelve months up to `on`."""
    return add_months(on, -12)


def shares_up_to(authority: Authority, programme: str, on: date):
    """The entries of the sharing log of the twelve months up to a day, without what was struck out."""
    rows = InformationShare.objects.filter(authority=authority, programme=programme, struck_at=None)
    return rows.filter(shared_on__gt=a_year_before(on), shared_on__lte=on).order_by("shared_on", "pk")


def shared_up_to(authority: Authority, programme: str, on: date) -> tuple[Shared, ...]:
    """What was shared in the twelve months up to a day, and for what."""
    rows = shares_up_to(authority, programme, on)
    return tuple(Shared(use, shared_on, notes) for use, shared_on, notes in rows.values_list("use", "shared_on", "notes"))


def stated_on(authority: Authority, programme: str, on: date) -> date | None:
    """The day of the latest yearly statement of the twelve months up to a day."""
    rows = YearlyStatement.objects.filter(authority=authority, programme=programme, struck_at=None)
    rows = rows.filter(stated_on__gt=a_year_before(on), stated_on__lte=on)
    return rows.order_by("-stated_on").values_list("stated_on", flat=True).first()


def posts_that_may_see(programme: str, on: date):
    """The posts of heads, and of those who govern, that hold an account that is open on a day (COG-J).

    An account has no day on which it was linked to a post; that is on the record of events alone (D-21).
    """
    kinds = (PostKind.HEAD, *GOVERNORS[programme == PRIMARY])
    is_open = Q(user__is_active=True) | Q(user__disabled_at__date__gt=on)
    return Post.objects.running(on).filter(is_open, kind__in=kinds, user__isnull=False)


def access_on(schools: Mapping[int, SchoolInGrant], programme: str, on: date) -> tuple[SchoolAccess, ...]:
    """Who of each school in scope can sign in on a day (COG-J)."""
    in_scope = {pk: school for pk, school in schools.items() if school.counts}
    rows = posts_that_may_see(programme, on).filter(school__in=in_scope)
    kinds: dict[int, set[str]] = {}
    for school_id, kind in rows.values_list("school_id", "kind"):
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
