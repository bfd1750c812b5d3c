"""What is owed about deployments, DL-28, and who owes it (D-30)."""

from collections.abc import Iterator
from datetime import date

from accounts.models import Authority, Membership, User
from accounts.permissions import Role
from accounts.selectors import authority_of, holders
from partners.deadlines import THREE_YEARS, stage_reached
from partners.models import Deployment, Partner
from sipmanager.core.deadlines import Due, Person, state_on

from ..accreditation.standing import at_work_for, tenure_of


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
    """The dues of an authority about its SIPs' three years at a school."""
    authority = authority_of(partition)
    return list(_three_years(authority, managers(authority, on), on)) if authority else []


def programme_staff(on: date) -> tuple[Person, ...]:
    """The national programme's staff."""
    rows = Membership.objects.running(on).filter(role=Role.PROGRAMME.value, user__is_active=True)
    return tuple(person_of(row.user) for row in rows.select_related("user").order_by("user__full_name", "user_id"))


def _three_years(authority: Authority, told: tuple[Person, ...], on: date) -> Iterator[Due]:
    """Deployments whose three years end within a year and whose end is not settled by then."""
    deployments = at_work_for(authority.pk, on)
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
                why=f"{tenure[row.pk].arithmetic()}.",
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
