"""The page of one deployment, its moves, and the log of what the national contractor was told."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from accounts.access import can, fetch, requires
from accounts.permissions import P
from partners import actions, selectors
from partners.consulting import wants_an_account
from partners.deployment_rules import findings, needs_reason, refusing
from partners.forms import AgreeForm, AskedForm, ConsultForm, EndDeploymentForm, NotifiedForm, ReasonForm
from partners.models import (
    CLOSED_STATES,
    OPEN_STATES,
    Deployment,
    DeploymentStatus,
    NationalNotification,
    NotificationKind,
)
from partners.panels import flags_of
from partners.tenure import WARN_MONTHS
from partners.wording import event_sentence, event_text, status_tag
from partners.workflow import moves_for
from partners.workings import cures, workings
from sipmanager.core import clock
from sipmanager.core.models import AuditEvent
from sipmanager.core.parts import Event, Link, SummaryRow
from sipmanager.core.wording import capitalised, day, listed, span
from sipmanager.core.workflow import MoveRefused, OutOfDate

from .changing_sip import change_links, change_url, followed_by, set_off_by
from .consulting import consultation_rows, objections_of
from .deployment_checklist import checklist
from .duties import duty_rows
from .letters import letter_rows, letters_url
from .shared import FORM, READ, SIP_IN_FULL, deployment_for, deployment_trail, deployment_url, partner_url, sent
from .succession import succession_rows
from .supposed import if_it_moves

# Rules whose reasons are read by those who may see the SIP's interests.
OF_INTERESTS = frozenset({"PRE-11-possible", "REG-10"})
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


def reference_of(deployment: Deployment) -> str:
    """What people call a deployment by."""
    return f"D{deployment.pk:06d}"


@require_http_methods(READ)
@requires(P.DEPLOYMENT_VIEW)
def deployment_detail(request, pk):
    """One deployment: its facts, its three years, the rules, the notifications, what happened, and what may be done."""
    deployment = deployment_for(request, P.DEPLOYMENT_VIEW, pk)
    viewer, on = request.viewer, request.viewer.on
    run = selectors.tenure_of([deployment], on)[deployment.pk]
    sees_checks = can(viewer, P.CHECK_VIEW, deployment) and deployment.status in OPEN_STATES and not deployment.is_void
    rows = []
    if sees_checks:
        case = selectors.case_of(deployment, on=on)
        rows = workings(case, findings(case))
    notifications = NationalNotification.objects.filter(deployment=deployment).visible_to(viewer, P.NOTIFICATION_VIEW)
    context = {
        "deployment": deployment,
        "heading": deployment.school.name,
        "tag": status_tag(deployment, on),
        "facts": facts(viewer, deployment),
        "tenure": []
        if deployment.status in CLOSED_STATES
        else [*tenure_rows(deployment, run, on), *succession_rows(viewer, deployment, run, on)],
        "rows": rows,
        "checklist": checklist(viewer, deployment, on),
        "run_out": run_out_words(viewer, deployment, on),
        "flags": flags_of(viewer, deployment=deployment),
        "notifications": [notification_row(viewer, row) for row in notifications.order_by("raised_at", "pk")],
        "sees_notifications": viewer.has(P.NOTIFICATION_VIEW),
        "letters": letter_rows(viewer, deployment),
        "letters_url": letters_url(viewer, deployment),
        "change_url": change_url(viewer, deployment),
        "changes": change_links(viewer, deployment),
        "moves": move_links(viewer, deployment, on),
        "said": consultation_rows(viewer, deployment),
        "duties": duty_rows(viewer, deployment, on),
        "objections": objections_of(viewer, deployment),
        "propose_url": propose_again(viewer, deployment),
        "events": timeline(viewer, deployment),
        "breadcrumbs": deployment_trail(),
    }
    return render(request, "partners/deployments/detail.html", context)


def run_out_words(viewer, deployment: Deployment, on) -> str:
    """What has run out while the SIP is at work; the deployment goes on (PRE-13)."""
    past = selectors.checks_run_out([deployment], on).get(deployment.pk, [])
    if not past or not can(viewer, P.CHECK_VIEW, deployment):
        return ""
    return f"Run out: {listed([f'{words} on {day(until)}' for words, until in past])}. The deployment goes on; renew it."


def why_label(deployment: Deployment, on) -> str:
    if deployment.status in CLOSED_STATES:
        return "Why it goes no further" if deployment.status == DeploymentStatus.UPHELD else "Why it was withdrawn"
    return "Why it ends" if deployment.ends_on >= on else "Why it ended"


def propose_again(viewer, deployment: Deployment) -> str:
    """Where another SIP is proposed once this one goes no further."""
    if deployment.status not in CLOSED_STATES or not can(viewer, P.DEPLOYMENT_PROPOSE, deployment.school):
        return ""
    query = urlencode({"starts_on": deployment.starts_on})
    return f"{reverse('partners:deploy-candidates', args=[deployment.school.urn])}?{query}"


def facts(viewer, deployment: Deployment) -> list[SummaryRow]:
    school_link = (Link("See the school", reverse("schools:school-detail", args=[deployment.school.urn])),)
    sip_link = (
        (Link("See the SIP", partner_url(deployment.partner)),) if can(viewer, P.PARTNER_VIEW, deployment.partner) else ()
    )
    rows = [
        SummaryRow("Reference", reference_of(deployment)),
        SummaryRow("School", deployment.school.name, school_link if can(viewer, P.SCHOOL_VIEW, deployment.school) else ()),
        SummaryRow("SIP", deployment.partner.full_name, sip_link),
        SummaryRow("Authority", deployment.authority.name),
        SummaryRow("First day", deployment.starts_on),
        SummaryRow("Last day", deployment.ends_on or "None set"),
        SummaryRow("Days a year", f"{deployment.days.normalize():f}"),
    ]
    if deployment.lead_from and not deployment.is_void:
        is_whole = (deployment.lead_from, deployment.lead_until) == (deployment.starts_on, deployment.ends_on)
        note = "" if is_whole else "On the other days of a handover another SIP leads: there is one lead at a time (DEP-9)."
        rows.append(SummaryRow("Leads", span(deployment.lead_from, deployment.lead_until), note=note))
    elif deployment.confirmed_on and not deployment.lead_from and not deployment.is_void:
        rows.append(SummaryRow("Leads", "Never: another SIP led at the school on these days"))
    if deployment.consulted_on:
        rows.append(SummaryRow("School asked", deployment.consulted_on))
    if deployment.why:
        rows.append(SummaryRow("Why this SIP", deployment.why))
    if deployment.done_about_views:
        rows.append(SummaryRow("What was done about the school's views", deployment.done_about_views))
    if deployment.confirmed_on:
        rows.append(
            SummaryRow(
                "Confirmed",
                deployment.confirmed_on,
                note="Recorded from a file of past deployments" if deployment.is_historic else "",
            )
        )
    hidden = frozenset() if can(viewer, P.INTEREST_VIEW, deployment.partner) else OF_INTERESTS
    given = sorted((key, text) for key, text in deployment.reasons.items() if key not in hidden)
    rows += [SummaryRow(f"Reason for going on ({key})", text) for key, text in given]
    if deployment.end_reason:
        rows.append(SummaryRow(why_label(deployment, viewer.on), deployment.end_reason))
    if deployment.is_void:
        rows.append(SummaryRow("Struck out", deployment.voided_on, note=deployment.void_reason))
    return rows


def tenure_rows(deployment: Deployment, run, on) -> list[SummaryRow]:
    """How the last lawful day comes about, and how near it is (DEP-10, DEP-11)."""
    rows = [SummaryRow("Last lawful day", run.last_lawful_on, note=f"{run.arithmetic()}.")]
    left = (run.last_lawful_on - on).days
    if deployment.is_void or not deployment.confirmed_on or (deployment.ends_on and deployment.ends_on < on):
        return rows
    if left < 0:
        rows.append(SummaryRow("Three years", f"Passed {-left} days ago"))
    elif run.at_risk_from() <= on:
        rows.append(SummaryRow("Three years", f"{left} days left: less than six months"))
    elif run.at_risk_from(max(WARN_MONTHS)) <= on:
        rows.append(SummaryRow("Three years", f"{left} days left: less than a year"))
    return rows


# None of these is what the page is for.
SECONDARY = frozenset({"consult", "uphold", "reject", "end", "withdraw"})


def move_links(viewer, deployment: Deployment, on) -> list[dict]:
    """What may be done next; the first is the page's one primary button."""
    found = moves_for(deployment=deployment, viewer=viewer, on=on)
    primary = next((move.name for move in found if move.name not in SECONDARY), "")
    moves = [
        {
            "label": move.label, "url": reverse("partners:deployment-move", args=[deployment.pk, move.name]),
            "is_open": move.is_open, "refusals": move.refusals,
            "kind": "" if move.name == primary else "secondary",
            "is_confirm": move.name == "confirm",
        }
        for move in found
    ]  # fmt: skip
    if deployment.confirmed_on and not deployment.is_void and can(viewer, P.DEPLOYMENT_VOID, deployment):
        moves.append(
            {
                "label": "Strike out as entered in error", "url": reverse("partners:deployment-void", args=[deployment.pk]),
                "is_open": True, "refusals": (), "kind": "secondary", "is_confirm": False,
            }
        )  # fmt: skip
    return moves


