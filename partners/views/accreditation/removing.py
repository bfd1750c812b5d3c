"""Records of discussion and cases to remove an accreditation: the page of each, and a page for each move (ACC-16 to ACC-26)."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import can, fetch, requires
from accounts.permissions import P
from partners import actions, selectors
from partners.forms import (
    AnswerRecordForm,
    CallForm,
    CaseForm,
    DecisionForm,
    DiscussionForm,
    HearingForm,
    NothingForm,
    RemoveForm,
)
from partners.models import ConductItem, Discussion, RemovalCase
from partners.wording import case_tag, status_tag
from partners.workflow import moves_from
from sipmanager.core import clock, documents
from sipmanager.core.parts import Link, SummaryRow
from sipmanager.core.wording import capitalised, day, moment, span
from sipmanager.core.workflow import missing

from ..shared import FORM, READ, carry_out, deployment_url, partner_for, sent
from ..sips.partner import is_own
from .accrediting import confirm_page, form_page, moved_on, trail
from .standing import answer_words

# --------------------------------------------------------------------------------------------------------- discussions


def discussion_for(request, permission: P, pk: int) -> Discussion:
    rows = Discussion.objects.select_related("partner__user", "authority", "recorded_by", "document", "answer_document")
    return fetch(request.viewer, permission, rows, pk=pk)


def discussion_url(discussion: Discussion) -> str:
    return reverse("partners:discussion-detail", args=[discussion.pk])


def text_of(document) -> str:
    """The frozen text; reading it compares its digest."""
    return documents.read(document).decode()


@require_http_methods(FORM)
@requires(P.REMOVAL_DISCUSS)
def discussion_new(request, reference):
    """Record a discussion of a concern with a SIP; a copy goes to the SIP at once (ACC-21, ACC-22)."""
    partner = partner_for(request, P.REMOVAL_DISCUSS, reference)
    form = DiscussionForm(sent(request), on=request.viewer.on, viewer=request.viewer, partner=partner)

    def record(given, at):
        return discussion_url(actions.record_discussion(by=request.user, at=at, **given))

    done = carry_out(request, form, record, done="The discussion is on record, and the SIP has a copy.")
    return done or form_page(request, form, f"Record a discussion with {partner.full_name}", partner)


@require_http_methods(READ)
@requires(P.REMOVAL_VIEW)
def discussion_detail(request, pk):
    """The record as it was copied to the SIP, the receipt, and the answer."""
    discussion = discussion_for(request, P.REMOVAL_VIEW, pk)
    may_answer = can(request.viewer, P.REMOVAL_ANSWER, discussion)
    rows = [
        SummaryRow("SIP", discussion.partner.full_name),
        SummaryRow("Authority", discussion.authority.name),
        SummaryRow("About", discussion.get_criterion_display()),
        SummaryRow("Held on", discussion.held_on),
        SummaryRow("Removal was discussed", discussion.is_about_removal),
        SummaryRow("Recorded by", discussion.recorded_by.full_name if discussion.recorded_by else "The service"),
        SummaryRow("Copied to the SIP", f"{moment(discussion.copied_at)}, by email"),
        SummaryRow("Received", moment(discussion.received_at) or "Not confirmed yet"),
        SummaryRow("May be answered until", discussion.answer_due_on),
        SummaryRow("Answered", moment(discussion.answered_at) or "Not answered"),
    ]
    context = {
        "discussion": discussion,
        "rows": rows,
        "text": text_of(discussion.document),
        "answer": text_of(discussion.answer_document) if discussion.answer_document else "",
        "digest": discussion.document.digest,
        "may_receive": may_answer and discussion.received_at is None,
        "may_answer": may_answer and discussion.answered_on is None,
        "breadcrumbs": trail(discussion.partner),
    }
    return render(request, "partners/accrediting/discussion.html", context)


@require_POST
@requires(P.REMOVAL_ANSWER)
def discussion_receive(request, pk):
    """The SIP confirms that the copy has come."""
    discussion = discussion_for(request, P.REMOVAL_ANSWER, pk)
    actions.receive_discussion(discussion=discussion, by=request.user, at=clock.now())
    return redirect(discussion_url(discussion))


@require_http_methods(FORM)
@requires(P.REMOVAL_ANSWER)
def discussion_answer(request, pk):
    """The SIP's answer, kept beside the record."""
    discussion = discussion_for(request, P.REMOVAL_ANSWER, pk)
    if discussion.answered_on is not None:
        return moved_on(request, discussion_url(discussion))
    form = AnswerRecordForm(sent(request))

    def answer(given, at):
        actions.answer_discussion(discussion=discussion, by=request.user, at=at, **given)
        return discussion_url(discussion)

    done = carry_out(request, form, answer, done="Your answer stands beside the record.")
    heading = f"Answer the record of the discussion on {day(discussion.held_on)}"
    return done or form_page(request, form, heading, discussion.partner)


