"""Who somebody is because of SIPs: a SIP, or one who looks after SIPs; and which schools are theirs (D-4, ROL-22)."""

from collections.abc import Iterable
from datetime import date

from django.db import connection
from django.db.models import Prefetch, Q

from accounts.access import Capacity, Viewer
from accounts.models import Authority, User
from accounts.permissions import ROLE_NAMES, P, Role
from accounts.standings import Standing
from partners.models import Deployment, Engagement, Partner, Support, SupportKind, own_or_looked_after

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


def partitions_with_sips():
    """The partitions of authorities that engage or engaged a SIP, or have one at a school."""
    here = Q(pk__in=Engagement.objects.values("authority_id")) | Q(pk__in=Deployment.objects.values("authority_id"))
    return Authority.objects.filter(here).values_list("code", flat=True)


def people_by_partner(authority_ids: Iterable[int], on: date):
    """The accounts of the SIPs whom some authorities engage."""
    rows = Engagement.objects.running(on).filter(authority_id__in=authority_ids, partner__user__isnull=False)
    return rows.values("partner__user_id")


def people_by_support(authority_ids: Iterable[int], on: date):
    """The accounts of those who look after SIPs for some authorities."""
    return Support.objects.running(on).filter(engagement__authority_id__in=authority_ids).values("user_id")


def sips_of_people(viewer: Viewer) -> Prefetch:
    """The SIP that each of some people is, with the engagements that the viewer may know of (D-7)."""
    engagements = Engagement.objects.running(viewer.on).visible_to(viewer, P.PARTNER_PRIVATE).select_related("authority")
    known = Prefetch("engagements", queryset=engagements.order_by("authority__name", "pk"), to_attr="known_engagements")
    return Prefetch("partner", queryset=Partner.objects.prefetch_related(known), to_attr="sip_record")


def words_of_sip(person: User) -> list[str]:
    """What being a SIP makes of a person fetched with `sips_of_people`."""
    if person.sip_record is None:
        return []
    name = ROLE_NAMES[Role.SIP]
    return [f"{name}, {row.authority.name}" for row in person.sip_record.known_engagements] or [name]


def support_of_people(viewer: Viewer) -> Prefetch:
    """Whom each of some people looks after today, as far as the viewer may know."""
    engagements = Engagement.objects.visible_to(viewer, P.PARTNER_PRIVATE).values("pk")
    rows = Support.objects.running(viewer.on).filter(engagement__in=engagements).select_related("engagement__authority")
    return Prefetch("supporting", queryset=rows.order_by("kind", "pk"), to_attr="running_support")


def words_of_support(person: User) -> list[str]:
    """The looking after of SIPs fetched with `support_of_people`, each place once."""
    return [f"{ROLE_NAMES[ROLE_OF_SUPPORT[row.kind]]}, {row.engagement.authority.name}" for row in person.running_support]


def sip_holders(roles: Iterable[str], viewer: Viewer):
    """The accounts of SIPs."""
    return Partner.objects.filter(user__isnull=False).values("user_id")


def support_holders(roles: Iterable[str], viewer: Viewer):
    """The accounts of those who look after SIPs in one of some roles, as far as the viewer may know."""
    kinds = [kind for kind, role in ROLE_OF_SUPPORT.items() if role.value in set(roles)]
    engagements = Engagement.objects.visible_to(viewer, P.PARTNER_PRIVATE).values("pk")
    return Support.objects.running(viewer.on).filter(kind__in=kinds, engagement__in=engagements).values("user_id")


SIP_STANDING = Standing(frozenset({Role.SIP}), sips_of_people, words_of_sip, sip_holders)
SUPPORT_STANDING = Standing(
    frozenset(ROLE_OF_SUPPORT.values()), support_of_people, words_of_support, support_holders
)  # fmt: skip
