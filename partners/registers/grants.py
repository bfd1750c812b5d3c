"""How authorities stand with their conditions of grant, by the latest snapshot of each (COG-M, REP-2)."""

from collections.abc import Iterable

import django_filters
from django.urls import reverse

from accounts.models import Region
from accounts.permissions import P
from schools.models import Programme
from sipmanager.core.filters import BaseFilter, ChoicesFilter, OneOfFilter
from sipmanager.core.parts import Link
from sipmanager.core.registers import Register
from sipmanager.core.tables import BaseTable, Column, ExportColumn

from ..conditions import CONDITIONS_OF_GRANT, Strength
from ..models import GrantSnapshot

IDS = list(dict.fromkeys(row.id for row in CONDITIONS_OF_GRANT))
# What a condition is called in a list that has room for a word.
NAMES = {
    "COG-A": "A, coverage", "COG-B": "B, notification", "COG-C": "C, brief", "COG-D": "D, mix", "COG-E": "E, development days",
    "COG-E-meetings": "E, termly meetings", "COG-F": "F, contact", "COG-G": "G, reviews", "COG-H": "H, three years",
    "COG-I": "I, sharing", "COG-J": "J, access",
}  # fmt: skip
# A shortfall of these is amber, not red (D-19).
ENDEAVOURS = frozenset(row.id for row in CONDITIONS_OF_GRANT if row.strength is Strength.BEST_ENDEAVOURS)
STANDS = [("not_met", "Some condition not met"), ("at_risk", "Some condition at risk"), ("met", "Neither")]


def letters(ids: str) -> str:
    """`A, D` of `|COG-A|COG-D|`."""
    return _named(ids.split("|"))


def by_strength(ids: str) -> tuple[str, str]:
    """The letters of what has to be kept, and of what best endeavours are owed for: `A` and `D` of `|COG-A|COG-D|`."""
    found = ids.split("|")
    return _named(one for one in found if one not in ENDEAVOURS), _named(one for one in found if one in ENDEAVOURS)


def _named(ids: Iterable[str]) -> str:
    return ", ".join(one.removeprefix("COG-").replace("-", " ") for one in ids if one)


class OverviewTable(BaseTable):
    """One row an authority and programme."""

    authority = Column(verbose_name="Authority", order_by=("authority__name", "programme"), export="authority__name")
    code = ExportColumn(verbose_name="Code", accessor="authority__code")
    region = ExportColumn(verbose_name="Region", accessor="authority__region__name")
    programme = Column(verbose_name="Programme", export="get_programme_display")
    not_met = Column(verbose_name="Not met", export=lambda row: letters(row.failed_ids))
    at_risk = Column(verbose_name="At risk", export=lambda row: letters(row.risky_ids))
    no_data = Column(verbose_name="No data", export=lambda row: letters(row.unknown_ids))
    figures = Column(verbose_name="What decides", empty_values=(), orderable=False, export=lambda row: row.decides)
    grant_amount = Column(verbose_name="Grant", is_number=True)
    on = Column(verbose_name="As at")

    class Meta(BaseTable.Meta):
        order_by = ("-not_met",)


class OverviewFilter(BaseFilter):
    """Authorities by name, region, programme and how they stand."""

    q = django_filters.CharFilter(field_name="authority__name", lookup_expr="icontains", label="Authority")
    region = django_filters.ModelChoiceFilter(
        field_name="authority__region", label="Region", queryset=Region.objects.order_by("name"), empty_label="Any region"
    )
    programme = ChoicesFilter(label="Programme", choices=Programme.choices)
    stands = OneOfFilter(label="How it stands", choices=STANDS, method="by_standing")
    condition = OneOfFilter(label="Not met or at risk", choices=[(one, NAMES[one]) for one in IDS], method="by_condition")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        in_sight = GrantSnapshot.objects.visible_to(self.request.viewer, P.CONDITIONS_OVERSEE).filter(is_latest=True)
        regions = Region.objects.filter(pk__in=in_sight.values("authority__region_id")).order_by("name")
        if regions.count() > 1:
            self.filters["region"].queryset = regions
        else:
            del self.filters["region"]

    def by_standing(self, queryset, name, value):
        if value in ("not_met", "at_risk"):
            return queryset.filter(**{f"{value}__gt": 0})
        return queryset.filter(not_met=0, at_risk=0) if value else queryset

    def by_condition(self, queryset, name, value):
        if not value:
            return queryset
        marked = f"|{value}|"
        return queryset.filter(failed_ids__contains=marked) | queryset.filter(risky_ids__contains=marked)


class OverviewRegister(Register):
    """The latest snapshot of every authority in sight; each row leads to the page of that night's day."""

    permission = P.CONDITIONS_OVERSEE
    noun = ("programme of an authority", "programmes of authorities")
    heading = "Conditions of grant across authorities"
    table_class = OverviewTable
    row_template = "partners/conditions/_overview_row.html"
    filter_class = OverviewFilter
    template_name = "partners/conditions/overview.html"
    export_name = "conditions-of-grant"
    empty = "No snapshot has been taken yet. The first is taken tonight, for each authority with a programme."

    def queryset(self, request):
        rows = GrantSnapshot.objects.visible_to(request.viewer, P.CONDITIONS_OVERSEE).filter(is_latest=True)
        return rows.select_related("authority__region")

    def links(self, request):
        return (Link("Editions of the brief", reverse("partners:brief-list")),)

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        for row in listing.records:
            (row.failed, row.short), row.risky = by_strength(row.failed_ids), letters(row.risky_ids)
            row.unknown = letters(row.unknown_ids)
            row.amount = "No rate" if row.grant_amount is None else f"£{row.grant_amount:,.2f}"
        return listing

    def context(self, request):
        return {"breadcrumbs": [("My work", "/"), ("Conditions of grant", reverse("partners:conditions"))]}