def notification_row(viewer, row: NationalNotification) -> dict:
    is_struck_out = row.deployment.is_void and row.sent_on is None and row.kind != NotificationKind.CORRECTION
    may_mark = row.sent_on is None and not (row.is_elsewhere or is_struck_out) and can(viewer, P.NOTIFICATION_SEND, row)
    said = (
        "Told elsewhere, before this service"
        if row.is_elsewhere
        else "Not to be sent: the deployment is struck out"
        if is_struck_out
        else f"Sent on {day(row.sent_on)}, {row.method}"
        if row.sent_on
        else "Not sent yet"
    )
    return {
        "kind": row.get_kind_display(),
        "effective_on": day(row.effective_on),
        "said": said,
        "url": reverse("partners:notification-send", args=[row.pk]) if may_mark else "",
    }


def timeline(viewer, deployment: Deployment) -> list[Event]:
    """What happened to the deployment, newest first; for those who look after deployments, not for the school."""
    if not viewer.has(P.RECORD_VIEW) and not viewer.has(P.NOTIFICATION_VIEW):
        return []
    rows = AuditEvent.objects.filter(subject=f"deployment:{deployment.pk}").order_by("-at", "-pk")
    return [Event(event_sentence(row), row.at, by=row.by_name, text=event_text(row)) for row in rows]


