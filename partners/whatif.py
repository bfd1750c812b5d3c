"""What would become of the conditions of grant if something were changed, before anything is saved. Pure.

The case of a day as it stands on record is changed as supposed and asked the same questions again (COG-A, COG-D, COG-H).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sipmanager.core.wording import counted, listed

from .conditions import (
    AMENDED_ON,
    PRIMARY,
    Answer,
    GrantCase,
    Placed,
    Result,
    Shortfall,
    Sip,
    answers,
    at_least_three_in_four,
)

ASKED = ("COG-A", "COG-D", "COG-H")


@dataclass(frozen=True)
class Starts:
    """A SIP takes a school. `placed` is how the conditions would see it, `sip` what the mix asks of the SIP."""

    placed: Placed
    sip: Sip
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True)
class Ends:
    """A deployment ends after `last_on`."""

    deployment_id: int
    last_on: date


@dataclass(frozen=True)
class Loses:
    """A SIP is accredited no more from a day on: lapsed, or removed. A blank `sector` means every sector."""

    partner: str
    from_on: date
    sector: str = ""


@dataclass(frozen=True)
class Retires:
    """A SIP leads no school of their own any more from a day on. Whoever was a head has still been one."""

    partner: str
    from_on: date


Supposed = Starts | Ends | Loses | Retires


def suppose(case: GrantCase, changes: Iterable[Supposed]) -> GrantCase:
    """The case as it would be on its day; what takes effect later, or at another programme's schools, changes nothing."""
    placed, sips = list(case.placed), dict(case.sips)
    urns = {school.urn for school in case.schools}
    for change in changes:
        if isinstance(change, Starts):
            is_at_work = change.starts_on <= case.on and (change.ends_on is None or case.on <= change.ends_on)
            if is_at_work and change.placed.urn in urns:
                placed.append(change.placed)
                sips.setdefault(change.sip.reference, change.sip)
        elif isinstance(change, Ends):
            if case.on > change.last_on:
                placed = [row for row in placed if row.deployment_id != change.deployment_id]
        elif isinstance(change, Loses):
            if case.on >= change.from_on and change.sector in {"", case.programme}:
                placed = [_without_accreditation(row) if row.partner == change.partner else row for row in placed]
        elif case.on >= change.from_on and change.partner in sips:
            sips[change.partner] = replace(sips[change.partner], is_primary_head=False)
    return replace(case, placed=tuple(placed), sips=sips)


def _without_accreditation(row: Placed) -> Placed:
    return replace(row, is_accredited=False, because="the accreditation would hold no more.")


@dataclass(frozen=True)
class Effect:
    """One condition before and after; `more` are the offending rows that the change would add."""

    programme: str
    before: Answer
    after: Answer
    sentence: str
    more: tuple[Shortfall, ...] = ()

    @property
    def id(self) -> str:
        return self.after.id

    @property
    def falls_further(self) -> bool:
        """More rows would stand in the way than do now."""
        return len(self.after.verdict.findings) > len(self.before.verdict.findings)

    @property
    def is_worse(self) -> bool:
        order = (Result.MET, Result.NO_DATA, Result.AT_RISK, Result.NOT_MET)
        return order.index(self.after.result) > order.index(self.before.result)

    @property
    def is_changed(self) -> bool:
        return dict(self.before.verdict.figures) != dict(self.after.verdict.figures) or bool(self.more)


def effects(case: GrantCase, changes: Iterable[Supposed]) -> list[Effect]:
    """The conditions that deployments decide, before and after, in the order of the table."""
    supposed = suppose(case, changes)
    before, after = ({row.id: row for row in answers(one) if row.id in ASKED} for one in (case, supposed))
    return [
        Effect(
            case.programme, before[key], after[key], sentence(before[key], after[key], case), _more(before[key], after[key])
        )
        for key in ASKED
        if key in before
    ]


def _more(before: Answer, after: Answer) -> tuple[Shortfall, ...]:
    known = set(before.verdict.findings)
    return tuple(row for row in after.verdict.findings if row not in known)


