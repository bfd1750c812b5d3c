"""Deploying, moving, renewing and ending many at once: choose and say how; what would become of each is the run's own page
(DEP-18, DEP-19, SPM-6, ACT-15)."""

from collections.abc import Iterable

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.models import Authority
from accounts.permissions import P
from partners import actions, selectors
from partners.filters import DeploymentFilter
from partners.forms import DeployManyForm, EndManyForm, MoveManyForm, RenewManyForm
from partners.models import BulkKind, Deployment
from partners.selectors import Terms
from sipmanager.core import clock
from sipmanager.core.once import once
from sipmanager.core.wording import counted, listed, span
from sipmanager.core.workflow import MoveRefused

from ..shared import FORM, deployment_trail, sent
from .bulk import look, run_url

LISTED = 20  # more of those chosen are folded away
LONGEST_KEY = 16  # digits; longer numbers are no keys of any database


def flow(request, form, *, heading: str, text: str, chosen: Iterable[Deployment] = (), begin=None):
    """What is typed; once it is sound a run is begun by `begin(at)`, looked at, and shown."""
    if form.is_valid():
        at = clock.now()

        def effect() -> str:
            made.append(begin(at))
            return run_url(made[0])

        made = []
        try:
            address, is_new = once(key=form.cleaned_data["form_key"], by=request.user, at=at, effect=effect)
        except MoveRefused as refused:
            for reason in refused.reasons:
                form.add_error(None, reason)
        else:
            if is_new:
                look(made[0])
            return redirect(address)
    shown = [(row.pk, f"{row.partner.full_name} at {row.school.name}, {span(row.starts_on, row.ends_on)}") for row in chosen]
    context = {
        "form": form, "heading": heading, "text": text, "chosen": shown, "is_long": len(shown) > LISTED,
        "breadcrumbs": deployment_trail(), "cancel_url": reverse("partners:deployment-list"),
    }  # fmt: skip
    return render(request, "partners/deployments/many.html", context)


def one_authority(request, kind: str, authorities: Iterable[Authority]) -> Authority:
    """The one authority that a run is of, among those for which the person may do it. Raises `MoveRefused` where it is several.

    Where none of them runs the SIP of any of the schools it is the person's own, and each row says why it cannot be.
    """
    mine = Authority.objects.visible_to(request.viewer, actions.RIGHT_OF[kind]).select_related("region").order_by("name", "pk")
    running = {row.pk for row in authorities}
    found = [row for row in mine if row.pk in running] or list(mine)
    if len(found) > 1:
        names = listed([row.name for row in found])
        raise MoveRefused([f"Take the schools of one authority at a time: {names}."])
    return found[0]


# ------------------------------------------------------------------------------------------------------------ deploy


@require_http_methods(FORM)
@requires(P.DEPLOYMENT_PROPOSE)
def deployments_deploy(request):
    """Many schools, one SIP for all or one each (DEP-19). `?school=` names schools that somebody chose elsewhere."""
    viewer = request.viewer
    asked = request.GET.getlist("school")
    say_if_cut(request, len(asked), "schools")
    initial = {"starts_on": viewer.on, "rows": "\n".join(asked[: actions.MOST_IN_A_RUN])}
    form = DeployManyForm(sent(request), viewer=viewer, initial=initial | {"sip": request.GET.get("sip", "")})

    def begin(at):
        given = form.cleaned_data
        schools = [school for _, school in form.pairs]
        running = selectors.authorities_of(schools, starts_on=given["starts_on"], on=viewer.on)
        return actions.prepare_run(
            kind=BulkKind.DEPLOY, authority=one_authority(request, BulkKind.DEPLOY, running),
            rows=[(partner, school, None) for partner, school in form.pairs], terms=terms_of(given), by=request.user, at=at,
        )  # fmt: skip

    text = "Each School Improvement Partner (SIP) is deployed by the same rules as one alone."
    return flow(request, form, heading="Deploy many at once", text=text, begin=begin)


def say_if_cut(request, many: int, noun: str) -> None:
    """Say where more was chosen than goes through in one go; the rest is not lost sight of."""
    most = actions.MOST_IN_A_RUN
    if many > most and request.method != "POST":
        messages.info(request, f"These are the first {most} of the {many} {noun} chosen. Deal with the others in another go.")


def terms_of(given) -> Terms:
    return Terms(
        starts_on=given["starts_on"], ends_on=given.get("ends_on"), days=given.get("days"),
        consulted_on=given.get("consulted_on"), reason=given.get("reason", ""), why=given.get("why", ""),
    )  # fmt: skip


