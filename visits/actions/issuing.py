"""Issuing a note, and amending or withdrawing what was issued: asked for by a person, recorded by the worker (D-38).

First the person's word is kept as an open `IssueRequest`, with every check made. Then, outside any transaction, the
content is frozen and the PDF rendered and stored. Then one transaction records everything. Whatever fails in between
leaves either the open request, which is carried out again, or the issued note: never half of it.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.access import Viewer, can
from sipmanager.core import audit, documents, pdf
from sipmanager.core.models import StoredDocument
from sipmanager.core.moves import refusal_of_comment
from sipmanager.core.wording import day
from sipmanager.core.workflow import MoveRefused, OutOfDate, Transition, leaving, missing

from .. import emails
from ..models import Distribution, IssuedVersion, IssueRequest, Note, NoteSection
from ..selectors import (
    Recipient,
    answers_given,
    attached,
    header_of,
    issue_pending,
    issued_reading,
    live_attachments,
    live_recommendations,
    live_reviews,
    live_sections,
    note_case,
    note_name,
    reachable,
    template_of,
)
from ..states import NoteState
from ..workflow import BEING_ISSUED, NOTE_WORKFLOW
from .planning import london_day
from .playing import capacity_of, checked, play
from .writing import MOST_LETTERS

# Who carries an asked-for issue out; `ready()` puts the task here, so that this floor knows no tasks.
_carriers: list[Callable[[int], Any]] = []


def carry_out_by(carrier: Callable[[int], Any]) -> None:
    """`carrier(request_id)` is called after the request is committed."""
    _carriers[:] = [carrier]


def ask_for_issue(
    *, note: Note, row: Transition, viewer: Viewer, at: datetime, version: int, reason: str = "",
    changes: Mapping[str, str] | None = None,
) -> IssueRequest:  # fmt: skip
    """Keep a person's word that the note be issued, amended or withdrawn, and hand it to the worker.

    Raises as `move_note` does; a second click meets the open request and has no effect.
    """
    case = note_case(note=note, on=london_day(at), comment=reason)
    reasons = refusal_of_comment(row, reason) + missing(row, case)
    if reasons:
        raise MoveRefused(reasons)
    try:
        with transaction.atomic():
            # Claims the note's row, so that two who ask at once are told apart, and says that nobody changed it.
            unchanged = Note.objects.filter(pk=note.pk, status=note.status, content_version=version)
            if not unchanged.update(content_version=version):
                raise OutOfDate(["Somebody changed this while you were reading it. Look at it again before you go on."])
            request = IssueRequest.objects.create(
                note=note, move=row.name, reason=reason.strip(), changes=dict(changes or {}), content_version=version,
                asked_at=at, asked_by=viewer.user,
            )  # fmt: skip
            audit.record(
                what=f"note.ask_to_{row.name}", subject=note, by=viewer.user, at=at, capacity=capacity_of(viewer, row),
                request=request.pk,
            )  # fmt: skip
            _hand_over(request)
    except IntegrityError:
        raise OutOfDate([BEING_ISSUED]) from None
    return request


def _hand_over(request: IssueRequest) -> None:
    for carrier in _carriers:
        transaction.on_commit(lambda carrier=carrier: carrier(request.pk), robust=True)


def amend_note(
    *, note: Note, changes: Mapping[str, str], reason: str, viewer: Viewer, at: datetime, version: int
) -> Note:  # fmt: skip
    """Ask for an amended version: new texts for some sections, a reason, the same recipients (NOV-40)."""
    row = checked(note, "amend", viewer)
    known = {section.key for section in template_of(note=note).sections}
    now = dict(note.sections.values_list("key", "text"))
    given = {key: text.replace("\r\n", "\n").replace("\x00", "") for key, text in changes.items() if key in known}
    if any(len(text) > MOST_LETTERS for text in given.values()):
        raise MoveRefused([f"A section must be {MOST_LETTERS:,} characters or less"])
    differing = {key: text for key, text in given.items() if text != now.get(key, "")}
    if not differing:
        raise MoveRefused(["Change at least one section before you issue an amended version"])
    ask_for_issue(note=note, row=row, viewer=viewer, at=at, version=version, reason=reason, changes=differing)
    note.refresh_from_db()
    return note


def withdraw_note(*, note: Note, reason: str, viewer: Viewer, at: datetime, version: int) -> Note:
    """Ask for the note's withdrawal; everybody who had it is told (NOV-40)."""
    row = checked(note, "withdraw", viewer)
    ask_for_issue(note=note, row=row, viewer=viewer, at=at, version=version, reason=reason)
    note.refresh_from_db()
    return note


