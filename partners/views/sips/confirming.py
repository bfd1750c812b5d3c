"""What a SIP goes through each term, and the yearly skills audit (REG-8, REG-18)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import can, requires
from accounts.permissions import P
from partners import actions
from partners.forms import SkillsForm
from partners.models import Confirmation, ConfirmationKind, Partner, SkillsAudit
from sipmanager.core import clock
from sipmanager.core.parts import SummaryRow, Tag
from sipmanager.core.wording import day

from ..shared import FORM, carry_out, partner_for, partner_url, sent
from .changing import show
from .facts import waiting_for
from .interests import confirmed_row
from .overview import expertise_rows
from .partner import career, frame_of, identity, is_own, places


@require_http_methods(FORM)
@requires(P.PARTNER_EDIT)
def partner_confirm(request, reference):
    """All details on one page, each with the way to change it, and one button that says they are all right (REG-18)."""
    partner = partner_for(request, P.PARTNER_EDIT, reference)
    if request.method == "POST":
        actions.confirm_details(partner=partner, by=request.user, at=clock.now())
        messages.success(request, "Thank you. The details are confirmed for this term.")
        return redirect(partner_url(partner))
    on = request.viewer.on
    may_edit = not is_own(request.viewer, partner)
    context = frame_of(request, partner, "detail") | {
        "identity": identity(request.viewer, partner, may_edit=may_edit, sees_private=True),
        "career": career(partner, may_edit=True, on=on),
        "places": places(partner, may_edit=True),
        "expertise": expertise_rows(partner),
        "interests": [confirmed_row(partner, on)] if can(request.viewer, P.INTEREST_VIEW, partner) else [],
        "waiting": waiting_for(partner),
        "last": last_confirmed(partner),
    }
    return render(request, "partners/confirm.html", context)


def last_confirmed(partner: Partner) -> str:
    """When the details were last confirmed, in words; blank for never."""
    rows = Confirmation.objects.filter(partner=partner, kind=ConfirmationKind.DETAILS, met_on__isnull=False)
    return day(rows.order_by("-met_on").values_list("met_on", flat=True).first())


def asked_row(row: Confirmation, on) -> SummaryRow:
    tag = Tag("Overdue", "red") if row.due_on < on else Tag("Due", "yellow")
    return SummaryRow(row.authority.name, tag, note=f"By {day(row.due_on)}")


def audit_card(row: SkillsAudit) -> dict:
    who = f"Recorded by {row.recorded_by.full_name}" if row.recorded_by else ""
    return {
        "title": f"Skills audit of {day(row.made_on)}",
        "rows": [
            SummaryRow("Strengths", row.strengths), SummaryRow("Expertise", row.expertise),
            SummaryRow("Gaps", row.gaps, note=who),
        ],
    }  # fmt: skip


@require_http_methods(FORM)
@requires(P.PARTNER_EDIT)
def skills_new(request, reference):
    """Make a skills audit, beginning with the last one."""
    partner = partner_for(request, P.PARTNER_EDIT, reference)
    last = SkillsAudit.objects.filter(partner=partner).order_by("-made_on", "-pk").first()
    initial = {"strengths": last.strengths, "expertise": last.expertise, "gaps": last.gaps} if last else {}
    form = SkillsForm(sent(request), initial=initial)

    def save(given, at):
        actions.save_skills_audit(partner=partner, by=request.user, at=at, **given)
        return partner_url(partner, "development")

    heading = "Your skills audit" if is_own(request.viewer, partner) else f"Skills audit of {partner.full_name}"
    return carry_out(request, form, save, done="The skills audit is saved.") or show(request, form, heading, partner)
