"""The lists of development: events, and what each SIP's year comes to (REG-14, CPD-9, REP-15)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import (
    Case,
    CharField,
    Count,
    DecimalField,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse

from accounts.access import Viewer
from accounts.permissions import P, Role
from accounts.selectors import NATIONAL_POLICY, policy_on
from sipmanager.core.academic import academic_label, academic_year
from sipmanager.core.filters import BaseFilter, ChoicesFilter, OneOfFilter, SearchFilter
from sipmanager.core.parts import Link, Tag
from sipmanager.core.registers import Register
from sipmanager.core.tables import BaseTable, Column, ExportColumn

from ..filters import OwnAuthoritiesFilter, one_authority
from ..models import (
    SEASONS,
    Attendance,
    DevelopmentEvent,
    DevelopmentReview,
    EventKind,
    EventPhase,
    Partner,
    SkillsAudit,
)
from ..selectors import year_days

FIRST_YEAR = 2005
WHEN = [("coming", "Today or later"), ("past", "In the past"), ("cancelled", "Cancelled")]
SHORT = [("short", "Under the days of the year"), ("missed", "Missed something mandatory"), ("waiting", "Wait for a word")]
WHOSE = Coalesce("event__authority_id", Value(0))
DAYS = DecimalField(max_digits=7, decimal_places=2)


def years(on: date) -> list[tuple[str, str]]:
    return [(str(year), academic_label(year)) for year in range(academic_year(on) + 1, FIRST_YEAR - 1, -1)]


def reached_records(viewer: Viewer, partner_ids: Iterable[int]) -> set[int]:
    """The SIPs whose page of development `viewer` may open; whoever sees who came need not (ROL-21)."""
    rows = Partner.objects.filter(pk__in=list(partner_ids)).visible_to(viewer, P.PARTNER_PRIVATE)
    return set(rows.values_list("pk", flat=True))


def event_tag(event: DevelopmentEvent, on: date) -> Tag:
    """Where an event stands on a day."""
    if event.cancelled_on is not None:
        return Tag("Cancelled", "grey")
    if event.held_on > on:
        return Tag("Planned", "blue")
    return Tag("Today", "purple") if event.held_on == on else Tag("Held", "green")


class EventTable(BaseTable):
    """Development events, the latest first."""

    title = Column(verbose_name="Event")
    authority = Column(
        verbose_name="Arranged by", order_by=("authority__name",),
        export=lambda row: row.authority.name if row.authority else "National programme",
    )  # fmt: skip
    kind = Column(verbose_name="Kind", export="get_kind_display")
    held_on = Column(verbose_name="Date")
    days = Column(verbose_name="Days", is_number=True)
    is_mandatory = ExportColumn(verbose_name="Mandatory")
    phase = ExportColumn(verbose_name="Phase", accessor="get_phase_display")
    season = ExportColumn(verbose_name="Season", accessor="get_season_display")
    host = ExportColumn(verbose_name="Held by", accessor="get_host_display")
    venue = ExportColumn(verbose_name="Place and time")
    alternatives = ExportColumn(verbose_name="One of several dates")
    places = ExportColumn(verbose_name="Places")
    invited = Column(verbose_name="Invited", is_number=True)
    came = Column(verbose_name="Came", is_number=True)
    cancelled_on = Column(verbose_name="State", orderable=False)

    class Meta(BaseTable.Meta):
        order_by = ("-held_on",)


class EventFilter(OwnAuthoritiesFilter):
    """Events by school year, kind, season and phase, coming or past."""

    model = DevelopmentEvent
    when = OneOfFilter(label="When", choices=WHEN, method="by_when")
    year = OneOfFilter(label="School year", method="by_year")
    kind = ChoicesFilter(field_name="kind", label="Kind", choices=EventKind.choices)
    season = ChoicesFilter(field_name="season", label="Season", choices=SEASONS)
    phase = ChoicesFilter(field_name="phase", label="Phase", choices=EventPhase.choices)
    authority = one_authority()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["year"].extra["choices"] = years(self.request.viewer.on)

    def by_when(self, queryset, name, value):
        on = self.request.viewer.on
        if value == "cancelled":
            return queryset.filter(cancelled_on__isnull=False)
        if not value:
            return queryset
        days = Q(held_on__gte=on) if value == "coming" else Q(held_on__lt=on)
        return queryset.filter(days, cancelled_on=None)

    def by_year(self, queryset, name, value):
        return queryset.filter(held_on__range=year_days(int(value))) if value else queryset


def _of_event(**more) -> Subquery:
    rows = Attendance.objects.standing().filter(event=OuterRef("pk"), **more).order_by().values("event")
    return Coalesce(Subquery(rows.annotate(many=Count("pk")).values("many"), output_field=IntegerField()), Value(0))


class EventRegister(Register):
    """What SIPs are invited to, and how many came."""

    permission = P.CPD_VIEW
    noun = ("event", "events")
    heading = "Development events"
    table_class = EventTable
    row_template = "partners/development/_event_row.html"
    filter_class = EventFilter
    template_name = "partners/development/events.html"
    export_name = "development-events"
    empty = "No event for School Improvement Partners (SIPs) is entered yet."

    def queryset(self, request):
        rows = DevelopmentEvent.objects.visible_to(request.viewer, P.CPD_VIEW).select_related("authority")
        return rows.annotate(invited=_of_event(), came=_of_event(attended=True))

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        for row in listing.records:
            row.tag = event_tag(row, request.viewer.on)
            row.days_words = f"{row.days.normalize():f}"
        return listing

    def main_link(self, request):
        return Link("Add an event", reverse("partners:event-new")) if request.viewer.has(P.CPD_EDIT) else None

    def links(self, request):
        found = []
        if request.viewer.roles() - {Role.SIP}:
            found.append(Link("SIPs' records of development", reverse("partners:development-list")))
        return tuple(found)

    def context(self, request):
        return {"breadcrumbs": [("SIPs", reverse("partners:partner-list"))]}


def with_year(partners: QuerySet, year: int) -> QuerySet:
    """Each SIP with what their record of a school year comes to, as `partners.development` counts it."""
    lines = Attendance.objects.within(*year_days(year)).filter(partner=OuterRef("pk")).order_by()
    lines = lines.filter(Q(event=None) | Q(event__cancelled_on=None))
    there = Q(attended=True) & (Q(event__is_school_day=False) | Q(event=None, is_school_day=False))
    value = Coalesce("event__days", "days", output_field=DAYS)
    # The dates of which a SIP needs one are one duty, missed when all of them are (CPD-14).
    group = Case(
        When(event__alternatives="", then=Cast("pk", CharField())),
        default=Concat(Cast("whose", CharField()), Value(":"), "event__alternatives"),
        output_field=CharField(),
    )
    same_dates = Attendance.objects.within(*year_days(year)).annotate(whose=WHOSE).filter(
        Q(attended=None) | Q(attended=True), partner=OuterRef("partner"), whose=OuterRef("whose"),
        event__alternatives=OuterRef("event__alternatives"), event__is_mandatory=True, event__cancelled_on=None,
    )  # fmt: skip
    bound = lines.annotate(whose=WHOSE).filter(event__is_mandatory=True, attended=False)
    missed = bound.filter(Q(event__alternatives="") | ~Exists(same_dates))
    return partners.annotate(
        invited=_many(lines.filter(event__isnull=False), "pk"),
        came=_many(lines.filter(event__isnull=False, attended=True), "pk"),
        days_counted=_days(lines.filter(there).filter(Q(event__isnull=False) | Q(is_accepted=True)), value),
        days_waiting=_days(lines.filter(there, event=None, is_accepted=None), value),
        meetings=_many(lines.filter(event__kind=EventKind.TERMLY, attended=True), "event__season"),
        missed=_many(missed, group),
    )


def _many(lines: QuerySet, what) -> Coalesce:
    rows = lines.values("partner").annotate(many=Count(what, distinct=True)).values("many")
    return Coalesce(Subquery(rows, output_field=IntegerField()), Value(0))


def _days(lines: QuerySet, value) -> Coalesce:
    rows = lines.values("partner").annotate(total=Sum(value)).values("total")
    return Coalesce(Subquery(rows, output_field=DAYS), Value(Decimal(0)), output_field=DAYS)


def plain(days: Decimal) -> Decimal:
    """The same number of digits on every database."""
    return Decimal(f"{days.normalize():f}")


class DevelopmentTable(BaseTable):
    """What the year of each SIP comes to, against the days asked for (CPD-16)."""

    full_name = Column(verbose_name="SIP")
    reference = ExportColumn(verbose_name="SIP reference")
    email = ExportColumn(verbose_name="Email")
    year = ExportColumn(verbose_name="School year", accessor="year_words")
    days_counted = Column(verbose_name="Days", is_number=True, export=lambda row: plain(row.days_counted))
    days_waiting = Column(verbose_name="Waiting", is_number=True, export=lambda row: plain(row.days_waiting))
    invited = Column(verbose_name="Invited", is_number=True)
    came = Column(verbose_name="Came", is_number=True)
    missed = Column(verbose_name="Mandatory missed", is_number=True)
    meetings = Column(verbose_name="Termly meetings", is_number=True)
    gaps = ExportColumn(verbose_name="Gaps in the last skills audit")
    needs = ExportColumn(verbose_name="Needs noted at the last review")

    class Meta(BaseTable.Meta):
        order_by = ("full_name",)


class DevelopmentFilter(BaseFilter):
    """One school year at a time; those who are short, missed something or wait for a word."""

    q = SearchFilter(field_name="search_name", label="SIP")
    year = OneOfFilter(label="School year", method="by_year", empty_label=None)
    look = OneOfFilter(label="Show", choices=SHORT, method="by_look")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["year"].extra["choices"] = years(self.request.viewer.on)

    def by_year(self, queryset, name, value):
        return queryset  # the year is what the columns are worked out for

    def by_look(self, queryset, name, value):
        if value == "short":
            return queryset.filter(days_counted__lt=days_asked(self.request.viewer))
        if value == "missed":
            return queryset.filter(missed__gt=0)
        return queryset.filter(days_waiting__gt=0) if value else queryset


def days_asked(viewer) -> Decimal:
    """The days a year that the viewer's authority asks for; the national number without one (POL-20)."""
    own = viewer.acting.authority_id if viewer.acting else None
    return Decimal(policy_on(authority=own, on=viewer.on).cpd_days if own else NATIONAL_POLICY.cpd_days)


