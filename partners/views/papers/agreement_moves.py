"""What is done with an agreement: sending, signing by both sides, notice, extra work, breaches (section 11)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import can, requires
from accounts.permissions import P
from partners import actions
from partners.agreement_rules import clauses_of, counted_days
from partners.agreement_terms import EXTRA_WORK
from partners.forms import (
    BreachForm,
    BreachReviewForm,
    EndAgreementForm,
    EvidenceForm,
    ExtraWorkForm,
    NoticeForm,
    ReasonForm,
    SignForm,
)
from partners.models import Agreement, AgreementBreach, AgreementStatus, AgreementVersion, ExtraWork
from partners.workflow import AGREEMENT_WORKFLOW, agreement_moves_for
from schools.models import School
from sipmanager.core import clock
from sipmanager.core.parts import SummaryRow
from sipmanager.core.wording import day, span
from sipmanager.core.workflow import MoveRefused, OutOfDate, leaving

from ..shared import FORM, carry_out, sent
from .agreements import agreement_for, agreement_trail, agreement_url
from .checks import given_without_file, prepared_from

MOVED_ON = "This has already moved on. Look at where it stands now before you go on."


def page_of(request, agreement: Agreement, form, effect, *, label: str, done: str, text: str = "", template: str = "", **more):
    """A page that asks once more, and one POST; what has moved on is said, and changes nothing."""
    back = agreement_url(agreement)
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
                messages.info(request, " ".join(refused.reasons))
                return redirect(back)
            for reason in refused.reasons:
                form.add_error(None, reason)
    context = {
        "form": form, "heading": label, "text": text, "button_label": label, "cancel_url": back,
        "rows": [
            SummaryRow("SIP", agreement.engagement.partner.full_name),
            SummaryRow("Authority", agreement.engagement.authority.name),
            SummaryRow("Agreement", span(agreement.starts_on, agreement.last_on or agreement.ends_on)),
        ],
        "breadcrumbs": agreement_trail(agreement), **more,
    }  # fmt: skip
    return render(request, template or "_parts/confirm_page.html", context)


# ------------------------------------------------------------------------------------------------------ plain moves

DONE = {
    "send": "The agreement is sent. The SIP signs next.",
    "decline": "The agreement is declined. The authority is told.",
    "take_back": "The agreement is a draft again. Change it and send it anew.",
    "withdraw": "The agreement is withdrawn.",
    "end": "The agreement ends on the day given.",
}
REASONS = {"decline": "Why you decline it", "take_back": "Why it is taken back", "withdraw": "Why it is withdrawn"}


@require_http_methods(FORM)
@requires(P.AGREEMENT_VIEW)
def agreement_move(request, reference, pk, name):
    """Send, decline, take back, withdraw or end: a page that says what it sets off, and one POST."""
    agreement = agreement_for(request, P.AGREEMENT_VIEW, reference, pk)
    moves = agreement_moves_for(agreement=agreement, viewer=request.viewer, on=request.viewer.on)
    move = next((one for one in moves if one.name == name and name in DONE), None)
    if move is None and name in DONE and any(row.name == name for row in leaving(AGREEMENT_WORKFLOW, agreement.status, None)):
        raise PermissionDenied("This move is somebody else's")
    if move is None and name in DONE and request.method == "POST":
        messages.info(request, MOVED_ON)
        return redirect(agreement_url(agreement))
    if move is None:
        raise Http404("No such move from here")
    if not move.is_open:
        context = {
            "heading": "This agreement cannot be sent yet", "refusals": move.refusals, "url": agreement_url(agreement),
            "breadcrumbs": agreement_trail(agreement),
        }  # fmt: skip
        return render(request, "partners/agreements/refusal.html", context)
    form = form_of(name, request)

    def play():
        given, by, at = (form.cleaned_data if form else {}), request.user, clock.now()
        if name == "send":
            actions.send_agreement(agreement=agreement, by=by, at=at)
        elif name == "end":
            actions.end_agreement(agreement=agreement, by=by, at=at, **given)
        else:
            act = {
                "decline": actions.decline_agreement, "take_back": actions.take_back_agreement,
                "withdraw": actions.withdraw_agreement,
            }[name]  # fmt: skip
            act(agreement=agreement, reason=given["reason"], by=by, at=at)

    is_destructive = name in {"withdraw", "end", "decline"}
    return page_of(
        request, agreement, form, play, label=move.label, done=DONE[name], text=move.says, is_destructive=is_destructive
    )


def form_of(name: str, request):
    if name == "send":
        return None
    if name == "end":
        return EndAgreementForm(sent(request))
    return ReasonForm(sent(request), label=REASONS[name])


# --------------------------------------------------------------------------------------------------------- signatures


def sign_page(request, agreement: Agreement, status: str, name: str, act, *, label: str, done: str):
    """The exact text, then the name and the tick; the digest of the text shown goes with them."""
    version = AgreementVersion.objects.filter(agreement=agreement, number=agreement.version).first()
    if agreement.status != status or version is None:
        messages.info(request, MOVED_ON)
        return redirect(agreement_url(agreement))
    form = SignForm(sent(request), name=name, initial={"digest": version.digest})

    def sign():
        given = form.cleaned_data
        act(agreement=agreement, typed_name=given["typed_name"], digest=given["digest"], by=request.user, at=clock.now())

    return page_of(
        request, agreement, form, sign, label=label, done=done, template="partners/agreements/sign.html",
        content=version.content, digest=version.digest,
    )  # fmt: skip


@require_http_methods(FORM)
@requires(P.AGREEMENT_ACCEPT)
def agreement_sign(request, reference, pk):
    """The SIP reads the text and signs it."""
    agreement = agreement_for(request, P.AGREEMENT_ACCEPT, reference, pk)
    return sign_page(
        request, agreement, AgreementStatus.SENT, agreement.engagement.partner.full_name, actions.sign_agreement,
        label="Sign the agreement", done="You have signed. The authority signs next.",
    )  # fmt: skip


@require_http_methods(FORM)
@requires(P.AGREEMENT_SIGN)
def agreement_countersign(request, reference, pk):
    """The manager signs for the authority; then it holds."""
    agreement = agreement_for(request, P.AGREEMENT_SIGN, reference, pk)
    return sign_page(
        request, agreement, AgreementStatus.SIGNED, request.user.full_name, actions.countersign_agreement,
        label="Sign for the authority", done="Both have signed. The agreement holds, and its schools are under contract.",
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------------------- notice


@require_http_methods(FORM)
@requires(P.AGREEMENT_VIEW)
def agreement_notice(request, reference, pk):
    """Notice by the SIP, with the earliest last day worked out; or the record of one that came by letter (AGR-3)."""
    agreement = agreement_for(request, P.AGREEMENT_VIEW, reference, pk)
    is_own = can(request.viewer, P.AGREEMENT_ACCEPT, agreement)
    agreement = agreement_for(request, P.AGREEMENT_ACCEPT if is_own else P.AGREEMENT_EDIT, reference, pk)
    if agreement.status != AgreementStatus.IN_FORCE or agreement.notice_on is not None:
        messages.info(request, MOVED_ON)
        return redirect(agreement_url(agreement))
    on = request.viewer.on
    earliest = actions.earliest_end_of(agreement, on)
    form = NoticeForm(sent(request), on=on, is_own=is_own, initial={"ends_on": earliest, "notice_on": on})

    def give():
        actions.give_notice(agreement=agreement, by=request.user, at=clock.now(), **form.cleaned_data)

    text = (
        f"With notice of today, {day(on)}, the agreement can end on {day(earliest)} at the earliest."
        if earliest <= agreement.last_on
        else f"The agreement ends on {day(agreement.last_on)} anyway; notice of today could end it on {day(earliest)}."
    )
    label = "Give notice" if is_own else "Record the notice"
    return page_of(request, agreement, form, give, label=label, done="The notice is recorded.", text=text, is_destructive=True)


# --------------------------------------------------------------------------------------------------------- extra work


@require_http_methods(FORM)
@requires(P.AGREEMENT_ACCEPT)
def extra_work_new(request, reference, pk):
    """Ask for the authority's written word on work outside the schedule (AGR-7, POL-9)."""
    agreement = agreement_for(request, P.AGREEMENT_ACCEPT, reference, pk)
    schools = School.objects.filter(pk__in=agreement.schedule.values("school_id")).order_by("name", "pk")
    form = ExtraWorkForm(sent(request), schools=schools)

    def ask(given, at):
        actions.ask_for_extra_work(agreement=agreement, by=request.user, at=at, **given)
        return agreement_url(agreement)

    done = carry_out(request, form, ask, done="The authority is asked.")
    policy = agreement.policy.policy if agreement.policy else None
    context = {
        "form": form, "heading": "Ask for extra work at a school", "text": EXTRA_WORK[policy.extra_work] if policy else "",
        "breadcrumbs": agreement_trail(agreement),
    }  # fmt: skip
    return done or render(request, "partners/agreements/form.html", context)


