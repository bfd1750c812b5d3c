"""What is owed about deployments and accreditations: DL-28, DL-29 and DL-30 (D-30)."""

from collections.abc import Iterable, Iterator
from datetime import date

from accounts.models import Authority, Membership, User
from accounts.permissions import Role
from accounts.selectors import holders
from partners.accreditation import Standing, State
from partners.deadlines import LAPSE, LOOK_BACK_MONTHS, THREE_YEARS, WARNING, stage_reached
from partners.models import Deployment, Engagement, Partner
from sipmanager.core.deadlines import Due, DueState, Person, state_on
from sipmanager.core.jobs import NATIONAL
from sipmanager.core.wording import day

from .clock import near_lapse
from .standing import standings_of, tenure_of


def person_of(user: User) -> Person:
    return Person(user.email, user.full_name, user.pk)


def partner_person(partner: Partner) -> Person:
    """A SIP, by the account where there is one, else by the register."""
    return person_of(partner.user) if partner.user else Person(partner.email, partner.full_name)


def managers(authority: Authority, on: date) -> tuple[Person, ...]:
    """The SIP managers of an authority; the mailbox of the role where nobody holds it (D-28, D-40)."""
    found = tuple(person_of(user) for user in holders(role=Role.MANAGER, authority=authority, on=on))
    return found or (Person(authority.mailbox or f"manager@{authority.code}", f"SIP manager, {authority.name}"),)


def coordinators(region_id: int | None, on: date) -> tuple[Person, ...]:
    """The regional coordinators who are told (DL-28)."""
    rows = Membership.objects.running(on).filter(role=Role.COORDINATOR.value, region_id=region_id, user__is_active=True)
    rows = rows.exclude(region_id=None).select_related("user").order_by("user__full_name", "user_id")
    return tuple(dict.fromkeys(person_of(row.user) for row in rows))


def owed(*, partition: str, on: date) -> list[Due]:
    """The dues of an authority: its SIPs' three years, and the accreditations that lapse. Nationally: the latter again,
    for the SIP and for national staff.
    """
    if partition == NATIONAL:
        return list(_national(on))
    authority = Authority.objects.filter(code=partition).first()
    if authority is None:
        return []
    told = managers(authority, on)
    return [*_three_years(authority, told, on), *_lapsing_here(authority, told, on)]


def _three_years(authority: Authority, told: tuple[Person, ...], on: date) -> Iterator[Due]:
    """Deployments whose three years end within a year and whose end is not settled by then."""
    rows = Deployment.objects.active(on).filter(authority=authority).select_related("school", "partner__user")
    deployments = list(rows.order_by("starts_on", "pk"))
    tenure = tenure_of(deployments, on)
    higher = (*told, *coordinators(authority.region_id, on))
    for row in deployments:
        limit = tenure[row.pk].last_lawful_on
        is_settled = row.ends_on is not None and row.ends_on <= limit
        if is_settled or not stage_reached(THREE_YEARS, due_on=limit, on=on):
            continue
        for owner in dict.fromkeys((*told, partner_person(row.partner))):
            yield Due(
                rule="DL-28",
                subject=f"deployment:{row.pk}",
                says=_settle(row, owner),
                why=f"{tenure[row.pk].arithmetic()} (DEP-10).",
                url=f"/deployments/{row.pk}/",
                owner=owner,
                due_on=limit,
                state=state_on(on, limit, None),
                stage=stage_reached(THREE_YEARS, due_on=limit, on=on),
                escalate_to=higher,
                authority_id=authority.pk,
            )


def _settle(deployment: Deployment, owner: Person) -> str:
    if owner == partner_person(deployment.partner):
        return f"Hand over {deployment.school.name} before your three years there are up"
    return f"Settle who follows {deployment.partner.full_name} at {deployment.school.name}"


def _whose(partner: Partner, owner: Person) -> str:
    return "Your" if owner == partner_person(partner) else f"{partner.full_name}'s"


Lapsing = list[tuple[Partner, Standing]]


def lapsing(on: date, partner_ids: Iterable[int] | None = None) -> Lapsing:
    """The SIPs who are warned, and those who lapsed of late, each with the sector that says it: all lapse together."""
    partners = near_lapse(on, back_months=LOOK_BACK_MONTHS)
    if partner_ids is not None:
        partners = partners.filter(pk__in=list(partner_ids))
    found = standings_of(partners, on)
    people = Partner.objects.filter(pk__in=found).select_related("user").order_by("reference")
    rows = []
    for partner in people:
        standing = next((row for row in found[partner.pk] if row.state is not State.REMOVED), None)
        if standing is not None:
            rows.append((partner, standing))
    return rows


def _lapsing_here(authority: Authority, told: tuple[Person, ...], on: date) -> Iterator[Due]:
    engaged = Engagement.objects.running(on).filter(authority=authority).values_list("partner_id", flat=True)
    for partner, standing in lapsing(on, set(engaged)):
        for owner in told:
            yield _warning(partner, standing, owner, on, authority_id=authority.pk)
            if on >= standing.lapses_on:
                yield _lapse(partner, standing, owner, on, authority_id=authority.pk)


def _national(on: date) -> Iterator[Due]:
    rows = Membership.objects.running(on).filter(role=Role.PROGRAMME.value, user__is_active=True)
    staff = [person_of(row.user) for row in rows.select_related("user").order_by("user__full_name", "user_id")]
    for partner, standing in lapsing(on):
        for owner in dict.fromkeys((partner_person(partner), *staff)):
            yield _warning(partner, standing, owner, on)
        yield _lapse(partner, standing, partner_person(partner), on)


def _warning(partner: Partner, standing: Standing, owner: Person, on: date, *, authority_id: int | None = None) -> Due:
    """The warning is itself what is due; whoever is told of it has until the lapse."""
    return Due(
        rule="DL-29",
        subject=partner.audit_subject,
        says=f"{_whose(partner, owner)} accreditation lapses on {day(standing.lapses_on)} without new practice as a SIP",
        why=f"Last practised on {day(standing.last_practised_on)}.",
        url=f"/partners/{partner.reference}/",
        owner=owner,
        due_on=standing.warn_on,
        state=DueState.DUE if on < standing.lapses_on else DueState.MET,
        stage=stage_reached(WARNING, due_on=standing.warn_on, on=on),
        authority_id=authority_id,
    )


def _lapse(partner: Partner, standing: Standing, owner: Person, on: date, *, authority_id: int | None = None) -> Due:
    has_lapsed = standing.state is State.LAPSED
    says = "lapsed" if has_lapsed else "lapses"
    more = " If the record is wrong, tell the national programme." if has_lapsed else ""
    return Due(
        rule="DL-30",
        subject=partner.audit_subject,
        says=f"{_whose(partner, owner)} accreditation {says} on {day(standing.lapses_on)}",
        why=f"{standing.because()}{more}",
        url=f"/partners/{partner.reference}/",
        owner=owner,
        due_on=standing.lapses_on,
        state=state_on(on, standing.lapses_on, None),
        stage=stage_reached(LAPSE, due_on=standing.lapses_on, on=on),
        authority_id=authority_id,
    )
