"""Forms of a SIP's record: expertise, standing down, National Challenge work, pen portraits (REG-1, REG-7, REG-9, REG-16)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.permissions import P
from partners import actions
from partners.forms import ExpertiseForm, NcaForm, PortraitForm, StandDownForm
from partners.models import Expertise, ExpertiseKind, FileKind, NcaTerm, StandDown
from sipmanager.core import clock
from sipmanager.core.workflow import MoveRefused

from ..shared import FORM, carry_out, engagement_for, partner_for, partner_url, sent
from .changing import end_page, not_own, show
from .partner import is_own


@require_http_methods(FORM)
@requires(P.PARTNER_EDIT)
def expertise_change(request, reference):
    """Say what the SIP brings (REG-9)."""
    partner = partner_for(request, P.PARTNER_EDIT, reference)
    held: dict[str, list[str]] = {kind.value: [] for kind in ExpertiseKind}
    for kind, value in Expertise.objects.filter(partner=partner).order_by("pk").values_list("kind", "value"):
        held[kind].append(value)
    form = ExpertiseForm(sent(request), initial=held | {"service": "\n".join(held["service"])})

    def change(given, at):
        actions.change_expertise(partner=partner, expertise=given, by=request.user, at=at)
        return partner_url(partner)

    heading = "Your expertise" if is_own(request.viewer, partner) else f"Expertise of {partner.full_name}"
    return carry_out(request, form, change, done="The expertise is saved.") or show(request, form, heading, partner)


@require_http_methods(FORM)
@requires(P.PARTNER_EDIT)
def stand_down_new(request, reference):
    """Record that the SIP is suspended or has withdrawn."""
    partner = partner_for(request, P.PARTNER_EDIT, reference)
    not_own(request, partner)
    form = StandDownForm(sent(request), initial={"starts_on": request.viewer.on})

    def record(given, at):
        actions.stand_down(partner=partner, by=request.user, at=at, **given)
        return partner_url(partner)

    done = carry_out(request, form, record, done="It is recorded. No new school goes to this SIP meanwhile.")
    return done or show(request, form, f"Suspend {partner.full_name}, or record a withdrawal", partner)


@require_http_methods(FORM)
@requires(P.PARTNER_EDIT)
def stand_down_end(request, reference, pk):
    """Set the last day on which the SIP takes no new school."""
    partner = partner_for(request, P.PARTNER_EDIT, reference)
    not_own(request, partner)
    return end_page(
        request, partner, pk, model=StandDown, action=actions.end_stand_down, name="stand_down", field="",
        heading="Until when does the SIP take no new school?", back=partner_url(partner),
    )  # fmt: skip


@require_http_methods(FORM)
@requires(P.AGREEMENT_EDIT)
def nca_new(request, reference, pk):
    """Record work as National Challenge Adviser for an authority."""
    engagement = engagement_for(request, P.AGREEMENT_EDIT, reference, pk)
    form = NcaForm(sent(request), on=request.viewer.on, initial={"starts_on": request.viewer.on})

    def record(given, at):
        actions.start_nca_term(engagement=engagement, by=request.user, at=at, **given)
        return partner_url(engagement.partner)

    heading = f"{engagement.partner.full_name} as National Challenge Adviser"
    return carry_out(request, form, record, done="It is recorded.") or show(request, form, heading, engagement.partner)


@require_http_methods(FORM)
@requires(P.AGREEMENT_EDIT)
def nca_end(request, reference, pk):
    """Set the last day of the work as National Challenge Adviser."""
    term = NcaTerm.objects.select_related("engagement__partner").filter(pk=pk, ends_on=None).first()
    if term is None:
        raise Http404("No such work, or it has ended")
    engagement = engagement_for(request, P.AGREEMENT_EDIT, reference, term.engagement_id)
    return end_page(
        request, engagement.partner, pk, model=NcaTerm, action=actions.end_nca_term, name="term", field="",
        heading="When did the work as National Challenge Adviser end?", back=partner_url(engagement.partner), row=term,
    )  # fmt: skip


@require_http_methods(FORM)
@requires(P.PARTNER_EDIT)
def portrait_keep(request, reference):
    """Keep a pen portrait or the application form as a file (REG-7)."""
    partner = partner_for(request, P.PARTNER_EDIT, reference)
    kinds = [(kind.value, kind.label) for kind in (FileKind.PORTRAIT, FileKind.NATIONAL, FileKind.APPLICATION)]
    form = PortraitForm(sent(request), request.FILES or None, kinds=kinds)
    if form.is_valid():
        at, given = clock.now(), form.cleaned_data["file"]
        try:
            prepared = actions.prepare_file(name=given.name, content=given.read(), at=at)
            actions.keep_file(partner=partner, kind=form.cleaned_data["kind"], prepared=prepared, by=request.user, at=at)
            messages.success(request, "The file is kept.")
            return redirect(partner_url(partner))
        except MoveRefused as refused:
            for reason in refused.reasons:
                form.add_error("file", reason)
    return show(request, form, f"Keep a pen portrait or the application form of {partner.full_name}", partner)
