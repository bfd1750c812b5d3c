"""Flags of deployments that have become unlawful: raised and cleared by the night, decided by the manager (PRE-11, PRE-13)."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from partners import emails
from partners.models import OF_INTEREST, Deployment, DeploymentFlag, FlagOutcome
from partners.remaining import may_be_kept, still_wrong
from partners.selectors import Looked
from sipmanager.core import audit
from sipmanager.core.wording import day, has_substance
from sipmanager.core.workflow import OutOfDate

from ..permitting import day_of, refuse, refuse_own_work, require
from .deploying import end_deployment, withdraw_deployment

P = Permission

# The reason itself stays with the decision: a school is not told that there is an interest, or what has lapsed.
ENDED_BECAUSE = "Decided by the SIP manager"
LONGEST_CURE = timedelta(days=92)  # a term; beyond it a promise would be a way round the rule
POSSIBLE = "PRE-11-possible"  # names that are alike and may not be the same
DECIDED = "Somebody has decided on this already."


@dataclass(frozen=True)
class Changed:
    """What the night found new about one deployment: flags to be raised, and those that are cured."""

    deployment: Deployment
    wrong: tuple[tuple[str, str], ...] = ()  # rule and reason
    touching: tuple[tuple[int, str, bool], ...] = ()  # interest, sentence, whether the names only may be the same
    cured: tuple[DeploymentFlag, ...] = field(default_factory=tuple)

    def __len__(self) -> int:
        return len(self.wrong) + len(self.touching) + len(self.cured)


def compare(looked: Looked) -> Changed:
    """What is wrong now beside what is flagged already. A decision stands until what it was about is cured."""
    wrong = {row.id: row.because for row in still_wrong(looked.stay)} if looked.stay else {}
    of_rules = {flag.rule: flag for flag in looked.flags if flag.interest_id is None}
    of_interests = {flag.interest_id: flag for flag in looked.flags if flag.interest_id is not None}
    name = looked.deployment.school.name
    return Changed(
        looked.deployment,
        wrong=tuple((rule, because) for rule, because in wrong.items() if rule not in of_rules),
        touching=tuple(
            (pk, match.sentence(name), not match.is_exact)
            for pk, match in looked.touching.items() if pk not in of_interests
        ),
        cured=tuple(flag for rule, flag in of_rules.items() if rule not in wrong)
        + tuple(flag for pk, flag in of_interests.items() if pk not in looked.touching),
    )  # fmt: skip


def settle_flags(*, changed: Changed, due_on: date, at: datetime) -> None:
    """Raise and clear what one deployment asks for. Of an interest the managers are told by mail, of the rest by the digest."""
    with transaction.atomic():
        for rule, because in changed.wrong:
            raise_flag(deployment=changed.deployment, rule=rule, says=because, due_on=due_on, at=at)
        for interest_id, says, is_possible in changed.touching:
            flag = raise_flag(
                deployment=changed.deployment, says=says, due_on=due_on, at=at, interest_id=interest_id,
                is_possible=is_possible,
            )  # fmt: skip
            emails.interest_touches(flag=flag, at=at)
        for flag in changed.cured:
            if DeploymentFlag.objects.filter(pk=flag.pk, cleared_at=None).update(cleared_at=at):
                _record("clear", flag, by=None, at=at)


def raise_flag(
    *, deployment: Deployment, says: str, due_on: date, at: datetime, rule: str = OF_INTEREST,
    interest_id: int | None = None, is_possible: bool = False,
) -> DeploymentFlag:  # fmt: skip
    """Flag a deployment, to be decided by `due_on`."""
    flag = DeploymentFlag.objects.create(
        deployment=deployment, rule=rule, interest_id=interest_id, is_possible=is_possible, says=says[:600],
        raised_at=at, due_on=due_on,
    )  # fmt: skip
    _record("flag", flag, by=None, at=at)
    return flag


def _record(what: str, flag: DeploymentFlag, *, by: User | None, at: datetime, about_on: date | None = None) -> None:
    """By the deployment's name alone: the school's own record of events is not told of it."""
    what = f"{'interest' if flag.interest_id else 'recheck'}.{what}"
    subject = audit.subject_of(flag.deployment)
    audit.record(what=what, subject=subject, by=by, at=at, about_on=about_on, rule=flag.rule, interest=flag.interest_id)


# ------------------------------------------------------------------------------------------------------- the decision


def may_keep(flag: DeploymentFlag) -> bool:
    """Whether the deployment may be kept as it is, with a reason: where the rule is a "should".

    A link with the school is a "must" (PRE-11), however late it was declared; names that may only be alike are a "should".
    """
    return may_be_kept(_rule_of(flag))


def _rule_of(flag: DeploymentFlag) -> str:
    """The rule that keeping the deployment would set aside."""
    return POSSIBLE if flag.is_possible else flag.rule


def decide_flag(
    *, flag: DeploymentFlag, outcome: str, reason: str, by: User | None, at: datetime, on: date | None = None
) -> None:  # fmt: skip
    """Decide on a flagged deployment: keep it with a reason, or end it on a day.

    What was not confirmed yet is withdrawn instead of ended. Keeping a "should" sets the rule aside for this deployment;
    a "must" cannot be set aside by anybody.
    """
    outcome = FlagOutcome(outcome)
    _may_decide(flag, reason, by, at)
    if outcome is FlagOutcome.KEPT and not may_keep(flag):
        refuse(f"{flag.rule} cannot be set aside. End the deployment, move the school to another SIP, or have it cured.")
    with transaction.atomic():
        _decide(flag, outcome, reason, by, at)
        if outcome is FlagOutcome.ENDED:
            _end(flag.deployment, on=on, by=by, at=at)
        else:
            _set_aside(flag, reason)


def promise_cure(*, flag: DeploymentFlag, by_on: date, reason: str, by: User | None, at: datetime) -> None:
    """Say by which day it will be cured, and how. The flag stays open and is due on that day, a term away at most."""
    _may_decide(flag, reason, by, at)
    today = day_of(at)
    if not today <= by_on <= today + LONGEST_CURE:
        refuse(f"The day by which it is cured must be from today to {day(today + LONGEST_CURE)}.")
    if flag.deployment.confirmed_on is None:
        refuse(f"The deployment is not confirmed yet. Withdraw it{', or keep it with a reason' if may_keep(flag) else ''}.")
    with transaction.atomic():
        values = {"promised_on": by_on, "due_on": by_on, "reason": reason.strip()[:300]}
        _change(flag, values)
        _record("promise", flag, by=by, at=at, about_on=by_on)


def settle_by_replacement(*, deployment: Deployment, by: User | None, at: datetime) -> None:
    """The school moves to another SIP: that decides what is flagged about the deployment that goes."""
    for flag in DeploymentFlag.objects.filter(deployment=deployment, decided_at=None, cleared_at=None).order_by("pk"):
        _decide(flag, FlagOutcome.REPLACED, "The school moves to another SIP", by, at)


def _may_decide(flag: DeploymentFlag, reason: str, by: User | None, at: datetime) -> None:
    require(by=by, permission=P.DEPLOYMENT_END, record=flag.deployment, at=at)
    refuse_own_work(by=by, partner=flag.deployment.partner)
    if not has_substance(reason):
        refuse("Enter a reason: the record must say why.")


def _decide(flag: DeploymentFlag, outcome: FlagOutcome, reason: str, by: User | None, at: datetime) -> None:
    values = {"decided_at": at, "decided_by": by, "outcome": outcome, "reason": reason.strip()[:300]}
    _change(flag, values)
    _record(outcome.value, flag, by=by, at=at)


def _change(flag: DeploymentFlag, values: dict) -> None:
    if not DeploymentFlag.objects.filter(pk=flag.pk, decided_at=None, cleared_at=None).update(**values):
        raise OutOfDate([DECIDED])
    for column, value in values.items():
        setattr(flag, column, value)


def _set_aside(flag: DeploymentFlag, reason: str) -> None:
    """Put the reason among those of the deployment, where pages, register and evidence find it."""
    deployment = flag.deployment
    deployment.reasons = {**deployment.reasons, _rule_of(flag): reason.strip()[:300]}
    Deployment.objects.filter(pk=deployment.pk).update(reasons=deployment.reasons)


def _end(deployment: Deployment, *, on: date | None, by: User | None, at: datetime) -> None:
    if deployment.confirmed_on is None:
        withdraw_deployment(deployment=deployment, reason=ENDED_BECAUSE, by=by, at=at)
        return
    if on is None:
        refuse("Enter the last day of the deployment.")
    end_deployment(deployment=deployment, on=on, reason=ENDED_BECAUSE, by=by, at=at)
