"""What people type about agreements (section 11)."""

from datetime import date

from django import forms

from partners.models import AgreementBreach, Basis, Paid
from schools.models import School
from sipmanager.core.forms import BaseForm, GovDateField, KeyedForm, NameField

from .fields import KeptFileField, SchoolField, past, reword

WORDS = forms.Textarea
ENDS_FIRST = "Last day must be the same as or after the first day"


def amount(label: str, **kwargs) -> forms.DecimalField:
    """Pounds and pence."""
    box = forms.NumberInput(attrs={"class": "govuk-input--width-5"})
    return forms.DecimalField(label=label, max_digits=8, decimal_places=2, min_value=0, widget=box, **kwargs)


def days(label: str, **kwargs) -> forms.DecimalField:
    """A number of days, quarters allowed."""
    box = forms.NumberInput(attrs={"class": "govuk-input--width-4"})
    return forms.DecimalField(label=label, min_value=0, max_value=366, decimal_places=2, widget=box, **kwargs)


class TermsFields(forms.Form):
    """The terms of an agreement (AGR-1 to AGR-15); whether they are complete, the rules say when it is sent."""

    basis = forms.ChoiceField(label="The SIP works as", choices=Basis.choices, widget=forms.RadioSelect)
    starts_on = GovDateField(label="First day")
    ends_on = GovDateField(label="Last day", help_text="A year from the first day at most. For example, 31 8 2010")
    sip_rate = amount("SIP rate for a day (optional)", required=False, help_text="Leave it blank for an employee.")
    nca_rate = amount(
        "NCA rate for a day (optional)", required=False, help_text="It has no days apart for preparing and writing up."
    )
    travel = forms.ChoiceField(label="Travel is", choices=Paid.choices, widget=forms.RadioSelect)
    development = forms.ChoiceField(label="The reserved development days are", choices=Paid.choices, widget=forms.RadioSelect)
    reserved_days = days("Days reserved for development and SIP meetings", help_text="Four at least, for no school.")
    other_days = days("Other days (optional)", required=False)
    other_days_for = forms.CharField(label="What the other days are for (optional)", max_length=300, required=False)
    extra_responsibilities = forms.CharField(
        label="Extra responsibilities (optional)", max_length=4000, required=False, widget=WORDS,
        help_text="Needed where a school on the schedule is in an Ofsted category.",
    )  # fmt: skip
    needs_accreditation = forms.BooleanField(label="National accreditation is a condition of the agreement", required=False)
    override_reason = forms.CharField(
        label="Why it is renewed beyond the years foreseen (optional)", max_length=300, required=False, widget=WORDS
    )

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", ENDS_FIRST)
        if not cleaned.get("other_days"):
            cleaned["other_days"] = 0
        return cleaned


class NewAgreementForm(TermsFields, KeyedForm):
    """An agreement to be drawn up."""

    submit = "Draw up the agreement"
    inline = ("travel", "development")
    affixes = {"sip_rate": ("£", ""), "nca_rate": ("£", "")}


class AgreementTermsForm(TermsFields, BaseForm):
    """The terms of a draft; the number says which state of it was seen."""

    submit = "Save the terms"
    inline = ("travel", "development")
    affixes = {"sip_rate": ("£", ""), "nca_rate": ("£", "")}
    sequence = forms.IntegerField(widget=forms.HiddenInput)


class ScheduleForm(BaseForm):
    """A school for the schedule, with its days (AGR-15)."""

    submit = "Add the school"
    school = SchoolField()
    days = days("Days for the school")


class SignForm(BaseForm):
    """A signature on line: the name as it stands in the text, and the tick; `digest` is that of the text shown."""

    submit = ""
    typed_name = NameField(label="Your full name")
    agrees = forms.BooleanField(label="I have read the agreement and agree to it", required=True)
    digest = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, name: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["typed_name"].help_text = f"Type it as it stands here: {name}"
        self.fields["agrees"].error_messages["required"] = "Select that you have read the agreement and agree to it"


class ChangeFromForm(KeyedForm):
    """From when a changed agreement is to hold."""

    submit = "Draw up the changed agreement"
    starts_on = GovDateField(label="First day of the changed agreement")


class EndAgreementForm(BaseForm):
    """The last day of an agreement that ends early, and why."""

    submit = ""
    on = GovDateField(label="Last day")
    reason = forms.CharField(label="Why it ends", max_length=300, widget=WORDS)


class NoticeForm(BaseForm):
    """Notice: the last day asked for, and words for the authority (AGR-3)."""

    submit = ""
    ends_on = GovDateField(label="Last day")
    says = forms.CharField(label="Your notice", max_length=1000, widget=WORDS)

    def __init__(self, *args, on: date, is_own: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_own:
            self.fields["notice_on"] = past("Day on which the notice came", on)
            self.fields["says"].label = "What the notice says"
            self.fields["says"].error_messages["required"] = "Enter what the notice says"
            self.order_fields(["notice_on"])
        reword(self)


class ExtraWorkForm(KeyedForm):
    """Work outside the schedule for which the authority's written word is asked (AGR-7)."""

    submit = "Send it to the authority"
    school = forms.ModelChoiceField(label="School", queryset=School.objects.none(), empty_label="Choose a school")
    starts_on = GovDateField(label="First day of the work")
    days = days("Days")
    says = forms.CharField(label="What the work is", max_length=500, widget=WORDS)

    def __init__(self, *args, schools, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["school"].queryset = schools
        self.fields["school"].label_from_instance = lambda school: school.name


class BreachForm(KeyedForm):
    """A breach: of which clause, when, and what happened (AGR-12)."""

    submit = "Record the breach"

    def __init__(self, *args, on: date, clauses: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(number, f"{number}. {says}") for number, says in clauses]
        self.fields["clause"] = forms.ChoiceField(label="Clause", choices=choices, widget=forms.RadioSelect)
        self.fields["happened_on"] = past("Day on which it happened", on)
        self.fields["says"] = forms.CharField(label="What happened", max_length=4000, widget=WORDS)
        self.fields["file"] = KeptFileField(label="Evidence (optional)", required=False)
        reword(self)


OUTCOMES = [
    ("continue", "The agreement continues"),
    ("conditions", "It continues under conditions"),
    ("terminate", "It ends"),
]


class BreachReviewForm(BaseForm):
    """The review meeting, and what came of it (AGR-12)."""

    submit = ""

    def __init__(self, *args, on: date, breach: AgreementBreach, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reviewed_on"] = past("Day of the meeting", on)
        self.fields["says"] = forms.CharField(label="What was said", max_length=4000, widget=WORDS)
        self.fields["outcome"] = forms.ChoiceField(label="What came of it", choices=OUTCOMES, widget=forms.RadioSelect)
        self.fields["conditions"] = forms.CharField(
            label="Conditions (only if it continues under conditions)", max_length=4000, required=False, widget=WORDS
        )
        self.fields["ends_on"] = GovDateField(label="Last day of the agreement (only if it ends)", required=False)
        reword(self)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("outcome") == "conditions" and not cleaned.get("conditions"):
            self.add_error("conditions", "Enter the conditions under which the agreement continues")
        if cleaned.get("outcome") == "terminate" and not cleaned.get("ends_on") and "ends_on" not in self.errors:
            self.add_error("ends_on", "Enter the last day of the agreement")
        return cleaned