# ---------------------------------------------------------------------------------------------------------- the moves


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
    "have misconducted themself (DEP-25): record a discussion on the SIP's page.",
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


@require_http_methods(FORM)
@requires(P.NOTIFICATION_SEND)
def notification_send(request, pk):
    """Record that the national contractor was told (DEP-15)."""
    rows = NationalNotification.objects.select_related("deployment__school", "deployment__partner")
    notification = fetch(request.viewer, P.NOTIFICATION_SEND, rows, pk=pk)
    deployment = notification.deployment
    back = reverse("partners:notification-list")
    form = NotifiedForm(sent(request), on=request.viewer.on, initial={"sent_on": request.viewer.on})
    if form.is_valid():
        try:
            actions.mark_notified(notification=notification, by=request.user, at=clock.now(), **form.cleaned_data)
            messages.success(
                request, f"The {notification.get_kind_display().lower()} at {deployment.school.name} is marked as sent."
            )
            return redirect(back)
        except OutOfDate as late:
            messages.info(request, " ".join(late.reasons))
            return redirect(back)
        except MoveRefused as refused:
            for reason in refused.reasons:
                form.add_error(None, reason)
    context = {
        "form": form, "heading": "Was the national contractor told?", "button_label": "Mark as sent", "cancel_url": back,
        "rows": [
            SummaryRow("What", notification.get_kind_display()), SummaryRow("School", deployment.school.name),
            SummaryRow(SIP_IN_FULL, deployment.partner.full_name), SummaryRow("Takes effect on", notification.effective_on),
        ],
        "breadcrumbs": [*deployment_trail(), ("Notifications", back)],
    }  # fmt: skip
    return render(request, "_parts/confirm_page.html", context)
