"""Visits held as planned, for the condition that SIPs work to the brief; registered with `partners.selectors` (COG-C, D-19)."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from accounts.models import Authority
from partners.conditions import Evidence, Shortfall
from sipmanager.core.academic import academic_year
from sipmanager.core.wording import day

from ..models import Note, Visit
from ..states import VisitState

NONE_PLANNED = "No visit is planned for the school year so far."


def visits_done(*, authority: Authority, programme: str, on: date, school_ids: Collection[int], **_: Any) -> Evidence:
    """Visits of the school year up to a day: planned, held, still open; and the notes issued of those held. Three queries."""
    off = (VisitState.CANCELLED, VisitState.RESCHEDULED)
    of_year = Visit.objects.filter(
        school__in=school_ids, academic_year=academic_year(on), voided_on=None, planned_on__lte=on
    ).exclude(status__in=off)
    held = Q(held_on__lte=on)
    figures = of_year.aggregate(planned=Count("pk"), held=Count("pk", filter=held))
    notes = Note.objects.filter(visit__in=of_year.filter(held).values("pk"), distributed_on__lte=on).count()
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
            "notes_issued": notes,
        },
        shortfalls,
        () if figures["planned"] else (NONE_PLANNED,),
    )
