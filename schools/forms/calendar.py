"""Forms about the school year and the start of a programme."""

from django import forms

from sipmanager.core.academic import Season
from sipmanager.core.forms import BaseForm, GovDateField, KeyedForm

SEASONS = [(season.value, season.value.capitalize()) for season in Season]
MOST_TERMS = 8


class SpanFields(forms.Form):
    """First and last day."""

    starts_on = GovDateField(label="First day")
    ends_on = GovDateField(label="Last day")


class TermForm(SpanFields, BaseForm):
    submit = "Save the term"
    inline = ("season",)

    number = forms.IntegerField(label="Number of the term", min_value=1, max_value=MOST_TERMS)
    season = forms.ChoiceField(
        label="Season", choices=SEASONS, widget=forms.RadioSelect, help_text="Notes of visit are written by season."
    )

    field_order = ("number", "season", "starts_on", "ends_on")


class ClosureForm(SpanFields, KeyedForm):
    submit = "Add the closure"

    name = forms.CharField(label="What it is", max_length=100, help_text="For example, staff training day")

    field_order = ("name", "starts_on", "ends_on")


class ProgrammeStartForm(BaseForm):
    submit = "Save"

    letter_on = GovDateField(label="Date of the grant letter (optional)", required=False)
    coverage_by = GovDateField(
        label="Every school has a SIP by",
        help_text="Where the letter names a month, enter its last day. For example, 30 9 2005",
    )
