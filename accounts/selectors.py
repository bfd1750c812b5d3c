"""Reads over authorities, policies and memberships."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from sipmanager.core import readings
from sipmanager.core.jobs import NATIONAL

from .access import Capacity
from .authorities import plain_name
from .models import Authority, Invitation, LocalPolicy, Membership, User, at_authorities
from .permissions import Role
from .presets import Policy, Setting

NATIONAL_POLICY = Policy("national")


def policy_row_on(*, authority: Authority | int, on: date) -> LocalPolicy | None:
    """The local policy in force at an authority on a day, as its row; `None` where none is (D-39)."""
    authority_id = getattr(authority, "pk", authority)
    return policy_rows_on([authority_id], on).get(authority_id)


@readings.of_each
def policy_rows_on(authority_ids: Iterable[int], on: date) -> dict[int, LocalPolicy]:
    """The local policy in force at each of some authorities on a day; one query. Those without one are left out."""
    rows = LocalPolicy.objects.filter(authority__in=set(authority_ids), starts_on__lte=on).order_by("starts_on", "pk")
    return {row.authority_id: row for row in rows}


def policy_on(*, authority: Authority | int, on: date) -> Policy:
    """The settings in force at an authority on a day; those of `national` where none are (D-39)."""
    row = policy_row_on(authority=authority, on=on)
    return row.policy if row else NATIONAL_POLICY


def membership_capacities(*, user: User, on: date) -> Iterable[Capacity]:
    """What a person's memberships make them on a day; one query."""
    rows = Membership.objects.running(on).filter(user=user).select_related("authority", "region", "diocese")
    for row in rows.order_by("role", "pk"):
        place = row.authority or row.region or row.diocese
        yield Capacity(
            role=Role(row.role),
            authority_id=row.authority_id,
            region_id=row.region_id,
            diocese_id=row.diocese_id,
            place=place.name if place else "",
            authority_phone=row.authority.phone if row.authority else "",
        )


def people_by_membership(authority_ids: Iterable[int], on: date) -> QuerySet:
    """Everybody who holds, held or will hold a role at some authorities."""
    return Membership.objects.filter(at_authorities(authority_ids, on)).values("user_id")


def people_by_invitation(authority_ids: Iterable[int], on: date) -> QuerySet:
    """Everybody whose account some authorities invited."""
    invited = Invitation.objects.filter(at_authorities(authority_ids, on), accepted_by__isnull=False)
    return invited.values("accepted_by_id")


def holders(*, role: Role, authority: Authority | int, on: date) -> list[User]:
    """The active people who hold a role at an authority on a day, in order of name."""
    authority_id = getattr(authority, "pk", authority)
    return [row.user for row in staff_on([authority_id], on).get(authority_id, ()) if row.role == role.value]


@readings.of_each
def staff_on(authority_ids: Iterable[int], on: date) -> dict[int, list[Membership]]:
    """Who holds which role at each of some authorities on a day, in order of name; one query for all roles."""
    rows = Membership.objects.running(on).filter(authority_id__in=authority_ids, user__is_active=True)
    found: dict[int, list[Membership]] = defaultdict(list)
    for row in rows.select_related("user").order_by("user__full_name", "user_id"):
        found[row.authority_id].append(row)
    return found


def partition_codes() -> list[str]:
    """The partitions of the night: every authority's code, and the national one (D-29)."""
    return [NATIONAL, *Authority.objects.order_by("code").values_list("code", flat=True)]


def partitions_with_people() -> QuerySet:
    """The partitions of authorities that somebody works or worked for, or that have a mailbox."""
    rows = Authority.objects.filter(
        Q(pk__in=Membership.objects.exclude(authority=None).values("authority_id")) | ~Q(mailbox="")
    )
    return rows.values_list("code", flat=True)


@readings.kept
def authority_of(partition: str) -> Authority | None:
    """The authority of a partition of the night; `None` for the national one, and for a code that nobody has."""
    return None if partition == NATIONAL else Authority.objects.filter(code=partition).first()


def authority_called(text: str) -> Authority | None:
    """The authority of a code or a name, in any of its spellings (SRC-11); of two of one name, the one of today."""
    wanted = plain_name(text)
    by_code = Authority.objects.filter(code__iexact=text.strip()).first()
    if by_code is not None or not wanted:
        return by_code
    found = [
        authority
        for authority in Authority.objects.order_by("pk")
        if wanted in {plain_name(name) for name in (authority.name, *authority.aliases)}
    ]
    return next((authority for authority in found if authority.ends_on is None), found[0] if found else None)


def policy_changes(before: Policy, after: Policy) -> list[tuple[Setting, Any, Any]]:
    """The settings in which two policies differ, each with its value before and after."""
    values = dict(before.items())
    return [(setting, values[setting], value) for setting, value in after.items() if values[setting] != value]
