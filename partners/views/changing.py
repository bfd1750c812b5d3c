"""Adding SIPs and changing what is known of them; each page calls one action."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.permissions import P
from partners import actions
from partners.forms import (
    AccreditationForm,
    ConflictForm,
    DetailsForm,
    EndForm,
    HeadshipForm,
    KindForm,
    NewPartnerForm,
    OwnDetailsForm,
    WillingnessForm,
)
from partners.models import Headship, Interest, Partner, Willingness
from schools.facts import SECTOR_NAMES
from sipmanager.core import clock
from sipmanager.core.wording import day

from .partner import is_own
from .shared import FORM, carry_out, partner_for, partner_trail, partner_url, sent


def show(request, form, heading: str, partner: Partner | None = None, **more):
    context = {"form": form, "heading": heading, "breadcrumbs": partner_trail(partner), "title": heading, **more}
    return render(request, "partners/form.html", context)


@require_http_methods(FORM)
@requires(P.PARTNER_IMPORT)
def partner_new(request):
    """Add a SIP to the register; the authority that adds them engages them."""
    form = NewPartnerForm(sent(request), viewer=request.viewer)

    def take_on(given, at):
        headships = {sector.value: given.pop(f"{sector.value}_headship") for sector in SECTOR_NAMES}
        return partner_url(actions.take_on_partner(headships=headships, by=request.user, at=at, **given))

    done = carry_out(request, form, take_on, done="The SIP is on the register.")
    return done or show(request, form, "Add a School Improvement Partner (SIP)")


@require_http_methods(FORM)
@requires(P.PARTNER_EDIT)
def partner_details(request, reference):
    """Change a SIP's details; a SIP changes what is theirs to say."""
    partner = partner_for(request, P.PARTNER_EDIT, reference)
    own = is_own(request.viewer, partner)
    form_class = OwnDetailsForm if own else DetailsForm
    fields = form_class.base_fields
    form = form_class(sent(request), initial={name: getattr(partner, name) for name in fields})

    def change(given, at):
        actions.change_details(partner=partner, by=request.user, at=at, **given)
        return partner_url(partner)

    done = carry_out(request, form, change, done="The details are saved.")
    return done or show(request, form, "Update your details" if own else f"Change the details of {partner.full_name}", partner)


def not_own(request, partner: Partner) -> None:
    """Facts that rules read are the authority's to record, not the SIP's own."""
    if is_own(request.viewer, partner):
        raise Http404("Not on one's own record")


@require_http_methods(FORM)
@requires(P.PARTNER_EDIT)
def partner_kind(request, reference):
    """Record a new kind, from a day on."""
    partner = partner_for(request, P.PARTNER_EDIT, reference)
    not_own(request, partner)
    form = KindForm(sent(request), initial={"starts_on": request.viewer.on})

    def record(given, at):
        actions.record_kind(partner=partner, by=request.user, at=at, **given)
        return partner_url(partner)

    return carry_out(request, form, record, done="The kind is recorded.") or show(
        request, form, f"What kind of SIP is {partner.full_name}?", partner
    )


@require_http_methods(FORM)
@requires(P.PARTNER_EDIT)
def headship_new(request, reference):
    """Add a headship held."""
    partner = partner_for(request, P.PARTNER_EDIT, reference)
    not_own(request, partner)
    form = HeadshipForm(sent(request))

    def record(given, at):
        actions.record_headship(partner=partner, by=request.user, at=at, **given)
        return partner_url(partner)

    return carry_out(request, form, record, done="The headship is added.") or show(
        request, form, f"Add a headship of {partner.full_name}", partner
    )


@require_http_methods(FORM)
@requires(P.PARTNER_EDIT)
def willingness_new(request, reference):
    """Add a region or an authority where the SIP will work."""
    partner = partner_for(request, P.PARTNER_EDIT, reference)
    form = WillingnessForm(sent(request))

    def record(given, at):
        actions.add_willingness(partner=partner, by=request.user, at=at, **given)
        return partner_url(partner)

    return carry_out(request, form, record, done="The place is added.") or show(
        request, form, f"Where will {partner.full_name} work?", partner
    )


@require_http_methods(FORM)
@requires(P.PARTNER_EDIT)
def conflict_new(request, reference):
    """Declare a link with a school."""
    partner = partner_for(request, P.PARTNER_EDIT, reference)
    form = ConflictForm(sent(request))

    def declare(given, at):
        actions.declare_conflict(partner=partner, by=request.user, at=at, **given)
        return partner_url(partner)

    return carry_out(request, form, declare, done="The link is declared.") or show(
        request, form, f"Declare a link of {partner.full_name} with a school", partner
    )


@require_http_methods(FORM)
@requires(P.ACCREDITATION_EDIT)
def accreditation_new(request, reference):
    """Record a national pass for a sector."""
    partner = partner_for(request, P.ACCREDITATION_EDIT, reference)
    form = AccreditationForm(sent(request), on=request.viewer.on)

    def award(given, at):
        actions.award_accreditation(partner=partner, by=request.user, at=at, **given)
        return partner_url(partner, "accreditation")

    return carry_out(request, form, award, done="The accreditation is recorded.") or show(
        request, form, f"Record an accreditation of {partner.full_name}", partner
    )


# ------------------------------------------------------------------------------------------------ ends of dated facts


def end_of(request, reference: str, pk: int, *, model, action, name: str, heading: str, is_theirs: bool):
    """The page that sets the last day of a dated fact of one SIP."""
    partner = partner_for(request, P.PARTNER_EDIT, reference)
    if not is_theirs:
        not_own(request, partner)
    row = model.objects.filter(partner=partner, pk=pk, ends_on=None).first()
    if row is None:
        raise Http404("No such fact of this SIP, or it has ended")
    form = EndForm(sent(request), initial={"on": request.viewer.on})

    def end(given, at):
        action(by=request.user, at=at, on=given["on"], **{name: row})
        return partner_url(partner)

    done = carry_out(request, form, end, done="The last day is recorded.")
    context = {
        "form": form, "heading": heading, "breadcrumbs": partner_trail(partner), "button_label": "Record the last day",
        "cancel_url": partner_url(partner), "text": f"For {partner.full_name}, today {day(clock.today())}.",
    }  # fmt: skip
    return done or render(request, "_parts/confirm_page.html", context)


@require_http_methods(FORM)
@requires(P.PARTNER_EDIT)
def headship_end(request, reference, pk):
    """Set the last day of a headship."""
    heading = "When did the headship end?"
    return end_of(
        request, reference, pk, model=Headship, action=actions.end_headship, name="headship", heading=heading, is_theirs=False
    )


@require_http_methods(FORM)
@requires(P.PARTNER_EDIT)
def willingness_end(request, reference, pk):
    """Set the last day on which the SIP will work somewhere."""
    heading = "Until when will the SIP work there?"
    return end_of(
        request,
        reference,
        pk,
        model=Willingness,
        action=actions.end_willingness,
        name="willingness",
        heading=heading,
        is_theirs=True,
    )


@require_http_methods(FORM)
@requires(P.PARTNER_EDIT)
def conflict_end(request, reference, pk):
    """Set the last day of a link with a school."""
    heading = "When did the link with the school end?"
    return end_of(
        request, reference, pk, model=Interest, action=actions.end_conflict, name="conflict", heading=heading, is_theirs=False
    )
