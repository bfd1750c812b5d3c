"""Adding SIPs and changing what is known of them; each page calls one action."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.permissions import P
from partners import actions
from partners.facts import kept
from partners.forms import (
    AccreditationForm,
    DetailsForm,
    EndForm,
    HeadshipForm,
    KindForm,
    NewPartnerForm,
    OwnDetailsForm,
    WillingnessForm,
)
from partners.models import Headship, Partner, Willingness
from schools.facts import SECTOR_NAMES
from sipmanager.core import clock
from sipmanager.core.wording import day

from ..shared import FORM, carry_out, partner_for, partner_trail, partner_url, sent
from .partner import is_own


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

    done = carry_out(request, form, change, done="The details are saved." if form.has_changed() else "")
    return done or show(request, form, "Update your details" if own else f"Change the details of {partner.full_name}", partner)


ASKED = "Your authority is asked to confirm it. Nothing has changed yet."


def ask(request, partner: Partner, field: str, payload: dict, at) -> str:
    """A SIP asks for a fact about themself to be changed (ROL-21)."""
    actions.ask_for_change(partner=partner, field=field, payload=payload, by=request.user, at=at)
    return partner_url(partner, "asked")


def asked_with(given: dict, **defaults) -> dict:
    """What was typed, as it is kept while it waits."""
    return {name: kept(value) for name, value in (defaults | given).items()}


def not_own(request, partner: Partner) -> None:
    """Facts that rules read are the authority's to record, not the SIP's own."""
    if is_own(request.viewer, partner):
        raise Http404("Not on one's own record")


def record_or_ask(request, partner: Partner, form, *, field: str, record, done: str, heading: str):
    """The page of a fact that rules read: an officer's word is recorded, a SIP's own is asked for as `field` (ROL-21)."""
    own = is_own(request.viewer, partner)

    def say(given, at):
        if own:
            return ask(request, partner, field, asked_with(given), at)
        record(partner=partner, by=request.user, at=at, **given)
        return partner_url(partner)

    return carry_out(request, form, say, done=ASKED if own else done) or show(request, form, heading, partner)


@require_http_methods(FORM)
@requires(P.PARTNER_EDIT)
def partner_kind(request, reference):
    """Record a new kind, from a day on."""
    partner = partner_for(request, P.PARTNER_EDIT, reference)
    form = KindForm(sent(request), initial={"starts_on": request.viewer.on, "company": partner.company})
    own = is_own(request.viewer, partner)
    return record_or_ask(
        request, partner, form, field="kind", record=actions.record_kind, done="The kind is recorded.",
        heading="What kind of SIP are you?" if own else f"What kind of SIP is {partner.full_name}?",
    )  # fmt: skip


@require_http_methods(FORM)
@requires(P.PARTNER_EDIT)
def headship_new(request, reference):
    """Add a headship held."""
    partner = partner_for(request, P.PARTNER_EDIT, reference)
    return record_or_ask(
        request, partner, HeadshipForm(sent(request)), field="headship", record=actions.record_headship,
        done="The headship is added.", heading=f"Add a headship of {partner.full_name}",
    )  # fmt: skip


@require_http_methods(FORM)
@requires(P.PARTNER_EDIT)
def willingness_new(request, reference):
    """Add a region or an authority where the SIP will work."""
    partner = partner_for(request, P.PARTNER_EDIT, reference)
    return record_or_ask(
        request, partner, WillingnessForm(sent(request)), field="willing", record=actions.add_willingness,
        done="The place is added.", heading=f"Where will {partner.full_name} work?",
    )  # fmt: skip


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


def end_page(request, partner: Partner, pk: int, *, model, action, name: str, field: str, heading: str, back: str, row=None):
    """The page that sets the last day of a dated fact of one SIP; a SIP asks for it where `field` names the fact."""
    row = row or model.objects.filter(partner=partner, pk=pk, ends_on=None).first()
    if row is None:
        raise Http404("No such fact of this SIP, or it has ended")
    own = is_own(request.viewer, partner)
    if own and not field:
        raise Http404("Not on one's own record")
    form = EndForm(sent(request), initial={"on": request.viewer.on})

    def end(given, at):
        if own:
            return ask(request, partner, field, {"pk": row.pk, "on": kept(given["on"])}, at)
        action(by=request.user, at=at, on=given["on"], **{name: row})
        return back

    done = carry_out(request, form, end, done=ASKED if own else "The last day is recorded.")
    context = {
        "form": form, "heading": heading, "breadcrumbs": partner_trail(partner), "button_label": "Record the last day",
        "cancel_url": back, "text": f"For {partner.full_name}, today {day(clock.today())}.",
    }  # fmt: skip
    return done or render(request, "_parts/confirm_page.html", context)


@require_http_methods(FORM)
@requires(P.PARTNER_EDIT)
def headship_end(request, reference, pk):
    """Set the last day of a headship."""
    partner = partner_for(request, P.PARTNER_EDIT, reference)
    return end_page(
        request, partner, pk, model=Headship, action=actions.end_headship, name="headship", field="headship_end",
        heading="When did the headship end?", back=partner_url(partner),
    )  # fmt: skip


@require_http_methods(FORM)
@requires(P.PARTNER_EDIT)
def willingness_end(request, reference, pk):
    """Set the last day on which the SIP will work somewhere."""
    partner = partner_for(request, P.PARTNER_EDIT, reference)
    rows = Willingness.objects.filter(partner=partner, pk=pk, ends_on=None).select_related("region", "authority")
    row = rows.first()
    place = (row.region or row.authority).name if row else "there"
    return end_page(
        request, partner, pk, model=Willingness, action=actions.end_willingness, name="willingness", field="willing_end",
        row=row, heading=f"Until when will the SIP work in {place}?", back=partner_url(partner),
    )  # fmt: skip