# ---------------------------------------------------------------------------------------------- move, renew and end


@require_http_methods(FORM)
@requires(P.DEPLOYMENT_END)
def deployments_move(request):
    """All or the chosen schools of SIPs go to another SIP from a day (ACT-15). `?partner=` names one whose schools all go."""
    chosen = chosen_for(request) or schools_of(request)
    if not chosen:
        return nothing_chosen(request, "moved")
    form = MoveManyForm(sent(request), viewer=request.viewer, chosen=chosen, initial={"starts_on": request.viewer.on})

    def begin(at):
        rows = [(form.to[row.pk], row.school, row) for row in chosen]
        return prepared(request, BulkKind.MOVE, chosen, rows, terms_of(form.cleaned_data), at)

    text = (
        "Each school goes to the other School Improvement Partner (SIP) from the day that you enter; the one before ends the "
        "day before. Letters, notification and handover follow as for one alone."
    )
    heading = f"Move {counted(len(chosen), 'school')}"
    return flow(request, form, heading=heading, text=text, chosen=chosen, begin=begin)


@require_http_methods(FORM)
@requires(P.DEPLOYMENT_CONFIRM)
def deployments_renew(request):
    """The chosen deployments run on for another year, or to the last lawful day."""
    chosen = chosen_for(request)
    if not chosen:
        return nothing_chosen(request, "renewed")
    form = RenewManyForm(sent(request))

    def begin(at):
        terms = Terms(last_on=form.cleaned_data["until"])
        return prepared(request, BulkKind.RENEW, chosen, same_sips(chosen), terms, at)

    text = "Each goes on as one deployment, so the three years of the School Improvement Partner (SIP) go on counting."
    heading = f"Renew {counted(len(chosen), 'deployment')}"
    return flow(request, form, heading=heading, text=text, chosen=chosen, begin=begin)


@require_http_methods(FORM)
@requires(P.DEPLOYMENT_END)
def deployments_end(request):
    """The chosen deployments end on one last day, for one reason (SPM-6)."""
    chosen = chosen_for(request)
    if not chosen:
        return nothing_chosen(request, "ended")
    form = EndManyForm(sent(request))

    def begin(at):
        terms = Terms(last_on=form.cleaned_data["on"], why=form.cleaned_data["reason"])
        return prepared(request, BulkKind.END, chosen, same_sips(chosen), terms, at)

    text = (
        "The same last day and reason for each School Improvement Partner (SIP). Each end goes on the notification log and is "
        "told to the SIP and the school."
    )
    heading = f"End {counted(len(chosen), 'deployment')}"
    return flow(request, form, heading=heading, text=text, chosen=chosen, begin=begin)


def prepared(request, kind: str, chosen: list[Deployment], rows, terms: Terms, at):
    authority = one_authority(request, kind, {row.authority for row in chosen})
    return actions.prepare_run(kind=kind, authority=authority, rows=rows, terms=terms, by=request.user, at=at)


def same_sips(chosen: list[Deployment]):
    return [(row.partner, row.school, row) for row in chosen]


def nothing_chosen(request, done: str):
    messages.info(request, f"No deployment that could be {done} was chosen.")
    return redirect("partners:deployment-list")


def chosen_for(request) -> list[Deployment]:
    """The chosen deployments that the person may end, by school; whatever else was asked for is not there.

    `?all=1` are all that the filters in the address leave, as on the list of deployments.
    """
    rows = Deployment.objects.visible_to(request.viewer, P.DEPLOYMENT_END)
    if request.method != "POST" and request.GET.get("all") == "1":
        filters = DeploymentFilter(request.GET, queryset=rows, request=request)
        rows = filters.qs if filters.is_valid() else rows.none()
    else:
        given = (request.POST or request.GET).getlist("chosen")
        keys = {int(key) for key in given if key.isascii() and key.isdigit() and len(key) < LONGEST_KEY}
        rows = rows.filter(pk__in=keys)
    return by_school(rows)


def schools_of(request) -> list[Deployment]:
    """The deployments at work of the SIP named in the address."""
    reference = request.GET.get("partner") or request.POST.get("partner")
    if not reference:
        return []
    rows = Deployment.objects.active(request.viewer.on).visible_to(request.viewer, P.DEPLOYMENT_END)
    return by_school(rows.filter(partner__reference=reference))


def by_school(rows) -> list[Deployment]:
    rows = rows.select_related("school__diocese", "partner", "authority__region", "policy")
    return list(rows.order_by("school__name", "pk")[: actions.MOST_IN_A_RUN])
