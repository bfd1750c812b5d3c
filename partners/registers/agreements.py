"""The register of agreements: table, filter and list (AGR-1 to AGR-15)."""

from datetime import date, timedelta

from django.db.models import Q, Sum

from accounts.models import Authority
from accounts.permissions import P
from sipmanager.core.academic import academic_label, academic_year
from sipmanager.core.filters import BaseFilter, ChoicesFilter, OneOfFilter, SearchFilter
from sipmanager.core.registers import Register
from sipmanager.core.tables import BaseTable, Column, ExportColumn

from ..agreement_rules import plain_days
from ..filters import offer_authorities, one_authority
from ..models import Agreement, AgreementStatus
from ..wording import agreement_tag

ENDING = [("30", "Within 30 days"), ("60", "Within 60 days"), ("182", "Within 6 months")]
FIRST_YEAR = 2005


class AgreementTable(BaseTable):
    """Agreements as those see them who draw them up."""

    partner = Column(verbose_name="SIP", order_by=("engagement__partner__full_name",), export="engagement__partner__full_name")
    reference = ExportColumn(verbose_name="SIP reference", accessor="engagement__partner__reference")
    authority = ExportColumn(verbose_name="Authority", accessor="engagement__authority__name")
    starts_on = Column(verbose_name="First day")
    last_day = Column(
        verbose_name="Last day", order_by=("ends_on",), empty_values=(), export=lambda row: row.last_on or row.ends_on
    )
    schools = Column(
        verbose_name="Schools", is_number=True, empty_values=(), orderable=False, export=lambda row: len(row.schedule.all())
    )
    total = Column(verbose_name="Days", is_number=True, empty_values=(), orderable=False, export=lambda row: total_of(row))
    sip_rate = Column(verbose_name="SIP rate", is_number=True)
    nca_rate = ExportColumn(verbose_name="NCA rate")
    basis = ExportColumn(verbose_name="Works as", accessor="get_basis_display")
    notice_on = ExportColumn(verbose_name="Notice given")
    status = Column(verbose_name="State", export="get_status_display")

    class Meta(BaseTable.Meta):
        order_by = ("-starts_on",)


def total_of(row: Agreement):
    """Days of the schedule, reserved and other days (AGR-15)."""
    return (row.school_days or 0) + row.reserved_days + row.other_days


def years(on: date) -> list[tuple[str, str]]:
    return [(str(year), academic_label(year)) for year in range(academic_year(on) + 1, FIRST_YEAR - 1, -1)]


class AgreementFilter(BaseFilter):
    """Agreements by SIP, state and school year, and those that end soon."""

    q = SearchFilter(field_name="engagement__partner__search_name", label="SIP")
    state = ChoicesFilter(field_name="status", label="State", choices=AgreementStatus.choices)
    year = OneOfFilter(label="School year", method="by_year")
    ending = OneOfFilter(label="Ends", choices=ENDING, method="by_end")
    authority = one_authority(field_name="engagement__authority")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        visible = Agreement.objects.visible_to(self.request.viewer).order_by().values("engagement__authority_id")
        offer_authorities(self, Authority.objects.filter(pk__in=visible))
        self.filters["year"].extra["choices"] = years(self.request.viewer.on)

    def by_year(self, queryset, name, value):
        if not value:
            return queryset
        year = int(value)
        return queryset.filter(starts_on__lte=date(year + 1, 8, 31), ends_on__gte=date(year, 9, 1))

    def by_end(self, queryset, name, value):
        if not value:
            return queryset
        on = self.request.viewer.on
        until = on + timedelta(days=int(value))
        return queryset.filter(
            Q(status=AgreementStatus.IN_FORCE) | Q(status=AgreementStatus.ENDED), last_on__range=(on, until)
        )


class AgreementRegister(Register):
    """Agreements that a person may see; a SIP sees their own."""

    permission = P.AGREEMENT_VIEW
    noun = ("agreement", "agreements")
    table_class = AgreementTable
    row_template = "partners/agreements/_row.html"
    filter_class = AgreementFilter
    template_name = "partners/agreements/register.html"
    export_name = "agreements"
    empty = "No agreement with a School Improvement Partner (SIP) is drawn up yet. Draw one up from the SIP's page."

    def queryset(self, request):
        rows = Agreement.objects.visible_to(request.viewer, P.AGREEMENT_VIEW)
        rows = rows.annotate(school_days=Sum("schedule__days"))
        return rows.select_related("engagement__partner", "engagement__authority").prefetch_related("schedule")

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        for row in listing.records:
            row.tag = agreement_tag(row, request.viewer.on)
            row.total_words = plain_days(total_of(row))
        return listing
