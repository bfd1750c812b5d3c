"""The form of a group of columns of a school, made from `columns.GROUPS`."""

from datetime import date
from typing import Any

from django import forms

from accounts.models import Diocese
from sipmanager.core.forms import BaseForm, CodeField, KeyedForm, word

from ..columns import Column, Group
from ..facts import GOVERNANCE_NAMES, PHASE_NAMES, choices
from ..models import School
from ..selectors import stages_of
from ..stages import STAGE_NAMES
from .record import day_until

NARROW = {"class": "govuk-input--width-4"}
CODES = frozenset({"establishment_number", "ukprn"})
NUMBERS = {"low_age": 25, "high_age": 25, "pupils": 9999, "capacity": 9999}
REQUIRED = frozenset({"name"})
SHORT = 20  # letters that a narrow box holds


def field_for(column: Column) -> forms.Field:
    """The question about one column, in the size of its column."""
    name, label = column.name, column.label
    if name == "governance":
        return forms.ChoiceField(label=label, choices=choices(GOVERNANCE_NAMES))
    if name == "phase":
        return forms.ChoiceField(label=label, choices=choices(PHASE_NAMES))
    if name == "stages":
        box = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(label=label, choices=choices(STAGE_NAMES), required=False, widget=box)
    if name == "diocese_id":
        return forms.TypedChoiceField(label=f"{label} (optional)", required=False, coerce=int, empty_value=None)
    if name in NUMBERS:
        box = forms.NumberInput(attrs=NARROW)
        return forms.IntegerField(
            label=f"{label} (optional)", required=False, min_value=0, max_value=NUMBERS[name], widget=box
        )
    kind = CodeField if name in CODES else forms.CharField
    is_required = name in REQUIRED
    longest = School._meta.get_field(name).max_length
    box = forms.TextInput(attrs={"class": "govuk-input--width-10"} if longest <= SHORT else {})
    says = label if is_required else f"{label} (optional)"
    return kind(label=says, required=is_required, max_length=longest, widget=box)


def held_by(school: School, columns: tuple[Column, ...]) -> dict[str, Any]:
    """What the form starts from."""
    return {column.name: stages_of(school) if column.name == "stages" else getattr(school, column.name) for column in columns}


class GroupFields(forms.Form):
    """The columns of one group."""

    columns: tuple[Column, ...] = ()

    def ask(self, columns: tuple[Column, ...]) -> None:
        self.columns = columns
        for column in columns:
            self.fields[column.name] = field_for(column)
            word(self.fields[column.name], column.name)
        if "diocese_id" in self.fields:
            rows = Diocese.objects.order_by("name", "pk").values_list("pk", "name")
            self.fields["diocese_id"].choices = [("", "None"), *rows]

    def values(self) -> dict[str, Any]:
        """What was typed, by column."""
        return {column.name: self.cleaned_data[column.name] for column in self.columns}


class ColumnsForm(GroupFields, BaseForm):
    """An officer changes what is known."""

    submit = "Save the changes"

    def __init__(self, *args, group: Group, on: date, school: School, **kwargs):
        super().__init__(*args, initial=held_by(school, group.columns), **kwargs)
        self.ask(group.columns)
        if any(column.fact for column in group.columns):
            label = "Date of change"
            self.fields["on"] = day_until(on, label=label, required=False, initial=on)
            self.fields["on"].help_text = "From which day a new name, type or phase holds. For example, 27 9 2009"


class SuggestForm(GroupFields, KeyedForm):
    """A head or chair says what is wrong."""

    submit = "Send the suggestion"

    def __init__(self, *args, group: Group | None, school: School, **kwargs):
        columns = group.by_school if group else ()
        super().__init__(*args, initial=held_by(school, columns), **kwargs)
        self.ask(columns)
        label = "What is wrong and how do you know? (optional)" if group else "What should be put right?"
        self.fields["says"] = forms.CharField(
            label=label, required=group is None, max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
            error_messages={"required": "Enter what should be put right"},
        )  # fmt: skip


class DeclineForm(BaseForm):
    submit = "Leave the record as it is"

    reason = forms.CharField(
        label="Why does the record stay as it is?", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter why the record stays as it is"}, help_text="The school reads it.",
    )  # fmt: skip
