"""A note to read: where it stands, the issued version and who has it, its PDF, its history, issuing and amending it."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import can, requires
from accounts.permissions import SCHOOL_ROLES, Permission
from sipmanager.core import clock, documents
from sipmanager.core.models import EmailState
from sipmanager.core.once import once
from sipmanager.core.parts import Event, Link, SummaryRow, Tag
from sipmanager.core.wording import day
from sipmanager.core.workflow import MoveRefused, OutOfDate

from .. import actions, forms, selectors
from ..differences import differences, is_changed
from ..events import ASKED, WRITTEN, title_of
from ..models import IssuedVersion
from ..states import EDITABLE, ISSUED, NoteState
from ..tables import NOTE_COLOURS
from ..workflow import moves_for
from .answering import answering
from .attaching import documents_beside, documents_of
from .handing import hand_over_address
from .moving import too_late, version_seen, ways_on
from .shared import (
    get_any_note,
    get_note,
    is_shown_above,
    note_trail,
    refused,
    said,
    to_note,
    visit_name,
)
from .writing import overview

P = Permission

# What a school may know of a note's way: what came to it, what it did, what was issued (D-25).
KNOWN_TO_SCHOOLS = frozenset(
    f"note.{name}"
    for name in (
        "send_to_head", "agree_draft", "agree", "ask_correction", "dispute", "recall", "moderate", "deem_agreed",
        "distribute", "release", "amend", "withdraw",
    )
)  # fmt: skip


@requires(P.NOTE_DRAFT_VIEW)
@require_safe
def note_draft(request, pk):
    """A note that is not issued yet, as this person meets it: to write, to answer, or to read."""
    try:
        note = get_note(request, pk, P.NOTE_DRAFT_VIEW)
    except PermissionDenied:
        return redirect("visits:note-detail", pk)
    if note.status in EDITABLE and can(request.viewer, P.NOTE_WRITE, note):
        return overview(request, note)
    if note.status == NoteState.HEAD_REVIEW and can(request.viewer, P.NOTE_ANSWER, note):
        return answering(request, note)
    if note.status == NoteState.LA_REVIEW and can(request.viewer, P.NOTE_COMMENT, note):
        return redirect("visits:note-review", note.pk)
    if note.status == NoteState.DISPUTED and can(request.viewer, P.NOTE_MODERATE, note):
        return redirect("visits:note-moderate", note.pk)
    moves = moves_for(note=note, viewer=request.viewer, on=request.viewer.on)
    context = standing(request, note) | {
        "reading": selectors.reading(note=note, viewer=request.viewer),
        **documents_beside(request, note),
        "ways": ways_on(note, moves),
        "hand_over_url": hand_over_address(request, note),
        **being_issued(note, moves),
        "refused_issue": selectors.last_issue_refused(note),
        "comments": said(
            note,
            [one for one in selectors.comments_for(note=note, viewer=request.viewer) if not is_shown_above(note, one)],
        ),
        "history_url": reverse("visits:note-history", args=[note.pk]),
        "breadcrumbs": note_trail(request, note, with_note=False),
    }
    return render(request, "visits/reading.html", context)


def standing(request, note) -> dict:
    """The head of a note's page: its name, and where it stands in words for this person."""
    words = selectors.status_for(note=note, viewer=request.viewer)
    return {
        "note": note,
        "heading": visit_name(note.visit),
        "status": Tag(words, NOTE_COLOURS[note.status] if is_inside(request, note) else "blue"),
        "owner": selectors.owner_of(note=note, on=request.viewer.on) if is_inside(request, note) else None,
    }


def being_issued(note, moves) -> dict:
    """The open request to issue, if there is one; whoever may make the move may ask the worker again."""
    pending = selectors.issue_pending(note)
    is_theirs = pending is not None and any(move.name == pending.move for move in moves)
    return {"pending": pending, "again_url": reverse("visits:note-issue-again", args=[note.pk]) if is_theirs else ""}


