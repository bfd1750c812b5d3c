"""Settling what a change in the national register asks."""

from django import forms

from sipmanager.core.forms import KeyedForm
from sipmanager.core.wording import has_substance

from ..models import TaskOutcome


class SettleForm(KeyedForm):
    submit = "Settle it"

    outcome = forms.ChoiceField(
        label="What became of it?",
        choices=[choice for choice in TaskOutcome.choices if choice[0] != TaskOutcome.OVERTAKEN],
        widget=forms.RadioSelect,
        error_messages={"required": "Select what became of it"},
    )
    note = forms.CharField(
        label="Note (optional if it is done)",
        required=False,
        max_length=500,
        widget=forms.Textarea,
        help_text="What you did, or why nothing had to be done.",
    )

    def clean(self):
        """Whoever did nothing says why; the action asks the same of every way in."""
        given = super().clean()
        said = has_substance(given.get("note", ""))
        if given.get("outcome") not in (None, TaskOutcome.DONE) and not said and "note" not in self.errors:
            self.add_error("note", "Say why, in a few words")
        return given
