"""What people type to change many schools at once."""

from django import forms

from sipmanager.core.forms import BaseForm, GovDateField, KeyedForm, word

from ..actions.bulk_fields import FIELDS, NO, YES, BulkField
from ..models import School


class BulkWhatForm(BaseForm):
    """What is to change."""

    submit = "Go on"

    what = forms.ChoiceField(
        label="What do you want to change?", widget=forms.RadioSelect,
        choices=[(field.key, field.label) for field in FIELDS.values()],
    )  # fmt: skip


class BulkValueForm(BaseForm):
    """The new value, and from which day where the fact is dated."""

    submit = "See what it would do"

    def __init__(self, *args, field: BulkField, on, categories=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.on = on
        choices = {
            "category": [*((name, name.capitalize()) for name in categories), ("none", "No category")],
            "scope": [(YES, "SIPs serve them"), (NO, "They are outside the programme")],
        }.get(field.key)
        if choices:
            self.fields["value"] = forms.ChoiceField(label=field.label, widget=forms.RadioSelect, choices=choices)
        else:
            longest = School._meta.get_field(field.column).max_length
            hint = "Leave it blank to clear it."
            self.fields["value"] = forms.CharField(label=field.label, required=False, max_length=longest, help_text=hint)
        if field.is_dated:
            self.fields["starts_on"] = GovDateField(label="Date of change", latest=on, latest_says="today or in the past")
        for name, given in self.fields.items():
            word(given, name)

    def clean_value(self):
        given = self.cleaned_data["value"].strip()
        return "" if given == "none" else given


class ConfirmBulkForm(KeyedForm):
    """The one confirmation."""

    submit = ""
