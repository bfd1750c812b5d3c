"""A person's own e-mail address: asked for, and changed by the link that reached the new one."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts import emails, new_address
from accounts.models import User
from sipmanager.core import audit, reminders

from .refusals import Refused

DEAD = "This link has been used or is too old"


def ask_for_address(*, user: User, email: str, at: datetime, real_at: datetime) -> None:
    """Send the link that changes a person's address to the new one. Nothing changes yet. Raises `Refused`.

    An address that has an account is told so by a message of its own: the person who asks learns nothing of others.
    """
    email = email.strip().casefold()
    if email == user.email.casefold():
        raise Refused("This is your email address already")
    with transaction.atomic():
        if User.objects.filter(email__iexact=email).exists():
            emails.address_taken(email, at=at)
        else:
            emails.new_address(user, email=email, secret=new_address.secret_for(user=user, new=email, at=real_at), at=at)
        audit.record(what="user.ask_for_address", subject=user, by=user, at=at)


def change_address(*, user: User, secret: str, at: datetime, real_at: datetime) -> None:
    """Make the address of the link the person's own. Every other session of theirs ends and the old address is told.

    `real_at` is the moment by the wall (D-34). Raises `Refused`.
    """
    asked = new_address.asked_in(secret)
    if asked is None or not asked.is_open_for(user, at=real_at):
        raise Refused(DEAD)
    try:
        with transaction.atomic():
            as_it_was = User.objects.filter(pk=user.pk, email=asked.old, session_epoch=asked.session_epoch)
            if not as_it_was.update(email=asked.new, session_epoch=F("session_epoch") + 1):
                raise Refused(DEAD)
            EmailAddress.objects.filter(user=user).delete()
            EmailAddress.objects.create(user=user, email=asked.new, verified=True, primary=True)
            reminders.readdress(old=asked.old, new=asked.new)
            new_address.follow_all(user=user, old=asked.old, new=asked.new, by=user, at=at)
            emails.address_changed(user, to=asked.old, at=at)
            audit.record(what="user.change_address", subject=user, by=user, at=at)
    except IntegrityError as error:
        raise Refused("This address belongs to another account or record by now") from error
    user.refresh_from_db()
