"""What this floor adds to the pages of schools: the SIP in the line of essentials, the tab of SIPs, column and filter."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import django_filters
from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse

from accounts.access import Viewer, can
from accounts.permissions import P
from schools.models import School
from schools.selectors import authority_serving, must_have_sip
from sipmanager.core.filters import OneOfFilter
from sipmanager.core.parts import Link, SummaryRow
from sipmanager.core.wording import capitalised, day, listed, span

from . import selectors
from .models import (
    OPEN_STATES,
    RUNNING_STATES,
    BesideKind,
    BesideRole,
    Consultation,
    Deployment,
    DeploymentFlag,
    Partner,
)
from .wording import EVENTS, flag_tag, status_tag

WITH_OR_WITHOUT = [
    ("with", "With a SIP today"),
    ("without", "Without a SIP today"),
    ("gap", "Without one, and must have one"),
]


def leads_today(on: date) -> QuerySet:
    """Whoever is at work at the school of the outer query on a day, the lead first."""
    rows = Deployment.objects.active(on).filter(school=OuterRef("pk"))
    leads = Deployment.objects.leading(on).filter(pk=OuterRef("pk"))
    return rows.annotate(is_lead=Exists(leads)).order_by("-is_lead", "starts_on", "pk")


def annotate_sip(schools: QuerySet, viewer: Viewer, on: date) -> QuerySet:
    """`sip_name` and `sip_reference` of each school, for those who may see deployments, and where one is found (SCH-20)."""
    blank = Value("", output_field=CharField())
    if not viewer.has(P.DEPLOYMENT_VIEW):
        return schools.annotate(sip_name=blank, sip_reference=blank, deploy_at=blank)
    rows = leads_today(on)
    start = reverse("partners:deploy-school") if viewer.has(P.DEPLOYMENT_PROPOSE) else ""
    return schools.annotate(
        deploy_at=Value(start, output_field=CharField()),
        sip_name=Coalesce(Subquery(rows.values("partner__full_name")[:1]), Value("")),
        sip_reference=Coalesce(Subquery(rows.values("partner__reference")[:1]), Value("")),
    )


def annotate_cover(schools: QuerySet, viewer: Viewer, on: date) -> QuerySet:
    """`cover_name` of each school: who covers it, for those who may see deployments (DEP-16)."""
    if not viewer.has(P.DEPLOYMENT_VIEW):
        return schools.annotate(cover_name=Value("", output_field=CharField()))
    rows = BesideRole.objects.running(on).filter(school=OuterRef("pk"), kind=BesideKind.COVER).visible_to(viewer)
    who = Coalesce("partner__full_name", NullIf("name", Value("")), Value("an officer of the authority"))
    rows = rows.annotate(who_covers=who).order_by("starts_on", "pk").values("who_covers")
    return schools.annotate(cover_name=Coalesce(Subquery(rows[:1]), Value("")))


class SipFilter(OneOfFilter):
    """Schools with or without a SIP on the viewer's day; the gap list are those that must have one (SCH-21)."""

    def filter(self, queryset, value):
        viewer = self.parent.request.viewer
        if not value or not viewer.has(P.DEPLOYMENT_VIEW):
            return queryset
        at_work = Exists(Deployment.objects.active(viewer.on).filter(school=OuterRef("pk")))
        if value == "gap":
            return must_have_sip(queryset, viewer.on).filter(~at_work)
        return queryset.filter(at_work if value == "with" else ~at_work)


def sip_filter() -> django_filters.Filter:
    return SipFilter(label="School Improvement Partner (SIP)", choices=WITH_OR_WITHOUT)


def sip_essential(viewer: Viewer, school: School, on: date):
    """Who the SIP is, with the last lawful day."""
    if not viewer.has(P.DEPLOYMENT_VIEW):
        return None
    deployment = selectors.current_sips([school.pk], on).get(school.pk)
    if deployment is None:
        return "SIP", "none today"
    text = deployment.partner.full_name
    if viewer.has(P.DEPLOYMENT_PROPOSE) or viewer.has(P.CONDITIONS_VIEW):
        run = selectors.tenure_of([deployment], on)[deployment.pk]
        text = f"{text}, last lawful day {day(run.last_lawful_on)}"
    if can(viewer, P.PARTNER_VIEW, deployment.partner):
        return "SIP", text, reverse("partners:partner-detail", args=[deployment.partner.reference])
    return "SIP", text


