"""What people type to deploy, renew or move many at once (DEP-18, DEP-19)."""

from datetime import date

from django import forms

from accounts.access import Viewer
from accounts.permissions import P
from partners.models import Partner
from schools.models import School
from sipmanager.core.forms import BaseForm, GovDateField, KeyedForm
from sipmanager.core.wording import counted

from .deployments import PeriodForm
from .fields import past, reword
from .whatif import PartnerField

MOST = 25  # what is proposed, agreed and confirmed within one request; a whole authority is deployed as a plan


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


class DeployManyForm(AtOnceForm, PeriodForm, KeyedForm):
    """Schools, one a line, each with its SIP, or one SIP for all."""

    sip = PartnerField(
        label="Reference of the SIP for schools without one below (optional)", required=False,
        help_text="For example, P000123",
    )  # fmt: skip
    rows = forms.CharField(
        label="Schools", widget=forms.Textarea, max_length=4000,
        help_text="One a line: the URN, and after a space the reference of the SIP if it is another one.",
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
            self.pairs = self._pairs(cleaned["rows"], cleaned["sip"])
        return cleaned

    def _pairs(self, text: str, default: Partner | None) -> list[tuple[Partner, School]]:
        lines = [line.replace(",", " ").replace(";", " ").split() for line in text.splitlines() if line.strip()]
        if len(lines) > MOST:
            self.add_error("rows", f"Enter at most {counted(MOST, 'school')} at once")
            return []
        schools = School.objects.visible_to(self.viewer, P.DEPLOYMENT_PROPOSE).filter(urn__in={line[0] for line in lines})
        by_urn = {school.urn: school for school in schools.select_related("diocese")}
        asked = {line[1].upper() for line in lines if len(line) > 1}
        partners = Partner.objects.visible_to(self.viewer, P.PARTNER_VIEW).filter(reference__in=asked)
        by_reference = {partner.reference: partner for partner in partners}
        found: dict[int, tuple[Partner, School]] = {}
        for at, line in enumerate(lines, 1):
            school = by_urn.get(line[0])
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
        return list(found.values())


class MoveManyForm(AtOnceForm, KeyedForm):
    """The SIP to whom the schools move, from which day, and why."""

    sip = PartnerField(label="Reference of the SIP who takes them", help_text="For example, P000123")
    starts_on = GovDateField(label="First day of the new SIP")
    why = forms.CharField(label="Why the schools move", max_length=300, widget=forms.Textarea)

    def __init__(self, *args, viewer: Viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sip"].viewer = viewer
        self.offer_confirming(viewer.on, may_confirm=viewer.has(P.DEPLOYMENT_CONFIRM))


class RenewManyForm(KeyedForm):
    """Until when deployments run on."""

    submit = ""
    until = GovDateField(
        label="New last day (optional)", required=False,
        help_text="Without one each runs on for another year, or to its last lawful day where that comes first.",
    )  # fmt: skip