def is_inside(request, note) -> bool:
    """Whether the steps inside the authority are this person's to know."""
    return note.status in ISSUED or selectors.works_on_drafts(note=note, viewer=request.viewer)


@requires(P.NOTE_VIEW)
@require_safe
def note_detail(request, pk):
    """The issued note as a page; a note that is not issued yet goes to its draft."""
    try:
        note = get_note(request, pk, P.NOTE_VIEW)
    except PermissionDenied:
        return redirect("visits:note-draft", pk)
    actions.open_note(note=note, viewer=request.viewer, at=clock.now())
    issue = selectors.versions(note=note).first()
    return render(request, "visits/note.html", issued_context(request, note, issue))


@requires(P.NOTE_VIEW)
@require_safe
def note_version(request, pk, number):
    """An earlier issued version, as it was (NOV-40)."""
    note = get_note(request, pk, P.NOTE_VIEW)
    issue = version_called(request, note, number)
    actions.open_note(note=note, viewer=request.viewer, at=clock.now())
    return render(request, "visits/note.html", issued_context(request, note, issue))


def version_called(request, note, number) -> IssuedVersion:
    """One issued version. What was withdrawn is read by the authority and its writer alone."""
    newest = selectors.versions(note=note).first()
    issue = selectors.versions(note=note).filter(number=number).first()
    is_hidden = issue != newest and note.status == NoteState.WITHDRAWN and not selectors.is_staff(note, request.viewer)
    if issue is None or is_hidden:
        raise Http404("No such version")
    return issue


def issued_context(request, note, issue) -> dict:
    versions = list(selectors.versions(note=note))
    moves = moves_for(note=note, viewer=request.viewer, on=request.viewer.on)
    sees_recipients = selectors.is_staff(note, request.viewer)
    shows_earlier = len(versions) > 1 and (sees_recipients or note.status != NoteState.WITHDRAWN)
    sent = [one for one in selectors.distributions(note=note) if one.issue_id == issue.pk]
    reading = selectors.issued_reading(issue)
    return standing(request, note) | {
        "reading": reading,
        "documents": documents_of(request, note, reading=reading),
        "documents_url": "",
        "issue": issue,
        "is_newest": versions[0].pk == issue.pk,
        "rows": about(note, issue),
        "recipients": [proof(one) for one in sent] if sees_recipients else [],
        "versions": [version_link(note, one, issue) for one in versions] if shows_earlier else [],
        "pdf_url": f"{reverse('visits:note-pdf', args=[note.pk])}?version={issue.number}" if issue.document_id else "",
        "history_url": reverse("visits:note-history", args=[note.pk]) if request.viewer.has(P.NOTE_DRAFT_VIEW) else "",
        "ways": ways_on(note, moves),
        "pending": selectors.issue_pending(note),
        "comments": said(
            note, [one for one in selectors.comments_for(note=note, viewer=request.viewer) if is_after(one, note)]
        ),
        "comment_form": forms.CommentForm() if may_comment_late(request, note) else None,
        "parking_section": f"note:{note.pk}:comment",
        "breadcrumbs": note_trail(request, note, with_note=False),
    }


def proof(sent) -> SummaryRow:
    """One recipient with what is known of the message: when it went, whether the note was opened (NOV-38)."""
    if sent.email and sent.email.state == EmailState.FAILED:
        words = "The message could not be delivered"
    elif sent.opened_at:
        words = f"Sent {day(sent.sent_at)}, opened {day(sent.opened_at)}"
    else:
        words = f"Sent {day(sent.sent_at)}, not opened yet"
    return SummaryRow(selectors.RECIPIENT_LABELS[sent.recipient], sent.name, note=words)


def is_after(comment, note) -> bool:
    return note.distributed_at is not None and comment.at >= note.distributed_at and not comment.move


def about(note, issue) -> list[SummaryRow]:
    return [
        SummaryRow("Reference", f"{issue.content['reference']}, version {issue.number}"),
        SummaryRow("Issued", issue.issued_at),
        SummaryRow("Issued by", issue.issued_by.full_name if issue.issued_by else "The service"),
        *([SummaryRow("Reason", issue.reason)] if issue.reason else []),
    ]