def sip_panel(viewer: Viewer, school: School, on: date):
    """The SIPs of the school, the latest first, and the way to a new one."""
    if not viewer.has(P.DEPLOYMENT_VIEW):
        return None
    rows = Deployment.objects.filter(school=school).visible_to(viewer, P.DEPLOYMENT_VIEW)
    deployments = list(rows.select_related("partner", "authority").order_by("-starts_on", "-pk"))
    tenures = selectors.tenure_of([row for row in deployments if row.confirmed_on], on)
    partners = Partner.objects.filter(pk__in=[row.partner_id for row in deployments]).visible_to(viewer, P.PARTNER_VIEW)
    seen = set(partners.values_list("pk", flat=True))
    may_deploy = can(viewer, P.DEPLOYMENT_PROPOSE, school)
    return {
        "template": "partners/_school_panel.html",
        "context": {
            "beside": _beside(viewer, school, on),
            "beside_url": reverse("partners:beside-new", args=[school.urn]) if may_deploy else "",
            "beside_label": _beside_label(school, on) if may_deploy else "",
            "asked": _asked(viewer, school),
            "criteria": _criteria(viewer, school, on),
            "guidance_url": reverse("partners:guidance-list") if viewer.has(P.GUIDANCE_VIEW) else "",
            "sips": [_row(row, tenures.get(row.pk), on, is_known=row.partner_id in seen) for row in deployments],
            "has_sip": any(row.confirmed_on and not row.is_void and _is_running(row, on) for row in deployments),
            "flags": flags_of(viewer, school=school),
            "changes": changes_of(viewer, deployments),
            "deploy_url": reverse("partners:deploy-candidates", args=[school.urn]) if may_deploy else "",
            "find_url": f"{reverse('partners:find')}?applied=1&school={school.urn}" if viewer.has(P.SHORTLIST_USE) else "",
        },
    }


def _beside(viewer: Viewer, school: School, on: date) -> list[SummaryRow]:
    """Who is there beside the lead today or later, and cover that is missing (DEP-16, DEP-29, DEP-30)."""
    rows = BesideRole.objects.filter(school=school, voided_on=None).exclude(ends_on__lt=on).visible_to(viewer)
    may_end = viewer.has(P.DEPLOYMENT_PROPOSE)
    found = [
        SummaryRow(
            row.get_kind_display(), row.who,
            (Link("End", reverse("partners:beside-end", args=[row.pk]), f"{row.get_kind_display()}, {row.who}"),) * may_end,
            f"{capitalised(span(row.starts_on, row.ends_on))}{f'. {row.note}' if row.note else ''}",
        )
        for row in rows.select_related("partner").order_by("kind", "starts_on", "pk")
    ]  # fmt: skip
    if may_end and not any(row.key == BesideKind.COVER.label for row in found):
        found.append(SummaryRow(BesideKind.COVER.label, "Nobody is named for absence or resignation"))
    return found


def _beside_label(school: School, on: date) -> str:
    """Whom one may name beside the lead here: an external SIP only where schools choose their own (DEP-29, POL-11)."""
    roles = ["cover", "a SIP for the head's review"]
    if selectors.schools_choose(selectors.place_of(school, starts_on=on, on=on).policy):
        roles.append("an external SIP")
    return f"Name {listed(roles, 'or')}"


def _asked(viewer: Viewer, school: School) -> list[Link]:
    """The proposals on which head or chair is asked, for them alone."""
    if not viewer.has(P.DEPLOYMENT_ANSWER):
        return []
    rows = Consultation.objects.filter(
        deployment__school=school, deployment__status__in=OPEN_STATES, deployment__voided_on=None
    )
    rows = rows.visible_to(viewer, P.DEPLOYMENT_ANSWER).select_related("deployment__partner").order_by("asked_at", "pk")
    return [
        Link(
            f"{row.deployment.partner.full_name} is proposed from {day(row.deployment.starts_on)}: "
            f"{'see your answer' if row.answer else 'answer'}",
            reverse("partners:consultation-answer", args=[row.pk]),
        )
        for row in rows
    ]


def _criteria(viewer: Viewer, school: School, on: date) -> str:
    """Where the authority's criteria are read, or written by whoever publishes them (DEP-2)."""
    authority = authority_serving(school, on)
    if authority is None:
        return ""
    found = selectors.criteria_of(authority)
    is_seen = found is not None and found.belongs_to(viewer)
    may_write = can(viewer, P.DEPLOYMENT_CONFIRM, authority)
    return reverse("partners:criteria", args=[authority.code]) if is_seen or may_write else ""


