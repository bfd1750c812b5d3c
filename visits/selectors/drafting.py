"""What stands around a draft: its sections for the editor, remarks of the checker, comments, answers, what came before."""

import json
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from django.db.models import QuerySet

from accounts.access import Viewer, can
from accounts.permissions import Permission, Role
from schools.models import Post
from sipmanager.core import audit
from sipmanager.core.models import AuditEvent

from .. import note_checks
from ..models import (
    Distribution,
    HeadAnswer,
    IssuedVersion,
    IssueRequest,
    Note,
    NoteAttachment,
    NoteComment,
    NoteSection,
    Recommendation,
    RecommendationReview,
    Visit,
)
from ..note_checks import Remark
from ..note_templates import Section
from ..states import ISSUED, SETTLED, NoteState
from .attachments import attached, by_the_head
from .cases import template_of
from .reading import works_on_drafts

P = Permission


@dataclass(frozen=True)
class SectionView:
    """One section in the editor: the row, what the template asks, whether it is done, the checker's remarks."""

    row: NoteSection
    template: Section
    is_done: bool
    is_started: bool
    remarks: tuple[Remark, ...] = ()


def known_names(note: Note) -> frozenset[str]:
    """Names that do not belong in a note: those in post at the school, and the SIP's own (NOV-23)."""
    posts = Post.objects.filter(school_id=note.school_id).values_list("full_name", flat=True)
    return frozenset(posts) | {note.partner.full_name, note.visit.partner.full_name}


def written(note: Note) -> list[note_checks.Written]:
    rows = {row.key: row for row in note.sections.all()}
    return [
        note_checks.Written(
            section.key, section.title, rows[section.key].text, rows[section.key].figures, section.is_required,
            tuple((figure.key, figure.label, figure.kind) for figure in section.figures),
        )
        for section in template_of(note=note).sections
        if section.key in rows
    ]  # fmt: skip


RECOMMENDATIONS = "recommendations"


def stamps(*, note: Note) -> dict[str, str]:
    """What each part of the draft is known by as it stands: another text, another stamp."""
    found = {row.key: str(row.version) for row in note.sections.all()}
    rows = [(row.text, row.owner_role, str(row.due_on), row.success_measure) for row in recommendations_of(note=note)]
    return {**found, RECOMMENDATIONS: sha256(json.dumps(rows).encode()).hexdigest()}


def remarks(*, note: Note) -> list[Remark]:
    """What the checker says of the draft, and what of it the writer means as the text stands.

    Remarks never stand in the way of a move (NOV-20 to NOV-28).
    """
    found = unheeded(note=note)
    said = set(note.meant_remarks.values_list("key", "stamp", "remark"))
    if not said:
        return found
    now = stamps(note=note)
    return [replace(one, is_meant=(one.section, now.get(one.section, ""), one.token) in said) for one in found]


def unheeded(*, note: Note) -> list[Remark]:
    """What the checker says of the draft, whatever its writer said to it."""
    return note_checks.check(
        note_checks.Draft(
            sections=tuple(written(note)),
            recommendations=tuple(
                note_checks.Advice(row.text, row.owner_role, row.due_on, row.success_measure)
                for row in recommendations_of(note=note)
            ),
            unreviewed=note.reviews.filter(outcome="").count(),
            names=known_names(note),
            grades=tuple(
                (section.key, figure.key, figure.view)
                for section in template_of(note=note).sections
                for figure in section.figures
                if figure.view
            ),
        )
    )


def sections_of(*, note: Note) -> list[SectionView]:
    """The sections in the template's order, for the editor."""
    rows = {row.key: row for row in note.sections.select_related("edited_by")}
    said: dict[str, list[Remark]] = {}
    for remark in remarks(note=note):
        said.setdefault(remark.section, []).append(remark)
    return [
        SectionView(
            row=rows[section.key],
            template=section,
            is_done=bool(rows[section.key].text.strip()),
            is_started=bool(rows[section.key].text.strip() or rows[section.key].figures),
            remarks=tuple(said.get(section.key, ())),
        )
        for section in template_of(note=note).sections
        if section.key in rows
    ]


def recommendations_of(*, note: Note) -> list[Recommendation]:
    """The note's own recommendations, those withdrawn left out."""
    return list(note.recommendations.filter(withdrawn_at=None).order_by("position", "pk"))


def unreviewed_recommendations(*, school_id: int, before: date) -> list[Recommendation]:
    """Earlier recommendations of a school that no note has looked back on yet (NOV-28), whoever the SIP was."""
    looked_back = RecommendationReview.objects.filter(note__visit__voided_on=None)
    reviewed = looked_back.exclude(note__status=NoteState.WITHDRAWN).values("recommendation_id")
    rows = Recommendation.objects.filter(
        note__school_id=school_id, note__status__in=sorted(SETTLED), note__visit__voided_on=None,
        note__visit__held_on__lte=before, withdrawn_at=None,
    ).exclude(pk__in=reviewed)  # fmt: skip
    return list(rows.order_by("note__visit__held_on", "note_id", "position", "pk"))


