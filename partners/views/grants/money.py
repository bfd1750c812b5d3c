"""The grant of a financial year, school by school, beside what agreements come to (GRA-1 to GRA-8)."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.models import Authority
from accounts.permissions import P
from partners import selectors
from partners.grant import MONTHS
from partners.selectors import GrantLines
from sipmanager.core import exports
from sipmanager.core.academic import financial_label, financial_year
from sipmanager.core.listing import CappedPaginator, page_number, pages_of
from sipmanager.core.parts import Link, SummaryRow

from ..shared import READ
from .shared import authority_for, caption, programme_links, trail, url_at

FIRST_YEAR = 2005
NO_RATE = "No rate"
EXPORTS = {"csv": exports.csv_response, "xlsx": exports.xlsx_response}
HEADERS = ["URN", "School", "Months with a SIP", "Days with a SIP", "Rate", "Amount", "How it comes about"]


@require_http_methods(READ)
@requires(P.CONDITIONS_VIEW)
def grant_lines(request, code, programme):
    """Each school's part of the year, rate and amount, with the total, for one financial year."""
    authority = authority_for(request, P.CONDITIONS_VIEW, code, programme)
    on = request.viewer.on
    year = year_asked(request, financial_year(on))
    found = selectors.grant_lines(authority=authority, programme=programme, year=year, on=on)
    sees_schools = request.viewer.has(P.DEPLOYMENT_VIEW)
    wanted = request.GET.get("format", "")
    if wanted:
        if wanted not in EXPORTS or not sees_schools:
            raise Http404("No such file")
        return EXPORTS[wanted](file_rows(found), f"grant-{code}-{programme}-{financial_label(year)}")
    paginator = CappedPaginator(found.lines, 50)
    number = page_number(request.GET, paginator)
    here = url_at("grant-lines", authority, programme)
    context = {
        "heading": f"Grant of the financial year {years_in_words(year)}",
        "caption": caption(authority, programme),
        "tabs": programme_links("grant-lines", authority, programme, f"?year={year}"),
        "years": [
            Link(years_in_words(one), f"{here}?year={one}", "", one == year)
            for one in range(financial_year(on) + 1, FIRST_YEAR - 1, -1)
        ],
        "rows": totals(found),
        "basis": "months" if found.basis == MONTHS else "days",
        "is_primary": programme == "primary",
        "lines": [line_row(row, found) for row in paginator.page(number).object_list] if sees_schools else [],
        "sees_schools": sees_schools,
        "pages": pages_of(request.GET, number, paginator.num_pages),
        "exports": [Link(kind.upper(), f"{here}?year={year}&format={kind}") for kind in EXPORTS] if found.lines else [],
        "commitment": commitment(request, authority, programme, year, found),
        "breadcrumbs": trail(authority, programme),
    }
    return render(request, "partners/conditions/grant.html", context)


def years_in_words(year: int) -> str:
    """A financial year as pages say it: `2009 to 2010`."""
    return f"{year} to {year + 1}"


def year_asked(request, this_year: int) -> int:
    text = request.GET.get("year", "")
    if not text:
        return this_year
    if not (text.isascii() and text.isdigit() and FIRST_YEAR <= int(text[:6]) <= this_year + 1):
        raise Http404("No such financial year")
    return int(text)


def pounds(amount) -> str:
    return NO_RATE if amount is None else f"£{amount:,.2f}"


def totals(found: GrantLines) -> list[SummaryRow]:
    return [
        SummaryRow("Rate for a school", pounds(found.rate)),
        SummaryRow("Schools with a SIP in the year", str(len(found.lines))),
        SummaryRow("Grant", pounds(found.total)),
    ]


def line_row(row, found: GrantLines) -> dict:
    return {
        "urn": row.urn, "school": row.school_name, "months": row.months, "days": row.days, "rate": pounds(found.rate),
        "amount": pounds(row.amount), "because": row.because,
    }  # fmt: skip


def file_rows(found: GrantLines) -> list[list]:
    """The lines as a file, the total last; text is made harmless."""
    rows = [
        [row.urn, row.school_name, row.months, row.days, NO_RATE if found.rate is None else found.rate,
         NO_RATE if row.amount is None else row.amount, row.because]
        for row in found.lines
    ]  # fmt: skip
    rows.append(["", "Total", "", "", "", NO_RATE if found.total is None else found.total, ""])
    return [HEADERS, *([exports.cell_value(value) for value in row] for row in rows)]


def commitment(request, authority: Authority, programme: str, year: int, found: GrantLines) -> dict | None:
    """What agreements come to beside the grant (GRA-8), for those who may see rates."""
    if not authority.belongs_to(request.viewer, P.AGREEMENT_VIEW):
        return None
    agreed = selectors.commitment_of(authority=authority, programme=programme, year=year)
    rows = [SummaryRow("Agreements", pounds(agreed.total)), SummaryRow("Grant", pounds(found.total))]
    if found.total is not None:
        left = found.total - agreed.total
        rows.append(SummaryRow("Left of the grant" if left >= 0 else "Beyond the grant", pounds(abs(left))))
    return {
        "rows": rows,
        "lines": [f"{row.partner_name}: {row.because}" + (f" = £{row.amount:,.2f}" if row.amount is not None else "")
                  for row in agreed.rows],
        "salaried": agreed.salaried,
    }  # fmt: skip
