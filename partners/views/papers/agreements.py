"""Agreements: one agreement with its text and its way, drawing one up, its terms and its schedule (section 11)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Viewer, can, fetch, requires
from accounts.permissions import P
from accounts.selectors import policy_on
from partners import actions, selectors
from partners.agreement_rules import plain_days, pounds
from partners.forms import AgreementTermsForm, ChangeFromForm, NewAgreementForm, ScheduleForm
from partners.models import Agreement, AgreementStatus, AgreementVersion, Basis, Kind, Paid
from partners.wording import agreement_tag, event_sentence, event_text
from partners.workflow import agreement_moves_for
from sipmanager.core import audit, clock, documents
from sipmanager.core.academic import academic_year, add_months, day_before
from sipmanager.core.models import AuditEvent
from sipmanager.core.parts import Event, Link, SummaryRow
from sipmanager.core.wording import day, moment, span
from sipmanager.core.workflow import MoveRefused

from ..shared import FORM, READ, carry_out, engagement_for, press, sent
from .agreement_parts import breach_rows, extra_work_rows, may_follow, other_links
from .checks import papers_trail

UNDOING = frozenset({"decline", "end", "take_back", "withdraw"})
TERMS_OF_KIND = {Kind.LA_OFFICER: Basis.EMPLOYEE}


def agreement_for(request, permission: P, reference: str, pk: int) -> Agreement:
    rows = Agreement.objects.select_related("engagement__partner", "engagement__authority", "policy", "renews", "replaces")
    return fetch(request.viewer, permission, rows, pk=pk, engagement__partner__reference=reference)


def agreement_url(agreement: Agreement, name: str = "agreement-detail", *more) -> str:
    return reverse(f"partners:{name}", args=[agreement.engagement.partner.reference, agreement.pk, *more])


def agreement_name(agreement: Agreement) -> str:
    return f"Agreement {span(agreement.starts_on, agreement.ends_on)}"


def agreement_trail(agreement: Agreement) -> list[tuple[str, str]]:
    return [*papers_trail(agreement.engagement.partner), (agreement_name(agreement), agreement_url(agreement))]


# ------------------------------------------------------------------------------------------------------ one agreement


@require_http_methods(READ)
@requires(P.AGREEMENT_VIEW)
def agreement_detail(request, reference, pk):
    """One agreement: where it stands, its terms or its text, who signed, what happened under it, what may be done."""
    agreement = agreement_for(request, P.AGREEMENT_VIEW, reference, pk)
    viewer, on = request.viewer, request.viewer.on
    version = AgreementVersion.objects.filter(agreement=agreement, number=agreement.version).first()
    is_draft = agreement.status == AgreementStatus.DRAFT
    moves = agreement_moves_for(agreement=agreement, viewer=viewer, on=on)
    context = {
        "agreement": agreement,
        "heading": agreement_name(agreement),
        "caption": f"{agreement.engagement.partner.full_name} with {agreement.engagement.authority.name}",
        "tag": agreement_tag(agreement, on),
        "facts": facts(agreement, on),
        "terms": terms_rows(agreement) if is_draft else [],
        "schedule": [SummaryRow(line.school.name, plain_days(line.days)) for line in schedule_of(agreement)]
        if is_draft
        else [],
        "total": plain_days(selectors.agreement_case(agreement, on=on).total_days),
        "terms_url": agreement_url(agreement, "agreement-terms")
        if is_draft and can(viewer, P.AGREEMENT_EDIT, agreement)
        else "",
        "schools_url": agreement_url(agreement, "agreement-schools"),
        "content": version.content if version and not is_draft else None,
        "signatures": signature_rows(agreement),
        "pdf_url": agreement_url(agreement, "agreement-pdf") if version and version.document_id else "",
        "moves": move_links(agreement, moves),
        "wanting": next((move.refusals for move in moves if move.refusals), ()),
        "links": other_links(viewer, agreement, on),
        "follow_url": agreement_url(agreement, "agreement-follow") if may_follow(viewer, agreement) else "",
        "extra_work": extra_work_rows(viewer, agreement),
        "breaches": breach_rows(viewer, agreement),
        "events": timeline(viewer, agreement),
        "breadcrumbs": papers_trail(agreement.engagement.partner),
    }
    return render(request, "partners/agreements/detail.html", context)


def schedule_of(agreement: Agreement):
    return agreement.schedule.select_related("school").order_by("school__name", "pk")


def facts(agreement: Agreement, on) -> list[SummaryRow]:
    """Where the agreement stands in its life."""
    rows = [SummaryRow("Holds", span(agreement.starts_on, agreement.last_on or agreement.ends_on))]
    if agreement.in_force_on:
        rows.append(SummaryRow("Signed by both", agreement.in_force_on))
    if agreement.renews_id or agreement.replaces_id:
        before = agreement.replaces or agreement.renews
        word = "Takes the place of" if agreement.replaces_id else "Renews"
        link = (
            Link("See", agreement_url(before), "the earlier agreement")
            if before.engagement_id == agreement.engagement_id
            else None
        )
        rows.append(SummaryRow(word, agreement_name(before), (link,) if link else ()))
        rows.append(SummaryRow("Agreed first from", selectors.first_start(agreement)))
    if agreement.notice_on:
        note = f"It can end on {day(agreement.earliest_end_on)} at the earliest; it ends on {day(agreement.last_on)}."
        rows.append(SummaryRow("Notice given", agreement.notice_on, note=note))
        rows.append(SummaryRow("What the notice says", agreement.notice_says))
    if agreement.end_reason:
        rows.append(SummaryRow("Why it ended" if agreement.in_force_on else "Why it goes no further", agreement.end_reason))
    return rows


def terms_rows(agreement: Agreement) -> list[SummaryRow]:
    """The terms of a draft, as they are."""
    other = f" for {agreement.other_days_for}" if agreement.other_days_for else ""
    return [
        SummaryRow("The SIP works as", agreement.get_basis_display()),
        SummaryRow("First day", agreement.starts_on),
        SummaryRow("Last day", agreement.ends_on),
        SummaryRow("SIP rate for a day", pounds(agreement.sip_rate) if agreement.sip_rate is not None else ""),
        SummaryRow("NCA rate for a day", pounds(agreement.nca_rate) if agreement.nca_rate is not None else ""),
        SummaryRow("Travel", agreement.get_travel_display()),
        SummaryRow("Reserved development days", agreement.get_development_display()),
        SummaryRow("Days reserved for no school", plain_days(agreement.reserved_days)),
        SummaryRow("Other days", f"{plain_days(agreement.other_days)}{other}"),
        SummaryRow("Extra responsibilities", agreement.extra_responsibilities),
        SummaryRow("Accreditation is a condition", agreement.needs_accreditation),
        *([SummaryRow("Reason for renewing further", agreement.override_reason)] if agreement.override_reason else []),
    ]


def signature_rows(agreement: Agreement) -> list[SummaryRow]:
    """Who signed which version, and when."""
    rows = []
    versions = agreement.versions.prefetch_related("signatures").order_by("-number")
    for version in versions:
        signed = [
            f"{one.typed_name}, for the {'authority' if one.side == 'authority' else 'SIP'}, {moment(one.signed_at)}"
            for one in sorted(version.signatures.all(), key=lambda one: one.signed_at)
        ]
        counts = version.number == agreement.version and agreement.status != AgreementStatus.DRAFT
        note = f"Sent {moment(version.sent_at)}. Digest {version.digest}" + ("" if counts else ". It counts no more")
        rows.append(SummaryRow(f"Version {version.number}", signed or "Not signed yet", note=note))
    return rows


def move_links(agreement: Agreement, moves) -> list[dict]:
    """What may be done next; the first open one is the page's one primary button."""
    pages = {"sign": "agreement-sign", "countersign": "agreement-countersign"}
    return [
        {
            "label": move.label,
            "url": agreement_url(agreement, pages[move.name])
            if move.name in pages
            else agreement_url(agreement, "agreement-move", move.name),
            "is_open": move.is_open,
            "kind": "secondary" if at or move.name in UNDOING else "",
        }
        for at, move in enumerate(moves)
    ]


