"""Moving a note through its workflow, by whichever way its move goes (D-24)."""

from datetime import datetime

from accounts.access import Viewer

from ..models import Note
from .issuing import ask_for_issue
from .playing import capacity_of, checked, play


def move_note(*, note: Note, name: str, viewer: Viewer, at: datetime, version: int, comment: str = "") -> Note:
    """Make the move called `name` and return the note as it then stands (D-24).

    `version` is the content version that the person saw (D-26). Issuing, releasing, amending and withdrawing are only
    asked for here: the worker renders the PDF and then records them (D-38). Raises `PermissionDenied` where the move is
    not this person's, `MoveRefused` with every reason, `OutOfDate` when somebody was first; then nothing is written.
    """
    row = checked(note, name, viewer)
    if row.extra.get("issues"):
        ask_for_issue(note=note, row=row, viewer=viewer, at=at, version=version, reason=comment)
    else:
        play(note, row, by=viewer.user, at=at, version=version, comment=comment, capacity=capacity_of(viewer, row))
    note.refresh_from_db()
    return note
