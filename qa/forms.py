"""What is typed about shadow visits. Forms check; actions save."""

from datetime import date

from django import forms

from accounts.access import Viewer
from accounts.permissions import Permission
from partners.models import Deployment, Engagement
from schools.models import School
from sipmanager.core.forms import BaseForm, GovDateField, KeyedForm

from .models import Level, ShadowVisit

P = Permission
LONG = 4000


class PlanForm(KeyedForm):
    """Which SIP, at which of their schools, on which day."""

    submit = "Plan the shadow visit"

    partner = forms.ModelChoiceField(label="SIP", queryset=Engagement.objects.none(), empty_label="Choose a SIP")
    school = forms.ModelChoiceField(
        label="School", queryset=School.objects.none(), empty_label="Choose a school", to_field_name="urn"
    )
    planned_on = GovDateField(label="Date of the shadow visit")
    school_agreed_on = GovDateField(
        label="Date the school agreed", required=False, help_text="Leave this empty if the SIP has yet to ask."
    )

    def __init__(self, *args, viewer: Viewer, on: date, reference: str = "", **kwargs):
        """`reference` is the SIP to choose beforehand, where the page was opened from theirs."""
        super().__init__(*args, **kwargs)
        engagements = Engagement.objects.running(on).visible_to(viewer, P.SHADOW_RECORD)
        at_work = Deployment.objects.active(on)
        choices = engagements.filter(partner__in=at_work.values("partner"))
        self.fields["partner"].queryset = choices.select_related("partner").order_by("partner__full_name", "pk")
        self.fields["partner"].label_from_instance = lambda engagement: engagement.partner.full_name
        if reference:
            self.initial["partner"] = choices.filter(partner__reference=reference).order_by("pk").first()
        deployments = at_work.filter(authority__in=engagements.values("authority"), partner__in=engagements.values("partner"))
        self.at_work = deployments
        self.fields["school"].queryset = School.objects.filter(pk__in=deployments.values("school")).order_by("name", "pk")
        self.fields["planned_on"].limit(earliest=on, earliest_says="today or in the future")
        self.fields["school_agreed_on"].limit(latest=on, latest_says="today or in the past")

    def clean(self):
        cleaned = super().clean()
        engagement, school = cleaned.get("partner"), cleaned.get("school")
        if engagement and school and not self.at_work.filter(partner=engagement.partner_id, school=school).exists():
            name = engagement.partner.full_name
            self.add_error("school", f"{name} does not work with {school.name}. Choose one of their schools")
        return cleaned


class HeldForm(BaseForm):
    """What happened on the day."""

    submit = "Record the shadow visit"

    held_on = GovDateField(label="Date it took place")
    school_agreed_on = GovDateField(label="Date the school agreed", help_text="The school agrees before the visit.")
    oral_feedback_on = GovDateField(label="Date of the oral feedback", help_text="Given at the end of the visit.")

    def __init__(self, *args, shadow: ShadowVisit, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("held_on", shadow.planned_on)
        self.initial.setdefault("school_agreed_on", shadow.school_agreed_on)
        self.initial.setdefault("oral_feedback_on", shadow.planned_on)
        for name in ("held_on", "school_agreed_on", "oral_feedback_on"):
            self.fields[name].limit(latest=on, latest_says="today or in the past")

    def clean(self):
        cleaned = super().clean()
        held, agreed, oral = (cleaned.get(name) for name in ("held_on", "school_agreed_on", "oral_feedback_on"))
        if held and agreed and agreed > held:
            self.add_error("school_agreed_on", "Date the school agreed must be the same as or before the visit")
        if held and oral and oral < held:
            self.add_error("oral_feedback_on", "Date of the oral feedback must be the same as or after the visit")
        return cleaned


def _text(label: str, hint: str) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=False, max_length=LONG, widget=forms.Textarea(attrs={"rows": 5})
    )


def _level(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=Level.choices, widget=forms.RadioSelect, required=False)


class FeedbackForm(BaseForm):
    """What was observed (QA-10) and how well (QA-4, QA-5). It may be kept unfinished; sending asks for all of it."""

    submit = ""
    label_sizes = dict.fromkeys(("preparation", "challenge_and_support", "advice", "management"), "s")

    preparation = _text("Preparation", "What the SIP knew and had ready before the visit.")
    challenge_and_support = _text("Challenge and support", "How they questioned, and how they helped.")
    advice = _text("Advice given", "What they advised, and how well it fitted the school.")
    management = _text("Management of the visit", "Time, purpose and agreement on what follows.")
    analyse = _level("Analyses strengths and needs, data included")
    strategies = _level("Judges which strategies would work")
    interact = _level("Works with leaders, fitting challenge to the school")


class ReasonForm(BaseForm):
    submit = ""
    reason = forms.CharField(label="Reason", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class CommentForm(BaseForm):
    submit = "Save the comment"
    text = forms.CharField(label="Your comment on this feedback", max_length=LONG, widget=forms.Textarea(attrs={"rows": 5}))