@require_http_methods(FORM)
@requires(P.AGREEMENT_SIGN)
def extra_work_decide(request, reference, pk, work_pk, name):
    """Confirm or refuse extra work in writing."""
    agreement = agreement_for(request, P.AGREEMENT_SIGN, reference, pk)
    work = ExtraWork.objects.select_related("school").filter(agreement=agreement, pk=work_pk).first()
    if work is None or name not in {"confirm", "refuse"}:
        raise Http404("No such extra work")
    if work.decided_at is not None and request.method != "POST":
        messages.info(request, MOVED_ON)
        return redirect(agreement_url(agreement))
    work.agreement = agreement
    is_refusal = name == "refuse"
    form = ReasonForm(sent(request), label="Reason" if is_refusal else "Words to the SIP (optional)", is_required=is_refusal)

    def decide():
        actions.decide_extra_work(work=work, name=name, by=request.user, at=clock.now(), reason=form.cleaned_data["reason"])

    label = f"{'Refuse' if is_refusal else 'Confirm'} extra work at {work.school.name}"
    return page_of(
        request, agreement, form, decide, label=label, done="The SIP is told in writing.",
        text=f"{counted_days(work.days)} from {day(work.starts_on)}: {work.says}", is_destructive=is_refusal,
    )  # fmt: skip


