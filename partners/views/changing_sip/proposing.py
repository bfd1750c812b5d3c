"""Change the SIP of a school: for which days, who follows, and one POST that proposes it (ACT-15, DEP-17)."""

from datetime import timedelta

from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.permissions import P
from partners import actions, selectors
from partners.deployment_rules import findings, needs_reason
from partners.forms import ChangeDaysForm, ChangeSipForm
from partners.models import OPEN_STATES, RUNNING_STATES, Deployment, GettingStarted, Handover, LeavingFeedback, Partner
from sipmanager.core.parts import Link, SummaryRow
from sipmanager.core.searching import words_begin
from sipmanager.core.wording import counted, day, listed, searchable, span

from ..shared import FORM, carry_out, deployment_for, deployment_trail, deployment_url

MOST = 20
WHAT_FOLLOWS = (
    "The new SIP is proposed to the school, as any other.",
    "Once you confirm, the last day of the SIP now is set, and letters go to the head and both SIPs.",
    "The national contractor is to be told of both changes.",
    "The outgoing SIP is asked to hand over, and the head for brief feedback on them.",
    "The new SIP gets the handover pack on the first day, a list for the first term and the time for it.",
)


@require_http_methods(FORM)
@requires(P.DEPLOYMENT_END)
def sip_change(request, pk):
    """Who follows a SIP, from when and until when; a POST proposes the new one, once."""
    outgoing = deployment_for(request, P.DEPLOYMENT_END, pk)
    stands = outgoing.status in RUNNING_STATES and not outgoing.is_void
    follower = selectors.followers_of([outgoing]).get(outgoing.pk)
    if follower is not None and request.method == "POST":
        return redirect(deployment_url(follower))  # a second click
    if not stands or follower is not None:
        return nothing_to_change(request, outgoing, follower)
    days = days_form(request, outgoing)
    context = {
        "deployment": outgoing,
        "heading": f"Change the SIP of {outgoing.school.name}",
        "facts": [
            SummaryRow(
                "School Improvement Partner (SIP) now",
                outgoing.partner.full_name,
                note=span(outgoing.starts_on, outgoing.ends_on),
            ),
            SummaryRow("Overlap for a handover", f"At most {counted(handover_days(outgoing), 'day')}"),
        ],
        "days": days,
        "forms": [days],
        "steps": WHAT_FOLLOWS,
        "cancel_url": deployment_url(outgoing),
        "breadcrumbs": deployment_trail(outgoing),
        "form": None,
        "others_url": reverse("partners:deploy-candidates", args=[outgoing.school.urn]),
    }
    if not days.is_valid():
        return render(request, "partners/changes/change.html", context)
    given = days.cleaned_data
    candidates = candidates_for(request, outgoing, given["starts_on"], given["q"])
    form = change_form(request, outgoing, candidates, given)

    def plan(values, at):
        reasons = form.reasons()
        handover = actions.plan_change(
            outgoing=outgoing, partner=Partner.objects.get(reference=values["partner"]), starts_on=values["starts_on"],
            last_on=values["last_on"], reason=values["reason"], reasons=reasons, by=request.user, at=at,
        )  # fmt: skip
        return reverse("partners:deployment-done", args=[handover.incoming_id])

    done = carry_out(request, form, plan, done="")
    context |= {"form": form, "candidates": candidates, "period_words": f"from {day(given['starts_on'])}", "most": MOST}
    return done or render(request, "partners/changes/change.html", context)


def nothing_to_change(request, outgoing: Deployment, follower: Deployment | None):
    """Why the SIP cannot be changed from here now, and where to go on."""
    context = {
        "heading": "The SIP cannot be changed from here now", "deployment": outgoing, "url": deployment_url(outgoing),
        "because": selectors.follows_already(follower) if follower else "",
        "follower_url": deployment_url(follower) if follower else "", "breadcrumbs": deployment_trail(outgoing),
    }  # fmt: skip
    return render(request, "partners/changes/not_now.html", context)


def handover_days(outgoing: Deployment) -> int:
    return selectors.policy_of(outgoing).handover_days


def days_form(request, outgoing: Deployment) -> ChangeDaysForm:
    """The days asked for, by GET or carried along in the POST; at first the day after the last day on record."""
    terms = {"outgoing": outgoing, "overlap": handover_days(outgoing)}
    if request.method == "POST":
        return ChangeDaysForm({**{key: request.POST.get(key, "") for key in request.POST}, **request.GET.dict()}, **terms)
    if any(key.startswith(("starts_on", "last_on")) for key in request.GET):
        return ChangeDaysForm(request.GET, **terms)
    last_on = outgoing.ends_on
    return ChangeDaysForm(**terms, initial={"last_on": last_on, "starts_on": last_on + timedelta(days=1)} if last_on else {})


