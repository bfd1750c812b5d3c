"""Getting to know a school or its new head: the list, the school's year beside it, ticking off (HND-6, HND-8 to HND-11)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import can, fetch, requires
from accounts.permissions import P
from partners import actions, selectors
from partners.forms import TickForm
from partners.models import Familiarisation, GettingStarted, Handover
from partners.wording import familiarisation_tag
from schools.selectors import chair_on, head_on
from sipmanager.core.parts import Link, SummaryRow
from sipmanager.core.wording import counted, day
from sipmanager.core.workflow import OutOfDate

from ..shared import FORM, READ, carry_out, deployment_trail, deployment_url, press, sent

LISTS = "Getting started"


def familiarisation_for(request, permission: P, pk: int) -> Familiarisation:
    rows = Familiarisation.objects.select_related(
        "deployment__school", "deployment__partner", "deployment__authority", "authority", "post"
    )
    return fetch(request.viewer, permission, rows, pk=pk)


def familiarisation_url(row: Familiarisation) -> str:
    return reverse("partners:familiarisation-detail", args=[row.pk])


def trail(row: Familiarisation | None = None) -> list[tuple[str, str]]:
    crumbs = [*deployment_trail(), (LISTS, reverse("partners:familiarisation-list"))]
    return [*crumbs, (row.deployment.school.name, familiarisation_url(row))] if row else crumbs


@require_http_methods(READ)
@requires(P.HANDOVER_VIEW)
def familiarisation_detail(request, pk):
    """The list item by item, and the school's year with the visits planned."""
    row = familiarisation_for(request, P.HANDOVER_VIEW, pk)
    viewer, deployment = request.viewer, row.deployment
    may_tick = can(viewer, P.FAMILIARISATION_TICK, row)
    lines = selectors.getting_started_lines(row)
    groups: dict[str, list] = {}
    for line in lines:
        groups.setdefault(line.item.group, []).append(line)
    done = sum(1 for line in lines if line.tick)
    context = {
        "row": row,
        "heading": f"Getting to know {deployment.school.name}",
        "tag": familiarisation_tag(row, viewer.on),
        "facts": facts(viewer, row),
        "progress": f"{done} of {counted(len(lines), 'item')} done",
        "groups": list(groups.items()),
        "may_tick": may_tick,
        "year": selectors.year_of(row),
        "on": viewer.on,
        "handover_links": handover_links(viewer, row),
        "breadcrumbs": trail(),
    }
    return render(request, "partners/changes/getting_started.html", context)


def facts(viewer, row: Familiarisation) -> list[SummaryRow]:
    """Whom it is about, by when, the time for it, and whom to reach (HND-9)."""
    deployment, on = row.deployment, viewer.on
    why = f"New head: {row.post.full_name}" if row.reason == GettingStarted.NEW_HEAD else "New SIP"
    is_seen = can(viewer, P.DEPLOYMENT_VIEW, deployment)
    link = (Link("See", deployment_url(deployment), hidden=" the deployment"),) if is_seen else ()
    found = [
        SummaryRow("SIP", deployment.partner.full_name, link),
        SummaryRow("Why", why, note=f"From {day(row.starts_on)}"),
        SummaryRow("By", row.due_on),
        SummaryRow("Time for it", f"{counted(int(row.days), 'day')} more this year" if row.days else "None on top"),
    ]
    if viewer.has(P.SCHOOL_PEOPLE) and can(viewer, P.SCHOOL_PEOPLE, deployment.school):
        for label, post in (
            ("Head", head_on(deployment.school_id, on)),
            ("Chair of governors", chair_on(deployment.school_id, on)),
        ):
            if post is not None:
                reach = " · ".join(filter(None, (post.phone, post.mobile, post.email)))
                found.append(SummaryRow(label, post.full_name, note=reach))
    return found


def handover_links(viewer, row: Familiarisation) -> list[Link]:
    rows = Handover.objects.filter(incoming=row.deployment).visible_to(viewer, P.HANDOVER_VIEW)
    return [Link("Open the handover pack", reverse("partners:handover-pack", args=[one.pk])) for one in rows]


@require_http_methods(FORM)
@requires(P.FAMILIARISATION_TICK)
def familiarisation_tick(request, pk, item):
    """Tick one item off, with the day and a word on it."""
    row = familiarisation_for(request, P.FAMILIARISATION_TICK, pk)
    line = next((one for one in selectors.getting_started_lines(row) if one.item.key == item), None)
    if line is None or line.tick is not None:
        messages.info(request, "This is ticked already" if line else "This is not on the list")
        return redirect(familiarisation_url(row))
    form = TickForm(sent(request), on=request.viewer.on, initial={"done_on": request.viewer.on})

    def tick(given, at):
        try:
            actions.tick_item(familiarisation=row, item=item, by=request.user, at=at, **given)
        except OutOfDate as late:
            messages.info(request, " ".join(late.reasons))
        return f"{familiarisation_url(row)}#{item}"

    done = carry_out(request, form, tick, done="")
    return done or render(request, "partners/form.html", {"form": form, "heading": line.item.says, "breadcrumbs": trail(row)})


@require_POST
@requires(P.FAMILIARISATION_TICK)
def familiarisation_untick(request, pk, item):
    """Take a tick back."""
    row = familiarisation_for(request, P.FAMILIARISATION_TICK, pk)
    press(
        request,
        lambda at: actions.take_tick_back(familiarisation=row, item=item, by=request.user, at=at),
        done="The tick is taken back",
    )
    return redirect(f"{familiarisation_url(row)}#{item}")
