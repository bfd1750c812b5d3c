"""The forms of dated records, one for each kind of `kinds.KINDS`. Their values are the columns of the kind's model."""

from datetime import date
from typing import Any

from django import forms

from sipmanager.core.academic import academic_label, academic_year
from sipmanager.core.forms import BaseForm, GovDateField, KeyedForm, NameField, word
from sipmanager.core.wording import in_sentence

from ..facts import choices
from ..finances import TRIGGER_HINTS, TRIGGER_NAMES, Trigger
from ..inspecting import GRADE_NAMES, INSPECTION_NAMES, VERDICT_NAMES, lines_for
from ..models import Concern, Recipient, Risk, SourceKind
from ..models.records.concerns import FEWEST_DAYS, MOST_DAYS
from ..pack import PAPER_NAMES, SUPPLIERS
from ..stages import year_groups
from .record import day_until

NARROW = {"class": "govuk-input--width-3"}
LONG = {"rows": 4}


class RecordForm(KeyedForm):
    """The form of one kind, for a new record or one that is put right.

    `held` are the columns of the record to be changed. `ends` is asked only of a record that has ended already: what
    runs is ended on a page of its own.
    """

    submit = "Save"
    starts = "Date it began"
    ends = ""

    def __init__(
        self, *args, on: date, held: dict[str, Any] | None = None, stages=(), ages=(None, None), sees_all=True, **kwargs
    ):
        self.on, self.stages, self.ages, self.sees_all = on, stages, ages, sees_all
        self.held = held or {}
        super().__init__(*args, **kwargs)
        if self.starts:
            self.fields["starts_on"] = day_until(on, label=self.starts)
        if self.ends and self.held.get("ends_on"):
            self.fields["ends_on"] = GovDateField(label=self.ends)
        self.shape()
        self.order_fields(self.field_order)
        for name, field in self.fields.items():
            word(field, name)

    def shape(self) -> None:
        """What depends on the school or on who asks."""


class ConcernForm(RecordForm):
    ends = "Date it was removed"
    concern = forms.ChoiceField(label="Concern or programme", choices=Concern.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Reason", required=False, max_length=2000, widget=forms.Textarea(attrs=LONG),
        help_text="Needed for a school that is causing concern.",
    )  # fmt: skip
    risk = forms.ChoiceField(
        label="Risk rating (optional)", required=False, choices=[("", "Not rated"), *Risk.choices], widget=forms.RadioSelect,
        help_text="Of a National Challenge school.",
    )  # fmt: skip
    days = forms.IntegerField(
        label="Days of support (optional)", required=False, min_value=FEWEST_DAYS, max_value=MOST_DAYS,
        widget=forms.NumberInput(attrs=NARROW), help_text=f"Of a National Challenge school: {FEWEST_DAYS} to {MOST_DAYS}.",
    )  # fmt: skip
    field_order = ("concern", "starts_on", "ends_on", "reason", "risk", "days")
    inline = ("risk",)


class FinanceForm(RecordForm):
    starts, ends = "Date it was set", "Date it was cleared"
    trigger = forms.ChoiceField(label="Reason for the flag", choices=choices(TRIGGER_NAMES), widget=forms.RadioSelect)
    officer = NameField(label="Officer who sets it")
    details = forms.CharField(
        label="Details (optional)", required=False, max_length=2000, widget=forms.Textarea(attrs=LONG),
        help_text="The school and its SIP read them, but for those of an investigation of impropriety: they stay with the SIP "
        "manager and the senior adviser.",
    )  # fmt: skip
    hints = {"trigger": TRIGGER_HINTS}
    field_order = ("trigger", "starts_on", "ends_on", "officer", "details")

    def shape(self):
        if not self.sees_all:
            self.fields["trigger"].choices = [row for row in choices(TRIGGER_NAMES) if row[0] != Trigger.IMPROPRIETY]


class OfstedCategoryForm(RecordForm):
    starts, ends = "Date the school entered the category", "Date the school left the category"
    category = forms.ChoiceField(label="Category", choices=choices(VERDICT_NAMES), widget=forms.RadioSelect)
    field_order = ("category", "starts_on", "ends_on")


class InspectionForm(RecordForm):
    """A grade is asked on every line that the stages of the school call for (OFS-14)."""

    starts = "First day"
    inspection_type = forms.ChoiceField(
        label="Type of inspection", choices=choices(INSPECTION_NAMES), widget=forms.RadioSelect
    )
    is_reduced_tariff = forms.BooleanField(label="Reduced tariff", required=False)
    key_issues = forms.CharField(
        label="Key issues (optional)", required=False, max_length=4000, widget=forms.Textarea(attrs=LONG),
        help_text="What the school must do to improve further.",
    )  # fmt: skip
    field_order = ("inspection_type", "starts_on", "ends_on", "published_on", "is_reduced_tariff", "key_issues")

    def shape(self):
        self.fields["ends_on"] = day_until(self.on, label="Last day (optional)", required=False)
        self.fields["published_on"] = day_until(self.on, label="Date the report was published (optional)", required=False)
        graded = self.held.get("grades") or {}
        self.lines = lines_for(list(self.stages), held=tuple(graded))
        grades = [("", "Not graded"), *((str(grade), f"{grade}, {in_sentence(says)}") for grade, says in GRADE_NAMES.items())]
        for code, says in self.lines:
            self.fields[f"grade_{code}"] = forms.ChoiceField(
                label=says, required=False, choices=grades, initial=str(graded.get(code, ""))
            )  # fmt: skip

    def clean(self):
        given = super().clean()
        given["grades"] = {
            code: int(given[f"grade_{code}"]) for code, _says in self.lines if given.get(f"grade_{code}")
        }  # fmt: skip
        for code, _says in self.lines:
            given.pop(f"grade_{code}", None)
        if not given.get("ends_on"):
            given["ends_on"] = given.get("starts_on")
        return given


