"""Mails about what an authority publishes to its SIPs and heads: a link and nothing else (HND-5)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sipmanager.core import mail

from ..models import Guidance


def guidance_published(*, guidance: Guidance, people: Iterable[Any], at: datetime) -> None:
    """Tell each of `people` once that there is something new; one address twice, as the head of two schools, is one mail."""
    names = {one.email.lower(): one.name for one in people if one.email}
    for email, name in names.items():
        mail.queue(
            to=email, kind="guidance_published", template="partners/emails/guidance_published.txt", at=at,
            context={"guidance": guidance, "name": name, "path": f"/deployments/guidance/{guidance.pk}/"},
            about=f"guidance:{guidance.pk}", authority_id=guidance.authority_id,
        )  # fmt: skip
