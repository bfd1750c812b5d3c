"""The facts that the guards of the workflow look at, fetched."""

from datetime import date

from ..cases import NoteCase, Said, VisitCase
from ..models import Note, Visit
from ..note_templates import Template, template
from ..states import NoteState
from .recipients import reachable


def template_of(*, note: Note) -> Template:
    """The template that the note began with."""
    return template(note.template_key)


def empty_sections(note: Note) -> tuple[tuple[str, str], ...]:
    """The required sections that hold no text, as (key, title)."""
    written = {row.key for row in note.sections.all() if row.text.strip()}
    asked = template_of(note=note).sections
    return tuple((section.key, section.title) for section in asked if section.is_required and section.key not in written)


def said_by_head(note: Note) -> tuple[Said, ...]:
    """The head's answers to the version they have now."""
    titles = {section.key: section.title for section in template_of(note=note).sections}
    rows = note.answers.filter(content_version=note.head_version or 0).order_by("pk")
    return tuple(
        Said(row.section_key, titles.get(row.section_key, "The whole note"), row.verdict, bool(row.text.strip()))
        for row in rows
    )


def note_case(*, note: Note, on: date, comment: str | None = None) -> NoteCase:
    """The case of a note on a day; `comment` as it goes with the move, `None` while only asking."""
    return NoteCase(
        empty_sections=empty_sections(note),
        unreviewed=note.reviews.filter(outcome="").count(),
        is_disagreement_likely=note.is_disagreement_likely,
        answers=said_by_head(note) if note.status == NoteState.HEAD_REVIEW else (),
        comment=comment,
        answer_due_on=note.answer_due_on,
        on=on,
        receivers=len(reachable(note=note, on=on)) if note.status in WITH_A_LIST else 1,
        is_void=note.visit.voided_on is not None,
    )


WITH_A_LIST = (NoteState.FINAL, NoteState.POST_APPROVAL_REVIEW)


def visit_case(*, visit: Visit, on: date, **filled_in) -> VisitCase:
    """The case of a visit on a day; `filled_in` are the fields of the form that makes the move."""
    facts = {
        "season": visit.season,
        "on": on,
        "is_void": visit.voided_on is not None,
        "focus": visit.focus,
        "booked_on": visit.planned_on,
        "starts_on": visit.deployment.starts_on,
        "ends_on": visit.deployment.ends_on,
        "confirmed_on": visit.confirmed_on,
    }
    return VisitCase(**{**facts, **filled_in, "is_filled_in": bool(filled_in)})
