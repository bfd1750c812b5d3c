"""What stands in the way of a deployment (sections 8 and 9, D-13, D-14). Pure: the table, and the case it looks at.

Rules of stage `propose` are about who and where; those of stage `confirm` ask whether the paperwork is there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from sipmanager.core.rules import Finding, Rule, Stage, Weight, assess
from sipmanager.core.wording import counted, day, listed, span

from .accreditation import Standing, State
from .checks import Verified, good_until
from .tenure import Run, Spell, free_again_on, run_with

FLOOR_OF_DAYS = 4  # below it the SIP manager records a reason (DAY-1)
NOT_CONFIRMED = "not confirmed yet"
SERVING_HEAD = "serving_head"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class SchoolFacts:
    """The school on the first day asked for.

    `outside` says in words why SIPs do not serve such a school (a nursery, an independent school), blank where they
    do. `sector_needed` is blank for an all-age school before its talk with the regional coordinator (SCH-4).
    """

    urn: str
    name: str
    status: str = "open"
    phase_name: str = ""
    sector_needed: str = ""
    sector_because: str = ""
    outside: str = ""
    is_all_age: bool = False
    all_age_discussed_on: date | None = None
    authority_name: str = ""
    region_name: str = ""


@dataclass(frozen=True)
class CheckFacts:
    """The newest check of one kind on record with the school's authority."""

    checked_on: date
    expires_on: date | None = None
    is_not_applicable: bool = False


@dataclass(frozen=True)
class Other:
    """Another stay at the same school that stands or is planned: who, when, and when it leads."""

    partner_name: str
    starts_on: date
    ends_on: date | None = None
    is_same_partner: bool = False
    is_confirmed: bool = True


@dataclass(frozen=True)
class DeploymentCase:
    """Everything the rules need to know of one SIP, one school and the days asked for.

    `on` is the day on which the question is put. `spells` are this SIP's stays at this school and at those it
    followed. `willing_places` are where the SIP will work, in words; `is_willing` whether this school is there.
    """

    partner: str
    partner_name: str
    school: SchoolFacts
    starts_on: date
    on: date
    ends_on: date | None = None
    days: Decimal | None = None
    kind: str = ""
    standings: tuple[Standing, ...] = ()
    first_award_on: date | None = None
    is_willing: bool = False
    willing_places: tuple[str, ...] = ()
    is_own_school: bool = False
    # Sentences, each about one interest that touches the school, and about one that may.
    conflicts: tuple[str, ...] = ()
    possible_conflicts: tuple[str, ...] = ()
    interests_gap: str = ""
    stood_down: str = ""
    is_engaged: bool = True
    checks_needed: tuple[str, ...] = ()
    checks: Mapping[str, CheckFacts] = field(default_factory=dict)
    contract_on: date | None = None
    contract_until: date | None = None
    check_name: str = "CRB"
    check_age_months: int | None = None
    others: tuple[Other, ...] = ()
    spells: tuple[Spell, ...] = ()
    gap_months: int = 12
    handover_days: int = 30
    days_expected: int = 5

    @property
    def run(self) -> Run:
        return run_with(self.spells, starts_on=self.starts_on, ends_on=self.ends_on, gap_months=self.gap_months)

    @property
    def last_lawful_on(self) -> date:
        """The last day to which this deployment may run."""
        begun = [spell for spell in self.spells if spell.starts_on <= self.starts_on]
        return run_with(begun, starts_on=self.starts_on, ends_on=None, gap_months=self.gap_months).last_lawful_on

    @property
    def authority(self) -> str:
        return self.school.authority_name or "the authority"


# ------------------------------------------------------------------------------------------------------ the school


def is_open(case: DeploymentCase) -> str | None:
    if case.school.status == "open":
        return None
    if case.school.status == "closed":
        return f"{case.school.name} is closed on {day(case.starts_on)}."
    return f"{case.school.name} is not open yet on {day(case.starts_on)}."


def takes_a_sip(case: DeploymentCase) -> str | None:
    return case.school.outside or None


def has_an_authority(case: DeploymentCase) -> str | None:
    if case.school.authority_name:
        return None
    return f"No authority runs the SIP of {case.school.name} on {day(case.starts_on)}."


def sector_of_all_age_school_is_agreed(case: DeploymentCase) -> str | None:
    if not case.school.is_all_age:
        return None
    if case.school.all_age_discussed_on is None:
        return (
            f"{case.school.name} is an all-age school, and no talk with the regional coordinator about its SIP is on "
            f"record by {day(max(case.starts_on, case.on))}."
        )
    return None


# --------------------------------------------------------------------------------------------------------- the SIP


