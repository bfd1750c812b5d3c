"""How an authority is reached: what stands in the header and on the contact page (AUT-1, SPM-11, SPM-14)."""

from datetime import datetime

from django.db import transaction

from accounts.models import Authority, User
from sipmanager.core import audit


def set_contact(*, authority: Authority, phone: str, mailbox: str, by: User, at: datetime) -> bool:
    """Set an authority's telephone and mailbox; `False`, and nothing written, where both are as they were."""
    if (authority.phone, authority.mailbox) == (phone, mailbox):
        return False
    with transaction.atomic():
        authority.phone, authority.mailbox = phone, mailbox
        authority.save(update_fields=["phone", "mailbox"])
        audit.record(what="authority.contact", subject=authority, by=by, at=at, phone=phone, mailbox=mailbox)
    return True
