"""The list of SIPs."""

from django.shortcuts import redirect
from django.urls import reverse

from accounts.permissions import P, Role
from sipmanager.core.parts import Link
from sipmanager.core.registers import Register

from ..filters import PartnerFilter, StaffPartnerFilter
from ..models import Partner
from ..rows import sectors_on, with_standing, with_work
from ..tables import KIND_NAMES, PartnerTable, StaffPartnerTable
from ..wording import standing_tag

STAFF = frozenset(set(Role) - {Role.HEAD, Role.CHAIR, Role.GOVERNOR, Role.SIP, Role.MENTOR, Role.TRUST_CHAIR})


class PartnerRegister(Register):
    """The SIPs within a person's reach. A SIP who sees nobody else is led to their own page."""

    permission = P.PARTNER_VIEW
    noun = ("SIP", "SIPs")
    heading = "School Improvement Partners (SIPs)"
    table_class = PartnerTable
    row_template = "partners/_row.html"
    filter_class = PartnerFilter
    template_name = "partners/register.html"
    export_name = "sips"
    empty = "No School Improvement Partner (SIP) is on the register here yet. Add one, or load a file of them."

    def dispatch(self, request, *args, **kwargs):
        own = own_page_only(request.viewer)
        if own is not None and request.method in {"GET", "HEAD"}:
            return redirect(own)
        if request.viewer.roles() & STAFF:
            self.table_class, self.row_template = StaffPartnerTable, "partners/_staff_row.html"
            self.filter_class = StaffPartnerFilter
        return super().dispatch(request, *args, **kwargs)

    def queryset(self, request):
        on = request.viewer.on
        rows = Partner.objects.visible_to(request.viewer, P.PARTNER_VIEW)
        return with_work(with_standing(rows, on), on).prefetch_related(sectors_on(on))

    def listing(self, request, params, filters, table):
        return described(super().listing(request, params, filters, table))

    def main_link(self, request):
        return Link("Add a SIP", reverse("partners:partner-new")) if request.viewer.has(P.PARTNER_IMPORT) else None

    def links(self, request):
        found = []
        if request.viewer.has(P.SHORTLIST_USE):
            found.append(Link("Find a SIP", reverse("partners:find")))
        if request.viewer.has(P.ACCREDITATION_VIEW) and request.viewer.roles() & STAFF:
            found.append(Link("Accreditations", reverse("partners:accreditation-list")))
        if request.viewer.has(P.AGREEMENT_VIEW) and request.viewer.roles() & STAFF:
            found.append(Link("Agreements", reverse("partners:agreement-list")))
        if request.viewer.has(P.CPD_VIEW) and request.viewer.roles() & STAFF:
            found.append(Link("Development events", reverse("partners:event-list")))
        if request.viewer.has(P.PARTNER_FACT_CONFIRM):
            found.append(Link("Changes asked for", reverse("partners:fact-list")))
            found.append(Link("Confirmations", reverse("partners:confirmation-list")))
        if request.viewer.has(P.SELF_DECLARATION_VIEW):
            found.append(Link("Private declarations", reverse("partners:declaration-list")))
        if request.viewer.has(P.PROBLEM_VIEW):
            found.append(Link("Records of one person", reverse("partners:duplicates")))
        if request.viewer.has(P.PARTNER_IMPORT):
            found.append(Link("Load a file of SIPs", reverse("partners:partner-import")))
        return tuple(found)


def described(listing):
    """The rows of SIPs with the words that their row templates show."""
    for partner in listing.records:
        partner.tag = standing_tag(partner.standing)
        partner.kind_words = KIND_NAMES.get(partner.kind_now, "Not known")
        partner.sector_words = list(dict.fromkeys(award.get_sector_display() for award in partner.sectors_held))
    return listing


def own_page_only(viewer) -> str | None:
    """The address of a SIP's own page, where it is all that the person may see of the register."""
    if viewer.partner_id is None or viewer.roles() - {Role.SIP}:
        return None
    reference = Partner.objects.filter(pk=viewer.partner_id).values_list("reference", flat=True).first()
    return reverse("partners:partner-detail", args=[reference])