def version_link(note, one, shown) -> Link:
    words = f"Version {one.number}, {day(one.issued_at)}"
    return Link(words, reverse("visits:note-version", args=[note.pk, one.number]), is_current=one.pk == shown.pk)


def may_comment_late(request, note) -> bool:
    """Under a policy without a head step the head comments once the note is issued (D-24)."""
    has_no_step = note.policy.review_order == "la_first" and note.policy.dispute_rule == "none"
    return has_no_step and note.status in ISSUED and can(request.viewer, P.NOTE_ANSWER, note)


@requires(P.NOTE_ANSWER)
@require_http_methods(["POST"])
def note_comment(request, pk):
    """The head's comment on an issued note; it is shown with the note and changes nothing else."""
    note = get_note(request, pk, P.NOTE_ANSWER)
    if not may_comment_late(request, note):
        return to_note(request, note)
    form = forms.CommentForm(request.POST)
    if not form.is_valid():
        issue = selectors.versions(note=note).first()
        context = issued_context(request, note, issue) | {"comment_form": form, "form": form}
        return render(request, "visits/note.html", context)

    def keep():
        actions.comment_after_issue(note=note, text=form.cleaned_data["text"], by=request.user, at=clock.now())
        return f"{reverse('visits:note-detail', args=[note.pk])}#comments"

    address, is_new = once(key=form.cleaned_data["form_key"], by=request.user, at=clock.now(), effect=keep)
    if is_new:
        messages.success(request, "Your comment is saved with the note.")
    return redirect(address)


@requires(P.NOTE_VIEW)
@require_safe
def note_pdf(request, pk):
    """The PDF of an issued version. Opening it goes on record (ROL-32); nothing on the way keeps a copy."""
    note = get_note(request, pk, P.NOTE_VIEW)
    wanted = request.GET.get("version", "")
    is_number = wanted.isascii() and wanted.isdigit() and len(wanted) < 5
    issue = version_called(request, note, int(wanted)) if is_number else selectors.versions(note=note).first()
    if issue is None or issue.document is None:
        raise Http404("No such document")
    content = documents.read(issue.document)
    actions.open_note(note=note, viewer=request.viewer, at=clock.now())
    return documents.as_download(content, "application/pdf", f"note-{note.pk}-version-{issue.number}.pdf")


@requires(P.NOTE_DRAFT_VIEW)
@require_safe
def note_history(request, pk):
    """What happened to a note, newest first; a school is shown what concerned it."""
    note = get_any_note(request, pk)
    is_school = not selectors.is_staff(note, request.viewer) and any(
        one.role in SCHOOL_ROLES for one in request.viewer.capacities
    )
    words = {(one.move, one.at): one.text for one in selectors.comments_for(note=note, viewer=request.viewer) if one.move}
    events = [
        Event(title_of(event), event.at, event.by_name, words.get((event.what.partition(".")[2], event.at), ""))
        for event in selectors.history(note=note)
        if is_told(event, is_school=is_school)
    ]
    context = {"note": note, "heading": "History of the note", "caption": visit_name(note.visit), "events": events}
    return render(request, "visits/history.html", context | {"breadcrumbs": note_trail(request, note)})


def is_told(event, *, is_school: bool) -> bool:
    """Whether a line of the record stands in the history that a person reads."""
    if is_school:
        return event.what in KNOWN_TO_SCHOOLS
    return event.what not in (*WRITTEN, *ASKED)


# --------------------------------------------------------------------------------------------- issuing and amending


