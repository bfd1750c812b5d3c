"""People of an authority: who has an account, which roles, and closing an account at once."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions, second_factor
from accounts.access import dioceses_of, fetch, requires, viewer_for
from accounts.actions.people import may_give
from accounts.forms.people import EndRoleForm, GiveRoleForm
from accounts.models import Authority, Diocese, Membership, User
from accounts.permissions import DIOCESE_ROLES, GIVES, P, Role
from accounts.registers import PersonRegister
from accounts.standings import prefetches, words_of
from accounts.tasks import send_reset_link
from sipmanager.core import clock
from sipmanager.core.once import once
from sipmanager.core.parts import Link, SummaryRow, Tag
from sipmanager.core.wording import span

person_list = requires(P.USER_VIEW)(PersonRegister.as_view())


def roles_to_give(request: HttpRequest) -> list[Role]:
    """The roles that the viewer may give somewhere, in the order of the table."""
    found = {role for capacity, _reach in request.viewer.granted(P.USER_MANAGE) for role in GIVES.get(capacity.role, ())}
    if not dioceses_to_give(request).exists():
        found -= DIOCESE_ROLES
    return [role for role in Role if role in found]


def dioceses_to_give(request: HttpRequest):
    """The dioceses for which the viewer may name an officer: all, or those whose every school their authority serves."""
    places = {capacity.authority_id for capacity, _reach in request.viewer.granted(P.USER_MANAGE)}
    return Diocese.objects.all() if None in places else Diocese.objects.filter(dioceses_of(places, request.viewer.on))


def places_to_give(request: HttpRequest):
    """The authorities at which the viewer may give roles."""
    return Authority.objects.visible_to(request.viewer, P.USER_MANAGE)


@require_safe
@requires(P.USER_VIEW)
def person_detail(request, pk):
    """One person: their account, and the roles that the viewer may know of."""
    people = User.objects.prefetch_related(*prefetches(request.viewer))
    person = fetch(request.viewer, P.USER_VIEW, people, pk=pk)
    roles = Membership.objects.filter(user=person).visible_to(request.viewer, P.USER_VIEW)
    roles = roles.select_related("authority", "region", "diocese").order_by("-starts_on", "-pk")
    is_manager = request.viewer.has(P.USER_MANAGE) and person.pk != request.user.pk
    account = [
        SummaryRow("Email address", person.email),
        SummaryRow("Account", Tag("Open", "green") if person.is_active else Tag("Closed", "grey")),
        SummaryRow("Closed on", person.disabled_at) if person.disabled_at else None,
        SummaryRow("Last signed in", person.last_login or "Never"),
        _second_factor_row(person, is_manager),
    ]
    context = {
        "person": person,
        "account": [row for row in account if row],
        "roles": [_role_row(request, role, is_manager) for role in roles],
        "standings": words_of(person),
        "is_manager": is_manager,
        "breadcrumbs": [("People", reverse("accounts:person-list"))],
    }
    return render(request, "accounts/person.html", context)


def _second_factor_row(person: User, is_manager: bool) -> SummaryRow:
    if not second_factor.is_on_for(person):
        return SummaryRow("Second factor", "Off")
    link = Link("Remove", reverse("accounts:second-factor-lost", args=[person.pk]))
    return SummaryRow("Second factor", "On", (link,) if is_manager else ())


def _role_row(request, role: Membership, is_manager: bool) -> SummaryRow:
    on = request.viewer.on
    is_over = role.ends_on is not None and role.ends_on < on
    may_end = is_manager and not is_over and may_give(
        request.viewer, Role(role.role), authority=role.authority, diocese=role.diocese
    )  # fmt: skip
    links = (
        (Link("End", reverse("accounts:role-end", args=[role.user_id, role.pk]), f"the role {role.label}"),) if may_end else ()
    )
    return SummaryRow(role.label, span(role.starts_on, role.ends_on), links, note="Ended" if is_over else "")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.USER_MANAGE)
def role_give(request, pk):
    """Give a person one more role."""
    person = fetch(request.viewer, P.USER_MANAGE, User.objects.all(), pk=pk)
    form = GiveRoleForm(
        request.POST or None,
        roles=roles_to_give(request),
        authorities=places_to_give(request),
        dioceses=dioceses_to_give(request),
        initial={"starts_on": request.viewer.on},
    )
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        key, back = given.pop("form_key"), reverse("accounts:person-detail", args=[person.pk])

        def effect():
            actions.give_role(user=person, viewer=request.viewer, by=request.user, at=clock.now(), **given)
            return back

        try:
            goes_to, is_new = once(key=key, by=request.user, at=clock.now(), effect=effect)
        except actions.Refused as refused:
            form.add_error(None, list(refused.sentences))
        else:
            if is_new:
                messages.success(request, "You have given the role")
            return redirect(goes_to)
    context = {
        "form": form,
        "heading": f"Give {person.full_name} a role",
        "back": reverse("accounts:person-detail", args=[pk]),
    }
    return render(request, "accounts/form_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.USER_MANAGE)
def role_end(request, pk, role_pk):
    """End a person's role, at once or later."""
    person = fetch(request.viewer, P.USER_MANAGE, User.objects.all(), pk=pk)
    role = fetch(request.viewer, P.USER_MANAGE, Membership.objects.filter(user=person), pk=role_pk)
    on = request.viewer.on
    form = EndRoleForm(request.POST or None, on=on)
    if request.method == "POST" and form.is_valid():
        ends_on = on - timedelta(days=1) if form.cleaned_data["when"] == "now" else form.cleaned_data["ends_on"]
        try:
            actions.end_role(
                membership=role, ends_on=ends_on, viewer=request.viewer, by=request.user, at=clock.now(), on=on
            )  # fmt: skip
        except actions.Refused as refused:
            form.add_error(None, list(refused.sentences))
        else:
            messages.success(request, "You have ended the role")
            return redirect("accounts:person-detail", pk=person.pk)
    context = {
        "form": form,
        "heading": f"End a role of {person.full_name}",
        "text": role.label,
        "back": reverse("accounts:person-detail", args=[pk]),
    }
    return render(request, "accounts/form_page.html", context)


