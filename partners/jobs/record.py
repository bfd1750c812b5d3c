"""What the night asks of SIPs (REG-8, REG-10, REG-18)."""

from datetime import date, datetime

from accounts.models import Authority
from sipmanager.core.jobs import Tally

from ..actions import ask_to_confirm
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
