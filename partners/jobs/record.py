"""What the night asks of SIPs, and which interests it finds to touch a deployment (REG-8, REG-10, REG-18, PRE-11)."""

from datetime import date, datetime

from accounts.models import Authority
from sipmanager.core.jobs import Tally

from ..actions import ask_to_confirm, flag_untold, live_deployments
from ..selectors import to_ask


def ask_for_confirmations(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """Ask the SIPs whom one authority engages for what is due to be confirmed. What was asked for stays asked."""
    tally = Tally()
    authority = Authority.objects.filter(code=partition).first()
    for asking in to_ask(authority, on) if authority else ():
        try:
            if not dry_run:
                ask_to_confirm(
                    partner=asking.partner, authority=authority, kind=asking.kind, for_on=asking.for_on,
                    due_on=asking.due_on, at=at,
                )  # fmt: skip
        except Exception as error:  # one SIP must not stop the others
            tally.fail("ask_for_confirmations", asking.partner.audit_subject, error)
    return tally


def flag_interests(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """Flag the deployments of one authority that interests touch which nobody has been told of yet (PRE-11)."""
    tally = Tally()
    rows = live_deployments(on).filter(authority__code=partition, partner__interests__isnull=False).distinct()
    for deployment in rows.select_related("school__diocese", "authority", "partner").order_by("pk"):
        try:
            if not dry_run:
                flag_untold(deployment=deployment, at=at)
        except Exception as error:  # one deployment must not stop the others
            tally.fail("flag_interests", f"deployment:{deployment.pk}", error)
    return tally
