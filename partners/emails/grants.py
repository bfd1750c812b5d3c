"""Mails about the conditions of grant. Each carries a link and nothing of the concern itself."""

from datetime import datetime

from django.utils import timezone

from accounts.permissions import Role
from accounts.selectors import holders
from sipmanager.core import mail

from ..models import GrantConcern


def concern_shared(*, concern: GrantConcern, at: datetime) -> None:
    """Tell the SIP managers of the authority that their coordinator shares a concern with them (COG-M)."""
    on = timezone.localtime(at).date()
    for person in holders(role=Role.MANAGER, authority=concern.authority_id, on=on):
        mail.queue(
            to=person.email,
            kind="concern_shared",
            template="partners/emails/concern_shared.txt",
            context={"concern": concern, "name": person.full_name, "path": f"/conditions-of-grant/concerns/{concern.pk}/"},
            about=f"grantconcern:{concern.pk}",
            authority_id=concern.authority_id,
            at=at,
        )
