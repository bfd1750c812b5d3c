"""Deploy a SIP: the school, who could take it, the check, the proposal. A GET changes nothing."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from accounts.access import fetch, requires
from accounts.permissions import P
from partners import actions, selectors
from partners.accreditation import Standing
from partners.deployment_rules import SERVING_HEAD, findings, is_allowed, may_propose, needs_reason, refusing
from partners.forms import FindSchoolForm, PeriodForm, ProposeForm
from partners.matching import Weights, weightiest
from partners.models import OPEN_STATES, Deployment, Partner
from partners.workings import cures, workings
from schools.models import School
from schools.searching import search_key
from sipmanager.core import clock
from sipmanager.core.listing import page_number, pages_of
from sipmanager.core.once import once
from sipmanager.core.parts import Link, SummaryRow
from sipmanager.core.rules import Stage
from sipmanager.core.searching import words_begin
from sipmanager.core.wording import capitalised, counted, day, searchable, span
from sipmanager.core.workflow import MoveRefused

from ..grants.supposed import if_it_starts
from ..shared import FORM, READ, deployment_trail

A_PAGE = 20
FOUND = 20


@dataclass(frozen=True)
class Period:
    """What is asked for: from when to when, and how many days."""

    starts_on: date
    ends_on: date | None = None
    days: Decimal | None = None

    def query(self) -> str:
        """The same in an address."""
        values = {"starts_on": self.starts_on, "ends_on": self.ends_on, "days": self.days}
        return urlencode({name: value for name, value in values.items() if value is not None})

    def words(self) -> str:
        return span(self.starts_on, self.ends_on)


def period_of(request) -> tuple[PeriodForm, Period]:
    """The period asked for in the address, or from today where none is."""
    names = {key.split("_on")[0] for key in request.GET}
    if not names & {"starts", "ends", "days"}:
        return PeriodForm(initial={"starts_on": request.viewer.on}), Period(request.viewer.on)
    form = PeriodForm(request.GET)
    if not form.is_valid():
        return form, Period(request.viewer.on)
    given = form.cleaned_data
    return form, Period(given["starts_on"], given["ends_on"], given["days"])


def chosen_partner(request) -> Partner | None:
    """The SIP from whose page somebody came."""
    reference = request.GET.get("partner", "")
    if not reference:
        return None
    rows = Partner.objects.visible_to(request.viewer, P.PARTNER_VIEW)
    return rows.filter(reference=reference).first()


# ------------------------------------------------------------------------------------------------ step 1, the school


@require_http_methods(READ)
@requires(P.DEPLOYMENT_PROPOSE)
def deploy_school(request):
    """Which school needs a SIP; those without one first."""
    partner = chosen_partner(request)
    form = FindSchoolForm(request.GET if "q" in request.GET else None)
    rows = School.objects.visible_to(request.viewer, P.DEPLOYMENT_PROPOSE).filter(status="open")
    is_search = form.is_valid()
    if is_search:
        asked = search_key(form.cleaned_data["q"])
        rows = rows.filter(words_begin("search_name", asked) | Q(urn=asked))
    on = request.viewer.on
    served = Deployment.objects.active(on).values("school_id")
    without = rows if is_search else rows.exclude(pk__in=served)
    found = list(without.order_by("name", "pk")[: FOUND + 1])
    current = selectors.current_sips([school.pk for school in found], on)
    more = f"?{urlencode({'partner': partner.reference})}" if partner else ""
    context = {
        "form": form,
        "partner": partner,
        "partner_words": f"To be deployed: {partner.full_name}, {partner.reference}." if partner else "",
        "heading": "Which school needs a School Improvement Partner (SIP)?",
        "is_search": is_search,
        "is_cut": len(found) > FOUND,
        "schools": [
            {
                "url": reverse("partners:deploy-candidates", args=[school.urn]) + more,
                "name": school.name,
                "urn": school.urn,
                "town": school.town,
                "sip": current[school.pk].partner.full_name if school.pk in current else "",
            }
            for school in found[:FOUND]
        ],
        "breadcrumbs": deployment_trail(),
    }
    return render(request, "partners/deploying/school.html", context)


# ------------------------------------------------------------------------------------- step 2, who could take it


@require_http_methods(READ)
@requires(P.DEPLOYMENT_PROPOSE)
def deploy_candidates(request, urn):
    """Who could take the school in the period, best first, and folded below who could not and why."""
    school = fetch(request.viewer, P.DEPLOYMENT_PROPOSE, School.objects.all(), urn=urn)
    form, period = period_of(request)
    partner = chosen_partner(request)
    if partner is not None:
        return redirect(check_url(school, partner, period))
    on = request.viewer.on
    place = selectors.place_of(school, starts_on=period.starts_on, on=on)
    asked = {"starts_on": period.starts_on, "on": on, "ends_on": period.ends_on}
    refusals = selectors.school_findings(place, **asked)
    within = Partner.objects.visible_to(request.viewer, P.PARTNER_VIEW)
    others = Partner.objects.exclude(pk=request.viewer.partner_id) if request.viewer.partner_id else Partner.objects.all()
    name = searchable(request.GET.get("q", ""))
    within, others = within.filter(words_begin("search_name", name)), others.filter(words_begin("search_name", name))
    could = selectors.could_take(place, within=others, **asked)
    asks = selectors.asked_of({school.pk: place}, starts_on=period.starts_on)[school.pk]
    asks = replace(asks, days=period.days) if period.days else asks
    weights = Weights.of(place.policy)
    could = selectors.best_first(could, place, asks, weights, starts_on=period.starts_on, ends_on=period.ends_on)
    could_not = selectors.could_not_take(place, within=within, **asked)
    paginator = Paginator(could, A_PAGE)
    number = page_number(request.GET, paginator)
    candidates = selectors.with_reasons(paginator.page(number), place, **asked)
    found = selectors.matches_of([row.partner for row in candidates], place, weights, starts_on=period.starts_on)
    excluded = selectors.with_reasons(could_not[:A_PAGE], place, **asked)
    context = {
        "school": school,
        "heading": "Who could take this school?",
        "form": form,
        "q": request.GET.get("q", ""),
        "period_words": period.words(),
        "refusals": cures(refusals),
        "count": paginator.count,
        "count_words": counted(paginator.count, "SIP") + " could take it",
        "candidates": [candidate_row(row, school, period, found[row.partner.pk]) for row in candidates],
        "pages": pages_of(request.GET.copy(), number, paginator.num_pages),
        "excluded": [
            {
                "name": row.partner.full_name,
                "url": check_url(school, row.partner, period),
                "because": [f.because for f in row.refusals],
            }
            for row in excluded
        ],
        "excluded_count": could_not.count(),
        "underway": underway(request, school),
        "breadcrumbs": [*deployment_trail(), ("Which school", reverse("partners:deploy-school"))],
    }
    return render(request, "partners/deploying/candidates.html", context)


def underway(request, school: School) -> list[Link]:
    """What has been proposed or agreed for the school already and waits to be confirmed: nobody proposes twice unawares."""
    rows = Deployment.objects.visible_to(request.viewer, P.DEPLOYMENT_VIEW).filter(
        school=school, status__in=OPEN_STATES, voided_on=None
    )
    return [
        Link(
            f"{row.partner.full_name} {span(row.starts_on, row.ends_on)}, {row.get_status_display().lower()}",
            reverse("partners:deployment-detail", args=[row.pk]),
        )
        for row in rows.select_related("partner").order_by("starts_on", "pk")
    ]


def candidate_row(candidate, school: School, period: Period, match) -> dict:
    """A SIP who could take the school, with the three reasons that weigh most, the days left and the schools held."""
    partner, case = candidate.partner, candidate.case
    standing = next((row for row in case.standings if row.sector == case.school.sector_needed), None)
    always = [part.says for part in match.parts if part.name in {"days", "load"}]
    reasons = list(dict.fromkeys([*weightiest(match.parts), *always]))
    if case.kind == SERVING_HEAD:
        reasons.append("serving headteacher")
    if partner.is_in_doubt and standing:
        reasons.append(f"placed lower: {doubt_of(standing)}")
    return {
        "name": partner.full_name,
        "reference": partner.reference,
        "url": check_url(school, partner, period),
        "reasons": reasons,
        "score": match.score,
        "standing": standing.because() if standing and standing.state != "accredited" else "",
        "list_url": f"{reverse('partners:shortlist-add')}?{urlencode({'sip': partner.reference, 'school': school.urn})}",
        "outstanding": len(candidate.outstanding),
        "outstanding_words": f"{counted(len(candidate.outstanding), 'check')} to put on record before it can be confirmed",
    }


def doubt_of(standing: Standing) -> str:
    """Why an accreditation is not sure for the time of the deployment."""
    if standing.removed_on is not None:
        return f"accreditation is removed on {day(standing.removed_on)}"
    return f"accreditation lapses on {day(standing.lapses_on)} without practice before then"


# ------------------------------------------------------------------------------- step 3, the check; step 4, propose


def check_url(school: School, partner: Partner, period: Period) -> str:
    return f"{reverse('partners:deploy-check', args=[school.urn, partner.reference])}?{period.query()}"


@require_http_methods(FORM)
@requires(P.DEPLOYMENT_PROPOSE)
def deploy_check(request, urn, reference):
    """Every rule as one line, with its working; a POST proposes the deployment, once."""
    school = fetch(request.viewer, P.DEPLOYMENT_PROPOSE, School.objects.all(), urn=urn)
    partner = fetch(request.viewer, P.PARTNER_VIEW, Partner.objects.all(), reference=reference)
    if partner.pk == request.viewer.partner_id:
        raise Http404("Nobody deploys themself")
    if request.method == "POST":
        return propose(request, school, partner)
    form, period = period_of(request)
    if form.is_bound and not form.is_valid():
        # The page before has the boxes, and says what is wrong with the period.
        asked = request.GET.copy()
        asked.pop("partner", None)
        return redirect(f"{reverse('partners:deploy-candidates', args=[school.urn])}?{asked.urlencode()}")
    return show_check(request, school, partner, form, period)


def show_check(request, school: School, partner: Partner, form, period: Period, *, propose_form=None):
    case = case_for(request, school, partner, period)
    found = findings(case)
    asked = needs_reason(case, found)
    if propose_form is None:
        initial = {"starts_on": period.starts_on, "ends_on": period.ends_on, "days": period.days}
        propose_form = ProposeForm(initial=initial, asked=asked)
    rows = workings(case, found)
    context = {
        "school": school,
        "partner": partner,
        "heading": f"{partner.full_name} at {school.name}",
        "underway": underway(request, school),
        "period_form": form,
        "form": propose_form,
        "action": check_url(school, partner, period),
        "facts": [
            SummaryRow("School", school.name, note=f"URN {school.urn}"),
            SummaryRow("SIP", partner.full_name, note=partner.reference),
            SummaryRow(
                "Period", capitalised(period.words()), note="" if period.ends_on else f"May run to {day(case.last_lawful_on)}"
            ),
            SummaryRow(
                "Days a year",
                f"{period.days.normalize():f}" if period.days else f"{case.days_expected}, as the local policy says",
            ),
        ],
        "may_propose": may_propose(found),
        "is_allowed": is_allowed(found),
        "refusals": cures(refusing(found, stage=Stage.PROPOSE)),
        "outstanding": cures([row for row in found if row.stage is Stage.CONFIRM]),
        "rows": rows,
        "candidates_url": f"{reverse('partners:deploy-candidates', args=[school.urn])}?{period.query()}",
        "breadcrumbs": [
            *deployment_trail(),
            ("Who could take this school", f"{reverse('partners:deploy-candidates', args=[school.urn])}?{period.query()}"),
        ],
    }
    template = "check" if may_propose(found) else "refusal"
    context |= if_it_starts(request.viewer, partner, school, period.starts_on, period.ends_on)
    return render(request, f"partners/deploying/{template}.html", context)


def case_for(request, school: School, partner: Partner, period: Period):
    return selectors.deployment_case(
        partner=partner, school=school, starts_on=period.starts_on, ends_on=period.ends_on, days=period.days, on=request.viewer.on
    )  # fmt: skip


def propose(request, school: School, partner: Partner):
    """Propose as the form says; what a rule refuses is shown with all of its reasons, and nothing is written."""
    first = ProposeForm(request.POST, asked=())
    if not first.is_valid():
        return show_check(request, school, partner, None, Period(request.viewer.on), propose_form=first)
    period = Period(first.cleaned_data["starts_on"], first.cleaned_data["ends_on"], first.cleaned_data["days"])
    case = case_for(request, school, partner, period)
    asked = needs_reason(case, findings(case))
    form = ProposeForm(request.POST, asked=asked)
    period_form = PeriodForm(initial=vars(period))
    if not form.is_valid():
        return show_check(request, school, partner, period_form, period, propose_form=form)
    at = clock.now()

    def effect():
        deployment = actions.propose_deployment(
            school=school, partner=partner, starts_on=period.starts_on, ends_on=period.ends_on, days=period.days,
            reasons=form.reasons(), why=form.cleaned_data["why"], by=request.user, at=at,
        )  # fmt: skip
        return reverse("partners:deployment-done", args=[deployment.pk])

    try:
        url, _ = once(key=form.cleaned_data["form_key"], by=request.user, at=at, effect=effect)
    except MoveRefused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return show_check(request, school, partner, period_form, period, propose_form=form)
    return redirect(url)
