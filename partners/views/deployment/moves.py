"""The moves of one deployment, what each asks for first, and what has been set going by it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.permissions import P
from partners import actions, selectors
from partners.consulting import wants_an_account
from partners.deployment_rules import findings, needs_reason, refusing
from partners.forms import AgreeForm, AskedForm, ConsultForm, EndDeploymentForm, ReasonForm
from partners.models import (
    Deployment,
    DeploymentStatus,
)
from partners.workflow import moves_for
from partners.workings import cures, workings
from sipmanager.core import clock
from sipmanager.core.models import AuditEvent
from sipmanager.core.parts import SummaryRow
from sipmanager.core.wording import capitalised, day, span
from sipmanager.core.workflow import MoveRefused, OutOfDate

from ..changing_sip.proposing import followed_by, set_off_by
from ..grants.supposed import if_it_moves
from ..shared import FORM, READ, SIP_IN_FULL, deployment_for, deployment_trail, deployment_url, partner_url, sent
from .deployments import move_links, propose_again, reference_of

TOLD = [
    "The head and the SIP have been written to, where their addresses are known.",
    "The national contractor is to be told: the notification is on the log, waiting to be sent.",
]
NEXT = {
    "proposed": [
        "Ask the head and the governors what they think of it. The head has been written to, where the address is known.",
        "Record what the school said and agree the deployment.",
        "Put the checks and the contract on record; then it can be confirmed.",
    ],
    "consulted": ["Agree the deployment once the school's views are taken into account."],
    "objected": ["Decide on the objection: upheld, another SIP is proposed; rejected, this one can be agreed."],
    "upheld": ["It goes no further. Propose another SIP for the school."],
    "rejected": ["The proposal stands; it can be agreed. The governing body has no second objection."],
    "agreed": ["Put the checks and the contract on record; then it can be confirmed."],
    "confirmed": [*TOLD, "From the first day the SIP sees the school's data and can plan visits."],
    "active": [*TOLD, "The SIP sees the school's data and can plan visits."],
    "ending": [*TOLD, "After the last day the SIP no longer sees the school's data."],
    "ended": [*TOLD, "The SIP no longer sees the school's data."],
    "withdrawn": ["It goes no further. The head has been written to, where the address is known."],
}
DONE_TITLES = {
    "proposed": "Deployment proposed", "consulted": "Consultation recorded", "objected": "Objection recorded",
    "upheld": "Objection upheld", "rejected": "Objection rejected", "agreed": "Deployment agreed",
    "confirmed": "Deployment confirmed", "active": "Deployment confirmed", "ended": "Deployment ended",
    "withdrawn": "Proposal withdrawn",
}  # fmt: skip


@require_http_methods(READ)
@requires(P.DEPLOYMENT_PROPOSE)
def deployment_done(request, pk):
    """What was just done, by what it is called, and what happens next; good for a bookmark."""
    deployment = deployment_for(request, P.DEPLOYMENT_PROPOSE, pk)
    context = {
        "deployment": deployment,
        "title": done_title(deployment, request.viewer.on),
        "reference": reference_of(deployment),
        "propose_url": propose_again(request.viewer, deployment),
        "steps": ["It counts for nothing any more and stays visible as struck out."]
        if deployment.is_void
        else [*NEXT[deployment.status], *followed_by(deployment)],
        "moves": move_links(request.viewer, deployment, request.viewer.on),
        "url": deployment_url(deployment),
    }
    return render(request, "partners/deployments/done.html", context)


def done_title(deployment: Deployment, on) -> str:
    """What was done, in a few words. A last day may be still to come."""
    if deployment.is_void:
        return "Deployment struck out"
    if deployment.status == DeploymentStatus.ENDING:
        return f"The deployment ends on {day(deployment.ends_on)}"
    return DONE_TITLES[deployment.status]


def asked_day(deployment: Deployment):
    """The day on which the school was asked on line, if it was."""
    moment = deployment.consultations.order_by("asked_at").values_list("asked_at", flat=True).first()
    return timezone.localtime(moment).date() if moment else None


def form_for(name: str, request, deployment: Deployment):
    on, data = request.viewer.on, sent(request)
    if name == "agree":
        asks = wants_an_account(selectors.schools_say_of(deployment))
        return AgreeForm(data, on=on, asks_for_account=asks, initial={"consulted_on": deployment.consulted_on})
    if name == "consult":
        return ConsultForm(data, on=on, initial={"consulted_on": asked_day(deployment)})
    if name in DECISIONS:
        return ReasonForm(data, label="Reason for the decision", hint="The school reads it.")
    if name == "end":
        return EndDeploymentForm(data, label="Why it ends", initial={"on": deployment.ends_on})
    if name == "withdraw":
        return ReasonForm(data, label="Why it is withdrawn")
    case = selectors.case_of(deployment, on=on)
    asked = [finding for finding in needs_reason(case, findings(case)) if finding.id not in deployment.reasons]
    return AskedForm(data, asked=asked)


def play(name: str, request, deployment: Deployment, given: dict) -> None:
    by, at = request.user, clock.now()
    if name == "agree":
        actions.agree_deployment(deployment=deployment, by=by, at=at, **given)
    elif name == "consult":
        actions.record_consultation(deployment=deployment, on=given["consulted_on"], by=by, at=at)
    elif name in DECISIONS:
        actions.decide_objection(deployment=deployment, is_upheld=name == "uphold", reason=given["reason"], by=by, at=at)
    elif name == "end":
        actions.end_deployment(deployment=deployment, on=given["on"], reason=given["reason"], by=by, at=at)
    elif name == "withdraw":
        actions.withdraw_deployment(deployment=deployment, reason=given["reason"], by=by, at=at)
    else:
        actions.confirm_deployment(deployment=deployment, reasons=given, by=by, at=at)


DECISIONS = ("uphold", "reject")
SETS_OFF = "Letters go to the head and the SIP, and the national contractor is to be told."
TEXTS = {
    "consult": "The school was asked by letter or by telephone, and what it said is known.",
    "uphold": "The deployment goes no further. Head and chair of governors are told, and another SIP is to be proposed.",
    "reject": "The proposal stands and can be agreed. Head and chair of governors are told; there is no second objection.",
    "agree": "The school's views are always sought. Agree once they are taken into account.",
    "confirm": f"Confirming makes the SIP the school's from the first day. {SETS_OFF}",
    "end": f"The deployment counts up to its last day. {SETS_OFF} A SIP who withdraws at short notice without good cause may "
    "have misconducted themself: record a discussion on the SIP's page.",
    "withdraw": "The proposal goes no further. The head is told.",
}


def text_of(name: str, deployment: Deployment) -> str:
    """What a move does, in words; confirming says what it does to the SIP before."""
    also = set_off_by(deployment) if name == "confirm" else ""
    return " ".join(filter(None, (TEXTS[name], also)))


@require_http_methods(FORM)
@requires(P.DEPLOYMENT_PROPOSE)
def deployment_move(request, pk, name):
    """Agree, confirm, end or withdraw: a page that says what it will set off, and one POST."""
    deployment = deployment_for(request, P.DEPLOYMENT_VIEW, pk)
    move = next(
        (one for one in moves_for(deployment=deployment, viewer=request.viewer, on=request.viewer.on) if one.name == name),
        None,
    )
    if move is None:
        return already_moved(request, deployment, name)
    if not move.is_open and name == "agree":
        messages.info(request, " ".join(move.refusals))
        return redirect(deployment_url(deployment))
    if not move.is_open:
        return refusal(request, deployment, move.label)
    form = form_for(name, request, deployment)
    if form.is_valid():
        try:
            play(name, request, deployment, form.reasons() if name == "confirm" else form.cleaned_data)
            return redirect("partners:deployment-done", pk=deployment.pk)
        except OutOfDate as late:
            messages.info(request, " ".join(late.reasons))
            return redirect(deployment_url(deployment))
        except MoveRefused as refused:
            say(form, refused.reasons)
    return render(
        request,
        "partners/deployments/move.html",
        move_context(deployment, form, move.label, text_of(name, deployment), is_destructive=name in {"withdraw", "uphold"})
        | if_it_moves(request.viewer, deployment, name),
    )


def say(form, reasons) -> None:
    """Why a move was refused; what is said of the reason leads to its box."""
    for reason in reasons:
        is_of_the_box = "reason" in form.fields and reason.startswith("Enter a reason")
        form.add_error("reason" if is_of_the_box else None, reason)


def move_context(deployment: Deployment, form, label: str, text: str, *, is_destructive: bool = False) -> dict:
    return {
        "form": form, "heading": f"{label}: {deployment.partner.full_name} at {deployment.school.name}", "text": text,
        "rows": [
            SummaryRow("School", deployment.school.name), SummaryRow(SIP_IN_FULL, deployment.partner.full_name),
            SummaryRow("Period", capitalised(span(deployment.starts_on, deployment.ends_on))),
        ],
        "button_label": label, "cancel_url": deployment_url(deployment), "is_destructive": is_destructive,
        "breadcrumbs": deployment_trail(deployment),
    }  # fmt: skip


def already_moved(request, deployment: Deployment, name: str):
    """A second click, a reload, Back, or somebody who was faster: nothing happens, and the page says where it stands."""
    if request.method == "POST" or (name in TEXTS and was_made(deployment, name)):
        messages.info(request, "This has already moved on. Look at where it stands now before you go on.")
        return redirect(deployment_url(deployment))
    raise Http404("No such move from here, or not for this person")


def was_made(deployment: Deployment, name: str) -> bool:
    """Whether the deployment has this move behind it: then its page is an old one, and no stranger's guess."""
    return AuditEvent.objects.filter(subject=f"deployment:{deployment.pk}", what=f"deployment.{name}").exists()