@requires(P.NOTE_DRAFT_VIEW)
@require_safe
def note_distribute(request, pk):
    """Who will receive the note, who will not and why; then the word to issue it (NOV-38)."""
    note = get_any_note(request, pk)
    moves = moves_for(note=note, viewer=request.viewer, on=request.viewer.on)
    move = next((one for one in moves if one.name in ("distribute", "release")), None)
    if move is None:
        return to_note(request, note)
    lines = selectors.recipients(note=note, on=request.viewer.on)
    context = {
        "note": note,
        "heading": move.label,
        "caption": visit_name(note.visit),
        "move": move,
        "receivers": [line for line in lines if not line.excluded_because],
        "left_out": [line for line in lines if line.excluded_because],
        "breadcrumbs": note_trail(request, note),
    }
    return render(request, "visits/distribute.html", context)


@requires(P.NOTE_DRAFT_VIEW)
@require_POST
def note_issue_again(request, pk):
    """Hand what waits to be issued to the worker again; for whoever may issue it."""
    note = get_any_note(request, pk)
    try:
        actions.retry_issue(note=note, viewer=request.viewer, at=clock.now())
    except OutOfDate:
        messages.info(request, "Nothing is waiting to be issued any more. This is where the note stands now.")
    else:
        messages.success(request, "The note is being issued.")
    return to_note(request, note)


@dataclass(frozen=True)
class Change:
    """A section of an issued note in the form that amends it: its new text, and what that changes."""

    key: str
    title: str
    text: str
    parts: tuple = ()

    @property
    def is_changed(self) -> bool:
        return is_changed(list(self.parts))


@requires(P.NOTE_AMEND)
@require_http_methods(["GET", "HEAD", "POST"])
def note_amend(request, pk):
    """A new version of an issued note (NOV-40): write, look at what changes, issue. Nothing is kept until the last step."""
    note = get_note(request, pk, P.NOTE_AMEND)
    moves = moves_for(note=note, viewer=request.viewer, on=request.viewer.on)
    move = next((one for one in moves if one.name == "amend"), None)
    if move is None:
        return to_note(request, note)
    if move.refusals:
        back = Link("Go back to the note", reverse("visits:note-detail", args=[note.pk]))
        heading, trail = "This note cannot be amended now", note_trail(request, note)
        return refused(request, heading=heading, reasons=move.refusals, back=back, trail=trail, status=409)
    sections = selectors.issued_reading(selectors.versions(note=note).first()).sections
    changes = [change(request, section) for section in sections]
    form = forms.ReasonForm(
        request.POST or None, label="Why is the note amended?", hint="Everybody who had the note reads this."
    )
    is_ready = request.method == "POST" and form.is_valid()
    if is_ready and not any(one.is_changed for one in changes):
        form.add_error(None, "Change the text of at least one section")
        is_ready = False
    if is_ready and request.POST.get("step") == "issue":
        return amend(request, note, form, changes)
    context = {
        "note": note,
        "heading": "Check what you change" if is_ready else "Amend the note",
        "caption": visit_name(note.visit),
        "form": form,
        "changes": changes,
        "version": version_seen(request) or note.content_version,
        "is_ready": is_ready and request.POST.get("step") != "back",
        "parking_section": f"note:{note.pk}:amend",
        "breadcrumbs": note_trail(request, note),
    }
    return render(request, "visits/amend.html", context)


def change(request, section) -> Change:
    text = request.POST.get(f"text-{section.key}", section.text).replace("\r\n", "\n").replace("\x00", "")
    return Change(section.key, section.title, text, tuple(differences(section.text, text)))


def amend(request, note, form, changes):
    new = {one.key: one.text for one in changes if one.is_changed}
    reason = form.cleaned_data["reason"]
    try:
        actions.amend_note(
            note=note, changes=new, reason=reason, viewer=request.viewer, at=clock.now(), version=version_seen(request)
        )  # fmt: skip
    except OutOfDate:
        return too_late(request, note, "amend", reason)
    except MoveRefused as refusal:
        back = Link("Go back to the note", reverse("visits:note-detail", args=[note.pk]))
        heading, trail = "The note was not amended", note_trail(request, note)
        return refused(request, heading=heading, reasons=refusal.reasons, back=back, trail=trail, status=409)
    messages.success(request, "The amended version is being issued.")
    return to_note(request, note)
