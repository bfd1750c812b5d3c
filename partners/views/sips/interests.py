"""The register of interests of one SIP, and what a late declaration asks to be decided (REG-10, PRE-11)."""

from datetime import date

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import can, requires
from accounts.permissions import P
from partners import actions, selectors
from partners.forms import ConfirmInterestsForm, DeclareForm
from partners.interests import interests_gap, september
from partners.models import Confirmation, ConfirmationKind, Interest, Partner
from partners.panels import flags_of
from sipmanager.core.parts import Link, SummaryRow, Tag
from sipmanager.core.wording import capitalised, counted, day, span

from ..shared import FORM, READ, carry_out, partner_for, partner_trail, partner_url, sent
from .changing import end_page, show
from .partner import frame_of, is_own


@require_http_methods(READ)
@requires(P.INTEREST_VIEW)
def partner_interests(request, reference):
    """Every interest declared, with its dates, and whether the register is confirmed for the school year."""
    partner = partner_for(request, P.INTEREST_VIEW, reference)
    on = request.viewer.on
    may_declare = can(request.viewer, P.INTEREST_DECLARE, partner)
    context = frame_of(request, partner, "detail") | {
        "confirmed": [confirmed_row(partner, on)],
        "interests": [interest_row(row, partner, may_declare, on) for row in interests_of(partner)],
        "flags": flags_of(request.viewer, partner=partner, of_interests=True),
        "may_declare": may_declare,
        "confirm_url": reverse("partners:interest-confirm", args=[partner.reference]),
        "confirm_label": "Confirm your register" if is_own(request.viewer, partner) else "Record that it is confirmed",
    }
    return render(request, "partners/interests.html", context)


def interests_of(partner: Partner) -> list[Interest]:
    rows = Interest.objects.filter(partner=partner).select_related("school")
    return sorted(rows, key=lambda row: (row.ends_on is not None, -row.pk))


def interest_row(row: Interest, partner: Partner, may_end: bool, on: date) -> SummaryRow:
    url = reverse("partners:interest-end", args=[partner.reference, row.pk])
    links = (Link("End", url, f"the interest in {row.with_whom}"),) if may_end and row.ends_on is None else ()
    note = ", ".join(part for part in (row.get_kind_display(), span(row.starts_on, row.ends_on)) if part)
    return SummaryRow(row.with_whom, row.says, links, note=capitalised(note))


def confirmed_row(partner: Partner, on: date) -> SummaryRow:
    """Whether the register holds for the school year, in one row."""
    confirmed, overdue = selectors.interests_confirmed_on([partner.pk], on).get(partner.pk, (None, None))
    if confirmed is not None and confirmed >= september(on):
        word = Confirmation.objects.filter(partner=partner, kind=ConfirmationKind.INTERESTS, met_on=confirmed).order_by("-pk")
        what = "nothing to declare" if word[0].is_nothing_to_declare else "the list is complete"
        what += since_then(partner, confirmed)
        until = day(date(september(on).year + 1, 9, 1))
        return SummaryRow(
            "This school year", Tag("Confirmed", "green"), note=f"On {day(confirmed)}: {what}. Runs out on {until}."
        )
    gap = interests_gap(confirmed, overdue, on)
    return SummaryRow("This school year", Tag("Not confirmed", "yellow"), note=f"It {gap}." if gap else "")


def since_then(partner: Partner, confirmed: date) -> str:
    """How much was declared after the register was confirmed, which its word does not cover."""
    later = Interest.objects.filter(partner=partner, declared_at__date__gt=confirmed).count()
    return f"; since then {counted(later, 'interest')} declared" if later else ""


@require_http_methods(FORM)
@requires(P.INTEREST_DECLARE)
def interest_new(request, reference):
    """Declare an interest."""
    partner = partner_for(request, P.INTEREST_DECLARE, reference)
    form = DeclareForm(sent(request))

    def declare(given, at):
        actions.declare_interest(partner=partner, by=request.user, at=at, **given)
        return partner_url(partner, "interests")

    heading = "Declare an interest" if is_own(request.viewer, partner) else f"Declare an interest of {partner.full_name}"
    return carry_out(request, form, declare, done="The interest is declared.") or show(request, form, heading, partner)


@require_http_methods(FORM)
@requires(P.INTEREST_DECLARE)
def interest_confirm(request, reference):
    """The yearly word that the register is complete, or that there is nothing to declare."""
    partner = partner_for(request, P.INTEREST_DECLARE, reference)
    standing = [row for row in interests_of(partner) if row.ends_on is None or row.ends_on >= request.viewer.on]
    form = ConfirmInterestsForm(sent(request), has_interests=bool(standing))

    def confirm(given, at):
        is_nothing = given["word"] == "nothing"
        actions.confirm_interests(partner=partner, is_nothing=is_nothing, by=request.user, at=at)
        return partner_url(partner, "interests")

    done = carry_out(request, form, confirm, done="The register of interests is confirmed for this school year.")
    context = {
        "form": form, "heading": "Confirm the register of interests", "breadcrumbs": partner_trail(partner),
        "interests": [interest_row(row, partner, False, request.viewer.on) for row in standing],
        "declare_url": reverse("partners:interest-new", args=[partner.reference]),
    }  # fmt: skip
    return done or render(request, "partners/interests_confirm.html", context)


@require_http_methods(FORM)
@requires(P.INTEREST_DECLARE)
def interest_end(request, reference, pk):
    """Set the last day of an interest. A SIP asks for it; their authority confirms."""
    partner = partner_for(request, P.INTEREST_DECLARE, reference)
    return end_page(
        request, partner, pk, model=Interest, action=actions.end_interest, name="interest", field="interest_end",
        heading="When did the interest end?", back=partner_url(partner, "interests"),
    )  # fmt: skip
