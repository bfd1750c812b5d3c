"""What people type about two records of one person."""

from django import forms

from partners.actions.sips.merging import CHOICES
from sipmanager.core.forms import BaseForm, CodeField, KeyedForm
from sipmanager.core.wording import day

from .fields import reword

FIRST, SECOND = "first", "second"
LABELS = {
    "full_name": "Full name", "email": "Email", "phone": "Phone", "kinds": "Kind and company", "own_school": "Own school",
    "headship_years": "Years of headship", "has_outside_experience": "Outside experience",
    "outside_experience": "What the outside experience is", "is_htpm_trained": "HTPM-trained",
    "days_available": "Days available a year", "pen_portrait": "Pen portrait for schools",
    "national_portrait": "Pen portrait for the national programme", "application_form_on": "Application form held since",
}  # fmt: skip
REASON = {"max_length": 300, "widget": forms.Textarea(attrs={"rows": 3})}


class TwoRecordsForm(BaseForm):
    """Two records that somebody takes for one person."""

    submit = "Compare them"

    one = CodeField(label="Reference of one record", max_length=20)
    other = CodeField(label="Reference of the other record", max_length=20)


class AskMergeForm(KeyedForm):
    """A manager's word that two records are one person's."""

    submit = "Ask for the merge"

    reason = forms.CharField(label="Why are they one person?", help_text="National staff read it and decide.", **REASON)


class NotSameForm(KeyedForm):
    """Two records are two people: nobody is asked about them again."""

    submit = "They are two people"

    reason = forms.CharField(label="How do you know? (optional)", required=False, **REASON)


class MergeForm(KeyedForm):
    """Which record stays, and from which of the two each detail comes that differs."""

    submit = "Merge the two records"

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, first, second, **kwargs):
        super().__init__(*args, **kwargs)
        self.first, self.second = first, second
        best = best_of(first, second)
        self.fields["seen"].initial = f"{first.sequence}-{second.sequence}"
        self.fields["kept"] = forms.ChoiceField(
            label="Which reference stays?", widget=forms.RadioSelect, initial=best,
            choices=[(FIRST, first.reference), (SECOND, second.reference)],
            help_text="The other one goes on leading to the record that stays.",
        )  # fmt: skip
        for name in CHOICES:
            one, other = shown(first, name), shown(second, name)
            if one != other:
                self.fields[name] = forms.ChoiceField(
                    label=LABELS[name], widget=forms.RadioSelect, initial=fuller(one, other, best),
                    choices=[(FIRST, one or "Nothing"), (SECOND, other or "Nothing")],
                )  # fmt: skip
        self.fields["reason"] = forms.CharField(label="How do you know that they are one person?", **REASON)
        reword(self)

    def clean_seen(self):
        first, _, second = self.cleaned_data["seen"].partition("-")
        if not (first.isdecimal() and second.isdecimal() and len(first) < 10 and len(second) < 10):
            raise forms.ValidationError("Open this page again and then send the form")
        return int(first), int(second)

    def chosen(self) -> dict:
        """What the action is told: which record is kept, which goes, and what is taken from the one that goes."""
        given = self.cleaned_data
        is_first = given["kept"] == FIRST
        kept, gone = (self.first, self.second) if is_first else (self.second, self.first)
        taken = [name for name in CHOICES if name in self.fields and given[name] != given["kept"]]
        seen = given["seen"] if is_first else given["seen"][::-1]
        return {"kept": kept, "gone": gone, "taken": taken, "seen": seen, "reason": given["reason"]}


def best_of(first, second) -> str:
    """The record offered to stay: the one with an account in use, else with more deployments, else the older one."""
    weights = [
        (row.user is not None and row.user.is_active, row.deployments.count(), -row.made_at.timestamp())
        for row in (first, second)
    ]
    return FIRST if weights[0] >= weights[1] else SECOND


def fuller(one: str, other: str, best: str) -> str:
    """What is offered: the record that stays, unless it says nothing where the other does."""
    if best == FIRST:
        return FIRST if one else SECOND
    return SECOND if other else FIRST


def shown(partner, name: str) -> str:
    """A detail of a record in words; blank where there is nothing."""
    if name == "kinds":
        kind = partner.kinds.order_by("-ends_on", "-pk").filter(ends_on=None).first() or partner.kinds.order_by("-pk").first()
        words = kind.get_kind_display() if kind else ""
        return f"{words}, {partner.company}" if partner.company else words
    value = getattr(partner, name)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if value is None or value == "":
        return ""
    if name == "application_form_on":
        return day(value)
    return f"{value.normalize():f}" if name == "days_available" else str(value)
