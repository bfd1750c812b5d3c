"""Handing a draft whose SIP has left to another SIP (D-28)."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.access import Viewer, can
from accounts.permissions import Permission
from partners.models import Partner
from sipmanager.core import audit
from sipmanager.core.workflow import MoveRefused, OutOfDate

from .. import emails
from ..models import Note
from ..selectors import issue_pending, successors, why_not_handed_over
from ..states import ISSUED
from ..workflow import BEING_ISSUED

NOT_THEIRS = "Choose a SIP who works in the school or for the authority and can sign in."


def hand_over_note(*, note: Note, to: Partner, viewer: Viewer, at: datetime) -> Note:
    """The note is another SIP's from now on, to write, answer for and issue; the visit stays the first SIP's.

    Raises `PermissionDenied`, `MoveRefused` while its SIP has not left or where the other cannot take it, `OutOfDate`
    where somebody was first. Then nothing is written.
    """
    if not can(viewer, Permission.NOTE_HAND_OVER, note):
        raise PermissionDenied("Handing over this note is not for this person")
    with transaction.atomic():
        was = note.partner
        # Claimed first, so that what is asked next is asked of the note as it stands, and of it alone.
        rows = Note.objects.filter(pk=note.pk, partner_id=was.pk, handed_over_at=note.handed_over_at)
        if not rows.exclude(status__in=sorted(ISSUED)).update(partner=was):
            raise OutOfDate(["The note has been handed over or issued meanwhile. Look at where it stands now."])
        if issue_pending(note):
            raise OutOfDate([BEING_ISSUED])
        reason = why_not_handed_over(note=note, on=viewer.on)
        if reason:
            raise MoveRefused([reason])
        if to.pk == viewer.partner_id or not successors(note=note, on=viewer.on).filter(pk=to.pk).exists():
            raise MoveRefused([NOT_THEIRS])
        rows.update(partner=to, handed_from=was, handed_over_at=at)
        audit.record(what="note.hand_over", subject=note, by=viewer.user, at=at, was=was.reference, now=to.reference)
        note.refresh_from_db()
        emails.handed_over(note=note, at=at)
    return note
