"""Fields and parts that the forms of this floor share."""

from datetime import date

from django import forms

from accounts.access import Viewer
from accounts.models import Authority
from accounts.permissions import P
from schools.models import School
from sipmanager.core.forms import CodeField, GovDateField, GovFileField, word
from sipmanager.core.uploaded import MOST_BYTES, TOO_BIG

ENTER_THE_DAY = "Enter the day to show"


class SchoolField(CodeField):
    """A school by its URN; cleans to the school."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", "URN of the school")
        kwargs.setdefault("max_length", 8)
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("class", "govuk-input--width-10")

    def clean(self, value):
        urn = super().clean(value)
        if not urn:
            return None
        school = School.objects.filter(urn=urn).first()
        if school is None:
            raise forms.ValidationError(f"There is no school with the URN {urn} on the register", code="unknown")
        return school

    def prepare_value(self, value):
        return getattr(value, "urn", value)


class KeptFileField(GovFileField):
    """A file to be kept for a SIP. What it really is, `actions.prepare_file` looks at; the size is told before it is read."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", "File")
        kwargs.setdefault(
            "help_text", "PDF, DOCX, ODT, XLSX, PPTX, PNG, JPG, TXT or CSV, 10MB at most, without password or macros"
        )
        kwargs.setdefault("error_messages", {"required": "Select a file"})
        super().__init__(**kwargs)

    def to_python(self, data):
        given = super().to_python(data)
        if given is not None and given.size > MOST_BYTES:
            raise forms.ValidationError(TOO_BIG, code="too_big")
        return given


def reword(form: forms.Form) -> None:
    """Give fields that were added late the service's messages."""
    for name, field in form.fields.items():
        word(field, name)


def days_field(label: str, **kwargs) -> forms.DecimalField:
    """A number of days a year, halves and quarters allowed; blank is allowed."""
    box = forms.NumberInput(attrs={"class": "govuk-input--width-4"})
    return forms.DecimalField(label=label, required=False, min_value=0, max_value=366, decimal_places=2, widget=box, **kwargs)


def past(label: str, on: date, **kwargs) -> GovDateField:
    """A date that must be today or in the past."""
    return GovDateField(label=label, latest=on, latest_says="today or in the past", **kwargs)


class AuthorityChoice(forms.Form):
    """The authorities for which somebody may act; hidden where there is only one."""

    def offer(self, name: str, viewer: Viewer, permission: P, *, is_needed: bool = True) -> None:
        choices = Authority.objects.visible_to(viewer, permission).order_by("name", "pk")
        found = list(choices[:2])
        field = forms.ModelChoiceField(
            label="Authority", queryset=choices, required=is_needed, empty_label=None if is_needed else "No one authority",
        )  # fmt: skip
        if len(found) == 1:
            field.initial, field.widget = found[0].pk, forms.HiddenInput()
        self.fields[name] = field
