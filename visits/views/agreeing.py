"""The authority's desk: drafts to agree or return, oldest first, disputes to decide, comments beside the text."""

import uuid
from dataclasses import dataclass, field

from django.contrib import messages
from django.db.models import F
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import requires
from accounts.permissions import Permission
from sipmanager.core import clock
from sipmanager.core.forms import ErrorLine, error_lines
from sipmanager.core.once import once
from sipmanager.core.parts import Tag, Task
from sipmanager.core.wording import counted, day
from sipmanager.core.workflow import MoveRefused

from .. import actions, forms, selectors
from ..addresses import note_address
from ..differences import Part, differences, is_changed
from ..models import Note
from ..registers import tabs, with_due_day
from ..states import NoteState
from ..tables import note_tag
from ..workflow import moves_for
from .attaching import documents_beside
from .handing import hand_over_address
from .moving import AT_THE_AUTHORITY, decisions
from .shared import get_note, is_shown_above, last_change, note_trail, said, to_note, visit_name

P = Permission


@dataclass(frozen=True)
class Shown:
    """One section of a draft under review: its text, what changed in it, what was said of it."""

    section: object
    parts: tuple[Part, ...] = ()
    is_changed: bool = False
    comments: tuple = field(default=())
    answer: object = None
    remarks: tuple = ()
    # A key for the form that comments on this section: sent twice, it comments once (D-31).
    form_key: uuid.UUID = field(default_factory=uuid.uuid4)


def in_queue(viewer):
    """Drafts that wait for the authority and disputes that wait for a decision, oldest first."""
    to_read = Note.objects.visible_to(viewer, P.NOTE_COMMENT).filter(status=NoteState.LA_REVIEW)
    to_decide = Note.objects.visible_to(viewer, P.NOTE_MODERATE).filter(status=NoteState.DISPUTED)
    notes = Note.objects.filter(pk__in=to_read.values("pk")) | Note.objects.filter(pk__in=to_decide.values("pk"))
    notes = with_due_day(notes.filter(visit__voided_on=None)).select_related(
        "visit", "school", "partner", "authority", "policy_row"
    )
    return notes.order_by(F("disputed_at").asc(nulls_last=True), F("submitted_at").asc(nulls_last=True), "pk")


def mine_to_decide(notes, viewer) -> list[Note]:
    """Those of the queue on which this person decides; the rest wait for somebody else."""
    return [note for note in notes if moves_for(note=note, viewer=viewer, on=viewer.on)]


@requires(P.NOTE_COMMENT)
@require_safe
def note_queue(request):
    """What waits for this person's word."""
    notes = list(in_queue(request.viewer))
    mine = mine_to_decide(notes, request.viewer)
    others = [note for note in notes if note not in mine]
    context = {
        "heading": "Drafts to agree",
        "tabs": tabs(request, "queue"),
        "tasks": [task(note, request.viewer.on) for note in mine],
        "others": [task(note, request.viewer.on) for note in others],
        "count_words": counted(len(mine), "draft"),
        "breadcrumbs": [("My work", "/")],
    }
    return render(request, "visits/queue.html", context)


def task(note, on) -> Task:
    page = "visits:note-moderate" if note.status == NoteState.DISPUTED else "visits:note-review"
    came = note.disputed_at if note.status == NoteState.DISPUTED else note.submitted_at
    what = "Disputed" if note.status == NoteState.DISPUTED else "Submitted"
    facts = [note.partner.full_name, f"{what} {day(came)}" if came else "", f"Due {day(note.due_on)}" if note.due_on else ""]
    is_late = note.due_on is not None and note.due_on < on
    tag = Tag("Overdue", "orange") if is_late else note_tag(note)
    hint = ". ".join(filter(None, facts))
    return Task(visit_name(note.visit), reverse(page, args=[note.pk]), hint, tag=tag)


@requires(P.NOTE_COMMENT)
@require_safe
def note_next(request):
    """On to the oldest draft that waits for this person, or to the empty queue."""
    note = next(iter(mine_to_decide(in_queue(request.viewer), request.viewer)), None)
    if note is None:
        return redirect("visits:note-queue")
    page = "visits:note-moderate" if note.status == NoteState.DISPUTED else "visits:note-review"
    return redirect(page, note.pk)