# --------------------------------------------------------------------------------------------------------------- cases


def case_for(request, permission: P, pk: int) -> RemovalCase:
    rows = RemovalCase.objects.select_related("partner__user", "authority", "opened_by", "decided_by", "document")
    return fetch(request.viewer, permission, rows, pk=pk)


def case_url(case: RemovalCase) -> str:
    return reverse("partners:case-detail", args=[case.pk])


@require_http_methods(FORM)
@requires(P.REMOVAL_OPEN)
def case_new(request, reference):
    """Open a case to remove a SIP's accreditation (ACC-16 to ACC-22)."""
    partner = partner_for(request, P.REMOVAL_OPEN, reference)
    form = CaseForm(sent(request), viewer=request.viewer, partner=partner)

    def open_it(given, at):
        return case_url(actions.open_case(by=request.user, at=at, **given))

    done = carry_out(request, form, open_it, done="The case is open. Tell the SIP next, then the national director.")
    return done or form_page(request, form, f"Open a case about the accreditation of {partner.full_name}", partner)


@require_http_methods(READ)
@requires(P.REMOVAL_VIEW)
def case_detail(request, pk):
    """A case: its circumstances, the records of discussion with their answers, the hearing, the decision."""
    case = case_for(request, P.REMOVAL_VIEW, pk)
    viewer, partner = request.viewer, case.partner
    talks = Discussion.objects.filter(partner=partner).visible_to(viewer).order_by("held_on", "pk")
    moves = case_moves(case, viewer)
    live = [] if is_own(viewer, partner) else selectors.live_deployments(partner, viewer.on)
    context = {
        "case": case,
        "partner": partner,
        "tag": case_tag(case),
        "facts": case_facts(case),
        "talks": [talk_row(row, viewer.on) for row in talks],
        "hearing": hearing_rows(case),
        "decision": text_of(case.document) if case.document else "",
        "decision_url": reverse("partners:case-decision", args=[case.pk]) if case.document else "",
        "mandatory": case.is_withholding_found,
        "live": [
            SummaryRow(
                row.school.name, status_tag(row, viewer.on), (Link("Open", deployment_url(row), row.school.name),),
                f"{row.authority.name}, {span(row.starts_on, row.ends_on)}",
            )
            for row in live
            if row.belongs_to(viewer, P.DEPLOYMENT_VIEW)
        ],
        "moves": moves,
        "breadcrumbs": trail(partner),
    }  # fmt: skip
    return render(request, "partners/accrediting/case.html", context)


def case_facts(case: RemovalCase) -> list[SummaryRow]:
    items = [ConductItem(item).label for item in case.items]
    return [
        SummaryRow("SIP", case.partner.full_name),
        SummaryRow("Authority", case.authority.name),
        SummaryRow("Criterion", case.get_criterion_display()),
        *([SummaryRow("What the concern is", items)] if items else []),
        *([SummaryRow("Facts withheld or misstated", "Alleged, so that the appointment was affected")]
          if case.is_withholding_alleged else []),
        SummaryRow("Circumstances", case.circumstances),
        *([SummaryRow("What was done to bring improvement about", case.support_given)] if case.support_given else []),
        SummaryRow("Mitigating circumstances", case.mitigation or "None recorded yet"),
        SummaryRow("Opened", case.opened_on, note=case.opened_by.full_name if case.opened_by else ""),
        SummaryRow("SIP told", case.sip_told_on or "Not yet"),
        SummaryRow("National director told", case.director_told_on or "Not yet"),
    ]  # fmt: skip


def hearing_rows(case: RemovalCase) -> list[SummaryRow]:
    rows = []
    if case.hearing_on:
        rows.append(SummaryRow("Hearing called for", case.hearing_on))
    if case.heard_on:
        rows.append(SummaryRow("Heard on", case.heard_on))
        rows.append(SummaryRow("Steering group", [f"{row['name']} ({row['body']})" for row in case.members]))
    if case.is_withholding_found is not None:
        found = "Found, so removal follows" if case.is_withholding_found else "Not found"
        rows.append(SummaryRow("Facts withheld or misstated", found))
    if case.decided_on:
        rows.append(SummaryRow("Decided on", case.decided_on, note=case.decided_by.full_name if case.decided_by else ""))
        rows.append(SummaryRow("Reasons", case.reason))
    if case.removed_from:
        rows.append(SummaryRow("Removed from", case.removed_from))
    return rows


def talk_row(row: Discussion, on: date) -> SummaryRow:
    link = Link("Open", discussion_url(row), f"the record of {day(row.held_on)}")
    return SummaryRow(f"{capitalised(row.get_criterion_display())}, {day(row.held_on)}", answer_words(row, on), (link,))


