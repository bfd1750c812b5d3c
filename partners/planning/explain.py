"""Why a school is left over: what cannot be kept together, as few rules as it takes, and what would mend it. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from sipmanager.core.wording import counted, listed

from .model import HEAD, Instance, Key, Pair, Ratio, Sip, Solution
from .program import Built
from .solve import RATIO, can_be, solve, without_parts

COVERAGE, DAYS, MIX = "COG-A", "POL-13", "COG-D"
PIN, FORBIDDEN = "pin", "forbidden"
STRANGER = "+"  # a SIP who is not there, to see how little more would do
NAMED = 6  # of schools or SIPs in one sentence
GROUP_WORDS = {
    HEAD: ("SIP who is or was a secondary head", "SIPs who are or were secondary heads"),
    "serving": ("SIP who is a serving primary head", "SIPs who are serving primary heads"),
}


@dataclass(frozen=True)
class Mend:
    """One change after which what could not be kept together can be; `days` of a SIP where it is about days."""

    says: str
    reference: str = ""
    days: Decimal = Decimal(0)


@dataclass(frozen=True)
class Conflict:
    """Rules that cannot be kept together: without any one of `schools`, or of `rules`, the rest can be."""

    rules: tuple[str, ...]
    says: str
    schools: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    mends: tuple[Mend, ...] = ()

    def as_json(self) -> dict:
        return {
            "rules": list(self.rules),
            "says": self.says,
            "schools": list(self.schools),
            "partners": list(self.partners),
            "mend": [mend.says for mend in self.mends],
        }


def explained(instance: Instance, solution: Solution) -> list[Conflict]:
    """What keeps a deployment from giving every school a SIP, in the order: pins, mix, days, ratio against schools.

    Schools that no SIP may take at all are not among them: the rules that refuse say why.
    """
    if broken := _broken_pins(instance):
        return [broken]
    # Where nobody is placed at all the mix has nothing to judge by.
    found = [_lacking(instance, part) for part in sorted(solution.lacking) if solution.assigned]
    bare = replace(instance, ratio=None, at_least=())
    assigned, left = _most(bare)
    served = {pair.urn for pair in instance.allowed}
    found += _short_of_days(bare, assigned, [urn for urn in left if urn in served])
    if len(solution.left) > len(left):
        found.append(_mix_against_schools(instance, solution, len(solution.left) - len(left)))
    return found


def why_left(instance: Instance, solution: Solution) -> dict[str, str]:
    """One sentence for each school left over that some SIP could take."""
    takers = _takers(instance)
    found = {}
    if not solution.assigned and _broken_pins(instance):
        return {urn: f"Nobody is given {_school(instance, urn)} while the pins cannot be kept." for urn in solution.left}
    for urn in solution.left:
        if urn not in takers:
            continue
        schools, sips = _reach(instance, solution.assigned, urn)
        name = _school(instance, urn)
        if _room_left(instance, solution.assigned, sips):
            found[urn] = f"{name} could be given a SIP only by breaking what COG-D asks of the whole."
        else:
            who = _names(instance, sips)
            found[urn] = (
                f"{who} could take {name}, but {'has' if len(sips) == 1 else 'have'} no days left beside "
                f"{counted(len(schools) - 1, 'other school')} that nobody else can take instead."
            )
    return found


# ---------------------------------------------------------------------------------------------------------- the days


def _most(bare: Instance) -> tuple[tuple[Key, ...], list[str]]:
    """A deployment of the most schools, whatever it costs, and the schools left over."""
    built = Built(bare, left=None)
    solved = built.solved(60)
    chosen = [] if solved.values is None else built.chosen(solved.values)
    assigned = tuple(built.pairs[at].key for at in chosen)
    taken = {urn for urn, _reference in assigned}
    return assigned, [need.urn for need in bare.needs if need.urn not in taken]


def _takers(instance: Instance) -> dict[str, list[str]]:
    takers: dict[str, list[str]] = defaultdict(list)
    for pair in instance.allowed:
        takers[pair.urn].append(pair.reference)
    return dict(takers)


def _reach(instance: Instance, assigned: Iterable[Key], urn: str) -> tuple[list[str], list[str]]:
    """The schools and SIPs between which places could be passed on so that a school gets one."""
    takers, served = _takers(instance), defaultdict(list)
    for school, reference in assigned:
        served[reference].append(school)
    schools, sips, ahead = [urn], [], [urn]
    while ahead:
        for reference in takers.get(ahead.pop(0), ()):
            if reference not in sips:
                sips.append(reference)
                fresh = [school for school in served[reference] if school not in schools]
                schools += fresh
                ahead += fresh
    return schools, sorted(sips)


def _room_left(instance: Instance, assigned: Iterable[Key], sips: Iterable[str]) -> bool:
    used: dict[str, Decimal] = defaultdict(Decimal)
    for urn, reference in assigned:
        used[reference] += instance.by_urn[urn].days
    least = min(need.days for need in instance.needs)
    return any(instance.by_reference[reference].days_left - used[reference] >= least for reference in sips)


def _short_of_days(bare: Instance, assigned: tuple[Key, ...], left: list[str]) -> list[Conflict]:
    """Schools whose only SIPs have too few days: one conflict for each set of SIPs."""
    found: list[Conflict] = []
    seen: set[str] = set()
    for urn in left:
        schools, sips = _reach(bare, assigned, urn)
        if not seen.isdisjoint(sips):
            continue
        seen |= set(sips)
        short = sum(1 for other in left if not set(_reach(bare, assigned, other)[1]).isdisjoint(sips))
        room = len(schools) - 1
        says = (
            f"{_names(bare, schools, _school)} can be taken only by {_names(bare, sips)}, whose days are enough for "
            f"{counted(room, 'school')}."
        )
        if short > 1:
            says += f" {counted(short - 1, 'more school')} {'waits' if short == 2 else 'wait'} for the same SIPs."
        loosened = [*_unpinned(bare, schools), *_allowed_again(bare, schools, sips)]
        rules = (
            COVERAGE,
            DAYS,
            *([PIN] if _unpinned(bare, schools) else []),
            *([FORBIDDEN] if _allowed_again(bare, schools, sips) else []),
        )
        mends = (*_more_days(bare, assigned, schools, sips), *loosened)
        found.append(Conflict(tuple(rules), says, tuple(sorted(schools)), tuple(sips), mends))
    return found


def _more_days(bare: Instance, assigned: tuple[Key, ...], schools: list[str], sips: list[str]) -> list[Mend]:
    """The fewest days more of one SIP with which the schools can all be served."""
    used: dict[str, Decimal] = defaultdict(Decimal)
    for urn, reference in assigned:
        used[reference] += bare.by_urn[urn].days
    days = max(bare.by_urn[urn].days for urn in schools)
    short = {reference: used[reference] + days - max(bare.by_reference[reference].days_left, Decimal(0)) for reference in sips}
    best = min(sorted(short), key=lambda reference: short[reference])
    many = short[best]
    says = f"{_days(many)} more of {_name(bare, best)} ({best}), or another SIP with {_days(days)} to give there, would do."
    return [Mend(says, best, many)]


def _unpinned(bare: Instance, schools: list[str]) -> list[Mend]:
    pins = sorted(key for key in bare.pinned if key[0] in schools)
    return [Mend(f"{_name(bare, ref)} could be unpinned from {_school(bare, urn)}.", ref) for urn, ref in pins][:1]


def _allowed_again(bare: Instance, schools: list[str], sips: list[str]) -> list[Mend]:
    """A forbidden pair of these schools with a SIP who is not among those that are full."""
    pairs = {pair.key for pair in bare.pairs}
    found = sorted(key for key in bare.forbidden if key[0] in schools and key in pairs and key[1] not in sips)
    return [Mend(f"{_name(bare, ref)} could be allowed at {_school(bare, urn)} again.", ref) for urn, ref in found][:1]


def _days(number: Decimal) -> str:
    number = number.normalize()
    return f"{number:f} {'day' if number == 1 else 'days'}"


# ----------------------------------------------------------------------------------------------------------- the mix


def _lacking(instance: Instance, part: str) -> Conflict:
    """A part of COG-D that no deployment of these SIPs keeps, however many schools are left over."""
    if part == RATIO:
        base = instance.ratio or Ratio()
        says = (
            f"{base.heads} of {counted(base.sips, 'SIP')} at work by then are or were secondary heads; no deployment of the "
            "SIPs who have days brings that to three in four."
        )
        more = max(3 * base.sips - 4 * base.heads, 1)
        return Conflict((MIX,), says, mends=(Mend(f"{_more_of(HEAD, more)} would do."),))
    rule = next(rule for rule in instance.at_least if rule.group == part)
    able = [sip for sip in instance.sips if part in sip.groups and not sip.counts_now]
    able = [sip for sip in able if any(pair.reference == sip.reference for pair in instance.allowed)]
    missing = max(rule.number - len(able), 1)
    says = (
        f"{_more_of(part, rule.number)} {'is' if rule.number == 1 else 'are'} needed, and "
        f"{len(able) or 'none'} could be deployed."
    )
    return Conflict((MIX,), says, mends=(Mend(f"{_more_of(part, missing)} would do."),))


def _mix_against_schools(instance: Instance, solution: Solution, many: int) -> Conflict:
    """Schools that stay without a SIP because their SIPs would break COG-D."""
    kept = without_parts(instance, solution.lacking)
    parts = [HEAD] if kept.ratio is not None else [rule.group for rule in kept.at_least]
    says = (
        f"Everybody's days and the rules would allow {counted(many, 'more school')} a SIP, but then COG-D would not be kept: "
        f"too few of the places would go to {' and '.join(GROUP_WORDS[part][1] for part in parts)}."
    )
    mends = _stranger(kept, frozenset(parts), len(solution.left) - many)
    return Conflict((COVERAGE, MIX), says, tuple(solution.left), mends=mends)


def _stranger(instance: Instance, groups: frozenset[str], left: int) -> tuple[Mend, ...]:
    """With how few schools one more SIP of these groups would let the others be served."""
    days = max(need.days for need in instance.needs)
    sip = Sip(STRANGER, days * len(instance.needs), groups=groups)
    takers = _takers(instance)
    pairs = [replace(pair, cost=0) for pair in instance.pairs]
    pairs += [Pair(need.urn, STRANGER, 1) for need in instance.needs if need.urn in takers]
    wider = replace(instance, sips=(*instance.sips, sip), pairs=tuple(pairs), even=0)
    found = solve(wider, time_limit=10)
    if len(found.left) > left:  # pragma: no cover (only where the time runs out: one more head is always enough)
        return ()
    places = found.objective
    one = listed([GROUP_WORDS[group][0] for group in sorted(groups)])
    return (
        Mend(f"One more {one}, with {_days(days * places)} for {counted(places, 'school')}, would do.", "", days * places),
    )


def _more_of(group: str, number: int) -> str:
    one, many = GROUP_WORDS[group]
    return f"One more {one}" if number == 1 else f"{number} more {many}"


# ---------------------------------------------------------------------------------------------------------- the pins


def _broken_pins(instance: Instance) -> Conflict | None:
    """The fewest pins that cannot be kept, with the mix where it is what stands against them."""
    everything_else = replace(instance, ratio=None, at_least=())
    if not instance.pinned or _holds(everything_else, instance.pinned):
        return None
    kept = sorted(set(instance.pinned))
    for pin in list(kept):
        rest = [other for other in kept if other != pin]
        if not _holds(everything_else, rest):
            kept = rest
    who = listed([f"{_name(instance, ref)} at {_school(instance, urn)}" for urn, ref in kept])
    first = kept[-1]
    mend = Mend(f"{_name(instance, first[1])} could be unpinned from {_school(instance, first[0])}.", first[1])
    says, rules = f"{who} cannot {'be pinned' if len(kept) == 1 else 'be pinned together'}: {_why_not(instance, kept)}", (PIN,)
    return Conflict(rules, says, tuple(urn for urn, _ref in kept), tuple(dict.fromkeys(ref for _urn, ref in kept)), (mend,))


def _holds(instance: Instance, pins: Iterable[Key]) -> bool:
    return can_be(replace(instance, pinned=tuple(pins)), left=None)


def _why_not(instance: Instance, pins: list[Key]) -> str:
    pairs, forbidden = {pair.key for pair in instance.pairs}, set(instance.forbidden)
    if any(pin in forbidden for pin in pins):
        return "the same pair is forbidden."
    if any(pin not in pairs for pin in pins):
        return "the rules refuse it."
    if len({urn for urn, _ref in pins}) < len(pins):
        return "a school has one SIP."
    return "the days are not enough."


# --------------------------------------------------------------------------------------------------------- the words


def _name(instance: Instance, reference: str) -> str:
    sip = instance.by_reference.get(reference)
    return (sip.name if sip else "") or reference


def _school(instance: Instance, urn: str) -> str:
    need = instance.by_urn.get(urn)
    return (need.name if need else "") or urn


def _names(instance: Instance, keys: Iterable[str], name=_name) -> str:
    names = [name(instance, key) for key in keys]
    if len(names) <= NAMED:
        return listed(names)
    return f"{', '.join(names[: NAMED - 1])} and {len(names) - NAMED + 1} others"
