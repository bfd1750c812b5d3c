"""What in quality assurance reads local policy, and whose shadow visit would fall due on another day (POL-34)."""

from collections.abc import Collection, Iterable
from datetime import date

from accounts.models import Authority
from accounts.policy_effects import Effect
from partners.models import Engagement
from sipmanager.core.wording import counted

from .deadlines import DEADLINES

EFFECTS = (
    Effect("POL-8", "DL-36", DEADLINES[0].says),
    Effect("POL-49", "DL-37", DEADLINES[1].says),
    Effect("POL-22", "DL-37", DEADLINES[1].says),
)


def in_progress(authority: Authority, on: date, changed: Collection[str]) -> Iterable[str]:
    """Shadow visits are worked out from the policy of the day: a change moves the next of every SIP at once."""
    if "POL-8" not in changed:
        return
    many = Engagement.objects.running(on).filter(authority=authority).count()
    if many:
        yield f"The next shadow visit of {counted(many, 'SIP')} is worked out anew from the first day (DL-36)."
