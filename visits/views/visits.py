"""Visits: plan one, see it, record what became of it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import can, requires
from accounts.permissions import Permission
from partners.models import Deployment
from sipmanager.core import clock
from sipmanager.core.once import once
from sipmanager.core.parts import Link, SummaryRow, Tag, Task
from sipmanager.core.wording import day
from sipmanager.core.workflow import MoveRefused, OutOfDate

from .. import actions, forms
from ..addresses import note_address
from ..models import Note
from ..states import VisitState
from ..tables import note_tag, occasion, visit_tag
from ..workflow import visit_moves_for
from .shared import get_visit, refused, visit_name, visit_trail

P = Permission

LABELS = {
    "confirm": "Confirm the visit",
    "hold": "Record the visit",
    "miss": "Record that it did not take place",
    "reschedule": "Change the date",
    "cancel": "Cancel the visit",
}
SAYS = {
    "confirm": "We email the head the date and the focus of the visit.",
    "hold": "Once the visit is recorded you can write its note.",
    "reschedule": "A new visit is planned in place of this one, which stays on record with its reason.",
    "miss": "The visit stays on record as missed.",
    "cancel": "The visit stays on record as cancelled.",
}
DONE = {
    "confirm": "The visit is confirmed and the head is told by email.",
    "miss": "The visit is recorded as missed.",
    "cancel": "The visit is cancelled.",
}


def may_be_visited(viewer):
    """The deployments for which this person may plan a visit: their own, running or still to begin."""
    mine = Deployment.objects.visible_to(viewer).filter(partner_id=viewer.partner_id).standing()
    still = mine.exclude(ends_on__lt=viewer.on)
    return still.select_related("school", "authority", "partner").order_by("school__name", "pk")


@requires(P.VISIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def visit_plan(request):
    deployments = list(may_be_visited(request.viewer))
    if not deployments:
        says = ["You can plan a visit once you are deployed at a school."]
        return refused(
            request,
            heading="You have no school to visit",
            reasons=says,
            back=Link("Go to My work", "/"),
            trail=visit_trail(request),
        )
    initial = asked_for(request, deployments)
    form = forms.PlanVisitForm(request.POST or None, deployments=deployments, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data

        def plan():
            visit = actions.plan_visit(
                deployment=given["deployment"], day=given["planned_on"], season=given["season"], focus=given["focus"],
                by=request.user, at=clock.now(),
            )  # fmt: skip
            return reverse("visits:visit-detail", args=[visit.pk])

        try:
            address, is_new = once(key=given["form_key"], by=request.user, at=clock.now(), effect=plan)
        except MoveRefused as refusal:
            form.add_error(None, refusal.reasons)
        else:
            if is_new:
                messages.success(request, "The visit is planned.")
            return redirect(address)
    context = {"form": form, "heading": "Plan a visit", "breadcrumbs": visit_trail(request)}
    return render(request, "visits/form.html", context)


def asked_for(request, deployments) -> dict:
    """The deployment or school that the link named, where it is one of theirs."""
    wanted, urn = request.GET.get("deployment", ""), request.GET.get("school", "")
    found = (one.pk for one in deployments if str(one.pk) == wanted or one.school.urn == urn)
    pk = next(found, deployments[0].pk if len(deployments) == 1 else None)
    return {"deployment": pk} if pk else {}


@requires(P.VISIT_VIEW)
@require_safe
def visit_detail(request, pk):
    visit = get_visit(request, pk)
    note = Note.objects.visible_to(request.viewer).filter(visit=visit).first()
    moves = visit_moves_for(visit=visit, viewer=request.viewer, on=request.viewer.on)
    context = {
        "visit": visit,
        "heading": visit_name(visit),
        "status": visit_tag(visit),
        "rows": summary(visit),
        "tasks": (todo := tasks(request, visit, note, moves)),
        "note_link": None
        if todo or note is None
        else Link("Read the note of this visit", note_address(request.viewer, note.pk)),
        "others": [
            Link(LABELS[move.name], reverse("visits:visit-move", args=[visit.pk, move.name]))
            for move in moves
            if move.name in ("miss", "reschedule", "cancel") and move.is_open
        ],
        "void_url": reverse("visits:visit-void", args=[visit.pk])
        if not visit.voided_on and can(request.viewer, P.VISIT_VOID, visit)
        else "",
        "breadcrumbs": visit_trail(request),
    }
    return render(request, "visits/visit.html", context)


def summary(visit) -> list[SummaryRow]:
    rows = [
        SummaryRow("School", visit.school.name),
        SummaryRow("School Improvement Partner (SIP)", visit.partner.full_name),
        SummaryRow("Visit", occasion(visit)),
        SummaryRow("Date planned", visit.planned_on),
        SummaryRow("Focus", visit.focus or "Not yet agreed"),
        SummaryRow("Confirmed by email", visit.confirmed_on or visit.confirmation_waived or "Not yet"),
    ]
    if visit.status == VisitState.HELD:
        rows += [
            SummaryRow("Date held", visit.held_on),
            SummaryRow("Time in school", f"{visit.hours_in_school.normalize():f} hours" if visit.hours_in_school else ""),
            SummaryRow("Present", visit.people_present),
            SummaryRow(
                "Governor invited",
                visit.governor_invited_on or (f"No: {visit.governor_reason}" if visit.governor_reason else "No"),
            ),
            SummaryRow("Governor present", visit.was_governor_present),
        ]
    if visit.status_reason:
        rows.append(SummaryRow("Reason", visit.status_reason))
    if visit.voided_on:
        rows.append(SummaryRow("Struck out", f"{day(visit.voided_on)}: {visit.void_reason}"))
    return rows


def tasks(request, visit, note, moves) -> list[Task]:
    """What comes next, for the SIP whose visit it is; nobody else has tasks here."""
    if visit.voided_on or not can(request.viewer, P.VISIT_PLAN, visit):
        return []
    open_now = {move.name for move in moves}

    def address(name):
        return reverse(f"visits:visit-{name}", args=[visit.pk])

    def move(name):
        return reverse("visits:visit-move", args=[visit.pk, name]) if name in open_now else ""

    is_confirmed = visit.confirmed_on or visit.confirmation_waived
    is_held = visit.status == VisitState.HELD
    if visit.status not in (VisitState.PLANNED, VisitState.CONFIRMED, VisitState.HELD):
        return []
    found = [
        Task("Prepare for the visit", address("preparation"), "Last recommendations, earlier notes and prompts", tag=OPEN)
    ]
    if is_confirmed or not is_held:
        label, status = ("Confirm date and focus by email", "Completed" if is_confirmed else "")
        found.append(Task(label, "" if is_confirmed else move("confirm"), "", status, None if is_confirmed else TO_DO))
    found.append(
        Task(
            "Record the visit",
            move("hold"),
            "When it has been made",
            "Completed" if is_held else "",
            None if is_held else TO_DO,
        )
    )
    if note is None:
        found.append(Task("Write the note", "", "You can write once the visit is recorded"))
    else:
        found.append(Task("Write the note", note_address(request.viewer, note.pk), tag=note_tag(note)))
    return found


TO_DO = Tag("To do", "blue")
OPEN = Tag("Any time", "grey")


@requires(P.VISIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def visit_move(request, pk, name):
    """Confirm, hold, miss, reschedule or cancel: the form that the move needs, then the move."""
    if name not in LABELS:
        raise Http404("No such move")
    visit = get_visit(request, pk, P.VISIT_PLAN)
    moves = visit_moves_for(visit=visit, viewer=request.viewer, on=request.viewer.on)
    move = next((one for one in moves if one.name == name), None)
    if move is None:
        return moved_on(request, visit)
    form = move_form(request, visit, name)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(play(request, visit, name, form.cleaned_data))
        except OutOfDate:
            return moved_on(request, visit)
        except MoveRefused as refusal:
            form.add_error(None, refusal.reasons)
    context = {
        "form": form,
        "heading": LABELS[name],
        "introduction": [SAYS[name]],
        "caption": visit_name(visit),
        "breadcrumbs": visit_trail(request, visit),
        "cancel": Link("Go back to the visit", reverse("visits:visit-detail", args=[visit.pk])),
    }
    return render(request, "visits/form.html", context)


def moved_on(request, visit):
    """A second click, Back, or somebody who was faster: the visit says where it stands."""
    messages.info(request, "This visit has already moved on. This is where it stands now.")
    return redirect("visits:visit-detail", visit.pk)


def move_form(request, visit, name):
    on, data = request.viewer.on, request.POST or None
    if name == "confirm":
        return forms.ConfirmVisitForm(data, visit=visit, initial={"focus": visit.focus, "planned_on": visit.planned_on})
    if name == "hold":
        planned = visit.planned_on if visit.planned_on <= on else None
        return forms.HoldVisitForm(data, visit=visit, on=on, initial={"focus": visit.focus, "held_on": planned})
    if name == "reschedule":
        return forms.RescheduleVisitForm(data, visit=visit)
    label = {"miss": "Why did the visit not take place?", "cancel": "Why is the visit cancelled?"}[name]
    return forms.ReasonForm(data, label=label, submit=LABELS[name])


def play(request, visit, name, given) -> str:
    """Make the move; returns where to go."""
    who = {"visit": visit, "viewer": request.viewer, "at": clock.now()}
    if name == "hold":
        note = actions.hold_visit(day=given.pop("held_on"), **given, **who)
        messages.success(request, "The visit is recorded. You can write the note now.")
        return reverse("visits:note-draft", args=[note.pk])
    if name == "reschedule":

        def change():
            new = actions.reschedule_visit(day=given["planned_on"], reason=given["reason"], **who)
            return reverse("visits:visit-detail", args=[new.pk])

        address, is_new = once(key=given["form_key"], by=request.user, at=clock.now(), effect=change)
        if is_new:
            messages.success(request, "The date is changed. This is the new visit.")
        return address
    if name == "confirm":
        actions.confirm_visit(day=given["planned_on"], focus=given["focus"], **who)
    elif name == "miss":
        actions.miss_visit(reason=given["reason"], **who)
    else:
        actions.cancel_visit(reason=given["reason"], **who)
    messages.success(request, DONE[name])
    return reverse("visits:visit-detail", args=[visit.pk])


@requires(P.VISIT_VOID)
@require_http_methods(["GET", "HEAD", "POST"])
def visit_void(request, pk):
    """Strike out a visit that was entered in error (D-18)."""
    visit = get_visit(request, pk, P.VISIT_VOID)
    if visit.voided_on:
        return redirect("visits:visit-detail", visit.pk)
    form = forms.ReasonForm(
        request.POST or None, label="Why was it entered in error?", submit="Strike out the visit",
        hint="The visit stays on record as struck out and no longer counts for anything.",
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            actions.void_visit(visit=visit, reason=form.cleaned_data["reason"], viewer=request.viewer, at=clock.now())
        except MoveRefused as refusal:
            form.add_error(None, refusal.reasons)
        else:
            messages.success(request, "The visit is struck out.")
            return redirect("visits:visit-detail", visit.pk)
    context = {
        "form": form,
        "heading": "Strike out a visit entered in error",
        "caption": visit_name(visit),
        "is_destructive": True,
        "breadcrumbs": visit_trail(request, visit),
        "cancel": Link("Go back to the visit", reverse("visits:visit-detail", args=[visit.pk])),
    }
    return render(request, "visits/form.html", context)
