"""The integer programme behind the planner, in the shape that the solver takes. Pure.

Schools to SIPs is a network: each school sends one unit to a SIP who may take it, each SIP passes it on by arcs that cost more
from school to school. With equal days a school such a network has whole numbers by itself, so that only what the mix adds
needs branching: which SIPs come into use (limb by SIPs), or how many schools have a head (limb by schools).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import highspy
import numpy as np

from .model import HEAD, Instance, Ratio

INFINITY = highspy.kHighsInf
NEARLY = 1e-6
BY_SIPS, BY_SCHOOLS = "by_sips", "by_schools"


@dataclass
class Program:
    """Columns and rows as they are added, and what came of solving them."""

    cost: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[Sequence[int], Sequence[float], float, float]] = field(default_factory=list)

    def column(self, cost: float = 0, lower: float = 0, upper: float = 1, *, is_whole: bool = False) -> int:
        self.cost.append(cost)
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(is_whole)
        return len(self.cost) - 1

    def row(self, columns: Sequence[int], values: Sequence[float], lower: float, upper: float) -> None:
        self.rows.append((columns, values, lower, upper))

    def solved(self, *, time_limit: float, relaxed: bool = False) -> "Solved":
        highs = highspy.Highs()
        for option, value in (
            ("output_flag", False), ("random_seed", 1), ("threads", 2), ("time_limit", max(time_limit, 0.05)),
            ("mip_rel_gap", 0), ("mip_abs_gap", 0.99),
        ):  # fmt: skip
            highs.setOptionValue(option, value)
        highs.passModel(self._model(relaxed))
        highs.run()
        return Solved.of(highs, any(self.whole) and not relaxed)

    def _model(self, relaxed: bool) -> highspy.HighsLp:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.cost), len(self.rows)
        model.col_cost_ = np.array(self.cost, dtype=float)
        model.col_lower_, model.col_upper_ = np.array(self.lower, dtype=float), np.array(self.upper, dtype=float)
        model.row_lower_ = np.array([row[2] for row in self.rows], dtype=float)
        model.row_upper_ = np.array([row[3] for row in self.rows], dtype=float)
        matrix = model.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.start_ = np.concatenate([[0], np.cumsum([len(row[0]) for row in self.rows])]).astype(np.int32)
        matrix.index_ = np.concatenate([np.asarray(row[0], dtype=np.int32) for row in self.rows])
        matrix.value_ = np.concatenate([np.asarray(row[1], dtype=float) for row in self.rows])
        if any(self.whole) and not relaxed:
            kinds = highspy.HighsVarType
            model.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in self.whole]
        return model


@dataclass(frozen=True)
class Solved:
    """What the solver came to. `values` is `None` where it found nothing; then `is_impossible` says whether nothing can be."""

    values: np.ndarray | None
    objective: float
    bound: float
    is_proved: bool
    is_impossible: bool

    @classmethod
    def of(cls, highs: highspy.Highs, is_mip: bool) -> "Solved":
        info, status = highs.getInfo(), highs.getModelStatus()
        proved = status == highspy.HighsModelStatus.kOptimal
        impossible = status in {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}
        found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        values = np.array(highs.getSolution().col_value) if found and not impossible else None
        objective = info.objective_function_value if found else INFINITY
        bound = info.mip_dual_bound if is_mip else objective if proved else -INFINITY
        return cls(values, objective, bound, proved, impossible)


class Built:
    """The programme of an instance, with the columns of its pairs and of its schools that are left over.

    `limb` is the way in which the ratio is to be kept, blank where there is none; `left` how many schools may be left over,
    `None` for as few as possible, which is then all that is asked for.
    """

    def __init__(self, instance: Instance, *, limb: str = "", left: int | None = 0, without: frozenset[str] = frozenset()):
        self.instance, self.limb, self.left, self.without = instance, limb, left, without
        self.pairs = instance.allowed
        self.program = Program()
        days = {need.days for need in instance.needs}
        self.is_even_days = len(days) <= 1
        self.days = next(iter(days), Decimal(0))
        self._by_urn: dict[str, list[int]] = defaultdict(list)
        self._by_sip: dict[str, list[int]] = defaultdict(list)
        self._add_pairs()
        self._add_schools()
        self._add_sips()
        self._add_mix()

    @property
    def counts_only(self) -> bool:
        return self.left is None

    def _add_pairs(self) -> None:
        pins = set(self.instance.pinned)
        for pair in self.pairs:
            cost = 0 if self.counts_only else pair.cost
            at = self.program.column(cost, 1 if pair.key in pins else 0, 1, is_whole=not self.is_even_days)
            self._by_urn[pair.urn].append(at)
            self._by_sip[pair.reference].append(at)

    def _add_schools(self) -> None:
        """Each school has one SIP or is left over."""
        program, self.over = self.program, {}
        for need in self.instance.needs:
            at = program.column(1 if self.counts_only else 0, 0, 0 if self.left == 0 else 1)
            self.over[need.urn] = at
            program.row([*self._by_urn[need.urn], at], [1] * (len(self._by_urn[need.urn]) + 1), 1, 1)
        if self.left:
            program.row(list(self.over.values()), [1] * len(self.over), self.left, self.left)

    def _add_sips(self) -> None:
        """Each SIP takes what the days allow, the further schools at a higher cost; `first` is the arc that says "in use"."""
        self.first: dict[str, int] = {}
        self.steps: dict[str, list[int]] = {}
        even = 0 if self.counts_only else self.instance.even
        asked = {rule.group for rule in self.instance.at_least}
        for sip in self.instance.sips:
            mine = self._by_sip[sip.reference]
            if not mine:
                continue
            most = len(mine)
            if self.is_even_days:
                most = min(most, self.instance.room(sip, days=self.days))
            else:
                days = [float(self.instance.by_urn[self.pairs[at].urn].days) for at in mine]
                self.program.row(mine, days, -INFINITY, max(float(sip.days_left), 0))
            is_whole = not sip.counts_now and (self.limb == BY_SIPS or bool(asked & sip.groups))
            steps = [
                self.program.column(even * (sip.held + step), 0, 1, is_whole=is_whole and step == 0) for step in range(most)
            ]
            self.program.row([*mine, *steps], [1] * len(mine) + [-1] * len(steps), 0, 0)
            self.steps[sip.reference] = steps
            if steps:
                self.first[sip.reference] = steps[0]
                for later in steps[1:] if is_whole else ():
                    self.program.row([later, steps[0]], [1, -1], -INFINITY, 0)

    def _add_mix(self) -> None:
        new = [sip for sip in self.instance.sips if not sip.counts_now and sip.reference in self.first]
        for rule in self.instance.at_least:
            if rule.number > 0 and rule.group not in self.without:
                mine = [self.first[sip.reference] for sip in new if rule.group in sip.groups]
                self._at_least(mine, [1] * len(mine), rule.number)
        ratio = self.instance.ratio or Ratio()
        if self.limb == BY_SIPS:
            columns = [self.first[sip.reference] for sip in new]
            self._at_least(columns, [1 if HEAD in sip.groups else -3 for sip in new], 3 * ratio.sips - 4 * ratio.heads)
        elif self.limb == BY_SCHOOLS:
            self._add_schools_with_heads(ratio)

    def _add_schools_with_heads(self, ratio: Ratio) -> None:
        """`heads`, a whole number of schools with a head, is enough for the schools that have a SIP."""
        program, many = self.program, len(self.instance.needs)
        heads = [sip.reference for sip in self.instance.sips if HEAD in sip.groups]
        columns = [at for reference in heads for at in self._by_sip[reference]]
        wanted = program.column(0, 0, many, is_whole=True)
        program.row([*columns, wanted], [1] * len(columns) + [-1], 0, INFINITY)
        # 4 (with_heads + wanted) >= 3 (schools + many - left), with the schools left over counted as a whole number.
        left = program.column(0, 0, many, is_whole=True)
        over = list(self.over.values())
        program.row([*over, left], [1] * len(over) + [-1], 0, 0)
        program.row([wanted, left], [4, 3], 3 * (ratio.schools + many) - 4 * ratio.with_heads, INFINITY)

    def _at_least(self, columns: Sequence[int], values: Sequence[float], number: int) -> None:
        # A row without columns would be no row: an unused column stands for it.
        columns = columns or [self.program.column(0, 0, 0)]
        self.program.row(columns, values or [1], number, INFINITY)

    def chosen(self, values: np.ndarray) -> list[int]:
        """The columns of the pairs that were chosen."""
        return [at for at in range(len(self.pairs)) if values[at] > 0.5]

    def is_whole(self, values: np.ndarray) -> bool:
        pairs = values[: len(self.pairs)]
        return bool(np.all(np.minimum(pairs, 1 - pairs) < NEARLY))

    def relaxed(self, time_limit: float) -> Solved:
        """The same without whole numbers: a bound, and often already the answer."""
        return self.program.solved(time_limit=time_limit, relaxed=True)

    def solved(self, time_limit: float, relaxed: Solved | None = None) -> Solved:
        """The answer in whole numbers; branching only where the relaxed one has none."""
        relaxed = relaxed or self.relaxed(time_limit)
        if relaxed.is_impossible or (relaxed.values is not None and self._has_whole(relaxed.values)):
            return relaxed
        solved = self.program.solved(time_limit=time_limit)
        return solved if solved.values is None else replace(solved, values=self.settled(solved.values, time_limit))

    def _has_whole(self, values: np.ndarray) -> bool:
        asked = values[np.array(self.program.whole, dtype=bool)]
        return self.is_whole(values) and bool(np.all(np.abs(asked - np.round(asked)) < NEARLY))

    def settled(self, values: np.ndarray, time_limit: float) -> np.ndarray | None:
        """The values with whole numbers everywhere: what was branched on is fixed, and the rest is a network."""
        if self.is_whole(values):
            return values
        program = self.program
        for at, whole in enumerate(program.whole):
            if whole:
                program.lower[at] = program.upper[at] = round(values[at])
        return program.solved(time_limit=max(time_limit, 5), relaxed=True).values
