"""Who somebody is because of SIPs: a SIP, or one who looks after SIPs; and which schools are theirs (D-4, ROL-22)."""

from collections.abc import Iterable
from datetime import date

from django.db.models import CharField, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.access import Capacity
from accounts.models import User
from accounts.permissions import Role
from partners.models import Deployment, Engagement, Partner, Support, SupportKind, own_or_looked_after

ROLE_OF_SUPPORT = {
    SupportKind.LINE_MANAGER.value: Role.LINE_MANAGER,
    SupportKind.REVIEWER.value: Role.LINE_MANAGER,
    SupportKind.MENTOR.value: Role.MENTOR,
}


def partner_capacities(*, user: User, on: date) -> Iterable[Capacity]:
    """What SIPs make of a person on a day: a SIP at each authority that engages them, and who they look after.

    One query. A SIP whom no authority engages is still a SIP, tied to no authority.
    """
    engaged = Engagement.objects.running(on).filter(partner=OuterRef("pk")).order_by("pk")
    elsewhere = Engagement.objects.running(on).filter(partner__user=user)
    as_sip = (
        Partner.objects.filter(user=user)
        .annotate(authority=Subquery(engaged.values("authority_id")[:1]))
        .filter(authority=None)
        .values_list("pk", Value("sip", CharField()), F("authority"), Value("", CharField()), F("full_name"))
    )
    engaged_sip = elsewhere.values_list(
        "partner_id", Value("sip", CharField()), "authority_id", "authority__name", "partner__full_name"
    )
    looked_after = (
        Support.objects.running(on)
        .filter(user=user)
        .values_list("engagement__partner_id", "kind", "engagement__authority_id",
                     Coalesce("engagement__authority__name", Value("")), "engagement__partner__full_name")
    )  # fmt: skip
    rows = as_sip.union(engaged_sip, looked_after)
    found = {_capacity(*row) for row in rows}
    yield from sorted(found, key=lambda c: (c.role is not Role.SIP, c.role.value, c.authority_name, c.place, c.key))


def _capacity(partner_id: int, kind: str, authority_id: int | None, authority: str, partner: str) -> Capacity:
    role = ROLE_OF_SUPPORT.get(kind, Role.SIP)
    return Capacity(
        role=role,
        authority_id=authority_id,
        partner_id=partner_id,
        place=authority if role is Role.SIP else partner,
        authority_name=authority,
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
