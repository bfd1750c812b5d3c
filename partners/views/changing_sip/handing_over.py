"""Handing a school over: the task, the pack with its download, and who opened it (HND-1 to HND-4, HND-7, HND-12)."""

import io
import zipfile

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import can, fetch, requires
from accounts.permissions import P
from partners import actions, selectors
from partners.forms import HandingOverForm
from partners.models import Handover, LeavingFeedback
from partners.wording import handover_tag
from sipmanager.core import clock, documents
from sipmanager.core.parts import Event, Link, SummaryRow
from sipmanager.core.wording import capitalised, counted, day, moment

from ..shared import FORM, READ, carry_out, deployment_trail, deployment_url, press, sent

HANDOVERS = "Handovers"


def handover_for(request, permission: P, pk: int) -> Handover:
    rows = Handover.objects.select_related(
        "school", "authority", "outgoing__partner", "outgoing__school", "incoming__partner", "incoming__school"
    )
    return fetch(request.viewer, permission, rows, pk=pk)


def handover_url(handover: Handover, name: str = "handover-detail") -> str:
    return reverse(f"partners:{name}", args=[handover.pk])


def handover_trail(handover: Handover | None = None) -> list[tuple[str, str]]:
    crumbs = [*deployment_trail(), (HANDOVERS, reverse("partners:handover-list"))]
    return [*crumbs, (handover.school.name, handover_url(handover))] if handover else crumbs


@require_http_methods(READ)
@requires(P.HANDOVER_VIEW)
def handover_detail(request, pk):
    """One handover: who, when, what has been done of it, who opened the pack."""
    handover = handover_for(request, P.HANDOVER_VIEW, pk)
    viewer = request.viewer
    may_record = may_say(viewer, handover)
    openings = selectors.openings_of(handover)
    context = {
        "handover": handover,
        "heading": handover.school.name,
        "tag": handover_tag(handover, viewer.on),
        "facts": facts(viewer, handover),
        "done": done_rows(handover, may_record),
        "pack_url": handover_url(handover, "handover-pack"),
        "finish_url": handover_url(handover, "handover-finish") if may_record and not handover.met_on else "",
        "openings": [Event("Pack opened", row.at, by=row.by_name) for row in openings],
        "links": other_links(viewer, handover),
        "breadcrumbs": handover_trail(),
    }
    return render(request, "partners/changes/handover.html", context)


def may_say(viewer, handover: Handover) -> bool:
    """Who says what has been handed over: the SIP who leaves, or the authority; the one who comes reads it."""
    is_incoming = viewer.partner_id is not None and viewer.partner_id == handover.incoming.partner_id
    return handover.confirmed_on is not None and not is_incoming and can(viewer, P.HANDOVER_RECORD, handover)


def facts(viewer, handover: Handover) -> list[SummaryRow]:
    outgoing, incoming = handover.outgoing, handover.incoming
    return [
        SummaryRow(
            "From", outgoing.partner.full_name, note=f"Last day: {day(outgoing.ends_on or handover.last_on) or 'not set'}"
        ),
        SummaryRow("To", incoming.partner.full_name, note=f"First day: {day(incoming.starts_on)}"),
        due_row(handover),
        *([SummaryRow("Everything handed over", handover.met_on)] if handover.met_on else []),
    ]


def due_row(handover: Handover) -> SummaryRow:
    """By when the school is to be handed over, and what it is counted from (DL-24)."""
    if handover.due_on is None:
        return SummaryRow("Hand over by", "Once the new SIP is confirmed")
    visit_on = selectors.first_visit_on(handover.incoming)
    note = f"First visit: {day(visit_on)}" if visit_on else "Counted from the first day, until a first visit is planned"
    return SummaryRow("Hand over by", handover.due_on, note=note)


def done_rows(handover: Handover, may_record: bool) -> list[SummaryRow]:
    """What of the handover is on record (HND-1, HND-3)."""
    links = (Link("Change", handover_url(handover, "handover-record"), hidden=" what has been done"),) if may_record else ()
    briefing = f"{handover.get_briefing_display()} on {day(handover.briefed_on)}" if handover.briefed_on else "Not yet"
    return [
        SummaryRow("Hard copy sent on", handover.hard_copy_on or "Not yet", links),
        SummaryRow("Briefing", briefing),
        SummaryRow("First visit made together", handover.joint_visit_on or "None"),
        SummaryRow("Key issues", handover.remarks or "None written down"),
    ]


def other_links(viewer, handover: Handover) -> list[Link]:
    """What belongs to the change, for whoever may see it."""
    found = [
        Link(f"{deployment.partner.full_name} at {deployment.school.name}", deployment_url(deployment))
        for deployment in (handover.outgoing, handover.incoming)
        if can(viewer, P.DEPLOYMENT_VIEW, deployment)
    ]
    lists = handover.incoming.familiarisations.visible_to(viewer, P.HANDOVER_VIEW)
    found += [Link("Getting to know the school", reverse("partners:familiarisation-detail", args=[row.pk])) for row in lists]
    feedback = LeavingFeedback.objects.filter(handover=handover).visible_to(viewer, P.LEAVING_FEEDBACK_VIEW)
    found += [Link("What the school said", reverse("partners:leaving-feedback-detail", args=[row.pk])) for row in feedback]
    return found


