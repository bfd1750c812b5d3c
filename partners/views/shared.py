"""What the pages of SIPs and deployments share."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.access import fetch
from accounts.permissions import P
from partners.models import Deployment, Engagement, Partner
from sipmanager.core import clock
from sipmanager.core.once import once
from sipmanager.core.workflow import MoveRefused

READ = ("GET", "HEAD")
FORM = ("GET", "HEAD", "POST")
SIPS = "SIPs"
SIP_IN_FULL = "School Improvement Partner (SIP)"

Effect = Callable[[dict[str, Any], datetime], str]


def partner_for(request, permission: P, reference: str) -> Partner:
    return fetch(request.viewer, permission, Partner.objects.select_related("own_school", "user"), reference=reference)


def engagement_for(request, permission: P, reference: str, pk: int) -> Engagement:
    rows = Engagement.objects.select_related("partner", "authority")
    return fetch(request.viewer, permission, rows, pk=pk, partner__reference=reference)


def deployment_for(request, permission: P, pk: int) -> Deployment:
    rows = Deployment.objects.select_related("school", "partner", "authority", "policy")
    return fetch(request.viewer, permission, rows, pk=pk)


def carry_out(request, form, effect: Effect, *, done: str) -> HttpResponse | None:
    """Let a sound form have its effect, once if it carries a key, and lead on; `None` while something is wrong.

    `effect` is told what was typed and the moment, and returns the address to go to. A refusal is shown on the form.
    """
    if not form.is_valid():
        return None
    at, given = clock.now(), dict(form.cleaned_data)
    key = given.pop("form_key", None)
    try:
        if key is None:
            url, is_new = effect(given, at), True
        else:
            url, is_new = once(key=key, by=request.user, at=at, effect=lambda: effect(given, at))
    except MoveRefused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return None
    if is_new and done:
        messages.success(request, done)
    return redirect(url)


def press(request, effect: Callable[[datetime], object], *, done: str) -> None:
    """Let a button that asks nothing have its effect, and say that it is `done`, or why it was refused."""
    try:
        effect(clock.now())
    except MoveRefused as refused:
        messages.info(request, " ".join(refused.reasons))
    else:
        messages.success(request, done)


def sent(request):
    """What a form was sent, also when nothing was typed; `None` for a look."""
    return request.POST if request.method == "POST" else None


def partner_url(partner: Partner, tab: str = "detail") -> str:
    return reverse(f"partners:partner-{tab}", args=[partner.reference])


def deployment_url(deployment: Deployment) -> str:
    return reverse("partners:deployment-detail", args=[deployment.pk])


def partner_trail(partner: Partner | None = None) -> list[tuple[str, str]]:
    crumbs = [("My work", "/"), (SIPS, reverse("partners:partner-list"))]
    return [*crumbs, (partner.full_name, partner_url(partner))] if partner else crumbs


def deployment_trail(deployment: Deployment | None = None) -> list[tuple[str, str]]:
    crumbs = [("My work", "/"), ("Deployments", reverse("partners:deployment-list"))]
    return (
        [*crumbs, (f"{deployment.partner.full_name} at {deployment.school.name}", deployment_url(deployment))]
        if deployment
        else crumbs
    )
