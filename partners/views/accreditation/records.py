"""Whether authorities' records of deployments are right (ACC-28), and how the lapse clock runs (ACC-9)."""

from django.contrib import messages
from django.db.models import Max
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import can, fetch, requires
from accounts.models import Authority
from accounts.permissions import P
from partners import actions, selectors
from partners.forms import AskForm, ClockForm, NothingForm
from partners.models import Deployment, LapseClock, RecordsRequest
from sipmanager.core import clock
from sipmanager.core.parts import Link, SummaryRow
from sipmanager.core.wording import capitalised, counted, day, span
from sipmanager.core.workflow import MoveRefused

from ..shared import FORM, carry_out, deployment_url, sent

MOST_SHOWN = 100


def trail_of_the_register() -> list[tuple[str, str]]:
    return [("My work", "/"), ("Accreditations", reverse("partners:accreditation-list"))]


@require_http_methods(FORM)
@requires(P.ACCREDITATION_EDIT)
def records_ask(request):
    """The authorities that have not said yet, those asked this term, and a form to ask one or all (ACC-28)."""
    on = request.viewer.on
    term = selectors.term_of(on)
    form = AskForm(sent(request), on=on)
    if form.is_valid():
        asked, at = 0, clock.now()
        chosen = form.cleaned_data["authority"]
        for authority in [chosen] if chosen else form.unasked():
            try:
                actions.ask_to_confirm_records(authority=authority, on=on, by=request.user, at=at)
                asked += 1
            except MoveRefused as refused:
                if chosen:
                    form.add_error("authority", " ".join(refused.reasons))
        if not form.errors:
            messages.success(request, f"{capitalised(counted(asked, 'authority', 'authorities'))} asked.")
            return redirect("partners:records-ask")
    open_rows = RecordsRequest.objects.visible_to(request.viewer).filter(answered_on=None, asked_on__lte=on)
    context = {
        "form": form,
        "term_ends": term.ends_on,
        "waiting": [waiting_row(row) for row in open_rows.select_related("authority").order_by("asked_on", "pk")],
        "answered": answered_rows(request.viewer, on),
        "unasked": len(form.unasked()),
        "breadcrumbs": trail_of_the_register(),
    }
    return render(request, "partners/accrediting/records.html", context)


def waiting_row(row: RecordsRequest) -> SummaryRow:
    link = Link(
        "Open", reverse("partners:records-confirm", args=[row.authority.code]), f"the question to {row.authority.name}"
    )
    return SummaryRow(row.authority.name, f"Asked on {day(row.asked_on)}", (link,))


def answered_rows(viewer, on) -> list[SummaryRow]:
    """The authorities that have confirmed, each with its latest word."""
    rows = RecordsRequest.objects.visible_to(viewer).filter(answered_on__lte=on)
    latest = rows.values("authority__name").annotate(last=Max("answered_on")).order_by("-last", "authority__name")
    return [SummaryRow(row["authority__name"], f"Confirmed on {day(row['last'])}") for row in latest[:MOST_SHOWN]]


@require_http_methods(FORM)
@requires(P.NOTIFICATION_VIEW)
def records_confirm(request, code):
    """An authority's own deployments of the last three years, and its word that the record is right (ACC-28)."""
    on = request.viewer.on
    authority = fetch(request.viewer, P.NOTIFICATION_VIEW, Authority.objects.all(), code=code)
    question = RecordsRequest.objects.filter(authority=authority, answered_on=None, asked_on__lte=on).first()
    may_confirm = question is not None and can(request.viewer, P.NOTIFICATION_SEND, question)
    form = NothingForm(sent(request)) if may_confirm else None

    def confirm(given, at):
        actions.confirm_records(request=question, on=on, by=request.user, at=at)
        return reverse("partners:records-confirm", args=[authority.code])

    if form is not None:
        done = carry_out(request, form, confirm, done="Your word that the record is right is on record.")
        if done:
            return done
    rows = Deployment.objects.standing().filter(authority=authority).visible_to(request.viewer, P.DEPLOYMENT_VIEW)
    rows = rows.exclude(ends_on__lt=selectors.three_years_before(on)).select_related("school", "partner")
    rows = rows.order_by("partner__full_name", "starts_on", "pk")
    last = RecordsRequest.objects.filter(authority=authority, answered_on__lte=on).order_by("-answered_on").first()
    context = {
        "authority": authority,
        "question": question,
        "form": form,
        "may_confirm": may_confirm,
        "count": rows.count(),
        "deployments": [
            SummaryRow(
                row.partner.full_name, row.school.name, (Link("Open", deployment_url(row), f"{row.partner} at {row.school}"),),
                capitalised(span(row.starts_on, row.ends_on)),
            )
            for row in rows[:MOST_SHOWN]
        ],
        "last": last,
        "until": selectors.term_of(question.asked_on).ends_on if question else None,
        "touched": [
            SummaryRow(partner.full_name, f"Would have lapsed on {day(row.lapses_on)}", note=row.because())
            for partner, row in (selectors.touched_by(authority, on) if question else [])
        ],
        "breadcrumbs": trail_of_the_register(),
    }  # fmt: skip
    return render(request, "partners/accrediting/records_confirm.html", context)


@require_http_methods(FORM)
@requires(P.ACCREDITATION_CLOCK)
def clock_set(request):
    """How the lapse clock runs, and from when it is to run otherwise (ACC-9, D-16)."""
    form = ClockForm(sent(request))

    def set_it(given, at):
        per_sector = given.pop("clock") == "sector"
        actions.set_clock(per_sector=per_sector, by=request.user, at=at, **given)
        return reverse("partners:accreditation-clock")

    done = carry_out(request, form, set_it, done="The clock is set.")
    on = request.viewer.on
    rows = [SummaryRow("Today", CLOCK_WORDS[selectors.is_per_sector(on)])]
    rows += [
        SummaryRow(f"From {day(row.starts_on)}", CLOCK_WORDS[row.is_per_sector], note=row.reason)
        for row in LapseClock.objects.order_by("starts_on")
    ]
    context = {"form": form, "heading": "How the lapse clock runs", "rows": rows, "breadcrumbs": trail_of_the_register()}
    return done or render(request, "partners/accrediting/clock.html", context)


CLOCK_WORDS = {False: "One clock for the person", True: "A clock for each sector"}
