"""Who may hold a session at all."""

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings

DEMONSTRATION_ENDING = ".demo.example"


class Backend(AuthenticationBackend):
    """Sign-in by e-mail and password. Asked again at every request, so disabling somebody ends their sessions at once."""

    def user_can_authenticate(self, user) -> bool:
        return super().user_can_authenticate(user) and may_exist_here(user.email)


def may_exist_here(email: str) -> bool:
    """Demonstration accounts sign in only where DEBUG or the demonstration setting is on."""
    return settings.DEBUG or settings.DEMONSTRATION or not email.endswith(DEMONSTRATION_ENDING)
