"""Writing the draft: section by section, each save against the version its writer saw (D-26, D-27)."""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from accounts.models import User
from sipmanager.core import audit
from sipmanager.core.workflow import MoveRefused, OutOfDate

from ..models import MeantRemark, Note, NoteSection, Outcome, Recommendation, RecommendationReview, Visit
from ..selectors import remarks, stamps, template_of
from ..states import EDITABLE

NOT_BEING_WRITTEN = "The note is no longer being drafted. Your text has not been saved; keep a copy of it."
MOST_LETTERS = 100_000


class Conflict(OutOfDate):
    """Somebody saved this section after the writer had opened it; nothing was written (D-26).

    `stored` is the section as it stands, with who saved it and when; `text` and `figures` are the writer's own.
    """

    def __init__(self, stored: NoteSection, text: str, figures: Mapping[str, Any] | None):
        who = stored.edited_by.full_name if stored.edited_by else "Somebody"
        super().__init__([f"{who} saved this section while you were writing. Both texts are shown; nothing is lost."])
        self.stored = stored
        self.text = text
        self.figures = dict(figures or {})


class RowConflict(OutOfDate):
    """A recommendation, or what became of one, was saved elsewhere after the writer had opened it (D-26).

    `stored` is the row as it stands. Nothing was written.
    """

    def __init__(self, stored: Recommendation | RecommendationReview):
        super().__init__(["This was saved in another window while you were writing. Both texts are shown; nothing is lost."])
        self.stored = stored


OF_A_RECOMMENDATION = ("text", "owner_role", "due_on", "success_measure")
OF_A_REVIEW = ("outcome", "impact")


def seen_as(row: Recommendation | RecommendationReview) -> str:
    """What a row is known by as it reads: a form that brings it back was opened on this text and no other."""
    fields = OF_A_RECOMMENDATION if isinstance(row, Recommendation) else OF_A_REVIEW
    return sha256("\0".join(str(getattr(row, name)) for name in fields).encode()).hexdigest()[:32]


def _save_row(row: Recommendation | RecommendationReview, seen: str | None, values: dict[str, Any], **more: Any) -> bool:
    """Save a row of the draft against what its writer saw; says whether anything changed. `seen` of `None` asks nothing."""
    stored = type(row).objects.get(pk=row.pk)
    if all(getattr(stored, name) == value for name, value in values.items()):
        return False
    if seen is not None and seen != seen_as(stored):
        raise RowConflict(stored)
    type(row).objects.filter(pk=row.pk).update(**values, **more)
    return True


def save_section(
    *,
    note: Note,
    key: str,
    text: str,
    version: int,
    by: User | None,
    at: datetime,
    figures: Mapping[str, Any] | None = None,
) -> NoteSection:
    """Save one section and return it with its new version; `figures` of `None` keeps those there.

    Raises `Conflict` if the section is not at `version` any more and holds something else; a save of what is there
    already changes nothing. Raises `MoveRefused` if the note is not being drafted or has no such section.
    """
    text = text.replace("\r\n", "\n").replace("\x00", "")
    if len(text) > MOST_LETTERS:
        raise MoveRefused([f"The section must be {MOST_LETTERS:,} characters or less"])
    section = NoteSection.objects.select_related("edited_by").filter(note=note, key=key).first()
    if section is None:
        raise MoveRefused(["The note has no such section"])
    given = section.figures if figures is None else cleaned(note, key, figures)
    if section.text == text and section.figures == given:
        return section
    try:
        section = _write(note, section, text, given, version, by, at)
    except Conflict as conflict:
        # The script's save and the button's cross on their way: what the first one stored is what the second one holds.
        if (conflict.stored.text, conflict.stored.figures) == (text, given):
            return conflict.stored
        raise
    note.content_version += 1
    return section


def _write(
    note: Note, section: NoteSection, text: str, figures: dict, version: int, by: User | None, at: datetime
) -> NoteSection:
    """Compare and set one section; nothing is written if it has moved on."""
    with transaction.atomic():
        raise_content_version(note)
        won = NoteSection.objects.filter(pk=section.pk, version=version).update(
            text=text, figures=figures, version=F("version") + 1, edited_at=at, edited_by=by
        )
        if not won:
            stored = NoteSection.objects.select_related("edited_by").get(pk=section.pk)
            raise Conflict(stored, text, figures)
        section.refresh_from_db()
        audit.record(what="note.write", subject=note, by=by, at=at, section=section.key, version=section.version)
    return section


def cleaned(note: Note, key: str, figures: Mapping[str, Any]) -> dict[str, Any]:
    """The figures that the template asks for, as text, blanks left out; anything else that was posted is dropped."""
    asked = [figure.key for figure in template_of(note=note).section(key).figures]
    values = {name: str(figures[name]).strip() for name in asked if figures.get(name) is not None}
    return {name: value[:200] for name, value in values.items() if value}


def raise_content_version(note: Note, version: int | None = None) -> None:
    """Claim the draft for one change (D-26). Always first in the transaction, so that changes queue up in one order.

    Raises `MoveRefused` if the note is not being drafted, `OutOfDate` if it is not at `version`.
    """
    if Visit.objects.filter(pk=note.visit_id, voided_on__isnull=False).exists():
        raise MoveRefused([NOT_BEING_WRITTEN])
    # The note's own columns alone: PostgreSQL does not look again at what a join said once it has waited for the row.
    rows = Note.objects.filter(pk=note.pk, status__in=sorted(EDITABLE))
    if version is not None:
        rows = rows.filter(content_version=version)
    if rows.update(content_version=F("content_version") + 1):
        return
    if version is not None and Note.objects.filter(pk=note.pk, status__in=sorted(EDITABLE)).exists():
        raise OutOfDate(["Somebody changed the note while you were reading it. Look at it again before you go on."])
    raise MoveRefused([NOT_BEING_WRITTEN])


