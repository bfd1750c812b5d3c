"""The register of letters: table, filter and list (DEP-27)."""

from django.urls import reverse

from accounts.permissions import P
from sipmanager.core.filters import ChoicesFilter, OnRecordFilter, SearchFilter
from sipmanager.core.parts import Link, Tag
from sipmanager.core.registers import Register
from sipmanager.core.tables import BaseTable, Column, ExportColumn

from ..filters import OwnAuthoritiesFilter, SchoolSearchFilter, one_authority
from ..letter_text import LETTER_NAMES
from ..models import Letter

SENT = [("no", "Still to be sent"), ("yes", "Sent")]


class LetterTable(BaseTable):
    """Letters as those see them who send them."""

    kind = Column(verbose_name="Letter", export="get_kind_display")
    reference = ExportColumn(verbose_name="Reference")
    school = Column(
        verbose_name="School", order_by=("deployment__school__name",), export="deployment__school__name", empty_values=()
    )
    recipient_name = Column(verbose_name="To")
    authority = ExportColumn(verbose_name="Authority", accessor="authority__name")
    made_at = Column(verbose_name="Made")
    method = Column(verbose_name="How it was sent")
    sent_on = Column(verbose_name="Sent")

    class Meta(BaseTable.Meta):
        order_by = ("-made_at",)


class LetterFilter(OwnAuthoritiesFilter):
    """Letters by school, SIP and kind, and those still to be sent."""

    model = Letter
    q = SchoolSearchFilter(field_name="deployment__school__search_name", label="School")
    sip = SearchFilter(field_name="deployment__partner__search_name", label="SIP")
    sent = OnRecordFilter(label="Sent", choices=SENT, field_name="sent_on")
    kind = ChoicesFilter(label="Letter", choices=[(kind.value, words) for kind, words in LETTER_NAMES.items()])
    authority = one_authority()


class LetterRegister(Register):
    """Letters that a person may read: the authority's, or one's own."""

    permission = P.LETTER_VIEW
    noun = ("letter", "letters")
    heading = "Letters about deployments"
    table_class = LetterTable
    row_template = "partners/letters/_row.html"
    filter_class = LetterFilter
    export_name = "letters"
    empty = "No letter about a School Improvement Partner (SIP) has been written yet."

    def queryset(self, request):
        rows = Letter.objects.visible_to(request.viewer, P.LETTER_VIEW)
        return rows.select_related("deployment__school", "authority")

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        for row in listing.records:
            row.tag = None if row.sent_on else Tag("To be posted" if not row.recipient_email else "To be sent", "yellow")
        return listing

    def links(self, request):
        if not request.viewer.has(P.LETTER_TEXT_EDIT):
            return ()
        return (Link("Texts of letters", reverse("partners:letter-texts")),)

    def context(self, request):
        return {"breadcrumbs": [("Deployments", reverse("partners:deployment-list"))]}
