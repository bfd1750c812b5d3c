"""What a person may read of a note: the live draft, the version handed over, or the issued one (D-25)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied

from accounts.access import Viewer, can
from accounts.permissions import SCHOOL_ROLES as AT_SCHOOLS
from accounts.permissions import Permission
from sipmanager.core.academic import academic_label
from sipmanager.core.wording import capitalised, day

from ..models import IssuedVersion, Note, NoteAttachment, Outcome, ReleasedText, Verdict
from ..note_templates import Figure, Section
from ..states import ISSUED, NoteState
from .attachments import attached, by_the_head
from .cases import template_of

P = Permission


@dataclass(frozen=True)
class ReadSection:
    """One section as it is read; `figures` are (label, value) in words."""

    key: str
    title: str
    question: str
    text: str
    figures: tuple[tuple[str, str], ...] = ()

    @property
    def is_written(self) -> bool:
        return bool(self.text.strip() or self.figures)


@dataclass(frozen=True)
class ReadRecommendation:
    number: int
    text: str
    owner_role: str = ""
    due_on: date | None = None
    success_measure: str = ""


@dataclass(frozen=True)
class ReadReview:
    """What became of an earlier recommendation."""

    text: str
    outcome: str
    outcome_label: str
    impact: str
    made_in: str = ""


@dataclass(frozen=True)
class ReadAnswer:
    """What the head said of a section, as the issued note keeps it."""

    section: str
    title: str
    verdict: str
    verdict_label: str
    text: str


@dataclass(frozen=True)
class ReadAttachment:
    """A document that goes with the note, told by name and by the SHA-256 digest of its bytes."""

    name: str
    digest: str
    size: int
    says: str = ""


@dataclass(frozen=True)
class Reading:
    """A note as one person may read it.

    `kind` is `draft` (the live sections), `released` (the version the head was given) or `issued` (frozen).
    """

    kind: str
    version: int
    label: str
    header: tuple[tuple[str, str], ...]
    sections: tuple[ReadSection, ...]
    recommendations: tuple[ReadRecommendation, ...]
    reviews: tuple[ReadReview, ...]
    answers: tuple[ReadAnswer, ...] = ()
    dispute: str = ""
    moderation: str = ""
    withdrawal: str = ""
    amendment: str = ""
    changed: tuple[str, ...] = ()
    issue: IssuedVersion | None = None
    recipients: tuple[tuple[str, str], ...] = field(default=())
    attachments: tuple[ReadAttachment, ...] = ()

    @property
    def written(self) -> tuple[ReadSection, ...]:
        """The sections that say something: one that may stay empty and did is no reader's concern."""
        return tuple(section for section in self.sections if section.is_written)

    def section(self, key: str) -> ReadSection | None:
        return next((section for section in self.sections if section.key == key), None)


# The live rows as plain values: what is released, compared and frozen.


def words_of(figure: Figure, value: Any) -> str:
    """A figure's value in words; empty where none was given."""
    if value in (None, ""):
        return ""
    if figure.choices:
        return dict(figure.choices).get(str(value), str(value))
    if figure.kind == "date":
        try:
            return day(date.fromisoformat(str(value)))
        except ValueError:
            return str(value)
    return f"{value}{figure.unit}"


def figures_of(section: Section, figures: dict[str, Any]) -> list[list[str]]:
    """Label and words of every figure that was given, in the template's order."""
    pairs = ((figure.told_as, words_of(figure, figures.get(figure.key))) for figure in section.figures)
    return [[label, words] for label, words in pairs if words]


def live_sections(note: Note) -> list[dict[str, Any]]:
    rows = {row.key: row for row in note.sections.all()}
    found = []
    for section in template_of(note=note).sections:
        row = rows.get(section.key)
        found.append(
            {
                "key": section.key, "title": section.title, "question": section.question,
                "text": row.text if row else "", "figures": figures_of(section, row.figures if row else {}),
            }
        )  # fmt: skip
    return found


def live_recommendations(note: Note) -> list[dict[str, Any]]:
    rows = note.recommendations.filter(withdrawn_at=None).order_by("position", "pk")
    return [
        {
            "number": number, "text": row.text, "owner_role": row.owner_role,
            "due_on": row.due_on.isoformat() if row.due_on else None, "success_measure": row.success_measure,
        }
        for number, row in enumerate(rows, start=1)
    ]  # fmt: skip


