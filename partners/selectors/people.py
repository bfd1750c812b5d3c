"""Who somebody is because of SIPs: a SIP, or one who looks after SIPs; and which schools are theirs (D-4, ROL-22)."""

from collections.abc import Iterable
from datetime import date

from django.db import connection
from django.db.models import Q

from accounts.access import Capacity
from accounts.models import User
from accounts.permissions import Role
from partners.models import Deployment, Engagement, Support, SupportKind, own_or_looked_after

ROLE_OF_SUPPORT = {
    SupportKind.LINE_MANAGER.value: Role.LINE_MANAGER,
    SupportKind.REVIEWER.value: Role.LINE_MANAGER,
    SupportKind.MENTOR.value: Role.MENTOR,
}


# Asked at every request, so it is written out: the framework takes longer to put such a union together than to ask it.
CAPACITIES = """
    SELECT sip.id, 'sip', engagement.authority_id, authority.name, authority.phone, sip.full_name
    FROM partners_partner sip
    LEFT JOIN partners_engagement engagement ON engagement.partner_id = sip.id
        AND (engagement.starts_on IS NULL OR engagement.starts_on <= %s)
        AND (engagement.ends_on IS NULL OR engagement.ends_on >= %s)
    LEFT JOIN accounts_authority authority ON authority.id = engagement.authority_id
    WHERE sip.user_id = %s AND sip.merged_into_id IS NULL
    UNION
    SELECT sip.id, support.kind, engagement.authority_id, authority.name, authority.phone, sip.full_name
    FROM partners_support support
    JOIN partners_engagement engagement ON engagement.id = support.engagement_id
    JOIN accounts_authority authority ON authority.id = engagement.authority_id
    JOIN partners_partner sip ON sip.id = engagement.partner_id
    WHERE support.user_id = %s AND support.starts_on <= %s AND (support.ends_on IS NULL OR support.ends_on >= %s)
        AND sip.merged_into_id IS NULL
"""


def partner_capacities(*, user: User, on: date) -> Iterable[Capacity]:
    """What SIPs make of a person on a day: a SIP at each authority that engages them, and who they look after.

    One query. A SIP whom no authority engages is still a SIP, tied to no authority.
    """
    day = connection.ops.adapt_datefield_value(on)
    with connection.cursor() as cursor:
        cursor.execute(CAPACITIES, [day, day, user.pk, user.pk, day, day])
        found = {_capacity(*row) for row in cursor.fetchall()}
    yield from sorted(found, key=lambda c: (c.role is not Role.SIP, c.role.value, c.authority_name, c.place, c.key))


def _capacity(
    partner_id: int, kind: str, authority_id: int | None, authority: str | None, phone: str | None, partner: str
) -> Capacity:
    authority = authority or ""
    role = ROLE_OF_SUPPORT.get(kind, Role.SIP)
    return Capacity(
        role=role,
        authority_id=authority_id,
        partner_id=partner_id,
        place=authority if role is Role.SIP else partner,
        authority_name=authority,
        authority_phone=phone or "",
    )


def own_schools(viewer, capacities) -> Q:
    """The schools where a SIP is at work on the viewer's day, and where looked-after SIPs are (ROL-22, ROL-31)."""
    rows = Deployment.objects.active(viewer.on).filter(own_or_looked_after(capacities))
    return Q(pk__in=rows.values("school_id"))


def people_by_partner(authority_ids: Iterable[int], on: date):
    """The accounts of the SIPs whom some authorities engage."""
    rows = Engagement.objects.running(on).filter(authority_id__in=authority_ids, partner__user__isnull=False)
    return rows.values("partner__user_id")


def people_by_support(authority_ids: Iterable[int], on: date):
    """The accounts of those who look after SIPs for some authorities."""
    return Support.objects.running(on).filter(engagement__authority_id__in=authority_ids).values("user_id")
