"""What people type about the whole of a SIP's record: expertise, interests, audits, private declarations."""

from datetime import date

from django import forms

from partners.expertise import CHOICES
from partners.models import DeclarationKind, ExpertiseKind, InterestKind, StandDownKind
from sipmanager.core.forms import BaseForm, GovDateField, KeyedForm, NameField

from .fields import KeptFileField, SchoolField, days_field, past, reword

SERVICES = 12  # lines
YES_NO = [(True, "Yes"), (False, "No")]


def yes_or_no(label: str, **kwargs) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=YES_NO, coerce=lambda value: value in (True, "True"), widget=forms.RadioSelect, **kwargs
    )


def ticks(kind: ExpertiseKind, **kwargs) -> forms.MultipleChoiceField:
    choices = [(value, value) for value in CHOICES[kind.value]]
    return forms.MultipleChoiceField(
        label=kind.label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, **kwargs
    )


class ExpertiseForm(BaseForm):
    """What a SIP brings (REG-9)."""

    submit = "Save the expertise"
    has_small_choices = True
    context = ticks(ExpertiseKind.CONTEXT)
    ofsted = ticks(ExpertiseKind.OFSTED)
    subject = ticks(ExpertiseKind.SUBJECT)
    faith = ticks(ExpertiseKind.FAITH, help_text="A school may ask for a SIP in sympathy with its faith.")
    service = forms.CharField(
        label="Extra services offered (optional)", required=False, max_length=1000, widget=forms.Textarea,
        help_text="One on each line, for example training for governors.",
    )  # fmt: skip

    def clean_service(self):
        lines = [" ".join(line.split()) for line in self.cleaned_data["service"].splitlines()]
        lines = list(dict.fromkeys(line for line in lines if line))
        if len(lines) > SERVICES:
            raise forms.ValidationError(f"Enter {SERVICES} services or fewer", code="too_many")
        if any(len(line) > 100 for line in lines):
            raise forms.ValidationError("Each service must be 100 characters or less", code="too_long")
        return lines


class FactsForm(BaseForm):
    """Facts that rules use, as a SIP says they are; the authority confirms them (ROL-21)."""

    submit = "Ask for these changes"
    full_name = NameField()
    own_school = SchoolField(label="URN of your own school (optional)", required=False)
    headship_years = forms.IntegerField(label="Years of headship (optional)", required=False, min_value=0, max_value=70)
    has_outside_experience = yes_or_no("Substantial recent experience outside the authority and its schools")
    outside_experience = forms.CharField(
        label="What that experience is (optional)", required=False, max_length=2000, widget=forms.Textarea
    )
    is_htpm_trained = yes_or_no("Trained for heads' performance management")
    days_available = days_field(
        "Days available a year (optional)", help_text="School days a year for all authorities together."
    )


class DeclareForm(KeyedForm):
    """An interest (REG-10, PRE-11)."""

    submit = "Declare the interest"
    kind = forms.ChoiceField(label="Kind of interest", choices=InterestKind.choices, widget=forms.RadioSelect)
    school = SchoolField(
        label="URN of the school (optional)", required=False, help_text="Where the interest is in one school of the register."
    )
    named = forms.CharField(
        label="Or the name of the trust, employer, company or school (optional)", required=False, max_length=150
    )
    says = forms.CharField(
        label="What the interest is", max_length=300, widget=forms.Textarea,
        help_text="For example: my husband teaches there; chair of the trust's board; deputy head until 2007.",
    )  # fmt: skip
    starts_on = GovDateField(label="From (optional)", required=False)
    ends_on = GovDateField(label="Until (optional)", required=False, help_text="For a post or an employer of before.")

    def clean(self):
        cleaned = super().clean()
        if not self.errors and cleaned.get("school") is None and not cleaned.get("named"):
            self.add_error("school", "Enter the URN of the school, or the name of whoever the interest is with")
        if not self.errors and cleaned.get("school") is not None and cleaned.get("named"):
            self.add_error("named", "Enter either a URN or a name")
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "Until must be the same as or after the day from which it holds")
        return cleaned


class ConfirmInterestsForm(KeyedForm):
    """The yearly word on the register of interests (REG-10)."""

    submit = "Confirm for this school year"
    word = forms.ChoiceField(label="Your register of interests", widget=forms.RadioSelect)

    def __init__(self, *args, has_interests: bool, **kwargs):
        super().__init__(*args, **kwargs)
        choices = (
            [("complete", "The list is complete and right")] if has_interests else [("nothing", "I have nothing to declare")]
        )
        self.fields["word"].choices = choices
        self.fields["word"].error_messages["required"] = "Select what you confirm"


class DecideFactForm(BaseForm):
    """A word on what a SIP asked for (ROL-21)."""

    submit = ""
    outcome = forms.ChoiceField(
        label="Is it right?", choices=[("confirm", "Yes, write it into the record"), ("decline", "No")],
        widget=forms.RadioSelect, error_messages={"required": "Select whether it is right"},
    )  # fmt: skip
    reason = forms.CharField(
        label="Why not, if it is not right (optional)", required=False, max_length=300, widget=forms.Textarea
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("outcome") == "decline" and not cleaned.get("reason", "").strip():
            self.add_error("reason", "Enter why it is not right; the SIP reads it")
        return cleaned


class SkillsForm(KeyedForm):
    """A skills audit (REG-8)."""

    submit = "Save the skills audit"
    strengths = forms.CharField(label="Strengths", max_length=4000, widget=forms.Textarea)
    expertise = forms.CharField(label="Expertise (optional)", required=False, max_length=4000, widget=forms.Textarea)
    gaps = forms.CharField(
        label="Gaps", max_length=4000, widget=forms.Textarea, help_text="What you would like training in. If none, say so."
    )


class StandDownForm(KeyedForm):
    """A SIP is suspended or has withdrawn (REG-1)."""

    submit = "Save"
    kind = forms.ChoiceField(label="What happened", choices=StandDownKind.choices, widget=forms.RadioSelect)
    starts_on = GovDateField(label="From")
    ends_on = GovDateField(label="Last day (optional)", required=False)
    reason = forms.CharField(label="Why", max_length=300, widget=forms.Textarea)


class NcaForm(KeyedForm):
    """Work as National Challenge Adviser (REG-16)."""

    submit = "Save"
    starts_on = GovDateField(label="From")
    ends_on = GovDateField(label="Last day (optional)", required=False)

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contract_on"] = past("Contract signed on (optional)", on, required=False)
        reword(self)


class DeclarationForm(KeyedForm):
    """A private word of a SIP about themself (REG-19)."""

    submit = "Send in private"
    kind = forms.ChoiceField(label="What it is about", choices=DeclarationKind.choices, widget=forms.RadioSelect)
    text = forms.CharField(label="What you want to declare", max_length=8000, widget=forms.Textarea)


class AnswerDeclarationForm(BaseForm):
    """The answer of national staff, which closes a declaration (REG-19)."""

    submit = "Answer and close"
    answer = forms.CharField(label="Your answer", max_length=8000, widget=forms.Textarea, help_text="The SIP reads it.")


class PortraitForm(BaseForm):
    """A pen portrait or the application form, as a file (REG-7)."""

    submit = "Keep the file"
    kind = forms.ChoiceField(label="What it is", widget=forms.RadioSelect)
    file = KeptFileField()

    def __init__(self, *args, kinds: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds
