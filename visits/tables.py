"""The registers of visits and of notes: columns, and the tags that say where each stands."""

from sipmanager.core.academic import academic_label
from sipmanager.core.parts import Tag
from sipmanager.core.tables import BaseTable, Column, ExportColumn

from .states import ISSUED, NOTE_STATE_FOR_SCHOOL, NOTE_STATE_NAMES, VISIT_STATE_NAMES, NoteState, VisitState

VISIT_COLOURS = {
    VisitState.PLANNED: "grey",
    VisitState.CONFIRMED: "blue",
    VisitState.HELD: "green",
    VisitState.MISSED: "orange",
    VisitState.RESCHEDULED: "grey",
    VisitState.CANCELLED: "grey",
}
NOTE_COLOURS = {
    NoteState.DRAFTING: "grey",
    NoteState.LA_REVIEW: "blue",
    NoteState.HEAD_REVIEW: "blue",
    NoteState.AGREED: "teal",
    NoteState.DISPUTED: "orange",
    NoteState.MODERATED: "teal",
    NoteState.FINAL: "teal",
    NoteState.POST_APPROVAL_REVIEW: "blue",
    NoteState.DISTRIBUTED: "green",
    NoteState.AMENDED: "purple",
    NoteState.WITHDRAWN: "orange",
}


def visit_tag(visit) -> Tag:
    """Where a visit stands."""
    if visit.voided_on:
        return Tag("Struck out", "orange")
    return Tag(VISIT_STATE_NAMES[visit.status], VISIT_COLOURS[visit.status])


def note_tag(note) -> Tag:
    """Where a note stands, for the authority and for its writer."""
    return Tag(NOTE_STATE_NAMES[note.status], NOTE_COLOURS[note.status])


def note_tag_for_school(note) -> Tag:
    """Where a note stands, as its school may know it: no step inside the authority is named (D-25)."""
    return Tag(NOTE_STATE_FOR_SCHOOL[note.status], NOTE_COLOURS[note.status] if note.status in ISSUED else "blue")


def row_tag(row) -> Tag:
    """The tag of a row that says itself whether it is shown to its school (`is_at_school`)."""
    return note_tag_for_school(row) if row.is_at_school else note_tag(row)


def occasion(visit) -> str:
    """`Autumn 2009/10`: the visit's season and school year."""
    return f"{visit.get_season_display()} {academic_label(visit.academic_year)}"


def note_words(visit) -> str:
    """Where the note of a row of visits stands, in words; empty where this person sees none."""
    if not visit.note_status:
        return ""
    return (NOTE_STATE_FOR_SCHOOL if visit.is_at_school else NOTE_STATE_NAMES)[visit.note_status]


class VisitTable(BaseTable):
    school = Column("School", accessor="school__name", order_by=("school__name",))
    season = Column("Visit", export=occasion, order_by=("academic_year", "planned_on"))
    planned_on = Column("Date", export=lambda visit: visit.held_on or visit.planned_on)
    partner = Column("SIP", accessor="partner__full_name")
    note = Column("Note", orderable=False, export=note_words)
    status = Column("Status", export=lambda visit: visit_tag(visit).label)
    urn = ExportColumn("URN", accessor="school__urn")
    authority = ExportColumn("Authority", accessor="authority__name")
    focus = ExportColumn("Focus")

    class Meta(BaseTable.Meta):
        order_by = ("-planned_on",)


class NoteTable(BaseTable):
    school = Column("School", accessor="school__name", order_by=("school__name",))
    season = Column("Visit", export=lambda note: occasion(note.visit), order_by=("visit__academic_year", "visit__held_on"))
    held_on = Column("Held", accessor="visit__held_on")
    partner = Column("SIP", accessor="partner__full_name")
    due_on = Column("Due")
    status = Column("Status", export=lambda note: row_tag(note).label)
    urn = ExportColumn("URN", accessor="school__urn")
    authority = ExportColumn("Authority", accessor="authority__name")
    distributed_on = ExportColumn("Issued")

    class Meta(BaseTable.Meta):
        order_by = ("-held_on",)
