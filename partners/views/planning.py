"""Making a plan of a whole deployment, working it out again, comparing two (DEP-3). A GET changes nothing."""

from django.db import transaction
from django.http import HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import fetch, requires
from accounts.permissions import P
from partners import actions, tasks
from partners.forms import AgainForm, CompareForm, PlanForm
from partners.models import DeploymentPlan, PlanStatus
from partners.registers.plans import how_good, plan_title, plan_trail, plan_url
from sipmanager.core import clock
from sipmanager.core.once import once
from sipmanager.core.workflow import MoveRefused

from .shared import FORM, READ, carry_out, sent


def plan_for(request, pk: int) -> DeploymentPlan:
    rows = DeploymentPlan.objects.select_related("authority")
    return fetch(request.viewer, P.DEPLOYMENT_PROPOSE, rows, pk=pk)


def work_out(plan: DeploymentPlan) -> str:
    """Hand a plan to the worker once it is kept; the address where it will be seen."""
    transaction.on_commit(lambda: tasks.solve_plan.delay(plan.pk), robust=True)
    return plan_url(plan)


@require_http_methods(FORM)
@requires(P.DEPLOYMENT_PROPOSE)
def plan_new(request):
    """Say whose schools are to be planned, from which day and by which weights."""
    form = PlanForm(sent(request), viewer=request.viewer)

    def ask(given, at):
        plan = actions.ask_for_plan(
            authority=given["authority"], programme=given["programme"], starts_on=given["starts_on"],
            weights=form.weights(), time_limit=given["time_limit"], by=request.user, at=at,
        )  # fmt: skip
        return work_out(plan)

    done = carry_out(request, form, ask, done="")
    return done or render(
        request,
        "partners/planning/new.html",
        {"form": form, "heading": "Plan a whole deployment", "breadcrumbs": plan_trail()},
    )


@require_POST
@requires(P.DEPLOYMENT_PROPOSE)
def plan_again(request, pk):
    """Work the plan out again with the pins and forbidden pairs of now, once."""
    plan = plan_for(request, pk)
    form = AgainForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    at = clock.now()
    try:
        url, _is_new = once(
            key=form.cleaned_data["form_key"], by=request.user, at=at,
            effect=lambda: work_out(actions.plan_again(plan=plan, by=request.user, at=at)),
        )  # fmt: skip
    except MoveRefused as refusal:
        return render(request, "partners/finding/refused.html", {"reasons": refusal.reasons, "url": plan_url(plan)})
    return redirect(url)


@require_POST
@requires(P.DEPLOYMENT_PROPOSE)
def plan_forget(request, pk):
    """Take a pin off, or allow a pair again."""
    plan = plan_for(request, pk)
    key = (request.POST.get("urn", ""), request.POST.get("reference", ""))
    try:
        actions.forget_wish(plan=plan, key=key, by=request.user, at=clock.now())
    except MoveRefused as refusal:
        return render(request, "partners/finding/refused.html", {"reasons": refusal.reasons, "url": plan_url(plan)})
    return redirect(plan_url(plan))


@require_http_methods(READ)
@requires(P.DEPLOYMENT_PROPOSE)
def plan_compare(request, pk):
    """Two plans of the same schools side by side: the figures, and the schools that they give to different SIPs."""
    plan = plan_for(request, pk)
    others = DeploymentPlan.objects.visible_to(request.viewer, P.DEPLOYMENT_PROPOSE).filter(
        authority=plan.authority_id, programme=plan.programme, starts_on=plan.starts_on
    )
    others = others.exclude(pk=plan.pk).exclude(status__in=[PlanStatus.WAITING, PlanStatus.FAILED]).order_by("-made_at", "-pk")
    asked = request.GET.get("other", "")
    other = others.filter(pk=asked).first() if asked.isascii() and asked.isdigit() and len(asked) < 16 else None
    other = other or others.first()
    form = CompareForm(initial={"other": other.pk if other else None}, plans=others)
    context = {
        "plan": plan,
        "other": other,
        "form": form,
        "heading": "Compare two plans",
        "title": plan_title(plan),
        "figures": figures(plan, other) if other else [],
        "rows": differences(plan, other) if other else [],
        "breadcrumbs": plan_trail(plan),
        "back_url": reverse("partners:plan-detail", args=[plan.pk]),
    }
    return render(request, "partners/planning/compare.html", context)


def figures(plan: DeploymentPlan, other: DeploymentPlan) -> list[tuple[str, str, str]]:
    """What differs as a whole, label by label."""
    pairs = (plan, other)
    return [
        ("Schools with a SIP", *(f"{one.rows.count():,} of {one.schools:,}" for one in pairs)),
        ("Points lost", *(f"{one.objective:,}" for one in pairs)),
        ("How good", *(how_good(one) for one in pairs)),
        ("Pinned pairs", *(str(len(one.pinned)) for one in pairs)),
        ("Forbidden pairs", *(str(len(one.forbidden)) for one in pairs)),
    ]


def differences(plan: DeploymentPlan, other: DeploymentPlan) -> list[dict]:
    """The schools that the two give to different SIPs, by name."""
    found: dict[int, dict] = {}
    for side, one in (("mine", plan), ("theirs", other)):
        for row in one.rows.select_related("school", "partner").order_by("school__name", "pk"):
            found.setdefault(row.school_id, {"school": row.school, "mine": "", "theirs": ""})[side] = row.partner.full_name
    rows = [row for row in found.values() if row["mine"] != row["theirs"]]
    return sorted(rows, key=lambda row: (row["school"].name, row["school"].pk))
