"""Deploying, moving and renewing many at once: choose, see what would become of each, confirm once (DEP-18, DEP-19, SPM-6)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.models import Authority
from accounts.permissions import P
from partners import actions, selectors
from partners.consulting import SAY_FIRST
from partners.deployment_rules import DeploymentCase, findings, needs_reason, refusing
from partners.forms import DeployManyForm, MoveManyForm, RenewManyForm
from partners.forms.many import MOST
from partners.models import Deployment, DeploymentStatus, Partner
from schools.models import School
from schools.selectors import facts_on
from sipmanager.core import clock
from sipmanager.core.once import once
from sipmanager.core.parts import Tag
from sipmanager.core.rules import Stage
from sipmanager.core.wording import capitalised, counted, day, span

from .ending import chosen_for
from .shared import FORM, READ, deployment_trail, deployment_url, sent
from .supposed import if_many

ONE_DAY = timedelta(days=1)
DONE = "partners:many-done"
KEPT = "deployments_at_once"  # what the session holds of the last run
GOES, STAYS = Tag("Goes through", "blue"), Tag("Stays as it is", "orange")


@dataclass(frozen=True)
class Row:
    """One row of the preview: whom, where, what would change; `because` says why it would stay as it is."""

    school: School
    partner: Partner
    note: str = ""
    because: tuple[str, ...] = ()

    @property
    def tag(self) -> Tag:
        return STAYS if self.because else GOES


@dataclass
class Bulk:
    """What one kind of run says and does. `look` makes the rows of the preview, `run` carries it out."""

    heading: str
    text: str
    verb: str  # "Move", for the button: "Move 3 schools"
    noun: str
    done: str  # "moved"
    look: Callable[[], list[Row]]
    run: Callable[[], list[actions.Became]]
    effects: Callable[[list[Row]], dict] = field(default=lambda rows: {})
    waiting: str = ""  # "proposed", said instead of `done` where none of them is confirmed yet


def flow(request, form, bulk: Bulk, *, chosen: Iterable[str] = ()):
    """The three steps of a run: what is typed, what would become of each row, and once the confirmation."""
    context = {
        "form": form, "heading": bulk.heading, "text": bulk.text, "chosen": list(chosen), "breadcrumbs": deployment_trail(),
        "cancel_url": reverse("partners:deployment-list"),
    }  # fmt: skip
    if not form.is_valid():
        return render(request, "partners/deployments/many.html", context)
    if "confirm" not in request.POST:
        rows = bulk.look()
        many = sum(not row.because for row in rows)
        left = {"csrfmiddlewaretoken", "confirm"}
        again = [(name, value) for name, values in request.POST.lists() if name not in left for value in values]
        context |= {"rows": rows, "many": many, "again": again, "button": f"{bulk.verb} {counted(many, bulk.noun)}"}
        context |= bulk.effects([row for row in rows if not row.because])
        return render(request, "partners/deployments/many_check.html", context)

    def effect() -> str:
        keep(request, bulk, bulk.run())
        return reverse(DONE)

    address, is_new = once(key=form.cleaned_data["form_key"], by=request.user, at=clock.now(), effect=effect)
    if not is_new:
        messages.info(request, "This was carried out already, once.")
    return redirect(address)


def keep(request, bulk: Bulk, became: list[actions.Became]) -> None:
    """Keep what became of each row for the next page."""
    went = [row.deployment for row in became if not row.because]
    is_waiting = bulk.waiting and not any(one is not None and one.confirmed_on for one in went)
    request.session[KEPT] = {
        "heading": capitalised(f"{counted(len(went), bulk.noun)} {bulk.waiting if is_waiting else bulk.done}"),
        "rows": [
            {
                "school": row.school.name, "partner": row.partner.full_name, "because": list(row.because),
                "url": deployment_url(row.deployment) if row.deployment else "",
            }
            for row in became
        ],
    }  # fmt: skip


@require_http_methods(READ)
@requires(P.DEPLOYMENT_PROPOSE)
def many_done(request):
    """What became of each row of the last run."""
    kept = request.session.get(KEPT)
    if kept is None:
        return redirect("partners:deployment-list")
    stays = [row for row in kept["rows"] if row["because"]]
    went = [row for row in kept["rows"] if not row["because"]]
    context = {"heading": kept["heading"], "went": went, "stays": stays, "breadcrumbs": deployment_trail()}
    return render(request, "partners/deployments/many_done.html", context)


# ------------------------------------------------------------------------------------------------------------ deploy


@require_http_methods(FORM)
@requires(P.DEPLOYMENT_PROPOSE)
def deployments_deploy(request):
    """Many schools, one SIP for all or one each (DEP-19). `?school=` names schools that somebody chose elsewhere."""
    viewer = request.viewer
    asked = request.GET.getlist("school")
    say_if_cut(request, len(asked), "schools")
    initial = {"starts_on": viewer.on, "rows": "\n".join(asked[:MOST])}
    form = DeployManyForm(sent(request), viewer=viewer, initial=initial | {"sip": request.GET.get("sip", "")})

    def terms() -> actions.Terms:
        return terms_of(form)

    def look() -> list[Row]:
        given = terms()
        cases = selectors.cases_of_pairs(
            form.pairs, starts_on=given.starts_on, on=viewer.on, ends_on=given.ends_on, days=given.days
        )
        first = saying_first(form.pairs, given, viewer.on)
        return [
            Row(
                school,
                partner,
                span(given.starts_on, given.ends_on),
                standing_in_the_way(cases[partner.pk, school.pk], given, says_first=school.pk in first),
            )
            for partner, school in form.pairs
        ]  # fmt: skip

    def run() -> list[actions.Became]:
        return actions.deploy_many(pairs=form.pairs, terms=terms(), by=request.user, at=clock.now())

    def effects(rows: list[Row]) -> dict:
        given = terms()
        wishes = [selectors.Wish(row.partner, row.school, given.starts_on, given.ends_on) for row in rows]
        return supposed_of(viewer, [row.school for row in rows], max(given.starts_on, viewer.on), wishes=wishes)

    text = "Each School Improvement Partner (SIP) is deployed by the same rules as one alone."
    return flow(
        request, form, Bulk("Deploy many at once", text, "Deploy", "school", "deployed", look, run, effects, "proposed")
    )


def say_if_cut(request, many: int, noun: str) -> None:
    """Say where more was chosen than goes through in one go; the rest is not lost sight of."""
    if many > MOST and request.method != "POST":
        messages.info(request, f"These are the first {MOST} of the {many} {noun} chosen. Deal with the others in another go.")


def terms_of(form) -> actions.Terms:
    given = form.cleaned_data
    return actions.Terms(
        given["starts_on"], given.get("ends_on"), given.get("days"), given.get("consulted_on"), given.get("reason", "")
    )


def saying_first(pairs, terms: actions.Terms, on) -> frozenset[int]:
    """The schools that cannot be confirmed at once because they have their say first."""
    if terms.consulted_on is None:
        return frozenset()
    return selectors.having_their_say([school for _, school in pairs], starts_on=terms.starts_on, on=on)


def standing_in_the_way(case: DeploymentCase, terms: actions.Terms, *, says_first: bool = False) -> tuple[str, ...]:
    """Every rule that refuses at the step asked for, and every reason that is missing."""
    found = findings(case)
    stage = None if terms.consulted_on and not says_first else Stage.PROPOSE
    refused = tuple(f"{row.id}: {row.because}" for row in refusing(found, stage=stage))
    missing = () if terms.reason.strip() else tuple(f"Enter a reason: {row.because}" for row in needs_reason(case, found))
    return refused + missing + ((SAY_FIRST,) if says_first else ())


def supposed_of(viewer, schools: list[School], on, **more) -> dict:
    """The conditions of the authority in which the first of some schools lies."""
    if not schools:
        return {}
    places = facts_on([school.pk for school in schools[:1]], on)
    authority = Authority.objects.filter(pk=places[schools[0].pk].local_authority_id).first()
    return if_many(viewer, authority, on, **more) if authority else {}


# -------------------------------------------------------------------------------------------------------------- move


@require_http_methods(FORM)
@requires(P.DEPLOYMENT_END)
def deployments_move(request):
    """All or the chosen schools of SIPs go to another SIP from a day (ACT-15). `?partner=` names one whose schools all go."""
    viewer = request.viewer
    found = chosen_for(request) or schools_of(request)
    say_if_cut(request, len(found), "deployments")
    chosen = found[:MOST]
    if not chosen:
        messages.info(request, "No deployment that could be moved was chosen.")
        return redirect("partners:deployment-list")
    form = MoveManyForm(sent(request), viewer=viewer, initial={"starts_on": viewer.on})

    def look() -> list[Row]:
        given, to = terms_of(form), form.cleaned_data["sip"]
        last_on = given.starts_on - ONE_DAY
        ending = {row.school_id: row for row in chosen if would_end(row, last_on)}
        pairs = [(to, row.school) for row in chosen]
        cases = selectors.cases_of_pairs(pairs, starts_on=given.starts_on, on=viewer.on, leaving=ending, last_on=last_on)
        tenures, first = selectors.tenure_of(chosen, viewer.on), saying_first(pairs, given, viewer.on)
        return [
            Row(
                row.school, to, f"{row.partner.full_name} to {day(last_on)}" if row.school_id in ending else "",
                not_moving(row, to, last_on, viewer.on, tenures[row.pk])
                or standing_in_the_way(cases[to.pk, row.school_id], given, says_first=row.school_id in first),
            )
            for row in chosen
        ]  # fmt: skip

    def run() -> list[actions.Became]:
        given, to = terms_of(form), form.cleaned_data["sip"]
        return actions.move_many(
            deployments=chosen, to={row.pk: to for row in chosen}, terms=given, why=form.cleaned_data["why"],
            by=request.user, at=clock.now(),
        )  # fmt: skip

    def effects(rows: list[Row]) -> dict:
        given, going = terms_of(form), {row.school.pk for row in rows}
        wishes = [selectors.Wish(row.partner, row.school, given.starts_on) for row in rows]
        ends = selectors.ends_of([row for row in chosen if row.school_id in going], given.starts_on - ONE_DAY)
        on = max(given.starts_on, viewer.on)
        return supposed_of(viewer, [row.school for row in rows], on, wishes=wishes, changes=ends)

    text = (
        "Each school goes to the other School Improvement Partner (SIP) from the day that you enter; the one before ends the "
        "day before. Letters, notification and handover follow as for one alone."
    )
    bulk = Bulk(f"Move {counted(len(chosen), 'school')}", text, "Move", "school", "moved", look, run, effects)
    return flow(request, form, bulk, chosen=listed_rows(chosen))


def schools_of(request) -> list[Deployment]:
    """The deployments at work of the SIP named in the address."""
    reference = request.GET.get("partner") or request.POST.get("partner")
    if not reference:
        return []
    rows = Deployment.objects.active(request.viewer.on).visible_to(request.viewer, P.DEPLOYMENT_END)
    rows = rows.filter(partner__reference=reference).select_related("school", "partner", "authority", "policy")
    return list(rows.order_by("school__name", "pk")[: actions.MOST_AT_ONCE])


def would_end(row: Deployment, last_on) -> bool:
    """Whether the move sets its last day; one whose end is decided keeps it."""
    return row.status != DeploymentStatus.ENDING and (row.ends_on is None or row.ends_on > last_on)


def not_moving(row: Deployment, to: Partner, last_on, on, run) -> tuple[str, ...]:
    """Why the deployment that goes stands in the way itself."""
    if row.partner_id == to.pk:
        return (f"{to.full_name} is the SIP there already.",)
    if row.confirmed_on is None:
        return ("It is not confirmed yet. Withdraw it, and propose the other SIP.",)
    if row.starts_on > last_on:
        return (f"The deployment begins on {day(row.starts_on)}; choose a later day.",)
    if on < last_on and last_on > run.last_lawful_on and would_end(row, last_on):
        return (f"DEP-10: {run.arithmetic()}; the end asked for is {day(last_on)}.",)
    return ()


def listed_rows(rows: Iterable[Deployment]) -> list[tuple[int, str]]:
    """The chosen deployments as key and words."""
    return [(row.pk, f"{row.partner.full_name} at {row.school.name}, {span(row.starts_on, row.ends_on)}") for row in rows]


# ------------------------------------------------------------------------------------------------------------- renew


@require_http_methods(FORM)
@requires(P.DEPLOYMENT_CONFIRM)
def deployments_renew(request):
    """The chosen deployments run on for another year, or to the last lawful day."""
    viewer = request.viewer
    chosen = chosen_for(request)
    if not chosen:
        messages.info(request, "No deployment that could be renewed was chosen.")
        return redirect("partners:deployment-list")
    form = RenewManyForm(sent(request))

    def look() -> list[Row]:
        found = selectors.renewals(chosen, until=form.cleaned_data["until"])
        return [
            Row(
                one.deployment.school, one.deployment.partner,
                f"To {day(one.until)}" if one.until and not one.because else "", one.because,
            )
            for one in found
        ]  # fmt: skip

    def run() -> list[actions.Became]:
        until = form.cleaned_data["until"]
        return actions.renew_many(deployments=chosen, until=until, by=request.user, at=clock.now())

    def effects(rows: list[Row]) -> dict:
        going = {(row.school.pk, row.partner.pk) for row in rows}
        ends = [row.ends_on for row in chosen if (row.school_id, row.partner_id) in going]
        if not ends:
            return {}
        wishes = [selectors.Wish(row.partner, row.school, viewer.on) for row in rows]
        return supposed_of(viewer, [row.school for row in rows], max(max(ends) + ONE_DAY, viewer.on), wishes=wishes)

    text = "Each goes on as one deployment, so the three years of the School Improvement Partner (SIP) go on counting."
    bulk = Bulk(f"Renew {counted(len(chosen), 'deployment')}", text, "Renew", "deployment", "renewed", look, run, effects)
    return flow(request, form, bulk, chosen=listed_rows(chosen))
