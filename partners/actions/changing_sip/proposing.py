"""A change of SIP as one job: the new one is proposed, and the last day of the old one planned with it (ACT-15, DEP-17)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from partners.models import CLOSED_STATES, Deployment, Handover, Partner
from partners.selectors import followers_of, follows_already
from sipmanager.core import audit
from sipmanager.core.wording import day, has_substance

from ..deployment.deploying import MAY_END, propose_deployment
from ..permitting import refuse, refuse_own_work, require

P = Permission


def plan_change(
    *, outgoing: Deployment, partner: Partner, starts_on: date, last_on: date, reason: str, by: User, at: datetime,
    days: Decimal | None = None, reasons: Mapping[str, str] | None = None,
) -> Handover:  # fmt: skip
    """Propose `partner` for the school from `starts_on` and plan `last_on` as the last day of the outgoing SIP.

    Nothing of the outgoing deployment changes until the new one is confirmed; then its end is set with everything that
    follows. The two may overlap by the days of POL-41. A SIP whom another follows
    already, confirmed or proposed, is not followed by a second. Raises `Refused` with every finding of the rules.
    """
    require(by=by, permission=P.DEPLOYMENT_END, record=outgoing, at=at)
    refuse_own_work(by=by, partner=outgoing.partner)
    if outgoing.is_void or outgoing.confirmed_on is None or outgoing.status in CLOSED_STATES:
        refuse("Only a SIP who is confirmed for the school can be followed by another.")
    if outgoing.partner_id == partner.pk:
        refuse(f"{partner.full_name} is the school's SIP already. Choose somebody else.")
    if last_on < outgoing.starts_on:
        refuse(f"The last day, {day(last_on)}, must be on or after the first, {day(outgoing.starts_on)}.")
    if not has_substance(reason):
        refuse("Enter why the SIP changes.")
    follower = followers_of([outgoing]).get(outgoing.pk)
    if follower is not None:
        refuse(follows_already(follower))
    if outgoing.status not in MAY_END and outgoing.ends_on is not None and last_on != outgoing.ends_on:
        refuse(f"The last day of {outgoing.partner.full_name} is set already: {day(outgoing.ends_on)}.")
    with transaction.atomic():
        handover = Handover.objects.create(
            authority=outgoing.authority, school=outgoing.school, outgoing=outgoing, starts_on=starts_on, last_on=last_on,
            reason=reason.strip()[:300], planned_at=at, planned_by=by,
        )  # fmt: skip
        incoming = propose_deployment(
            school=outgoing.school, partner=partner, starts_on=starts_on, days=days, reasons=reasons, by=by, at=at
        )
        handover.incoming = incoming
        handover.save(update_fields=["incoming"])
        audit.record(
            what="handover.plan", subject=handover, by=by, at=at, about_on=starts_on, last_on=last_on, outgoing=outgoing.pk,
            incoming=incoming.pk,
        )  # fmt: skip
    return handover
