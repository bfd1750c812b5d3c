"""The lists of accreditations, applications, claims and removal cases: tables, filters, registers (ACC-1 to ACC-28)."""

from datetime import date

import django_filters
from django.db.models import Exists, OuterRef, Q, Value
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import Authority, Region
from accounts.permissions import P, Reach
from schools.facts import SECTOR_NAMES
from sipmanager.core.academic import add_months
from sipmanager.core.filters import BaseFilter, ChoicesFilter, OneOfFilter, SearchFilter
from sipmanager.core.parts import Link
from sipmanager.core.registers import Register
from sipmanager.core.tables import BaseTable, Column, ExportColumn

from ..accreditation import STATE_NAMES, State, lapse_day, warn_day
from ..filters import offer_authorities, one_authority
from ..models import (
    Application,
    ApplicationStatus,
    CaseStatus,
    Claim,
    ClaimStatus,
    Criterion,
    Deployment,
    Engagement,
    Partner,
    RemovalCase,
    Willingness,
)
from ..selectors import awards_on, under_review
from ..selectors.accreditation.clock import first_day_for
from ..wording import STANDING_WORDS, UNDER_REVIEW, application_tag, case_tag, claim_tag, standing_tag
from .sips import STAFF

SECTORS = [(sector.value, name) for sector, name in SECTOR_NAMES.items()]
STATES = [(state.value, STATE_NAMES[state]) for state in State]
WITHIN = [("0", "Now"), ("3", "Within 3 months"), ("6", "Within 6 months"), ("12", "Within 12 months")]
YES_NO = [("yes", "Yes"), ("no", "No")]


class AccreditationTable(BaseTable):
    """One row for each SIP and sector."""

    partner = Column(verbose_name="SIP", order_by=("partner__full_name",), export="partner__full_name")
    reference = ExportColumn(verbose_name="SIP reference", accessor="partner__reference")
    sector = Column(verbose_name="Sector", export="get_sector_display")
    award = ExportColumn(verbose_name="Reference of the accreditation", accessor="reference")
    accredited_on = Column(verbose_name="Accredited on")
    practised_on = Column(verbose_name="Last practised on")
    warn_on = ExportColumn(verbose_name="Warned on", empty_values=(), export=lambda row: warn_day(lapse_day(row.practised_on)))
    lapses_on = Column(
        verbose_name="Lapses on", order_by=("practised_on",), empty_values=(), export=lambda row: lapse_day(row.practised_on)
    )
    removed_on = ExportColumn(verbose_name="Removed on")
    is_under_review = ExportColumn(verbose_name="Under review", export=lambda row: "Yes" if row.is_under_review else "No")
    standing = Column(verbose_name="State", orderable=False, export=lambda row: STANDING_WORDS[State(row.standing)])

    class Meta(BaseTable.Meta):
        order_by = ("partner",)


class AccreditationFilter(BaseFilter):
    """Accreditations by where they stand, for what, and with whom the SIP works."""

    q = SearchFilter(field_name="partner__search_name", label="SIP's name or reference")
    state = ChoicesFilter(field_name="standing", label="State", choices=STATES)
    sector = ChoicesFilter(field_name="sector", label="Sector", choices=SECTORS)
    warned = OneOfFilter(label="Warned", choices=WITHIN, method="by_warning")
    work = OneOfFilter(label="At work today", choices=YES_NO, method="by_work")
    region = django_filters.ModelChoiceFilter(
        label="Region", queryset=Region.objects.order_by("name"), empty_label="Any region", method="by_region"
    )
    authority = one_authority(method="by_authority")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer_authorities(self, Authority.objects.visible_to(self.request.viewer, P.ACCREDITATION_VIEW))

    @property
    def on(self) -> date:
        return self.request.viewer.on

    def by_warning(self, queryset, name, value):
        """The warning has come, or comes within so many months, and the lapse is still to come."""
        if not value:
            return queryset
        until = add_months(self.on, int(value))
        comes_later = first_day_for(lambda last: warn_day(lapse_day(last)), until)
        holds = [State.ACCREDITED.value, State.WARNED.value]
        return queryset.filter(practised_on__lt=comes_later, standing__in=holds)

    def by_work(self, queryset, name, value):
        if not value:
            return queryset
        at_work = Exists(Deployment.objects.active(self.on).filter(partner=OuterRef("partner")))
        return queryset.filter(at_work if value == "yes" else ~at_work)

    def by_region(self, queryset, name, value):
        """Engaged or at work in the region, or willing to work there."""
        if not value:
            return queryset
        willing = Willingness.objects.running(self.on).filter(Q(region=value) | Q(authority__region=value))
        return queryset.filter(_has(willing) | _works(self.on, authority__region=value))

    def by_authority(self, queryset, name, value):
        return queryset.filter(_works(self.on, authority=value)) if value else queryset


