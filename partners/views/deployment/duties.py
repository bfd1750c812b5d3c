"""What is to be borne in mind of a deployment: duties that follow from the SIP and the school as they are (DEP-20 to DEP-28)."""

from datetime import date

from accounts.access import Viewer
from accounts.permissions import P
from partners.deployment_rules import SERVING_HEAD
from partners.models import BesideRole, Deployment, PartnerKind
from schools.models import ConcernFlag, Post, PostKind
from schools.selectors import running_records
from sipmanager.core.parts import SummaryRow
from sipmanager.core.wording import capitalised, day


def duty_rows(viewer: Viewer, deployment: Deployment, on: date) -> list[SummaryRow]:
    """The duties that apply to this SIP at this school on a day; for those who look after deployments, and the SIP."""
    if deployment.is_void or not (viewer.has(P.DEPLOYMENT_PROPOSE) or viewer.has(P.CHECK_VIEW)):
        return []
    return [*_of_the_sip(deployment, on), *_of_the_school(viewer, deployment, on), *_of_others(deployment, on)]


def _of_the_sip(deployment: Deployment, on: date) -> list[SummaryRow]:
    kind = PartnerKind.objects.running(on).filter(partner=deployment.partner_id).order_by("pk").first()
    if kind is None:
        return []
    rows = []
    if kind.company:
        says = "The school buys no further services from it unless the SIP manager has expressly agreed."
        rows.append(SummaryRow("The SIP's company", kind.company, note=says))
    if kind.kind == SERVING_HEAD:
        says = "It may lend help to this school, but not commercially."
        rows.append(SummaryRow("The SIP's own school", "The SIP leads a school", note=says))
    return rows


def _of_the_school(viewer: Viewer, deployment: Deployment, on: date) -> list[SummaryRow]:
    rows = []
    heads = Post.objects.running(on).filter(school=deployment.school_id, kind=PostKind.HEAD)
    head = heads.filter(starts_on__gt=deployment.starts_on).order_by("-starts_on", "-pk").first()
    if head is not None:
        says = "Time to get to know each other is granted again."
        rows.append(SummaryRow("New head", f"{head.full_name}, since {day(head.starts_on)}", note=says))
    concerns = running_records(ConcernFlag, deployment.school, viewer=viewer, on=on) if viewer.has(P.CONCERN_VIEW) else []
    if concerns:
        says = (
            "Choose by expertise, not availability. What the SIP does and what other officers do is clear to all, and "
            "the SIP is told apart from other roles of improvement."
        )
        rows.append(SummaryRow("Concern", [row.title for row in concerns], note=says))
    if deployment.school.category:
        says = "The SIP's experience is matched closely to need, and the category sets the time."
        rows.append(SummaryRow("Support category", capitalised(deployment.school.category), note=says))
    return rows


def _of_others(deployment: Deployment, on: date) -> list[SummaryRow]:
    roles = BesideRole.objects.running(on).filter(school=deployment.school_id).select_related("partner")
    names = [f"{role.get_kind_display()}: {role.who}" for role in roles.order_by("kind", "starts_on", "pk")]
    says = "The SIP stays the coordinator; further people to turn to confuse a school."
    return [SummaryRow("Others at the school", names, note=says)] if names else []
