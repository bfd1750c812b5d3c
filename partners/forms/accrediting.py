"""What people type about applications, claims, discussions and removal cases."""

from datetime import date

from django import forms

from accounts.access import Viewer
from accounts.models import Authority
from accounts.permissions import P
from partners.models import ConductItem, Criterion, Engagement
from partners.removal import BODIES
from partners.selectors import unasked
from sipmanager.core.forms import BaseForm, GovDateField, KeyedForm, NameField

from .fields import KeptFileField, SchoolField, past, reword
from .sips import SECTORS

YES_NO = [("yes", "Yes"), ("no", "No")]
NOT_YET = "Leave it blank if it has not happened yet."


def long_text(label: str, *, required: bool = True, most: int = 4000, **kwargs) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=most, widget=forms.Textarea, **kwargs)


# -------------------------------------------------------------------------------------------------------- applications


class ApplicationForm(KeyedForm):
    """Stage 1: an application for a sector."""

    submit = "Record the application"
    sector = forms.ChoiceField(label="Sector", choices=SECTORS, widget=forms.RadioSelect)

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["applied_on"] = past("Date of the application", on)
        reword(self)


class RefereeForm(KeyedForm):
    """A reference that was asked for."""

    submit = "Add the reference"
    full_name = NameField(label="Name of the referee")

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["requested_on"] = past("Date asked for", on)
        reword(self)


class NothingForm(BaseForm):
    """Nothing is asked but the button."""

    submit = ""


