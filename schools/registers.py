"""The register of schools (SCH-20). The floor that knows SIPs fills the column for them."""

from collections.abc import Callable
from datetime import date

from django.db.models import QuerySet, Value
from django.shortcuts import redirect
from django.urls import reverse

from accounts.access import Viewer
from accounts.actions import Refused
from accounts.permissions import P, Reach
from sipmanager.core import clock
from sipmanager.core.parts import Link
from sipmanager.core.registers import BulkAction, Register
from sipmanager.core.tables import BaseTable, Column, ExportColumn
from sipmanager.core.wording import capitalised

from . import actions
from .facts import SECTOR_NAMES, Status
from .filters import SchoolFilter, sees_several_authorities
from .models import School

Annotate = Callable[[QuerySet, Viewer, date], QuerySet]
_annotations: dict[str, Annotate] = {}


def register_annotation(name: str, annotate: Annotate) -> None:
    """A floor above adds to the rows: for `"sip"` the annotations `sip_name` and `sip_reference`, blank for none, and
    `deploy_at`, the address under which a SIP is found for the school of a URN, blank for those who may not; for `"cover"`
    the annotation `cover_name`, who covers the school, blank for nobody.
    """
    _annotations[name] = annotate


def annotated(schools: QuerySet, viewer: Viewer, on: date) -> QuerySet:
    """The rows with everything that the floors above say of them."""
    if "sip" not in _annotations:
        schools = schools.annotate(sip_name=Value(""), sip_reference=Value(""), deploy_at=Value(""))
    if "cover" not in _annotations:
        schools = schools.annotate(cover_name=Value(""))
    for annotate in _annotations.values():
        schools = annotate(schools, viewer, on)
    return schools


class SchoolTable(BaseTable):
    name = Column(verbose_name="School")
    phase = Column(verbose_name="Phase", export="phase_name")
    governance = Column(verbose_name="Type", export="type_name")
    category = Column(verbose_name="Category", export=lambda school: capitalised(school.category))
    sip_name = Column(verbose_name="SIP", empty_values=())
    status = Column(verbose_name="Status", export="status_name")
    urn = ExportColumn(verbose_name="URN")
    local_authority_code = ExportColumn(verbose_name="Local authority code", accessor="local_authority__code")
    local_authority_name = ExportColumn(verbose_name="Local authority", accessor="local_authority__name")
    deemed_phase = ExportColumn(verbose_name="Deemed phase", export=lambda school: SECTOR_NAMES.get(school.deemed_phase, ""))
    town = ExportColumn(verbose_name="Town")
    postcode = ExportColumn(verbose_name="Postcode")

    class Meta(BaseTable.Meta):
        order_by = ("name",)


class WideSchoolTable(SchoolTable):
    """For those who see several authorities."""

    local_authority = Column(verbose_name="Local authority", accessor="local_authority__name")

    class Meta(SchoolTable.Meta):
        sequence = ("name", "local_authority", "phase", "governance", "category", "sip_name", "status", "...")
        exclude = ("local_authority_name",)


# What a row shows or exports; a column that is not here is a query for each row.
NEEDED = (
    "urn", "name", "phase", "governance", "type_name", "category", "status", "deemed_phase", "town", "postcode",
    "local_authority__code", "local_authority__name",
)  # fmt: skip


def own_school(viewer: Viewer) -> School | None:
    """The school of a head or governor who sees no other: a list of one helps nobody."""
    reaches = {reach for _capacity, reach in viewer.granted(P.SCHOOL_VIEW)}
    if reaches != {Reach.SCHOOL} or len(viewer.school_ids) != 1:
        return None
    return School.objects.visible_to(viewer, P.SCHOOL_VIEW).first()


class SchoolRegister(Register):
    """The schools that a person may see."""

    permission = P.SCHOOL_VIEW
    noun = ("school", "schools")
    table_class = SchoolTable
    row_template = "schools/_row.html"
    filter_class = SchoolFilter
    defaults = {"status": [Status.OPEN.value]}
    export_name = "schools"
    empty = "There are no schools yet. Load a school register to begin."

    def dispatch(self, request, *args, **kwargs):
        if sees_several_authorities(request.viewer):
            self.table_class, self.row_template = WideSchoolTable, "schools/_wide_row.html"
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        own = own_school(request.viewer)
        if own is not None:
            return redirect("schools:school-detail", urn=own.urn)
        return super().get(request, *args, **kwargs)

    def queryset(self, request):
        schools = School.objects.visible_to(request.viewer, P.SCHOOL_VIEW).select_related("local_authority")
        schools = schools.only(*NEEDED)  # a school has sixty columns: to make objects of them all is half the cost of a row
        return annotated(schools, request.viewer, request.viewer.on)

    def bulk_for(self, request):
        return (BulkAction("change", "Change them"),) if request.viewer.has(P.SCHOOL_EDIT) else ()

    def bulk_change(self, request, chosen):
        """Note which schools were chosen; what is to change is asked on the next page."""
        ids = list(chosen.order_by("name", "pk").values_list("pk", flat=True)[: actions.MOST_AT_ONCE + 1])
        try:
            change = actions.begin_bulk(schools=ids, by=request.user, on=request.viewer.on, at=clock.now())
        except Refused as refused:
            return self.page(request, self.params(request), errors=list(refused.sentences))
        return redirect("schools:bulk-what", pk=change.pk)

    def links(self, request):
        viewer = request.viewer
        found = [Link("Schools by type", reverse("schools:type-list"))]
        if viewer.has(P.SCHOOL_EDIT):
            found.append(Link("Corrections by schools", reverse("schools:correction-list")))
        if viewer.has(P.TASK_VIEW):
            found.append(Link("Changes to settle", reverse("schools:task-list")))
        if viewer.has(P.SCHOOL_IMPORT):
            found.append(Link("Load a school register", reverse("schools:school-import")))
        if viewer.has(P.CALENDAR_EDIT):
            found.append(Link("School year", reverse("schools:calendar-list")))
        if viewer.has(P.PROGRAMME_START_EDIT):
            found.append(Link("Programme starts", reverse("schools:programme-start-list")))
        return tuple(found)
