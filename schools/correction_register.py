"""The list of corrections that schools suggest."""

import django_filters
from django import forms

from accounts.permissions import P
from sipmanager.core.filters import BaseFilter, SearchFilter
from sipmanager.core.registers import Register
from sipmanager.core.tables import BaseTable, Column

from .models import Correction, CorrectionState

STATES = [("open", "To decide"), *CorrectionState.choices]


class StateFilter(django_filters.MultipleChoiceFilter):
    """Any of the ticked states."""

    def filter(self, queryset, value):
        if not value:
            return queryset
        return queryset.filter(outcome__in=["" if one == "open" else one for one in value])


class CorrectionFilter(BaseFilter):
    q = SearchFilter(label="School", field_name="school__search_name")
    state = StateFilter(label="State", choices=STATES, widget=forms.CheckboxSelectMultiple)

    class Meta(BaseFilter.Meta):
        model = Correction
        fields: list[str] = []


class CorrectionTable(BaseTable):
    school = Column(verbose_name="School", accessor="school__name")
    group = Column(verbose_name="What", export="title")
    suggested_at = Column(verbose_name="Suggested")
    outcome = Column(verbose_name="State", export=lambda row: row.state_tag.label)

    class Meta(BaseTable.Meta):
        order_by = ("suggested_at",)


class CorrectionRegister(Register):
    """What schools say is wrong in their record, the longest waiting first."""

    permission = P.SCHOOL_EDIT
    noun = ("correction", "corrections")
    heading = "Corrections suggested by schools"
    table_class = CorrectionTable
    row_template = "schools/_correction_row.html"
    filter_class = CorrectionFilter
    defaults = {"state": ["open"]}
    export_name = "corrections"
    empty = "No school has suggested a correction."

    def queryset(self, request):
        return Correction.objects.visible_to(request.viewer, P.SCHOOL_EDIT).select_related("school")

    def context(self, request):
        return {"breadcrumbs": [("My work", "/"), ("Schools", "/schools/")]}
