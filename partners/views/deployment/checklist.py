"""The checklist on the page of a deployment: every applicable check with its state, and where to mend it (section 8)."""

from datetime import date

from accounts.access import Viewer, can
from accounts.permissions import P
from partners import selectors
from partners.checks import CheckState
from partners.deployment_rules import findings
from partners.models import OPEN_STATES, RUNNING_STATES, CheckKind, Deployment, Engagement
from partners.workings import Working, workings
from sipmanager.core.parts import Link, SummaryRow, Tag
from sipmanager.core.wording import day

from ..papers.checks import check_url, state_tag
from ..shared import partner_url

SHOWN = (*OPEN_STATES, *RUNNING_STATES)
NAMES = {
    "PRE-1": "Accreditation for the school's sector", "PRE-6": "Contract for the school", "PRE-7": "Willing to work there",
    "PRE-11": "No link with the school",
}  # fmt: skip
TABS = {"PRE-1": "accreditation", "PRE-6": "checks", "PRE-7": "detail", "PRE-11": "detail"}


def checklist(viewer: Viewer, deployment: Deployment, on: date) -> list[SummaryRow]:
    """Every applicable item, as on the first day of the deployment or, once it has begun, as on `on`, to its last day.

    It goes by the one table of deployment rules; what is missing there is what confirming waits for.
    """
    if deployment.is_void or deployment.status not in SHOWN or not can(viewer, P.CHECK_VIEW, deployment):
        return []
    has_begun = deployment.confirmed_on is not None and deployment.starts_on <= on
    asked_on = max(deployment.starts_on, on)
    case = selectors.deployment_case(
        partner=deployment.partner, school=deployment.school, starts_on=asked_on, on=on,
        deployment=None if has_begun else deployment, policy=selectors.policy_of(deployment),
    )  # fmt: skip
    applicable = [row for row in workings(case, findings(case)) if row.id.startswith("PRE-") and row.state != "idle"]
    engagement = _engagement(deployment, asked_on)
    items = {}
    if engagement is not None:
        items = {item.kind: item for item in selectors.checklists([engagement], asked_on)[engagement.pk]}
    return [_row(row, deployment, engagement, items.get(row.id)) for row in applicable]


def _engagement(deployment: Deployment, on: date) -> Engagement | None:
    rows = Engagement.objects.running(on).filter(partner=deployment.partner_id, authority=deployment.authority_id)
    return rows.select_related("partner", "authority").order_by("pk").first()


def _row(row: Working, deployment: Deployment, engagement: Engagement | None, item) -> SummaryRow:
    is_kept = row.state == "kept"
    if item is not None:
        # The rule has the last word: a check may be verified and still be of the wrong day for this deployment.
        state = item.state
        is_contradicted = not is_kept and state in {CheckState.VERIFIED, CheckState.NOT_APPLICABLE}
        tag = Tag("Does not hold", "orange") if is_contradicted else state_tag(state)
        note = (
            row.working if not item.waiting else f"{row.working} Handed in on {day(item.waiting.recorded_at)}, to be verified."
        )
        return SummaryRow(item.name, tag, (Link("See", check_url(engagement, row.id), f"{row.id}, {item.name}"),), note)
    name = NAMES.get(row.id) or CheckKind(row.id).label
    tag = Tag("Met", "green") if is_kept else Tag("Needed", "yellow")
    url = partner_url(deployment.partner, TABS.get(row.id, "checks"))
    return SummaryRow(name, tag, (Link("See", url, f"{row.id}, {name}"),), row.working)
