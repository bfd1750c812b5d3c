"""What people type about development: events, answers to invitations, own entries, absences, reviews (section 24)."""

from datetime import date

from django import forms

from accounts.access import Viewer
from accounts.permissions import P, Reach
from partners.development import HALF, MOST_DAYS, QUARTER, in_steps
from partners.models import DevelopmentEvent, EventKind, EventPhase, Host, Partner
from sipmanager.core.forms import BaseForm, CodeField, GovDateField, KeyedForm

from .fields import AuthorityChoice, KeptFileField, past, reword

NEEDS_ONE = "Give each of the dates the same word here, for example “June briefing”: a SIP then needs one of them."


def part_days(label: str, step, says: str, **kwargs) -> forms.DecimalField:
    """A number of days in halves or quarters."""

    def check(value):
        if not in_steps(value, step):
            raise forms.ValidationError(f"Days must be in {says}, up to {MOST_DAYS} days", code="step")

    box = forms.NumberInput(attrs={"class": "govuk-input--width-4", "step": "any"})
    return forms.DecimalField(label=label, max_digits=4, decimal_places=2, widget=box, validators=[check], **kwargs)


class EventFields(forms.Form):
    """A development event (CPD-14)."""

    title = forms.CharField(label="Title", max_length=120)
    kind = forms.ChoiceField(label="Kind", choices=[("", "Choose"), *EventKind.choices])
    held_on = GovDateField(label="Date")
    days = part_days("Days", HALF, "halves", help_text="Half a day is 0.5.")
    venue = forms.CharField(label="Place and time (optional)", max_length=200, required=False)
    phase = forms.ChoiceField(
        label="For SIPs at work in", choices=[("", "Schools of any phase"), *((v, f"{w} schools") for v, w in EventPhase.choices)],
        required=False, widget=forms.RadioSelect,
    )  # fmt: skip
    host = forms.ChoiceField(label="Held by", choices=Host.choices, widget=forms.RadioSelect, initial=Host.AUTHORITY)
    is_mandatory = forms.BooleanField(label="Mandatory", required=False)
    is_school_day = forms.BooleanField(label="Its days belong to a school, and do not count as development", required=False)
    alternatives = forms.CharField(label="One of several dates (optional)", max_length=40, required=False, help_text=NEEDS_ONE)
    places = forms.IntegerField(
        label="Places (optional)", min_value=1, max_value=10000, required=False,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-4"}),
    )  # fmt: skip

    def clean_phase(self):
        return self.cleaned_data["phase"] or ""


class NewEventForm(AuthorityChoice, EventFields, KeyedForm):
    """An event to be entered: national staff enter national ones, an authority its own."""

    submit = "Save the event"

    def __init__(self, *args, viewer: Viewer, **kwargs):
        super().__init__(*args, **kwargs)
        reaches = {reach for _, reach in viewer.granted(P.CPD_EDIT)}
        self.is_national = reaches == {Reach.EVERYWHERE}
        if not self.is_national:
            at_home = viewer.only(
                {capacity.role for capacity, reach in viewer.granted(P.CPD_EDIT) if reach is Reach.AUTHORITY}
            )
            self.offer("authority", at_home, P.CPD_EDIT)
        else:
            self.fields["host"].initial = Host.NATIONAL
        reword(self)

    def clean(self):
        given = super().clean()
        given.setdefault("authority", None)
        if not self.is_national and given.get("kind") == EventKind.TERMLY:
            self.add_error("kind", "Termly national meetings are entered by national staff")
        return given


class EventForm(EventFields, BaseForm):
    """An event as it stands; the number says which state of it was seen."""

    submit = "Save the event"
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, event: DevelopmentEvent, **kwargs):
        kept = {name: getattr(event, name) for name in (*EventFields.base_fields, "version")}
        super().__init__(*args, initial=kept, **kwargs)


