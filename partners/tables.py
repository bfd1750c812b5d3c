"""Columns of the registers of SIPs, deployments and notifications."""

from sipmanager.core.tables import BaseTable, Column, ExportColumn

from .models import Kind
from .wording import STANDING_WORDS, State

KIND_NAMES = dict(Kind.choices)


def sectors_of(partner) -> list[str]:
    return list(dict.fromkeys(award.get_sector_display() for award in partner.sectors_held))


def standing_words(partner) -> str:
    return STANDING_WORDS[State(partner.standing)] if partner.standing else "Not accredited"


class PartnerTable(BaseTable):
    """The register of SIPs as heads and governors see it."""

    full_name = Column(verbose_name="Name", export="full_name")
    reference = ExportColumn(verbose_name="Reference")
    kind_now = Column(verbose_name="Kind", export=lambda partner: KIND_NAMES.get(partner.kind_now, ""))
    sectors = Column(verbose_name="Sectors", empty_values=(), orderable=False, export=sectors_of)

    class Meta(BaseTable.Meta):
        order_by = ("full_name",)


class StaffPartnerTable(PartnerTable):
    """The register of SIPs as those see it who place them."""

    schools_held = Column(verbose_name="Schools", is_number=True)
    days_free = Column(verbose_name="Days free", is_number=True)
    standing = Column(verbose_name="Accreditation", order_by=("practised_on",), export=standing_words)

    class Meta(BaseTable.Meta):
        order_by = ("full_name",)


class PlacesTable(BaseTable):
    """Deployments, each by its school and SIP first."""

    school = Column(verbose_name="School", order_by=("school__name",), export="school__name")
    urn = ExportColumn(verbose_name="URN", accessor="school__urn")
    partner = Column(verbose_name="SIP", order_by=("partner__full_name",), export="partner__full_name")
    reference = ExportColumn(verbose_name="SIP reference", accessor="partner__reference")
    authority = ExportColumn(verbose_name="Authority", accessor="authority__name")


class DeploymentTable(PlacesTable):
    """The register of deployments."""

    starts_on = Column(verbose_name="From")
    ends_on = Column(verbose_name="Last day")
    days = Column(verbose_name="Days", is_number=True)
    status = Column(verbose_name="Status", export="get_status_display")

    class Meta(BaseTable.Meta):
        order_by = ("-starts_on",)


class NotificationTable(BaseTable):
    """The log of what the national contractor was told, and is still to be told (DEP-15)."""

    school = Column(verbose_name="School", order_by=("deployment__school__name",), export="deployment__school__name")
    urn = ExportColumn(verbose_name="URN", accessor="deployment__school__urn")
    partner = Column(verbose_name="SIP", order_by=("deployment__partner__full_name",), export="deployment__partner__full_name")
    reference = ExportColumn(verbose_name="SIP reference", accessor="deployment__partner__reference")
    authority = ExportColumn(verbose_name="Authority", accessor="deployment__authority__name")
    kind = Column(verbose_name="What", export="get_kind_display")
    effective_on = Column(verbose_name="Takes effect on")
    raised_at = ExportColumn(verbose_name="Raised")
    sent_on = Column(verbose_name="Sent")
    method = ExportColumn(verbose_name="How it was sent")
    waited = Column(verbose_name="Lag", is_number=True, empty_values=(), export="waited")

    class Meta(BaseTable.Meta):
        order_by = ("-effective_on",)
