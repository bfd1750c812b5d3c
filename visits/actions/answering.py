"""What others say of a note: the head's answers, the comments of those who review it, the head's word after issue."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.access import Viewer, can
from accounts.models import User
from accounts.permissions import Permission, Role
from sipmanager.core import audit
from sipmanager.core.wording import has_substance
from sipmanager.core.workflow import MoveRefused, OutOfDate

from ..models import Distribution, HeadAnswer, Note, NoteComment, Verdict
from ..selectors import template_of
from ..states import ISSUED, NoteState
from ..workflow.notes import has_no_head_step

P = Permission
NEEDS_WORDS = {
    Verdict.COMMENT: "Enter your comment",
    Verdict.CORRECTION: "Enter the fact that should be corrected",
    Verdict.DISPUTE: "Enter what you dispute and why",
}


class AnswerConflict(OutOfDate):
    """Another answer to this section was saved first; `stored` is that answer, nothing was written."""

    def __init__(self, stored: HeadAnswer):
        super().__init__(["This section was answered on another page while you wrote. Both answers are shown."])
        self.stored = stored


def words_missing(verdict: str, text: str) -> str:
    """What a verdict on a section still wants; empty when it is whole. A correction or dispute of "." is none (NOV-35)."""
    enough = bool(text.strip()) if verdict == Verdict.COMMENT else has_substance(text)
    return "" if enough else NEEDS_WORDS.get(verdict, "")


def answer_section(
    *, note: Note, section_key: str, verdict: str, by: User | None, at: datetime, text: str = "", version: int = 0
) -> HeadAnswer:  # fmt: skip
    """Save the head's answer to one section of the version they were given (NOV-35); `section_key` "" is the whole note.

    `version` is that of the answer the head saw, 0 for the first. Raises `AnswerConflict` when another was saved since,
    `MoveRefused` when the note is not with the head or words are missing.
    """
    titles = {section.key: section.title for section in template_of(note=note).sections}
    if section_key and section_key not in titles:
        raise MoveRefused(["The note has no such section"])
    if verdict not in Verdict.values:
        raise MoveRefused(["Choose what you say to this section"])
    missing = words_missing(verdict, text)
    if missing:
        raise MoveRefused([missing])
    with transaction.atomic():
        with_the_head = Note.objects.filter(pk=note.pk, status=NoteState.HEAD_REVIEW, head_version=note.head_version)
        if not with_the_head.update(status=NoteState.HEAD_REVIEW):  # takes the row, so that no move slips in between
            raise MoveRefused(["The note is not with you to answer any more."])
        key = {"note": note, "section_key": section_key, "content_version": note.head_version}
        said = {"verdict": verdict, "text": text.strip(), "by": by, "at": at}
        stored = HeadAnswer.objects.filter(**key).first()
        if stored is None:
            answer = _first_answer(key, said)
        elif stored.verdict == verdict and stored.text == text.strip():
            return stored
        elif not HeadAnswer.objects.filter(pk=stored.pk, version=version).update(version=F("version") + 1, **said):
            raise AnswerConflict(stored)
        else:
            answer = HeadAnswer.objects.get(pk=stored.pk)
        audit.record(what="note.answer", subject=note, by=by, at=at, section=section_key, verdict=verdict)
    return answer


def _first_answer(key: dict, said: dict) -> HeadAnswer:
    try:
        with transaction.atomic():
            return HeadAnswer.objects.create(**key, **said)
    except IntegrityError:
        raise AnswerConflict(HeadAnswer.objects.get(**key)) from None


def comment_section(*, note: Note, text: str, viewer: Viewer, at: datetime, section_key: str = "") -> NoteComment:
    """A comment of a reviewer or a mentor while the note is a draft; the school never reads it (D-25)."""
    if not can(viewer, P.NOTE_COMMENT, note):
        raise PermissionDenied("Comments on drafts are for those who review them")
    if note.status not in (NoteState.DRAFTING, NoteState.LA_REVIEW):
        raise MoveRefused(["The draft is not being written or reviewed any more."])
    return _comment(note, text, viewer.user, at, section_key, role_of(viewer, P.NOTE_COMMENT), for_school=False)


def comment_after_issue(*, note: Note, text: str, by: User | None, at: datetime) -> NoteComment:
    """The head's comment on an issued note where the head has no step before (D-24): it stands with the note."""
    if note.status not in ISSUED or not has_no_head_step(note.policy):
        raise MoveRefused(["A comment is added once the note has been issued."])
    return _comment(note, text, by, at, "", Role.HEAD.value, for_school=True)


def _comment(
    note: Note, text: str, by: User | None, at: datetime, section_key: str, role: str, *, for_school: bool
) -> NoteComment:  # fmt: skip
    if not text.strip():
        raise MoveRefused(["Enter your comment"])
    with transaction.atomic():
        row = NoteComment.objects.create(
            note=note, section_key=section_key, text=text.strip(), by=by, by_role=role, at=at,
            content_version=note.content_version, is_for_school=for_school,
        )  # fmt: skip
        audit.record(what="note.comment", subject=note, by=by, at=at, comment=row.pk, section=section_key)
    return row


def role_of(viewer: Viewer, permission: Permission) -> str:
    """The role in which somebody uses a right: the one they act in where it gives the right, else the first that does."""
    roles = [capacity.role for capacity, _ in viewer.granted(permission)]
    if viewer.acting is not None and viewer.acting.role in roles:
        return viewer.acting.role.value
    return roles[0].value if roles else ""


def open_note(*, note: Note, viewer: Viewer, at: datetime) -> None:
    """Note that somebody has opened a note: on the proof of distribution, and in the audit (NOV-38, ROL-32).

    One line for a person, a note and a day.
    """
    with transaction.atomic():
        mine = Distribution.objects.filter(note=note, user=viewer.user, opened_at=None)
        mine.update(opened_at=at)
        if not audit_has_opened(note, viewer, at):
            audit.record(what="note.open", subject=note, by=viewer.user, at=at, status=note.status)


def audit_has_opened(note: Note, viewer: Viewer, at: datetime) -> bool:
    from sipmanager.core.models import AuditEvent

    start = at.replace(hour=0, minute=0, second=0, microsecond=0)
    lines = AuditEvent.objects.filter(subject=audit.subject_of(note), what="note.open", by_id=viewer.user.pk)
    return lines.filter(at__gte=start, at__lte=at).exists()
