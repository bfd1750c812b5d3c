"""The stages that a school offers, and its year groups (SCH-9, SCH-11). Pure."""

from collections.abc import Iterable
from enum import StrEnum


class Stage(StrEnum):
    EARLY_YEARS = "early_years"
    KS1 = "ks1"
    KS2 = "ks2"
    KS3 = "ks3"
    KS4 = "ks4"
    SIXTH_FORM = "sixth_form"
    BOARDING = "boarding"


STAGE_NAMES = {
    Stage.EARLY_YEARS: "Early years (EYFS)",
    Stage.KS1: "Key stage 1",
    Stage.KS2: "Key stage 2",
    Stage.KS3: "Key stage 3",
    Stage.KS4: "Key stage 4",
    Stage.SIXTH_FORM: "Sixth form",
    Stage.BOARDING: "Boarding",
}

# The ages at which a stage's children begin its first and its last school year.
_AGES = {
    Stage.EARLY_YEARS: (3, 4),
    Stage.KS1: (5, 6),
    Stage.KS2: (7, 10),
    Stage.KS3: (11, 13),
    Stage.KS4: (14, 15),
}
FIRST_AGE, LAST_AGE = 3, 18
RECEPTION_AGE = 4


def stages_from_ages(*, low_age: int | None, high_age: int | None, has_sixth_form: bool | None) -> list[str]:
    """The stages that a school's ages and its sixth form speak for; none where the ages are not known.

    The highest age is that by which the last child has left, so a school of ages 5 to 11 ends with key stage 2.
    """
    if low_age is None or high_age is None:
        return []
    found = [stage for stage, (first, last) in _AGES.items() if low_age <= last and first < high_age]
    if has_sixth_form:
        found.append(Stage.SIXTH_FORM)
    return [stage.value for stage in found]


def in_order(stages: Iterable[str]) -> list[str]:
    """Known stages, the youngest first, each once."""
    wanted = set(stages)
    return [stage.value for stage in Stage if stage.value in wanted]


def year_groups(*, low_age: int | None, high_age: int | None) -> list[tuple[str, str]]:
    """The year groups of a school as code and name: `n` nursery, `r` reception, `1` to `13`."""
    low = max(FIRST_AGE, FIRST_AGE if low_age is None else low_age)
    high = min(LAST_AGE, LAST_AGE if high_age is None else high_age)
    return [(code_of(age), name_of(code_of(age))) for age in range(low, high)]


def code_of(age: int) -> str:
    """The year group that children of an age begin in September."""
    if age < RECEPTION_AGE:
        return "n"
    return "r" if age == RECEPTION_AGE else str(age - RECEPTION_AGE)


def youngest_first(codes: Iterable[str]) -> list[str]:
    """Year groups in the order of age, whatever order a database keeps them in."""
    order = [code_of(age) for age in range(FIRST_AGE, LAST_AGE)]
    return sorted(codes, key=order.index)


def name_of(code: str) -> str:
    return {"n": "Nursery", "r": "Reception"}.get(code, f"Year {code}")
