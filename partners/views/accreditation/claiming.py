"""Claims that the record of practice is wrong: the page of one, its evidence, its decision (ACC-13, ACC-14)."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import can, fetch, requires
from accounts.permissions import P
from partners import actions, selectors
from partners.forms import ClaimFileForm, ClaimForm, DecisionForm, NothingForm, PracticeForm, claiming_authorities
from partners.models import Claim, ClaimStatus, FileKind
from partners.restoring import why_no_claim, would_restore
from partners.wording import claim_tag
from partners.workflow import moves_from
from sipmanager.core.parts import Link, SummaryRow
from sipmanager.core.wording import capitalised, day, span
from sipmanager.core.workflow import missing

from ..files import shown_file
from ..shared import FORM, READ, carry_out, partner_for, sent
from ..sips.partner import is_own
from .accrediting import confirm_page, form_page, moved_on, trail
from .standing import clock_sentences


def claim_for(request, permission: P, pk: int) -> Claim:
    rows = Claim.objects.select_related("partner__user", "authority", "made_by", "decided_by")
    return fetch(request.viewer, permission, rows, pk=pk)


def claim_url(claim: Claim) -> str:
    return reverse("partners:claim-detail", args=[claim.pk])


@require_http_methods(FORM)
@requires(P.ACCREDITATION_CLAIM)
def claim_new(request, reference):
    """Claim that the record of practice is wrong, for oneself or for a SIP (ACC-14)."""
    partner = partner_for(request, P.ACCREDITATION_CLAIM, reference)
    own = is_own(request.viewer, partner)
    standings = selectors.standings_of([partner.pk], request.viewer.on).get(partner.pk, [])
    if reasons := why_no_claim(standings):
        context = {"reasons": reasons, "partner": partner, "breadcrumbs": trail(partner)}
        return render(request, "partners/accrediting/no_claim.html", context)
    form = ClaimForm(sent(request), authorities=None if own else claiming_authorities(request.viewer))

    def claim(given, at):
        return claim_url(actions.make_claim(partner=partner, by=request.user, at=at, **given))

    done = carry_out(request, form, claim, done="The claim is made. Add the periods of practice and their evidence.")
    whose = "your accreditation" if own else f"the accreditation of {partner.full_name}"
    text = clock_sentences(standings, request.viewer.on)
    return done or form_page(request, form, f"What is wrong in the record behind {whose}?", partner, sentences=text)


@require_http_methods(READ)
@requires(P.ACCREDITATION_VIEW)
def claim_detail(request, pk):
    """A claim with the practice it shows, its evidence, what it would change, and the decision."""
    claim = claim_for(request, P.ACCREDITATION_VIEW, pk)
    viewer, partner = request.viewer, claim.partner
    may_add = claim.status == ClaimStatus.CLAIMED and can(viewer, P.ACCREDITATION_CLAIM, claim)
    about = f"claim:{claim.pk}"
    files = selectors.files_about(viewer=viewer, kind=FileKind.CLAIM, subjects=[about]).get(about, [])
    case = selectors.claim_case(claim, on=viewer.on)
    decides = claim.status == ClaimStatus.CLAIMED and can(viewer, P.ACCREDITATION_RESTORE, claim)
    context = {
        "claim": claim,
        "partner": partner,
        "tag": claim_tag(claim),
        "facts": claim_facts(claim),
        "practice": [
            SummaryRow(
                row.place, capitalised(span(row.starts_on, row.ends_on)), note=f"{row.get_sector_display()}. {row.evidence}"
            )
            for row in claim.practice.order_by("starts_on", "pk")
        ],
        "files": [shown_file(viewer, row, may_withdraw=may_add) for row in files],
        "before": clock_sentences(list(case.before), viewer.on) if claim.status == ClaimStatus.CLAIMED else [],
        "after": clock_sentences(list(case.after), viewer.on) if claim.status == ClaimStatus.CLAIMED else [],
        "refusals": would_restore(case) if claim.status == ClaimStatus.CLAIMED else [],
        "may_add": may_add,
        "links": claim_links(claim, decides=decides, may_add=may_add),
        "breadcrumbs": trail(partner),
    }
    return render(request, "partners/accrediting/claim.html", context)


def claim_facts(claim: Claim) -> list[SummaryRow]:
    who = claim.made_by.full_name if claim.made_by else "The service"
    by = f"{who}, for {claim.authority.name}" if claim.authority else who
    rows = [
        SummaryRow("Made on", claim.made_on, note=by),
        SummaryRow("What is wrong in the record", claim.says),
        SummaryRow("What the clock said then", f"Lapse on {day(claim.lapses_on)}"),
    ]
    if claim.status != ClaimStatus.CLAIMED:
        decided = claim.decided_by.full_name if claim.decided_by else ""
        rows.append(SummaryRow(claim.get_status_display(), claim.decided_on, note=decided))
    if claim.reason:
        rows.append(SummaryRow("Reasons", claim.reason))
    return rows


def claim_links(claim: Claim, *, decides: bool, may_add: bool) -> list[Link]:
    names = {row.name: row.label for row in moves_from(claim.status)}
    wanted = (["restore", "decline"] if decides else []) + (["take_back"] if may_add else [])
    return [
        Link(names[name], reverse("partners:claim-move", args=[claim.pk, name.replace("_", "-")]))
        for name in wanted
        if name in names
    ]


@require_http_methods(FORM)
@requires(P.ACCREDITATION_CLAIM)
def practice_new(request, pk):
    """Add a period of practice to a claim (ACC-14)."""
    claim = claim_for(request, P.ACCREDITATION_CLAIM, pk)
    form = PracticeForm(sent(request), on=request.viewer.on)

    def add(given, at):
        actions.show_practice(claim=claim, by=request.user, at=at, **given)
        return claim_url(claim)

    done = carry_out(request, form, add, done="The period is added.")
    return done or form_page(request, form, "When and where did the SIP practise?", claim.partner)


@require_http_methods(FORM)
@requires(P.ACCREDITATION_CLAIM)
def claim_file(request, pk):
    """Add a file of evidence to a claim."""
    claim = claim_for(request, P.ACCREDITATION_CLAIM, pk)
    if claim.status != ClaimStatus.CLAIMED:
        return moved_on(request, claim_url(claim))
    form = ClaimFileForm(sent(request), request.FILES or None)

    def keep(given, at):
        file = given["file"]
        prepared = actions.prepare_file(name=file.name, content=file.read(), at=at)
        actions.keep_file(
            partner=claim.partner, kind=FileKind.CLAIM, prepared=prepared, by=request.user, at=at, about=f"claim:{claim.pk}",
            says=given["says"],
        )  # fmt: skip
        return claim_url(claim)

    done = carry_out(request, form, keep, done="The file is added.")
    return done or form_page(request, form, "Add a file of evidence", claim.partner)


CLAIM_TEXTS = {
    "restore": "The practice shown enters the clock, and the accreditation keeps its first date. The SIP is told by email.",
    "decline": "The claim stays on record with your reasons. The SIP is told by email that they are there.",
    "take_back": "Nothing else changes. Another claim can be made.",
}
CLAIM_DONE = {
    "restore": "The practice is on record and the accreditation holds. The SIP is told.",
    "decline": "The claim is declined. The SIP is told.",
    "take_back": "The claim is taken back.",
}


@require_http_methods(FORM)
@requires(P.ACCREDITATION_VIEW)
def claim_move(request, pk, name):
    """Restore or decline, by the national director; take back, by who claimed."""
    name = name.replace("-", "_")
    permission = P.ACCREDITATION_CLAIM if name == "take_back" else P.ACCREDITATION_RESTORE
    claim = claim_for(request, permission, pk)
    row = next((row for row in moves_from(claim.status) if row.name == name), None)
    if row is None:
        return moved_on(request, claim_url(claim))
    form = NothingForm(sent(request)) if name == "take_back" else DecisionForm(sent(request))

    def move(given, at):
        common = {"claim": claim, "by": request.user, "at": at}
        if name == "restore":
            actions.restore_accreditation(reason=given["reason"], **common)
        elif name == "decline":
            actions.decline_claim(reason=given["reason"], **common)
        else:
            actions.take_back_claim(**common)
        return claim_url(claim)

    done = carry_out(request, form, move, done=CLAIM_DONE[name])
    if done:
        return done
    refusals = missing(row, selectors.claim_case(claim, on=request.viewer.on))
    if refusals and request.method != "POST":
        context = {"reasons": refusals, "partner": claim.partner, "breadcrumbs": trail(claim.partner), "url": claim_url(claim)}
        return render(request, "partners/accrediting/not_restored.html", context)
    return confirm_page(
        request, form, heading=f"{row.label}: {claim.partner.full_name}", label=row.label, text=CLAIM_TEXTS[name],
        record_url=claim_url(claim), partner=claim.partner, is_destructive=name == "decline",
    )  # fmt: skip
