"""The registers of changes of SIP: handovers, getting started, feedback on outgoing SIPs (ACT-15)."""

from django.urls import reverse

from accounts.permissions import P
from sipmanager.core.filters import OnRecordFilter
from sipmanager.core.parts import Link
from sipmanager.core.registers import Register
from sipmanager.core.tables import BaseTable, Column, ExportColumn
from sipmanager.core.wording import counted

from ..familiarisation import items_for
from ..filters import OwnAuthoritiesFilter, SchoolSearchFilter, one_authority
from ..models import Familiarisation, Handover, LeavingFeedback
from ..selectors import with_progress
from ..wording import familiarisation_tag, feedback_tag, handover_tag

OPEN = [("no", "Still open"), ("yes", "Done")]
BACK = [("My work", "/"), ("Deployments", "/deployments/")]


class HandoverTable(BaseTable):
    """Handovers as those see them who follow or make them."""

    school = Column(verbose_name="School", order_by=("school__name",), export="school__name")
    urn = ExportColumn(verbose_name="URN", accessor="school__urn")
    outgoing = Column(verbose_name="From", order_by=("outgoing__partner__full_name",), export="outgoing__partner__full_name")
    incoming = Column(verbose_name="To", order_by=("incoming__partner__full_name",), export="incoming__partner__full_name")
    starts_on = Column(verbose_name="First day")
    due_on = Column(verbose_name="By")
    met_on = Column(verbose_name="State", empty_values=(), export="met_on")
    hard_copy_on = ExportColumn(verbose_name="Hard copy sent on")
    briefed_on = ExportColumn(verbose_name="Briefed on")
    joint_visit_on = ExportColumn(verbose_name="First visit made together")

    class Meta(BaseTable.Meta):
        order_by = ("due_on",)


class HandoverFilter(OwnAuthoritiesFilter):
    model = Handover
    q = SchoolSearchFilter(field_name="school__search_name", label="School")
    done = OnRecordFilter(label="State", choices=OPEN, field_name="met_on")
    authority = one_authority()


class HandoverRegister(Register):
    """Schools that go from one SIP to the next (HND-1, DL-24)."""

    permission = P.HANDOVER_VIEW
    noun = ("handover", "handovers")
    heading = "Handovers"
    table_class = HandoverTable
    row_template = "partners/changes/_handover_row.html"
    filter_class = HandoverFilter
    defaults = {"done": ["no"]}
    export_name = "handovers"
    empty = "No school has changed its School Improvement Partner (SIP) yet."

    def queryset(self, request):
        rows = Handover.objects.visible_to(request.viewer, P.HANDOVER_VIEW).filter(confirmed_on__isnull=False)
        rows = rows.filter(incoming__voided_on=None, outgoing__voided_on=None)
        return rows.select_related("school", "outgoing__partner", "incoming__partner")

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        for row in listing.records:
            row.tag = handover_tag(row, request.viewer.on)
        return listing

    def links(self, request):
        found = [Link("Getting started", reverse("partners:familiarisation-list"))]
        if request.viewer.has(P.LEAVING_FEEDBACK_EVALUATE):
            found.append(Link("Feedback on outgoing SIPs", reverse("partners:leaving-feedback-list")))
        return tuple(found)

    def context(self, request):
        return {"breadcrumbs": BACK}


class FamiliarisationTable(BaseTable):
    """How far SIPs have come with new schools and new heads."""

    school = Column(verbose_name="School", order_by=("deployment__school__name",), export="deployment__school__name")
    urn = ExportColumn(verbose_name="URN", accessor="deployment__school__urn")
    partner = Column(verbose_name="SIP", order_by=("deployment__partner__full_name",), export="deployment__partner__full_name")
    reason = Column(verbose_name="Why", export="get_reason_display")
    done = Column(verbose_name="Done", is_number=True)
    days = ExportColumn(verbose_name="Days on top")
    due_on = Column(verbose_name="By")
    met_on = Column(verbose_name="State", empty_values=(), export="met_on")

    class Meta(BaseTable.Meta):
        order_by = ("due_on",)


class FamiliarisationFilter(OwnAuthoritiesFilter):
    model = Familiarisation
    q = SchoolSearchFilter(field_name="deployment__school__search_name", label="School")
    done = OnRecordFilter(label="State", choices=OPEN, field_name="met_on")
    authority = one_authority()


class FamiliarisationRegister(Register):
    """The lists of new SIPs and new heads, with how far they are (HND-11)."""

    permission = P.HANDOVER_VIEW
    noun = ("list", "lists")
    heading = "Getting started"
    table_class = FamiliarisationTable
    row_template = "partners/changes/_familiarisation_row.html"
    filter_class = FamiliarisationFilter
    defaults = {"done": ["no"]}
    export_name = "getting-started"
    empty = "No School Improvement Partner (SIP) is new at a school."

    def queryset(self, request):
        rows = Familiarisation.objects.visible_to(request.viewer, P.HANDOVER_VIEW).filter(deployment__voided_on=None)
        return with_progress(rows).select_related("deployment__school", "deployment__partner")

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        for row in listing.records:
            row.tag = familiarisation_tag(row, request.viewer.on)
            row.progress = f"{row.done} of {counted(len(items_for(row.reason)), 'item')}"
        return listing

    def context(self, request):
        return {"breadcrumbs": BACK}


class LeavingFeedbackTable(BaseTable):
    """What schools were asked and said, without its text."""

    school = Column(verbose_name="School", order_by=("school__name",), export="school__name")
    partner = Column(
        verbose_name="Outgoing SIP", order_by=("handover__outgoing__partner__full_name",),
        export="handover__outgoing__partner__full_name",
    )  # fmt: skip
    due_on = Column(verbose_name="Answer by")
    answered_at = Column(verbose_name="State", empty_values=(), export="answered_at")

    class Meta(BaseTable.Meta):
        order_by = ("due_on",)


class LeavingFeedbackFilter(OwnAuthoritiesFilter):
    model = LeavingFeedback
    q = SchoolSearchFilter(field_name="school__search_name", label="School")
    done = OnRecordFilter(label="Evaluated", choices=OPEN, field_name="evaluated_at")
    authority = one_authority()


class LeavingFeedbackRegister(Register):
    """What schools say of SIPs who leave, for the SIP manager (DEP-17)."""

    permission = P.LEAVING_FEEDBACK_EVALUATE
    noun = ("request", "requests")
    heading = "Feedback on outgoing SIPs"
    table_class = LeavingFeedbackTable
    row_template = "partners/changes/_feedback_row.html"
    filter_class = LeavingFeedbackFilter
    defaults = {"done": ["no"]}
    export_name = "feedback-on-outgoing-sips"
    empty = "No school has been asked about an outgoing School Improvement Partner (SIP) yet."

    def queryset(self, request):
        rows = LeavingFeedback.objects.visible_to(request.viewer, P.LEAVING_FEEDBACK_EVALUATE)
        return rows.select_related("school", "handover__outgoing__partner")

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        for row in listing.records:
            row.tag = feedback_tag(row)
        return listing

    def context(self, request):
        return {"breadcrumbs": BACK}
