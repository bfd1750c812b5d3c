"""The page of one deployment."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from accounts.access import can, requires
from accounts.permissions import P
from partners import selectors
from partners.deployment_rules import findings
from partners.models import (
    CLOSED_STATES,
    OPEN_STATES,
    Deployment,
    DeploymentStatus,
    NationalNotification,
    NotificationKind,
)
from partners.panels import changes_of, flags_of
from partners.tenure import WARN_MONTHS
from partners.wording import event_sentence, event_text, status_tag
from partners.workflow import moves_for
from partners.workings import workings
from sipmanager.core.models import AuditEvent
from sipmanager.core.parts import Event, Link, SummaryRow
from sipmanager.core.wording import day, listed, span

from ..changing_sip.proposing import change_links
from ..shared import READ, deployment_for, deployment_trail, partner_url
from .checklist import checklist
from .consulting import consultation_rows, objections_of
from .duties import duty_rows
from .letters import letter_rows, letters_url
from .succession import succession_rows

# Rules whose reasons are read by those who may see the SIP's interests.
OF_INTERESTS = frozenset({"PRE-11-possible", "REG-10"})


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
        "change": next(iter(changes_of(viewer, [deployment])), None),
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
        note = "" if is_whole else "On the other days of a handover another SIP leads: there is one lead at a time."
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
