"""What people type about a school's say, an authority's criteria and the roles beside a lead SIP."""

from django import forms

from partners.consulting import ANSWER_NAMES, ANSWERS, Answer, Ground, Question
from partners.models import BesideKind
from sipmanager.core.forms import BaseForm, CodeField, GovDateField, KeyedForm

from .fields import reword

OBJECTIONS = [
    (Answer.NO_OBJECTION.value, "The governing body does not object"),
    (
        Ground.CONNECTIVITY.value,
        "The governing body objects on connectivity: there is a link between the SIP and the school or its people",
    ),
    (Ground.OTHER.value, "The governing body objects for another reason"),
]  # fmt: skip
VOICES = {
    Answer.CONTENT: "We are content with this SIP", Answer.CONCERNS: "We have concerns",
    Answer.TALK: "We wish to talk about it first", Answer.FAITH: "We ask for a SIP in sympathy with the school's faith",
    Answer.CHOSEN: "We choose this SIP", Answer.NOT_CHOSEN: "We do not choose this SIP",
}  # fmt: skip


class SayForm(BaseForm):
    """Head or chair says what the school thinks; one choice and a few words."""

    submit = ""

    def __init__(self, *args, question: str, is_entered: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        choices = OBJECTIONS
        if question != Question.OBJECTION:
            names = ANSWER_NAMES if is_entered else VOICES
            choices = [(answer.value, names[answer]) for answer in ANSWERS[question]]
        self.fields["answer"] = forms.ChoiceField(
            label="What the school answered" if is_entered else "Your answer", choices=choices, widget=forms.RadioSelect,
            error_messages={"required": "Select an answer"},
        )  # fmt: skip
        self.fields["says"] = forms.CharField(
            label="What the authority should know", required=False, max_length=2000, widget=forms.Textarea,
            help_text="Needed for every answer but a plain yes. Only the authority reads it.",
        )  # fmt: skip
        reword(self)


class CriteriaForm(BaseForm):
    """How SIPs are chosen and deployed, for schools to read (DEP-2)."""

    submit = ""
    text = forms.CharField(label="Criteria", max_length=8000, widget=forms.Textarea(attrs={"rows": 16}))


class BesideForm(KeyedForm):
    """Somebody beside the lead of a school (DEP-16, DEP-29, DEP-30); `people` are the SIPs who may be named.

    Without `may_be_external` nothing of an external SIP is asked.
    """

    submit = ""
    kind = forms.ChoiceField(label="Role", choices=BesideKind.choices, widget=forms.RadioSelect)
    partner = CodeField(
        label="SIP's reference (optional)", required=False, max_length=20,
        help_text="The SIP who covers, or who advises on the head's review. For example, P000123.",
    )  # fmt: skip
    name = forms.CharField(
        label="Name of an officer, or of an external SIP (optional)", required=False, max_length=120,
        help_text="Cover without a SIP and a name is by an officer of the authority.",
    )  # fmt: skip
    body = forms.CharField(label="Body that the external SIP comes from (optional)", required=False, max_length=120)
    starts_on = GovDateField(label="First day")
    ends_on = GovDateField(label="Last day (optional)", required=False)
    note = forms.CharField(label="Note (optional)", required=False, max_length=300)

    def __init__(self, *args, people, may_be_external: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = people
        if may_be_external:
            return
        del self.fields["body"]
        self.fields["kind"].choices = [row for row in BesideKind.choices if row[0] != BesideKind.EXTERNAL]
        self.fields["name"].label = "Name of an officer (optional)"

    def clean_partner(self):
        reference = self.cleaned_data["partner"]
        if not reference:
            return None
        found = self.people.filter(reference=reference).first()
        if found is None:
            raise forms.ValidationError(f"There is no SIP with the reference {reference} here", code="unknown")
        return found


class EndBesideForm(BaseForm):
    """The last day of a role beside the lead."""

    submit = ""
    on = GovDateField(label="Last day")
