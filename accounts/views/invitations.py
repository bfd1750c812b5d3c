"""Invitations: sent by those who manage accounts, accepted by whoever holds the address."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions, invitations
from accounts.access import fetch, requires
from accounts.forms.people import AcceptForm, InviteForm
from accounts.models import Invitation, User
from accounts.permissions import ROLE_NAMES, P, Role
from accounts.registers import InvitationRegister
from sipmanager.core import clock
from sipmanager.core.once import once
from sipmanager.core.parts import SummaryRow, Tag
from sipmanager.core.wording import day

from .people import dioceses_to_give, places_to_give, roles_to_give

invitation_list = requires(P.USER_VIEW)(InvitationRegister.as_view())


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.USER_MANAGE)
def invitation_send(request):
    """Invite an address to a role."""
    form = InviteForm(
        request.POST or None,
        roles=roles_to_give(request),
        authorities=places_to_give(request),
        dioceses=dioceses_to_give(request),
    )
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        key = given.pop("form_key")

        def effect():
            place = {"authority": given.get("authority"), "diocese": given.get("diocese")}
            if not actions.may_give(request.viewer, given["role"], **place):
                raise actions.Refused("Your role does not allow you to give this one")
            invitation, _ = actions.invite(
                by=request.user, at=clock.now(), expires_at=clock.real_now() + invitations.LASTS, **given
            )  # fmt: skip
            return reverse("accounts:invitation-detail", args=[invitation.pk])

        try:
            goes_to, is_new = once(key=key, by=request.user, at=clock.now(), effect=effect)
        except actions.Refused as refused:
            form.add_error(None, list(refused.sentences))
        else:
            if is_new:
                messages.success(request, f"You have invited {given['email']}")
            return redirect(goes_to)
    context = {"form": form, "heading": "Invite somebody", "back": reverse("accounts:person-list")}
    return render(request, "accounts/form_page.html", context)


@require_safe
@requires(P.USER_VIEW)
def invitation_detail(request, pk):
    """One invitation: what became of it, and what can still be done."""
    rows = Invitation.objects.select_related("authority", "region", "diocese", "invited_by", "accepted_by")
    invitation = fetch(request.viewer, P.USER_VIEW, rows, pk=pk)
    context = {
        "invitation": invitation,
        "rows": [
            SummaryRow("Email address", invitation.email),
            SummaryRow("Role", ROLE_NAMES[Role(invitation.role)]),
            SummaryRow("Where", invitations.place_of(invitation)),
            SummaryRow("Sent", invitation.invited_at),
            SummaryRow("By", str(invitation.invited_by or "The service")),
            SummaryRow("State", state_of(invitation, clock.real_now()), note=_until(invitation)),
        ],
        "is_waiting": invitation.accepted_at is None and invitation.revoked_at is None and request.viewer.has(P.USER_MANAGE),
        "breadcrumbs": [
            ("People", reverse("accounts:person-list")),
            ("Invitations", reverse("accounts:invitation-list")),
        ],
    }
    return render(request, "accounts/invitation_sent.html", context)


def state_of(invitation: Invitation, now) -> Tag:
    """What became of an invitation, as a tag."""
    if invitation.accepted_at:
        return Tag("Accepted", "green")
    if invitation.revoked_at:
        return Tag("Taken back", "grey")
    return Tag("Waiting", "blue") if now < invitation.expires_at else Tag("Expired", "yellow")


def _until(invitation: Invitation) -> str:
    return "" if invitation.accepted_at or invitation.revoked_at else f"The link works until {day(invitation.expires_at)}"


@require_POST
@requires(P.USER_MANAGE)
def invitation_resend(request, pk):
    """Send it again under a new address."""
    invitation = fetch(request.viewer, P.USER_MANAGE, Invitation.objects.all(), pk=pk)
    try:
        actions.resend(
            invitation=invitation, by=request.user, at=clock.now(), expires_at=clock.real_now() + invitations.LASTS
        )  # fmt: skip
    except actions.Refused as refused:
        return _refused(request, refused)
    messages.success(request, f"You have sent the invitation to {invitation.email} again")
    return redirect("accounts:invitation-detail", pk=pk)


@require_POST
@requires(P.USER_MANAGE)
def invitation_revoke(request, pk):
    """Take it back."""
    invitation = fetch(request.viewer, P.USER_MANAGE, Invitation.objects.all(), pk=pk)
    try:
        actions.revoke(invitation=invitation, by=request.user, at=clock.now())
    except actions.Refused as refused:
        return _refused(request, refused)
    messages.success(request, f"You have taken back the invitation to {invitation.email}")
    return redirect("accounts:invitation-detail", pk=pk)


def _refused(request, refused: actions.Refused):
    context = {"heading": "The invitation was not changed", "sentences": refused.sentences}
    return render(request, "accounts/refused.html", context, status=409)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request, secret):
    """The page that an invitation leads to. An address with an account accepts by that account, others make one."""
    found = invitations.called(secret)
    if found is None or not invitations.is_open(found, at=clock.real_now()):
        return render(request, "accounts/invitation_over.html", status=404 if found is None else 410)
    has_account = User.objects.filter(email__iexact=found.email).exists()
    context = {"role": ROLE_NAMES[Role(found.role)], "place": invitations.place_of(found), "email": found.email}
    if has_account:
        return _accept_by_account(request, found, secret, context)
    form = AcceptForm(request.POST or None, email=found.email)
    if request.method == "POST" and form.is_valid():
        try:
            person = _accept(found, full_name=form.cleaned_data["full_name"], password=form.cleaned_data["password"])
        except actions.Refused as refused:
            form.add_error(None, list(refused.sentences))
        else:
            record_authentication(request, person, method="password", email=person.email)
            return perform_login(request, person)
    return render(request, "accounts/invitation.html", {**context, "form": form})


def _accept_by_account(request, found: Invitation, secret: str, context: dict):
    """For somebody who has an account: signed in as that account, one button."""
    is_theirs = request.user.is_authenticated and request.user.email.casefold() == found.email.casefold()
    if request.method == "POST" and is_theirs:
        try:
            _accept(found, full_name="", password="", user=request.user)
        except actions.Refused as refused:
            return _refused(request, refused)
        messages.success(request, "You have accepted the invitation")
        return redirect("/")
    here = reverse("accounts:invitation", args=[secret])
    sign_in = f"{reverse('account_login')}?next={here}"
    is_other = request.user.is_authenticated and not is_theirs
    context |= {"sign_in_url": "" if is_theirs else sign_in, "is_theirs": is_theirs, "is_other": is_other}
    return render(request, "accounts/invitation_known.html", context)


def _accept(found: Invitation, **given) -> User:
    return actions.accept(
        invitation=found, on=clock.today(), at=clock.now(), real_at=clock.real_now(), **given
    )  # fmt: skip
