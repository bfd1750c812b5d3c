"""What people type about the conditions of grant and what stands behind them."""

from datetime import date

from django import forms

from partners.conditions import USE_NAMES
from partners.models import SanctionKind
from sipmanager.core.forms import BaseForm, EmailField, GovDateField, KeyedForm, NameField
from sipmanager.core.wording import day

from .fields import ENTER_THE_DAY, past, reword


class ContactForm(KeyedForm):
    """Who the contractor's main contact is (COG-F)."""

    submit = "Name the contact"
    full_name = NameField(label="Name")
    email = EmailField(label="Email address (optional)", required=False)
    phone = forms.CharField(label="Phone number (optional)", required=False, max_length=30)
    starts_on = GovDateField(label="Contact from", help_text="Who was it before stops the day before.")

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["notified_on"] = past("Contractor told on (optional)", on, required=False)
        reword(self)


class ToldForm(BaseForm):
    """When the contractor was told of the contact (COG-F)."""

    submit = "Record the day"

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["notified_on"] = past("Contractor told on", on)
        reword(self)


class LastDayForm(BaseForm):
    """The last day of something that runs."""

    submit = "Set the last day"
    on = GovDateField(label="Last day")


class ShareForm(KeyedForm):
    """Something shared with the contractor, or by it (COG-I)."""

    submit = "Log it"
    use = forms.ChoiceField(
        label="What it is used for",
        error_messages={"required": "Select what it is used for"},
        choices=[(use.value, name) for use, name in USE_NAMES.items()],
        widget=forms.RadioSelect,
    )
    items = forms.CharField(
        label="What was shared", error_messages={"required": "Enter what was shared"}, max_length=1000, widget=forms.Textarea
    )
    recipient = forms.CharField(label="Who received it", error_messages={"required": "Enter who received it"}, max_length=200)
    notes = forms.IntegerField(
        label="Notes of visit in it (optional)", required=False, min_value=0, max_value=100000,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-5"}),
    )  # fmt: skip

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["shared_on"] = past("Shared on", on)
        self.order_fields(["shared_on"])
        reword(self)

    def clean_notes(self):
        return self.cleaned_data["notes"] or 0


class StatementForm(KeyedForm):
    """The SIP manager's yearly statement (COG-I)."""

    submit = "Make the statement"
    text = forms.CharField(
        label="How information from SIPs was shared and used",
        error_messages={"required": "Enter how information was shared and used"},
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 12}),
    )


class EndeavourForm(KeyedForm):
    """What was done about a shortfall (COG-D, COG-E)."""

    submit = "Log what was done"
    condition = forms.ChoiceField(label="Condition")
    says = forms.CharField(
        label="What was done", error_messages={"required": "Enter what was done"}, max_length=2000, widget=forms.Textarea,
        help_text="For example: asked three secondary heads of neighbouring authorities; one is willing from January.",
    )  # fmt: skip
    who = forms.CharField(label="Who did it", error_messages={"required": "Enter who did it"}, max_length=200)

    def __init__(self, *args, on: date, conditions: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["condition"].choices = conditions
        self.fields["done_on"] = past("When", on)
        self.order_fields(["condition", "done_on", "says", "who"])
        reword(self)


class SanctionForm(KeyedForm):
    """An action taken because conditions were not kept (COG-K)."""

    submit = "Log the action"
    kind = forms.ChoiceField(
        label="What happened",
        error_messages={"required": "Select what happened"},
        choices=SanctionKind.choices,
        widget=forms.RadioSelect,
    )
    starts_on = GovDateField(label="From")
    ends_on = GovDateField(label="Until (optional)", required=False)
    amount = forms.DecimalField(
        label="Amount in pounds (optional)", required=False, min_value=0, max_digits=11, decimal_places=2,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-10", "step": "0.01"}),
    )  # fmt: skip
    says = forms.CharField(
        label="What was done, and why",
        error_messages={"required": "Enter what was done, and why"},
        max_length=1000,
        widget=forms.Textarea,
    )


class StrikeForm(BaseForm):
    """Why something is struck out."""

    submit = "Strike it out"
    reason = forms.CharField(
        label="Why it is struck out",
        error_messages={"required": "Enter why it is struck out"},
        max_length=300,
        widget=forms.Textarea,
    )


class ConcernForm(KeyedForm):
    """A coordinator's concern about an authority (COG-M)."""

    submit = "Note the concern"
    condition = forms.ChoiceField(label="Condition (optional)", required=False)
    says = forms.CharField(
        label="What the concern is", error_messages={"required": "Enter what the concern is"}, max_length=8000,
        widget=forms.Textarea,
        help_text="The SIP manager reads it once you share it, and nobody at the authority before.",
    )  # fmt: skip

    def __init__(self, *args, conditions: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["condition"].choices = [("", "The work as a whole"), *conditions]


class PassOnForm(BaseForm):
    """Who takes the concern further (COG-M)."""

    submit = "Pass it on"
    director = NameField(label="Name of the senior regional director")


class CloseForm(BaseForm):
    """What came of a concern (COG-M)."""

    submit = "Close the concern"
    comment = forms.CharField(
        label="What came of it", error_messages={"required": "Enter what came of it"}, max_length=1000, widget=forms.Textarea
    )


class BriefForm(KeyedForm):
    """An edition of the national brief (COG-C)."""

    submit = "Record the edition"
    edition = forms.CharField(label="Name of the edition", max_length=60, help_text="As agreements cite it.")
    starts_on = GovDateField(label="Holds from")


class PackForm(KeyedForm):
    """As at which day evidence is put together."""

    submit = "Make the pack"

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"] = past("As at", on)
        self.fields["on"].help_text = f"{day(on)} or an earlier day."
        reword(self)


class AsAtForm(BaseForm):
    """A past day, asked by GET."""

    submit = "Show that day"

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"] = past("As at", on, error_messages={"required": ENTER_THE_DAY})
        reword(self)
