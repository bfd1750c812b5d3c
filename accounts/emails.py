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


def reset(user: User, *, path: str, at: datetime) -> OutgoingEmail:
    """The link by which a person sets a new password."""
    return mail.queue(
        to=user.email, kind="account.reset", template="accounts/emails/reset.txt",
        context={"person": user, "path": path}, at=at, about=f"user:{user.pk}", urgent=True,
    )  # fmt: skip
