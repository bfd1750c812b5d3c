"""What people type about pre-deployment checks and their evidence."""

from datetime import date

from django import forms

from partners.models import Check, CheckKind, IndemnitySource
from sipmanager.core.forms import BaseForm, GovDateField, KeyedForm

from .fields import KeptFileField, past, reword

ENDS_FIRST = "Runs out on must be the same as or after the day of the check"


class DatesForm(forms.Form):
    """The day of a check and the day on which it runs out, the one not after the other."""

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("checked_on"), cleaned.get("expires_on")
        if first and last and last < first:
            self.add_error("expires_on", ENDS_FIRST)
        return cleaned

    def ask_dates(self, on: date, label: str) -> None:
        self.fields["checked_on"] = past(label, on)
        self.fields["expires_on"] = GovDateField(label="Runs out on (optional)", required=False)

    def ask_insurer(self) -> None:
        """Who insures the SIP (PRE-5)."""
        self.fields["source"] = forms.ChoiceField(
            label="Who insures the SIP? (optional)", choices=IndemnitySource.choices, widget=forms.RadioSelect, required=False
        )
        self.fields["insurer"] = forms.CharField(label="Insurer (optional)", max_length=150, required=False)


class CheckForm(DatesForm, KeyedForm):
    """A pre-deployment check that was made (section 8)."""

    submit = "Record the check"
    kind = forms.ChoiceField(label="Check", choices=CheckKind.choices, widget=forms.RadioSelect)

    def __init__(self, *args, on: date, kind: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.ask_dates(on, "Date of the check")
        if kind:
            self.fields["kind"].widget, self.fields["kind"].initial = forms.HiddenInput(), kind
        if kind in {"", CheckKind.INDEMNITY}:
            self.ask_insurer()
        self.fields["evidence"] = forms.CharField(
            label="What was seen (optional)", required=False, max_length=300,
            help_text="For example the certificate's number. Do not copy what it says.",
        )  # fmt: skip
        self.fields["file"] = KeptFileField(label="File (optional)", required=False)
        self.fields["is_not_applicable"] = forms.BooleanField(label="The check does not apply to this SIP", required=False)
        reword(self)


class HandInForm(DatesForm, KeyedForm):
    """Evidence of one's own check, by the SIP."""

    submit = "Hand it in"

    def __init__(self, *args, on: date, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        is_acceptance = kind == CheckKind.CONFIDENTIALITY
        if is_acceptance:
            self.fields["accepts"] = forms.BooleanField(
                label="I keep in confidence what I learn of schools, pupils and staff", required=False
            )
        self.ask_dates(on, "Date on the paper" if not is_acceptance else "Date accepted")
        if kind == CheckKind.INDEMNITY:
            self.ask_insurer()
        self.fields["evidence"] = forms.CharField(
            label="Number or name (optional)",
            required=False,
            max_length=300,
            help_text="For example the certificate's number.",
        )
        self.fields["file"] = KeptFileField(required=not is_acceptance, label="File (optional)" if is_acceptance else "File")
        if is_acceptance:
            self.fields["checked_on"].initial = on
            del self.fields["expires_on"]
        reword(self)

    def clean(self):
        cleaned = super().clean()
        if "accepts" in self.fields and not self.errors and not cleaned.get("accepts") and not cleaned.get("file"):
            self.add_error("accepts", "Select that you keep it in confidence, or select a file that says so")
        return cleaned


class EvidenceForm(KeyedForm):
    """One more file."""

    submit = "Add the file"
    file = KeptFileField()
    says = forms.CharField(label="What does it show? (optional)", max_length=300, required=False)


class VerifyForm(DatesForm, BaseForm):
    """The days of a check as the evidence says them."""

    submit = ""

    def __init__(self, *args, on: date, check: Check, **kwargs):
        kwargs.setdefault("initial", {"checked_on": check.checked_on, "expires_on": check.expires_on})
        super().__init__(*args, **kwargs)
        self.ask_dates(on, "Date of the check")
        reword(self)
