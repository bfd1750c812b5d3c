"""The list of what authorities tell their SIPs and heads (HND-5)."""

from django.urls import reverse

from accounts.permissions import P
from sipmanager.core.filters import ChoicesFilter, OneOfFilter
from sipmanager.core.parts import Link, Tag
from sipmanager.core.registers import Register
from sipmanager.core.tables import BaseTable, Column, ExportColumn

from ..filters import OwnAuthoritiesFilter, one_authority
from ..models import Guidance, GuidanceKind

STANDING = [("stands", "Stands"), ("withdrawn", "Withdrawn")]


def guidance_tag(guidance: Guidance) -> Tag:
    """For whom it is, or that it is withdrawn."""
    if guidance.withdrawn_on is not None:
        return Tag("Withdrawn", "grey")
    return Tag("For SIPs", "blue") if guidance.is_for_sips else Tag("For headteachers", "purple")


class GuidanceTable(BaseTable):
    """What was published, the latest first."""

    title = Column(verbose_name="Title")
    kind = Column(verbose_name="About", export="get_kind_display")
    authority = Column(verbose_name="Authority", order_by=("authority__name",), export="authority__name")
    published_at = Column(verbose_name="Published")
    withdrawn_on = Column(verbose_name="State", orderable=False, export=lambda row: guidance_tag(row).label)
    withdraw_reason = ExportColumn(verbose_name="Why it was withdrawn")

    class Meta(BaseTable.Meta):
        order_by = ("-published_at",)


class GuidanceFilter(OwnAuthoritiesFilter):
    """By what it is about, and whether it still stands."""

    model = Guidance
    kind = ChoicesFilter(field_name="kind", label="About", choices=GuidanceKind.choices)
    standing = OneOfFilter(label="State", choices=STANDING, method="by_standing")
    authority = one_authority()

    def by_standing(self, queryset, name, value):
        return queryset.filter(withdrawn_on__isnull=value == "stands") if value else queryset


class GuidanceRegister(Register):
    """What a person is told by their authority, or what it has told others."""

    permission = P.GUIDANCE_VIEW
    noun = ("publication", "publications")
    heading = "Local issues and guidance"
    table_class = GuidanceTable
    row_template = "partners/guidance/_row.html"
    filter_class = GuidanceFilter
    export_name = "local-guidance"
    empty = (
        "Nothing has been published yet. Local issues for School Improvement Partners (SIPs), and what schools are entitled to, "
        "will stand here."
    )

    def queryset(self, request):
        return Guidance.objects.visible_to(request.viewer, P.GUIDANCE_VIEW).select_related("authority")

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        for row in listing.records:
            row.tag = guidance_tag(row)
        return listing

    def main_link(self, request):
        may_publish = request.viewer.has(P.GUIDANCE_PUBLISH)
        return Link("Publish something", reverse("partners:guidance-new")) if may_publish else None

    def context(self, request):
        return {"breadcrumbs": [("My work", "/")]}
