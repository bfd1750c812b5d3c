"""Checks of one SIP: the tab, each check with its history, handing evidence in, verifying it (PRE-2 to PRE-13)."""

from datetime import date

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import Viewer, can, fetch, requires
from accounts.permissions import P
from accounts.selectors import policy_on
from partners import actions, selectors
from partners.checks import STATE_NAMES, CheckState
from partners.deployment_rules import CHECK_WORDS
from partners.forms import CheckForm, EvidenceForm, HandInForm, ReasonForm, VerifyForm
from partners.models import Agreement, Check, CheckKind, CheckStatus, Contract, Engagement, FileKind
from partners.selectors import CheckItem
from partners.wording import agreement_tag
from sipmanager.core import clock
from sipmanager.core.audit import subject_of
from sipmanager.core.parts import Link, SummaryRow, Tag
from sipmanager.core.wording import counted, day, span
from sipmanager.core.workflow import MoveRefused, OutOfDate

from ..files import shown_file
from ..shared import FORM, READ, carry_out, engagement_for, partner_for, partner_trail, partner_url, sent
from ..sips.partner import engagements_of, frame_of

STATE_COLOURS = {
    CheckState.NOT_NEEDED: "grey", CheckState.NEEDED: "yellow", CheckState.NOT_APPLICABLE: "grey", CheckState.RECEIVED: "blue",
    CheckState.VERIFIED: "green", CheckState.EXPIRED: "orange",
}  # fmt: skip
RECORD_COLOURS = {CheckStatus.RECEIVED: "blue", CheckStatus.VERIFIED: "green", CheckStatus.RETURNED: "orange"}
TAB = "Checks and agreement"


def state_tag(state: CheckState) -> Tag:
    return Tag(STATE_NAMES[state], STATE_COLOURS[state])


def check_url(engagement: Engagement, kind: str, name: str = "check-detail") -> str:
    return reverse(f"partners:{name}", args=[engagement.partner.reference, engagement.pk, kind])


def papers_trail(partner) -> list[tuple[str, str]]:
    return [*partner_trail(partner), (TAB, partner_url(partner, "checks"))]


# ------------------------------------------------------------------------------------------------------------ the tab


@require_http_methods(READ)
@requires(P.CHECK_VIEW)
def partner_checks(request, reference):
    """Pre-deployment checks by authority, each with its state, the contracts and the agreements."""
    partner = partner_for(request, P.PARTNER_PRIVATE, reference)
    frame = frame_of(request, partner, "checks")
    engagements = engagements_of(request.viewer, partner)
    lists = selectors.checklists(engagements, request.viewer.on)
    context = frame | {"papers": [papers(request.viewer, row, lists[row.pk]) for row in engagements]}
    return render(request, "partners/checks.html", context)


def papers(viewer: Viewer, engagement: Engagement, items: list[CheckItem]) -> dict:
    """The checks, agreements and contracts of one engagement."""
    is_running = engagement.ends_on is None
    may_confirm = is_running and can(viewer, P.CHECK_EDIT, engagement)
    args = [engagement.partner.reference, engagement.pk]
    contracts = Contract.objects.filter(engagement=engagement).select_related("school").order_by("school__name", "pk")
    return {
        "authority": engagement.authority.name,
        "ended": day(engagement.ends_on),
        "rows": [
            SummaryRow(
                item.name, state_tag(item.state),
                (Link("See", check_url(engagement, item.kind), f"the {CHECK_WORDS[item.kind]}"),), note_of(item),
            )
            for item in items
        ],
        "contracts": [SummaryRow(row.school.name, contract_words(row)) for row in contracts],
        "contract_url": reverse("partners:contract-confirm", args=args) if may_confirm else "",
        "agreements": agreement_rows(viewer, engagement),
        "agreement_url": reverse("partners:agreement-new", args=args)
        if is_running and can(viewer, P.AGREEMENT_EDIT, engagement)
        else "",
    }  # fmt: skip


def contract_words(contract: Contract) -> str:
    until = f", good to {day(contract.ends_on)}" if contract.ends_on else ""
    how = " by agreement" if contract.agreement_id else ""
    return f"Confirmed on {day(contract.confirmed_on)}{how}{until}"


