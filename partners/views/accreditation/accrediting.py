"""Applications for accreditation: the page of one, and a page for each move (ACC-1 to ACC-6)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import can, fetch, requires
from accounts.permissions import P
from partners import actions, selectors
from partners.forms import (
    ApplicationForm,
    DecisionForm,
    OnDayForm,
    RefereeForm,
    SittingForm,
)
from partners.models import Application, Referee, StageAttempt
from partners.stages import STAGE_WORDS
from partners.wording import application_tag
from partners.workflow import moves_from
from sipmanager.core.parts import Link, SummaryRow
from sipmanager.core.wording import capitalised, day

from ..shared import FORM, READ, carry_out, partner_for, partner_trail, partner_url, sent
from .standing import sees_attempts


def trail(partner) -> list[tuple[str, str]]:
    return [*partner_trail(partner), ("Accreditation", partner_url(partner, "accreditation"))]


def form_page(request, form, heading: str, partner, *, sentences=()):
    """A page of one form, with a few sentences before it."""
    context = {"form": form, "heading": heading, "breadcrumbs": trail(partner), "sentences": sentences}
    return render(request, "partners/accrediting/form.html", context)


def confirm_page(request, form, *, heading: str, label: str, record_url: str, partner, text: str = "", **more):
    """A page that says what a move sets off, with one button."""
    context = {
        "form": form, "heading": heading, "button_label": label, "cancel_url": record_url, "text": text,
        "breadcrumbs": trail(partner), **more,
    }  # fmt: skip
    return render(request, "_parts/confirm_page.html", context)


# -------------------------------------------------------------------------------------------------------- applications


def application_for(request, permission: P, pk: int) -> Application:
    rows = Application.objects.select_related("partner__user", "award")
    return fetch(request.viewer, permission, rows, pk=pk)


def application_url(application: Application) -> str:
    return reverse("partners:application-detail", args=[application.pk])


@require_http_methods(FORM)
@requires(P.ACCREDITATION_EDIT)
def application_new(request, reference):
    """Record an application for a sector (ACC-2, ACC-15)."""
    partner = partner_for(request, P.ACCREDITATION_EDIT, reference)
    form = ApplicationForm(sent(request), on=request.viewer.on)

    def apply(given, at):
        return application_url(actions.apply_for(partner=partner, by=request.user, at=at, **given))

    done = carry_out(request, form, apply, done="The application is recorded. Record its references next.")
    return done or form_page(request, form, f"Record an application of {partner.full_name}", partner)


@require_http_methods(READ)
@requires(P.ACCREDITATION_VIEW)
def application_detail(request, pk):
    """How far an application has come: references, sittings with their results, the award."""
    application = application_for(request, P.ACCREDITATION_VIEW, pk)
    viewer, partner = request.viewer, application.partner
    may_edit = can(viewer, P.ACCREDITATION_EDIT, application)
    sees_all = sees_attempts(viewer, partner)
    context = {
        "application": application,
        "partner": partner,
        "tag": application_tag(application),
        "facts": application_facts(application, sees_all=sees_all),
        "referees": referee_rows(application, may_edit=may_edit) if sees_all else [],
        "sittings": sitting_rows(application, may_edit=may_edit) if sees_all else [],
        "sees_all": sees_all,
        "links": application_links(application) if may_edit else [],
        "breadcrumbs": trail(partner),
    }
    return render(request, "partners/accrediting/application.html", context)


def application_facts(application: Application, *, sees_all: bool) -> list[SummaryRow]:
    rows = [
        SummaryRow("Sector", application.get_sector_display()),
        SummaryRow("Stage 1, application", application.applied_on, note=_passed("accepted", application.accepted_on)),
        SummaryRow("Stage 2, online assessment", application.online_passed_on or "Not passed yet"),
        SummaryRow("Stage 3, residential assessment", application.residential_passed_on or "Not passed yet"),
    ]
    if application.award:
        rows.append(
            SummaryRow("Accredited on", application.award.accredited_on, note=f"Reference {application.award.reference}")
        )
    if application.closed_on and sees_all:
        rows.append(SummaryRow(application.get_status_display(), application.closed_on, note=application.close_reason))
    return rows


def _passed(word: str, on) -> str:
    return f"{word.capitalize()} on {day(on)}" if on else ""


def referee_rows(application: Application, *, may_edit: bool) -> list[SummaryRow]:
    rows = []
    for row in application.referees.order_by("requested_on", "pk"):
        url = reverse("partners:referee-receive", args=[application.pk, row.pk])
        links = (Link("Record that it came", url, f"the reference of {row.full_name}"),) if may_edit else ()
        came = f"Received on {day(row.received_on)}" if row.received_on else f"Asked for on {day(row.requested_on)}"
        rows.append(SummaryRow(row.full_name, came, () if row.received_on else links))
    return rows


def sitting_rows(application: Application, *, may_edit: bool) -> list[SummaryRow]:
    """Every sitting of this person and sector since the last award, those of earlier applications too (ACC-5)."""
    rows = []
    for row in selectors.sittings_of(application):
        url = reverse("partners:sitting-notice", args=[row.application_id, row.pk])
        links = (Link("Record the notice", url, f"of the result of {day(row.result_on)}"),) if may_edit else ()
        said = [f"{'Passed' if row.is_passed else 'Failed'}, result of {day(row.result_on)}"]
        said.append(f"Notified on {day(row.notified_on)}" if row.notified_on else "Not notified yet")
        note = f"A further attempt opens on {day(row.opens_again_on)}" if row.opens_again_on else ""
        key = f"{capitalised(STAGE_WORDS[row.stage])}, {day(row.taken_on)}"
        rows.append(SummaryRow(key, said, () if row.notified_on else links, note))
    return rows


def application_links(application: Application) -> list[Link]:
    """The moves that are open, each to its page; a pass and a fail are one page."""
    names = {row.name for row in moves_from(application.status)}
    found = []
    if "accept" in names:
        found.append(Link("Add a reference", reverse("partners:referee-new", args=[application.pk])))
    for name, label in (("accept", "Accept the application"), ("turn_down", "Turn the application down")):
        if name in names:
            found.append(Link(label, reverse("partners:application-move", args=[application.pk, name.replace("_", "-")])))
    if {"pass_online", "pass_residential"} & names:
        found.insert(0, Link("Record a result", reverse("partners:sitting-new", args=[application.pk])))
    if "withdraw" in names:
        found.append(Link("Withdraw the application", reverse("partners:application-move", args=[application.pk, "withdraw"])))
    return found


@require_http_methods(FORM)
@requires(P.ACCREDITATION_EDIT)
def referee_new(request, pk):
    """Add a reference that was asked for."""
    application = application_for(request, P.ACCREDITATION_EDIT, pk)
    form = RefereeForm(sent(request), on=request.viewer.on)

    def ask(given, at):
        actions.ask_reference(application=application, by=request.user, at=at, **given)
        return application_url(application)

    done = carry_out(request, form, ask, done="The reference is added.")
    return done or form_page(request, form, f"Add a reference of {application.partner.full_name}", application.partner)


@require_http_methods(FORM)
@requires(P.ACCREDITATION_EDIT)
def referee_receive(request, pk, referee_pk):
    """Record that a reference came in."""
    application = application_for(request, P.ACCREDITATION_EDIT, pk)
    referee = Referee.objects.filter(application=application, pk=referee_pk, received_on=None).first()
    if referee is None:
        raise Http404("No such reference, or it has come in")
    referee.application = application
    form = OnDayForm(sent(request), label="Date received", on=request.viewer.on)

    def receive(given, at):
        actions.receive_reference(referee=referee, received_on=given["on"], by=request.user, at=at)
        return application_url(application)

    done = carry_out(request, form, receive, done="The reference is recorded.")
    return done or confirm_page(
        request, form, heading=f"When did the reference of {referee.full_name} come?", label="Record the reference",
        record_url=application_url(application), partner=application.partner,
    )  # fmt: skip


APPLICATION_TEXTS = {
    "accept": "Stage 1 is passed. The online assessment comes next.",
    "turn_down": "The applicant is told by email, without the reason, which stands on the record.",
    "withdraw": "The application goes no further. Fails stay on record and count for a later application.",
}
APPLICATION_DONE = {
    "accept": "The application is accepted.",
    "turn_down": "The application is turned down.",
    "withdraw": "The application is withdrawn.",
}


@require_http_methods(FORM)
@requires(P.ACCREDITATION_EDIT)
def application_move(request, pk, name):
    """Accept an application, turn it down, or record that it is withdrawn."""
    application = application_for(request, P.ACCREDITATION_EDIT, pk)
    name = name.replace("-", "_")
    row = next((row for row in moves_from(application.status) if row.name == name and name in APPLICATION_TEXTS), None)
    if row is None:
        return moved_on(request, application_url(application))
    if name == "accept":
        form = OnDayForm(sent(request), label="Date accepted", on=request.viewer.on, initial={"on": request.viewer.on})
    else:
        form = DecisionForm(sent(request), label="Why")

    def move(given, at):
        common = {"application": application, "by": request.user, "at": at}
        if name == "accept":
            actions.accept_application(on=given["on"], **common)
        else:
            actions.close_application(name=name, reason=given["reason"], **common)
        return application_url(application)

    done = carry_out(request, form, move, done=APPLICATION_DONE[name])
    return done or confirm_page(
        request, form, heading=f"{row.label}: {application.partner.full_name}, {application.sector}", label=row.label,
        text=APPLICATION_TEXTS[name], record_url=application_url(application), partner=application.partner,
        is_destructive=name != "accept",
    )  # fmt: skip


def moved_on(request, url: str):
    """A second click, or somebody who was faster: nothing happens, and the record says where it stands."""
    if request.method == "POST":
        messages.info(request, "This has already moved on. Look at where it stands now before you go on.")
        return redirect(url)
    raise Http404("No such move from here")


@require_http_methods(FORM)
@requires(P.ACCREDITATION_EDIT)
def sitting_new(request, pk):
    """Record the result of a sitting of the stage that is open (ACC-5)."""
    application = application_for(request, P.ACCREDITATION_EDIT, pk)
    names = {row.name for row in moves_from(application.status)}
    stage = next((stage for stage in STAGE_WORDS if f"pass_{stage}" in names), None)
    if stage is None:
        return moved_on(request, application_url(application))
    form = SittingForm(sent(request), on=request.viewer.on, makes_award=stage == "residential")

    def record(given, at):
        given["is_passed"] = given.pop("result") == "pass"
        actions.record_sitting(application=application, by=request.user, at=at, **given)
        return application_url(application)

    done = carry_out(request, form, record, done="The result is recorded.")
    says = {
        "online": "Two sittings are free. After a second fail a further one opens 12 months after its notice.",
        "residential": "A pass makes the accreditation, from the date of the result. Two sittings are free; after a second "
        "fail a further one opens 12 months after its notice.",
    }
    return done or confirm_page(
        request, form, heading=f"Result of the {STAGE_WORDS[stage]} of {application.partner.full_name}",
        label="Record the result", text=says[stage], record_url=application_url(application), partner=application.partner,
    )  # fmt: skip


@require_http_methods(FORM)
@requires(P.ACCREDITATION_EDIT)
def sitting_notice(request, pk, attempt_pk):
    """Record when the person was told of a result (ACC-5)."""
    application = application_for(request, P.ACCREDITATION_EDIT, pk)
    attempt = StageAttempt.objects.filter(application=application, pk=attempt_pk, notified_on=None).first()
    if attempt is None:
        raise Http404("No such result, or its notice is recorded")
    attempt.application = application
    form = OnDayForm(sent(request), label="Date on which the person was told", on=request.viewer.on)

    def record(given, at):
        actions.record_notice(attempt=attempt, notified_on=given["on"], by=request.user, at=at)
        return application_url(application)

    done = carry_out(request, form, record, done="The notice is recorded.")
    return done or confirm_page(
        request, form, heading=f"When was {application.partner.full_name} told of the result of {day(attempt.result_on)}?",
        label="Record the notice", record_url=application_url(application), partner=application.partner,
        text="After a second fail a further attempt opens 12 months after this day.",
    )  # fmt: skip
