"""Which moves are open to a person on a record, and what stands in the way of each."""

from dataclasses import dataclass
from datetime import date

from accounts.access import Scoped, Viewer, can
from sipmanager.core.workflow import Transition, leaving, missing

from ..models import Note, Visit
from ..selectors import issue_pending, note_case, visit_case
from .notes import NOTE_WORKFLOW
from .visits import VISIT_WORKFLOW


@dataclass(frozen=True)
class Move:
    """One move as a page offers it: a button, disabled with its reasons where it is not open."""

    row: Transition
    refusals: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def label(self) -> str:
        return self.row.label

    @property
    def says(self) -> str:
        return self.row.says

    @property
    def comment(self) -> str:
        return self.row.comment

    @property
    def is_open(self) -> bool:
        return not self.refusals


def may_make(viewer: Viewer, row: Transition, record: Scoped) -> bool:
    """Whether the row is this person's to play: the right on the record, in one of the row's roles, never on own work."""
    if row.by_system:
        return False
    roles = row.extra.get("roles")
    if roles:
        viewer = viewer.only(roles)
    return can(viewer, row.permission, record)


BEING_ISSUED = "The note is being issued. Look again in a moment."


def moves_for(*, note: Note, viewer: Viewer, on: date) -> list[Move]:
    """The moves that lead out of the note's state and are this person's, in the table's order."""
    if note.visit.voided_on is not None:
        return []
    rows = [row for row in leaving(NOTE_WORKFLOW, note.status, note.policy) if may_make(viewer, row, note)]
    if not rows:
        return []
    case = note_case(note=note, on=on)
    waiting = (BEING_ISSUED,) if issue_pending(note) else ()
    return [Move(row, waiting or tuple(missing(row, case))) for row in rows]


def visit_moves_for(*, visit: Visit, viewer: Viewer, on: date) -> list[Move]:
    """The moves that lead out of the visit's state and are this person's, in the table's order."""
    if visit.voided_on is not None:
        return []
    rows = [row for row in leaving(VISIT_WORKFLOW, visit.status, None) if may_make(viewer, row, visit)]
    case = visit_case(visit=visit, on=on)
    return [Move(row, tuple(missing(row, case))) for row in rows]