# ----------------------------------------------------------------------------------------------------------- breaches


@require_http_methods(FORM)
@requires(P.AGREEMENT_BREACH)
def breach_new(request, reference, pk):
    """Record a breach of a clause; the agreement is to be reviewed (AGR-12)."""
    agreement = agreement_for(request, P.AGREEMENT_BREACH, reference, pk)
    version = AgreementVersion.objects.filter(agreement=agreement, number=agreement.version).first()
    if agreement.in_force_on is None or version is None:
        messages.info(request, "Only an agreement that both have signed can be broken.")
        return redirect(agreement_url(agreement))
    files = request.FILES if request.method == "POST" else None
    form = BreachForm(sent(request), files, on=request.viewer.on, clauses=clauses_of(version.content))
    prepared = prepared_from(request, form)

    def record(given, at):
        actions.record_breach(agreement=agreement, by=request.user, at=at, prepared=prepared, **given_without_file(given))
        return agreement_url(agreement)

    done = carry_out(request, form, record, done="The breach is recorded. The SIP is told that there is to be a review.")
    context = {"form": form, "heading": "Record a breach of the agreement", "breadcrumbs": agreement_trail(agreement)}
    return done or render(request, "partners/agreements/form.html", context)


def breach_of(agreement: Agreement, pk: int) -> AgreementBreach:
    breach = AgreementBreach.objects.filter(agreement=agreement, pk=pk).first()
    if breach is None:
        raise Http404("No such breach")
    breach.agreement = agreement
    return breach


@require_http_methods(FORM)
@requires(P.AGREEMENT_BREACH)
def breach_file(request, reference, pk, breach_pk):
    """Add evidence to a breach that is to be reviewed."""
    agreement = agreement_for(request, P.AGREEMENT_BREACH, reference, pk)
    breach = breach_of(agreement, breach_pk)
    form = EvidenceForm(sent(request), request.FILES if request.method == "POST" else None)
    prepared = prepared_from(request, form)

    def add(given, at):
        actions.add_breach_evidence(breach=breach, prepared=prepared, by=request.user, at=at, says=given["says"])
        return agreement_url(agreement)

    done = carry_out(request, form, add, done="The file is added.")
    context = {"form": form, "heading": "Add evidence of the breach", "breadcrumbs": agreement_trail(agreement)}
    return done or render(request, "partners/agreements/form.html", context)


@require_http_methods(FORM)
@requires(P.AGREEMENT_BREACH)
def breach_review(request, reference, pk, breach_pk):
    """Record the review meeting and what came of it (AGR-12)."""
    agreement = agreement_for(request, P.AGREEMENT_BREACH, reference, pk)
    breach = breach_of(agreement, breach_pk)
    form = BreachReviewForm(sent(request), on=request.viewer.on, breach=breach)

    def review():
        actions.review_breach(breach=breach, by=request.user, at=clock.now(), **form.cleaned_data)

    return page_of(
        request, agreement, form, review, label="Record the review", done="The review is recorded, and the SIP is told.",
        text=f"A breach of clause {breach.clause} on {day(breach.happened_on)}: {breach.says}",
    )  # fmt: skip
