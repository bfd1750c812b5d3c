"""What people decide about a deployment that has become unlawful, and who follows a SIP whose three years end (DEP-10, PRE-13)."""

from datetime import date

from django import forms

from partners.models import FlagOutcome, Partner, PlanState
from sipmanager.core.forms import BaseForm, CodeField, GovDateField

from .fields import reword

CURE = "cure"


class DecideFlagForm(BaseForm):
    """What becomes of a flagged deployment. What is not confirmed yet is withdrawn instead of ended."""

    submit = ""
    outcome = forms.ChoiceField(label="What becomes of the deployment", widget=forms.RadioSelect)
    by_on = GovDateField(label="Mended by, if it will be (optional)", required=False)
    on = GovDateField(label="Last day, if you end it (optional)", required=False)
    reason = forms.CharField(label="Why", max_length=300, widget=forms.Textarea)

    def __init__(self, *args, is_confirmed: bool, may_keep: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_confirmed = is_confirmed
        self.fields["outcome"].choices = [
            *([(FlagOutcome.KEPT, "Keep it")] if may_keep else []),
            *([(CURE, "It will be mended by a day, and goes on until then")] if is_confirmed else []),
            (FlagOutcome.ENDED, "End it" if is_confirmed else "Withdraw it"),
        ]
        if not is_confirmed:
            del self.fields["on"], self.fields["by_on"]
        reword(self)

    def clean(self):
        cleaned = super().clean()
        outcome = cleaned.get("outcome")
        if self.is_confirmed and not self.errors:
            if outcome == FlagOutcome.ENDED and not cleaned.get("on"):
                self.add_error("on", "Enter the last day of the deployment")
            if outcome == CURE and not cleaned.get("by_on"):
                self.add_error("by_on", "Enter the day by which it will be mended")
        return cleaned


class SuccessionForm(BaseForm):
    """Who follows, by when, and how far that has come (REP-4)."""

    submit = "Save the plan"
    state = forms.ChoiceField(label="Where it stands", choices=PlanState.choices, widget=forms.RadioSelect)
    follower = CodeField(
        label="Reference of the SIP who follows (optional)", required=False, max_length=20, help_text="For example, P000123"
    )
    settle_by = GovDateField(label="To be settled by")
    notes = forms.CharField(label="Notes (optional)", required=False, max_length=500, widget=forms.Textarea)

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["settle_by"].limit(earliest=on, earliest_says="today or in the future")
        reword(self)

    def clean_follower(self):
        reference = self.cleaned_data["follower"]
        if not reference:
            return None
        partner = Partner.objects.filter(reference=reference).first()
        if partner is None:
            raise forms.ValidationError(f"There is no SIP with the reference {reference} on the register", code="unknown")
        return partner

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("state") == PlanState.AGREED and not cleaned.get("follower") and not self.errors:
            self.add_error("follower", "Enter the SIP who follows, or say that somebody is still asked")
        return cleaned
