from dataclasses import dataclass, replace
from datetime import date

from sipmanager.core.rules import Rule, Stage, Weight, assess


@dataclass(frozen=True)
class Loaf:
    grams: int
    is_baked: bool


def heavy_enough(loaf):
    return None if loaf.grams >= 400 else f"It weighs {loaf.grams} g, 400 g are needed."


def baked(loaf):
    return None if loaf.is_baked else "It is not baked."


RULES = (
    Rule("BRD-1", "A loaf weighs 400 g or more", "invented", heavy_enough),
    Rule("BRD-2", "A loaf is baked", "invented", baked, Weight.SHOULD, Stage.CONFIRM, from_=date(2006, 8, 2)),
)
SOUND = Loaf(400, True)


def test_a_sound_case_has_no_findings():
    assert assess(RULES, SOUND) == []


def test_all_that_is_wrong_is_found_at_once():
    findings = assess(RULES, replace(SOUND, grams=399, is_baked=False))
    assert [finding.as_json() for finding in findings] == [
        {"id": "BRD-1", "weight": "must", "stage": "propose", "says": RULES[0].says,
         "because": "It weighs 399 g, 400 g are needed."},
        {"id": "BRD-2", "weight": "should", "stage": "confirm", "says": RULES[1].says, "because": "It is not baked."},
    ]  # fmt: skip
    assert [finding.refuses for finding in findings] == [True, False]


def test_a_rule_is_asked_only_on_the_days_when_it_is_in_force():
    raw = replace(SOUND, is_baked=False)
    assert assess(RULES, raw, on=date(2006, 8, 1)) == []
    assert [finding.id for finding in assess(RULES, raw, on=date(2006, 8, 2))] == ["BRD-2"]
    ended = replace(RULES[1], until=date(2006, 8, 2))
    assert assess([ended], raw, on=date(2006, 8, 3)) == []
