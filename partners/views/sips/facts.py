"""What SIPs ask to have changed in their own record, and the authority's word on it (ROL-21, D-7)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import fetch, requires
from accounts.permissions import P
from partners import actions
from partners.facts import FACTS
from partners.forms import DecideFactForm, FactsForm
from partners.models import FactChange, FactOutcome, Partner
from sipmanager.core import clock
from sipmanager.core.parts import SummaryRow, Tag
from sipmanager.core.wording import moment
from sipmanager.core.workflow import MoveRefused, OutOfDate

from ..shared import FORM, READ, carry_out, partner_for, partner_trail, partner_url, sent
from .changing import show
from .partner import frame_of, is_own

TAGS = {
    "": Tag("Waiting", "blue"), FactOutcome.CONFIRMED: Tag("Confirmed", "green"), FactOutcome.DECLINED: Tag("Declined", "orange"),
    FactOutcome.REPLACED: Tag("Replaced", "grey"),
}  # fmt: skip
LATEST = 50


@require_http_methods(FORM)
@requires(P.PARTNER_EDIT)
def partner_facts(request, reference):
    """A SIP asks for facts to be changed that rules use; officers change them on the page of details."""
    partner = partner_for(request, P.PARTNER_EDIT, reference)
    if not is_own(request.viewer, partner):
        return redirect("partners:partner-details", reference=partner.reference)
    form = FactsForm(sent(request), initial={name: getattr(partner, name) for name in FactsForm.base_fields})

    def ask(given, at):
        found = actions.ask_for_details(partner=partner, by=request.user, at=at, **given)
        if found:
            messages.success(request, "Your authority is asked to confirm what you changed.")
        else:
            messages.info(request, "Nothing differs from what is on record.")
        return partner_url(partner, "asked")

    return carry_out(request, form, ask, done="") or show(request, form, "Ask for a change of your record", partner)


@require_http_methods(READ)
@requires(P.PARTNER_EDIT)
def partner_asked(request, reference):
    """What a SIP asked for, newest first, and what was decided."""
    partner = partner_for(request, P.PARTNER_EDIT, reference)
    rows = FactChange.objects.filter(partner=partner).select_related("decided_by").order_by("-asked_at", "-pk")
    context = frame_of(request, partner, "detail") | {"asked": [asked_row(row) for row in rows[:LATEST]]}
    return render(request, "partners/asked.html", context)


def asked_row(change: FactChange) -> dict:
    decided = f"{moment(change.decided_at)}, {change.decided_by.full_name}" if change.decided_by else ""
    return {
        "rows": [
            SummaryRow("What", FACTS[change.field].after(change.payload)),
            SummaryRow("Asked", moment(change.asked_at)),
            SummaryRow("State", TAGS[change.outcome], note=decided),
            *([SummaryRow("Why", change.reason)] if change.reason else []),
        ],
        "title": FACTS[change.field].label,
    }


@require_http_methods(FORM)
@requires(P.PARTNER_FACT_CONFIRM)
def fact_decide(request, pk):
    """Say whether what a SIP asked for is right; if it is, it is written."""
    change = fetch(
        request.viewer, P.PARTNER_FACT_CONFIRM, FactChange.objects.select_related("partner", "asked_by", "decided_by"), pk=pk
    )
    back = reverse("partners:fact-list")
    if change.outcome:
        if request.method == "POST":
            messages.info(request, f"This is decided already: {change.get_outcome_display().lower()}.")
            return redirect(back)
        return render(request, "partners/fact_decided.html", decided_context(change, back))
    form = DecideFactForm(sent(request))
    if form.is_valid():
        try:
            decide(request, change, form.cleaned_data)
            messages.success(request, "The decision is on record, and the SIP is told.")
            return redirect(back)
        except OutOfDate as late:
            messages.info(request, " ".join(late.reasons))
            return redirect(back)
        except MoveRefused as refused:
            for reason in refused.reasons:
                form.add_error(None, reason)
    return render(request, "_parts/confirm_page.html", decide_context(change, form, back))


def decide(request, change: FactChange, given: dict) -> None:
    if given["outcome"] == "confirm":
        actions.confirm_fact(change=change, by=request.user, at=clock.now())
    else:
        actions.decline_fact(change=change, reason=given["reason"], by=request.user, at=clock.now())


def decide_context(change: FactChange, form, back: str) -> dict:
    fact, partner = FACTS[change.field], change.partner
    return {
        "form": form, "heading": f"{partner.full_name} asks for a change", "button_label": "Record the decision",
        "text": "Rules use this fact, so the School Improvement Partner (SIP) cannot change it alone.",
        "rows": [
            SummaryRow("Fact", fact.label), SummaryRow("On record when asked", change.before or "Not on record"),
            SummaryRow("On record now", fact.before(partner) or "Not on record"),
            SummaryRow("Asked for", fact.after(change.payload)), SummaryRow("Asked", moment(change.asked_at)),
            SummaryRow("Decide by", change.due_on),
        ],
        "cancel_url": back,
        "breadcrumbs": [*partner_trail(partner), ("Changes asked for", back)],
    }  # fmt: skip


def decided_context(change: FactChange, back: str) -> dict:
    """What was asked for and what became of it; nothing is left to decide."""
    fact, partner = FACTS[change.field], change.partner
    decided = f"On {moment(change.decided_at)}{f', by {change.decided_by}' if change.decided_by else ''}."
    rows = [
        SummaryRow("Fact", fact.label), SummaryRow("On record when asked", change.before or "Not on record"),
        SummaryRow("Asked for", fact.after(change.payload)), SummaryRow("Asked", moment(change.asked_at)),
        SummaryRow("Decided", change.get_outcome_display(), note=decided),
    ]  # fmt: skip
    return {
        "heading": f"{partner.full_name} asked for a change",
        "text": "It is decided: nothing is left to do.",
        "rows": [*rows, SummaryRow("Why", change.reason)] if change.reason else rows,
        "breadcrumbs": [*partner_trail(partner), ("Changes asked for", back)],
    }


def waiting_for(partner: Partner) -> int:
    """How much of what a SIP asked for is not decided yet."""
    return FactChange.objects.filter(partner=partner, decided_at=None).count()