def live_reviews(note: Note) -> list[dict[str, Any]]:
    rows = note.reviews.select_related("recommendation__note__visit").order_by("pk")
    return [
        {
            "text": row.recommendation.text, "outcome": row.outcome, "impact": row.impact,
            "made_in": season_and_year(row.recommendation.note),
        }
        for row in rows
    ]  # fmt: skip


def season_and_year(note: Note) -> str:
    visit = note.visit
    return f"{visit.get_season_display()} {academic_label(visit.academic_year)}"


def header_of(note: Note) -> list[list[str]]:
    """NOV-12: what stands above the sections. People by role, not by name, but for the SIP who signs."""
    visit = note.visit
    visitor = visit.partner if note.handed_over_at is not None else note.partner
    pairs = [
        ("School", f"{note.school.name} ({note.school.urn})"),
        ("Authority", note.authority.name),
        ("Visit", season_and_year(note)),
        ("Date of visit", day(visit.held_on)),
        ("School Improvement Partner (SIP)", visitor.full_name),
        ("Note finished by", note.partner.full_name if visitor.pk != note.partner_id else ""),
        ("Hours in school", f"{Decimal(visit.hours_in_school).normalize():f}" if visit.hours_in_school is not None else ""),
        ("People present", visit.people_present),
        ("Governor present", "Yes" if visit.was_governor_present else "No"),
        ("Focus", visit.focus),
    ]
    return [[label, value] for label, value in pairs if value]


# From plain values to what a page shows.


def _sections(rows) -> tuple[ReadSection, ...]:
    return tuple(
        ReadSection(
            row["key"], row["title"], row["question"], row["text"],
            tuple((label, words) for label, words in row["figures"]),
        )
        for row in rows
    )  # fmt: skip


def _recommendations(rows) -> tuple[ReadRecommendation, ...]:
    return tuple(
        ReadRecommendation(
            row["number"], row["text"], row["owner_role"],
            date.fromisoformat(row["due_on"]) if row["due_on"] else None, row["success_measure"],
        )
        for row in rows
    )  # fmt: skip


def _reviews(rows) -> tuple[ReadReview, ...]:
    labels = dict(Outcome.choices)
    return tuple(
        ReadReview(row["text"], row["outcome"], labels.get(row["outcome"], "Not reviewed yet"), row["impact"], row["made_in"])
        for row in rows
    )


def read_answers(rows) -> tuple[ReadAnswer, ...]:
    labels = dict(Verdict.choices)
    return tuple(
        ReadAnswer(row["section"], row["title"], row["verdict"], labels.get(row["verdict"], row["verdict"]), row["text"])
        for row in rows
    )


def live_attachments(rows: Iterable[NoteAttachment]) -> list[dict[str, Any]]:
    """Documents as plain values, as the issued note keeps them."""
    return [{"name": row.name, "digest": row.document.digest, "size": row.size, "says": row.says} for row in rows]


def _attachments(rows) -> tuple[ReadAttachment, ...]:
    return tuple(ReadAttachment(row["name"], row["digest"], row["size"], row["says"]) for row in rows)


def draft_reading(note: Note) -> Reading:
    """The live draft: for its writer and those who review it."""
    return Reading(
        kind="draft",
        version=note.content_version,
        label=note_name(note),
        header=tuple((label, value) for label, value in header_of(note)),
        sections=_sections(live_sections(note)),
        recommendations=_recommendations(live_recommendations(note)),
        reviews=_reviews(live_reviews(note)),
        answers=read_answers(answers_given(note)),
        dispute=note.dispute_reason,
        moderation=note.moderation,
        attachments=_attachments(live_attachments(attached(note))),
    )


