"""Which deployment rules and conditions of grant read local policy, and which deployments keep the one they hold (POL-34, D-39)."""

from collections.abc import Collection, Iterable
from datetime import date

from accounts.models import Authority
from accounts.policy_effects import Effect
from accounts.presets import BY_ID
from sipmanager.core.wording import counted

from .conditions import CONDITIONS_OF_GRANT
from .deployment_rules import DEPLOYMENT_RULES
from .models import OPEN_STATES, RUNNING_STATES, Deployment

RULES_READ = {
    "POL-13": ("DAY-1",),
    "POL-26": ("PRE-2",),
    "POL-36": ("DEP-10",),
    "POL-40": ("PRE-2",),
    "POL-41": ("DEP-9",),
    "POL-44": tuple(str(check) for check in BY_ID["POL-44"].choices),
}
CONDITIONS_READ = {
    "POL-22": ("COG-B",),
    "POL-36": ("COG-H",),
    "POL-37": ("COG-D",),
    "POL-38": ("COG-D",),
}
OF_RECORDS = (
    Effect("POL-39", "GRA-4", "What a school brings for part of a financial year"),
    Effect("POL-20", "AGR-9", "How many days a new agreement reserves for development, four at least"),
    Effect("POL-20", "CPD-16", "How many days of development a SIP's record of a year is held against"),
    Effect("POL-9", "AGR-7", "Whether extra work at one of the SIP's schools waits for the authority's word"),
    Effect("POL-30", "AGR-8", "Whether a SIP brokers support only once the authority agrees"),
    Effect("POL-50", "PRE-11", "How long a former employer or post counts as an interest"),
    Effect("POL-51", "REG-8", "How often a SIP is asked for an audit of skills"),
    Effect("POL-52", "REG-18", "When a SIP's termly word on their details is due"),
    Effect("POL-53", "REG-10", "When a SIP's yearly word on their interests is due"),
    Effect("POL-54", "REG-18", "When the authority's word on what a SIP changed or declared is due"),
    Effect("POL-54", "CPD-11", "When the manager's word on an absence or an own entry is due"),
    Effect("POL-55", "PRE-13", "When a check that runs out is reminded of first"),
    Effect("POL-55", "AGR-2", "When the renewal of an agreement is reminded of first"),
    Effect("POL-56", "PRE-13", "When a check that runs out is reminded of last"),
    Effect("POL-56", "AGR-2", "When the renewal of an agreement is reminded of last"),
    Effect("POL-57", "AGR-3", "The earliest day on which an agreement ends after notice"),
    Effect("POL-58", "AGR-2", "How long an agreement may be renewed without an override"),
    Effect("POL-59", "AGR-12", "When the review after a breach is due"),
    Effect("POL-60", "AGR-10", "What the SIP undertakes in an agreement"),
    Effect("POL-60", "AGR-11", "What the authority undertakes in an agreement"),
    Effect("POL-61", "DEP-8", "How much experience with the school's context counts in the choice of a SIP"),
    Effect("POL-62", "DEP-3", "How much days left count in the choice of a SIP"),
    Effect("POL-63", "DEP-3", "How much a short way counts in the choice of a SIP"),
    Effect("POL-64", "DEP-3", "How much being engaged here counts in the choice of a SIP"),
    Effect("POL-65", "DEP-3", "How much an even load counts in the choice of a SIP"),
    Effect("POL-66", "DEP-3", "How much an accreditation that lasts counts in the choice of a SIP"),
    Effect("POL-67", "DEP-3", "How much the time left of three years counts in the choice of a SIP"),
    Effect("POL-68", "DEP-7", "How much the school's wish for its faith counts in the choice of a SIP"),
    Effect("POL-69", "DEP-3", "How much the school's own SIP until now counts in the choice of a SIP"),
    Effect("POL-10", "DEP-5", "Whom of a school a proposed SIP is talked over with, and what they may answer"),
    Effect("POL-10", "DEP-6", "Whether the governing body may object to a SIP, once, before the start"),
    Effect("POL-10", "DEP-4", "Whether head and chair choose the SIP together"),
    Effect("POL-11", "DEP-29", "Whether a school may have an external SIP"),
    Effect("POL-54", "DEP-6", "When the authority's decision on an objection is due"),
    Effect("POL-74", "DL-27", "How long a school has to answer on a proposed SIP, or to object"),
    Effect("POL-70", "HND-1", "When the outgoing SIP is to have handed a school over"),
    Effect("POL-71", "DEP-17", "When the letter that confirms a change of SIP is due"),
    Effect("POL-72", "DEP-17", "When a school's word on the outgoing SIP is due"),
    Effect("POL-73", "DAY-3", "How many days a school has more in the year of a new SIP or a new head"),
)


def _effects() -> Iterable[Effect]:
    rules = {rule.id: rule.says for rule in DEPLOYMENT_RULES}
    conditions = {condition.id: condition.says for condition in CONDITIONS_OF_GRANT}
    for read, says in ((RULES_READ, rules), (CONDITIONS_READ, conditions)):
        for setting, ids in read.items():
            yield from (Effect(setting, rule, says[rule]) for rule in ids)
    yield from OF_RECORDS


EFFECTS = tuple(_effects())
STANDS = (*OPEN_STATES, *RUNNING_STATES)


def in_progress(authority: Authority, on: date, changed: Collection[str]) -> Iterable[str]:
    """Deployments hold the policy under which they were proposed; conditions are asked under the one of the day."""
    if not set(changed).isdisjoint(RULES_READ):
        many = Deployment.objects.filter(authority=authority, status__in=STANDS, voided_on=None).count()
        if many:
            yield (
                f"{counted(many, 'deployment')} proposed or at work by then "
                f"{'keeps' if many == 1 else 'keep'} the policy of {'its' if many == 1 else 'their'} time."
            )
    if not set(changed).isdisjoint(CONDITIONS_READ):
        yield "The conditions of grant are worked out under the new policy for its first day and every later one."
