"""Visits held as planned and what their notes cover, for the condition that SIPs work to the brief (COG-C, D-19).

Registered with `partners.selectors`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from accounts.models import Authority
from partners.conditions import Evidence, Shortfall
from schools.models import Specialism
from sipmanager.core.academic import academic_year
from sipmanager.core.wording import day, in_sentence, listed

from ..models import Note, NoteSection, Visit
from ..note_templates import TAGS, TEMPLATES
from ..states import NoteState, VisitState

NONE_PLANNED = "No visit is planned for the school year so far."
NO_HTPM = "Advice to governors on the head's performance management (HTPM) is not recorded."
SPECIALISM = "specialism"


def visits_done(*, authority: Authority, programme: str, on: date, school_ids: Collection[int], **_: Any) -> Evidence:
    """Visits of the school year up to a day: planned, held, still open; and what the notes issued of them cover. Five queries.

    What a year's notes must cover between them is owed on its last day. Whether governors were advised on the head's
    performance management is on no record, so that nobody can call it done.
    """
    off = (VisitState.CANCELLED, VisitState.RESCHEDULED)
    of_year = Visit.objects.filter(
        school__in=school_ids, academic_year=academic_year(on), voided_on=None, planned_on__lte=on
    ).exclude(status__in=off)
    held = Q(held_on__lte=on)
    issued = Q(note__distributed_on__lte=on) & ~Q(note__status=NoteState.WITHDRAWN)
    figures = of_year.aggregate(
        planned=Count("pk"), held=Count("pk", filter=held), notes=Count("note", filter=held & issued)
    )  # fmt: skip
    notes = Note.objects.filter(visit__in=of_year.filter(held).values("pk"), distributed_on__lte=on)
    notes = notes.exclude(status=NoteState.WITHDRAWN)
    uncovered = _uncovered(of_year, notes, on)
    is_over = on == date(academic_year(on) + 1, 8, 31)
    unheld = of_year.filter(planned_on__lt=on).exclude(held).select_related("school").order_by("planned_on", "pk")
    shortfalls = tuple(
        Shortfall(
            f"visit:{visit.pk}",
            f"The {visit.get_season_display().lower()} visit to {visit.school.name}, planned for {day(visit.planned_on)}, "
            "has not been held.",
            reverse("visits:visit-detail", args=[visit.pk]),
        )
        for visit in unheld
    )
    return Evidence(
        {
            "visits_planned": figures["planned"],
            "visits_held": figures["held"],
            "visits_open": len(shortfalls),
            "notes_issued": figures["notes"],
            "notes_to_cover": len(uncovered),
        },
        shortfalls + (tuple(uncovered) if is_over else ()),
        (NO_HTPM,) if figures["planned"] else (NONE_PLANNED, NO_HTPM),
    )


def _uncovered(visits: QuerySet, notes: QuerySet, on: date) -> list[Shortfall]:
    """The schools visited whose notes do not cover yet what a year's notes must (NOV-8, NOV-9, NOV-10)."""
    covered: dict[int, set[str]] = defaultdict(set)
    written = NoteSection.objects.filter(note__in=notes.values("pk")).exclude(text="")
    for school_id, template_key, key in written.values_list("note__school_id", "note__template_key", "key"):
        covered[school_id] |= _tags(template_key, key)
    schools = list(
        visits.order_by("school__name", "school_id").values_list("school_id", "school__urn", "school__name").distinct()
    )
    specialist = set(
        Specialism.objects.running(on).filter(school__in=[pk for pk, *_ in schools]).values_list("school_id", flat=True)
    )
    return [
        Shortfall(f"school:{urn}", f"The notes of the school year at {name} do not cover {_said(lacking)}.")
        for pk, urn, name in schools
        if (lacking := (set(TAGS) if pk in specialist else set(TAGS) - {SPECIALISM}) - covered[pk])
    ]


def _tags(template_key: str, key: str) -> set[str]:
    template = TEMPLATES.get(template_key)
    return {tag for section in template.sections if section.key == key for tag in section.tags} if template else set()


def _said(tags: Iterable[str]) -> str:
    return listed([in_sentence(TAGS[tag]) for tag in TAGS if tag in tags])
