"""Ending several deployments at once: which, when and why, what would become of each, once (DEP-18, SPM-6)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.permissions import P
from partners import actions
from partners.forms import EndManyForm
from partners.models import Deployment
from sipmanager.core import clock
from sipmanager.core.forms import BOXES
from sipmanager.core.once import once
from sipmanager.core.parts import Tag
from sipmanager.core.wording import counted, span

LONGEST_KEY = 16  # digits; longer numbers are no keys of any database
ENDS, STAYS = Tag("Will end", "blue"), Tag("Stays", "orange")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.DEPLOYMENT_END)
def deployments_end(request):
    """GET asks for the last day and the reason; POST tries them on each deployment; with `confirm` it ends them."""
    chosen = chosen_for(request)
    if not chosen:
        return redirect("partners:deployment-list")
    form = EndManyForm(request.POST or None)
    context = {
        "form": form,
        "chosen": chosen,
        "heading": f"End {counted(len(chosen), 'deployment')}",
        "breadcrumbs": [("My work", "/"), ("Deployments", reverse("partners:deployment-list"))],
    }
    if request.method != "POST" or not form.is_valid():
        rows = [(one, span(one.starts_on, one.ends_on)) for one in chosen]
        return render(request, "partners/deployments/end_many.html", context | {"rows": rows})
    if "confirm" not in request.POST:
        tried = attempt(request, form, chosen, is_trial=True)
        many = sum(not ending.because for ending in tried)
        rows = [(ending, STAYS if ending.because else ENDS) for ending in tried]
        button = f"End {counted(many, 'deployment')}"
        again = {name: request.POST.get(name, "") for name in (*(f"on_{box}" for box in BOXES), "reason", "form_key")}
        return render(
            request,
            "partners/deployments/end_many_check.html",
            context | {"rows": rows, "many": many, "button": button, "again": again.items(), "on": form.cleaned_data["on"]},
        )

    def effect():
        say_what_became(request, attempt(request, form, chosen))
        return reverse("partners:deployment-list")

    address, is_new = once(key=form.cleaned_data["form_key"], by=request.user, at=clock.now(), effect=effect)
    if not is_new:
        messages.info(request, "You have ended these deployments already.")
    return redirect(address)


def chosen_for(request) -> list[Deployment]:
    """The chosen deployments that the person may end, by school; whatever else was asked for is not there."""
    keys = {
        int(key)
        for key in (request.POST or request.GET).getlist("chosen")
        if key.isascii() and key.isdigit() and len(key) < 16
    }
    rows = Deployment.objects.visible_to(request.viewer, P.DEPLOYMENT_END).filter(pk__in=keys)
    return list(
        rows.select_related("school", "partner", "authority", "policy").order_by("school__name", "pk")[: actions.MOST_AT_ONCE]
    )


def attempt(request, form, chosen, *, is_trial: bool = False):
    given = form.cleaned_data
    return actions.end_deployments(
        deployments=chosen, on=given["on"], reason=given["reason"], by=request.user, at=clock.now(), is_trial=is_trial
    )


def say_what_became(request, endings) -> None:
    """One banner: how many have ended, and what stayed as it was and why."""
    stays = [ending for ending in endings if ending.because]
    said = [f"{one.deployment.school.name} was left as it is. {' '.join(one.because)}" for one in stays]
    ended = len(endings) - len(stays)
    if ended:
        messages.success(request, " ".join([f"You have ended {counted(ended, 'deployment')}.", *said]))
    else:
        messages.warning(request, " ".join(said))
