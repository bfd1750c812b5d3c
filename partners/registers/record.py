"""The lists of what SIPs ask to have changed, and of what they were asked to confirm (ROL-21, REG-8, REG-10, REG-18)."""

from django.urls import reverse

from accounts.permissions import P
from sipmanager.core.filters import BaseFilter, ChoicesFilter, OnRecordFilter, SearchFilter
from sipmanager.core.parts import Tag
from sipmanager.core.registers import Register
from sipmanager.core.tables import BaseTable, Column, ExportColumn

from ..facts import FACTS
from ..models import Confirmation, ConfirmationKind, FactChange

WAITING = [("yes", "Waiting"), ("no", "Decided")]
MET = [("no", "Not yet"), ("yes", "Confirmed")]


class FactTable(BaseTable):
    """What SIPs ask to have changed."""

    partner = Column(verbose_name="SIP", order_by=("partner__full_name",), export="partner__full_name")
    reference = ExportColumn(verbose_name="SIP reference", accessor="partner__reference")
    field = Column(verbose_name="Fact", orderable=False, export=lambda row: FACTS[row.field].label)
    payload = Column(verbose_name="Asked for", orderable=False, export=lambda row: FACTS[row.field].after(row.payload))
    asked_at = Column(verbose_name="Asked")
    due_on = Column(verbose_name="Decide by")
    outcome = Column(verbose_name="State", export=lambda row: row.get_outcome_display() or "Waiting")

    class Meta(BaseTable.Meta):
        order_by = ("due_on",)


class FactFilter(BaseFilter):
    """Waiting or decided, by SIP."""

    q = SearchFilter(field_name="partner__search_name", label="SIP")
    waiting = OnRecordFilter(label="State", choices=WAITING, field_name="decided_at", blank="yes")


class FactRegister(Register):
    """The queue of changes that SIPs ask for; each is decided on its own page."""

    permission = P.PARTNER_FACT_CONFIRM
    noun = ("change asked for", "changes asked for")
    heading = "Changes that SIPs ask for"
    table_class = FactTable
    row_template = "partners/_fact_row.html"
    filter_class = FactFilter
    defaults = {"waiting": ["yes"]}
    export_name = "changes-asked-for"
    empty = "No School Improvement Partner (SIP) has asked for a change."

    def queryset(self, request):
        return FactChange.objects.visible_to(request.viewer, P.PARTNER_FACT_CONFIRM).select_related("partner")

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        for row in listing.records:
            row.label, row.asked_for = FACTS[row.field].label, FACTS[row.field].after(row.payload)
            row.tag = Tag(row.get_outcome_display() or "Waiting", "grey" if row.outcome else "blue")
        return listing

    def context(self, request):
        return {"breadcrumbs": [("SIPs", reverse("partners:partner-list"))]}


class ConfirmationTable(BaseTable):
    """Who was asked to confirm what, by when."""

    partner = Column(verbose_name="SIP", order_by=("partner__full_name",), export="partner__full_name")
    reference = ExportColumn(verbose_name="SIP reference", accessor="partner__reference")
    email = ExportColumn(verbose_name="Email", accessor="partner__email")
    kind = Column(verbose_name="What", export="get_kind_display")
    asked_on = Column(verbose_name="Asked")
    due_on = Column(verbose_name="Due")
    met_on = Column(verbose_name="Confirmed")

    class Meta(BaseTable.Meta):
        order_by = ("due_on",)


class ConfirmationFilter(BaseFilter):
    """Who has not confirmed, by what was asked."""

    q = SearchFilter(field_name="partner__search_name", label="SIP")
    met = OnRecordFilter(label="Confirmed", choices=MET, field_name="met_on")
    kind = ChoicesFilter(field_name="kind", label="What", choices=ConfirmationKind.choices)


class ConfirmationRegister(Register):
    """What SIPs were asked to confirm, those who have not yet first of all (REG-18)."""

    permission = P.PARTNER_FACT_CONFIRM
    noun = ("confirmation", "confirmations")
    heading = "What SIPs were asked to confirm"
    table_class = ConfirmationTable
    row_template = "partners/_confirmation_row.html"
    filter_class = ConfirmationFilter
    defaults = {"met": ["no"]}
    export_name = "confirmations"
    empty = "No School Improvement Partner (SIP) has been asked to confirm anything yet."

    def queryset(self, request):
        rows = Confirmation.objects.visible_to(request.viewer, P.PARTNER_FACT_CONFIRM)
        return rows.filter(authority__isnull=False).select_related("partner")

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        for row in listing.records:
            is_late = row.met_on is None and row.due_on < request.viewer.on
            row.tag = Tag("Confirmed", "green") if row.met_on else Tag("Overdue", "red") if is_late else Tag("Asked", "blue")
        return listing

    def context(self, request):
        return {"breadcrumbs": [("SIPs", reverse("partners:partner-list"))]}
