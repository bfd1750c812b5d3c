"""What people type about a change of SIP: who follows when, handing over, getting started, feedback (ACT-15, HND, DEP-17)."""

from datetime import date, timedelta

from django import forms

from partners.familiarisation import GRADES, QUESTIONS
from partners.models import Briefing, Deployment, DeploymentStatus
from sipmanager.core.forms import BaseForm, GovDateField, KeyedForm
from sipmanager.core.wording import counted, day

from .deployments import AskedForm
from .fields import past, reword


class ChangeDaysForm(BaseForm):
    """From when the new SIP works and until when the old one does; asked by GET."""

    submit = "Find SIPs for these days"
    starts_on = GovDateField(label="First day of the new SIP")
    last_on = GovDateField(label="Last day of the SIP now")
    q = forms.CharField(label="Name of the new SIP (optional)", required=False, max_length=100)

    def __init__(self, *args, outgoing: Deployment, overlap: int, **kwargs):
        """`overlap` is for how many days both may be at the school (POL-41)."""
        super().__init__(*args, **kwargs)
        self.outgoing, self.overlap = outgoing, overlap
        started = outgoing.starts_on
        self.fields["last_on"].limit(
            earliest=started, earliest_says=f"the same as or after {day(started)} when the SIP now started"
        )

    def clean(self):
        cleaned = super().clean()
        first, last, fixed = cleaned.get("starts_on"), cleaned.get("last_on"), self.outgoing.ends_on
        if last and self.outgoing.status == DeploymentStatus.ENDING and last != fixed:
            self.add_error("last_on", f"Last day of the SIP now must be {day(fixed)}, which is set already")
        elif first and last and (last - first).days + 1 > self.overlap:
            self.add_error(
                "last_on",
                f"Last day of the SIP now must be {day(first + timedelta(days=self.overlap - 1))} or before: "
                f"a handover may last {counted(self.overlap, 'day')}",
            )
        return cleaned


class ChangeSipForm(AskedForm, KeyedForm):
    """Who follows, and why the SIP changes. The days are carried along."""

    submit = ""

    def __init__(self, *args, candidates=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner"] = forms.ChoiceField(
            label="New SIP", widget=forms.RadioSelect, choices=list(candidates),
            error_messages={"required": "Select the new SIP", "invalid_choice": "Select the new SIP"},
        )  # fmt: skip
        self.fields["reason"] = forms.CharField(
            label="Why the SIP changes", max_length=300, widget=forms.Textarea,
            help_text="It stands on the deployment that ends, and in its letters where your text names it.",
        )  # fmt: skip
        for name in ("starts_on", "last_on"):
            self.fields[name] = GovDateField(label=name, widget=forms.HiddenInput())
        self.order_fields(["partner", "reason", *(f"reason_{rule}" for rule in self.asked)])
        reword(self)


class HandingOverForm(BaseForm):
    """What of a handover has been done (HND-1, HND-3)."""

    submit = "Save"

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["hard_copy_on"] = past("Hard copy sent on (optional)", on, required=False)
        self.fields["briefing"] = forms.ChoiceField(
            label="How the new SIP was briefed (optional)", required=False, widget=forms.RadioSelect,
            choices=[*Briefing.choices, ("", "Not yet")],
        )  # fmt: skip
        self.fields["briefed_on"] = past("Date of the briefing (optional)", on, required=False)
        self.fields["joint_visit_on"] = GovDateField(
            label="First visit made together (optional)", required=False, help_text="It may still be to come."
        )
        self.fields["remarks"] = forms.CharField(
            label="Key issues for the new SIP (optional)", required=False, max_length=3000, widget=forms.Textarea,
            help_text="Both SIPs and the authority read it; the school does not.",
        )  # fmt: skip
        reword(self)

    def clean(self):
        cleaned = super().clean()
        if bool(cleaned.get("briefing")) != bool(cleaned.get("briefed_on")) and "briefed_on" not in self.errors:
            missing = "briefed_on" if cleaned.get("briefing") else "briefing"
            self.add_error(missing, "Enter both how the new SIP was briefed and when")
        return cleaned


class TickForm(BaseForm):
    """An item of the list was done."""

    submit = "Tick off"

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["done_on"] = past("Date it was done", on)
        self.fields["note"] = forms.CharField(label="Note (optional)", required=False, max_length=300)
        reword(self)


class LeavingFeedbackForm(BaseForm):
    """The school's word on the SIP who leaves (DEP-17)."""

    submit = "Send to the SIP manager"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for key, says in QUESTIONS.items():
            self.fields[key] = forms.TypedChoiceField(
                label=says, coerce=int, choices=list(GRADES.items()), widget=forms.RadioSelect,
                error_messages={"required": f"Select how far you agree: {says[:1].lower()}{says[1:]}"},
            )  # fmt: skip
        self.fields["comment"] = forms.CharField(
            label="In a sentence or two (optional)", required=False, max_length=1000, widget=forms.Textarea
        )
        self.fields["fuller"] = forms.CharField(
            label="Anything more that you would like to say (optional)", required=False, max_length=10000,
            widget=forms.Textarea(attrs={"rows": 8}),
        )  # fmt: skip
        reword(self)

    def answers(self) -> dict[str, int]:
        return {key: self.cleaned_data[key] for key in QUESTIONS}


class EvaluationForm(BaseForm):
    """What the SIP manager makes of it. `seen` is the answer that was read."""

    submit = "Save the evaluation"
    evaluation = forms.CharField(
        label="Your evaluation", max_length=4000, widget=forms.Textarea,
        help_text="It is kept with the feedback. The SIP reads both only if you share them.",
    )  # fmt: skip
    seen = forms.CharField(widget=forms.HiddenInput(), max_length=40)
