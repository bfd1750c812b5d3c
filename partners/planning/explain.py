"""Why a school is left over: what cannot be kept together, as few rules as it takes, and what would mend it. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal

from sipmanager.core.wording import counted, listed

from .lacking_mix import COVERAGE, MIX, Conflict, Mend, against_schools, days_said, lacking
from .model import Instance, Key, Solution, Status
from .program import Built
from .solve import RATIO, Clock, can_be, without_parts

DAYS = "POL-13"
PIN, FORBIDDEN = "pin", "forbidden"
NAMED = 6  # of schools or SIPs in one sentence
EQUALS = 5  # mends of the same size that are named
LOOKED_FOR = 10  # seconds for what would mend
A_YEAR = 190  # school days: nobody is asked for more


def explained(instance: Instance, solution: Solution) -> list[Conflict]:
    """What keeps a deployment from giving every school a SIP, in the order: pins, mix, days, ratio against schools.

    Schools that no SIP may take at all are not among them: the rules that refuse say why.
    """
    if not instance.needs or ran_out(solution):
        return []
    if broken := _broken_pins(instance):
        return [broken]
    # Where nobody is placed at all the mix has nothing to judge by.
    parts = sorted(solution.lacking) if solution.assigned else []
    found = [_pins_against_mix(instance, part) or lacking(instance, solution, part) for part in parts]
    bare = replace(instance, ratio=None, at_least=())
    assigned, left = _most(bare)
    served = {pair.urn for pair in instance.allowed}
    found += _short_of_days(bare, assigned, [urn for urn in left if urn in served])
    if len(solution.left) > len(left):
        found.append(against_schools(instance, solution, len(solution.left) - len(left)))
    return found


def ran_out(solution: Solution) -> bool:
    """Whether schools are left over for want of time alone: then nothing is proved of the rules."""
    return solution.status is Status.FEASIBLE and bool(solution.left)


def why_left(instance: Instance, solution: Solution) -> dict[str, str]:
    """One sentence for each school left over that some SIP could take."""
    takers, served = _takers(instance), _served(solution.assigned)
    found = {}
    if ran_out(solution):
        words = "The time was over before a SIP was found for {}. More time may find one."
        return {urn: words.format(_school(instance, urn)) for urn in solution.left if urn in takers}
    if not solution.assigned and _broken_pins(instance):
        return {urn: f"Nobody is given {_school(instance, urn)} while the pins cannot be kept." for urn in solution.left}
    for urn in solution.left:
        if urn not in takers:
            continue
        schools, sips = _reach(takers, served, urn)
        name = _school(instance, urn)
        if _room_left(instance, solution.assigned, sips):
            found[urn] = f"{name} could be given a SIP only by breaking what COG-D asks of the whole."
        else:
            found[urn] = _no_days(instance, sips, name, len(schools) - 1)
    return found


def _no_days(instance: Instance, sips: list[str], school: str, others: int) -> str:
    has = "has" if len(sips) == 1 else "have"
    said = f"{_names(instance, sips)} could take {school}, but {has} no days left"
    return f"{said}." if not others else f"{said} beside {counted(others, 'other school')} that nobody else can take instead."


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


def _served(assigned: Iterable[Key]) -> dict[str, list[str]]:
    """The schools of each SIP."""
    served: dict[str, list[str]] = defaultdict(list)
    for urn, reference in assigned:
        served[reference].append(urn)
    return dict(served)


def _reach(takers: dict[str, list[str]], served: dict[str, list[str]], urn: str) -> tuple[list[str], list[str]]:
    """The schools and SIPs between which places could be passed on so that a school gets one."""
    schools, ahead = {urn: None}, [urn]
    sips: set[str] = set()
    while ahead:
        for reference in takers.get(ahead.pop(0), ()):
            if reference not in sips:
                sips.add(reference)
                fresh = [school for school in served.get(reference, ()) if school not in schools]
                schools.update(dict.fromkeys(fresh))
                ahead += fresh
    return list(schools), sorted(sips)


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
    clock = Clock(LOOKED_FOR)
    takers, served = _takers(bare), _served(assigned)
    reach = {urn: _reach(takers, served, urn) for urn in left}
    for urn in left:
        schools, sips = reach[urn]
        if not seen.isdisjoint(sips):
            continue
        seen |= set(sips)
        waiting = [other for other in left if not set(reach[other][1]).isdisjoint(sips)]
        says = _too_few(bare, schools, sips)
        if len(waiting) > 1:
            many = len(waiting) - 1
            says += f" {counted(many, 'more school')} {'waits' if many == 1 else 'wait'} for the same SIPs."
        loosened = [*_unpinned(bare, schools), *_allowed_again(bare, schools, sips)]
        rules = (
            COVERAGE,
            DAYS,
            *([PIN] if _unpinned(bare, schools) else []),
            *([FORBIDDEN] if _allowed_again(bare, schools, sips) else []),
        )
        mends = (*_more_days(bare, assigned, waiting, reach, clock), *loosened)
        found.append(Conflict(tuple(rules), says, tuple(sorted(schools)), tuple(sips), mends))
    return found


def _too_few(bare: Instance, schools: list[str], sips: list[str]) -> str:
    said = f"{_names(bare, sorted(schools), _school)} can be taken only by {_names(bare, sips)}, "
    room = len(schools) - 1
    if room:
        return f"{said}whose days are enough for {counted(room, 'school')}."
    return f"{said}who {'has' if len(sips) == 1 else 'have'} too few days left."


def _more_days(
    bare: Instance, assigned: tuple[Key, ...], waiting: list[str], reach: dict[str, tuple[list[str], list[str]]], clock: Clock
) -> list[Mend]:  # fmt: skip
    """The fewest days more of one SIP with which every school that waits can be served, and of whom else the same is true.

    Where nobody alone can serve them all, the fewest for one school more.
    """
    asked = sum((bare.by_urn[urn].days for urn in waiting), Decimal(0))
    sips = sorted({reference for urn in waiting for reference in reach[urn][1]})
    wanted = waiting
    able = _who_could(bare, assigned, wanted, sips, clock) if asked <= A_YEAR else {}
    if not able:
        wanted = waiting[:1]
        able = _who_could(bare, assigned, wanted, reach[waiting[0]][1], Clock(LOOKED_FOR))
    for_all = " for all of them" if len(wanted) > 1 else ""
    for_one = " for one school more" if len(wanted) < len(waiting) else ""
    least = min(able.values(), default=Decimal(0))
    equals = [reference for reference in sorted(able) if able[reference] == least]
    found = [
        Mend(
            f"{days_said(least)} more of {_name(bare, reference)} ({reference}) would do{for_all or for_one}.",
            reference,
            least,
        )
        for reference in equals[:EQUALS]
    ]
    if len(equals) > EQUALS:
        found.append(Mend("The same is true of other SIPs."))
    who = "Another SIP with" if asked <= A_YEAR else "Other SIPs with together"
    found.append(Mend(f"{who} {days_said(asked)} to give there would do{' for all of them' if len(waiting) > 1 else ''}."))
    return found


def _who_could(
    bare: Instance, assigned: tuple[Key, ...], wanted: list[str], sips: Iterable[str], clock: Clock
) -> dict[str, Decimal]:  # fmt: skip
    """For each SIP who could serve these schools, or pass places on until they are, the days more that it takes."""
    used: dict[str, Decimal] = defaultdict(Decimal)
    for urn, reference in assigned:
        used[reference] += bare.by_urn[urn].days
    asked = sum((bare.by_urn[urn].days for urn in wanted), Decimal(0))
    served = {urn for urn, _reference in assigned} | set(wanted)
    rest = replace(bare, needs=tuple(need for need in bare.needs if need.urn in served))
    found: dict[str, Decimal] = {}
    for reference in sorted(sips, key=lambda one: (used[one] - bare.by_reference[one].days_left, one)):
        more = used[reference] + asked - bare.by_reference[reference].days_left
        if len(found) > EQUALS or (found and more > min(found.values())):
            break
        wider = tuple(replace(sip, days_left=sip.days_left + more) if sip.reference == reference else sip for sip in rest.sips)
        if clock.left and can_be(replace(rest, sips=wider)):
            found[reference] = more
    return found


def _unpinned(bare: Instance, schools: list[str]) -> list[Mend]:
    pins = sorted(key for key in bare.pinned if key[0] in schools)
    return [Mend(f"{_name(bare, ref)} could be unpinned from {_school(bare, urn)}.", ref) for urn, ref in pins][:1]


def _allowed_again(bare: Instance, schools: list[str], sips: list[str]) -> list[Mend]:
    """A forbidden pair of these schools with a SIP who is not among those that are full."""
    pairs = {pair.key for pair in bare.pairs}
    found = sorted(key for key in bare.forbidden if key[0] in schools and key in pairs and key[1] not in sips)
    return [Mend(f"{_name(bare, ref)} could be allowed at {_school(bare, urn)} again.", ref) for urn, ref in found][:1]


# ---------------------------------------------------------------------------------------------------------- the pins


def _broken_pins(instance: Instance) -> Conflict | None:
    """The fewest pins that cannot be kept, with the mix where it is what stands against them."""
    everything_else = replace(instance, ratio=None, at_least=())
    if not instance.pinned or _holds(everything_else, instance.pinned):
        return None
    kept = _fewest(instance.pinned, lambda pins: not _holds(everything_else, pins))
    who = listed([f"{_name(instance, ref)} at {_school(instance, urn)}" for urn, ref in kept])
    says, rules = f"{who} cannot {'be pinned' if len(kept) == 1 else 'be pinned together'}: {_why_not(instance, kept)}", (PIN,)
    return Conflict(
        rules, says, tuple(urn for urn, _ref in kept), tuple(dict.fromkeys(ref for _urn, ref in kept)), _unpin(instance, kept)
    )


def _fewest(pins: Iterable[Key], stand_in_the_way: Callable[[list[Key]], bool]) -> list[Key]:
    """As few of some pins as still stand in the way: without any one of them the others do not."""
    kept = sorted(set(pins))
    for pin in list(kept):
        rest = [other for other in kept if other != pin]
        if stand_in_the_way(rest):
            kept = rest
    return kept


def _unpin(instance: Instance, pins: list[Key]) -> tuple[Mend, ...]:
    """Each of these pins, taken off by itself, mends it."""
    return tuple(
        Mend(f"{_name(instance, ref)} could be unpinned from {_school(instance, urn)}.", ref) for urn, ref in pins[:EQUALS]
    )


def _pins_against_mix(instance: Instance, part: str) -> Conflict | None:
    """The fewest pins with which a part of COG-D cannot be kept; `None` where it cannot be kept without them either."""
    alone = without_parts(instance, {RATIO, *(rule.group for rule in instance.at_least)} - {part})
    if not instance.pinned or not _holds(alone, ()):
        return None
    kept = _fewest(instance.pinned, lambda pins: not _holds(alone, pins))
    who = listed([f"{_name(instance, ref)} at {_school(instance, urn)}" for urn, ref in kept])
    says = f"With {who} pinned, no deployment of the SIPs who have days keeps COG-D."
    partners = tuple(dict.fromkeys(ref for _urn, ref in kept))
    return Conflict((PIN, MIX), says, tuple(urn for urn, _ref in kept), partners, _unpin(instance, kept))


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
