"""Every deployment rule as one line that a person can follow: kept or not, with what was looked at.

Pure: it reads the case that the rules read. Who can mend what a rule refuses stands beside it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sipmanager.core.academic import day_before
from sipmanager.core.rules import Finding, Stage
from sipmanager.core.wording import counted, day, listed, span

from .accreditation import Standing, State
from .deployment_rules import (
    DEPLOYMENT_RULES,
    NOT_CONFIRMED,
    OF_SERVING_HEADS,
    SERVING_HEAD,
    DeploymentCase,
    needs_reason,
    overlap_days,
)


@dataclass(frozen=True)
class Working:
    """One rule as applied: `state` is `kept`, `broken`, `warned` or `idle` (not asked for here)."""

    id: str
    says: str
    state: str
    working: str
    stage: Stage
    cure: str = ""
    needs_reason: bool = False

    @property
    def word(self) -> str:
        return {"kept": "Yes", "broken": "No", "warned": "Warning", "idle": "Not asked for"}[self.state]


# What would have to change, and who can change it.
CURES = {
    "SCH-1": "Choose a first day on which the school is open. The administrator mends the school's dates if they are wrong.",
    "SCH-2": "Nothing, unless the school's record is wrong: the administrator can mend its phase and type.",
    "SCH-21": "The administrator records who serves the school.",
    "SCH-4": "The SIP manager talks to the regional SIP coordinator and the talk is recorded on the school's page.",
    "PRE-1": "The national programme's staff record a new or corrected accreditation. Or choose another SIP.",
    "ACC-28": "The authority that was asked confirms that its record of deployments is right.",
    "PRE-7": "The SIP, or an administrator, adds the place on the SIP's page.",
    "PRE-11": "Choose another SIP. If the link no longer holds, an administrator ends it on the SIP's page.",
    "DEP-9": "The SIP manager sets an earlier end to the other deployment first. Or choose a later first day.",
    "DEP-10": "Choose an earlier last day, or another SIP.",
    "PRE-6": "An administrator confirms the contract on the SIP's page.",
}
CURE_OF_PROPOSAL = (
    "The SIP manager confirms or withdraws what is proposed already. Or choose days that do not overlap with it."
)
RULE_NAMES = {rule.id: rule.says for rule in DEPLOYMENT_RULES}
CURE_OF_CHECKS = "An administrator records the check on the SIP's page."


def workings(case: DeploymentCase, found: list[Finding]) -> list[Working]:
    """All rules in their order, with what each found."""
    by_id = {finding.id: finding for finding in found}
    reasons = {finding.id for finding in needs_reason(case, found)}
    return [_working(rule, by_id.get(rule.id), case, reasons) for rule in DEPLOYMENT_RULES]


def _cure(finding: Finding) -> str:
    if finding.id == "DEP-9" and NOT_CONFIRMED in finding.because:
        return CURE_OF_PROPOSAL
    return CURES.get(finding.id, CURE_OF_CHECKS)


def _working(rule, finding: Finding | None, case: DeploymentCase, reasons: set[str]) -> Working:
    if finding is not None:
        state = "broken" if finding.refuses else "warned"
        cure = _cure(finding) if rule.id in CURES or finding.refuses else ""
        return Working(rule.id, rule.says, state, finding.because, rule.stage, cure, rule.id in reasons)
    if _is_idle(rule.id, case):
        return Working(rule.id, rule.says, "idle", "", rule.stage)
    seen = SEEN.get(rule.id)
    return Working(rule.id, rule.says, "kept", seen(case) if seen else _check_seen(rule.id, case), rule.stage)


def _is_idle(rule_id: str, case: DeploymentCase) -> bool:
    if rule_id == "SCH-4":
        return not case.school.is_all_age
    if rule_id == "ACC-28":
        return True
    if rule_id == "DAY-1":
        return case.days is None
    is_paper = rule_id.startswith("PRE-") and rule_id not in {"PRE-1", "PRE-7", "PRE-11"}
    if is_paper and rule_id in OF_SERVING_HEADS and case.kind != SERVING_HEAD:
        return True
    return is_paper and rule_id not in case.checks_needed


def cures(found: list[Finding]) -> list[tuple[Finding, str]]:
    """Each refusal with what would have to change and who can change it."""
    return [(finding, _cure(finding)) for finding in found if finding.refuses]


# ------------------------------------------------------------------------ what was looked at where a rule is kept


def _accreditation(case: DeploymentCase) -> str:
    sector = case.school.sector_needed
    standing = next((row for row in case.standings if row.sector == sector), None)
    if standing is None:
        return ""
    why = f" ({case.school.sector_because})" if case.school.sector_because else ""
    return f"The school needs {sector}{why}. {standing.because()}{_holds_until(standing)}"


def _holds_until(standing: Standing) -> str:
    """The last day that is sure, where the standing itself does not speak of a lapse (`lapses_on` is the first day without)."""
    if standing.state is not State.ACCREDITED:
        return ""
    last = day_before(standing.lapses_on)
    if not standing.has_practised:
        return f" No practice since, so it holds to {day(last)} at least."
    return f" Last practised on {day(standing.last_practised_on)}, so it holds to {day(last)} at least."


def _place(case: DeploymentCase) -> str:
    where = listed([place for place in (case.school.region_name, case.school.authority_name) if place], "and")
    return f"The school is in {where}; the SIP will work in {listed(list(case.willing_places))}."


def _only_sip(case: DeploymentCase) -> str:
    shared = [other for other in case.others if other.is_confirmed and overlap_days(case, other)]
    if not shared:
        return "No other SIP is at the school on these days."
    return " ".join(_handover(case, other) for other in shared)


def _handover(case: DeploymentCase, other) -> str:
    days = counted(overlap_days(case, other), "day")
    return f"{other.partner_name} is there {span(other.starts_on, other.ends_on)}, sharing {days}."


def _tenure(case: DeploymentCase) -> str:
    asked = f" The last day asked for is {day(case.ends_on)}." if case.ends_on else " No last day is set; it may run to then."
    return f"{case.run.arithmetic() if case.ends_on is None else _begun(case)}.{asked}"


def _begun(case: DeploymentCase) -> str:
    return f"Started on {day(case.run.began_on)}, so the last lawful day is {day(case.last_lawful_on)}"


def _check_seen(rule_id: str, case: DeploymentCase) -> str:
    check = case.checks.get(rule_id)
    if check is None:
        return ""
    if check.is_not_applicable:
        return f"Recorded on {day(check.checked_on)} as not applying to this SIP."
    until = f", good to {day(check.expires_on)}" if check.expires_on else ""
    return f"Checked on {day(check.checked_on)}{until}."


SEEN: dict[str, Callable[[DeploymentCase], str]] = {
    "SCH-1": lambda case: f"{case.school.name} is open on {day(case.starts_on)}.",
    "SCH-2": lambda case: f"SIPs serve this kind of school: {(case.school.phase_name or 'its phase').lower()}.",
    "SCH-21": lambda case: f"{case.school.authority_name} runs it.",
    "SCH-4": lambda case: (
        f"Discussed on {day(case.school.all_age_discussed_on)}; the sector agreed is {case.school.sector_needed}."
    ),
    "PRE-1": _accreditation,
    "PRE-7": _place,
    "PRE-11": lambda case: "It is not the SIP's own school, and no link is declared.",
    "DEP-9": _only_sip,
    "DEP-10": _tenure,
    "DAY-1": lambda case: f"{case.days.normalize():f} days are given, {case.days_expected} are expected.",
    "PRE-6": lambda case: f"Confirmed on {day(case.contract_on)}.",
}