def add_recommendation(
    *, note: Note, text: str, by: User | None, at: datetime, owner_role: str = "", due_on: date | None = None,
    success_measure: str = "",
) -> Recommendation:  # fmt: skip
    """Add a recommendation; more than four earn a remark, never a refusal (NOV-27)."""
    _must_say(text, "Enter the recommendation")
    with transaction.atomic():
        raise_content_version(note)
        last = note.recommendations.aggregate(last=Max("position"))["last"] or 0
        row = Recommendation.objects.create(
            note=note, position=last + 1, text=text.strip(), owner_role=owner_role.strip()[:100], due_on=due_on,
            success_measure=success_measure.strip()[:500], made_at=at,
        )  # fmt: skip
        audit.record(what="note.recommend", subject=note, by=by, at=at, recommendation=row.pk)
    note.content_version += 1
    return row


def change_recommendation(
    *, recommendation: Recommendation, text: str, by: User | None, at: datetime, owner_role: str = "",
    due_on: date | None = None, success_measure: str = "", version: int | None = None, seen: str | None = None,
) -> Recommendation:  # fmt: skip
    """Change a recommendation. `version` is the note's content version the writer saw; `OutOfDate` if it moved on.

    `seen` is what the recommendation was known by (`seen_as`); `RowConflict` if another window has changed it.
    """
    _must_say(text, "Enter the recommendation")
    note = recommendation.note
    with transaction.atomic():
        raise_content_version(note, version)
        values = {
            "text": text.strip(), "owner_role": owner_role.strip()[:100], "due_on": due_on,
            "success_measure": success_measure.strip()[:500],
        }  # fmt: skip
        if _save_row(recommendation, seen, values):
            audit.record(what="note.change_recommendation", subject=note, by=by, at=at, recommendation=recommendation.pk)
        recommendation.refresh_from_db()
    return recommendation


def withdraw_recommendation(*, recommendation: Recommendation, by: User | None, at: datetime) -> Recommendation:
    """Take a recommendation out of the draft; the row stays."""
    note = recommendation.note
    with transaction.atomic():
        raise_content_version(note)
        Recommendation.objects.filter(pk=recommendation.pk, withdrawn_at=None).update(withdrawn_at=at)
        recommendation.refresh_from_db()
        audit.record(what="note.withdraw_recommendation", subject=note, by=by, at=at, recommendation=recommendation.pk)
    return recommendation


def review_recommendation(
    *, review: RecommendationReview, outcome: str, by: User | None, at: datetime, impact: str = "", seen: str | None = None
) -> RecommendationReview:  # fmt: skip
    """Say what became of an earlier recommendation (NOV-28). A blank outcome takes the word back.

    `seen` as with a recommendation; `RowConflict` if another window has said something else.
    """
    if outcome and outcome not in Outcome.values:
        raise MoveRefused(["Choose what became of the recommendation"])
    note = review.note
    with transaction.atomic():
        raise_content_version(note)
        values = {"outcome": outcome, "impact": impact.strip().replace("\r\n", "\n")}
        if _save_row(review, seen, values, reviewed_at=at if outcome else None):
            audit.record(
                what="note.review", subject=note, by=by, at=at, recommendation=review.recommendation_id, outcome=outcome
            )
        review.refresh_from_db()
    return review


def mean_remark(*, note: Note, key: str, token: str, by: User | None, at: datetime) -> bool:
    """Keep that the writer stands by a remark of the checker on a part of the draft as it reads now.

    Returns whether there is such a remark still. Raises `MoveRefused` if the note is not being drafted.
    """
    with transaction.atomic():
        raise_content_version(note)
        open_ones = [one for one in remarks(note=note) if one.section == key and one.token == token and one.may_be_meant]
        if not open_ones or open_ones[0].is_meant:
            return bool(open_ones)
        MeantRemark.objects.create(note=note, key=key, stamp=stamps(note=note)[key], remark=token, by=by, at=at)
        audit.record(what="note.mean", subject=note, by=by, at=at, section=key, rule=open_ones[0].id)
    return True


def save_and_mean(*, note: Note, key: str, token: str, by: User | None, at: datetime, **text: Any) -> bool:
    """Save a section and stand by a remark on it, together: what is meant is the text that is saved."""
    with transaction.atomic():
        save_section(note=note, key=key, by=by, at=at, **text)
        return mean_remark(note=note, key=key, token=token, by=by, at=at)


def mark_disagreement_likely(*, note: Note, is_likely: bool, by: User | None, at: datetime) -> Note:
    """Say whether the head is likely to disagree; where heads read first, a senior adviser then reads before (NOV-34)."""
    if note.is_disagreement_likely == is_likely:
        return note
    with transaction.atomic():
        raise_content_version(note)
        Note.objects.filter(pk=note.pk).update(is_disagreement_likely=is_likely)
        audit.record(what="note.disagreement", subject=note, by=by, at=at, is_likely=is_likely)
    note.refresh_from_db()
    return note


def _must_say(text: str, otherwise: str) -> None:
    if not text.strip():
        raise MoveRefused([otherwise])