# -------------------------------------------------------------------------------------------------------- in words


def share(part: int, whole: int) -> str:
    """`11 of 15 (73%)`. The share is rounded down, so that it never reads as a limit that it does not reach."""
    return f"{part} of {whole} ({100 * part // whole}%)" if whole else f"{part} of {whole}"


def sentence(before: Answer, after: Answer, case: GrantCase) -> str:
    """What would be, with its figures, and whether the condition would be met."""
    figures = after.verdict.figures
    if after.result is Result.NO_DATA:
        return f"After this, {NOTHING[after.id]}, so there is nothing to judge by."
    words = {"COG-A": _coverage, "COG-D": _mix, "COG-H": _three_years}[after.id](figures, case)
    return f"After this, {words}, so the condition is {_outcome(before.result, after.result)}."


NOTHING = {
    "COG-A": "no school is in scope",
    "COG-D": "no SIP is at work in a school that the mix counts",
    "COG-H": "no SIP is at work",
}
OUTCOMES = {Result.MET: "met", Result.AT_RISK: "at risk", Result.NOT_MET: "not met"}


def _outcome(before: Result, after: Result) -> str:
    if before is after:
        return f"still {OUTCOMES[after]}"
    if before is Result.MET and after is Result.NOT_MET:
        return "no longer met"
    return f"now {OUTCOMES[after]}"


def _coverage(figures, case: GrantCase) -> str:
    part, whole = figures["covered"], figures["in_scope"]
    verb = "has" if _one(part, whole) else "have"
    return f"{part} of {counted(whole, 'school')} in scope ({100 * part // whole}%) {verb} an accredited SIP"


def _three_years(figures, case: GrantCase) -> str:
    over, near, whole = figures["over_limit"], figures["at_risk"], figures["deployments"]
    words = f"{over} of {counted(whole, 'deployment')} {'is' if _one(over, whole) else 'are'} past three years"
    return f"{words} and {near} {_is(near)} within six months of it" if near else words


def _is(many: int) -> str:
    return "is" if many == 1 else "are"


def _one(part: int, whole: int) -> bool:
    """Whether the verb after "`part` of `whole`" speaks of one."""
    return part == 1 or whole == 1


def _were(part: int, whole: int) -> str:
    return "is or was a head" if _one(part, whole) else "are or were heads"


def _mix(figures, case: GrantCase) -> str:
    asked = f"at least {case.mix_minimum} {_is(case.mix_minimum)} asked for"
    if case.programme == PRIMARY:
        many = figures["serving_primary_heads"]
        heads = "is a serving primary head" if _one(many, figures["sips"]) else "are serving primary heads"
        return f"{many} of {counted(figures['sips'], 'SIP')} {heads} and {asked}"
    heads, sips = figures["sips_heads"], figures["sips"]
    limbs = [f"{heads} of {counted(sips, 'SIP')} {_were(heads, sips)} ({100 * heads // sips}%), {_against(heads, sips)}"]
    if not at_least_three_in_four(heads, sips) and case.on >= AMENDED_ON:
        part, whole = figures["schools_with_heads"], figures["schools"]
        limbs.append(f"by schools {share(part, whole)}, {_against(part, whole)}")
    if figures["outside_experience"] < case.mix_minimum:
        limbs.append(f"{figures['outside_experience']} {_is(figures['outside_experience'])} experienced elsewhere and {asked}")
    return "; ".join(limbs)


def _against(part: int, whole: int) -> str:
    return "no less than three in four" if at_least_three_in_four(part, whole) else "below three in four"


def in_one_sentence(found: Iterable[Effect]) -> str:
    """Which conditions would be worse off, or stay short with more rows in the way; for a line above the rest, blank if none."""
    found = list(found)
    worse = [f"{row.id} ({row.programme})" for row in found if row.is_worse]
    further = [f"{row.id} ({row.programme})" for row in found if row.falls_further and not row.is_worse]
    says = [f"{listed(worse)} would be worse off."] if worse else []
    return " ".join([*says, *([f"{listed(further)} would fall further short."] if further else [])])
