"""The tab of checks and contracts of one SIP, authority by authority (PRE-2 to PRE-12)."""

from datetime import date

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import can, requires
from accounts.permissions import P
from accounts.selectors import policy_on
from partners.deployment_rules import CHECK_WORDS, OF_SERVING_HEADS
from partners.models import Check, CheckKind, Contract, Engagement, Kind, PartnerKind
from sipmanager.core.parts import Link, SummaryRow, Tag
from sipmanager.core.wording import day

from .partner import engagements_of, frame_of
from .shared import READ, partner_for


@require_http_methods(READ)
@requires(P.CHECK_VIEW)
def partner_checks(request, reference):
    """Pre-deployment checks by authority, each with its state, and the contracts (PRE-2 to PRE-12)."""
    partner = partner_for(request, P.PARTNER_PRIVATE, reference)
    frame = frame_of(request, partner, "checks")
    engagements = engagements_of(request.viewer, partner)
    context = frame | {"papers": [papers(request.viewer, row) for row in engagements]}
    return render(request, "partners/checks.html", context)


def papers(viewer, engagement: Engagement) -> dict:
    """The checks and contracts of one engagement."""
    on = viewer.on
    may_edit = can(viewer, P.CHECK_EDIT, engagement) and engagement.ends_on is None
    policy = policy_on(authority=engagement.authority_id, on=on)
    kinds = PartnerKind.objects.running(on).filter(partner=engagement.partner).values_list("kind", flat=True)
    is_head = Kind.SERVING_HEAD in set(kinds)
    latest = {
        row.kind: row for row in Check.objects.filter(engagement=engagement, voided_on=None).order_by("checked_on", "pk")
    }
    record_url = reverse("partners:check-record", args=[engagement.partner.reference, engagement.pk])
    rows = []
    for kind in CheckKind:
        check = latest.get(kind.value)
        tag, note = check_state(kind, check, policy, on, is_head=is_head)
        words = CHECK_WORDS[kind.value]
        links = (
            (Link("Record" if check is None else "Record anew", f"{record_url}?kind={kind.value}", f"the {words}"),)
            if may_edit
            else ()
        )
        rows.append(
            SummaryRow(
                kind.label if kind != CheckKind.CRIMINAL_RECORD else f"Criminal record check ({policy.check_name})",
                tag,
                links,
                note,
            )
        )
    contracts = Contract.objects.filter(engagement=engagement).select_related("school").order_by("school__name", "pk")
    return {
        "engagement": engagement,
        "authority": engagement.authority.name,
        "ended": day(engagement.ends_on),
        "rows": rows,
        "contracts": [SummaryRow(row.school.name, f"Confirmed on {day(row.confirmed_on)}") for row in contracts],
        "contract_url": reverse("partners:contract-confirm", args=[engagement.partner.reference, engagement.pk])
        if may_edit
        else "",
    }


def check_state(kind: CheckKind, check: Check | None, policy, on: date, *, is_head: bool) -> tuple[Tag, str]:
    """A check's state in a word, and what is behind it."""
    is_needed = kind.value in policy.checks and (is_head or kind.value not in OF_SERVING_HEADS)
    if check is None:
        return (
            (Tag("Missing", "yellow"), "Needed before a deployment is confirmed")
            if is_needed
            else (Tag("Not needed", "grey"), "")
        )
    said = f"Checked on {day(check.checked_on)}" + (f". {check.evidence}" if check.evidence else "")
    if check.is_not_applicable:
        return Tag("Does not apply", "grey"), said
    if check.expires_on is not None:
        said = f"{said}. Runs out on {day(check.expires_on)}"
        if check.expires_on < on:
            return Tag("Expired", "orange"), said
    return Tag("On record", "green"), said
