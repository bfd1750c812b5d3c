"""What each condition asks of the facts of deployment: coverage, notification, mix, three years (COG-A, B, D, H). Pure."""

from dataclasses import dataclass
from datetime import date

from sipmanager.core.wording import counted, day

from ..tenure import WARN_MONTHS
from .facts import GrantCase, Placed, Result, SchoolInGrant, Shortfall, Verdict

NOTIFY_WITHIN = 5  # working days (COG-B)


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
    here = case.placed_in_scope
    over = [placed for placed in here if case.on > placed.run.last_lawful_on]
    near = [placed for placed in here if placed.run.at_risk_from(WARN_MONTHS[-1]) <= case.on <= placed.run.last_lawful_on]
    figures = {"deployments": len(here), "over_limit": len(over), "at_risk": len(near)}
    if not here:
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
