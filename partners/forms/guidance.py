"""What a manager types to publish local issues and guidance (HND-5)."""

from django import forms

from accounts.access import Viewer
from accounts.permissions import P
from partners.models import GuidanceKind
from sipmanager.core.forms import KeyedForm

from .fields import AuthorityChoice, reword


class GuidanceForm(AuthorityChoice, KeyedForm):
    """What it is about decides for whom it is; the authority is asked for only where there are several."""

    submit = ""
    kind = forms.ChoiceField(
        label="What is it about?", choices=GuidanceKind.choices, widget=forms.RadioSelect,
        help_text="County and local issues go to the School Improvement Partners (SIPs) of the authority, everything else to the "
        "headteachers of its schools. SIPs can read what their schools are told.",
    )  # fmt: skip
    title = forms.CharField(label="Title", max_length=120)
    text = forms.CharField(
        label="Text", max_length=8000, widget=forms.Textarea(attrs={"rows": 16}),
        help_text="Nothing confidential, and no names of pupils. It cannot be changed once it is published.",
    )  # fmt: skip
    field_order = ("authority", "kind", "title", "text", "form_key")

    def __init__(self, *args, viewer: Viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer("authority", viewer, P.GUIDANCE_PUBLISH)
        self.order_fields(self.field_order)
        reword(self)
