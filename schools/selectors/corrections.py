"""What waits for an officer because a school has said so."""

from accounts.access import Viewer
from accounts.permissions import P, Role
from accounts.selectors import holders

from ..models import Correction


def corrections_in_hand(viewer: Viewer) -> int:
    """How many corrections wait for this person: an administrator, or a manager where there is no administrator."""
    administers = {c.authority_id for c in viewer.capacities if c.role is Role.ADMINISTRATOR}
    stands_in = {
        c.authority_id
        for c in viewer.capacities
        if c.role is Role.MANAGER and not holders(role=Role.ADMINISTRATOR, authority=c.authority_id, on=viewer.on)
    }
    if not administers | stands_in:
        return 0
    return Correction.objects.filter(decided_at=None).visible_to(viewer, P.SCHOOL_EDIT).count()
