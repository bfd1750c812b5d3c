"""Which SIPs and whose records each reach finds (D-4, D-6, D-7). Asked when a page is asked for, when all models are there."""

from django.db.models import Q

from accounts.access import everything
from accounts.models import Authority
from accounts.permissions import Permission, Role

P = Permission

# What an authority may do or see only while it engages the SIP (D-7).
OF_ENGAGED = frozenset(
    {
        P.PARTNER_EDIT,
        P.PARTNER_PRIVATE,
        P.PARTNER_FACT_CONFIRM,
        P.INTEREST_VIEW,
        P.INTEREST_DECLARE,
        P.SELF_DECLARATION_VIEW,
        P.CPD_VIEW,
        P.CPD_ACCEPT,
    }
)


def looking_after(capacities) -> Q:
    """SIPs that these capacities are, or look after as line manager, reviewer or mentor (D-4)."""
    return Q(pk__in=[capacity.partner_id for capacity in capacities if capacity.partner_id is not None])


def within_reach_of_authorities(ids, on) -> Q:
    """SIPs engaged by these authorities, or willing to work for them or in their regions (D-7)."""
    from .people import Willingness

    regions = Authority.objects.filter(pk__in=ids).values("region_id")
    willing = Willingness.objects.running(on).filter(Q(authority_id__in=ids) | Q(region_id__in=regions))
    return Q(pk__in=willing.values("partner_id")) | engaged_by(ids, on)


def within_reach_of_regions(ids, on) -> Q:
    """SIPs engaged by authorities in these regions, or willing to work there."""
    from .engagement import Engagement
    from .people import Willingness

    willing = Willingness.objects.running(on).filter(Q(region_id__in=ids) | Q(authority__region_id__in=ids))
    engaged = Engagement.objects.filter(authority__region_id__in=ids)
    return Q(pk__in=willing.values("partner_id")) | Q(pk__in=engaged.values("partner_id"))


def engaged_by(ids, on) -> Q:
    """SIPs whom these authorities engage."""
    from .engagement import Engagement

    return Q(pk__in=Engagement.objects.running(on).filter(authority_id__in=ids).values("partner_id"))


def engaged_partners(ids, on) -> Q:
    """Rows about SIPs whom these authorities engage."""
    from .engagement import Engagement

    return Q(partner__in=Engagement.objects.running(on).filter(authority_id__in=ids).values("partner_id"))


def own_or_looked_after_partner(capacities) -> Q:
    """Rows about the SIP themself and about looked-after SIPs, where the row is tied to no authority."""
    return Q(partner_id__in=[capacity.partner_id for capacity in capacities if capacity.partner_id is not None])


def deployed_at(ids, on) -> Q:
    """SIPs at work in these schools."""
    from .deployment import Deployment

    return Q(pk__in=Deployment.objects.active(on).filter(school_id__in=ids).values("partner_id"))


def only_own_engagements(permission, role, viewer) -> Q:
    """An authority changes a SIP's record, or sees what is private, only while it engages the SIP (D-7)."""
    if permission not in OF_ENGAGED:
        return everything()
    if role in {Role.MANAGER, Role.ADMINISTRATOR, Role.SENIOR_ADVISER}:
        ids = {c.authority_id for c in viewer.capacities if c.role is role and c.authority_id is not None}
        return engaged_by(sorted(ids), viewer.on)
    return everything()


def own_or_looked_after(capacities, partner="partner_id", authority="authority_id") -> Q:
    """Rows of the SIP, whatever the authority, and of looked-after SIPs at the authority that asked for it."""
    own = {c.partner_id for c in capacities if c.role is Role.SIP and c.partner_id is not None}
    found = Q(**{f"{partner}__in": sorted(own)})
    looked_after: dict[int, set[int]] = {}
    for capacity in capacities:
        if capacity.role is not Role.SIP and capacity.partner_id is not None and capacity.authority_id is not None:
            looked_after.setdefault(capacity.authority_id, set()).add(capacity.partner_id)
    for authority_id, partner_ids in sorted(looked_after.items()):
        found |= Q(**{authority: authority_id, f"{partner}__in": sorted(partner_ids)})
    return found


def by_this_partner(viewer, partner="partner_id") -> Q:
    """The viewer's own work as a SIP, left out of rights marked `*` (D-6)."""
    return Q(**{partner: viewer.partner_id}) if viewer.partner_id else Q(pk__in=())


def engaged_in(region_ids) -> Q:
    """SIPs whom authorities of these regions engage or engaged."""
    from .engagement import Engagement

    return Q(pk__in=Engagement.objects.filter(authority__region_id__in=region_ids).values("partner_id"))


def of_these_partners(capacities, partner="partner_id") -> Q:
    """Rows of the SIPs that these capacities are or look after, whatever the authority."""
    return Q(**{f"{partner}__in": [c.partner_id for c in capacities if c.partner_id is not None]})