@require_http_methods(FORM)
@requires(P.HANDOVER_RECORD)
def handover_record(request, pk):
    """Record hard copy, briefing, a visit made together, key issues (HND-1, HND-3)."""
    handover = handover_for(request, P.HANDOVER_RECORD, pk)
    if handover.confirmed_on is None:
        raise Http404("Nothing is handed over before the change is confirmed")
    if not may_say(request.viewer, handover):
        messages.info(request, "The SIP who leaves says what has been handed over, or the authority does.")
        return redirect(handover_url(handover))
    names = ("hard_copy_on", "briefed_on", "briefing", "joint_visit_on", "remarks")
    form = HandingOverForm(
        sent(request), on=request.viewer.on, initial={name: getattr(handover, name) for name in names}
    )  # fmt: skip

    def record(given, at):
        actions.record_handing_over(handover=handover, by=request.user, at=at, **given)
        return handover_url(handover)

    done = carry_out(request, form, record, done="The handover is recorded")
    context = {
        "form": form, "heading": f"What has been handed over of {handover.school.name}?",
        "breadcrumbs": handover_trail(handover),
    }  # fmt: skip
    return done or render(request, "partners/form.html", context)


@require_POST
@requires(P.HANDOVER_RECORD)
def handover_finish(request, pk):
    """Say that everything is handed over."""
    handover = handover_for(request, P.HANDOVER_RECORD, pk)
    press(
        request,
        lambda at: actions.finish_handing_over(handover=handover, by=request.user, at=at),
        done=f"{handover.school.name} is handed over",
    )
    return redirect(handover_url(handover))


# ------------------------------------------------------------------------------------------------------------ the pack


def pack_for(request, pk: int):
    handover = handover_for(request, P.HANDOVER_VIEW, pk)
    return handover, selectors.pack_of(handover, viewer=request.viewer, on=request.viewer.on)


@require_http_methods(READ)
@requires(P.HANDOVER_VIEW)
def handover_pack(request, pk):
    """The pack: notes of two years, plans, reports, inspections, the eleven items. Opening it goes on record (HND-7)."""
    handover, pack = pack_for(request, pk)
    actions.open_pack(handover=handover, by=request.user, at=clock.now())
    notes = [
        (piece, reverse("partners:handover-note", args=[handover.pk, number]) if piece.document else "")
        for number, piece in enumerate(pack.notes, start=1)
    ]
    context = {
        "handover": handover,
        "heading": f"Handover pack: {handover.school.name}",
        "pack": pack,
        "notes": notes,
        "notes_words": capitalised(counted(len(notes), "issued note")),
        "key_issues": handover.remarks,
        "held_words": f"{sum(1 for row in pack.eleven if row.held)} of {len(pack.eleven)} are held",
        "eleven": [eleventh(row) for row in pack.eleven],
        "zip_url": handover_url(handover, "handover-zip"),
        "breadcrumbs": handover_trail(handover),
    }
    return render(request, "partners/changes/pack.html", context)


def eleventh(row) -> SummaryRow:
    """One of the eleven things that a SIP needs to know (HND-12)."""
    if not row.held:
        return SummaryRow(row.item.says, "Missing", note=f"To come from: {row.supplier}")
    return SummaryRow(row.item.says, row.held, note=f"Of {day(row.updated_on)}" if row.updated_on else "")


@require_http_methods(READ)
@requires(P.HANDOVER_VIEW)
def handover_note(request, pk, number):
    """One note of the pack as it was issued."""
    handover, pack = pack_for(request, pk)
    piece = pack.notes[number - 1] if 0 < number <= len(pack.notes) else None
    if piece is None or piece.document is None:
        raise Http404("No such note in the pack")
    content = documents.read(piece.document)
    actions.open_pack(handover=handover, by=request.user, at=clock.now())
    return documents.as_download(content, "application/pdf", piece.name)


@require_http_methods(READ)
@requires(P.HANDOVER_VIEW)
def handover_zip(request, pk):
    """Everything of the pack that is a file, with a list of the rest, in one archive (HND-1)."""
    handover, pack = pack_for(request, pk)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        listing = render_to_string("partners/changes/contents.txt", {
            "handover": handover, "pack": pack, "made": moment(clock.now()), "eleven": [eleventh(row) for row in pack.eleven],
        })  # fmt: skip
        archive.writestr("contents.txt", listing)
        for number, piece in enumerate(pack.notes, start=1):
            if piece.document is not None:
                archive.writestr(f"notes/{number:02}-{piece.name}", documents.read(piece.document))
    actions.open_pack(handover=handover, by=request.user, at=clock.now())
    return documents.as_download(held.getvalue(), "application/zip", f"handover-{handover.school.urn}.zip")