def retry_issue(*, note: Note, viewer: Viewer, at: datetime) -> IssueRequest:
    """Hand an open request to the worker again, where the first hand-over was lost or failed."""
    request = issue_pending(note)
    if request is None:
        raise OutOfDate(["Nothing waits to be issued."])
    row = next((row for row in leaving(NOTE_WORKFLOW, note.status, note.policy) if row.name == request.move), None)
    if row is None or not can(viewer, row.permission, note):
        raise PermissionDenied("Issuing this note is not for this person")
    with transaction.atomic():
        audit.record(what="note.ask_again", subject=note, by=viewer.user, at=at, request=request.pk)
        _hand_over(request)
    return request


def give_up_issue(*, request: IssueRequest, at: datetime, because: str) -> None:
    """Close a request that cannot be carried out; the note is as it was and may be issued anew."""
    with transaction.atomic():
        still_open = IssueRequest.objects.filter(pk=request.pk, done_at=None, refused_at=None)
        if still_open.update(refused_at=at, problem=because[:500]):
            audit.record(what="note.give_up_issue", subject=request.note, by=audit.SYSTEM, at=at, request=request.pk)


# What the worker does.


@dataclass(frozen=True)
class Prepared:
    """Everything that is to be recorded, made before the transaction."""

    row: Transition
    number: int
    content: dict[str, Any]
    digest: str
    recipients: tuple[Recipient, ...]
    document: StoredDocument | None = None


def carry_out(*, request: IssueRequest, at: datetime) -> IssuedVersion | None:
    """Carry an open request out, once, however often it is called; `None` where there was nothing left to do.

    A refusal (the note moved on, nobody is left on the list) closes the request with its reasons. Any other fault is
    raised and leaves the request open.
    """
    request = IssueRequest.objects.select_related("note__visit", "asked_by").get(pk=request.pk)
    if request.done_at or request.refused_at:
        return None
    try:
        prepared = prepare(request, at)
        return record(request, prepared, at)
    except MoveRefused as refusal:
        closed = IssueRequest.objects.filter(pk=request.pk, done_at=None, refused_at=None)
        closed.update(refused_at=at, problem=" ".join(refusal.reasons)[:500])
        return None


def prepare(request: IssueRequest, at: datetime) -> Prepared:
    """Freeze the content, render the PDF and store it. Nothing is recorded of the note yet."""
    note = request.note
    row = next((row for row in leaving(NOTE_WORKFLOW, note.status, note.policy) if row.name == request.move), None)
    if row is None or note.content_version != request.content_version:
        raise OutOfDate(["The note has moved on since it was to be issued."])
    receivers = tuple(reachable(note=note, on=london_day(at)))
    if not receivers and row.name in ("distribute", "release"):
        raise MoveRefused(["Nobody on the distribution list can be reached: add an address first"])
    last = note.issues.order_by("-number").first()
    number = last.number + 1 if last else 1
    content = content_of(note, row, request, receivers, number, at)
    document = documents.store(content=render(note, content, number, at), content_type="application/pdf", at=at)
    return Prepared(row, number, content, digest_of(content), receivers, document)


