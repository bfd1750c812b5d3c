"""Pages of quality assurance: shadow visits from the plan to the feedback."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import can, fetch, requires
from accounts.permissions import Permission
from sipmanager.core import clock
from sipmanager.core.models import AuditEvent
from sipmanager.core.once import once
from sipmanager.core.parts import Event, SummaryRow
from sipmanager.core.workflow import MoveRefused

from . import actions, selectors
from .events import EVENTS
from .forms import CommentForm, FeedbackForm, HeldForm, PlanForm, ReasonForm
from .models import Level, ShadowVisit

P = Permission
PAGES = ("GET", "HEAD", "POST")


def shadow_for(request, permission, pk) -> ShadowVisit:
    rows = ShadowVisit.objects.select_related("partner", "school", "observer", "authority")
    return fetch(request.viewer, permission, rows, pk=pk)


def trail(shadow=None):
    crumbs = [("My work", "/"), ("Quality", reverse("qa:due-list")), ("Shadow visits", reverse("qa:shadow-list"))]
    return [*crumbs, (shadow.partner.full_name, shadow.get_absolute_url())] if shadow else crumbs


@require_http_methods(PAGES)
@requires(P.SHADOW_RECORD)
def shadow_plan(request):
    """Plan to go with a SIP on a visit; the planner is the observer."""
    form = PlanForm(
        request.POST or None, viewer=request.viewer, on=request.viewer.on, reference=request.GET.get("partner", ""),
        initial={"school": request.GET.get("school")},
    )  # fmt: skip
    if form.is_valid():
        given = form.cleaned_data

        def plan():
            return actions.plan_shadow_visit(
                engagement=given["partner"], school=given["school"], planned_on=given["planned_on"],
                school_agreed_on=given["school_agreed_on"], by=request.user, at=clock.now(),
            ).get_absolute_url()  # fmt: skip

        try:
            url, is_new = once(key=given["form_key"], by=request.user, at=clock.now(), effect=plan)
        except MoveRefused as refusal:
            form.add_error(None, refusal.reasons)
        else:
            if is_new:
                messages.success(request, f"Shadow visit planned. {given['partner'].partner.full_name} has been told.")
            return redirect(url)
    return render(request, "qa/form.html", {"form": form, "heading": "Plan a shadow visit", "breadcrumbs": trail()})


@require_safe
@requires(P.SHADOW_VIEW)
def shadow_detail(request, pk):
    """One shadow visit: where it stands, its feedback, and what may be done next."""
    shadow = shadow_for(request, P.SHADOW_VIEW, pk)
    may_record = can(request.viewer, P.SHADOW_RECORD, shadow)
    may_read = may_record or request.viewer.partner_id != shadow.partner_id or selectors.is_to_be_read_by_the_sip(shadow)
    context = {
        "shadow": shadow,
        "tag": shadow.status_tag,
        "rows": facts(shadow),
        "feedback": feedback(shadow) if may_read and shadow.status in ("held", "feedback_sent") else [],
        "may_hold": may_record and shadow.status == "planned",
        "may_write": may_record and shadow.status == "held",
        "may_comment": shadow.status == "feedback_sent" and can(request.viewer, P.SHADOW_COMMENT, shadow),
        "events": timeline(shadow),
        "breadcrumbs": trail(),
    }
    return render(request, "qa/shadow_detail.html", context)


def facts(shadow: ShadowVisit) -> list[SummaryRow]:
    rows = [
        SummaryRow("School", shadow.school.name),
        SummaryRow("Observer", shadow.observer.full_name),
        SummaryRow("Planned for", shadow.planned_on),
        SummaryRow("School agreed", shadow.school_agreed_on or "Not yet"),
        SummaryRow("Took place", shadow.held_on or "Not yet"),
        SummaryRow("Oral feedback", shadow.oral_feedback_on or "Not yet"),
        SummaryRow("Written feedback due", shadow.written_due_on or "Not required by the local policy"),
        SummaryRow("Written feedback sent", shadow.written_on or "Not yet"),
    ]
    if shadow.status == "cancelled":
        rows.append(SummaryRow("Why it was cancelled", shadow.status_reason))
    return rows


def feedback(shadow: ShadowVisit) -> list[SummaryRow]:
    fields = FeedbackForm.base_fields
    texts = [SummaryRow(fields[key].label, getattr(shadow, key)) for key in actions.OBSERVED]
    levels = [SummaryRow(fields[key].label, getattr(shadow, f"get_{key}_display")()) for key in actions.LEVELS]
    comment = [SummaryRow("The SIP's own comment", shadow.partner_comment)] if shadow.status == "feedback_sent" else []
    return [*texts, *levels, *comment]


def timeline(shadow: ShadowVisit) -> list[Event]:
    lines = AuditEvent.objects.filter(subject=f"shadowvisit:{shadow.pk}").order_by("-at", "-pk")
    return [Event(EVENTS.get(line.what, line.what), line.at, line.by_name) for line in lines]


@require_http_methods(PAGES)
@requires(P.SHADOW_RECORD)
def shadow_hold(request, pk):
    """Record that a planned shadow visit took place."""
    shadow = shadow_for(request, P.SHADOW_RECORD, pk)
    form = HeldForm(request.POST or None, shadow=shadow, on=request.viewer.on)
    if form.is_valid():
        try:
            actions.hold_shadow_visit(shadow=shadow, by=request.user, at=clock.now(), **form.cleaned_data)
        except MoveRefused as refusal:
            form.add_error(None, refusal.reasons)
        else:
            messages.success(request, "Shadow visit recorded. Write the feedback next.")
            return redirect("qa:shadow-feedback", shadow.pk)
    context = {
        "form": form,
        "heading": f"Record the shadow visit with {shadow.partner.full_name}",
        "breadcrumbs": trail(shadow),
    }
    return render(request, "qa/form.html", context)


@require_http_methods(PAGES)
@requires(P.SHADOW_RECORD)
def shadow_feedback(request, pk):
    """Write the feedback over several sittings, then send it. A save against an older version shows both texts (D-26)."""
    shadow = shadow_for(request, P.SHADOW_RECORD, pk)
    start = {key: getattr(shadow, key) for key in (*actions.OBSERVED, *actions.LEVELS)}
    if shadow.status != "held" and (request.method != "POST" or is_the_same(request.POST, start)):
        messages.info(request, "This feedback cannot be changed now. This is where it stands.")
        return redirect(shadow)
    form = FeedbackForm(request.POST or None, initial=start)
    version, conflict = version_meant(request, shadow), []
    if form.is_valid():
        is_sent = "send" in request.POST
        act = actions.send_feedback if is_sent else actions.write_feedback
        try:
            act(shadow=shadow, version=version, by=request.user, at=clock.now(), **form.cleaned_data)
        except actions.TextConflict as clash:
            version, conflict = clash.stored.text_version, both(form, clash)
        except MoveRefused as refusal:
            form.add_error(None, refusal.reasons)
        else:
            told = f"Feedback sent to {shadow.partner.full_name}." if is_sent else "Feedback saved. It has not been sent."
            messages.success(request, told)
            return redirect(shadow)
    context = {
        "form": form, "shadow": shadow, "version": version, "conflict": conflict, "breadcrumbs": trail(shadow),
        "parking_section": f"shadow:{shadow.pk}:feedback", "url": request.path,
    }  # fmt: skip
    return render(request, "qa/feedback.html", context, status=409 if conflict else 200)


def version_meant(request, shadow) -> int:
    """The version that the writer had open; of a form that brings none, the one on record is asked for and not had."""
    if request.method != "POST":
        return shadow.text_version
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def is_the_same(data, stored) -> bool:
    """Whether a form brings what is on record already: a second click, or a page sent again."""
    return all(data.get(key, "").replace("\r\n", "\n").strip() == text for key, text in stored.items())


def both(form, clash) -> list[SummaryRow]:
    """What another window saved, where it is not what the form holds."""
    levels = dict(Level.choices)
    return [
        SummaryRow(form.fields[key].label, levels.get(text, text) if key in actions.LEVELS else text)
        for key in clash.differs
        for text in [getattr(clash.stored, key)]
    ]


@require_http_methods(PAGES)
@requires(P.SHADOW_RECORD)
def shadow_cancel(request, pk):
    """Call a planned shadow visit off, with a reason."""
    shadow = shadow_for(request, P.SHADOW_RECORD, pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            actions.cancel_shadow_visit(shadow=shadow, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())
        except MoveRefused as refusal:
            form.add_error("reason", refusal.reasons)
        else:
            messages.success(request, "Shadow visit cancelled.")
            return redirect(shadow)
    context = {
        "form": form, "heading": f"Cancel the shadow visit with {shadow.partner.full_name}", "rows": facts(shadow)[:3],
        "button_label": "Cancel the shadow visit", "cancel_url": shadow.get_absolute_url(), "cancel_label": "Keep it",
        "is_destructive": True, "breadcrumbs": trail(shadow),
    }  # fmt: skip
    return render(request, "_parts/confirm_page.html", context)


@require_http_methods(PAGES)
@requires(P.SHADOW_COMMENT)
def shadow_comment(request, pk):
    """The SIP's own word on feedback about them."""
    shadow = shadow_for(request, P.SHADOW_COMMENT, pk)
    form = CommentForm(request.POST or None, initial={"text": shadow.partner_comment})
    version, conflict = version_meant(request, shadow), []
    if form.is_valid():
        try:
            actions.comment_on_feedback(
                shadow=shadow, text=form.cleaned_data["text"], version=version, by=request.user, at=clock.now()
            )
        except actions.TextConflict as clash:
            version = clash.stored.text_version
            conflict = [SummaryRow(form.fields["text"].label, clash.stored.partner_comment)]
        except MoveRefused as refusal:
            form.add_error(None, refusal.reasons)
        else:
            messages.success(request, "Your comment is kept with the feedback.")
            return redirect(shadow)
    context = {
        "form": form, "shadow": shadow, "version": version, "conflict": conflict, "breadcrumbs": trail(shadow),
        "parking_section": f"shadow:{shadow.pk}:comment", "url": request.path,
    }  # fmt: skip
    return render(request, "qa/comment.html", context, status=409 if conflict else 200)
