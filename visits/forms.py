"""What people type about visits and notes. The forms check it; the actions save it."""

from datetime import date
from decimal import Decimal

from django import forms

from sipmanager.core.forms import BaseForm, GovDateField, GovFileField, KeyedForm, word
from sipmanager.core.uploaded import MOST_BYTES, TOO_BIG
from sipmanager.core.wording import day, has_substance

from .actions import words_missing
from .models import SEASONS, Outcome, Verdict

TODAY_OR_BEFORE = "today or in the past"


def text_box(rows: int = 5) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


# ----------------------------------------------------------------------------------------------------------- visits


class PlanVisitForm(KeyedForm):
    """A visit to one of the SIP's schools. `deployments` are those the SIP may plan for; `on` is today."""

    submit = "Plan the visit"

    deployment = forms.ChoiceField(
        label="School",
        error_messages={"required": "Select a school", "invalid_choice": "Select a school from the list"},
    )
    season = forms.ChoiceField(
        label="Which visit is it?",
        choices=SEASONS,
        widget=forms.RadioSelect,
        error_messages={"required": "Select which visit it is"},
    )
    planned_on = GovDateField(label="Date of visit")
    focus = forms.CharField(
        label="Focus agreed with the head", max_length=500, widget=text_box(3), required=False,
        help_text="What the visit is about, in a sentence or two. You can leave it until the visit is confirmed.",
    )  # fmt: skip

    def __init__(self, *args, deployments, **kwargs):
        super().__init__(*args, **kwargs)
        self.deployments = {str(deployment.pk): deployment for deployment in deployments}
        pairs = [(key, deployment.school.name) for key, deployment in self.deployments.items()]
        self.fields["deployment"].choices = pairs if len(pairs) == 1 else [("", "Choose a school"), *pairs]

    def clean_deployment(self):
        return self.deployments[self.cleaned_data["deployment"]]

    def clean(self):
        cleaned = super().clean()
        deployment, planned_on = cleaned.get("deployment"), cleaned.get("planned_on")
        if deployment and planned_on:
            refuse_outside(self, "planned_on", planned_on, deployment)
        return cleaned


def refuse_outside(form, name, chosen, deployment) -> None:
    """A visit belongs to the time in which the SIP is deployed at the school."""
    label = form.fields[name].label
    if chosen < deployment.starts_on:
        started = day(deployment.starts_on)
        form.add_error(name, f"{label} must be the same as or after {started} when the deployment started")
    elif deployment.ends_on and chosen > deployment.ends_on:
        form.add_error(name, f"{label} must be the same as or before {day(deployment.ends_on)} when the deployment ends")


class ConfirmVisitForm(BaseForm):
    """Date and focus as agreed with the head, who is told of them by e-mail (VIS-2)."""

    submit = "Confirm and email the head"

    planned_on = GovDateField(label="Date of visit")
    focus = forms.CharField(label="Focus agreed with the head", max_length=500, widget=text_box(3))

    def __init__(self, *args, visit, **kwargs):
        super().__init__(*args, **kwargs)
        self.visit = visit

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("planned_on"):
            refuse_outside(self, "planned_on", cleaned["planned_on"], self.visit.deployment)
        return cleaned


