"""A draft whose SIP has left: whether it may be handed to another, and to whom (D-28)."""

from datetime import date

from django.db.models import Q, QuerySet

from partners.models import Deployment, Engagement, Partner
from sipmanager.core.wording import day

from ..models import Note, taken_on
from ..states import ISSUED


def why_not_handed_over(*, note: Note, on: date) -> str:
    """A sentence where the note stays with its SIP; empty where it may be handed to another."""
    if note.status in ISSUED:
        return "The note has been issued: nothing is left to write."
    if note.visit.voided_on is not None:
        return "The visit of this note has been struck out."
    partner, deployment = note.partner, note.visit.deployment
    if partner.user is None or not partner.user.is_active:
        return ""
    if note.handed_over_at is not None:
        works = Note.objects.filter(taken_on(on), pk=note.pk).exists()
        return f"{partner.full_name} still works for {note.authority.name} and keeps the note." if works else ""
    if deployment.voided_on is not None or (deployment.ends_on is not None and deployment.ends_on < on):
        return ""
    until = f", until {day(deployment.ends_on)}" if deployment.ends_on else ""
    return (
        f"{partner.full_name} is still the School Improvement Partner (SIP) of {note.school.name}{until}. "
        "Once the deployment has ended the note can be handed to another SIP."
    )


def successors(*, note: Note, on: date) -> QuerySet[Partner]:
    """The SIPs who may take a note over: at work in its school, or engaged by its authority, and able to sign in."""
    at_work = Deployment.objects.active(on).filter(school_id=note.school_id).values("partner_id")
    engaged = Engagement.objects.running(on).filter(authority_id=note.authority_id).values("partner_id")
    rows = Partner.objects.filter(Q(pk__in=at_work) | Q(pk__in=engaged), user__is_active=True).exclude(pk=note.partner_id)
    return rows.order_by("full_name", "pk")


def sips_of_the_school(*, note: Note, on: date) -> set[int]:
    """Who of them works in the school on a day: they are named first."""
    return set(Deployment.objects.active(on).filter(school_id=note.school_id).values_list("partner_id", flat=True))