def is_accredited_for_the_sector(case: DeploymentCase) -> str | None:
    if not case.standings:
        if case.first_award_on is not None:
            return (
                f"{case.partner_name} was first accredited on {day(case.first_award_on)}; the deployment would start "
                f"before that, on {day(case.starts_on)}."
            )
        return f"{case.partner_name} holds no accreditation on {day(case.starts_on)}."
    needed = case.school.sector_needed
    if not needed:
        # An all-age school without its talk: SCH-4 says what is missing.
        return None if any(standing.holds for standing in case.standings) else _none_holds(case)
    standing = next((row for row in case.standings if row.sector == needed), None)
    if standing is not None:
        return None if standing.holds else standing.because()
    held = [row.sector for row in case.standings if row.holds]
    if not held:
        return _none_holds(case)
    because = f" ({case.school.sector_because})" if case.school.sector_because else ""
    return (
        f"{case.school.name} needs {needed} accreditation{because}; {case.partner_name} is accredited for "
        f"{listed(held)} only on {day(case.starts_on)}."
    )


def _none_holds(case: DeploymentCase) -> str:
    return " ".join(dict.fromkeys(row.because() for row in case.standings))


def records_are_verified(case: DeploymentCase) -> str | None:
    row = next((row for row in case.standings if row.state is State.UNVERIFIED), None)
    return row.because() if row else None


def is_willing_to_work_there(case: DeploymentCase) -> str | None:
    if case.is_willing:
        return None
    where = listed([place for place in (case.school.region_name, case.school.authority_name) if place], "or")
    asked = f" in {where}" if where else " where this school is"
    if not case.willing_places:
        return f"{case.partner_name} names no region or authority to work in on {day(case.starts_on)}, so not{asked}."
    return f"{case.partner_name} will work in {listed(list(case.willing_places))}, not{asked}."


def has_no_link_with_the_school(case: DeploymentCase) -> str | None:
    found = []
    if case.is_own_school:
        found.append(f"{case.school.name} is {case.partner_name}'s own school.")
    return " ".join([*found, *case.conflicts]) or None


def has_no_doubtful_link(case: DeploymentCase) -> str | None:
    return " ".join(case.possible_conflicts) or None


def has_register_in_order(case: DeploymentCase) -> str | None:
    """Nobody can match interests that were not confirmed; the manager says why the SIP goes ahead all the same (REG-10)."""
    return f"The register of interests of {case.partner_name} {case.interests_gap}." if case.interests_gap else None


def takes_schools(case: DeploymentCase) -> str | None:
    return case.stood_down or None


# -------------------------------------------------------------------------------------------------------- the days


def is_the_only_sip(case: DeploymentCase) -> str | None:
    """One SIP a school; two may overlap in a handover, and one of them leads (DEP-9, POL-41)."""
    found = []
    for other in case.others:
        overlap = overlap_days(case, other)
        if not overlap:
            continue
        who = "already placed" if other.is_same_partner else "the school's SIP"
        spell = span(other.starts_on, other.ends_on)
        if other.is_same_partner:
            word = "" if other.is_confirmed else f" ({NOT_CONFIRMED})"
            found.append(f"{case.partner_name} is {who} at {case.school.name} {_when(spell)}{word}.")
        elif not other.is_confirmed:
            continue
        elif other.starts_on > case.starts_on and case.ends_on is None:
            found.append(f"{other.partner_name} is to be the school's SIP {_when(spell)}; enter a last day before that.")
        elif other.starts_on <= case.starts_on and other.ends_on is None:
            found.append(f"{other.partner_name} is {who} {_when(spell)}, with no end recorded.")
        elif is_inside(case, other) or overlap > case.handover_days:
            found.append(
                f"{other.partner_name} is {who} {_when(spell)}, which overlaps by {counted(overlap, 'day')}; a "
                f"handover may last {counted(case.handover_days, 'day')}."
            )
    return " ".join(found) or None


def _when(spell: str) -> str:
    return spell if spell.startswith(("from", "until")) else f"from {spell}"


def overlap_days(case: DeploymentCase, other: Other) -> int:
    """How many days the two stays share; a stay without an end goes on for ever."""
    end, other_end = case.ends_on or date.max, other.ends_on or date.max
    return max((min(end, other_end) - max(case.starts_on, other.starts_on)).days + 1, 0)


def is_inside(case: DeploymentCase, other: Other) -> bool:
    """Whether one stay lies wholly within the other, so that it would never lead."""
    mine = case.starts_on, case.ends_on or date.max
    theirs = other.starts_on, other.ends_on or date.max
    return (theirs[0] <= mine[0] and mine[1] <= theirs[1]) or (mine[0] <= theirs[0] and theirs[1] <= mine[1])


Days = tuple[date, date | None]


