"""Rules that a non-programmer can read, and the one way to apply them. Pure.

A rule looks at a frozen case that already holds every fact; it fetches nothing and saves nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class Weight(StrEnum):
    MUST = "must"
    SHOULD = "should"


class Stage(StrEnum):
    """The step that a finding stands in the way of (D-14)."""

    PROPOSE = "propose"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class Rule:
    """One rule.

    `says` is the rule in plain words, `source` where it comes from. `check` returns `None` when the case
    is sound, else the reason as a sentence. `from_` and `until` are the first and last day on which the
    rule is in force (COG-L); either may be open.
    """

    id: str
    says: str
    source: str
    check: Callable[[Any], str | None]
    weight: Weight = Weight.MUST
    stage: Stage = Stage.PROPOSE
    from_: date | None = None
    until: date | None = None

    def in_force(self, on: date | None) -> bool:
        if on is None:
            return True
        return (self.from_ is None or self.from_ <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True)
class Finding:
    """What one rule found wrong with one case."""

    id: str
    weight: Weight
    stage: Stage
    says: str
    because: str

    @property
    def refuses(self) -> bool:
        return self.weight is Weight.MUST

    def as_json(self) -> dict[str, str]:
        return {
            "id": self.id,
            "weight": self.weight.value,
            "stage": self.stage.value,
            "says": self.says,
            "because": self.because,
        }


def assess(rules: Iterable[Rule], case: Any, *, on: date | None = None) -> list[Finding]:
    """Every finding of `rules` on `case`, in the order of the rules, so that all can be mended at once."""
    findings = []
    for rule in rules:
        if not rule.in_force(on):
            continue
        because = rule.check(case)
        if because is not None:
            findings.append(Finding(rule.id, rule.weight, rule.stage, rule.says, because))
    return findings
