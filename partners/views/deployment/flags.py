"""Deployments that have become unlawful: deciding on each (DEP-10, PRE-11, PRE-13)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import fetch, requires
from accounts.permissions import P
from partners import actions
from partners.forms import DecideFlagForm
from partners.forms.flags import CURE
from partners.models import DeploymentFlag, FlagOutcome
from partners.workings import RULE_NAMES
from sipmanager.core import clock
from sipmanager.core.parts import SummaryRow
from sipmanager.core.wording import capitalised, span
from sipmanager.core.workflow import MoveRefused, OutOfDate

from ..shared import FORM, SIP_IN_FULL, deployment_trail, deployment_url, sent


@require_http_methods(FORM)
@requires(P.DEPLOYMENT_END)
def flag_decide(request, pk):
    """Decide on a flagged deployment: end it, say by when it is mended, or keep it where the rule may be set aside."""
    rows = DeploymentFlag.objects.select_related(
        "interest__school", "deployment__school", "deployment__partner", "deployment__authority", "deployment__policy"
    )
    flag = fetch(request.viewer, P.DEPLOYMENT_END, rows, pk=pk)
    deployment = flag.deployment
    if not flag.is_open:
        said = flag.get_outcome_display().lower() if flag.outcome else "it is mended"
        messages.info(request, f"This is decided already: {said}.")
        return redirect(deployment_url(deployment))
    form = DecideFlagForm(sent(request), is_confirmed=deployment.confirmed_on is not None, may_keep=actions.may_keep(flag))
    if form.is_valid():
        try:
            carry_out(flag, form.cleaned_data, request)
            messages.success(request, "Your decision is on record.")
            return redirect(deployment_url(deployment))
        except OutOfDate as late:
            messages.info(request, " ".join(late.reasons))
            return redirect(deployment_url(deployment))
        except MoveRefused as refused:
            for reason in refused.reasons:
                form.add_error(None, reason)
    return render(request, "partners/deployments/flag.html", flag_context(flag, form))


def carry_out(flag: DeploymentFlag, given: dict, request) -> None:
    by, at = request.user, clock.now()
    if given["outcome"] == CURE:
        actions.promise_cure(flag=flag, by_on=given["by_on"], reason=given["reason"], by=by, at=at)
        return
    actions.decide_flag(
        flag=flag, outcome=FlagOutcome(given["outcome"]), on=given.get("on"), reason=given["reason"], by=by, at=at
    )


def flag_context(flag: DeploymentFlag, form) -> dict:
    deployment, interest = flag.deployment, flag.interest
    rows = [
        SummaryRow("School", deployment.school.name), SummaryRow(SIP_IN_FULL, deployment.partner.full_name),
        SummaryRow("Period", capitalised(span(deployment.starts_on, deployment.ends_on))),
    ]  # fmt: skip
    if interest is not None:
        rows.append(SummaryRow("Interest", flag.says, note=interest.get_kind_display()))
        rows.append(SummaryRow("Certain", "Possibly: names are alike" if flag.is_possible else "Yes"))
    else:
        rows.append(SummaryRow(f"Rule {flag.rule}", RULE_NAMES.get(flag.rule, ""), note=flag.says))
        rows.append(SummaryRow("First seen", flag.raised_at.date()))
    if flag.promised_on:
        rows.append(SummaryRow("To be mended by", flag.promised_on, note=flag.reason))
    rows.append(SummaryRow("Decide by", flag.due_on))
    return {
        "form": form,
        "heading": "An interest touches this deployment" if interest else "A rule is no longer kept",
        "button_label": "Record the decision",
        "text": "The School Improvement Partner (SIP) declared it after the deployment was made."
        if interest
        else "It was in order when the School Improvement Partner (SIP) was deployed. The flag goes by itself once it is mended.",
        "rows": rows,
        "must_go": not actions.may_keep(flag) and deployment.confirmed_on is not None,
        "move_url": f"{reverse('partners:deployments-move')}?chosen={deployment.pk}" if deployment.confirmed_on else "",
        "cancel_url": deployment_url(deployment), "breadcrumbs": deployment_trail(deployment),
    }  # fmt: skip
