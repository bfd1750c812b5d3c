"""What the planner is asked and what it answers: schools, SIPs, the pairs the rules allow, what must hold of the whole. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

Key = tuple[str, str]  # URN of a school and reference of a SIP


class Status(StrEnum):
    """Proved the best; the best found in the time; or no deployment gives every school a SIP and keeps what must hold."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"


@dataclass(frozen=True)
class Need:
    """A school to be given a SIP; `days` is what it costs one a year (POL-13)."""

    urn: str
    days: Decimal
    name: str = ""


@dataclass(frozen=True)
class Sip:
    """A SIP with days to give.

    `held` counts the schools that the SIP keeps. `counts_now` says that the mix counts the SIP already, by a deployment
    that runs on; `groups` what the mix asks after ("head", "serving").
    """

    reference: str
    days_left: Decimal
    name: str = ""
    held: int = 0
    counts_now: bool = False
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Pair:
    """A SIP whom the rules allow at a school, and what the pairing costs in points: a whole number, lower is better."""

    urn: str
    reference: str
    cost: int = 0

    @property
    def key(self) -> Key:
        return self.urn, self.reference


HEAD = "head"


@dataclass(frozen=True)
class Ratio:
    """The first limb of COG-D, and what the deployments that run on bring to it: three in four SIPs are of the group `head`;
    with `by_schools`, three in four schools having one will do instead (the letter of 2 August 2006).
    """

    sips: int = 0
    heads: int = 0
    schools: int = 0
    with_heads: int = 0
    by_schools: bool = True


@dataclass(frozen=True)
class AtLeast:
    """At least `number` SIPs of a group are at work; those who are at work already are not counted in it (COG-D)."""

    group: str
    number: int


@dataclass(frozen=True)
class Instance:
    """One question to the planner. `even` is what each further school of a SIP costs more than the one before."""

    needs: tuple[Need, ...]
    sips: tuple[Sip, ...]
    pairs: tuple[Pair, ...]
    ratio: Ratio | None = None
    at_least: tuple[AtLeast, ...] = ()
    even: int = 0
    pinned: Collection[Key] = ()
    forbidden: Collection[Key] = ()

    @cached_property
    def by_urn(self) -> Mapping[str, Need]:
        return {need.urn: need for need in self.needs}

    @cached_property
    def by_reference(self) -> Mapping[str, Sip]:
        return {sip.reference: sip for sip in self.sips}

    @cached_property
    def allowed(self) -> tuple[Pair, ...]:
        """The pairs that can be chosen, in an order of their own; a pinned school has its pinned SIP only."""
        forbidden = set(self.forbidden)
        pins = dict(self.pinned)
        return tuple(
            pair
            for pair in sorted(self.pairs, key=lambda pair: pair.key)
            if pair.key not in forbidden
            and pair.urn in self.by_urn
            and pair.reference in self.by_reference
            and pins.get(pair.urn, pair.reference) == pair.reference
        )

    def room(self, sip: Sip, *, days: Decimal) -> int:
        """How many schools of so many days the SIP can take."""
        if days <= 0:
            return len(self.needs)
        return max(int(sip.days_left // days), 0)

    def points(self, chosen: Collection[Key]) -> int:
        """What a deployment costs: the pairs, and the schools that come one upon the other."""
        cost = {pair.key: pair.cost for pair in self.allowed}
        many: dict[str, int] = {}
        for _urn, reference in chosen:
            many[reference] = many.get(reference, 0) + 1
        load = sum(
            self.even * (self.by_reference[reference].held + step) for reference, n in many.items() for step in range(n)
        )
        return sum(cost[key] for key in chosen) + load

    def keeps_mix(self, chosen: Collection[Key]) -> bool:
        """Whether what must hold of the whole holds of a deployment (COG-D)."""
        new = {reference for _urn, reference in chosen if not self.by_reference[reference].counts_now}
        for rule in self.at_least:
            if sum(rule.group in self.by_reference[reference].groups for reference in new) < rule.number:
                return False
        if self.ratio is None:
            return True
        heads = {sip.reference for sip in self.sips if HEAD in sip.groups}
        base = self.ratio
        sips, with_head = base.sips + len(new), base.heads + len(new & heads)
        schools, schools_with = base.schools + len(chosen), base.with_heads + sum(ref in heads for _urn, ref in chosen)
        return 4 * with_head >= 3 * sips or (base.by_schools and 4 * schools_with >= 3 * schools)


@dataclass(frozen=True)
class Solution:
    """The deployment found. `bound` is a number of points that none with as many schools stays below.

    `lacking` says which parts of the mix cannot be had at all; the deployment then keeps the others.
    """

    status: Status
    assigned: tuple[Key, ...] = ()
    left: tuple[str, ...] = ()
    objective: int = 0
    bound: float = 0
    seconds: float = 0
    lacking: frozenset[str] = field(default_factory=frozenset)
