"""What people type about plans of a whole deployment."""

from dataclasses import fields

from django import forms

from accounts.access import Viewer
from accounts.models import Authority
from accounts.permissions import P
from accounts.selectors import policy_on
from partners.actions.planning import LONGEST, SHORTEST
from partners.matching import Weights
from sipmanager.core.forms import BaseForm, GovDateField, KeyedForm
from sipmanager.core.wording import day, moment

from .fields import reword

PROGRAMME_CHOICES = [("primary", "Primary"), ("secondary", "Secondary")]
HEAVIEST = 20
# Days are a limit of a plan, no wish; the words of the others.
WEIGHT_LABELS = {
    "keep": "Schools keep their SIP",
    "expertise": "Experience with the school's context",
    "distance": "A short way",
    "load": "An even load",
    "engaged": "Engaged here",
    "lapse": "An accreditation that lasts",
    "tenure": "Time left of three years",
    "faith": "The school's wish for its faith",
}


def narrow() -> forms.NumberInput:
    """A box for a small number."""
    return forms.NumberInput(attrs={"class": "govuk-input--width-3"})


class PlanForm(KeyedForm):
    """Whose schools are planned, from which day, and what weighs how much."""

    submit = "Work out a plan"
    inline = ("programme",)
    authority = forms.ModelChoiceField(label="Authority", queryset=Authority.objects.none(), empty_label=None)
    programme = forms.ChoiceField(label="Programme", choices=PROGRAMME_CHOICES, widget=forms.RadioSelect)
    starts_on = GovDateField(
        label="First day", help_text="Schools that have no SIP on that day are planned. For example, 1 9 2010."
    )
    time_limit = forms.IntegerField(
        label="Seconds to look for the best plan", min_value=SHORTEST, max_value=LONGEST, initial=30, widget=narrow(),
        help_text="Most plans are found sooner.",
    )  # fmt: skip

    def __init__(self, *args, viewer: Viewer, **kwargs):
        super().__init__(*args, **kwargs)
        choices = Authority.objects.visible_to(viewer, P.DEPLOYMENT_PROPOSE).order_by("name", "pk")
        self.fields["authority"].queryset = choices
        found = list(choices[:2])
        if len(found) == 1:
            self.fields["authority"].initial = found[0].pk
            self.fields["authority"].widget = forms.HiddenInput()
        weights = Weights.of(policy_on(authority=found[0].pk if len(found) == 1 else 0, on=viewer.on))
        for name, label in WEIGHT_LABELS.items():
            self.fields[f"weight_{name}"] = forms.IntegerField(
                label=label, min_value=0, max_value=HEAVIEST, initial=getattr(weights, name), widget=narrow()
            )
        reword(self)

    def weights(self) -> dict[str, int]:
        """The weights as typed, by part of a score; those that are not asked for as they are by default."""
        typed = {name: self.cleaned_data[f"weight_{name}"] for name in WEIGHT_LABELS}
        return {row.name: typed.get(row.name, row.default) for row in fields(Weights)}


class AgainForm(KeyedForm):
    """Working a plan out again, once."""

    submit = ""


class CompareForm(BaseForm):
    """Which other plan to compare with; asked by GET."""

    submit = "Compare"
    other = forms.ModelChoiceField(label="Compare with", queryset=None, empty_label=None)

    def __init__(self, *args, plans, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = plans
        self.fields["other"].label_from_instance = plan_words
        reword(self)


def plan_words(plan) -> str:
    """A plan in a list of plans."""
    return f"{plan.get_programme_display()} from {day(plan.starts_on)}, made {moment(plan.made_at)}"
