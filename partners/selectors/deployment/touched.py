"""Deployments that a change in the national register touches; registered with `schools.changes`."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q
from django.urls import reverse

from partners.models import OPEN_STATES, RUNNING_STATES, Deployment
from schools.changes import Change, Touched
from schools.models import TaskKind
from sipmanager.core.wording import day

# What a change asks about a deployment, by its kind.
ASKS = {
    TaskKind.NEW_HEAD: "{who}: introduce the SIP to the new headteacher, and grant time to get to know each other again",
    TaskKind.CLOSURE: "{who}: end the deployment; the school closed, its first day as closed is {on}",
    TaskKind.CONVERSION: "{who}: end the deployment, or settle that it goes on; the Department looks after academies' SIPs",
    TaskKind.MERGER: "{who}: end the deployment here and propose one at {now}; the three years go on counting",
    TaskKind.TRANSFER: "{who}: hand the deployment over, or end it; {now} runs the school's SIP from {on}",
}


def deployments_touched(changes: Sequence[Change], on: date) -> Iterable[Touched]:
    """The deployments under way at schools that changed, on the day of the change or after it; one query."""
    by_school: dict[int, list[Change]] = {}
    for change in changes:
        by_school.setdefault(change.school.pk, []).append(change)
    rows = Deployment.objects.filter(school__in=by_school, status__in=[*OPEN_STATES, *RUNNING_STATES], voided_on=None)
    rows = rows.filter(Q(ends_on=None) | Q(ends_on__gte=min((change.about_on for change in changes), default=on)))
    for row in rows.select_related("partner").order_by("pk"):
        for change in by_school[row.school_id]:
            if row.ends_on is None or row.ends_on >= change.about_on:
                who = f"{row.partner.full_name} at {change.school.name}"
                says = ASKS[TaskKind(change.kind)].format(who=who, now=change.now, on=day(change.about_on))
                url = reverse("partners:deployment-detail", args=[row.pk])
                yield Touched(change, f"deployment:{row.pk}", says, url, row.authority_id)