def case_moves(case: RemovalCase, viewer) -> list[Link]:
    """The moves that lead on, for this person, each to its page."""
    rows = moves_from(case.status)
    allowed = {right for right in {row.permission for row in rows} if can(viewer, right, case)}
    facts = selectors.removal_facts(case.partner, on=viewer.on, case=case)
    return [
        Link(label_of(row, case), reverse("partners:case-move", args=[case.pk, row.name.replace("_", "-")]))
        for row in rows
        if row.permission in allowed and not missing(row, facts)
    ]


@require_http_methods(READ)
@requires(P.REMOVAL_VIEW)
def case_decision(request, pk):
    """The decision as it was kept, to be saved."""
    case = case_for(request, P.REMOVAL_VIEW, pk)
    if case.document is None:
        return HttpResponse(status=404)
    content = documents.read(case.document)
    return documents.as_download(content, "text/plain; charset=utf-8", f"decision-{case.partner.reference}.txt")


CASE_TEXTS = {
    "tell_sip": "The SIP is told by email that removal is possible, and reads the case from then on.",
    "tell_director": "The national director is told by email. The accreditation is under review and goes on to hold.",
    "call_hearing": "The SIP is told the day by email. It lies after the time to answer every record of discussion.",
    "hear": "The steering group has members of NCSL, NS and DfES.",
    "remove": "Every sector ends. The SIP, whoever opened the case, and the authorities with deployments of the SIP are told.",
    "retain": "The accreditation holds as before. The SIP is told by email.",
    "drop": "The case goes no further and stays on record. The SIP is told, if they were told of the case.",
}
CASE_DONE = {
    "tell_sip": "The SIP is told. Tell the national director next.",
    "tell_director": "The national director is told. The accreditation is under review.",
    "call_hearing": "The hearing is called, and the SIP is told the day.",
    "hear": "The hearing is on record. The national director decides next.",
    "remove": "The accreditation is removed, and those concerned are told.",
    "retain": "The accreditation is retained, and the SIP is told.",
    "drop": "The case is dropped.",
}
DESTRUCTIVE = frozenset({"remove", "drop"})


def label_of(row, case: RemovalCase) -> str:
    """What a move is called; a hearing that is called already can be called for another day."""
    return "Change the day of the hearing" if row.name == "call_hearing" and case.status == "hearing_called" else row.label


@require_http_methods(FORM)
@requires(P.REMOVAL_VIEW)
def case_move(request, pk, name):
    """One move of a case: a page that says what it sets off, and one button."""
    case, name = case_for(request, P.REMOVAL_VIEW, pk), name.replace("-", "_")
    row = next((row for row in moves_from(case.status) if row.name == name), None)
    if row is None:
        return moved_on(request, case_url(case))
    case = case_for(request, row.permission, pk)
    form = case_form(name, request, case)

    def move(given, at):
        play(name, case, form, by=request.user, at=at)
        return case_url(case)

    done = carry_out(request, form, move, done=CASE_DONE[name])
    return done or confirm_page(
        request, form, heading=f"{label_of(row, case)}: {case.partner.full_name}", label=label_of(row, case), text=CASE_TEXTS[name],
        record_url=case_url(case), partner=case.partner, is_destructive=name in DESTRUCTIVE,
    )  # fmt: skip


def case_form(name: str, request, case: RemovalCase):
    on, data = request.viewer.on, sent(request)
    if name == "call_hearing":
        return CallForm(data, initial={"hearing_on": case.hearing_on})
    if name == "hear":
        return HearingForm(
            data, on=on, is_withholding_alleged=case.is_withholding_alleged,
            initial={"heard_on": case.hearing_on, "mitigation": case.mitigation},
        )  # fmt: skip
    if name == "remove":
        return RemoveForm(data, initial={"removed_from": on})
    return DecisionForm(data) if name in ("retain", "drop") else NothingForm(data)


def play(name: str, case: RemovalCase, form, *, by, at) -> None:
    given = form.cleaned_data
    if name == "hear":
        actions.record_hearing(case=case, by=by, at=at, **form.given())
    elif name == "call_hearing":
        actions.call_hearing(case=case, hearing_on=given["hearing_on"], by=by, at=at)
    elif name == "remove":
        actions.remove_accreditation(case=case, removed_from=given["removed_from"], reason=given["reason"], by=by, at=at)
    else:
        action = {
            "tell_sip": actions.tell_sip, "tell_director": actions.tell_director,
            "retain": actions.retain_accreditation, "drop": actions.drop_case,
        }[name]  # fmt: skip
        action(case=case, by=by, at=at, **given)
