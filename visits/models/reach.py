"""Who reaches which notes, and how long after a SIP or a school has left (D-2, D-25, ROL-31)."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q

from accounts.permissions import Permission, Role
from partners.models import Deployment, Engagement, by_this_partner, own_or_looked_after
from schools.models import SchoolService, SharingOptOut

from ..states import ISSUED, NoteState

P = Permission

WITH_THE_HEAD = (
    NoteState.DRAFTING, NoteState.LA_REVIEW, NoteState.HEAD_REVIEW, NoteState.AGREED, NoteState.DISPUTED,
    NoteState.MODERATED, NoteState.FINAL, NoteState.POST_APPROVAL_REVIEW,
)  # fmt: skip
HANDOVER = timedelta(days=30)  # a SIP keeps the notes of a school left behind for so long (ROL-31)
KEPT_AFTER_TRANSFER = timedelta(days=2 * 365)  # how far back a new authority reads (D-2)
HEAD_COMES_LATER = ~Q(head_released_at=None) & Q(visit__voided_on=None)


def sent_to(recipient) -> Q:
    """Notes of which some version went to a kind of recipient."""
    from .issued import Distribution

    return Q(pk__in=Distribution.objects.filter(recipient=recipient).values("note_id"))


def not_opted_out(recipient, on) -> Q:
    """Notes of schools that share with this recipient (NOV-36, ROL-27)."""
    opted_out = SharingOptOut.objects.running(on).filter(recipient=recipient).values("school_id")
    return ~Q(school_id__in=opted_out)


def issued_to(role, viewer) -> Q:
    """The issued notes that a role may read: those outside the authority and the school only what was sent to them."""
    issued = Q(status__in=sorted(ISSUED))
    recipient = {Role.DIOCESE: "diocese", Role.READER: "locality_authority"}.get(role)
    return issued & sent_to(recipient) & not_opted_out(recipient, viewer.on) if recipient else issued


def what_a_role_may_reach(permission, role, viewer) -> Q:
    """Which notes a right can concern at all: issued ones for readers, drafts for those who work on them.

    A head reaches a draft from the day it was handed over (D-25), a SIP writes in their own notes alone, and an
    authority to which a school moved reads what was issued and changes nothing (D-2).
    """
    issued = Q(status__in=sorted(ISSUED))
    if permission == P.NOTE_VIEW:
        return issued_to(role, viewer)
    if permission == P.NOTE_WRITE:
        return by_this_partner(viewer)
    if permission == P.NOTE_ANSWER:
        return issued | (HEAD_COMES_LATER & Q(status__in=WITH_THE_HEAD))
    if permission == P.NOTE_AMEND:
        return issued & Q(authority_id__in=sorted(c.authority_id for c in viewer.capacities if c.role is role))
    if role is Role.HEAD:
        return HEAD_COMES_LATER & Q(status__in=WITH_THE_HEAD)
    return ~issued & by_this_partner(viewer) if role is Role.SIP else ~issued


def held_by_authorities(ids, on) -> Q:
    """An authority's own notes, and the issued ones of the last two years of schools that have come to it (D-2)."""
    from .note import Note

    came = Note.objects.filter(
        status__in=sorted(ISSUED), visit__held_on__gt=on - KEPT_AFTER_TRANSFER,
        school_id__in=SchoolService.objects.running(on).filter(authority_id__in=ids).values("school_id"),
    )  # fmt: skip
    return Q(authority_id__in=ids) | Q(pk__among=came.exclude(authority_id__in=ids).values("pk"))


def taken_on(on) -> Q:
    """Notes handed to a SIP who works for the authority still, or in the school (D-28)."""
    engaged = Engagement.objects.running(on).filter(partner_id=OuterRef("partner_id"), authority_id=OuterRef("authority_id"))
    at_work = Deployment.objects.active(on).filter(partner_id=OuterRef("partner_id"), school_id=OuterRef("school_id"))
    return Q(handed_over_at__isnull=False) & (Q(Exists(engaged)) | Q(Exists(at_work)))


def own_notes(viewer, capacities) -> Q:
    """A SIP's notes until a while after leaving the school, the issued ones of the schools they work in now, and the
    notes of SIPs whom the viewer looks after (ROL-22, ROL-30, ROL-31)."""
    from .note import Note

    own = [c for c in capacities if c.role is Role.SIP]
    others = [c for c in capacities if c.role is not Role.SIP]
    still = Q(visit__deployment__ends_on=None) | Q(visit__deployment__ends_on__gte=viewer.on - HANDOVER)
    still = (Q(handed_over_at=None) & still) | taken_on(viewer.on)
    here = Deployment.objects.active(viewer.on).filter(partner_id__in=[c.partner_id for c in own]).values("school_id")
    issued_here = Note.objects.filter(status__in=sorted(ISSUED), school_id__in=here).values("pk")
    return (own_or_looked_after(own) & still) | Q(pk__among=issued_here) | own_or_looked_after(others)