@require_safe
@requires(P.USER_MANAGE)
def person_close(request, pk):
    """Says what closing an account does, before it is done."""
    person = fetch(request.viewer, P.USER_MANAGE, User.objects.all(), pk=pk)
    context = {
        "heading": f"Close the account of {person.full_name}?",
        "text": "They are signed out everywhere at once and cannot sign in again. What they wrote stays. You can open the "
        "account again later.",
        "button_label": "Close the account",
        "is_destructive": True,
        "action_url": reverse("accounts:person-disable", args=[pk]),
        "cancel_url": reverse("accounts:person-detail", args=[pk]),
    }
    return render(request, "accounts/confirm_page.html", context)


@require_POST
@requires(P.USER_MANAGE)
def person_disable(request, pk):
    """Close an account at once."""
    return _change_account(request, pk, actions.disable, "You have closed the account")


@require_POST
@requires(P.USER_MANAGE)
def person_reset(request, pk):
    """Send a person the link by which they set a new password (SPM-10)."""
    person = fetch(request.viewer, P.USER_MANAGE, User.objects.filter(is_active=True), pk=pk)
    actions.ask_for_new_password(user=person, by=request.user, at=clock.now(), send=send_reset_link.delay)
    messages.success(request, f"A link to set a new password is on its way to {person.email}")
    return redirect("accounts:person-detail", pk=person.pk)


@require_safe
@requires(P.USER_MANAGE)
def second_factor_lost(request, pk):
    """Says what removing a second factor does, before it is done."""
    person = fetch(request.viewer, P.USER_MANAGE, User.objects.all(), pk=pk)
    context = {
        "heading": f"Remove the second factor of {person.full_name}?",
        "text": "Do this only if you are sure that they have lost their phone: speak to them yourself. They are signed out "
        "everywhere, sign in with their password, and set up a new one.",
        "button_label": "Remove the second factor",
        "action_url": reverse("accounts:second-factor-remove", args=[pk]),
        "cancel_url": reverse("accounts:person-detail", args=[pk]),
    }
    return render(request, "accounts/confirm_page.html", context)


@require_POST
@requires(P.USER_MANAGE)
def second_factor_remove(request, pk):
    """Let somebody who has lost their phone in again."""
    return _change_account(request, pk, actions.remove_second_factor, "You have removed the second factor")


@require_POST
@requires(P.USER_MANAGE)
def person_enable(request, pk):
    """Open a closed account again."""
    return _change_account(request, pk, actions.enable, "You have opened the account")


def _change_account(request, pk, action, says):
    person = fetch(request.viewer, P.USER_MANAGE, User.objects.all(), pk=pk)
    of = viewer_for(person, on=request.viewer.on, even_if_closed=True)
    try:
        action(user=person, of=of, viewer=request.viewer, by=request.user, at=clock.now())
    except actions.Refused as refused:
        context = {"heading": "The account was not changed", "sentences": refused.sentences, "person": person}
        return render(request, "accounts/refused.html", context, status=409)
    messages.success(request, says)
    return redirect("accounts:person-detail", pk=person.pk)
