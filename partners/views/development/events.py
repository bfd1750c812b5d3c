"""Development events: entered, changed, cancelled, who is invited and who came (CPD-9 to CPD-14)."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import can, fetch, requires
from accounts.permissions import P, Role
from partners import actions, selectors, tasks
from partners.forms import AddToEventForm, CancelEventForm, EventForm, NewEventForm
from partners.models import Attendance, DevelopmentEvent
from partners.registers.development import event_tag, reached_records
from sipmanager.core import clock
from sipmanager.core.academic import academic_label, academic_year
from sipmanager.core.forms import ErrorLine
from sipmanager.core.listing import pages_of
from sipmanager.core.parts import SummaryRow, Tag
from sipmanager.core.wording import capitalised, counted, day
from sipmanager.core.workflow import MoveRefused

from ..shared import FORM, READ, SIPS, carry_out, sent

A_PAGE = 100
# The first three are for whoever arranges the event, the others for whoever accepts absences.
CHOICES = (
    ("", "Not recorded"), ("came", "Came"), ("absent", "Did not come"), ("excused", "Did not come, accepted"),
    ("unexcused", "Did not come, not accepted"),
)  # fmt: skip


def event_for(request, permission: P, pk: int) -> DevelopmentEvent:
    return fetch(request.viewer, permission, DevelopmentEvent.objects.select_related("authority"), pk=pk)


def event_url(event: DevelopmentEvent) -> str:
    return reverse("partners:event-detail", args=[event.pk])


def event_trail(event: DevelopmentEvent | None = None) -> list[tuple[str, str]]:
    crumbs = [(SIPS, reverse("partners:partner-list")), ("Development events", reverse("partners:event-list"))]
    return [*crumbs, (event.title, event_url(event))] if event else crumbs


@require_http_methods(FORM)
@requires(P.CPD_EDIT)
def event_new(request):
    """Enter an event. Who is invited is the next step, on its page."""
    form = NewEventForm(sent(request), viewer=request.viewer)

    def arrange(given, at):
        return event_url(actions.arrange_event(by=request.user, at=at, **given))

    done = carry_out(request, form, arrange, done="The event is entered. Nobody is invited yet.")
    context = {"form": form, "heading": "Add a development event", "breadcrumbs": event_trail()}
    return done or render(request, "partners/form.html", context)


@require_http_methods(READ)
@requires(P.CPD_VIEW)
def event_detail(request, pk):
    """An event, and the list of those invited: to fill in for whoever arranges it, to read for others."""
    event = event_for(request, P.CPD_VIEW, pk)
    return render(request, "partners/development/event.html", event_context(request, event))


def event_context(request, event: DevelopmentEvent, typed=None, errors=()) -> dict:
    viewer = request.viewer
    may_edit = can(viewer, P.CPD_EDIT, event) and event.cancelled_on is None
    rows = event.attendances.standing().visible_to(viewer, P.CPD_VIEW).select_related("partner")
    page = Paginator(rows.order_by("partner__full_name", "pk"), A_PAGE).get_page(request.GET.get("page"))
    lines = lines_of_list(request, event, list(page), may_edit, typed or {})
    return {
        "event": event,
        "tag": event_tag(event, viewer.on),
        "facts": facts_of(event),
        "lines": lines,
        "shows_list": bool(viewer.roles() - {Role.SIP}),
        "many": counted(page.paginator.count, "SIP"),
        "pages": pages_of(request.GET, page.number, page.paginator.num_pages),
        "page_number": page.number if page.paginator.num_pages > 1 else "",
        "can_fill": any(line.can_fill for line in lines),
        "may_edit": may_edit,
        "can_invite": may_edit and event.held_on >= viewer.on,
        "is_invited": event.invited_at is not None,
        "how_far": how_far(event) if may_edit and event.invited_at is not None and event.held_on >= viewer.on else "",
        "own": own_line(request, event),
        "errors": [ErrorLine(text) for text in errors],
        "breadcrumbs": event_trail(),
    }


def how_far(event: DevelopmentEvent) -> str:
    """How many of those at work on the day are invited, while some are not yet."""
    left = len(selectors.not_invited_to(event))
    if not left:
        return ""
    invited = event.attendances.standing().count()
    return (
        f"{counted(invited, 'SIP')} invited, {left:,} still to be. The invitations go out while you do something else; those "
        "deployed since are invited tonight."
    )


def facts_of(event: DevelopmentEvent) -> list[SummaryRow]:
    """What is known of an event; what is blank is left out."""
    group = event.alternatives
    rows = [
        SummaryRow(
            "Date", event.held_on, note=f"{event.get_season_display()} of {academic_label(academic_year(event.held_on))}"
        ),
        SummaryRow("Days", f"{event.days.normalize():f}", note="For a school: not counted" if event.is_school_day else ""),
        SummaryRow("Kind", event.get_kind_display(), note="Mandatory" if event.is_mandatory else "Not mandatory"),
        SummaryRow("For SIPs at work in", f"{event.get_phase_display()} schools" if event.phase else "Schools of any phase"),
        SummaryRow("Place and time", event.venue) if event.venue else None,
        SummaryRow("Held by", event.get_host_display()),
        SummaryRow("One of several dates", group, note="A SIP needs one of them") if group else None,
        SummaryRow("Places", event.places) if event.places else None,
        SummaryRow("Cancelled", event.cancelled_on, note=event.cancel_reason) if event.cancelled_on else None,
    ]
    return [row for row in rows if row is not None]


@dataclass
class Line:
    """One SIP on the list of an event."""

    row: Attendance
    code: str
    reason: str
    answer: str
    tag: Tag | None
    can_fill: bool
    choices: tuple
    was: tuple[str, str]
    decide_url: str = ""
    off_url: str = ""
    record_url: str = ""


TAGS = {
    "came": Tag("Came", "green"), "absent": Tag("Did not come", "yellow"), "excused": Tag("Accepted absence", "grey"),
    "unexcused": Tag("Absence not accepted", "orange"),
}  # fmt: skip


def lines_of_list(request, event: DevelopmentEvent, rows: list[Attendance], may_edit: bool, typed: dict) -> list[Line]:
    """The list as somebody sees it; the rights on its lines are asked once for all of them."""
    viewer, keys = request.viewer, [row.pk for row in rows]
    shown = Attendance.objects.filter(pk__in=keys)
    edits = set(shown.visible_to(viewer, P.CPD_EDIT).values_list("pk", flat=True)) if may_edit else set()
    decides = set(shown.visible_to(viewer, P.CPD_ACCEPT).values_list("pk", flat=True)) if may_edit else set()
    reached = reached_records(viewer, (row.partner_id for row in rows))
    has_begun = event.held_on <= viewer.on
    found = []
    for row in rows:
        code = actions.code_of(row)
        now = typed.get(row.pk, (code, row.absence_reason))
        choices = tuple(
            pair for pair in CHOICES if row.pk in decides or pair[0] not in ("excused", "unexcused") or pair[0] == code
        )
        waits = row.due_on is not None and row.is_accepted is None and bool(row.absence_reason)
        found.append(Line(
            row=row, code=now[0], reason=now[1], answer=answer_words(row), tag=TAGS.get(code),
            can_fill=has_begun and row.pk in edits, choices=choices, was=(code, row.absence_reason),
            decide_url=reverse("partners:attendance-decide", args=[row.pk]) if waits and row.pk in decides else "",
            off_url=reverse("partners:attendance-off", args=[row.pk]) if row.pk in edits and row.attended is None else "",
            record_url=reverse("partners:partner-development", args=[row.partner.reference])
            if row.partner_id in reached else "",
        ))  # fmt: skip
    return found


def answer_words(row: Attendance) -> str:
    """What the SIP said to the invitation."""
    if row.is_coming is None:
        return "No answer yet" if row.attended is None else ""
    return "Will come" if row.is_coming else "Will not come"


def own_line(request, event: DevelopmentEvent) -> dict | None:
    """What the event is to the SIP who looks at it, and where they answer."""
    partner_id = request.viewer.partner_id
    row = event.attendances.standing().filter(partner_id=partner_id).first() if partner_id else None
    if row is None:
        return None
    code = actions.code_of(row)
    is_open = event.cancelled_on is None and not row.attended and row.is_accepted is None
    said = [answer_words(row)] if not row.attended else []
    return {
        "tag": TAGS.get(code) or Tag("Invited", "blue"),
        "says": ". ".join([*said, *([f"Your reason: {row.absence_reason}"] if row.absence_reason else [])]),
        "answer_url": reverse("partners:attendance-answer", args=[row.pk]) if is_open else "",
        "label": "Answer the invitation" if event.held_on >= request.viewer.on else "Say why you did not come",
        "is_answered": row.is_coming is not None,
    }


@require_http_methods(FORM)
@requires(P.CPD_EDIT)
def event_change(request, pk):
    """Change an event; those invited are told of another day, place or length."""
    event = event_for(request, P.CPD_EDIT, pk)
    form = EventForm(sent(request), event=event)

    def change(given, at):
        actions.change_event(event=event, by=request.user, at=at, **given)
        return event_url(event)

    done = carry_out(request, form, change, done="The event is changed." if form.has_changed() else "")
    context = {"form": form, "heading": f"Change “{event.title}”", "breadcrumbs": event_trail(event)}
    return done or render(request, "partners/form.html", context)


@require_http_methods(FORM)
@requires(P.CPD_EDIT)
def event_cancel(request, pk):
    """Call an event off, with a reason."""
    event = event_for(request, P.CPD_EDIT, pk)
    form = CancelEventForm(sent(request))

    def cancel(given, at):
        actions.cancel_event(event=event, by=request.user, at=at, **given)
        return event_url(event)

    done = carry_out(request, form, cancel, done="The event is cancelled.")
    context = {
        "form": form, "heading": f"Cancel “{event.title}”", "is_destructive": True, "button_label": "Cancel the event",
        "text": "It counts for nobody and stays on record. Those invited are told by email.", "rows": facts_of(event)[:2],
        "cancel_url": event_url(event), "cancel_label": "Go back", "breadcrumbs": event_trail(event),
    }  # fmt: skip
    return done or render(request, "_parts/confirm_page.html", context)


@require_POST
@requires(P.CPD_EDIT)
def event_invite(request, pk):
    """Let the worker invite everybody at work on the day who is not invited yet (CPD-12)."""
    event = event_for(request, P.CPD_EDIT, pk)
    try:
        left = actions.begin_inviting(event=event, by=request.user, at=clock.now())
    except MoveRefused as refused:
        messages.warning(request, " ".join(refused.reasons))
        return redirect(event_url(event))
    if left:
        tasks.invite_to_event.delay(event.pk, request.user.pk)
        messages.success(request, f"{capitalised(counted(left, 'SIP'))} {'is' if left == 1 else 'are'} being invited.")
    else:
        messages.info(request, f"Everybody at work on {day(event.held_on)} is invited already, or nobody is at work then.")
    return redirect(event_url(event))


@require_http_methods(FORM)
@requires(P.CPD_EDIT)
def event_add(request, pk):
    """Invite one SIP by reference."""
    event = event_for(request, P.CPD_EDIT, pk)
    form = AddToEventForm(sent(request), viewer=request.viewer)

    def add(given, at):
        actions.add_to_event(event=event, partner=given["reference"], by=request.user, at=at)
        return event_url(event)

    done = carry_out(request, form, add, done="The SIP is invited.")
    context = {"form": form, "heading": f"Invite a SIP to “{event.title}”", "breadcrumbs": event_trail(event)}
    return done or render(request, "partners/form.html", context)


@require_POST
@requires(P.CPD_EDIT)
def event_attendance(request, pk):
    """Take the whole list: who came, who did not and why. Sent twice, it changes nothing more."""
    event = event_for(request, P.CPD_EDIT, pk)
    codes = dict(CHOICES)
    said, typed = [], {}
    for text in request.POST.getlist("line")[:A_PAGE]:
        if not (text.isascii() and text.isdigit() and len(text) < 12):
            return HttpResponseBadRequest()
        values = [request.POST.get(f"{name}_{text}", "").strip() for name in ("was", "was_reason", "now", "reason")]
        if values[0] not in codes or values[2] not in codes:
            return HttpResponseBadRequest()
        if values[2] == "came":
            values[3] = values[1] if values[0] == "came" else ""
        typed[int(text)] = (values[2], values[3][:300])
        said.append(actions.Said(pk=int(text), was=(values[0], values[1]), now=typed[int(text)]))
    try:
        changed = actions.record_attendance(event=event, said=said, by=request.user, at=clock.now())
    except MoveRefused as refused:
        return render(request, "partners/development/event.html", event_context(request, event, typed, refused.reasons))
    if changed:
        messages.success(request, f"The list is saved: {counted(changed, 'line')} changed.")
    else:
        messages.info(request, "The list is as it was.")
    page = request.POST.get("page", "")
    return redirect(event_url(event) + (f"?page={int(page)}" if page.isascii() and page.isdigit() and len(page) < 6 else ""))


@require_http_methods(FORM)
@requires(P.CPD_EDIT)
def attendance_off(request, pk):
    """Take a SIP off the list of an event."""
    rows = Attendance.objects.standing().select_related("event__authority", "partner").filter(event__isnull=False)
    row = fetch(request.viewer, P.CPD_EDIT, rows, pk=pk)
    if request.method == "POST":
        try:
            actions.take_off_event(attendance=row, by=request.user, at=clock.now())
            messages.success(request, f"{row.partner.full_name} is off the list.")
        except MoveRefused as refused:
            messages.warning(request, " ".join(refused.reasons))
        return redirect(event_url(row.event))
    context = {
        "heading": f"Take {row.partner.full_name} off the list", "button_label": "Take off the list",
        "text": "The invitation no longer counts, and can be made again.", "cancel_url": event_url(row.event),
        "rows": [SummaryRow("Event", row.event.title, note=day(row.event.held_on))], "breadcrumbs": event_trail(row.event),
    }  # fmt: skip
    return render(request, "_parts/confirm_page.html", context)