class OnDayForm(BaseForm):
    """The day on which something happened."""

    submit = ""

    def __init__(self, *args, label: str, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"] = past(label, on)
        reword(self)


class SittingForm(KeyedForm):
    """One sitting of an assessment and its result (ACC-5)."""

    submit = ""
    inline = ("result",)
    result = forms.ChoiceField(label="Result", choices=[("pass", "Passed"), ("fail", "Failed")], widget=forms.RadioSelect)

    def __init__(self, *args, on: date, makes_award: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["taken_on"] = past("First day of the assessment", on)
        self.fields["result_on"] = past("Date of the result", on)
        self.fields["notified_on"] = past("Date on which the person was told (optional)", on, required=False)
        if makes_award:
            self.fields["reference"] = forms.CharField(
                label="Reference of the accreditation (optional)", required=False, max_length=40,
                help_text="For a pass. Leave it blank and one is made.",
            )  # fmt: skip
        reword(self)


# -------------------------------------------------------------------------------------------------------------- claims


class ClaimForm(KeyedForm):
    """What is wrong in the record (ACC-13, ACC-14)."""

    submit = "Make the claim"
    says = long_text("What is wrong in the record", help_text="The periods of practice and their evidence come next.")

    def __init__(self, *args, authorities=None, **kwargs):
        super().__init__(*args, **kwargs)
        if authorities is not None:
            field = forms.ModelChoiceField(label="Authority", queryset=authorities, empty_label=None)
            if len(found := list(authorities[:2])) == 1:
                field.initial, field.widget = found[0].pk, forms.HiddenInput()
            self.fields["authority"] = field
        reword(self)


def claiming_authorities(viewer: Viewer):
    """The authorities for which somebody may claim on behalf of a SIP."""
    return Authority.objects.visible_to(viewer, P.ACCREDITATION_CLAIM).order_by("name", "pk")


class PracticeForm(KeyedForm):
    """A period of practice that the record lacks, and what proves it."""

    submit = "Add the period"
    place = forms.CharField(label="School or authority", max_length=200)
    school = SchoolField(label="URN of the school (optional)", required=False)
    sector = forms.ChoiceField(label="Sector", choices=SECTORS, widget=forms.RadioSelect)
    evidence = long_text(
        "What proves it",
        most=500,
        help_text="For example, a contract or a letter of appointment. Files come next.",
    )

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["starts_on"] = past("First day", on)
        self.fields["ends_on"] = past("Last day", on, help_text="Today, if the work goes on. For example, 27 9 2009")
        self.order_fields(["form_key", "place", "school", "sector", "starts_on", "ends_on", "evidence"])
        reword(self)

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "Last day must be the same as or after the first day")
        return cleaned


class ClaimFileForm(KeyedForm):
    """A file of evidence."""

    submit = "Add the file"
    file = KeptFileField()
    says = forms.CharField(label="What it shows (optional)", required=False, max_length=300)


class DecisionForm(BaseForm):
    """The reasons of a decision."""

    submit = ""

    def __init__(self, *args, label: str = "Reasons", hint: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"] = long_text(label, help_text=hint)
        reword(self)


class ClockForm(KeyedForm):
    """How the lapse clock runs from a day to come on (ACC-9)."""

    submit = "Set the clock"
    clock = forms.ChoiceField(
        label="How the clock runs", widget=forms.RadioSelect,
        choices=[("person", "One clock for the person"), ("sector", "A clock for each sector")],
    )  # fmt: skip
    hints = {
        "clock": {
            "person": "Practice in any sector keeps every sector.",
            "sector": "Practice in a sector keeps that sector alone.",
        }
    }
    starts_on = GovDateField(label="From", help_text="A day in the future. For example, 27 9 2010")
    reason = long_text("Why", most=500)


# ------------------------------------------------------------------------------------------------------------ removals


class WhereForm(forms.Form):
    """The engagement of a SIP within which a concern arose; hidden where there is only one."""

    def offer_engagements(self, viewer: Viewer, partner, permission: P) -> None:
        rows = Engagement.objects.filter(partner=partner).visible_to(viewer, permission).select_related("authority")
        field = EngagementField(label="Authority", queryset=rows.order_by("authority__name", "-pk"), empty_label=None)
        if len(found := list(rows[:2])) == 1:
            field.initial, field.widget = found[0].pk, forms.HiddenInput()
        self.fields["engagement"] = field


class EngagementField(forms.ModelChoiceField):
    """An engagement by the name of its authority."""

    def label_from_instance(self, obj):
        return obj.authority.name


class DiscussionForm(WhereForm, KeyedForm):
    """The written record of a discussion of a concern (ACC-21, ACC-22)."""

    submit = "Record it and send the SIP a copy"
    criterion = forms.ChoiceField(label="What the concern is about", choices=Criterion.choices, widget=forms.RadioSelect)
    is_about_removal = forms.BooleanField(label="Removal of the accreditation was discussed", required=False)
    text = long_text(
        "What was said", most=8000, help_text="By both. The SIP receives this text as it stands; it cannot be changed later."
    )
    answer_days = forms.IntegerField(
        label="Working days for the SIP to answer", min_value=1, max_value=60, initial=10,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}),
    )  # fmt: skip

    def __init__(self, *args, on: date, viewer: Viewer, partner, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_engagements(viewer, partner, P.REMOVAL_DISCUSS)
        self.fields["held_on"] = past("Date of the discussion", on)
        order = ["form_key", "engagement", "held_on", "criterion", "is_about_removal", "text", "answer_days"]
        self.order_fields(order)
        reword(self)


class AnswerRecordForm(KeyedForm):
    """The SIP's answer to the record of a discussion."""

    submit = "Send your answer"
    text = long_text("Your answer", most=8000, help_text="It stays with the record and cannot be changed later.")


class CaseForm(WhereForm, KeyedForm):
    """A case to remove an accreditation (ACC-16 to ACC-20)."""

    submit = "Open the case"
    criterion = forms.ChoiceField(label="Criterion", choices=Criterion.choices, widget=forms.RadioSelect)
    hints = {
        "criterion": {
            Criterion.CONDUCT: "Falling short in how the work is done: see the list below.",
            Criterion.COMPETENCE: "Falling short of the person specification and the job description.",
            Criterion.PUBLIC_CONFIDENCE: "What calls integrity into question, usually outside the work.",
        }
    }
    items = forms.MultipleChoiceField(
        label="For conduct: what the concern is", choices=ConductItem.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    is_withholding_alleged = forms.BooleanField(
        label="Facts were withheld or misstated so that the appointment was affected", required=False,
        help_text="If the steering group finds so, the accreditation is removed.",
    )  # fmt: skip
    circumstances = long_text("Circumstances", most=8000, help_text="The SIP and the national director read this.")
    support_given = long_text(
        "For competence: what was done to bring rapid improvement about (optional)", required=False, most=4000
    )
    mitigation = long_text("Mitigating personal circumstances (optional)", required=False, most=4000)

    def __init__(self, *args, viewer: Viewer, partner, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_engagements(viewer, partner, P.REMOVAL_OPEN)
        self.order_fields(["form_key", "engagement"])
        reword(self)


class CallForm(BaseForm):
    """The day of a hearing to come."""

    submit = ""
    hearing_on = GovDateField(label="Day of the hearing")


class HearingForm(BaseForm):
    """Who heard a case and what they weighed (ACC-24, ACC-26)."""

    submit = ""
    inline = ("found",)

    def __init__(self, *args, on: date, is_withholding_alleged: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["heard_on"] = past("Date of the hearing", on)
        for body in BODIES:
            self.fields[f"members_{body}"] = forms.CharField(
                label=f"Who sat for {body}", widget=forms.Textarea(attrs={"rows": 2}), max_length=500,
                help_text="One name a line.",
            )  # fmt: skip
        self.fields["mitigation"] = long_text("Mitigating circumstances that were weighed, or that there were none")
        if is_withholding_alleged:
            self.fields["found"] = forms.ChoiceField(
                label="Did the steering group find that facts were withheld or misstated so that the appointment was affected?",
                choices=YES_NO, widget=forms.RadioSelect,
            )  # fmt: skip
        reword(self)

    def given(self) -> dict:
        """What the action takes."""
        cleaned = self.cleaned_data
        members = [
            {"name": name, "body": body} for body in BODIES for name in cleaned[f"members_{body}"].splitlines() if name.strip()
        ]
        found = cleaned.get("found")
        return {
            "heard_on": cleaned["heard_on"], "members": members, "mitigation": cleaned["mitigation"],
            "is_withholding_found": None if not found else found == "yes",
        }  # fmt: skip


class RemoveForm(DecisionForm):
    """The reasons of a removal, and from when it holds."""

    removed_from = GovDateField(label="First day without accreditation")


class AskForm(BaseForm):
    """Which authority is asked whether its record of deployments is right; all that were not asked this term, if none."""

    submit = "Ask"

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["authority"] = forms.ModelChoiceField(
            label="Authority", queryset=unasked(on), required=False, empty_label="Every one not asked this term",
        )  # fmt: skip
        self.found = unasked(on)
        reword(self)

    def unasked(self) -> list[Authority]:
        return list(self.found)