def _has(rows) -> Q:
    return Q(Exists(rows.filter(partner=OuterRef("partner"))))


def _works(on: date, **where) -> Q:
    """Awards of SIPs whom an authority engages or has at its schools on a day."""
    return _has(Engagement.objects.running(on).filter(**where)) | _has(Deployment.objects.active(on).filter(**where))


class AccreditationRegister(Register):
    """The national register of accreditations: everybody for national staff, their region for coordinators, the SIPs whom
    they engage or have at their schools for authorities.
    """

    permission = P.ACCREDITATION_VIEW
    noun = ("accreditation", "accreditations")
    heading = "Accreditations of School Improvement Partners (SIPs)"
    table_class = AccreditationTable
    row_template = "partners/accrediting/_accreditation_row.html"
    filter_class = AccreditationFilter
    export_name = "accreditations"
    empty = "No accreditation of a School Improvement Partner (SIP) is on record here yet."

    def dispatch(self, request, *args, **kwargs):
        """A SIP reads their own tab and a school yes or no: this page is for those who place SIPs."""
        if not request.viewer.roles() & STAFF:
            return away(request)
        return super().dispatch(request, *args, **kwargs)

    def queryset(self, request):
        viewer, on = request.viewer, request.viewer.on
        rows = awards_on(on).filter(reached(viewer)).select_related("partner")
        cases = under_review(Partner.objects.all()).filter(partner=OuterRef("partner")).order_by()
        seen = Exists(cases.visible_to(viewer)) if viewer.has(P.REMOVAL_VIEW) else Value(False)
        return rows.annotate(is_under_review=seen)

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        for row in listing.records:
            row.tags = [standing_tag(row.standing), *([UNDER_REVIEW] if row.is_under_review else [])]
            row.lapses_on = lapse_day(row.practised_on)
        return listing

    def links(self, request):
        return tuple(links_of_the_register(request.viewer))

    def context(self, request):
        return {"breadcrumbs": [("My work", "/"), ("SIPs", reverse("partners:partner-list"))]}


def away(request):
    """To one's own tab, for a SIP; for everybody else there is no such page."""

    if request.viewer.partner_id is None:
        raise Http404("For those who place SIPs")
    reference = Partner.objects.filter(pk=request.viewer.partner_id).values_list("reference", flat=True).first()
    return redirect("partners:partner-accreditation", reference=reference)


def reached(viewer) -> Q:
    """The awards of the SIPs whom the viewer's places know: everywhere, their region, the SIPs of their authority."""
    found = Q(pk__in=())
    for capacity, reach in viewer.granted(P.ACCREDITATION_VIEW):
        if capacity.role not in STAFF:
            continue
        if reach is Reach.EVERYWHERE:
            return Q()
        if reach is Reach.REGION:
            willing = Willingness.objects.running(viewer.on)
            here = Q(region=capacity.region_id) | Q(authority__region=capacity.region_id)
            found |= _has(willing.filter(here)) | _works(viewer.on, authority__region=capacity.region_id)
        elif capacity.partner_id is not None:
            found |= Q(partner=capacity.partner_id)
        else:
            found |= _works(viewer.on, authority=capacity.authority_id)
    return found


# fmt: off
LINKS = (
    ("Applications",            "partners:application-list",   P.ACCREDITATION_EDIT),
    ("Claims",                  "partners:claim-list",         P.ACCREDITATION_VIEW),
    ("Removal cases",           "partners:case-list",          P.REMOVAL_VIEW),
    ("Records of deployments",  "partners:records-ask",        P.ACCREDITATION_EDIT),
    ("The lapse clock",         "partners:accreditation-clock", P.ACCREDITATION_CLOCK),
)
# fmt: on


def links_of_the_register(viewer) -> list[Link]:
    return [Link(label, reverse(name)) for label, name, permission in LINKS if viewer.has(permission)]


# ------------------------------------------------------------------------------------------------------ the other lists


class ListBelow(Register):
    """A list that is reached from the register of accreditations."""

    tag_of = staticmethod(application_tag)

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        for row in listing.records:
            row.tag = type(self).tag_of(row)
        return listing

    def context(self, request):
        return {"breadcrumbs": [("My work", "/"), ("Accreditations", reverse("partners:accreditation-list"))]}


class ApplicationTable(BaseTable):
    """Applications for accreditation."""

    partner = Column(verbose_name="Person", order_by=("partner__full_name",), export="partner__full_name")
    reference = ExportColumn(verbose_name="Reference", accessor="partner__reference")
    sector = Column(verbose_name="Sector", export="get_sector_display")
    applied_on = Column(verbose_name="Applied on")
    online_passed_on = Column(verbose_name="Online passed on")
    residential_passed_on = Column(verbose_name="Accredited on")
    status = Column(verbose_name="Status", orderable=False, export="get_status_display")

    class Meta(BaseTable.Meta):
        order_by = ("-applied_on",)


