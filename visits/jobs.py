"""What the worker and the night do with notes (D-29, D-38, POL-35)."""

from datetime import date, datetime

from sipmanager.core import audit, documents
from sipmanager.core.jobs import NATIONAL, Tally
from sipmanager.core.models import StoredDocument
from sipmanager.core.workflow import MoveRefused

from . import actions, selectors
from .models import IssuedVersion, IssueRequest, Note
from .states import NoteState


def issue_note(*, request_id: int, at: datetime) -> IssuedVersion | None:
    """Carry one request to issue out. A fault is kept on the request, which stays open, and is raised."""
    request = IssueRequest.objects.get(pk=request_id)
    try:
        return actions.carry_out(request=request, at=at)
    except Exception as error:
        still_open = IssueRequest.objects.filter(pk=request.pk, done_at=None, refused_at=None)
        still_open.update(attempts=request.attempts + 1, problem=f"{type(error).__name__}: {error}"[:500])
        raise


def issue_waiting(*, at: datetime, authority_code: str = "", dry_run: bool = False) -> Tally:
    """Carry out every request that is still open: those whose hand-over was lost, and those that failed."""
    tally = Tally()
    rows = IssueRequest.objects.filter(done_at=None, refused_at=None)
    if authority_code:
        rows = rows.filter(note__authority__code=authority_code)
    for request in rows.select_related("note").order_by("asked_at", "pk"):
        if dry_run:
            tally.states_changed += 1
            continue
        try:
            tally.states_changed += issue_note(request_id=request.pk, at=at) is not None
        except Exception as error:  # one note must not stop the others
            tally.fail("issue_notes", audit.subject_of(request.note), error)
    return tally


def issue_in_the_night(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """The night's step for one authority."""
    return Tally() if partition == NATIONAL else issue_waiting(at=at, authority_code=partition, dry_run=dry_run)


def count_silence(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """Where an authority counts silence as agreement, drafts whose day has passed are agreed (NOV-35, POL-35)."""
    tally = Tally()
    if partition == NATIONAL:
        return tally
    rows = Note.objects.filter(
        authority__code=partition, status=NoteState.HEAD_REVIEW, answer_due_on__lt=on, visit__voided_on=None
    ).select_related("visit", "policy_row", "authority", "school", "partner__user")
    for note in rows.order_by("pk"):
        if note.policy.head_silence != "deem_agreed" or note.policy.review_order == "head_approves":
            continue
        if dry_run:
            tally.states_changed += 1
            continue
        try:
            actions.play_by_system(note, "deem_agreed", at, on=on)
        except MoveRefused:
            continue  # somebody answered while the night was on its way
        except Exception as error:  # one note must not stop the others
            tally.fail("count_silence", audit.subject_of(note), error)
        else:
            tally.states_changed += 1
    return tally


def free_notes(*, on: date, days: int, at: datetime, authority_code: str = "") -> Tally:
    """Carry out what has waited so many days to be issued; what fails again is closed, so that it can be asked anew."""
    tally = Tally()
    for one in selectors.stuck(on=on, days=days, authority_code=authority_code):
        request = selectors.issue_pending(one.note)
        if request is None:
            continue
        try:
            tally.states_changed += issue_note(request_id=request.pk, at=at) is not None
        except Exception as error:  # one note must not stop the others
            tally.fail("free_notes", audit.subject_of(one.note), error)
            actions.give_up_issue(request=request, at=at, because=f"{type(error).__name__}: {error}")
    return tally


def verify_issues(*, authority_code: str = "") -> tuple[int, list[dict[str, str | int]]]:
    """How many issued versions there are, and those of which text, PDF or attached documents are not what was issued (NOV-40)."""
    rows = IssuedVersion.objects.select_related("document").order_by("note_id", "number")
    if authority_code:
        rows = rows.filter(note__authority__code=authority_code)
    checked, damaged = 0, []
    for issue in rows.iterator(chunk_size=200):
        checked += 1
        because = damage_to(issue)
        if because:
            damaged.append({"subject": f"note:{issue.note_id}", "version": issue.number, "because": because})
    return checked, damaged


def damage_to(issue: IssuedVersion) -> str:
    """What is wrong with an issued version; empty when it is sound."""
    if actions.digest_of(issue.content) != issue.content_digest:
        return "The text is not what was issued"
    if issue.document is None:
        return "There is no PDF"
    try:
        documents.read(issue.document)
    except documents.DocumentMissing:
        return "The PDF is missing from the store"
    except documents.DocumentDamaged:
        return "The PDF is not what was stored"
    return damage_to_attached(issue)


def damage_to_attached(issue: IssuedVersion) -> str:
    """What is wrong with the documents that went out with an issued version (NOV-33); empty when they are sound."""
    carried = {one["digest"] for one in issue.content.get("attachments", [])}
    rows = StoredDocument.objects.filter(digest__in=carried) if carried else []
    found = {row.digest for row in rows}
    if carried - found:
        return "An attached document is missing"
    for row in rows:
        try:
            documents.read(row)
        except documents.DocumentMissing:
            return "An attached document is missing from the store"
        except documents.DocumentDamaged:
            return "An attached document is not what was stored"
    return ""
