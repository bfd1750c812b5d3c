"""The nightly re-check: what deployments at work have come to break is flagged, what is cured is cleared (DEP-12, PRE-13)."""

from datetime import date, datetime

from accounts.models import Authority
from sipmanager.core.jobs import Tally

from ..actions import compare, settle_flags
from ..selectors import decide_by, looked_at


def recheck_deployments(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """Ask the rules again of every deployment of one authority. Run again, it finds nothing new."""
    tally = Tally()
    authority = Authority.objects.filter(code=partition).first()
    if authority is None:
        return tally
    due_on = decide_by(authority, on)
    for looked in looked_at(authority, on):
        try:
            changed = compare(looked)
            if changed and not dry_run:
                settle_flags(changed=changed, due_on=due_on, at=at)
            tally.states_changed += len(changed)
        except Exception as error:  # one deployment must not stop the others
            tally.fail("recheck_deployments", f"deployment:{looked.deployment.pk}", error)
    return tally
