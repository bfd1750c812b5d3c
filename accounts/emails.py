"""The messages of accounts. They go at once, since somebody waits for them."""

from datetime import datetime

from django.urls import reverse

from sipmanager.core import mail
from sipmanager.core.models import OutgoingEmail

from .invitations import place_of
from .models import Invitation, User
from .permissions import ROLE_NAMES, Role


def invitation_path(secret: str) -> str:
    return reverse("accounts:invitation", args=[secret])


def invite(invitation: Invitation, *, secret: str, at: datetime) -> OutgoingEmail:
    """The invitation, with its address."""
    return mail.queue(
        to=invitation.email,
        kind="account.invitation",
        template="accounts/emails/invitation.txt",
        context={
            "role": ROLE_NAMES[Role(invitation.role)],
            "place": place_of(invitation),
            "path": invitation_path(secret),
            "expires_at": invitation.expires_at,
        },
        at=at,
        about=f"invitation:{invitation.pk}",
        authority_id=invitation.authority_id,
        urgent=True,
    )


def new_address(user: User, *, email: str, secret: str, at: datetime) -> OutgoingEmail:
    """The link that makes an address a person's own, to that address."""
    return mail.queue(
        to=email, kind="account.new_address", template="accounts/emails/new_address.txt",
        context={"person": user, "path": reverse("accounts:own-address-confirm", args=[secret])}, at=at,
        about=f"user:{user.pk}", urgent=True,
    )  # fmt: skip


def address_taken(email: str, *, at: datetime) -> OutgoingEmail:
    """Somebody asked for an address that has an account; only whoever holds it learns that."""
    return mail.queue(
        to=email, kind="account.address_taken", template="accounts/emails/address_taken.txt", context={}, at=at, urgent=True,
    )  # fmt: skip


def address_changed(user: User, *, to: str, at: datetime) -> OutgoingEmail:
    """Tells the address that a person had until now."""
    return mail.queue(
        to=to, kind="account.address_changed", template="accounts/emails/address_changed.txt", context={"person": user},
        at=at, about=f"user:{user.pk}", urgent=True,
    )  # fmt: skip


def reset(user: User, *, path: str, at: datetime) -> OutgoingEmail:
    """The link by which a person sets a new password."""
    return mail.queue(
        to=user.email, kind="account.reset", template="accounts/emails/reset.txt",
        context={"person": user, "path": path}, at=at, about=f"user:{user.pk}", urgent=True,
    )  # fmt: skip