def agreement_rows(viewer: Viewer, engagement: Engagement) -> list[SummaryRow]:
    rows = Agreement.objects.filter(engagement=engagement).visible_to(viewer).order_by("-starts_on", "-pk")
    return [
        SummaryRow(
            span(row.starts_on, row.last_on or row.ends_on), agreement_tag(row, viewer.on),
            (Link("See", reverse("partners:agreement-detail", args=[engagement.partner.reference, row.pk]),
                  f"the agreement {span(row.starts_on, row.ends_on)}"),),
        )
        for row in rows
    ]  # fmt: skip


def note_of(item: CheckItem) -> str:
    """What stands behind the state of a check."""
    found = []
    if item.verified is not None:
        found.append(f"Checked on {day(item.verified.checked_on)}")
        if item.good_until is not None:
            found.append(f"Good to {day(item.good_until)}")
    elif item.state is CheckState.NEEDED:
        found.append("Needed before a deployment is confirmed")
    if item.waiting is not None and item.state is not CheckState.RECEIVED:
        found.append("New evidence waits to be verified")
    if item.returned is not None:
        found.append(f"Evidence returned: {item.returned.return_reason}")
    return ". ".join(found)


# ---------------------------------------------------------------------------------------------------------- one check


def engagement_and_kind(request, permission: P, reference: str, pk: int, kind: str) -> Engagement:
    engagement = engagement_for(request, permission, reference, pk)
    if kind not in CheckKind.values:
        raise Http404("No such check")
    return engagement


@require_http_methods(READ)
@requires(P.CHECK_VIEW)
def check_detail(request, reference, pk, kind):
    """One check of a SIP with one authority: where it stands, its evidence and its history."""
    engagement = engagement_and_kind(request, P.CHECK_VIEW, reference, pk, kind)
    viewer = request.viewer
    item = next(one for one in selectors.checklists([engagement], viewer.on)[engagement.pk] if one.kind == kind)
    rows = Check.objects.filter(engagement=engagement, kind=kind).select_related("checked_by", "handed_in_by", "engagement")
    rows = list(rows.order_by("-checked_on", "-pk"))
    files = selectors.files_about(viewer=viewer, kind=FileKind.CHECK, subjects=[subject_of(row) for row in rows])
    context = {
        "engagement": engagement,
        "heading": item.name,
        "caption": f"{engagement.partner.full_name} with {engagement.authority.name}",
        "tag": state_tag(item.state),
        "note": note_of(item),
        "records": [record_of(viewer, row, files.get(subject_of(row), [])) for row in rows],
        "actions": what_to_do(viewer, engagement, item),
        "breadcrumbs": papers_trail(engagement.partner),
    }
    return render(request, "partners/check.html", context)


def what_to_do(viewer: Viewer, engagement: Engagement, item: CheckItem) -> list[dict]:
    """What this person may do about a check; the first is the page's one primary button."""
    found = []
    waiting, reference = item.waiting, engagement.partner.reference
    if engagement.ends_on is not None:
        return []
    if waiting is not None and waiting.handed_in_by_id != viewer.user.pk and can(viewer, P.CHECK_VERIFY, engagement):
        found.append(("Verify it", reverse("partners:check-verify", args=[reference, waiting.pk])))
        found.append(("Return it", reverse("partners:check-return", args=[reference, waiting.pk])))
    if can(viewer, P.CHECK_UPLOAD, engagement):
        if waiting is None:
            found.append(("Hand in evidence", check_url(engagement, item.kind, "check-hand-in")))
        else:
            found.append(("Add a file", reverse("partners:check-file", args=[reference, waiting.pk])))
    if can(viewer, P.CHECK_EDIT, engagement):
        url = reverse("partners:check-record", args=[reference, engagement.pk])
        label = "Record the check" if item.verified is None else "Record it anew"
        found.append((label, f"{url}?kind={item.kind}"))
        if waiting is not None and waiting.handed_in_by_id == viewer.user.pk:
            found.append(("Add a file", reverse("partners:check-file", args=[reference, waiting.pk])))
    return [{"label": label, "url": url, "kind": "secondary" if at else ""} for at, (label, url) in enumerate(found)]


