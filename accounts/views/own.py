"""A person's own account: details, capacity, session, and what was kept of their writing."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions, parking, second_factor
from accounts.access import requires
from accounts.forms.people import OwnDetailsForm
from accounts.middleware import ACTING
from accounts.permissions import P
from sipmanager.core import clock
from sipmanager.core.parts import Link, SummaryRow, Tag
from sipmanager.core.wording import capitalised


@require_safe
def own_details(request):
    """The person's own account at a glance; for somebody without a role, all there is."""
    has_second_factor = second_factor.is_on_for(request.user)
    rows = [
        SummaryRow("Full name", request.user.full_name, (Link("Change", reverse("accounts:own-name")),)),
        SummaryRow("Email address", request.user.email, (Link("Change", reverse("accounts:own-address")),)),
        SummaryRow("Password", "Set", (Link("Change", reverse("account_change_password")),)),
        SummaryRow(
            "Second factor",
            Tag("On", "green") if has_second_factor else Tag("Off", "grey"),
            (Link("Change", reverse("mfa_index")),),
        ),
        SummaryRow("Roles", [capacity.label for capacity in request.viewer.capacities]),
    ]
    ways_on = (
        (P.USER_VIEW, "People and invitations", "accounts:person-list"),
        (P.POLICY_VIEW, "Local policy", "accounts:own-policy"),
    )
    links = [Link(label, reverse(name)) for permission, label, name in ways_on if request.viewer.has(permission)]
    context = {"rows": rows, "links": links, "has_role": bool(request.viewer.capacities)}
    return render(request, "accounts/own_details.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.OWN_DETAILS)
def own_name(request):
    """The person's own name."""
    form = OwnDetailsForm(request.POST or None, initial={"full_name": request.user.full_name})
    if request.method == "POST" and form.is_valid():
        actions.change_own_details(user=request.user, full_name=form.cleaned_data["full_name"], at=clock.now())
        messages.success(request, "You have changed your name")
        return redirect("accounts:own-details")
    context = {"form": form, "heading": "Your name", "back": reverse("accounts:own-details")}
    return render(request, "accounts/form_page.html", context)


@require_POST
def capacity_switch(request):
    """Act in another of one's capacities: home page, authority in the header, and what the record says (D-6). Never rights."""
    key = request.POST.get("capacity", "")
    if not any(capacity.key == key for capacity in request.viewer.capacities):
        raise Http404("Not a capacity of this person")
    request.session[ACTING] = key
    return redirect("/")


@require_POST
def session_extend(request):
    """The session lasts its whole length again, by being used."""
    return HttpResponse(status=204)


@require_safe
def kept(request):
    """What had been written when the session ended, ready to be put back (D-27)."""
    rows = parking.kept_for(user=request.user, ticket=parking.ticket_of(request))
    found = [shown(one) for one in map(parking.opened, rows) if one is not None]
    return render(request, "accounts/kept.html", {"kept": found})


def shown(one: parking.Kept) -> dict:
    """A kept form as the page shows it: the texts to read, and every field to send again."""
    texts = [
        SummaryRow(capitalised(name.replace("_", " ")), value)
        for name, value in one.fields
        if value.strip() and name not in ("version", "form_key")
    ]
    return {"kept": one, "texts": texts}


@require_POST
def kept_throw_away(request):
    """The writer does not want it back."""
    pk = request.POST.get("kept", "")
    taken = pk.isdecimal() and parking.take(
        user=request.user, ticket=parking.ticket_of(request), pk=int(pk), at=clock.real_now()
    )  # fmt: skip
    if not taken:
        raise Http404("Nothing is kept under this number")
    messages.success(request, "You have thrown away the text that was kept")
    left = parking.kept_for(user=request.user, ticket=parking.ticket_of(request)).exists()
    response = redirect("accounts:kept" if left else "/")
    if not left:
        response.delete_cookie(parking.COOKIE)
    return response
