"""How an authority is reached: what stands in the header and on the contact page (AUT-1, SPM-11, SPM-14)."""

from datetime import datetime

from django.db import transaction

from accounts.models import Authority, User
from sipmanager.core import audit


def set_contact(*, authority: Authority, phone: str, mailbox: str, by: User, at: datetime, address: str | None = None) -> bool:
    """Set an authority's telephone, mailbox and postal address; `False`, and nothing written, where all are as they were.

    `address` stays as it is where it is not given.
    """
    address = authority.address if address is None else address.strip()
    if (authority.phone, authority.mailbox, authority.address) == (phone, mailbox, address):
        return False
    with transaction.atomic():
        authority.phone, authority.mailbox, authority.address = phone, mailbox, address
        authority.save(update_fields=["phone", "mailbox", "address"])
        audit.record(what="authority.contact", subject=authority, by=by, at=at, phone=phone, mailbox=mailbox)
    return True