@dataclass(frozen=True)
class Change:
    """The way to change the SIP of a deployment; or, where another follows already, why not and where that one stands."""

    name: str
    url: str = ""
    because: str = ""
    follower_url: str = ""


def changes_of(viewer: Viewer, deployments: Iterable[Deployment]) -> list[Change]:
    """For each deployment at work whose SIP the viewer may change: the way to it, or why there is none (ACT-15)."""
    rows = [row for row in deployments if row.status in RUNNING_STATES and not row.is_void]
    if not rows or not viewer.has(P.DEPLOYMENT_END):
        return []
    keys = [row.pk for row in rows]
    mine = set(Deployment.objects.filter(pk__in=keys).visible_to(viewer, P.DEPLOYMENT_END).values_list("pk", flat=True))
    followers = selectors.followers_of(row for row in rows if row.pk in mine)
    return [_change(row, followers.get(row.pk)) for row in rows if row.pk in mine]


def _change(deployment: Deployment, follower: Deployment | None) -> Change:
    name = deployment.partner.full_name
    if follower is not None:
        return Change(
            name,
            because=selectors.follows_already(follower),
            follower_url=reverse("partners:deployment-detail", args=[follower.pk]),
        )
    return Change(name, reverse("partners:sip-change", args=[deployment.pk]))


def _is_running(deployment: Deployment, on: date) -> bool:
    return deployment.starts_on <= on and (deployment.ends_on is None or on <= deployment.ends_on)


def _row(deployment: Deployment, run, on: date, *, is_known: bool) -> dict:
    return {
        "name": deployment.partner.full_name,
        "url": reverse("partners:partner-detail", args=[deployment.partner.reference]) if is_known else "",
        "deployment_url": reverse("partners:deployment-detail", args=[deployment.pk]),
        "span": capitalised(span(deployment.starts_on, deployment.ends_on)),
        "last_lawful": day(run.last_lawful_on) if run else "",
        "days": f"{deployment.days.normalize():f}",
        "tag": status_tag(deployment, on),
    }


def flags_of(
    viewer: Viewer, *, deployment: Deployment | None = None, partner: Partner | None = None, school: School | None = None,
    of_interests: bool = False,
) -> list[SummaryRow]:  # fmt: skip
    """The open flags about one deployment, SIP or school, for those who place SIPs; of a deployment the decided too."""
    rows = DeploymentFlag.objects.visible_to(viewer, P.DEPLOYMENT_PROPOSE)
    rows = rows.select_related("deployment__school", "deployment__partner")
    if deployment is not None:
        rows = rows.filter(deployment=deployment)
    else:
        rows = rows.filter(decided_at=None, cleared_at=None)
        rows = rows.filter(deployment__partner=partner) if partner else rows.filter(deployment__school=school)
    if of_interests:
        rows = rows.filter(interest__isnull=False)
    return [flag_row(row, viewer, is_own_page=deployment is not None) for row in rows.order_by("cleared_at", "due_on", "pk")]


def flag_row(flag: DeploymentFlag, viewer: Viewer, *, is_own_page: bool) -> SummaryRow:
    """One flag: what is wrong, and how it stands."""
    deployment = flag.deployment
    key = flag.rule if is_own_page else f"{deployment.partner.full_name} at {deployment.school.name}"
    if not flag.is_open:
        return SummaryRow(key, flag_tag(flag, viewer.on), note=f"{flag.says} {flag.reason}".strip())
    url = reverse("partners:flag-decide", args=[flag.pk])
    due = "Mended" if flag.promised_on else "Decide"
    links = (Link("Decide", url, f"on {flag.rule} at {deployment.school.name}"),) if viewer.has(P.DEPLOYMENT_END) else ()
    return SummaryRow(
        key, flag.says, links,
        note=f"{due} by {day(flag.due_on)}",
    )  # fmt: skip


# Shortlists are somebody's own thinking about a school, and no part of its record.
# What a school says of its outgoing SIP is for the SIP manager; who opened a letter or ticked an item is too small.
PRIVATE_EVENTS = (
    *(f"shortlist.{name}" for name in ("open", "change", "add", "note", "remove", "close")),
    *(f"leavingfeedback.{name}" for name in ("ask", "give", "evaluate", "release")),
    *(f"letter.{name}" for name in ("print", "ask_again", "open", "text", "text_standard")),
    *("handover.open", "familiarisation.tick", "familiarisation.untick"),
    "guidance.open",
)


def words_of_events() -> dict[str, str]:
    """What the timeline of a school calls what happens to its deployments, contracts and extra work."""
    return dict(EVENTS)