class ApplicationFilter(BaseFilter):
    """Applications by how far they have come."""

    q = SearchFilter(field_name="partner__search_name", label="Name or reference")
    status = ChoicesFilter(field_name="status", label="Status", choices=ApplicationStatus.choices)
    sector = ChoicesFilter(field_name="sector", label="Sector", choices=SECTORS)


class ApplicationRegister(ListBelow):
    """Who is on the way to an accreditation (ACC-2)."""

    permission = P.ACCREDITATION_EDIT
    noun = ("application", "applications")
    heading = "Applications for accreditation"
    table_class = ApplicationTable
    row_template = "partners/accrediting/_application_row.html"
    filter_class = ApplicationFilter
    defaults = {"status": ["applied", "application_passed", "online_passed"]}
    export_name = "applications"
    empty = "Nobody has applied yet. An application is recorded on the person's accreditation page."

    def queryset(self, request):
        return Application.objects.visible_to(request.viewer, P.ACCREDITATION_EDIT).select_related("partner")


class ClaimTable(BaseTable):
    """Claims that the records were wrong."""

    partner = Column(verbose_name="SIP", order_by=("partner__full_name",), export="partner__full_name")
    reference = ExportColumn(verbose_name="SIP reference", accessor="partner__reference")
    made_on = Column(verbose_name="Made on")
    lapses_on = Column(verbose_name="Lapse then")
    decided_on = Column(verbose_name="Decided on")
    status = Column(verbose_name="Status", orderable=False, export="get_status_display")

    class Meta(BaseTable.Meta):
        order_by = ("-made_on",)


class ClaimFilter(BaseFilter):
    """Claims by where they stand."""

    q = SearchFilter(field_name="partner__search_name", label="SIP's name or reference")
    status = ChoicesFilter(field_name="status", label="Status", choices=ClaimStatus.choices)


class ClaimRegister(ListBelow):
    """Claims that a person may see, those that wait for a decision first (ACC-14)."""

    permission = P.ACCREDITATION_VIEW
    noun = ("claim", "claims")
    heading = "Claims about lapsed accreditations"
    table_class = ClaimTable
    row_template = "partners/accrediting/_claim_row.html"
    filter_class = ClaimFilter
    defaults = {"status": ["claimed"]}
    export_name = "claims"
    empty = "Nobody has claimed yet that an accreditation wrongly lapsed."
    tag_of = staticmethod(claim_tag)

    def dispatch(self, request, *args, **kwargs):
        if not request.viewer.roles() & STAFF:
            return away(request)
        return super().dispatch(request, *args, **kwargs)

    def queryset(self, request):
        return Claim.objects.visible_to(request.viewer, P.ACCREDITATION_VIEW).select_related("partner")


class CaseTable(BaseTable):
    """Cases to remove an accreditation."""

    partner = Column(verbose_name="SIP", order_by=("partner__full_name",), export="partner__full_name")
    reference = ExportColumn(verbose_name="SIP reference", accessor="partner__reference")
    authority = Column(verbose_name="Authority", order_by=("authority__name",), export="authority__name")
    criterion = Column(verbose_name="Criterion", export="get_criterion_display")
    opened_on = Column(verbose_name="Opened on")
    hearing_on = Column(verbose_name="Hearing on")
    status = Column(verbose_name="Status", orderable=False, export="get_status_display")

    class Meta(BaseTable.Meta):
        order_by = ("-opened_on",)


class CaseFilter(BaseFilter):
    """Cases by criterion and where they stand."""

    q = SearchFilter(field_name="partner__search_name", label="SIP's name or reference")
    criterion = ChoicesFilter(field_name="criterion", label="Criterion", choices=Criterion.choices)
    status = ChoicesFilter(field_name="status", label="Status", choices=CaseStatus.choices)


class CaseRegister(ListBelow):
    """The removal cases that a person may see (ACC-16 to ACC-26)."""

    permission = P.REMOVAL_VIEW
    noun = ("removal case", "removal cases")
    heading = "Cases to remove an accreditation"
    table_class = CaseTable
    row_template = "partners/accrediting/_case_row.html"
    filter_class = CaseFilter
    defaults = {"status": ["raised", "sip_told", "under_review", "hearing_called", "heard"]}
    export_name = "removal-cases"
    empty = "No case to remove an accreditation has been opened."
    tag_of = staticmethod(case_tag)

    def queryset(self, request):
        return RemovalCase.objects.visible_to(request.viewer, P.REMOVAL_VIEW).select_related("partner", "authority")
