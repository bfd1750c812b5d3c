"""Addresses for Celery: each reads the clock and calls what there is to do."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from celery import shared_task
from django.urls import reverse

from sipmanager.core import clock

from . import emails
from .backends import may_exist_here
from .models import User


@shared_task(ignore_result=True)
def send_reset_link(email: str) -> None:
    """Send the link if the address has an account. Here and not in the page, so that the page takes the same time."""
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None or not may_exist_here(user.email):
        return
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    emails.reset(user, path=path, at=clock.now())
