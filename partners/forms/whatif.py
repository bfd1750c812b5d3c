"""What people suppose: changes of deployments and SIPs on a day, none of them saved."""

from datetime import date

from django import forms

from accounts.access import Viewer
from accounts.permissions import P
from partners.models import Partner
from schools.models import School
from sipmanager.core.forms import BaseForm, CodeField, GovDateField

from .fields import AuthorityChoice, SchoolField, reword

START, CHANGE, END, LEAVE, LOSE, RETIRE = "start", "change", "end", "leave", "lose", "retire"
KINDS = [
    (START, "A SIP takes a school"),
    (CHANGE, "A school moves to another SIP"),
    (END, "A SIP leaves a school"),
    (LEAVE, "A SIP leaves all schools"),
    (LOSE, "An accreditation lapses or is removed"),
    (RETIRE, "A SIP retires as a headteacher"),
]
OF_A_SCHOOL = frozenset({START, CHANGE, END})
NEEDS_NO_SIP = frozenset({END})
SECTORS = [("", "Every sector"), ("primary", "Primary"), ("secondary", "Secondary")]


class PartnerField(CodeField):
    """A SIP by reference, among those that somebody may see; cleans to the SIP."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", "Reference of the SIP")
        kwargs.setdefault("max_length", 20)
        super().__init__(**kwargs)
        self.viewer: Viewer | None = None
        self.widget.attrs.setdefault("class", "govuk-input--width-10")

    def clean(self, value):
        reference = super().clean(value)
        if not reference:
            return None
        rows = Partner.objects.visible_to(self.viewer, P.PARTNER_VIEW) if self.viewer else Partner.objects.none()
        partner = rows.filter(reference=reference).first()
        if partner is None:
            raise forms.ValidationError(f"There is no SIP with the reference {reference} on the register", code="unknown")
        return partner

    def prepare_value(self, value):
        return getattr(value, "reference", value)


class SupposeForm(AuthorityChoice, BaseForm):
    """The day, and one more change that takes effect on it; asked by GET, so that the page can be kept and sent on."""

    submit = ""
    on = GovDateField(label="From which day")
    kind = forms.ChoiceField(label="What changes", choices=KINDS, widget=forms.RadioSelect, required=False)
    sip = PartnerField(label="Reference of the SIP (optional)", required=False, help_text="For example, P000123")
    school = SchoolField(label="URN of the school (optional)", required=False)
    sector = forms.ChoiceField(label="Sector of the accreditation", choices=SECTORS, required=False)

    def __init__(self, *args, viewer: Viewer, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer("authority", viewer, P.DEPLOYMENT_PROPOSE)
        self.fields["sip"].viewer = viewer
        self.viewer = viewer
        self.fields["on"].limit(earliest=on, earliest_says="today or in the future")
        reword(self)

    def clean_school(self):
        school = self.cleaned_data["school"]
        if (
            school is not None
            and not School.objects.visible_to(self.viewer, P.DEPLOYMENT_PROPOSE).filter(pk=school.pk).exists()
        ):
            raise forms.ValidationError(f"There is no school with the URN {school.urn} here", code="unknown")
        return school

    def clean(self):
        cleaned = super().clean()
        kind = cleaned.get("kind")
        if not kind or self.errors:
            return cleaned
        if kind in OF_A_SCHOOL and not cleaned.get("school"):
            self.add_error("school", "Enter the URN of the school")
        if kind not in NEEDS_NO_SIP and not cleaned.get("sip"):
            self.add_error("sip", "Enter the reference of the SIP")
        return cleaned

    def change(self) -> str:
        """The change asked for, as it stands in an address; blank where none is."""
        given = self.cleaned_data
        if not given.get("kind"):
            return ""
        school = given["school"].urn if given.get("school") and given["kind"] in OF_A_SCHOOL else ""
        sip = given["sip"].reference if given.get("sip") else ""
        sector = given.get("sector", "") if given["kind"] == LOSE else ""
        return ":".join((given["kind"], sip, school, sector))
