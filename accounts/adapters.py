"""How django-allauth behaves here: by invitation only, local addresses only, mail through the outbox, secrets sealed."""

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from sipmanager.core import audit, clock

from . import parking, second_factor
from .backends import Backend, may_exist_here
from .sealing import seal, unseal

SECOND_FACTOR_SECRET = "second factor"  # noqa: S105


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in, sign-out and passwords."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "Enter the email address and password of your account",
        "too_many_login_attempts": "Wait five minutes before you try again: there were too many wrong passwords from here",
        "enter_current_password": "Enter your current password",
        "incorrect_password": "Enter the password of your account",
        "incorrect_code": "Enter the code that your app shows now",
        "rate_limited": "Wait five minutes before you try again: there were too many wrong codes",
        "invalid_password_reset": "Ask for a new link",
        "account_inactive": "Your account is closed",
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def is_safe_url(self, url) -> bool:
        """Where to go after signing in: an address of this service without a host, nothing else."""
        return bool(url) and url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def _get_login_attempts_cache_key(self, request, **credentials) -> str:
        """Failed passwords count for one person from one place, so nobody is locked out from elsewhere (D-35)."""
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{self.get_client_ip(request)}"

    def pre_login(self, request, user, **kwargs):
        if not may_exist_here(user.email):
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request, user, *, redirect_url=None, **kwargs):
        """Straight to what was kept of somebody's writing, if there is any (D-27); the record has a line of it."""
        audit.record(what="user.sign_in", subject=user, by=user, at=clock.now())
        if parking.kept_for(user=user, ticket=parking.ticket_of(request)).exists():
            redirect_url = reverse("accounts:kept")
        return super().post_login(request, user, redirect_url=redirect_url, **kwargs)

    def reauthenticate(self, user, password) -> bool:
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def set_password(self, user, password) -> None:
        """A new password, by the link or by the person signed in: either way a line in the record."""
        with transaction.atomic():
            super().set_password(user, password)
            audit.record(what="user.change_password", subject=user, by=user, at=clock.now())

    def is_reauthentication_required(self, *, app, **kwargs) -> bool:
        """Whoever has signed in within the last minutes is not asked again at once."""
        records = get_authentication_records(self.request, self.request.user)
        since = clock.real_now().timestamp() - max((record["at"] for record in records), default=0)
        return since >= app_settings.REAUTHENTICATION_TIMEOUT and super().is_reauthentication_required(app=app, **kwargs)

    def get_password_change_redirect_url(self, request) -> str:
        return reverse("accounts:own-details")

    def send_mail(self, template_prefix, email, context) -> None:
        raise ImproperlyConfigured(f"{template_prefix} is no message of this service; see accounts/emails.py.")

    def add_message(self, request, level, message_template=None, message_context=None, extra_tags="", message=None) -> None:
        """The few messages worth a banner; signing in and out speak for themselves."""
        says = SAYS.get(message_template or "")
        if says:
            super().add_message(request, level, message=says)


SAYS = {
    "account/messages/password_changed.txt": "You have changed your password",
    "mfa/messages/totp_activated.txt": "Your second factor is on",
    "mfa/messages/totp_deactivated.txt": "Your second factor is off",
    "mfa/messages/recovery_codes_generated.txt": "You have new recovery codes",
}


class MfaAdapter(DefaultMFAAdapter):
    """The second factor: secrets sealed in the database, and not to be put down by those who must have it (D-8)."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Enter the code that your app shows now",
        "cannot_delete_authenticator": "Your role needs a second factor, so it stays on",
    }

    def encrypt(self, text: str) -> str:
        return seal(text, purpose=SECOND_FACTOR_SECRET)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, purpose=SECOND_FACTOR_SECRET)

    def can_delete_authenticator(self, authenticator) -> bool:
        return not second_factor.is_owed_by(authenticator.user, on=clock.today())


class SocialAdapter(DefaultSocialAccountAdapter):
    """A council's own directory: it may vouch for people of its own mail domains who have an account here already."""

    def is_open_for_signup(self, request, sociallogin) -> bool:
        return False

    def can_authenticate_by_email(self, login, email) -> bool:
        return email.rpartition("@")[2].casefold() in settings.OIDC_EMAIL_DOMAINS

    def pre_social_login(self, request, sociallogin) -> None:
        """Somebody without an account, or of a foreign domain, is told so; no account is made."""
        user = sociallogin.user
        is_known = sociallogin.is_existing and Backend().get_user(user.pk) is not None
        if not is_known or not self.can_authenticate_by_email(sociallogin, user.email):
            raise ImmediateHttpResponse(render(request, "socialaccount/not_invited.html", status=403))