def record_of(viewer: Viewer, row: Check, files) -> dict:
    """One line of a check's history, with its evidence."""
    may_void = row.voided_on is None and can(viewer, P.CHECK_EDIT, row.engagement)
    waits = row.voided_on is None and row.status == CheckStatus.RECEIVED
    tag = Tag("Struck out", "grey") if row.voided_on else Tag(row.get_status_display(), RECORD_COLOURS[row.status])
    facts = [SummaryRow("Date of the check", row.checked_on)]
    if row.is_not_applicable:
        facts.append(SummaryRow("Applies to this SIP", False))
    if row.expires_on:
        facts.append(SummaryRow("Runs out on", row.expires_on))
    if row.source:
        facts.append(SummaryRow("Insured by", row.get_source_display(), note=row.insurer))
    if row.evidence:
        facts.append(SummaryRow("What was seen", row.evidence))
    if row.handed_in_by:
        facts.append(SummaryRow("Handed in or recorded by", row.handed_in_by.full_name, note=day(row.recorded_at)))
    if row.checked_by:
        word = "Returned by" if row.status == CheckStatus.RETURNED else "Checked by"
        facts.append(SummaryRow(word, row.checked_by.full_name, note=day(row.decided_on or row.recorded_at)))
    if row.return_reason:
        facts.append(SummaryRow("Why it was returned", row.return_reason))
    return {
        "title": f"Check of {day(row.checked_on)}",
        "tag": tag,
        "facts": facts,
        "files": [shown_file(viewer, file, may_withdraw=waits) for file in files],
        "void_url": reverse("partners:check-void", args=[row.engagement.partner.reference, row.pk]) if may_void else "",
    }


def prepared_from(request, form):
    """The file of a sound form, looked at and stored before any transaction (D-38); what is wrong with it stands on the form."""
    if not form.is_valid() or not form.cleaned_data.get("file"):
        return None
    file = form.cleaned_data["file"]
    try:
        return actions.prepare_file(name=file.name, content=file.read(), at=clock.now())
    except MoveRefused as refused:
        form.add_error("file", refused.reasons[0])
        return None


def given_without_file(given: dict) -> dict:
    return {name: value for name, value in given.items() if name != "file"}


@require_http_methods(FORM)
@requires(P.CHECK_EDIT)
def check_record(request, reference, pk):
    """Record a pre-deployment check, with its evidence where there is some (PRE-2 to PRE-12)."""
    engagement = engagement_for(request, P.CHECK_EDIT, reference, pk)
    kind = request.GET.get("kind", "")
    kind = kind if kind in CheckKind.values else ""
    files = request.FILES if request.method == "POST" else None
    form = CheckForm(sent(request), files, on=request.viewer.on, kind=kind)
    prepared = prepared_from(request, form)
    verifies = can(request.viewer, P.CHECK_VERIFY, engagement)

    def record(given, at):
        actions.record_check(engagement=engagement, by=request.user, at=at, prepared=prepared, **given_without_file(given))
        return partner_url(engagement.partner, "checks")

    said = "The check is recorded." if verifies else "The check is recorded. A SIP manager verifies it next."
    done = carry_out(request, form, record, done=said)
    name = name_of(engagement, kind, request.viewer.on) if kind else "a check"
    return done or _form(request, form, f"Record {name} of {engagement.partner.full_name}", engagement)


def name_of(engagement: Engagement, kind: str, on: date) -> str:
    policy = policy_on(authority=engagement.authority_id, on=on)
    return f"the {policy.check_name} check" if kind == CheckKind.CRIMINAL_RECORD else f"the {CHECK_WORDS[kind]}"


@require_http_methods(FORM)
@requires(P.CHECK_UPLOAD)
def check_hand_in(request, reference, pk, kind):
    """Hand in the evidence of one's own check; the SIP manager verifies it."""
    engagement = engagement_and_kind(request, P.CHECK_UPLOAD, reference, pk, kind)
    files = request.FILES if request.method == "POST" else None
    form = HandInForm(sent(request), files, on=request.viewer.on, kind=kind)
    prepared = prepared_from(request, form)

    def hand_in(given, at):
        actions.hand_in_check(
            engagement=engagement, kind=kind, by=request.user, at=at, prepared=prepared, **given_without_file(given)
        )
        return check_url(engagement, kind)

    done = carry_out(request, form, hand_in, done=f"Handed in. {engagement.authority.name} verifies it next.")
    return done or _form(request, form, f"Hand in evidence: {name_of(engagement, kind, request.viewer.on)}", engagement)