def year_asked(request) -> int:
    """The school year of the address, else the one of today."""
    given, today = request.GET.get("year", ""), academic_year(request.viewer.on)
    return int(given) if given in dict(years(request.viewer.on)) else today


class DevelopmentRegister(Register):
    """Attendance by SIP and school year, and the training they need (REP-15, CPD-19)."""

    permission = P.CPD_VIEW
    noun = ("SIP", "SIPs")
    heading = "SIPs' records of development"
    table_class = DevelopmentTable
    row_template = "partners/development/_sip_row.html"
    filter_class = DevelopmentFilter
    template_name = "partners/development/sips.html"
    export_name = "development-of-sips"
    empty = "No School Improvement Partner (SIP) is engaged here yet."

    def params(self, request):
        """The year shown is ticked, also where nobody has asked for one."""
        params = super().params(request)
        params["year"] = str(year_asked(request))
        return params

    def queryset(self, request):
        year = year_asked(request)
        rows = Partner.objects.visible_to(request.viewer, P.CPD_VIEW)
        audits = SkillsAudit.objects.filter(partner=OuterRef("pk")).order_by("-made_on", "-pk")
        reviews = DevelopmentReview.objects.filter(partner=OuterRef("pk")).visible_to(request.viewer, P.CPD_VIEW)
        return with_year(rows, year).annotate(
            year_words=Value(academic_label(year), output_field=CharField()),
            gaps=Coalesce(Subquery(audits.values("gaps")[:1]), Value(""), output_field=TextField()),
            needs=Coalesce(
                Subquery(reviews.order_by("-reviewed_on", "-pk").values("needs")[:1]), Value(""), output_field=TextField()
            ),
        )

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        opens = reached_records(request.viewer, (row.pk for row in listing.records))
        for row in listing.records:
            page = reverse("partners:partner-development", args=[row.reference])
            row.url = f"{page}?year={year_asked(request)}" if row.pk in opens else ""
            row.days_words = f"{row.days_counted.normalize():f}"
            row.waiting_words = f"{row.days_waiting.normalize():f}" if row.days_waiting else ""
        return listing

    def context(self, request):
        return {
            "breadcrumbs": [("SIPs", reverse("partners:partner-list")), ("Events", reverse("partners:event-list"))],
            "year_words": academic_label(year_asked(request)), "asked": f"{days_asked(request.viewer).normalize():f}",
        }  # fmt: skip
