"""The plan of who follows a SIP whose three years end (DEP-10, REP-4)."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import can, requires
from accounts.permissions import P
from partners import actions, selectors
from partners.forms import SuccessionForm
from partners.models import Deployment, SuccessionPlan
from partners.tenure import WARN_MONTHS
from sipmanager.core.academic import add_months
from sipmanager.core.parts import Link, SummaryRow
from sipmanager.core.wording import day

from ..shared import FORM, carry_out, deployment_for, deployment_trail, deployment_url, sent

SETTLED_BEFORE = 3  # months before the last lawful day: what a new plan suggests


@require_http_methods(FORM)
@requires(P.DEPLOYMENT_PROPOSE)
def deployment_succession(request, pk):
    """Say who follows, by when, and how far that has come."""
    deployment = deployment_for(request, P.DEPLOYMENT_PROPOSE, pk)
    on = request.viewer.on
    plan = SuccessionPlan.objects.filter(deployment=deployment).select_related("follower").first()
    run = selectors.tenure_of([deployment], on)[deployment.pk]
    initial = {"settle_by": max(add_months(run.last_lawful_on, -SETTLED_BEFORE), on), "state": "looking"}
    if plan is not None:
        initial = {
            "state": plan.state, "settle_by": plan.settle_by, "notes": plan.notes,
            "follower": plan.follower.reference if plan.follower else "",
        }  # fmt: skip
    form = SuccessionForm(sent(request), on=on, initial=initial)

    def save(given, at):
        actions.plan_succession(deployment=deployment, by=request.user, at=at, **given)
        return deployment_url(deployment)

    context = {
        "form": form,
        "heading": "Who follows?",
        "caption": f"{deployment.partner.full_name} at {deployment.school.name}",
        "text": f"{run.arithmetic()}. Whoever follows is deployed by the rules like everybody else; the plan places nobody.",
        "last_lawful": day(run.last_lawful_on),
        "cancel_url": deployment_url(deployment),
        "breadcrumbs": deployment_trail(deployment),
    }
    return carry_out(request, form, save, done="The plan is saved.") or render(
        request, "partners/deployments/succession.html", context
    )


def succession_rows(viewer, deployment: Deployment, run, on) -> list[SummaryRow]:
    """Who follows, once the limit is near or a plan is made (DEP-11, REP-4); the school is not told of it."""
    if not viewer.has(P.SUCCESSION_VIEW) or deployment.is_void or not deployment.confirmed_on:
        return []
    plan = SuccessionPlan.objects.filter(deployment=deployment).visible_to(viewer).select_related("follower").first()
    is_near = run.at_risk_from(max(WARN_MONTHS)) <= on and (deployment.ends_on is None or deployment.ends_on >= on)
    if plan is None and not is_near:
        return []
    links = ()
    if can(viewer, P.DEPLOYMENT_PROPOSE, deployment):
        url = reverse("partners:deployment-succession", args=[deployment.pk])
        links = (Link("Change" if plan else "Plan", url, "who follows"),)
    if plan is None:
        return [SummaryRow("Who follows", "No plan yet", links)]
    who = f": {plan.follower.full_name}" if plan.follower else ""
    note = f"To be settled by {day(plan.settle_by)}. {plan.notes}".strip()
    return [SummaryRow("Who follows", f"{plan.get_state_display()}{who}", links, note=note)]