def open_recommendations(*, note_ids: list[int], before: date) -> QuerySet[Recommendation]:
    """Recommendations of these notes that none of them has looked back on. A draft that has begun to counts for nothing:
    what its writer does is not to be told from a page that a school reads (D-25)."""
    said = RecommendationReview.objects.filter(note_id__in=note_ids, note__visit__voided_on=None).exclude(outcome="")
    return Recommendation.objects.filter(
        note_id__in=note_ids, note__status__in=sorted(SETTLED), note__visit__voided_on=None,
        note__visit__held_on__lte=before, withdrawn_at=None,
    ).exclude(pk__in=said.exclude(note__status=NoteState.WITHDRAWN).values("recommendation_id"))  # fmt: skip


def answers_of(*, note: Note) -> dict[str, HeadAnswer]:
    """The head's answers to the version they have now, by section key."""
    rows = note.answers.filter(content_version=note.head_version or 0).select_related("by")
    return {row.section_key: row for row in rows.order_by("pk")}


def earlier_answers(*, note: Note) -> list[HeadAnswer]:
    """The head's answers to versions before the one they have now, the newest first."""
    rows = note.answers.exclude(content_version=note.head_version or 0).select_related("by")
    return list(rows.order_by("-content_version", "pk"))


def comments_for(*, note: Note, viewer: Viewer) -> list[NoteComment]:
    """The comments this person may read, oldest first: a school sees what was said to it or by it (D-25)."""
    rows = note.comments.select_related("by").order_by("at", "pk")
    reads_all = is_staff(note, viewer) if note.status in ISSUED else works_on_drafts(note=note, viewer=viewer)
    return list(rows if reads_all else rows.filter(is_for_school=True))


STAFF = frozenset({Role.MANAGER, Role.ADMINISTRATOR, Role.LINE_MANAGER, Role.SENIOR_ADVISER})


def is_staff(note: Note, viewer: Viewer) -> bool:
    """Whether somebody stands behind a note: its writer, or one of the authority whose note it is."""
    mine = viewer.partner_id is not None and viewer.partner_id == note.partner_id
    return mine or any(c.role in STAFF and c.authority_id == note.authority_id for c in viewer.capacities)


def attachments_of(*, note: Note, viewer: Viewer) -> list[NoteAttachment]:
    """The documents that this person may open, by the same rule as the text of the note (D-25).

    Of an issued note, those that the newest version carries; those of a withdrawn one are the authority's and the
    writer's alone. Of a draft, all to those who work on drafts and a head their own.
    """
    if note.status in ISSUED:
        if not can(viewer, P.NOTE_VIEW, note):
            return []
        is_open = note.status != NoteState.WITHDRAWN or is_staff(note, viewer)
        return list(attached(note)) if is_open else []
    if works_on_drafts(note=note, viewer=viewer):
        return list(attached(note))
    return list(by_the_head(note)) if can(viewer, P.NOTE_DRAFT_VIEW, note) else []


def last_note(*, note: Note) -> Note | None:
    """The school's note before this one whose text is settled."""
    rows = Note.objects.filter(
        school_id=note.school_id, status__in=sorted(SETTLED), visit__voided_on=None,
        visit__held_on__lte=note.visit.held_on,
    ).exclude(pk=note.pk)  # fmt: skip
    return rows.select_related("visit").order_by("-visit__held_on", "-pk").first()


def last_text(*, note: Note, key: str) -> tuple[str, Visit] | None:
    """The text of the same section in an earlier note of the school: last year's season first, else the last one."""
    rows = NoteSection.objects.filter(
        key=key, note__school_id=note.school_id, note__status__in=sorted(SETTLED), note__visit__voided_on=None,
        note__visit__held_on__lt=note.visit.held_on,
    ).exclude(text="")  # fmt: skip
    rows = rows.select_related("note__visit").order_by("-note__visit__held_on", "-pk")
    same_season = rows.filter(note__visit__season=note.visit.season).first()
    row = same_season or rows.first()
    return (row.text, row.note.visit) if row else None


def versions(*, note: Note) -> QuerySet[IssuedVersion]:
    return note.issues.select_related("document", "issued_by").order_by("-number")


def distributions(*, note: Note) -> QuerySet[Distribution]:
    """Who received which version and when they opened it (NOV-38), the newest version first."""
    return note.distributions.select_related("issue", "email", "user").order_by("-issue__number", "pk")


def issue_pending(note: Note) -> IssueRequest | None:
    """The open request to issue, amend or withdraw, while the worker has not finished it."""
    return note.issue_requests.filter(done_at=None, refused_at=None).first()


def last_issue_refused(note: Note) -> IssueRequest | None:
    """The last request, if it came back refused: its `problem` says why."""
    last = note.issue_requests.order_by("-asked_at", "-pk").first()
    return last if last and last.refused_at else None


def history(*, note: Note) -> QuerySet[AuditEvent]:
    """What happened to the note and to its visit, newest first."""
    subjects = [audit.subject_of(note), audit.subject_of(note.visit)]
    return AuditEvent.objects.filter(subject__in=subjects).order_by("-at", "-pk")
