"""The outbox. Messages are queued in the transaction that causes them and leave after commit (D-32)."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone

from .models import EmailState, OutgoingEmail

TRIES = 5
CLAIM_LASTS = timedelta(minutes=10)
DAY_BEGINS, DAY_ENDS = time(7, 0), time(19, 0)
SATURDAY = 5


def link(path: str) -> str:
    """An address outside the building; `SITE_URL` is its only source."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def queue(
    *, to: str, kind: str, template: str, context: dict, at: datetime, about: str = "",
    authority_id: int | None = None, urgent: bool = False,
) -> OutgoingEmail:  # fmt: skip
    """Queue one message. The first line of `template` is its subject, the rest its text."""
    text = render_to_string(template, {**context, "link": link, "site_url": settings.SITE_URL}).strip()
    subject, _, body = text.partition("\n")
    email = OutgoingEmail.objects.create(
        to=to, subject=subject.strip()[:200], body=body.strip() + "\n", kind=kind, about=about,
        authority_id=authority_id, queued_at=at, is_urgent=urgent,
        not_before=None if urgent else opening_time(at),
    )  # fmt: skip
    transaction.on_commit(_ask_for_delivery, robust=True)
    return email


def opening_time(at: datetime) -> datetime | None:
    """When a message that is not urgent may leave: never at night or at a weekend. `None`: at once."""
    local = timezone.localtime(at)
    day = local.date()
    if local.time() >= DAY_ENDS:
        day += timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    opens = timezone.make_aware(datetime.combine(day, DAY_BEGINS))
    return opens if opens > at else None


def _ask_for_delivery() -> None:
    from .tasks import deliver_mail  # the tasks import this module

    deliver_mail.delay()


def deliver(*, at: datetime, limit: int = 200) -> dict[str, int]:
    """Send what is due; each message is claimed first, so two workers never send the same one.

    A message that fails is tried again up to five times, then stands as failed where people see it.
    """
    counts = {"sent": 0, "failed": 0}
    if not settings.MAIL_SENDING:
        return counts
    free = Q(claimed_at=None) | Q(claimed_at__lt=at - CLAIM_LASTS)
    due = OutgoingEmail.objects.filter(free, state=EmailState.QUEUED).filter(Q(not_before=None) | Q(not_before__lte=at))
    for email in due.order_by("queued_at", "pk")[:limit]:
        claimed = OutgoingEmail.objects.filter(free, pk=email.pk, state=EmailState.QUEUED)
        if not claimed.update(claimed_at=at, attempts=F("attempts") + 1):
            continue
        counts["sent" if _send(email, at) else "failed"] += 1
    return counts


def _send(email: OutgoingEmail, at: datetime) -> bool:
    message = EmailMessage(email.subject, email.body, settings.DEFAULT_FROM_EMAIL, [email.to])
    message.extra_headers["Message-ID"] = f"<{email.pk}.{email.kind}@{settings.MAIL_DOMAIN}>"
    try:
        message.send()
    except Exception as error:  # any fault of the mail server is the message's, not the run's
        state = EmailState.FAILED if email.attempts + 1 >= TRIES else EmailState.QUEUED
        OutgoingEmail.objects.filter(pk=email.pk).update(state=state, last_error=str(error)[:300], claimed_at=None)
        return False
    OutgoingEmail.objects.filter(pk=email.pk).update(state=EmailState.SENT, sent_at=at, last_error="")
    return True
