"""What people type about letters: an authority's own texts, and how a letter went out (DEP-27)."""

from datetime import date

from django import forms

from accounts.access import Viewer
from accounts.models import Authority
from accounts.permissions import P
from partners.letter_text import LETTER_NAMES, LONGEST_BODY, LONGEST_TITLE, LetterKind, Text, faults
from partners.models import Deployment
from sipmanager.core.forms import BaseForm, KeyedForm

from .deployments import NotifiedForm
from .fields import AuthorityChoice, past, reword


class LetterTextForm(BaseForm):
    """The heading and the text of a kind of letter. `seen` is the version that it was opened on."""

    submit = ""
    title = forms.CharField(label="Heading", max_length=LONGEST_TITLE)
    body = forms.CharField(
        label="Text", max_length=LONGEST_BODY, widget=forms.Textarea(attrs={"rows": 20}),
        help_text="Leave a line between paragraphs. Begin a line with - for a list; put ** round words that should be bold.",
    )  # fmt: skip
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput())

    def __init__(self, *args, kind: LetterKind, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind

    def clean(self):
        cleaned = super().clean()
        title, body = cleaned.get("title", ""), cleaned.get("body", "")
        if title and body:
            for fault in faults(self.kind, Text(title, body)):
                self.add_error("title" if fault.startswith("The heading") else "body", fault)
        return cleaned

    @property
    def text(self) -> Text:
        return Text(self.cleaned_data["title"], self.cleaned_data["body"])


class PreviewOnForm(BaseForm):
    """On which deployment a text is tried; asked by GET."""

    submit = "Preview"
    deployment = forms.ModelChoiceField(
        label="Preview on", queryset=Deployment.objects.none(), required=False, empty_label="An invented deployment"
    )

    def __init__(self, *args, deployments, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["deployment"].queryset = deployments
        self.fields["deployment"].label_from_instance = lambda row: f"{row.partner.full_name} at {row.school.name}"


class LetterSentForm(BaseForm):
    """A letter went out another way than by email."""

    def __init__(self, *args, on: date, earliest: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sent_on"] = past(
            "Date sent", on, earliest=earliest, earliest_says="the day on which the letter was made, or later"
        )
        self.fields["method"] = forms.CharField(label="How it was sent", max_length=60, help_text="For example, by post.")
        reword(self)


class WriteAgainForm(KeyedForm):
    """Which letter to write with the text and the facts of today."""

    submit = "Write the letter"
    kind = forms.ChoiceField(label="Letter", widget=forms.RadioSelect)

    def __init__(self, *args, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, LETTER_NAMES[kind]) for kind in kinds]


class MarkManyForm(NotifiedForm, KeyedForm):
    """The same day and method for several notifications (DEP-15)."""


class TellAllForm(AuthorityChoice, MarkManyForm):
    """One notice of all that waits at an authority."""

    def __init__(self, *args, viewer: Viewer, on: date, **kwargs):
        super().__init__(*args, on=on, **kwargs)
        self.offer("authority", viewer, P.NOTIFICATION_SEND)
        self.order_fields(["authority", "sent_on", "method"])
        reword(self)


class LetterTextsOfForm(BaseForm):
    """Whose texts; asked by GET."""

    submit = "Show"
    authority = forms.ModelChoiceField(label="Authority", queryset=Authority.objects.none(), empty_label=None)

    def __init__(self, *args, authorities, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["authority"].queryset = authorities
