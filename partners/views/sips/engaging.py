"""A SIP's standing with an authority: the engagement, who looks after the SIP, checks and contracts."""

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts import invitations
from accounts.access import requires
from accounts.permissions import P
from partners import actions
from partners.forms import ContractForm, EndEngagementForm, EngageForm, InviteForm, SupportForm
from partners.models import SupportKind
from sipmanager.core import clock

from ..shared import FORM, carry_out, engagement_for, partner_for, partner_trail, partner_url, sent
from .changing import not_own


@require_http_methods(FORM)
@requires(P.CHECK_EDIT)
def partner_engage(request, reference):
    """Engage a SIP of the register at one's authority (D-7)."""
    partner = partner_for(request, P.PARTNER_VIEW, reference)
    not_own(request, partner)
    form = EngageForm(sent(request), viewer=request.viewer, initial={"starts_on": request.viewer.on})

    def engage(given, at):
        actions.engage_partner(partner=partner, by=request.user, at=at, **given)
        return partner_url(partner, "checks")

    done = carry_out(request, form, engage, done=f"{partner.full_name} is engaged. Record the checks next.")
    return done or _form(request, form, f"Engage {partner.full_name}", partner)


@require_http_methods(FORM)
@requires(P.CHECK_EDIT)
def engagement_end(request, reference, pk):
    """Set the last day of an engagement, or another one while it is still to come; what stands in the way is named (D-7)."""
    engagement = engagement_for(request, P.CHECK_EDIT, reference, pk)
    partner = engagement.partner
    form = EndEngagementForm(sent(request), initial={"on": engagement.ends_on or request.viewer.on})

    def end(given, at):
        actions.end_engagement(engagement=engagement, by=request.user, at=at, **given)
        return partner_url(partner)

    done = carry_out(
        request, form, end, done=f"The last day of {partner.full_name} with {engagement.authority.name} is on record."
    )
    return done or _form(
        request, form, f"When does {partner.full_name} stop working for {engagement.authority.name}?", partner
    )


@require_http_methods(FORM)
@requires(P.CHECK_EDIT)
def support_set(request, reference, pk):
    """Name who looks after the SIP from a day on (REG-12)."""
    engagement = engagement_for(request, P.CHECK_EDIT, reference, pk)
    partner = engagement.partner
    kind = request.GET.get("kind", "")
    initial = {"starts_on": request.viewer.on, "kind": kind if kind in SupportKind.values else SupportKind.LINE_MANAGER}
    form = SupportForm(sent(request), engagement=engagement, on=request.viewer.on, initial=initial)

    def support(given, at):
        actions.set_support(engagement=engagement, by=request.user, at=at, **given)
        return partner_url(partner)

    done = carry_out(request, form, support, done="Saved who looks after the SIP.")
    return done or _form(request, form, f"Who looks after {partner.full_name} at {engagement.authority.name}?", partner)


@require_http_methods(FORM)
@requires(P.CHECK_EDIT)
def contract_confirm(request, reference, pk):
    """Record that the contract for one school is confirmed (PRE-6)."""
    engagement = engagement_for(request, P.CHECK_EDIT, reference, pk)
    partner = engagement.partner
    initial = {"school": request.GET.get("school", ""), "confirmed_on": request.viewer.on}
    form = ContractForm(sent(request), on=request.viewer.on, initial=initial)

    def confirm(given, at):
        actions.confirm_contract(engagement=engagement, by=request.user, at=at, **given)
        return partner_url(partner, "checks")

    done = carry_out(request, form, confirm, done="The contract is confirmed.")
    return done or _form(request, form, f"Confirm a contract with {partner.full_name}", partner)


@require_http_methods(FORM)
@requires(P.CHECK_EDIT)
def partner_invite(request, reference, pk):
    """Invite a SIP whom one's authority engages to an account of their own (D-8)."""
    engagement = engagement_for(request, P.CHECK_EDIT, reference, pk)
    partner = engagement.partner
    form = InviteForm(sent(request))

    def invite(given, at):
        actions.invite_partner(
            partner=partner, authority=engagement.authority, by=request.user, at=at,
            expires_at=clock.real_now() + invitations.LASTS,
        )  # fmt: skip
        return partner_url(partner)

    done = carry_out(request, form, invite, done=f"An invitation has been sent to {partner.email}. It works for 14 days.")
    return done or _form(request, form, f"Invite {partner.full_name} to an account", partner)


def _form(request, form, heading, partner):
    context = {"form": form, "heading": heading, "breadcrumbs": partner_trail(partner)}
    return render(request, "partners/form.html", context)
