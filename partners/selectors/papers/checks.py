"""Pre-deployment checks by engagement: where each stands on a day, and which have run out (PRE-2 to PRE-13)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from accounts.presets import Policy
from partners.checks import CheckState, good_until, run_out, state_of
from partners.deployment_rules import CHECK_WORDS, OF_SERVING_HEADS
from partners.models import Check, CheckKind, CheckStatus, Deployment, Engagement, Kind, PartnerKind
from sipmanager.core import readings

from ..accreditation.standing import policies_on


@dataclass(frozen=True)
class CheckItem:
    """One line of a checklist: the newest verified check, what waits to be verified, and what was returned last."""

    kind: str
    name: str
    state: CheckState
    verified: Check | None = None
    waiting: Check | None = None
    returned: Check | None = None
    good_until: date | None = None


def name_of(kind: str, policy: Policy) -> str:
    """What a check is called where this policy holds (POL-26)."""
    label = CheckKind(kind).label
    return f"{label} ({policy.check_name})" if kind == CheckKind.CRIMINAL_RECORD else label


def serving_heads(partner_ids: Iterable[int], on: date) -> set[int]:
    """Those of some SIPs who lead a school of their own on a day; one query."""
    return {pk for pk, kinds in kinds_on(partner_ids, on).items() if Kind.SERVING_HEAD in kinds}


@readings.of_each
def kinds_on(partner_ids: Iterable[int], on: date) -> dict[int, list[str]]:
    """What each of some SIPs is on a day, as entered; one query."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = PartnerKind.objects.running(on).filter(partner__in=list(partner_ids)).order_by("pk")
    for partner_id, kind in rows.values_list("partner_id", "kind"):
        found[partner_id].append(kind)
    return found


def is_needed(kind: str, policy: Policy, *, is_head: bool) -> bool:
    """Whether the local policy asks for a check of a SIP (POL-44)."""
    return kind in policy.checks and (is_head or kind not in OF_SERVING_HEADS)


def newest_of(rows: Iterable[Check]) -> dict[int, dict[str, Check]]:
    """The newest of checks by engagement and kind; `rows` come oldest first."""
    found: dict[int, dict[str, Check]] = defaultdict(dict)
    for row in rows:
        found[row.engagement_id][row.kind] = row
    return found


def verified_checks(engagements: Iterable[int] | QuerySet) -> QuerySet:
    """The checks that count, oldest first."""
    rows = Check.objects.filter(engagement__in=engagements, voided_on=None, status=CheckStatus.VERIFIED)
    return rows.order_by("checked_on", "pk")


def checklists(engagements: Iterable[Engagement], on: date) -> dict[int, list[CheckItem]]:
    """Every check of every kind by engagement id; four queries however many engagements there are."""
    engagements = list(engagements)
    policies = policies_on({row.authority_id for row in engagements}, on)
    heads = serving_heads({row.partner_id for row in engagements}, on)
    rows = Check.objects.filter(engagement__in=engagements, voided_on=None).order_by("checked_on", "pk")
    by_status = {status: [] for status in CheckStatus.values}
    for row in rows:
        by_status[row.status].append(row)
    newest = {status: newest_of(found) for status, found in by_status.items()}
    return {
        row.pk: [
            _item(kind.value, row, newest, policies[row.authority_id], is_head=row.partner_id in heads, on=on)
            for kind in CheckKind
        ]
        for row in engagements
    }


def _item(kind: str, engagement: Engagement, newest, policy: Policy, *, is_head: bool, on: date) -> CheckItem:
    verified, waiting, returned = (
        newest[status][engagement.pk].get(kind)
        for status in (CheckStatus.VERIFIED, CheckStatus.RECEIVED, CheckStatus.RETURNED)
    )
    if returned is not None and any(one is not None and one.pk > returned.pk for one in (verified, waiting)):
        returned = None
    age = policy.check_age_months
    state = state_of(
        kind, verified.facts if verified else None, is_waiting=waiting is not None,
        is_needed=is_needed(kind, policy, is_head=is_head), age_months=age, on=on,
    )  # fmt: skip
    until = good_until(kind, verified.facts, age) if verified else None
    return CheckItem(kind, name_of(kind, policy), state, verified, waiting, returned, until)


def checks_run_out(deployments: Iterable[Deployment], on: date) -> dict[int, list[tuple[str, date]]]:
    """The checks that are good no more, as words and last good day, by deployment id (PRE-13); four queries.

    A deployment is flagged only while it is at work and only for checks that its authority asks for.
    """
    at_work = [
        row
        for row in deployments
        if row.confirmed_on and not row.is_void and row.starts_on <= on and (row.ends_on is None or on <= row.ends_on)
    ]
    if not at_work:
        return {}
    policies = policies_on({row.authority_id for row in at_work}, on)
    heads = serving_heads({row.partner_id for row in at_work}, on)
    engagements = Engagement.objects.running(on).filter(partner__in={row.partner_id for row in at_work})
    places = {
        pk: (partner, authority) for pk, partner, authority in engagements.values_list("pk", "partner_id", "authority_id")
    }
    newest = newest_of(verified_checks(list(places)))
    by_place = {places[pk]: checks for pk, checks in newest.items()}
    found = {}
    for row in at_work:
        policy = policies[row.authority_id]
        checks = by_place.get((row.partner_id, row.authority_id), {})
        asked = [
            (kind, check.facts)
            for kind, check in sorted(checks.items())
            if is_needed(kind, policy, is_head=row.partner_id in heads)
        ]
        if past := run_out(asked, age_months=policy.check_age_months, on=on):
            found[row.pk] = [(CHECK_WORDS[kind], until) for kind, until in past]
    return found
