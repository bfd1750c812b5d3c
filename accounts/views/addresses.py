"""A person's own e-mail address."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import actions, new_address
from accounts.access import requires
from accounts.forms.people import OwnAddressForm
from accounts.permissions import P
from sipmanager.core import clock


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.OWN_DETAILS)
def own_address(request):
    """Ask for another address; the link that changes it goes there."""
    is_sent = request.method == "POST"
    if is_sent and (refused := ratelimit.consume_or_429(request, action="reauthenticate", user=request.user)):
        return refused
    form = OwnAddressForm(request.POST or None, user=request.user)
    if is_sent and form.is_valid():
        email = form.cleaned_data["email"]
        try:
            actions.ask_for_address(user=request.user, email=email, at=clock.now(), real_at=clock.real_now())
        except actions.Refused as late:
            form.add_error("email", list(late.sentences))
        else:
            messages.success(request, f"We have sent a link to {email}. Open it within 3 hours to change your address.")
            return redirect("accounts:own-details")
    context = {
        "form": form,
        "heading": "Your email address",
        "text": f"You sign in as {request.user.email}. The change is made when you open the link that we send to the new address.",
        "back": reverse("accounts:own-details"),
    }
    return render(request, "accounts/form_page.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.OWN_DETAILS)
def own_address_confirm(request, secret):
    """The link of the message, opened by the person who asked: a page that says what will happen, and one POST."""
    asked = new_address.asked_in(secret)
    if asked is None or asked.user_id != request.user.pk:
        raise Http404("Not a link of this person")
    if not asked.is_open_for(request.user, at=clock.real_now()):
        return over(request)
    if request.method == "POST":
        try:
            actions.change_address(user=request.user, secret=secret, at=clock.now(), real_at=clock.real_now())
        except actions.Refused as refused:
            return over(request, *refused.sentences)
        update_session_auth_hash(request, request.user)
        messages.success(request, "You have changed your email address")
        return redirect("accounts:own-details")
    context = {
        "heading": "Change your email address?",
        "text": f"You will sign in as {asked.new} from now on, and messages go there. You are signed out everywhere but here.",
        "button_label": "Change the address",
        "action_url": request.path,
        "cancel_url": reverse("accounts:own-details"),
    }
    return render(request, "accounts/confirm_page.html", context)


def over(request, *sentences: str):
    """The link was used or is too old."""
    context = {
        "heading": "Your email address was not changed",
        "sentences": sentences or ("The link has been used or is older than 3 hours",),
    }
    return render(request, "accounts/refused.html", context, status=410)