def record(request: IssueRequest, prepared: Prepared, at: datetime) -> IssuedVersion | None:
    """Record the issue in one transaction: state, version, recipients, messages, audit line."""
    note = request.note
    made: list[IssuedVersion] = []

    def issue(*, record: Note, by, **_) -> None:
        made.append(_write_version(record, request, prepared, by, at))

    with transaction.atomic():
        mine = IssueRequest.objects.filter(pk=request.pk, done_at=None, refused_at=None)
        if not mine.update(done_at=at):
            return None
        values = _apply_changes(note, request, at)
        play(
            note, prepared.row, by=request.asked_by, at=at, version=request.content_version, comment=request.reason,
            values=values, more={"issue": issue}, request=request.pk, issue=prepared.number,
        )  # fmt: skip
    return made[0]


def _apply_changes(note: Note, request: IssueRequest, at: datetime) -> dict[str, Any]:
    """An amendment's new texts go into the sections; every amendment raises the content version (D-26)."""
    for key, text in request.changes.items():
        NoteSection.objects.filter(note=note, key=key).update(
            text=text, version=F("version") + 1, edited_at=at, edited_by=request.asked_by
        )
    return {"content_version": request.content_version + 1} if request.move in ("amend", "withdraw") else {}


def _write_version(note: Note, request: IssueRequest, prepared: Prepared, by, at: datetime) -> IssuedVersion:
    issue = IssuedVersion.objects.create(
        note=note, number=prepared.number, content=prepared.content, content_digest=prepared.digest,
        document=prepared.document, reason=request.reason, issued_at=at, issued_by=by,
    )  # fmt: skip
    for recipient in prepared.recipients:
        email = emails.issued(note=note, issue=issue, recipient=recipient, at=at)
        Distribution.objects.create(
            note=note, issue=issue, recipient=recipient.recipient, name=recipient.name,
            email_address=recipient.email, user_id=recipient.user_id, email=email, sent_at=at,
        )  # fmt: skip
    return issue


def content_of(
    note: Note, row: Transition, request: IssueRequest, receivers: tuple[Recipient, ...], number: int, at: datetime
) -> dict[str, Any]:  # fmt: skip
    """The note as it is frozen: plain values, nothing that a later change could reach (NOV-40).

    It keeps the head's answers and the dispute with its decision beside the SIP's text, and the documents
    attached to it by name and digest (NOV-33, POL-33). A withdrawn
    version holds the reason in place of the text.
    """
    is_withdrawal = row.to == NoteState.WITHDRAWN
    sections = live_sections(note)
    changed = [section["title"] for section in sections if section["key"] in request.changes]
    for section in sections:
        section["text"] = request.changes.get(section["key"], section["text"])
    return {
        "label": note_name(note),
        "reference": f"{note.school.urn}/{note.pk}",
        "header": header_of(note),
        "issued_on": day(at),
        "version": number,
        "sections": [] if is_withdrawal else sections,
        "recommendations": [] if is_withdrawal else live_recommendations(note),
        "reviews": [] if is_withdrawal else live_reviews(note),
        "answers": [] if is_withdrawal else answers_given(note),
        "dispute": "" if is_withdrawal else note.dispute_reason,
        "moderation": "" if is_withdrawal else note.moderation,
        "withdrawal": request.reason if is_withdrawal else "",
        "amendment": request.reason if row.to == NoteState.AMENDED else "",
        "changed": changed,
        "attachments": [] if is_withdrawal else live_attachments(attached(note)),
        "recipients": [[recipient.label, recipient.name] for recipient in receivers],
    }


def digest_of(content: Mapping[str, Any]) -> str:
    """The SHA-256 of the content, written the same way every time."""
    plain = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def render(note: Note, content: dict[str, Any], number: int, at: datetime) -> bytes:
    """The PDF of a frozen content (PDF/UA-1)."""
    frozen = IssuedVersion(note=note, number=number, content=content, issued_at=at)
    return pdf.render(
        "visits/pdf/note.html",
        {
            "reading": issued_reading(frozen), "content": content, "school": note.school.name,
            "authority": note.authority.name, "title": f"{content['label']}: {note.school.name}",
        },
    )  # fmt: skip