def leads(stays: Iterable[tuple[int, date, date | None]]) -> dict[int, Days | None]:
    """Who leads a school when: each stay, as (id, first day, last day), with the days on which it leads, or `None`.

    The one who came first leads to the last day; the next leads from the day after, or never where that is too late
    (D-31, D-17).
    """
    found: dict[int, Days | None] = {}
    taken_until: date | None = date.min
    for pk, starts_on, ends_on in sorted(stays, key=lambda stay: (stay[1], stay[0])):
        found[pk] = None
        if taken_until is None:
            continue
        first = max(starts_on, taken_until + ONE_DAY) if taken_until > date.min else starts_on
        if ends_on is None or first <= ends_on:
            found[pk], taken_until = (first, ends_on), ends_on
    return found


def stays_within_three_years(case: DeploymentCase) -> str | None:
    run, limit = case.run, case.last_lawful_on
    if case.starts_on > limit:
        back = _free_again(case)
        return f"{run.arithmetic()}; the start asked for is {day(case.starts_on)}.{back}"
    if case.ends_on is not None and case.ends_on > limit:
        return f"{_run_before(case).arithmetic()}; the end asked for is {day(case.ends_on)}."
    if run.passes_limit:
        return f"{run.arithmetic()}; a later stay already on record runs to {day(run.ends_on)}."
    return None


def _run_before(case: DeploymentCase) -> Run:
    begun = [spell for spell in case.spells if spell.starts_on <= case.starts_on]
    return run_with(begun, starts_on=case.starts_on, ends_on=None, gap_months=case.gap_months)


def _free_again(case: DeploymentCase) -> str:
    ends = [spell.ends_on for spell in case.spells if spell.ends_on is not None and spell.ends_on < case.starts_on]
    if not ends:
        return ""
    return f" A return is free from {day(free_again_on(max(ends), case.gap_months))}."


def gives_enough_days(case: DeploymentCase) -> str | None:
    if case.days is None or case.days >= case.days_expected:
        return None
    floor = f"; below {FLOOR_OF_DAYS} the reason is recorded" if case.days < FLOOR_OF_DAYS else ""
    return f"{Decimal(case.days).normalize():f} of the {case.days_expected} days expected for a school are given{floor}."


# --------------------------------------------------------------------------------------------------- the paperwork

# What each check is called inside a sentence.
CHECK_WORDS = {
    "PRE-2": "criminal record check",
    "PRE-3": "written agreement of the SIP's own governors",
    "PRE-4": "record of cover at the SIP's own school",
    "PRE-5": "professional indemnity",
    "PRE-8": "acceptance of the confidentiality duty",
    "PRE-9": "references and interview",
    "PRE-10": "briefing on the authority's priorities",
    "PRE-12": "initial training",
}
OF_SERVING_HEADS = frozenset({"PRE-3", "PRE-4"})


def check_on_record(kind: str):
    """The rule that asks for one check, where the authority's policy asks for it (POL-44)."""

    def check(case: DeploymentCase) -> str | None:
        if kind not in case.checks_needed or (kind in OF_SERVING_HEADS and case.kind != SERVING_HEAD):
            return None
        words = case.check_name + " check" if kind == "PRE-2" else CHECK_WORDS[kind]
        found = case.checks.get(kind)
        if found is None:
            return f"No {words} of {case.partner_name} is on record with {case.authority}."
        if found.is_not_applicable:
            return None
        return _wrong_day(case, kind, words, found)

    return check


def _wrong_day(case: DeploymentCase, kind: str, words: str, found: CheckFacts) -> str | None:
    latest = case.starts_on if kind == "PRE-2" else max(case.starts_on, case.on)
    if found.checked_on > latest:
        return f"The {words} is dated {day(found.checked_on)}, after {day(latest)}."
    if found.expires_on is not None and found.expires_on < case.starts_on:
        ran = _ran_out(case, found.expires_on)
        return f"The {words} {ran}; the deployment starts on {day(case.starts_on)}."
    facts = Verified(found.checked_on, found.expires_on)
    until = good_until(kind, facts, case.check_age_months)
    if until is not None and case.starts_on > until:
        return (
            f"The {words} of {day(found.checked_on)} is good for {case.check_age_months} months, to "
            f"{day(until)}; the deployment starts on {day(case.starts_on)}."
        )
    return None


def _ran_out(case: DeploymentCase, until: date) -> str:
    """What a paper does on its last day, seen from the day asked: it ran out, or it will."""
    return f"{'ran' if until < case.on else 'runs'} out on {day(until)}"


