"""What people type to deploy, move, renew or end many at once (DEP-18, DEP-19)."""

from collections.abc import Mapping
from datetime import date

from django import forms

from accounts.access import Viewer
from accounts.permissions import P
from partners.actions import MOST_IN_A_RUN
from partners.models import Deployment, Partner
from schools.models import School
from sipmanager.core.forms import BaseForm, GovDateField, KeyedForm
from sipmanager.core.wording import counted

from .deployments import EndDeploymentForm, PeriodForm
from .fields import past, reword
from .whatif import PartnerField

LONGEST = 24_000  # characters: a URN and a reference for each school of a run


class AtOnceForm(BaseForm):
    """What decides how far each row is taken."""

    submit = ""

    def offer_confirming(self, on: date, *, may_confirm: bool) -> None:
        if may_confirm:
            self.fields["consulted_on"] = past(
                "Day on which the schools were asked (optional)", on, required=False,
            )  # fmt: skip
            self.fields["consulted_on"].help_text = (
                "With it each is confirmed at once where every check is on record; without it each is proposed, and its "
                "school is asked by email."
            )
        self.fields["reason"] = forms.CharField(
            label="Reason, where a rule asks for one (optional)", required=False, max_length=300, widget=forms.Textarea,
            help_text="Only rules that ask for best endeavours can be set aside.",
        )  # fmt: skip
        reword(self)


def parts_of(text: str) -> list[list[str]]:
    """The words of each line that has any; commas and semicolons part words too."""
    lines = (line.replace(",", " ").replace(";", " ").split() for line in text.splitlines())
    return [line for line in lines if line]


class LinesForm(BaseForm):
    """Schools, one a line, each with the reference of its SIP or without."""

    submit = ""

    def read_lines(
        self, text: str, schools: Mapping[str, School], default: Partner | None
    ) -> dict[int, tuple[Partner, School]]:
        """The SIP and the school of each line, by school id; what is wrong with a line is said of the field."""
        lines = parts_of(text)
        if len(lines) > MOST_IN_A_RUN:
            self.add_error("rows", f"Enter at most {counted(MOST_IN_A_RUN, 'school')} at once")
            return {}
        asked = {line[1].upper() for line in lines if len(line) > 1}
        partners = Partner.objects.visible_to(self.viewer, P.PARTNER_VIEW).filter(reference__in=asked)
        by_reference = {partner.reference: partner for partner in partners}
        found: dict[int, tuple[Partner, School]] = {}
        for at, line in enumerate(lines, 1):
            school = schools.get(line[0])
            partner = by_reference.get(line[1].upper()) if len(line) > 1 else default
            if school is None:
                self.add_error("rows", f"Line {at}: there is no school with the URN {line[0][:20]} here")
            elif partner is None and len(line) > 1:
                self.add_error("rows", f"Line {at}: there is no SIP with the reference {line[1][:20]} on the register")
            elif partner is None:
                self.add_error("rows", f"Line {at}: enter the SIP after the URN, or one SIP for all above")
            elif school.pk in found:
                self.add_error("rows", f"Line {at}: {school.name} is on an earlier line")
            else:
                found[school.pk] = (partner, school)
        return found


class DeployManyForm(AtOnceForm, PeriodForm, LinesForm, KeyedForm):
    """Schools, one a line, each with its SIP, or one SIP for all."""

    sip = PartnerField(
        label="Reference of the SIP for schools without one below (optional)", required=False,
        help_text="For example, P000123",
    )  # fmt: skip
    rows = forms.CharField(
        label="Schools", widget=forms.Textarea, max_length=LONGEST,
        help_text=f"One a line, {MOST_IN_A_RUN} at most: the URN, and after a space the reference of the SIP if it is another one.",
    )  # fmt: skip

    def __init__(self, *args, viewer: Viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        self.fields["sip"].viewer = viewer
        self.offer_confirming(viewer.on, may_confirm=viewer.has(P.DEPLOYMENT_CONFIRM))
        self.order_fields(["sip", "rows", "starts_on", "ends_on", "days", "consulted_on", "reason"])
        self.pairs: list[tuple[Partner, School]] = []

    def clean(self):
        cleaned = super().clean()
        if "rows" in cleaned and "sip" in cleaned:
            urns = {line[0] for line in parts_of(cleaned["rows"])}
            schools = School.objects.visible_to(self.viewer, P.DEPLOYMENT_PROPOSE).filter(urn__in=urns)
            by_urn = {school.urn: school for school in schools.select_related("diocese")}
            self.pairs = list(self.read_lines(cleaned["rows"], by_urn, cleaned["sip"]).values())
        return cleaned


class MoveManyForm(AtOnceForm, LinesForm, KeyedForm):
    """The SIP to whom the schools move, from which day, and why; schools that go to somebody else are named."""

    sip = PartnerField(
        label="Reference of the SIP who takes them", required=False,
        help_text="For example, P000123. It may be left blank where every school is named below with its SIP.",
    )  # fmt: skip
    rows = forms.CharField(
        label="Schools that go to somebody else (optional)", required=False, widget=forms.Textarea, max_length=LONGEST,
        help_text="One a line: the URN, and after a space the reference of the SIP.",
    )  # fmt: skip
    starts_on = GovDateField(label="First day of the new SIP")
    why = forms.CharField(label="Why the schools move", max_length=300, widget=forms.Textarea)

    def __init__(self, *args, viewer: Viewer, chosen: list[Deployment], **kwargs):
        super().__init__(*args, **kwargs)
        self.viewer, self.chosen = viewer, chosen
        self.fields["sip"].viewer = viewer
        self.offer_confirming(viewer.on, may_confirm=viewer.has(P.DEPLOYMENT_CONFIRM))
        self.to: dict[int, Partner] = {}

    def clean(self):
        cleaned = super().clean()
        if "rows" in cleaned and "sip" in cleaned:
            schools = {row.school.urn: row.school for row in self.chosen}
            named = self.read_lines(cleaned["rows"], schools, None)
            self.to = {row.pk: named[row.school_id][0] if row.school_id in named else cleaned["sip"] for row in self.chosen}
            if not self.has_error("rows") and None in self.to.values():
                self.add_error("sip", "Enter the reference of the SIP who takes the schools")
        return cleaned


class RenewManyForm(KeyedForm):
    """Until when deployments run on."""

    submit = ""
    until = GovDateField(
        label="New last day (optional)", required=False,
        help_text="Without one each runs on for another year, or to its last lawful day where that comes first.",
    )  # fmt: skip


class EndManyForm(EndDeploymentForm, KeyedForm):
    """The same last day and reason for several deployments, once (DEP-18)."""
