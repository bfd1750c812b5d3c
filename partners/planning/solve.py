"""Finding the deployment: first the most schools, then the fewest points, within what must hold (COG-D). Pure."""

import math
import time
from collections.abc import Collection
from dataclasses import dataclass, replace

from .model import Instance, Key, Solution, Status
from .program import BY_SCHOOLS, BY_SIPS, Built

LONGEST = 60  # seconds for a question of yes or no
WITHIN = 0.01  # of the bound: as near as a plan has to come
RATIO = "ratio"
ALMOST = 1e-6


class Clock:
    """How much of the time is left, in seconds."""

    def __init__(self, limit: float):
        self.began, self.limit = time.monotonic(), limit

    @property
    def spent(self) -> float:
        return time.monotonic() - self.began

    @property
    def left(self) -> float:
        return max(self.limit - self.spent, 0)


@dataclass(frozen=True)
class Found:
    """The best deployment of one way of keeping the ratio. `points` and `bound` are for `left` schools left over."""

    left: int
    points: int
    bound: float
    assigned: tuple[Key, ...]
    is_least: bool = True  # no deployment is known to leave fewer over


def solve(instance: Instance, *, time_limit: float = 30) -> Solution:
    """The deployment that gives most schools a SIP and, of those, the one of the fewest points.

    Pins, capacity, pairs and mix are kept whatever it costs. A part of the mix that no deployment can keep is named in
    `lacking` and left aside; where the pins themselves cannot be kept nothing is assigned. `time_limit` is in seconds.
    """
    clock = Clock(time_limit)
    if not instance.needs:
        return Solution(Status.OPTIMAL, seconds=clock.spent)
    lacking = lacking_parts(instance, clock.left)
    if lacking is None or (found := _best(instance, clock, lacking)) is None:
        return _nothing(instance, clock, lacking)
    taken = {urn for urn, _reference in found.assigned}
    left = tuple(need.urn for need in instance.needs if need.urn not in taken)
    is_proved = found.bound > found.points - 1 + ALMOST
    falls_short = (bool(left) and found.is_least) or bool(lacking)
    status = Status.INFEASIBLE if falls_short else Status.OPTIMAL if is_proved and not left else Status.FEASIBLE
    bound = float(found.points) if is_proved else max(found.bound, 0.0)
    return Solution(status, found.assigned, left, found.points, bound, clock.spent, lacking)


def _nothing(instance: Instance, clock: Clock, lacking: frozenset[str] | None) -> Solution:
    """No deployment was found: the pins cannot be kept, or the time ran out first."""
    status = Status.INFEASIBLE if lacking is None or lacking else Status.FEASIBLE
    left = tuple(need.urn for need in instance.needs)
    return Solution(status, left=left, seconds=clock.spent, lacking=lacking or frozenset())


# --------------------------------------------------------------------------------------------------- what can be kept


def can_be(
    instance: Instance, *, left: int | None = 0, without: frozenset[str] = frozenset(), time_limit: float = LONGEST
) -> bool:  # fmt: skip
    """Whether any deployment keeps everything; `left` is how many schools may be without a SIP, `None` for any number.

    What cannot be decided in the time counts as possible.
    """
    if len(dict(instance.pinned)) < len(set(instance.pinned)):
        return False
    pairs = {pair.key for pair in instance.allowed}
    if any(pin not in pairs for pin in instance.pinned):
        return False
    if left is None and not instance.pinned and without_parts(instance, without).keeps_mix(()):
        return True
    return any(
        not Built(instance, limb=limb, left=left, without=without).solved(time_limit).is_impossible
        for limb in _limbs(instance, without)
    )


def lacking_parts(instance: Instance, time_limit: float = LONGEST) -> frozenset[str] | None:
    """The parts of the mix that cannot be had however many schools are left over; `None` where the pins cannot be kept."""
    if can_be(instance, left=None, time_limit=time_limit):
        return frozenset()
    parts = [*dict.fromkeys(rule.group for rule in instance.at_least), *([RATIO] if instance.ratio else [])]
    lacking = frozenset(parts)
    if not can_be(instance, left=None, without=lacking, time_limit=time_limit):
        return None
    for part in parts:
        if can_be(instance, left=None, without=lacking - {part}, time_limit=time_limit):
            lacking -= {part}
    return lacking