@requires(P.NOTE_COMMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def note_review(request, pk):
    """A submitted draft: what changed since it was last here, the checker's remarks, comments, the decision. POST comments."""
    note = get_note(request, pk, P.NOTE_COMMENT)
    if note.status != NoteState.LA_REVIEW:
        return gone(request, note)
    section_key = request.POST.get("section", "")
    form = forms.CommentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return comment(request, note, section_key, form)
    error = next(iter(error_lines(form)), None)
    moves = moves_for(note=note, viewer=request.viewer, on=request.viewer.on)
    before, now = selectors.last_submissions(note=note)
    context = review_context(request, note) | {
        "heading": visit_name(note.visit),
        "caption": "Read and decide" if moves else "Read and comment",
        "sections": sections(request, note, before, now if before else {}),
        "is_again": before is not None,
        "changed_lists": changed_lists(before, now) if before else [],
        "decisions": decisions(moves, *AT_THE_AUTHORITY),
        "comment_url": reverse("visits:note-review", args=[note.pk]),
        "comment_error": error.message if error else "",
        "errors": [ErrorLine(error.message, f"comment-{section_key}")] if error else [],
        "open_section": section_key if error else "",
    }
    return render(request, "visits/review.html", context)


def review_context(request, note) -> dict:
    keys = {section.key for section in selectors.template_of(note=note).sections}
    said_of_all = [remark for remark in selectors.remarks(note=note) if remark.section not in keys]
    comments = selectors.comments_for(note=note, viewer=request.viewer)
    return {
        "note": note,
        "status": note_tag(note),
        "reading": selectors.reading(note=note, viewer=request.viewer),
        "general_remarks": said_of_all,
        "hand_over_url": hand_over_address(request, note),
        "general_comments": said(note, [one for one in comments if not one.section_key and not is_shown_above(note, one)]),
        "decide_section": f"note:{note.pk}:decision",
        "breadcrumbs": [("My work", "/"), ("Drafts to agree", reverse("visits:note-queue"))],
    }


def sections(request, note, before, now) -> list[Shown]:
    """Every section with what changed since the last submission, and what has been said about it."""
    comments = selectors.comments_for(note=note, viewer=request.viewer)
    remarks = selectors.remarks(note=note)
    answers = selectors.answers_of(note=note)
    found = []
    for section in selectors.reading(note=note, viewer=request.viewer).sections:
        parts = tuple(differences(before.get(section.key, ""), now.get(section.key, ""))) if before else ()
        if not section.is_written and not is_changed(parts):
            continue
        found.append(
            Shown(
                section,
                parts,
                is_changed(parts),
                tuple(said(note, [one for one in comments if one.section_key == section.key])),
                answers.get(section.key),
                tuple(remark for remark in remarks if remark.section == section.key),
            )
        )
    return found


LISTS = {"reviews": "What became of earlier recommendations", "recommendations": "Recommendations"}


def changed_lists(before, now) -> list[tuple[str, list[Part]]]:
    """What changed in the lists at the end of the note since it was last here."""
    found = [(title, differences(before.get(key, ""), now.get(key, ""))) for key, title in LISTS.items()]
    return [(title, parts) for title, parts in found if is_changed(parts)]


def comment(request, note, section_key, form):
    """Keep one comment, once however often it is sent; back to the section that it is about."""
    address = reverse("visits:note-review", args=[note.pk])

    def keep():
        actions.comment_section(
            note=note, section_key=section_key, text=form.cleaned_data["text"], viewer=request.viewer, at=clock.now()
        )  # fmt: skip
        return f"{address}#section-{section_key}" if section_key else address

    try:
        went_to, is_new = once(key=form.cleaned_data["form_key"], by=request.user, at=clock.now(), effect=keep)
    except MoveRefused:
        return gone(request, note)
    if is_new:
        messages.success(request, "Your comment is saved.")
    return redirect(went_to)


def gone(request, note):
    """The draft is no longer here; what was typed is shown so that it is not lost."""
    typed = request.POST.get("text", "")
    if not typed:
        messages.info(request, "This draft is no longer waiting to be agreed. This is where it stands now.")
        return to_note(request, note)
    change = last_change(note)
    who = f"{change.by_name} moved it on" if change and change.by_name else "It has moved on"
    context = {
        "note": note,
        "heading": "This draft is no longer waiting to be agreed",
        "change_words": f"{who} while you were reading.",
        "typed": typed,
        "note_url": note_address(request.viewer, note.pk),
        "breadcrumbs": note_trail(request, note),
    }
    return render(request, "visits/left.html", context, status=409)


@requires(P.NOTE_MODERATE)
@require_safe
def note_moderate(request, pk):
    """A disputed note: what the head disputes and why, the text, the decision (NOV-33)."""
    note = get_note(request, pk, P.NOTE_MODERATE)
    if note.status != NoteState.DISPUTED:
        return gone(request, note)
    moves = moves_for(note=note, viewer=request.viewer, on=request.viewer.on)
    context = review_context(request, note) | {
        "heading": f"Disputed: {visit_name(note.visit)}",
        "sections": sections(request, note, None, {}),
        "decisions": decisions(moves, "moderate"),
        "dispute": note.dispute_reason,
        **documents_beside(request, note),
    }
    return render(request, "visits/moderate.html", context)
