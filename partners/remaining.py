"""Whether a SIP may remain at a school: the deployment rules asked again, each day, of a deployment at work. Pure.

"Appointed as, or remain": a rule that asks who and where is asked of today's facts; the three years and the one SIP at a
time are asked of the whole stay; of the paperwork only what is on record and has run out counts (PRE-13). What is not in
the table is asked once, at the start.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from sipmanager.core.rules import Finding, Rule, Weight
from sipmanager.core.wording import day

from .checks import Verified, good_until
from .deployment_rules import CHECK_WORDS, DEPLOYMENT_RULES, DeploymentCase, needs_reason

OF_THE_REGISTER = "SCH-21"


@dataclass(frozen=True)
class Stay:
    """A deployment at work. `case` holds the facts of the day asked; `starts_on` and `ends_on` are the deployment's own.

    `runs_it` is the authority whose deployment it is. `reasons` are the rules that somebody has set aside with a reason.
    Declared interests are not among the facts: each has a flag of its own.
    """

    case: DeploymentCase
    starts_on: date
    ends_on: date | None = None
    runs_it: str = ""
    reasons: frozenset[str] = field(default_factory=frozenset)

    @property
    def whole(self) -> DeploymentCase:
        """The case of the whole stay."""
        return replace(self.case, starts_on=self.starts_on, ends_on=self.ends_on)


def of_today(rule: Rule, stay: Stay) -> str | None:
    return rule.check(stay.case)


def of_the_stay(rule: Rule, stay: Stay) -> str | None:
    return rule.check(stay.whole)


def has_not_passed_three_years(rule: Rule, stay: Stay) -> str | None:
    """The last lawful day has passed, or the last day on record lies beyond it (DEP-10)."""
    whole = stay.whole
    if stay.case.on > whole.last_lawful_on:
        return f"{replace(whole, ends_on=None).run.arithmetic()}, and the deployment still runs."
    return rule.check(whole)


def is_run_by_its_authority(rule: Rule, stay: Stay) -> str | None:
    school = stay.case.school
    if not school.authority_name or school.authority_name == stay.runs_it:
        return rule.check(stay.case)
    return f"{school.authority_name} runs the SIP of {school.name} now; the deployment is one of {stay.runs_it}."


def has_not_run_out(rule: Rule, stay: Stay) -> str | None:
    """A check that is on record and no longer good; one that is missing was missing at the start (PRE-13)."""
    found = stay.case.checks.get(rule.id)
    if found is None or rule.check(stay.case) is None:
        return None
    until = good_until(rule.id, Verified(found.checked_on, found.expires_on), stay.case.check_age_months)
    if until is None or until >= stay.case.on:
        return None
    words = f"{stay.case.check_name} check" if rule.id == "PRE-2" else CHECK_WORDS[rule.id]
    return f"The {words} of {stay.case.partner_name} ran out on {day(until)}."


def contract_has_not_run_out(rule: Rule, stay: Stay) -> str | None:
    until = stay.case.contract_until
    if rule.id not in stay.case.checks_needed or until is None or until >= stay.case.on:
        return None
    return f"The contract for {stay.case.school.name} ran out on {day(until)}."


def gives_the_days(rule: Rule, stay: Stay) -> str | None:
    """Fewer days than the floor, for which a reason is asked (DAY-1)."""
    because = rule.check(stay.case)
    if because is None:
        return None
    finding = Finding(rule.id, rule.weight, rule.stage, rule.says, because)
    return because if needs_reason(stay.case, [finding]) else None


# fmt: off
ASKED_AGAIN: dict[str, Callable[[Rule, Stay], str | None]] = {
    "SCH-1":  of_today,
    "SCH-2":  of_today,
    "SCH-21": is_run_by_its_authority,
    "SCH-4":  of_today,
    "PRE-1":  of_today,
    "REG-1":  of_today,
    "PRE-11": of_today,
    "REG-10": of_today,
    "DEP-9":  of_the_stay,
    "DEP-10": has_not_passed_three_years,
    "DAY-1":  gives_the_days,
    "PRE-6":  contract_has_not_run_out,
    **dict.fromkeys(CHECK_WORDS, has_not_run_out),
}
# fmt: on
WEIGHTS = {rule.id: rule.weight for rule in DEPLOYMENT_RULES}


def still_wrong(stay: Stay) -> list[Finding]:
    """Every rule that the deployment has come to break, in the order of the table; what a reason sets aside is left out."""
    found = []
    for rule in DEPLOYMENT_RULES:
        if rule.id not in ASKED_AGAIN or (rule.weight is Weight.SHOULD and rule.id in stay.reasons):
            continue
        because = ASKED_AGAIN[rule.id](rule, stay)
        if because is not None:
            found.append(Finding(rule.id, rule.weight, rule.stage, rule.says, because))
    return found


def may_be_kept(rule_id: str) -> bool:
    """Whether a reason may set the rule aside: only where it is a "should"."""
    return WEIGHTS.get(rule_id) is Weight.SHOULD