class PaperForm(RecordForm):
    starts = "Date of the paper"
    paper = forms.ChoiceField(label="Paper", choices=choices(PAPER_NAMES), widget=forms.RadioSelect)
    version = forms.CharField(
        label="Version (optional)", required=False, max_length=60, help_text="For a self-evaluation form, its version online."
    )  # fmt: skip
    supplied_by = forms.ChoiceField(label="Who supplied it?", choices=list(SUPPLIERS.items()), widget=forms.RadioSelect)
    kept_at = forms.CharField(label="Where it is kept (optional)", required=False, max_length=300)
    field_order = ("paper", "starts_on", "version", "supplied_by", "kept_at")
    inline = ("supplied_by",)


class SpecialismForm(RecordForm):
    starts, ends = "Date of designation", "Last day of the designation"
    specialism = forms.CharField(label="Specialism", max_length=100, help_text="For example, mathematics and computing.")
    is_leading = forms.BooleanField(label="Leading status", required=False)
    field_order = ("specialism", "starts_on", "redesignated_on", "ends_on", "is_leading")

    def shape(self):
        self.fields["redesignated_on"] = day_until(self.on, label="Date of redesignation (optional)", required=False)


class FaithRequestForm(RecordForm):
    starts, ends = "Date of the request", "Last day of the request"
    note = forms.CharField(label="Note (optional)", required=False, max_length=500, widget=forms.Textarea(attrs=LONG))
    field_order = ("starts_on", "ends_on", "note")


class YearForm(RecordForm):
    """A record of one academic year: it has its days from the year."""

    starts = ""
    year = forms.TypedChoiceField(label="Academic year", coerce=int)

    def shape(self):
        this = academic_year(self.on)
        years = sorted({this + 1, this, this - 1, this - 2, self.held.get("year", this)}, reverse=True)
        self.fields["year"].choices = [(year, academic_label(year)) for year in years]
        self.fields["year"].initial = this

    def clean(self):
        given = super().clean()
        if "year" in given:
            given["starts_on"], given["ends_on"] = date(given["year"], 9, 1), date(given["year"] + 1, 8, 31)
        return given


class ContextForm(YearForm):
    roll = forms.IntegerField(
        label="Pupils on roll (optional)", required=False, min_value=0, max_value=9999, widget=forms.NumberInput(attrs=NARROW)
    )  # fmt: skip
    notes = forms.CharField(
        label="Context (optional)", required=False, max_length=4000, widget=forms.Textarea(attrs=LONG),
        help_text="What somebody should know who looks for schools like this one. No names of children.",
    )  # fmt: skip

    def shape(self):
        super().shape()
        low, high = self.ages
        held = self.held.get("cohorts") or {}
        self.groups = year_groups(low_age=low, high_age=high)
        for code, says in self.groups:
            self.fields[f"cohort_{code}"] = forms.IntegerField(
                label=f"{says} (optional)", required=False, min_value=0, max_value=999, initial=held.get(code),
                widget=forms.NumberInput(attrs=NARROW),
            )  # fmt: skip
        self.field_order = ("year", "roll", *(f"cohort_{code}" for code, _says in self.groups), "notes")

    def clean(self):
        given = super().clean()
        counts = {code: given.pop(f"cohort_{code}", None) for code, _says in self.groups}
        given["cohorts"] = {code: count for code, count in counts.items() if count is not None}
        return given


class ConsentForm(RecordForm):
    starts, ends = "Date of signature", "Last day of the consent"
    signed_by = NameField(label="Name of the person who signed")
    field_order = ("signed_by", "starts_on", "ends_on")


class OptOutForm(RecordForm):
    starts, ends = "Date of the school's word", "Last day of the opt-out"
    recipient = forms.ChoiceField(label="Whom do the reports not go to?", choices=Recipient.choices, widget=forms.RadioSelect)
    field_order = ("recipient", "starts_on", "ends_on")


class ServiceYearForm(YearForm):
    is_member = forms.BooleanField(label="The school is a member", required=False)
    buys_sip_service = forms.BooleanField(label="The school buys the SIP service", required=False)
    field_order = ("year", "is_member", "buys_sip_service")


class SipSourceForm(RecordForm):
    starts, ends = "First day", "Last day"
    appointed_by = forms.ChoiceField(label="Who appoints the SIP?", choices=SourceKind.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label="Note (optional)", required=False, max_length=500, help_text="For an external SIP, who it is and whose adviser."
    )  # fmt: skip
    field_order = ("appointed_by", "starts_on", "ends_on", "note")


FORMS: dict[str, type[RecordForm]] = {
    "concerns": ConcernForm,
    "finance": FinanceForm,
    "ofsted-category": OfstedCategoryForm,
    "inspections": InspectionForm,
    "papers": PaperForm,
    "specialisms": SpecialismForm,
    "faith-requests": FaithRequestForm,
    "contexts": ContextForm,
    "consents": ConsentForm,
    "opt-outs": OptOutForm,
    "service-years": ServiceYearForm,
    "sip-sources": SipSourceForm,
}


class EndRecordForm(BaseForm):
    submit = "Save the last day"

    def __init__(self, *args, on: date, label: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ends_on"] = day_until(on, label=label)


class StrikeOutForm(BaseForm):
    submit = "Strike it out"

    reason = forms.CharField(label="Why was it wrong?", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
