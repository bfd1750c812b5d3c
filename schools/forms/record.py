"""Forms about what officers say of a school beside the national register."""

from datetime import date

from django import forms

from accounts.models import Authority, AuthorityKind
from sipmanager.core.forms import BaseForm, GovDateField, KeyedForm, NameField
from sipmanager.core.wording import capitalised

from ..facts import SECTOR_NAMES, Sector

PROGRAMME_SECTORS = [(sector.value, SECTOR_NAMES[sector]) for sector in (Sector.PRIMARY, Sector.SECONDARY)]


def day_until(on: date, **kwargs) -> GovDateField:
    """A day that is today or past."""
    return GovDateField(latest=on, latest_says="today or in the past", **kwargs)


class DeemedPhaseForm(BaseForm):
    submit = "Save the deemed phase"
    inline = ("sector",)

    sector = forms.ChoiceField(
        label="Deemed phase",
        choices=PROGRAMME_SECTORS,
        widget=forms.RadioSelect,
        help_text="It decides in which sector the school's SIP must be accredited.",
    )

    def __init__(self, *args, on: date, is_first: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.on = on
        if not is_first:
            self.fields["starts_on"] = day_until(on, label="Date of change")

    def clean_sector(self):
        return Sector(self.cleaned_data["sector"]).value


class CategoryForm(BaseForm):
    submit = "Save the category"

    category = forms.ChoiceField(label="Support category", widget=forms.RadioSelect, required=False)

    def __init__(self, *args, on: date, categories, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [*((name, capitalised(name)) for name in categories), ("none", "No category")]
        self.fields["category"].required = True
        self.fields["starts_on"] = day_until(on, label="Date of change")

    def clean_category(self):
        given = self.cleaned_data["category"]
        return "" if given == "none" else given


class AgreedForm(BaseForm):
    submit = "Save"

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agreed_on"] = day_until(
            on,
            label="Date of agreement",
            required=False,
            help_text="The day on which your authority and the Department agreed that this unit counts for coverage. "
            "Leave it blank if they have not.",
        )


class AllAgeForm(KeyedForm):
    submit = "Record the discussion"
    inline = ("sector",)

    coordinator = NameField(label="Regional coordinator")
    sector = forms.ChoiceField(
        label="Sector agreed",
        choices=PROGRAMME_SECTORS,
        widget=forms.RadioSelect,
        help_text="The SIP of this school must be accredited for it, and its programme counts the school.",
    )
    note = forms.CharField(label="Note (optional)", required=False, max_length=500, widget=forms.Textarea)

    field_order = ("discussed_on", "coordinator", "sector", "note")

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["discussed_on"] = day_until(on, label="Date of discussion")
        self.order_fields(self.field_order)


class ServiceForm(BaseForm):
    submit = "Save"

    authority = forms.ModelChoiceField(
        Authority.objects.none(),
        label="Who runs the school's SIP?",
        to_field_name="code",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Select who runs the school's SIP"},
    )

    def __init__(self, *args, on: date, local_authority: Authority | None, **kwargs):
        super().__init__(*args, **kwargs)
        trusts = Authority.objects.filter(kind=AuthorityKind.TRUST)
        own = Authority.objects.filter(pk=local_authority.pk if local_authority else None)
        self.fields["authority"].queryset = (trusts | own).order_by("kind", "name", "pk")
        self.fields["starts_on"] = GovDateField(label="From", initial=on)