class HoldVisitForm(BaseForm):
    """What is recorded when the visit has been made (VIS-3, VIS-8)."""

    submit = "Record the visit"
    affixes = {"hours_in_school": ("", "hours")}

    held_on = GovDateField(label="Date of visit")
    hours_in_school = forms.DecimalField(
        label="Time in school", min_value=0, max_value=24, max_digits=4, decimal_places=2,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}), help_text="In hours, for example 3.5",
        error_messages={"invalid": "Time in school must be a number of hours, like 3.5"},
    )  # fmt: skip
    people_present = forms.CharField(
        label="Who was present", max_length=500,
        help_text="Write roles, not names. For example, headteacher, deputy headteacher, chair of governors",
        error_messages={"required": "Enter who was present"},
    )  # fmt: skip
    focus = forms.CharField(label="Focus of the visit", max_length=500, widget=text_box(3))
    confirmation_waived = forms.CharField(
        label="Why was the visit not confirmed by email?", max_length=300, required=False,
        help_text="For example, the head agreed the date by telephone",
    )  # fmt: skip
    governor_invited_on = GovDateField(
        label="Date a governor was invited", required=False, help_text="Leave this empty if none was invited"
    )
    governor_reason = forms.CharField(
        label="Why no governor was invited",
        max_length=300,
        required=False,
    )
    was_governor_present = forms.BooleanField(label="A governor was present", required=False)

    def __init__(self, *args, visit, on, **kwargs):
        super().__init__(*args, **kwargs)
        self.visit = visit
        self.fields["held_on"].limit(latest=on, latest_says=TODAY_OR_BEFORE)
        self.fields["governor_invited_on"].limit(latest=on, latest_says=TODAY_OR_BEFORE)
        if visit.confirmed_on:
            del self.fields["confirmation_waived"]

    def clean_confirmation_waived(self):
        if not has_substance(self.cleaned_data["confirmation_waived"]):
            raise forms.ValidationError("Enter why the visit was not confirmed by email")
        return self.cleaned_data["confirmation_waived"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("held_on"):
            refuse_outside(self, "held_on", cleaned["held_on"], self.visit.deployment)
        is_silent = not cleaned.get("governor_invited_on") and not has_substance(cleaned.get("governor_reason", ""))
        if self.visit.season == "autumn" and is_silent and "governor_invited_on" not in self.errors:
            says = "Enter the date a governor was invited to the autumn visit, or why none was"
            self.add_error("governor_invited_on", says)
        return cleaned


class RescheduleVisitForm(KeyedForm):
    """The new day, and why (VIS-8)."""

    submit = "Change the date"

    planned_on = GovDateField(label="New date of visit")
    reason = forms.CharField(label="Reason for the change", max_length=300, widget=text_box(3))

    def __init__(self, *args, visit, **kwargs):
        super().__init__(*args, **kwargs)
        self.visit = visit

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("planned_on"):
            refuse_outside(self, "planned_on", cleaned["planned_on"], self.visit.deployment)
        return cleaned


class ReasonForm(BaseForm):
    """One reason, of substance: "." is none. `label` and `submit` say what for."""

    reason = forms.CharField(label="Reason", max_length=300, widget=text_box(3))

    def __init__(self, *args, label="Reason", submit="Continue", hint="", **kwargs):
        super().__init__(*args, **kwargs)
        self.submit = submit
        self.fields["reason"].label = label
        self.fields["reason"].help_text = hint

    def clean_reason(self):
        reason = self.cleaned_data["reason"]
        if not has_substance(reason):
            raise forms.ValidationError("Enter a reason in words")
        return reason


# ---------------------------------------------------------------------------------------------------------- writing


class RecommendationForm(KeyedForm):
    """One recommendation: manageable, with an owner, a day and a measure (NOV-27)."""

    submit = "Save recommendation"

    text = forms.CharField(
        label="Recommendation", max_length=1000, widget=text_box(3), help_text="What should change, in one or two sentences"
    )
    owner_role = forms.CharField(
        label="Who will see to it",
        max_length=100,
        required=False,
        help_text="A role, not a name. For example, deputy headteacher",
    )
    due_on = GovDateField(label="Done by", required=False)
    success_measure = forms.CharField(
        label="How will people know that it worked?", max_length=500, required=False, widget=text_box(2)
    )


class ReviewForm(BaseForm):
    """What became of an earlier recommendation (NOV-28)."""

    submit = "Save and go on"

    outcome = forms.ChoiceField(
        label="What became of it?", choices=Outcome.choices, widget=forms.RadioSelect,
        error_messages={"required": "Select what became of the recommendation"},
    )  # fmt: skip
    impact = forms.CharField(label="What difference has it made?", max_length=2000, required=False, widget=text_box(4))
    hints = {"outcome": {Outcome.SUPERSEDED.value: "Something else has taken its place"}}


class AnswerForm(BaseForm):
    """The head's answer to one section (NOV-35)."""

    submit = "Save answer"

    verdict = forms.ChoiceField(
        label="Your answer", choices=Verdict.choices, widget=forms.RadioSelect,
        error_messages={"required": "Select your answer to this section"},
    )  # fmt: skip
    text = forms.CharField(label="What would you like to say?", max_length=4000, required=False, widget=text_box(4))

    def clean(self):
        cleaned = super().clean()
        missing = words_missing(cleaned.get("verdict", ""), cleaned.get("text", ""))
        if missing and "text" not in self.errors:
            self.add_error("text", missing)
        return cleaned


class CommentForm(KeyedForm):
    """A comment on a section of a draft, or on an issued note."""

    submit = "Save comment"

    text = forms.CharField(
        label="Comment", max_length=4000, widget=text_box(4), error_messages={"required": "Enter a comment"}
    )


class AttachmentForm(KeyedForm):
    """A document for a disputed note (NOV-33). What the file really is, the action looks at."""

    submit = "Attach the document"

    file = GovFileField(
        label="File", help_text="PDF, DOCX, XLSX, PPTX, ODT, PNG, JPG, TXT or CSV, 10MB at most, without password or macros",
        error_messages={"required": "Select a file"},
    )  # fmt: skip
    says = forms.CharField(
        label="What does it show?", max_length=300, required=False, help_text="In a few words, for those who receive the note"
    )

    def clean_file(self):
        given = self.cleaned_data["file"]
        if given.size > MOST_BYTES:  # told before the bytes are read into memory
            raise forms.ValidationError(TOO_BIG)
        return given


class MoveForm(BaseForm):
    """The comment that goes with a move; `is_required` where the table of moves says so."""

    comment = forms.CharField(label="Comment", max_length=4000, widget=text_box(6), required=False)

    def __init__(self, *args, label="Comment", submit="Continue", hint="", **kwargs):
        super().__init__(*args, **kwargs)
        self.submit = submit
        self.fields["comment"].label = label
        self.fields["comment"].help_text = hint


class SectionForm(BaseForm):
    """One section of a note: its text and its figures, as its template asks for them.

    `cleaned_data["figures"]` holds what JSON can hold: numbers and days as text, gaps left out.
    """

    text = forms.CharField(
        label="Your text", max_length=20_000, required=False, strip=False, widget=text_box(14),
        help_text="Start a line with a hyphen for a list. Put two asterisks on each side of words to make them **bold**.",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, section, **kwargs):
        super().__init__(*args, **kwargs)
        self.section = section
        self.affixes = {}
        self.fields["text"].widget.attrs["data-writing"] = ""
        for figure in section.figures:
            name = f"figure_{figure.key}"
            self.fields[name] = figure_field(figure)
            word(self.fields[name], name)
            if figure.unit:
                self.affixes[name] = ("", figure.unit)

    @property
    def figure_fields(self):
        return [self[f"figure_{figure.key}"] for figure in self.section.figures]

    def clean(self):
        cleaned = super().clean()
        given = {figure.key: cleaned.get(f"figure_{figure.key}") for figure in self.section.figures}
        cleaned["figures"] = {key: as_stored(value) for key, value in given.items() if value not in (None, "")}
        return cleaned


def figure_field(figure) -> forms.Field:
    """The box for one figure of a section."""
    common = {"label": figure.label, "required": False}
    narrow = forms.NumberInput(attrs={"class": "govuk-input--width-5"})
    if figure.kind == "percent":
        says = {"invalid": f"{figure.label} must be a number between 0 and 100"}
        return forms.DecimalField(
            min_value=0, max_value=100, max_digits=5, decimal_places=2, widget=narrow, error_messages=says, **common
        )
    if figure.kind == "number":
        says = {"invalid": f"{figure.label} must be a number"}
        return forms.DecimalField(max_digits=9, decimal_places=2, widget=narrow, error_messages=says, **common)
    if figure.kind == "date":
        return GovDateField(**common)
    if figure.choices:
        return forms.ChoiceField(choices=[("", "Not given"), *figure.choices], **common)
    return forms.CharField(max_length=200, **common)


class HandOverForm(BaseForm):
    """Who finishes a note whose SIP has left; those at work in the school stand first. `here` are their keys."""

    submit = "Hand the note over"

    partner = forms.ChoiceField(
        label="Who finishes the note?", widget=forms.RadioSelect,
        error_messages={"required": "Select who finishes the note", "invalid_choice": "Select somebody from the list"},
    )  # fmt: skip

    def __init__(self, *args, partners, here, **kwargs):
        super().__init__(*args, **kwargs)
        self.partners = {str(partner.pk): partner for partner in sorted(partners, key=lambda one: one.pk not in here)}
        self.fields["partner"].choices = [
            (key, f"{one.full_name}{', now the SIP of this school' if one.pk in here else ''}")
            for key, one in self.partners.items()
        ]

    def clean_partner(self):
        return self.partners[self.cleaned_data["partner"]]


def as_stored(value) -> str:
    """A figure as the section keeps it: `72.5`, `2009-09-01`, a choice's value, words."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else str(value)