class CancelEventForm(BaseForm):
    """Why an event does not take place."""

    submit = ""
    reason = forms.CharField(
        label="Why it is cancelled", max_length=300, widget=forms.Textarea, help_text="Those invited read it."
    )


class AddToEventForm(BaseForm):
    """One SIP more, by reference."""

    submit = "Invite the SIP"
    reference = CodeField(label="Reference of the SIP", max_length=20, help_text="For example, P000123")

    def __init__(self, *args, viewer: Viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.viewer = viewer

    def clean_reference(self):
        reference = self.cleaned_data["reference"]
        found = Partner.objects.visible_to(self.viewer, P.CPD_VIEW).filter(reference__iexact=reference).first()
        if found is None:
            raise forms.ValidationError(
                f"There is no SIP with the reference {reference} whom you could invite", code="unknown"
            )
        return found


class AnswerForm(BaseForm):
    """A SIP's answer to an invitation; after the day, the reason for the absence alone."""

    submit = "Send the answer"
    is_coming = forms.TypedChoiceField(
        label="Will you come?", choices=[("yes", "Yes"), ("no", "No")], coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    reason = forms.CharField(
        label="If not, why", max_length=300, required=False, widget=forms.Textarea,
        help_text="Leave is given for reasons that would excuse you from work. Your SIP manager reads it.",
    )  # fmt: skip

    def __init__(self, *args, is_past: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if is_past:
            del self.fields["is_coming"]
            self.fields["reason"].label, self.fields["reason"].required = "Why you did not come", True
        reword(self)

    def clean(self):
        given = super().clean()
        given.setdefault("is_coming", False)
        return given


class EntryForm(KeyedForm):
    """What a SIP did by themself (CPD-16)."""

    submit = "Save the entry"
    title = forms.CharField(label="What it was", max_length=120)
    kind = forms.ChoiceField(
        label="Kind", widget=forms.RadioSelect, initial=EventKind.ONLINE,
        choices=[pair for pair in EventKind.choices if pair[0] not in (EventKind.TERMLY, EventKind.BRIEFING)],
    )  # fmt: skip
    days = part_days(
        "Days", QUARTER, "quarters", help_text="Half a day is 0.5. An online module has the value stated with it."
    )
    is_school_day = forms.BooleanField(
        label="I was paid for this time by or for a school, so it does not count", required=False
    )
    note = forms.CharField(label="What you take from it (optional)", max_length=500, required=False, widget=forms.Textarea)
    file = KeptFileField(label="Evidence (optional)", required=False)

    field_order = ("title", "kind", "held_on", "days", "is_school_day", "note", "file")

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["held_on"] = past("Date", on)
        self.order_fields(self.field_order)
        reword(self)


class DecideAttendanceForm(BaseForm):
    """Whether a reason for an absence, or an own entry, is accepted (CPD-11, CPD-16)."""

    submit = ""
    is_accepted = forms.TypedChoiceField(
        label="Do you accept it?", choices=[("yes", "Yes, it is accepted"), ("no", "No, it is not accepted")],
        coerce=lambda value: value == "yes", widget=forms.RadioSelect,
    )  # fmt: skip
    decision = forms.CharField(
        label="A word to the SIP", max_length=300, required=False, widget=forms.Textarea,
        help_text="Needed where you do not accept it.",
    )  # fmt: skip


class DevelopmentReviewForm(KeyedForm):
    """Notes of a talk about a SIP's development (CPD-10)."""

    submit = "Save the notes"
    went_well = forms.CharField(label="What went well", max_length=4000, widget=forms.Textarea)
    barriers = forms.CharField(label="Barriers (optional)", max_length=4000, required=False, widget=forms.Textarea)
    needs = forms.CharField(label="Needs (optional)", max_length=4000, required=False, widget=forms.Textarea)

    field_order = ("reviewed_on", "went_well", "barriers", "needs")

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reviewed_on"] = past("Date of the talk", on)
        self.order_fields(self.field_order)
        reword(self)