def refusal(request, deployment: Deployment, label: str):
    """A page that says what would have to change, and who can change it; nothing is written."""
    case = selectors.case_of(deployment, on=request.viewer.on)
    found = findings(case)
    context = {
        "deployment": deployment,
        "heading": "This deployment cannot be confirmed yet",
        "move": label,
        "refusals": cures(refusing(found)),
        "rows": workings(case, found),
        "checks_url": partner_url(deployment.partner, "checks"),
        "url": deployment_url(deployment),
        "breadcrumbs": deployment_trail(deployment),
    }
    return render(request, "partners/deployments/refusal.html", context)


@require_http_methods(FORM)
@requires(P.DEPLOYMENT_VOID)
def deployment_void(request, pk):
    """Strike out what was entered in error, with a reason (D-18)."""
    deployment = deployment_for(request, P.DEPLOYMENT_VOID, pk)
    form = ReasonForm(sent(request), label="What was wrong")
    if form.is_valid():
        try:
            actions.void_deployment(deployment=deployment, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())
            return redirect("partners:deployment-done", pk=deployment.pk)
        except OutOfDate as late:
            messages.info(request, " ".join(late.reasons))
            return redirect(deployment_url(deployment))
        except MoveRefused as refused:
            say(form, refused.reasons)
    text = (
        "It will count for nothing: not for the three years, the accreditation, the grant or its conditions. It stays visible "
        "as struck out, and where the national contractor was told, a correction goes on the log."
    )
    return render(
        request,
        "_parts/confirm_page.html",
        move_context(deployment, form, "Strike out the deployment", text, is_destructive=True),
    )