def timeline(viewer: Viewer, agreement: Agreement) -> list[Event]:
    rows = AuditEvent.objects.filter(subject=audit.subject_of(agreement)).exclude(what="agreement.open").order_by("-at", "-pk")
    return [Event(event_sentence(row), row.at, by=row.by_name, text=event_text(row)) for row in rows]


@require_safe
@requires(P.AGREEMENT_VIEW)
def agreement_pdf(request, reference, pk):
    """The signed agreement as it was frozen; opening it goes on record (ROL-32)."""
    agreement = agreement_for(request, P.AGREEMENT_VIEW, reference, pk)
    version = agreement.versions.filter(document__isnull=False).select_related("document").order_by("-number").first()
    if version is None:
        messages.info(request, "The PDF is made once both sides have signed. Look again in a minute.")
        return redirect(agreement_url(agreement))
    content = documents.read(version.document)
    audit.record(what="agreement.open", subject=agreement, by=request.user, at=clock.now(), number=version.number)
    name = f"agreement-{agreement.engagement.partner.reference}-{agreement.starts_on.isoformat()}.pdf"
    response: HttpResponse = documents.as_download(content, "application/pdf", name)
    return response


# --------------------------------------------------------------------------------------------------------- drawing up


@require_http_methods(FORM)
@requires(P.AGREEMENT_EDIT)
def agreement_new(request, reference, pk):
    """Draw up an agreement with a SIP; the schools where the SIP is deployed stand on its schedule to begin with."""
    engagement = engagement_for(request, P.AGREEMENT_EDIT, reference, pk)
    form = NewAgreementForm(sent(request), initial=first_terms(engagement, request.viewer.on))

    def draw_up(given, at):
        agreement = actions.draw_up_agreement(engagement=engagement, by=request.user, at=at, **given)
        return agreement_url(agreement)

    done = carry_out(request, form, draw_up, done="The agreement is drawn up. Look at its schedule, then send it.")
    heading = f"Draw up an agreement with {engagement.partner.full_name}"
    return done or _form(request, form, heading, papers_trail(engagement.partner))