def released_reading(note: Note) -> Reading:
    """The version that the head was given last, and nothing newer (D-24, D-25)."""
    release = note.releases.filter(to_state=NoteState.HEAD_REVIEW, content_version=note.head_version or 0).first()
    if release is None:
        raise PermissionDenied("The head has not been given this note")
    return Reading(
        kind="released",
        version=release.content_version,
        label=note_name(note),
        header=tuple((label, value) for label, value in header_of(note)),
        sections=_sections(release.sections),
        recommendations=_recommendations(release.recommendations),
        reviews=_reviews(release.reviews),
        answers=read_answers(answers_given(note)),
        dispute=note.dispute_reason,
        moderation=note.moderation,
        attachments=_attachments(live_attachments(by_the_head(note))),
    )


def issued_reading(issue: IssuedVersion) -> Reading:
    """An issued version, as it was frozen."""
    content = issue.content
    return Reading(
        kind="issued",
        version=issue.number,
        label=content["label"],
        header=tuple((label, value) for label, value in content["header"]),
        sections=_sections(content["sections"]),
        recommendations=_recommendations(content["recommendations"]),
        reviews=_reviews(content["reviews"]),
        answers=read_answers(content["answers"]),
        dispute=content["dispute"],
        moderation=content["moderation"],
        withdrawal=content["withdrawal"],
        amendment=content["amendment"],
        changed=tuple(content["changed"]),
        issue=issue,
        recipients=tuple((label, name) for label, name in content["recipients"]),
        attachments=_attachments(content.get("attachments", [])),  # versions of before there were any have no such line
    )


def note_name(note: Note) -> str:
    """What the authority calls it: note of visit, report (NOV-1, POL-27)."""
    return capitalised(note.policy.note_label)


def answers_given(note: Note) -> list[dict[str, str]]:
    """What the head said to the version they have, in the order of the sections."""
    rows = {row.section_key: row for row in note.answers.filter(content_version=note.head_version or 0)}
    named = [(section.key, section.title) for section in template_of(note=note).sections]
    return [
        {"section": key, "title": title, "verdict": rows[key].verdict, "text": rows[key].text}
        for key, title in [*named, ("", "The whole note")]
        if key in rows
    ]


def works_on_drafts(*, note: Note, viewer: Viewer) -> bool:
    """Whether the viewer reads the live draft: in a capacity other than the school's own."""
    staff = viewer.only(viewer.roles() - AT_SCHOOLS)
    return can(staff, P.NOTE_DRAFT_VIEW, note)


def reading(*, note: Note, viewer: Viewer) -> Reading:
    """What this person may read of a note. Raises `PermissionDenied` where that is nothing."""
    if note.status in ISSUED:
        if not can(viewer, P.NOTE_VIEW, note):
            raise PermissionDenied("This note is not given to this person")
        return issued_reading(note.issues.order_by("-number")[0])
    if works_on_drafts(note=note, viewer=viewer):
        return draft_reading(note)
    if can(viewer, P.NOTE_DRAFT_VIEW, note):
        return released_reading(note)
    raise PermissionDenied("This draft is not given to this person")


def releases_of(note: Note, to_state: str) -> list[ReleasedText]:
    return list(note.releases.filter(to_state=to_state).order_by("content_version", "pk"))


def as_text(rows: Iterable[ReadRecommendation | ReadReview]) -> str:
    """Recommendations, or what became of earlier ones, as lines of text that can be compared."""
    lines = []
    for row in rows:
        if isinstance(row, ReadReview):
            lines.append(" ".join(filter(None, (row.text, f"{row.outcome_label}.", row.impact))))
            continue
        facts = [row.owner_role, f"by {day(row.due_on)}" if row.due_on else "", row.success_measure]
        lines.append(". ".join(filter(None, [f"{row.number}. {row.text.rstrip('.')}", ", ".join(filter(None, facts))])))
    return "\n".join(lines)


def last_submissions(*, note: Note) -> tuple[dict[str, str] | None, dict[str, str]]:
    """The texts of the last two submissions to the authority by section key, its lists under
    `recommendations` and `reviews`; `None` before the first resubmission."""
    texts = [
        {
            **{row["key"]: row["text"] for row in release.sections},
            "recommendations": as_text(_recommendations(release.recommendations)),
            "reviews": as_text(_reviews(release.reviews)),
        }
        for release in releases_of(note, NoteState.LA_REVIEW)
    ]
    before = texts[-2] if len(texts) > 1 else None
    return before, texts[-1] if texts else {row["key"]: row["text"] for row in live_sections(note)}