def contract_is_confirmed(case: DeploymentCase) -> str | None:
    if "PRE-6" not in case.checks_needed:
        return None
    if case.contract_on is None:
        engaged = "" if case.is_engaged else f" {case.partner_name} is not engaged by {case.authority} either."
        return f"No confirmed contract with {case.partner_name} for {case.school.name} is on record.{engaged}"
    if case.contract_on > max(case.starts_on, case.on):
        return f"The contract for {case.school.name} is confirmed only on {day(case.contract_on)}."
    if case.contract_until is not None and case.contract_until < case.starts_on:
        ran = _ran_out(case, case.contract_until)
        return f"The contract for {case.school.name} {ran}; the deployment starts on {day(case.starts_on)}."
    return None


def _paper(kind: str, says: str, source: str) -> Rule:
    return Rule(kind, says, source, check_on_record(kind), stage=Stage.CONFIRM)


# fmt: off
DEPLOYMENT_RULES: tuple[Rule, ...] = (
    Rule("SCH-1",  "The school is open on the first day",                                     "001 app. J",          is_open),
    Rule("SCH-2",  "The school is of a kind that SIPs serve",                                 "001 s.2",             takes_a_sip),
    Rule("SCH-21", "An authority runs the school's SIP",                                      "001 app. E a",        has_an_authority),
    Rule("SCH-4",  "An all-age school's SIP is talked over with the regional coordinator",    "001 s.2",             sector_of_all_age_school_is_agreed),
    Rule("PRE-1",  "The SIP is accredited for the school's sector on the first day",          "000; 001 s.2",        is_accredited_for_the_sector),
    Rule("ACC-28", "The records behind the accreditation are verified",                       "001 s.5",             records_are_verified),
    Rule("PRE-7",  "The SIP will work in the school's region or authority",                   "001 app. J",          is_willing_to_work_there),
    Rule("REG-1",  "The SIP has neither withdrawn nor been suspended",                        "001 app. H, app. J",  takes_schools),
    Rule("PRE-11", "The SIP has no link with the school",                                     "003 s.2",             has_no_link_with_the_school),
    Rule("PRE-11-possible", "Names that may be the same as the school's are decided on",      "003 s.2",             has_no_doubtful_link, weight=Weight.SHOULD),
    Rule("REG-10", "The SIP's register of interests is confirmed for the school year",        "003 s.2; 001 app. L", has_register_in_order, weight=Weight.SHOULD),
    Rule("DEP-9",  "A school has one SIP at a time, but for a handover",                      "001 intro, app. J",   is_the_only_sip),
    Rule("DEP-10", "No SIP stays longer than three years at a school",                        "001 app. E h",        stays_within_three_years),
    Rule("DAY-1",  "A school is given the days that its authority expects",                   "001 s.4",             gives_enough_days, weight=Weight.SHOULD),
    Rule("PRE-6",  "A contract for this school is confirmed",                                 "001 s.4, app. J",     contract_is_confirmed, stage=Stage.CONFIRM),
    _paper("PRE-2",  "A criminal record check is current on the first day",                   "000; 001 s.4"),
    _paper("PRE-3",  "A serving head's governors agree in writing to the days",               "000; 001 FAQ 16"),
    _paper("PRE-4",  "A serving head's own school is covered",                                "000; 001 FAQ 16"),
    _paper("PRE-5",  "The SIP is insured",                                                    "001 s.4"),
    _paper("PRE-8",  "The SIP accepted the duty of confidentiality",                          "000; 004 s.2"),
    _paper("PRE-9",  "References are taken up and the SIP is interviewed",                    "001 FAQ 9"),
    _paper("PRE-10", "The SIP is briefed on the authority's priorities",                      "001 FAQ 10"),
    _paper("PRE-12", "The SIP had initial training",                                          "003 s.2"),
)
# fmt: on


def findings(case: DeploymentCase) -> list[Finding]:
    """Everything that stands in the way, at both stages."""
    return assess(DEPLOYMENT_RULES, case)


def refusing(found: list[Finding], *, stage: Stage | None = None) -> list[Finding]:
    """The findings that refuse: at `propose` those of that stage alone, else all."""
    return [row for row in found if row.refuses and (stage is None or row.stage is stage)]


def may_propose(found: list[Finding]) -> bool:
    return not refusing(found, stage=Stage.PROPOSE)


def is_allowed(found: list[Finding]) -> bool:
    """Whether it could be confirmed today (D-14)."""
    return not refusing(found)


def needs_reason(case: DeploymentCase, found: list[Finding]) -> list[Finding]:
    """The findings of weight "should" for which a reason is recorded; few days above the floor only warn (DAY-1)."""
    return [
        row for row in found
        if row.weight is Weight.SHOULD and not (row.id == "DAY-1" and case.days is not None and case.days >= FLOOR_OF_DAYS)
    ]  # fmt: skip