def first_terms(engagement, on) -> dict:
    """What an agreement usually starts from: the coming or current school year, and what the last one said."""
    policy = policy_on(authority=engagement.authority_id, on=on)
    year = academic_year(on)
    starts_on = on.replace(year=year, month=9, day=1)
    kinds = engagement.partner.kinds.running(on).order_by("pk").values_list("kind", flat=True)
    basis = TERMS_OF_KIND.get(kinds.first(), Basis.COMPANY if engagement.partner.company else Basis.CONTRACTOR)
    return {
        "basis": basis, "starts_on": starts_on, "ends_on": day_before(add_months(starts_on, 12)), "travel": Paid.SEPARATE,
        "development": Paid.SEPARATE, "reserved_days": max(4, policy.cpd_days), "needs_accreditation": True,
    }  # fmt: skip


@require_http_methods(FORM)
@requires(P.AGREEMENT_EDIT)
def agreement_terms(request, reference, pk):
    """Change the terms of a draft."""
    agreement = agreement_for(request, P.AGREEMENT_EDIT, reference, pk)
    initial = {name: getattr(agreement, name) for name in AgreementTermsForm.base_fields}
    form = AgreementTermsForm(sent(request), initial=initial)

    def change(given, at):
        actions.change_agreement(agreement=agreement, by=request.user, at=at, **given)
        return agreement_url(agreement)

    done = carry_out(request, form, change, done="The terms are saved.")
    return done or _form(
        request, form, f"Terms of the agreement with {agreement.engagement.partner.full_name}", agreement_trail(agreement)
    )


@require_http_methods(FORM)
@requires(P.AGREEMENT_EDIT)
def agreement_schools(request, reference, pk):
    """The schedule of a draft: schools with their days, one added at a time (AGR-15)."""
    agreement = agreement_for(request, P.AGREEMENT_EDIT, reference, pk)
    form = ScheduleForm(sent(request))

    def put(given, at):
        actions.schedule_school(agreement=agreement, by=request.user, at=at, **given)
        return agreement_url(agreement, "agreement-schools")

    done = carry_out(request, form, put, done="The school is on the schedule.")
    if done:
        return done
    context = {
        "form": form,
        "agreement": agreement,
        "heading": f"Schedule of the agreement with {agreement.engagement.partner.full_name}",
        "lines": [
            {
                "school": line.school, "days": plain_days(line.days),
                "remove_url": agreement_url(agreement, "agreement-school-remove", line.school_id),
            }
            for line in schedule_of(agreement)
        ],
        "total": plain_days(selectors.agreement_case(agreement, on=request.viewer.on).total_days),
        "is_draft": agreement.status == AgreementStatus.DRAFT,
        "url": agreement_url(agreement),
        "breadcrumbs": agreement_trail(agreement),
    }  # fmt: skip
    return render(request, "partners/agreements/schedule.html", context)


@require_POST
@requires(P.AGREEMENT_EDIT)
def agreement_school_remove(request, reference, pk, school_pk):
    """Take a school off a draft's schedule."""
    agreement = agreement_for(request, P.AGREEMENT_EDIT, reference, pk)
    press(
        request,
        lambda at: actions.unschedule_school(agreement=agreement, school_id=school_pk, by=request.user, at=at),
        done="The school is off the schedule.",
    )
    return redirect(agreement_url(agreement, "agreement-schools"))


@require_POST
@requires(P.AGREEMENT_EDIT)
def agreement_follow(request, reference, pk):
    """Draw up the agreement of the next year with the same terms (AGR-2); one that is there already is shown."""
    agreement = agreement_for(request, P.AGREEMENT_EDIT, reference, pk)
    standing = agreement.renewals.filter(status__in=[*selectors.UNDER_WAY, AgreementStatus.IN_FORCE]).order_by("-pk").first()
    if standing is not None:
        return redirect(agreement_url(standing))
    try:
        following = actions.follow_on(agreement=agreement, by=request.user, at=clock.now())
    except MoveRefused as refused:
        messages.info(request, " ".join(refused.reasons))
        return redirect(agreement_url(agreement))
    messages.success(request, "The agreement of the next year is drawn up. Look at its terms, then send it.")
    return redirect(agreement_url(following))


@require_http_methods(FORM)
@requires(P.AGREEMENT_EDIT)
def agreement_change(request, reference, pk):
    """Draw up what is to take the place of an agreement in force; both sides sign it anew."""
    agreement = agreement_for(request, P.AGREEMENT_EDIT, reference, pk)
    initial = {"starts_on": max(request.viewer.on, agreement.starts_on)}
    form = ChangeFromForm(sent(request), initial=initial)

    def change(given, at):
        newer = actions.change_in_force(agreement=agreement, by=request.user, at=at, **given)
        return agreement_url(newer)

    done = carry_out(request, form, change, done="The changed agreement is drawn up. Change its terms, then send it.")
    return done or _form(request, form, "Change the agreement", agreement_trail(agreement))


def _form(request, form, heading: str, trail):
    return render(request, "partners/form.html", {"form": form, "heading": heading, "breadcrumbs": trail})
