"""Filters of registers, in the wording and look of the service's forms, over django-filter."""

import django_filters
from django import forms

from .forms import BaseForm, GovDateField
from .searching import words_begin


class FilterForm(BaseForm):
    """The form of a filter panel; the panel brings its own buttons."""

    submit = ""
    has_small_choices = True


class BaseFilter(django_filters.FilterSet):
    """The base of every register's filter. Declare filters in the order of the panel."""

    class Meta:
        form = FilterForm


class SearchFilter(django_filters.CharFilter):
    """Every word typed must begin a word of a column filled with `wording.searchable`, which needs an index."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label", "Search")
        kwargs.setdefault("max_length", 100)
        # The list answers while one types in a box marked so (static/js/register.js).
        attrs = {"spellcheck": "false", "autocomplete": "off", "data-search": "list"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(*args, **kwargs)

    def filter(self, queryset, value):
        return queryset.filter(words_begin(self.field_name, value or ""))


class ChoicesFilter(django_filters.MultipleChoiceFilter):
    """Tick boxes; any of the ticked will do."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        kwargs.setdefault("distinct", False)
        super().__init__(*args, **kwargs)

    def filter(self, queryset, value):
        return queryset.filter(**{f"{self.field_name}__in": value}) if value else queryset


class OneOfFilter(django_filters.ChoiceFilter):
    """Radios, with "Any" first."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("widget", forms.RadioSelect)
        kwargs.setdefault("empty_label", "Any")
        super().__init__(*args, **kwargs)


class OnRecordFilter(OneOfFilter):
    """Whether a day is on record in `field_name`; the choice `blank` finds the rows without one, any other those with it."""

    def __init__(self, *args, blank: str = "no", **kwargs):
        super().__init__(*args, **kwargs)
        self.blank = blank

    def filter(self, queryset, value):
        return queryset.filter(**{f"{self.field_name}__isnull": value == self.blank}) if value else queryset


class DayFilter(django_filters.Filter):
    """A date in three boxes; with `lookup_expr="gte"` or `"lte"` one end of a span."""

    field_class = GovDateField
