"""The conditions of grant (section 12, D-19): the table, and the frozen facts it looks at. Pure.

K is a banner and a log, L the dated row of D, M an escalation. Where the part of the case that a condition needs does
not exist yet, the answer is `no_data`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sipmanager.core.wording import counted, day

from .tenure import WARN_MONTHS, Run

PRIMARY, SECONDARY = "primary", "secondary"
PROGRAMMES = (PRIMARY, SECONDARY)
AMENDED_ON = date(2006, 8, 2)  # Wednesday; the letter that changed the first limb of D (COG-L)
NOTIFY_WITHIN = 5  # working days (COG-B)


class Strength(StrEnum):
    WILL = "will"
    BEST_ENDEAVOURS = "best_endeavours"


class Result(StrEnum):
    MET = "met"
    AT_RISK = "at_risk"
    NOT_MET = "not_met"
    NO_DATA = "no_data"


RESULT_NAMES = {
    Result.MET: "Met",
    Result.AT_RISK: "At risk",
    Result.NOT_MET: "Not met",
    Result.NO_DATA: "No data",
}


@dataclass(frozen=True)
class Shortfall:
    """One record that stands in the way: `subject` is `kind:key` (D-40)."""

    subject: str
    because: str

    def as_json(self) -> dict[str, str]:
        return {"subject": self.subject, "because": self.because}


@dataclass(frozen=True)
class SchoolInGrant:
    """A school of the programme that the authority maintains on the day.

    `counts` says whether COG-A counts it; an academy never does, and belongs to the mix only where the policy says so.
    """

    urn: str
    name: str
    counts: bool = True
    is_academy: bool = False


@dataclass(frozen=True)
class Placed:
    """A SIP at work on the day at a school of the case."""

    deployment_id: int
    urn: str
    partner: str
    partner_name: str
    is_accredited: bool
    because: str
    run: Run


@dataclass(frozen=True)
class Sip:
    """What the mix asks of one SIP on the day (COG-D)."""

    reference: str
    was_secondary_head: bool = False
    is_primary_head: bool = False
    has_outside_experience: bool = False


@dataclass(frozen=True)
class Change:
    """A start, replacement, end or correction that the national contractor is to be told of (COG-B).

    `waited` counts the working days from when it took effect to when the contractor was told, or to the day asked.
    """

    deployment_id: int
    kind: str
    school_name: str
    effective_on: date
    is_sent: bool
    waited: int = 0


@dataclass(frozen=True)
class Evidence:
    """What a floor above found for one condition: its figures, and what falls short."""

    figures: Mapping[str, Any] = field(default_factory=dict)
    shortfalls: tuple[Shortfall, ...] = ()


@dataclass(frozen=True)
class GrantCase:
    """Everything the conditions need to know of one authority and one programme on one day."""

    authority: str
    authority_name: str
    programme: str
    on: date
    schools: tuple[SchoolInGrant, ...] = ()
    placed: tuple[Placed, ...] = ()
    sips: Mapping[str, Sip] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    coverage_by: date | None = None
    mix_minimum: int = 1
    academies_in_mix: bool = False
    # By condition id; absent or `None` where no floor has facts yet.
    evidence: Mapping[str, Evidence | None] = field(default_factory=dict)

    @property
    def in_scope(self) -> tuple[SchoolInGrant, ...]:
        return tuple(school for school in self.schools if school.counts)

    @property
    def in_mix(self) -> frozenset[str]:
        """The schools whose SIPs make up the mix."""
        return frozenset(
            school.urn for school in self.schools if school.counts or (school.is_academy and self.academies_in_mix)
        )


@dataclass(frozen=True)
class Verdict:
    result: Result
    figures: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Shortfall, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Condition:
    """One row of the table; `from_` and `until` are the first and last day on which it reads so (COG-L, SRC-20)."""

    id: str
    says: str
    strength: Strength
    source: str
    check: Callable[[GrantCase], Verdict]
    programmes: tuple[str, ...] = PROGRAMMES
    from_: date = date.min
    until: date = date.max


@dataclass(frozen=True)
class Answer:
    """One condition on one day."""

    id: str
    says: str
    strength: Strength
    verdict: Verdict

    @property
    def result(self) -> Result:
        return self.verdict.result

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "strength": self.strength.value,
            "result": self.result.value,
            "figures": _plain(self.verdict.figures),
            "findings": [finding.as_json() for finding in self.verdict.findings],
            "warnings": list(self.verdict.warnings),
        }


def _plain(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in figures.items()}


# -------------------------------------------------------------------------------------------------- COG-A, coverage


def every_school_has_a_sip(case: GrantCase) -> Verdict:
    """Each school in scope has a SIP whose accreditation for its sector holds that day (COG-A)."""
    by_school: dict[str, list[Placed]] = {}
    for placed in case.placed:
        by_school.setdefault(placed.urn, []).append(placed)
    gaps = []
    for school in case.in_scope:
        here = by_school.get(school.urn, [])
        if any(placed.is_accredited for placed in here):
            continue
        gaps.append(Shortfall(f"school:{school.urn}", _why_a_gap(school, here, case.on)))
    deadline = case.coverage_by
    figures = {
        "in_scope": len(case.in_scope),
        "covered": len(case.in_scope) - len(gaps),
        "deadline_on": deadline,
        "days_to_deadline": (deadline - case.on).days if deadline else None,
    }
    warnings = () if deadline else (f"No deadline for the {case.programme} programme is recorded, so it counts as past.",)
    if not case.in_scope:
        return Verdict(Result.NO_DATA, figures, (), warnings)
    if not gaps:
        return Verdict(Result.MET, figures, (), warnings)
    is_before = deadline is not None and case.on < deadline
    return Verdict(Result.AT_RISK if is_before else Result.NOT_MET, figures, tuple(gaps), warnings)


def _why_a_gap(school: SchoolInGrant, here: list[Placed], on: date) -> str:
    if not here:
        return f"{school.name} has no School Improvement Partner on {day(on)}."
    return " ".join(f"{placed.partner_name} is at {school.name}, but: {placed.because}" for placed in here)


# ---------------------------------------------------------------------------------------------- COG-B, notification


def contractor_is_told(case: GrantCase) -> Verdict:
    """Every start, replacement and end has been notified, or is not late yet (COG-B)."""
    due = [change for change in case.changes if change.effective_on <= case.on]
    unsent = [change for change in due if not change.is_sent]
    late = [change for change in unsent if change.waited > NOTIFY_WITHIN]
    figures = {
        "changes": len(due),
        "sent": len(due) - len(unsent),
        "unsent": len(unsent),
        "late": len(late),
        "longest_wait": max((change.waited for change in due), default=0),
    }
    if not due:
        return Verdict(Result.NO_DATA, figures)
    findings = tuple(
        Shortfall(
            f"deployment:{change.deployment_id}",
            f"The {change.kind} at {change.school_name} on {day(change.effective_on)} has waited "
            f"{counted(change.waited, 'working day')} to be notified.",
        )
        for change in late
    )
    return Verdict(Result.AT_RISK if late else Result.MET, figures, findings)


# ------------------------------------------------------------------------------------------------------- COG-D, mix


@dataclass(frozen=True)
class Mix:
    """The counts behind COG-D, over the SIPs at work in the schools that the mix counts."""

    sips: int
    sips_heads: int
    schools: int
    schools_with_heads: int
    outside_experience: int
    serving_primary_heads: int

    def figures(self) -> dict[str, int]:
        return dict(vars(self))


def at_least_three_in_four(part: int, whole: int) -> bool:
    """`part` of `whole` is no less than three quarters, without dividing."""
    return 4 * part >= 3 * whole


def mix_of(case: GrantCase) -> Mix:
    here = [placed for placed in case.placed if placed.urn in case.in_mix]
    sips = [case.sips[reference] for reference in sorted({placed.partner for placed in here})]
    heads = {sip.reference for sip in sips if sip.was_secondary_head}
    return Mix(
        sips=len(sips),
        sips_heads=len(heads),
        schools=len({placed.urn for placed in here}),
        schools_with_heads=len({placed.urn for placed in here if placed.partner in heads}),
        outside_experience=sum(sip.has_outside_experience for sip in sips),
        serving_primary_heads=sum(sip.is_primary_head for sip in sips),
    )


def _mix_verdict(case: GrantCase, mix: Mix, shortfalls: list[str]) -> Verdict:
    if not mix.sips:
        return Verdict(Result.NO_DATA, mix.figures())
    findings = tuple(Shortfall(f"authority:{case.authority}", because) for because in shortfalls)
    return Verdict(Result.NOT_MET if findings else Result.MET, mix.figures(), findings)


def _too_few_heads(mix: Mix) -> str:
    return f"{mix.sips_heads} of {mix.sips} SIPs are or have been secondary heads; at least three in four are asked for."


def _outside_experience(case: GrantCase, mix: Mix) -> list[str]:
    if mix.outside_experience >= case.mix_minimum:
        return []
    asked = f"at least {case.mix_minimum} is asked for"
    return [f"{mix.outside_experience} of {mix.sips} SIPs have substantial recent experience elsewhere; {asked}."]


def mix_as_first_written(case: GrantCase) -> Verdict:
    """At least three in four SIPs are or were secondary heads, and some have experience elsewhere (COG-D, 2005)."""
    mix = mix_of(case)
    shortfalls = [] if at_least_three_in_four(mix.sips_heads, mix.sips) else [_too_few_heads(mix)]
    return _mix_verdict(case, mix, shortfalls + _outside_experience(case, mix))


def mix_as_amended(case: GrantCase) -> Verdict:
    """That, or three in four of the secondary schools have a SIP who is or was one (COG-D since 2 August 2006)."""
    mix = mix_of(case)
    shortfalls = []
    if not at_least_three_in_four(mix.sips_heads, mix.sips) and not at_least_three_in_four(
        mix.schools_with_heads, mix.schools
    ):
        shortfalls.append(
            f"{_too_few_heads(mix)} {mix.schools_with_heads} of {mix.schools} schools have a SIP who is or was one; "
            "three in four would do instead."
        )
    return _mix_verdict(case, mix, shortfalls + _outside_experience(case, mix))


def mix_of_primary(case: GrantCase) -> Verdict:
    """Some SIPs are serving primary heads (COG-D, primary)."""
    mix = mix_of(case)
    shortfalls = []
    if mix.serving_primary_heads < case.mix_minimum:
        shortfalls.append(
            f"{mix.serving_primary_heads} of {mix.sips} SIPs are serving primary heads; at least {case.mix_minimum} "
            "is asked for."
        )
    return _mix_verdict(case, mix, shortfalls)


# ----------------------------------------------------------------------------------------------- COG-H, three years


def nobody_stays_too_long(case: GrantCase) -> Verdict:
    """No SIP at work is beyond the third anniversary at its school (COG-H, DEP-10)."""
    over = [placed for placed in case.placed if case.on > placed.run.last_lawful_on]
    near = [
        placed for placed in case.placed if placed.run.at_risk_from(WARN_MONTHS[-1]) <= case.on <= placed.run.last_lawful_on
    ]
    figures = {"deployments": len(case.placed), "over_limit": len(over), "at_risk": len(near)}
    if not case.placed:
        return Verdict(Result.NO_DATA, figures)
    findings = tuple(
        Shortfall(
            f"deployment:{placed.deployment_id}",
            f"{placed.partner_name}: {placed.run.arithmetic()}; the day asked is {day(case.on)}.",
        )
        for placed in (*over, *near)
    )
    result = Result.NOT_MET if over else Result.AT_RISK if near else Result.MET
    return Verdict(result, figures, findings)


# ------------------------------------------------------------------------- the conditions whose facts lie above


def by_evidence(condition: str) -> Callable[[GrantCase], Verdict]:
    """The check of a condition whose facts a floor above provides; without them there is no data."""

    def check(case: GrantCase) -> Verdict:
        evidence = case.evidence.get(condition)
        if evidence is None:
            return Verdict(Result.NO_DATA)
        result = Result.NOT_MET if evidence.shortfalls else Result.MET
        return Verdict(result, evidence.figures, evidence.shortfalls)

    return check


W, B = Strength.WILL, Strength.BEST_ENDEAVOURS

# fmt: off
CONDITIONS_OF_GRANT: tuple[Condition, ...] = (
    Condition("COG-A", "Every school in scope has an accredited SIP",                                   W, "001 app. E a",        every_school_has_a_sip),
    Condition("COG-B", "The national contractor is told of each school's SIP and each change",          W, "001 app. E b, app. J", contractor_is_told),
    Condition("COG-C", "SIPs work to the current brief",                                                W, "001 app. E c",        by_evidence("COG-C")),
    Condition("COG-D", "Three in four SIPs are or were secondary heads; some have worked elsewhere",    B, "001 app. E d",        mix_as_first_written, (SECONDARY,), until=date(2006, 8, 1)),
    Condition("COG-D", "Three in four SIPs, or SIPs of three in four schools, are or were secondary heads; some have worked elsewhere", B, "001 app. E d, letter of 2 August 2006", mix_as_amended, (SECONDARY,), from_=AMENDED_ON),
    Condition("COG-D", "Some SIPs are serving primary heads",                                           B, "001 app. E d",        mix_of_primary, (PRIMARY,)),
    Condition("COG-E", "Four days a year are set aside for each SIP's development",                     W, "001 app. E e",        by_evidence("COG-E")),
    Condition("COG-E-meetings", "SIPs attend the termly meetings of the contractor",                    B, "001 app. E e",        by_evidence("COG-E-meetings")),
    Condition("COG-F", "One named contact is notified to the contractor",                               W, "001 app. E f",        by_evidence("COG-F")),
    Condition("COG-G", "Each SIP's performance is reviewed yearly on the four inputs",                  W, "001 app. E g",        by_evidence("COG-G")),
    Condition("COG-H", "No SIP stays longer than three years at a school",                              W, "001 app. E h",        nobody_stays_too_long),
    Condition("COG-I", "What SIPs find is shared and used",                                             W, "001 app. E i",        by_evidence("COG-I")),
    Condition("COG-J", "Heads and governors can see all that is held on their school",                  W, "001 app. E j",        by_evidence("COG-J")),
)
# fmt: on


def in_force(programme: str, on: date) -> list[Condition]:
    """The rows that hold for a programme on a day, in the table's order."""
    return [row for row in CONDITIONS_OF_GRANT if programme in row.programmes and row.from_ <= on <= row.until]


def answers(case: GrantCase) -> list[Answer]:
    """Every condition in force on the day of the case."""
    return [Answer(row.id, row.says, row.strength, row.check(case)) for row in in_force(case.programme, case.on)]
