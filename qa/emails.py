"""Messages of quality assurance; they carry links, never the feedback itself."""

from datetime import datetime

from django.urls import reverse

from sipmanager.core import mail

from .models import ShadowVisit


def feedback_sent(*, shadow: ShadowVisit, at: datetime) -> None:
    """Tell the SIP that written feedback is there to read (QA-8)."""
    mail.queue(
        to=shadow.partner.email,
        kind="shadow-feedback",
        template="qa/emails/feedback_sent.txt",
        context={"shadow": shadow, "url": mail.link(reverse("qa:shadow-detail", args=[shadow.pk]))},
        at=at,
        about=f"shadowvisit:{shadow.pk}",
        authority_id=shadow.authority_id,
    )


def shadow_planned(*, shadow: ShadowVisit, at: datetime) -> None:
    """Tell the SIP that a shadow visit is planned, so that they clear it with the school (QA-8)."""
    mail.queue(
        to=shadow.partner.email,
        kind="shadow-planned",
        template="qa/emails/shadow_planned.txt",
        context={"shadow": shadow, "url": mail.link(reverse("qa:shadow-detail", args=[shadow.pk]))},
        at=at,
        about=f"shadowvisit:{shadow.pk}",
        authority_id=shadow.authority_id,
    )