def candidates_for(request, outgoing: Deployment, starts_on, name: str) -> list[tuple[str, str]]:
    """The SIPs who could take the school from a day, best first, each with what weighs most.

    That the school has a SIP now is no hindrance here: their last day is part of the change.
    """
    on = request.viewer.on
    place = selectors.place_of(outgoing.school, starts_on=starts_on, on=on)
    within = Partner.objects.visible_to(request.viewer, P.PARTNER_VIEW).exclude(pk=outgoing.partner_id)
    within = within.exclude(pk=request.viewer.partner_id) if request.viewer.partner_id else within
    if name:
        within = within.filter(words_begin("search_name", searchable(name)))
    asked = {"starts_on": starts_on, "on": on, "ends_on": None}
    could = selectors.could_take(place, within=within, without=outgoing, **asked)
    rows = selectors.with_reasons(could.order_by("-is_engaged", "schools_now", "full_name", "pk")[:MOST], place, **asked)
    return [(row.partner.reference, described(row)) for row in rows]


def described(row) -> str:
    """A candidate in one line."""
    partner = row.partner
    words = [
        "engaged here" if partner.is_engaged else "not engaged here yet",
        counted(partner.schools_now, "school") + " today" if partner.schools_now else "no school today",
    ]
    if row.outstanding:
        words.append(f"{counted(len(row.outstanding), 'check')} to put on record")
    return f"{partner.full_name}: {listed(words)}"


def change_form(request, outgoing: Deployment, candidates, given) -> ChangeSipForm:
    """The form of step two; a reason is asked for each rule that the chosen SIP would set aside."""
    if request.method != "POST":
        chosen = {"starts_on": given["starts_on"], "last_on": given["last_on"]}
        return ChangeSipForm(candidates=candidates, initial=chosen)
    first = ChangeSipForm(request.POST, candidates=candidates)
    asked = []
    if first.is_valid():
        case = selectors.deployment_case(
            partner=Partner.objects.get(reference=first.cleaned_data["partner"]), school=outgoing.school,
            starts_on=given["starts_on"], on=request.viewer.on, deployment=outgoing,
        )  # fmt: skip
        asked = needs_reason(case, findings(case))
    return ChangeSipForm(request.POST, candidates=candidates, asked=asked)


def set_off_by(incoming: Deployment) -> str:
    """What confirming a SIP who follows another sets off beside it; blank where nobody is followed (ACT-15)."""
    plan = selectors.planned_change(incoming)
    if plan is None or plan.last_on is None:
        return ""
    return (
        f"It also sets {day(plan.last_on)} as the last day of {plan.outgoing.partner.full_name}, who is asked to hand over, and "
        "asks the head how the school found their work."
    )


def followed_by(incoming: Deployment) -> list[str]:
    """What became of the SIP before when a deployment was confirmed (ACT-15)."""
    change = Handover.objects.filter(incoming=incoming, confirmed_on__isnull=False).select_related("outgoing__partner").first()
    if change is None:
        return []
    before = change.outgoing
    ends = f"The last day of {before.partner.full_name} is {day(before.ends_on)}. " if before.ends_on else ""
    return [
        f"{ends}They are asked to hand over by {day(change.due_on)}.",
        "The head is asked how the school found their work.",
    ]


def change_links(viewer, deployment: Deployment) -> list[Link]:
    """Handovers, lists and feedback that belong to the deployment, for whoever may see them (ACT-15)."""
    if not viewer.has(P.HANDOVER_VIEW) and not viewer.has(P.LEAVING_FEEDBACK_VIEW):
        return []
    both = Q(incoming=deployment) | Q(outgoing=deployment)
    # A plan whose SIP was not taken in the end is nobody's business any more.
    live = Q(incoming__confirmed_on__isnull=False) | Q(incoming__status__in=OPEN_STATES)
    handovers = Handover.objects.filter(both, live).visible_to(viewer, P.HANDOVER_VIEW)
    found = [
        Link(
            f"Handover from {row.outgoing.partner.full_name}" if row.incoming_id == deployment.pk
            else f"Handover to {row.incoming.partner.full_name}",
            reverse("partners:handover-detail", args=[row.pk]),
        )
        for row in handovers.select_related("outgoing__partner", "incoming__partner").order_by("starts_on", "pk")
    ]  # fmt: skip
    lists = deployment.familiarisations.visible_to(viewer, P.HANDOVER_VIEW).order_by("pk")
    found += [
        Link(f"Getting to know the {'new head' if row.reason == GettingStarted.NEW_HEAD else 'school'}",
             reverse("partners:familiarisation-detail", args=[row.pk]))
        for row in lists
    ]  # fmt: skip
    feedback = LeavingFeedback.objects.filter(handover__outgoing=deployment).visible_to(viewer, P.LEAVING_FEEDBACK_VIEW)
    return found + [
        Link("What the school said of the SIP", reverse("partners:leaving-feedback-detail", args=[row.pk]))
        for row in feedback.order_by("pk")
    ]
