"""What the night does for development events: invitations follow the record of deployments (CPD-12)."""

import logging
from datetime import date, datetime

from django.core.exceptions import PermissionDenied

from accounts.models import User
from partners.models import DevelopmentEvent
from sipmanager.core.jobs import NATIONAL, Tally
from sipmanager.core.workflow import MoveRefused

from ..actions import invite_to_event

logger = logging.getLogger(__name__)


def invite(*, event_id: int, by_id: int, at: datetime) -> None:
    """Send the invitations that somebody asked for. Where their right has ended since, the night sends them."""
    event = DevelopmentEvent.objects.select_related("authority").get(pk=event_id)
    try:
        invite_to_event(event=event, by=User.objects.get(pk=by_id), at=at)
    except (MoveRefused, PermissionDenied):
        logger.info("event %s is cancelled, or %s may no longer invite to it", event_id, by_id)


def invite_newly_deployed(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """Invite SIPs deployed since to the coming events for which invitations have gone out."""
    tally = Tally()
    rows = DevelopmentEvent.objects.filter(cancelled_on=None, invited_at__isnull=False, held_on__gte=on)
    rows = rows.filter(authority=None) if partition == NATIONAL else rows.filter(authority__code=partition)
    for event in rows.select_related("authority").order_by("held_on", "pk"):
        try:
            if not dry_run:
                invite_to_event(event=event, by=None, at=at)
        except Exception as error:  # one event must not stop the others
            tally.fail("invite_newly_deployed", f"event:{event.pk}", error)
    return tally