def _limbs(instance: Instance, without: frozenset[str]) -> tuple[str, ...]:
    if instance.ratio is None or RATIO in without:
        return ("",)
    return (BY_SCHOOLS, BY_SIPS) if instance.ratio.by_schools else (BY_SIPS,)


# --------------------------------------------------------------------------------------------------------- the best


def _best(instance: Instance, clock: Clock, lacking: frozenset[str]) -> Found | None:
    """The best over the ways of keeping the ratio; one that happens to keep it without being asked is the best of all."""
    limbs = _limbs(instance, lacking)
    found = _Way(instance, "", clock, lacking).best()
    if limbs == ("",) or (found is not None and without_parts(instance, lacking).keeps_mix(found.assigned)):
        return found
    best, bounds = None, []
    for way in sorted((_Way(instance, limb, clock, lacking) for limb in limbs), key=lambda way: way.promises):
        if way.is_impossible or (best is not None and way.promises >= (best.left, best.points)):
            continue
        found = way.best()
        bounds.append(way.promises if found is None else (found.left, found.bound))
        if found is not None and (best is None or (found.left, found.points) < (best.left, best.points)):
            best = found
    if best is None:  # pragma: no cover (only where the time runs out: what cannot be had was left aside before)
        return None
    return replace(best, bound=min([best.points, *(bound for left, bound in bounds if left == best.left)]))


def without_parts(instance: Instance, lacking: Collection[str]) -> Instance:
    """The instance without the parts of the mix that cannot be had."""
    kept = tuple(rule for rule in instance.at_least if rule.group not in lacking)
    return replace(instance, at_least=kept, ratio=None if RATIO in lacking else instance.ratio)


class _Way:
    """One way of keeping the ratio: how many schools it leaves over at least, what it costs at least, and its best."""

    def __init__(self, instance: Instance, limb: str, clock: Clock, lacking: frozenset[str]):
        self.instance, self.limb, self.clock, self.lacking = instance, limb, clock, lacking
        self.left, self.is_least = self._least_left(), True
        self.built = self._built(self.left)
        self.relaxed = self.built.relaxed(clock.left)
        self.is_impossible = self.left > len(instance.needs)

    @property
    def promises(self) -> tuple[int, float]:
        """No deployment of this way is better than so many schools left over and so many points."""
        return self.left, _rounded_up(self.relaxed.bound)

    def _built(self, left: int | None) -> Built:
        return Built(self.instance, limb=self.limb, left=left, without=self.lacking)

    def _least_left(self) -> int:
        served = {pair.urn for pair in self.instance.allowed}
        if len(served) == len(self.instance.needs) and not self._built(0).relaxed(self.clock.left).is_impossible:
            return 0
        counted = self._built(None).relaxed(self.clock.left)
        return len(self.instance.needs) + 1 if counted.is_impossible else max(_rounded_up(counted.objective), 0)

    def best(self) -> Found | None:
        """The best deployment; `None` where there is none, or none was found in the time."""
        solved = self.built.solved(self.clock.left, self.relaxed)
        if solved.is_impossible:
            counted = self._built(None).solved(self.clock.left)
            if counted.values is None:  # pragma: no cover (only where the time runs out)
                return None
            self.left, self.is_least = round(counted.objective), counted.is_proved
            self.built = self._built(self.left)
            solved = self.built.solved(self.clock.left)
        if solved.values is None:  # pragma: no cover (only where the time runs out)
            return None
        assigned = tuple(sorted(self.built.pairs[at].key for at in self.built.chosen(solved.values)))
        return Found(self.left, self.instance.points(assigned), _rounded_up(solved.bound), assigned, self.is_least)


def _rounded_up(bound: float) -> int:
    """A bound on whole points; 0 where the solver gave none."""
    return math.ceil(bound - ALMOST * max(1, abs(bound))) if math.isfinite(bound) else 0
