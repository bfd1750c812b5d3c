"""What people type about deployments, notifications and the conditions of grant."""

from datetime import date

from django import forms

from accounts.access import Viewer
from accounts.models import Authority
from accounts.permissions import P
from sipmanager.core.forms import BaseForm, GovDateField, KeyedForm

from .fields import ENTER_THE_DAY, days_field, past, reword


class FindSchoolForm(BaseForm):
    """Which school needs a SIP, by name or URN; asked by GET."""

    submit = ""
    q = forms.CharField(label="Name or URN of the school", max_length=100)


class PeriodForm(BaseForm):
    """From when to when, and how many days."""

    submit = ""
    starts_on = GovDateField(label="First day")
    ends_on = GovDateField(
        label="Last day (optional)", required=False, help_text="Without one the deployment may run to its last lawful day."
    )
    days = days_field("Days a year (optional)")

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "Last day must be the same as or after the first day")
        return cleaned


class AskedForm(BaseForm):
    """A reason for each rule that is set aside."""

    submit = ""

    def __init__(self, *args, asked=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.asked = [finding.id for finding in asked]
        for finding in asked:
            self.fields[f"reason_{finding.id}"] = forms.CharField(
                label="Reason for going on", help_text=finding.because, max_length=300, widget=forms.Textarea,
                error_messages={"required": "Enter a reason for going on"},
            )  # fmt: skip
        reword(self)

    def reasons(self) -> dict[str, str]:
        """What was said, by rule id."""
        return {rule_id: self.cleaned_data[f"reason_{rule_id}"] for rule_id in self.asked}


class ProposeForm(AskedForm, PeriodForm, KeyedForm):
    """What is proposed, carried along from the check, and the reasons."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("starts_on", "ends_on", "days"):
            self.fields[name].widget = forms.HiddenInput()
        self.fields["why"] = forms.CharField(
            label="Why this SIP (optional)", required=False, max_length=600, widget=forms.Textarea,
            help_text="The school reads it: what the SIP knows of its context, and what speaks for this choice.",
        )  # fmt: skip
        reword(self)


class ReasonForm(BaseForm):
    """A reason in words."""

    submit = ""

    def __init__(self, *args, label: str = "Reason", hint: str = "", is_required: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"] = forms.CharField(
            label=label, max_length=300, widget=forms.Textarea, required=is_required, help_text=hint
        )
        reword(self)


class EndDeploymentForm(ReasonForm):
    """The last day of a deployment, and why it ends."""

    on = GovDateField(label="Last day")


class AgreeForm(BaseForm):
    """The school was asked, and the proposal stands (DEP-5)."""

    submit = ""

    def __init__(self, *args, on: date, asks_for_account: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["consulted_on"] = past("Day on which the school was asked", on)
        self.fields["comment"] = forms.CharField(
            label="What the school said (optional)", required=False, max_length=300, widget=forms.Textarea
        )
        if asks_for_account:
            self.fields["done_about_views"] = forms.CharField(
                label="What was done about the school's views", max_length=600, widget=forms.Textarea,
                help_text="The school reads it. On faith the authority's decision is final.",
            )  # fmt: skip
        reword(self)


class ConsultForm(BaseForm):
    """The school was asked off line, and when."""

    submit = ""

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["consulted_on"] = past("Day on which the school was asked", on)
        reword(self)


class NotifiedForm(BaseForm):
    """The national contractor was told."""

    submit = ""

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sent_on"] = past("Date sent", on)
        self.fields["method"] = forms.CharField(label="How it was sent", max_length=60, help_text="For example, by email.")
        reword(self)


class ConditionsForm(BaseForm):
    """Whose conditions, of which programme, as they stood on which day; asked by GET."""

    submit = "Show the conditions"
    authority = forms.ModelChoiceField(label="Authority", queryset=Authority.objects.none(), empty_label=None)
    # The page has a tab for each.
    phase = forms.ChoiceField(choices=[("primary", "Primary"), ("secondary", "Secondary")], widget=forms.HiddenInput())
    on = GovDateField(label="As at", error_messages={"required": ENTER_THE_DAY})

    def __init__(self, *args, viewer: Viewer, **kwargs):
        super().__init__(*args, **kwargs)
        choices = Authority.objects.visible_to(viewer, P.CONDITIONS_VIEW).order_by("name", "pk")
        self.fields["authority"].queryset = choices
        if len(found := list(choices[:2])) == 1:
            self.fields["authority"].initial = found[0].pk
            self.fields["authority"].widget = forms.HiddenInput()