def check_for(request, permission: P, reference: str, pk: int) -> Check:
    rows = Check.objects.select_related("engagement__partner", "engagement__authority")
    return fetch(request.viewer, permission, rows, pk=pk, engagement__partner__reference=reference)


@require_http_methods(FORM)
@requires(P.CHECK_VIEW)
def check_file(request, reference, pk):
    """Add a file to a check that waits to be verified; for whoever may hand evidence in."""
    check = check_for(request, P.CHECK_VIEW, reference, pk)
    engagement = check.engagement
    right = P.CHECK_UPLOAD if can(request.viewer, P.CHECK_UPLOAD, engagement) else P.CHECK_EDIT
    check = check_for(request, right, reference, pk)
    form = EvidenceForm(sent(request), request.FILES if request.method == "POST" else None)
    prepared = prepared_from(request, form)

    def add(given, at):
        actions.add_evidence(check=check, prepared=prepared, by=request.user, at=at, says=given["says"])
        return check_url(engagement, check.kind)

    done = carry_out(request, form, add, done="The file is added.")
    return done or _form(request, form, f"Add a file: {name_of(engagement, check.kind, request.viewer.on)}", engagement)


@require_http_methods(FORM)
@requires(P.CHECK_VERIFY)
def check_verify(request, reference, pk):
    """Say that the evidence holds; its days can be put right."""
    check = check_for(request, P.CHECK_VERIFY, reference, pk)
    form = VerifyForm(sent(request), on=request.viewer.on, check=check)

    def verify():
        actions.verify_check(check=check, by=request.user, at=clock.now(), **form.cleaned_data)

    text = "Open the evidence before you verify it. From then on the check counts for deployments."
    return _decide(request, check, form, verify, label="Verify the check", done="The check is verified.", text=text)


@require_http_methods(FORM)
@requires(P.CHECK_VERIFY)
def check_return(request, reference, pk):
    """Return evidence that does not do, with the reason; the SIP is told."""
    check = check_for(request, P.CHECK_VERIFY, reference, pk)
    form = ReasonForm(sent(request), label="Why it does not do", hint="The SIP reads it.")

    def send_back():
        actions.return_check(check=check, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())

    text = "The SIP is told, and can hand in other evidence."
    return _decide(request, check, form, send_back, label="Return the evidence", done="The evidence is returned.", text=text)


@require_http_methods(FORM)
@requires(P.CHECK_EDIT)
def check_void(request, reference, pk):
    """Strike out a check recorded in error."""
    check = check_for(request, P.CHECK_EDIT, reference, pk)

    def void():
        actions.void_check(check=check, by=request.user, at=clock.now())

    text = "It counts for nothing any more and stays visible as struck out."
    return _decide(request, check, None, void, label="Strike out the check", done="The check is struck out.", text=text)


def _decide(request, check: Check, form, effect, *, label: str, done: str, text: str):
    """A page that asks once more, and one POST; what has moved on is said, and changes nothing."""
    engagement = check.engagement
    back = check_url(engagement, check.kind)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            effect()
            messages.success(request, done)
            return redirect(back)
        except OutOfDate as late:
            messages.info(request, " ".join(late.reasons))
            return redirect(back)
        except MoveRefused as refused:
            if form is None:
                raise
            for reason in refused.reasons:
                form.add_error(None, reason)
    files = selectors.files_about(viewer=request.viewer, kind=FileKind.CHECK, subjects=[subject_of(check)])
    context = {
        "form": form,
        "heading": f"{label}: {name_of(engagement, check.kind, request.viewer.on)} of {engagement.partner.full_name}",
        "text": text,
        "rows": [
            SummaryRow("Date of the check", check.checked_on),
            SummaryRow("What was seen", check.evidence),
            SummaryRow("Evidence", counted(len(files.get(subject_of(check), [])), "file")),
        ],
        "files": [shown_file(request.viewer, file, may_withdraw=False) for file in files.get(subject_of(check), [])],
        "button_label": label,
        "cancel_url": back,
        "is_destructive": form is None,
        "breadcrumbs": papers_trail(engagement.partner),
    }
    return render(request, "partners/check_decide.html", context)


def _form(request, form, heading: str, engagement: Engagement):
    context = {"form": form, "heading": heading, "breadcrumbs": papers_trail(engagement.partner)}
    return render(request, "partners/form.html", context)
