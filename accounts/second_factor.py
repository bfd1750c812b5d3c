"""Who must use a second factor, and who has one (D-8)."""

from datetime import date

from allauth.mfa.models import Authenticator
from django.conf import settings

from .access import Viewer, viewer_for
from .models import User
from .permissions import SECOND_FACTOR_ROLES


def is_owed_by(user: User, *, on: date) -> bool:
    """Whether any of a person's capacities needs a second factor."""
    return viewer_owes(viewer_for(user, on=on))


def viewer_owes(viewer: Viewer) -> bool:
    """The same of a viewer who is built already; nobody owes one while `SECOND_FACTOR_REQUIRED` is off."""
    return settings.SECOND_FACTOR_REQUIRED and bool(viewer.roles() & SECOND_FACTOR_ROLES)


def is_on_for(user: User) -> bool:
    """Whether the person has set one up; one query."""
    return Authenticator.objects.filter(user_id=user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
