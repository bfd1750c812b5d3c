"""How a row of the note's workflow is played: right, state, guard, compare and set, audit line, and what follows from it."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied

from accounts.access import Viewer
from accounts.permissions import Role
from sipmanager.core import audit, moves
from sipmanager.core.workflow import MoveRefused, OutOfDate, Transition, leaving

from .. import emails
from ..deadlines import STARTED_BY_DISPUTE, STARTED_BY_RELEASE, STARTED_BY_SUBMISSION
from ..models import Note, NoteComment, ReleasedText
from ..selectors import People, issue_pending, live_recommendations, live_reviews, live_sections, note_case
from ..workflow import BEING_ISSUED, NOTE_WORKFLOW, may_make
from ..workflow.notes import disputes_are_moderated, head_approves
from .answering import role_of
from .beginning import days_due
from .planning import london_day

Effect = Callable[..., None]


def checked(note: Note, name: str, viewer: Viewer) -> Transition:
    """The row of a move that this person may make on the note as it stands."""
    row = next((row for row in leaving(NOTE_WORKFLOW, note.status, note.policy) if row.name == name), None)
    if row is None:
        raise OutOfDate(["This has already moved on. Look at where it stands now before you go on."])
    if not may_make(viewer, row, note):
        raise PermissionDenied(f"{row.label}: not for this person")
    if note.visit.voided_on is not None:
        raise MoveRefused(["The visit of this note has been struck out."])
    if issue_pending(note):
        raise OutOfDate([BEING_ISSUED])
    return row


def capacity_of(viewer: Viewer, row: Transition) -> str:
    """The role in which a move is made: one that the row asks for, or any that gives the right."""
    held = {capacity.role for capacity in viewer.capacities}
    if viewer.acting is not None and viewer.acting.role in row.extra.get("roles", ()):
        return viewer.acting.role.value
    wanted = [role.value for role in row.extra.get("roles", ()) if role in held]
    return wanted[0] if wanted else role_of(viewer, row.permission)


def play(
    note: Note, row: Transition, *, by: Any, at: datetime, version: int, comment: str = "", capacity: str = "",
    values: dict[str, Any] | None = None, more: dict[str, Effect] | None = None, on: date | None = None, **details: Any,
) -> None:  # fmt: skip
    """Play a row on the note. `more` are effects of one occasion, such as recording what was issued; `on` is the day
    that guards ask about where it is not that of `at` (a night made good later)."""
    role = Role(capacity).value if capacity else ""
    effects = {key: partial(effect, role=role) for key, effect in EFFECTS.items()}
    moves.play(
        table=NOTE_WORKFLOW, record=note, name=row.name, policy=note.policy, by=by, at=at, comment=comment,
        case=note_case(note=note, on=on or london_day(at), comment=comment), version={"content_version": version},
        values=values, effects={**effects, **(more or {})}, capacity=capacity, content_version=version, **details,
    )  # fmt: skip


def play_by_system(note: Note, name: str, at: datetime, *, on: date | None = None) -> None:
    """A move that nobody makes: the night, or what follows from another move (NOV-36, POL-35)."""
    row = next(row for row in leaving(NOTE_WORKFLOW, note.status, note.policy) if row.name == name and row.by_system)
    play(note, row, by=audit.SYSTEM, at=at, version=note.content_version, on=on)


# What follows from a move. Each is told the record, the row, who, when, the comment and the role.


def put(note: Note, **columns: Any) -> None:
    Note.objects.filter(pk=note.pk).update(**columns)
    for column, value in columns.items():
        setattr(note, column, value)


def keep_text(*, record: Note, row: Transition, by, at, **_) -> None:
    """The sections as they stand when the note is handed to somebody (D-25)."""
    ReleasedText.objects.get_or_create(
        note=record, to_state=row.to, content_version=record.content_version,
        defaults={
            "sections": live_sections(record), "recommendations": live_recommendations(record),
            "reviews": live_reviews(record), "released_at": at, "released_by": by,
        },
    )  # fmt: skip


def keep_comment(*, record: Note, row: Transition, by, at, comment: str, role: str, for_school: bool = False) -> None:
    if comment.strip():
        NoteComment.objects.create(
            note=record, move=row.name, text=comment.strip(), by=by, by_role=role, at=at,
            content_version=record.content_version, is_for_school=for_school,
        )  # fmt: skip


def keep_comment_for_school(**told) -> None:
    keep_comment(for_school=True, **told)


def keep_dispute(*, record: Note, comment: str, **told) -> None:
    """The reason stays with the note whatever becomes of it (POL-33)."""
    put(record, dispute_reason=comment.strip())
    keep_comment(record=record, comment=comment, for_school=True, **told)


def keep_moderation(*, record: Note, comment: str, **told) -> None:
    put(record, moderation=comment.strip())
    keep_comment(record=record, comment=comment, for_school=True, **told)


def submitted(*, record: Note, at, **_) -> None:
    """DL-2 is met at the first submission; DL-3 starts at each."""
    day = london_day(at)
    due = days_due(rules=STARTED_BY_SUBMISSION, note_or_visit=record, policy=record.policy, start=day)
    put(record, submitted_on=record.submitted_on or day, agreed_on=None, **due)


def authority_answered(*, record: Note, at, **_) -> None:
    put(record, agreed_on=london_day(at))


def released(*, record: Note, at, **_) -> None:
    """The head has the note from now on: DL-1 is met, DL-4 or DL-7 starts."""
    day = london_day(at)
    due = days_due(rules=STARTED_BY_RELEASE, note_or_visit=record, policy=record.policy, start=day)
    put(
        record, head_released_at=at, head_version=record.content_version, shared_on=record.shared_on or day,
        answered_on=None, answered_at=None, **due,
    )  # fmt: skip


def head_answered(*, record: Note, at, **_) -> None:
    put(record, answered_on=london_day(at))


def recalled(*, record: Note, **_) -> None:
    """Nothing is asked of the head until the note comes again."""
    put(record, answer_due_on=None, approve_due_on=None)


def disputed(*, record: Note, at, **_) -> None:
    due = days_due(rules=STARTED_BY_DISPUTE, note_or_visit=record, policy=record.policy, start=london_day(at))
    put(record, moderated_on=None, **due)


def moderated(*, record: Note, at, **_) -> None:
    put(record, moderated_on=london_day(at))


def after_final(*, record: Note, at, **_) -> None:
    """An approved report goes on to the Trust Advisor by itself (NOV-36)."""
    if head_approves(record.policy):
        play_by_system(record, "to_trust_advisor", at)


def people_of(note: Note, at) -> People:
    return People.around([note], london_day(at))


def tell_reader(*, record: Note, at, **_) -> None:
    emails.submitted(note=record, person=people_of(record, at).reader(record), at=at)


def tell_head(*, record: Note, at, **_) -> None:
    people = people_of(record, at)
    person = people.head(record)
    post = people.heads.get(record.school_id)
    is_head = post is not None and post.user_id is not None and post.user_id == person.user_id
    emails.released(note=record, person=person, is_head=is_head, at=at)


def tell_head_of_recall(*, record: Note, at, **_) -> None:
    people = people_of(record, at)
    post = people.heads.get(record.school_id)
    if post is not None and post.user is not None and post.user.is_active:
        emails.recalled(note=record, person=people.head(record), at=at)


SAID = {
    "return_to_sip": "The draft was returned to you with comments.",
    "agree_draft": "The authority has agreed the draft; it is now with the head.",
    "approve_draft": "The authority has agreed the note. It is final and can be issued.",
    "agree": "The head has agreed the note.",
    "ask_correction": "The head asks for a correction of fact.",
    "dispute": "The head disputes the note.",
    "deem_agreed": "The head has not answered in time; under the local policy the note counts as agreed.",
    "moderate": "The senior adviser has decided the dispute.",
}


def tell_writer(*, record: Note, row: Transition, at, **_) -> None:
    emails.moved(note=record, person=people_of(record, at).sip(record), says=SAID[row.name], at=at)


def tell_of_dispute(*, record: Note, row: Transition, at, **_) -> None:
    people = people_of(record, at)
    emails.moved(note=record, person=people.sip(record), says=SAID[row.name], at=at)
    if disputes_are_moderated(record.policy):
        emails.disputed(note=record, person=people.senior_adviser(record), at=at)


def tell_of_moderation(*, record: Note, row: Transition, at, **_) -> None:
    people = people_of(record, at)
    emails.moved(note=record, person=people.sip(record), says=SAID[row.name], at=at)
    post = people.heads.get(record.school_id)
    if post is not None and post.user is not None and post.user.is_active:
        emails.moderated(note=record, person=people.head(record), at=at)


def tell_manager(*, record: Note, at, **_) -> None:
    emails.waiting_for_release(note=record, person=people_of(record, at).manager(record), at=at)


EFFECTS: dict[str, Effect] = {
    "after_final": after_final,
    "authority_answered": authority_answered,
    "disputed": disputed,
    "head_answered": head_answered,
    "keep_comment": keep_comment,
    "keep_comment_for_school": keep_comment_for_school,
    "keep_dispute": keep_dispute,
    "keep_moderation": keep_moderation,
    "keep_text": keep_text,
    "moderated": moderated,
    "recalled": recalled,
    "released": released,
    "submitted": submitted,
    "tell_head": tell_head,
    "tell_head_of_recall": tell_head_of_recall,
    "tell_manager": tell_manager,
    "tell_of_dispute": tell_of_dispute,
    "tell_of_moderation": tell_of_moderation,
    "tell_reader": tell_reader,
    "tell_writer": tell_writer,
}

__all__ = ["capacity_of", "checked", "play", "play_by_system"]
