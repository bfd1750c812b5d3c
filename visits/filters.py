"""The filters of the registers of visits and of notes."""

import django_filters
from django import forms

from accounts.permissions import P
from partners.models import Partner
from sipmanager.core.academic import academic_label
from sipmanager.core.filters import BaseFilter, ChoicesFilter, DayFilter, OneOfFilter, SearchFilter

from .models import SEASONS
from .states import ISSUED, NOTE_STATE_NAMES, VISIT_STATE_NAMES


def choices(names) -> list[tuple[str, str]]:
    return [(state.value, name) for state, name in names.items()]


class ChosenFrom(django_filters.ChoiceFilter):
    """A list to choose one from."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("widget", forms.Select)
        kwargs.setdefault("empty_label", "Any")
        super().__init__(*args, **kwargs)


class VisitingFilter(BaseFilter):
    """What both registers are filtered by. A list of one thing is no filter, and is left out.

    `path` leads from the rows to the visit.
    """

    path = ""

    q = SearchFilter(field_name="school__search_name", label="School")
    status = ChoicesFilter(label="Status")
    season = ChoicesFilter(label="Season", choices=SEASONS)
    year = ChosenFrom(label="School year")
    partner = ChosenFrom(label="SIP", field_name="partner_id")
    authority = ChosenFrom(label="Authority", field_name="authority_id")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = self.queryset.order_by()
        year = f"{self.path}academic_year"
        years = sorted(set(rows.values_list(year, flat=True)), reverse=True)
        partners = Partner.objects.filter(pk__in=rows.values("partner_id")).order_by("full_name", "pk")
        authorities = rows.values_list("authority_id", "authority__name").distinct()
        self.filters["year"].field_name = year
        self.offer("year", [(number, academic_label(number)) for number in years])
        self.offer("partner", list(partners.values_list("pk", "full_name")))
        self.offer("authority", sorted(authorities, key=lambda pair: (pair[1], pair[0])))

    def offer(self, name, pairs):
        if len(pairs) < 2:
            del self.filters[name]
            return
        self.filters[name].extra["choices"] = [(str(value), words) for value, words in pairs]


class VisitFilter(VisitingFilter):
    since = DayFilter(label="On or after", field_name="planned_on", lookup_expr="gte")
    until = DayFilter(label="On or before", field_name="planned_on", lookup_expr="lte")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["status"].extra["choices"] = choices(VISIT_STATE_NAMES)


class NoteFilter(VisitingFilter):
    path = "visit__"

    season = ChoicesFilter(label="Season", field_name="visit__season", choices=SEASONS)
    late = OneOfFilter(label="Deadline", choices=[("late", "Late only")], method="only_late")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Whoever reads issued notes alone is not told of the steps before, so they cannot ask for them either (D-25).
        sees_drafts = self.request.viewer.has(P.NOTE_DRAFT_VIEW)
        names = {state: name for state, name in NOTE_STATE_NAMES.items() if sees_drafts or state in ISSUED}
        self.filters["status"].extra["choices"] = choices(names)
        if self.request.viewer.school_ids:
            del self.filters["status"]

    def only_late(self, notes, name, value):
        return notes.filter(due_on__lt=self.request.viewer.on)
