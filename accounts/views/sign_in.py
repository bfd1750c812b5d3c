"""Signing in and out, passwords: django-allauth's views where they serve, ours where they do not."""

from allauth.account import views as allauth_views
from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpResponseRedirect

from accounts import kept_answers, parking
from accounts.tasks import send_reset_link
from sipmanager.core import pages


class ResetView(allauth_views.PasswordResetView):
    """Asks for a link. Every address gets the same answer in the same time: a task looks whether it has an account."""

    def form_valid(self, form):
        email = form.cleaned_data["email"]
        refused = ratelimit.consume_or_429(self.request, action="reset_password", key=email)
        if refused:
            return refused
        transaction.on_commit(lambda: send_reset_link.delay(email), robust=True)
        return HttpResponseRedirect(self.get_success_url())


@login_not_required
def closed(request, **_):
    """Addresses that django-allauth knows and this service does not offer: signing up, changing the e-mail address."""
    raise Http404("Accounts are made by invitation")


@login_not_required
def form_refused(request, reason=""):
    """Django's CSRF failure page; what the form held is kept for its writer first (D-27)."""
    token = parking.read(request.POST.get(parking.FIELD, ""))
    kept = kept_answers.keep(request, token) if token else None
    return kept or pages.form_refused(request, reason=reason)
