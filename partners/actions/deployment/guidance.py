"""Publishing local issues to SIPs and guidance to heads, reading it and taking it back (HND-5)."""

from datetime import datetime

from django.db import transaction

from accounts.models import Authority, User
from accounts.permissions import Permission
from partners import emails
from partners.models import Guidance, GuidanceKind
from partners.selectors import GUIDANCE_OPENED, audience_of
from sipmanager.core import audit
from sipmanager.core.models import AuditEvent
from sipmanager.core.wording import has_substance
from sipmanager.core.workflow import OutOfDate

from ..permitting import day_of, refuse, require

P = Permission


def publish_guidance(*, authority: Authority, kind: str, title: str, text: str, by: User, at: datetime) -> Guidance:
    """Publish to the authority's SIPs or heads, as its kind says, and tell each of them once, by a link (HND-5).

    It is not changed afterwards: what has become wrong is withdrawn, and what is new is published beside it.
    """
    require(by=by, permission=P.GUIDANCE_PUBLISH, record=authority, at=at)
    wrong = [] if kind in GuidanceKind.values else ["Select what it is about."]
    wrong += [] if has_substance(title) else ["Enter a title."]
    wrong += [] if has_substance(text) else ["Enter the text."]
    if wrong:
        refuse(*wrong)
    with transaction.atomic():
        guidance = Guidance.objects.create(
            authority=authority,
            kind=kind,
            title=title.strip()[:120],
            text=text.strip()[:8000],
            published_at=at,
            published_by=by,
        )
        told = audience_of(guidance, on=day_of(at))
        audit.record(what="guidance.publish", subject=guidance, by=by, at=at, kind=guidance.kind, told=len(told))
        emails.guidance_published(guidance=guidance, people=told, at=at)
    return guidance


def open_guidance(*, guidance: Guidance, by: User, at: datetime) -> None:
    """Record that somebody has read it: the first time, for those whom it is for."""
    if by.pk not in {one.user_id for one in audience_of(guidance, on=day_of(at))}:
        return
    if not AuditEvent.objects.filter(subject=audit.subject_of(guidance), what=GUIDANCE_OPENED, by_id=by.pk).exists():
        audit.record(what=GUIDANCE_OPENED, subject=guidance, by=by, at=at)


def withdraw_guidance(*, guidance: Guidance, reason: str, by: User, at: datetime) -> None:
    """Take back what is wrong or out of date: nobody whom it was for reads it any more, and it stays on record."""
    require(by=by, permission=P.GUIDANCE_PUBLISH, record=guidance, at=at)
    if not has_substance(reason):
        refuse("Enter why it is withdrawn.")
    values = {"withdrawn_on": day_of(at), "withdrawn_by": by, "withdraw_reason": reason.strip()[:300]}
    with transaction.atomic():
        if not Guidance.objects.filter(pk=guidance.pk, withdrawn_on=None).update(**values):
            raise OutOfDate(["It has been withdrawn already."])
        for column, value in values.items():
            setattr(guidance, column, value)
        audit.record(what="guidance.withdraw", subject=guidance, by=by, at=at)
