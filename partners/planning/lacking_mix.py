"""Schools that stay without a SIP, or a mix that cannot be had, because of COG-D: both limbs, and what would mend either. Pure."""

from dataclasses import dataclass, replace
from decimal import Decimal

from sipmanager.core.wording import counted

from .model import HEAD, Instance, Pair, Ratio, Sip, Solution
from .program import BY_SCHOOLS, BY_SIPS, Built
from .solve import RATIO, Clock, without_parts

COVERAGE, MIX = "COG-A", "COG-D"
STRANGER = "+"  # a SIP who is not there, to see how little more would do
MOST_STRANGERS = 12
LOOKED_FOR = 10  # seconds
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
    """Rules that cannot be kept together: without any one of `schools`, or of `rules`, the rest can be.

    Each of `mends` is enough by itself.
    """

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


def lacking(instance: Instance, solution: Solution, part: str) -> Conflict:
    """A part of COG-D that no deployment of these SIPs keeps, however many schools are left over."""
    wanted = without_parts(instance, solution.lacking - {part})
    if part == RATIO:
        mends = _heads(replace(wanted, at_least=()), len(solution.left), Clock(LOOKED_FOR))
        return Conflict((MIX,), _no_ratio(instance.ratio or Ratio()), mends=mends or (Mend(REPLACED),))
    rule = next(rule for rule in instance.at_least if rule.group == part)
    able = [sip for sip in instance.sips if part in sip.groups and not sip.counts_now]
    able = [sip for sip in able if any(pair.reference == sip.reference for pair in instance.allowed)]
    says = (
        f"{_more_of(part, rule.number)} {'is' if rule.number == 1 else 'are'} needed, and "
        f"{len(able) or 'none'} could be deployed."
    )
    return Conflict((MIX,), says, mends=(Mend(f"{_more_of(part, max(rule.number - len(able), 1))} would do."),))


REPLACED = (
    "There are too few schools without a SIP to mend it here; another SIP who is or was a secondary head would have to take the "
    "place of one at work."
)


def _no_ratio(base: Ratio) -> str:
    said = f"{base.heads} of {counted(base.sips, 'SIP')} at work by then are or were secondary heads"
    if not base.by_schools:
        return f"{said}; no deployment of the SIPs who have days brings that to three in four."
    return (
        f"{said}, and {base.with_heads} of {counted(base.schools, 'school')} with a SIP then have one of them; no deployment of "
        "the SIPs who have days brings either to three in four."
    )


def against_schools(instance: Instance, solution: Solution, many: int) -> Conflict:
    """Schools that stay without a SIP because their SIPs would break the ratio; `many` is how many more could have one.

    A SIP whom the primary programme asks for never costs a school its SIP: whoever had the place before is free for another.
    """
    kept, left = without_parts(instance, solution.lacking), len(solution.left) - many
    allowed = f"Everybody's days and the rules would allow {counted(many, 'more school')} a SIP"
    says = f"{allowed}, but then COG-D would not be kept: {_both_limbs(kept, kept.ratio or Ratio(), left)}"
    mends = _heads(kept, left, Clock(LOOKED_FOR))
    return Conflict((COVERAGE, MIX), says, tuple(solution.left), mends=mends)


def _both_limbs(instance: Instance, base: Ratio, left: int) -> str:
    """How far each limb would fall short with all these schools served."""
    by_sips = "fewer than three in four SIPs would be or have been secondary heads"
    if not base.by_schools:
        return f"{by_sips}."
    schools = base.schools + len(instance.needs) - left
    most = base.with_heads + most_with_heads(instance, left)
    have = f"{f'at most {most}' if most else 'none'} of {counted(schools, 'school')} would have one of them"
    return f"{by_sips}, and {have}, where {-(-3 * schools // 4)} would be three in four."


def most_with_heads(instance: Instance, left: int) -> int:
    """How many of the schools can be given a head at most, with so many left over and the mix not asked for."""
    heads = {sip.reference for sip in instance.sips if HEAD in sip.groups}
    pairs = tuple(replace(pair, cost=int(pair.reference not in heads)) for pair in instance.pairs)
    built = Built(replace(instance, pairs=pairs, ratio=None, at_least=(), even=0), left=left)
    solved = built.solved(LOOKED_FOR)
    if solved.values is None:  # pragma: no cover (only where the time runs out)
        return 0
    return sum(built.pairs[at].reference in heads for at in built.chosen(solved.values))


def _heads(instance: Instance, left: int, clock: Clock) -> tuple[Mend, ...]:
    """With how few heads more each limb could be kept: one with many schools, or several with one school or more."""
    base = instance.ratio or Ratio()
    found = []
    if base.by_schools and (places := _places(instance, left, 1, BY_SCHOOLS, clock)):
        found.append(_with_days(instance, 1, places, " By schools, that is three in four."))
    for many in range(1, min(len(instance.needs), MOST_STRANGERS) + 1):
        if places := _places(instance, left, many, BY_SIPS, clock):
            mend = _with_days(instance, many, places, " By SIPs, that is three in four." if base.by_schools else "")
            found.append(mend)
            break
    if len(found) == 2 and found[0].days == found[1].days and "One" in found[1].says[:4]:
        return (replace(found[0], says=found[0].says.partition(" By ")[0]),)
    return tuple(found)


def _places(instance: Instance, left: int, many: int, limb: str, clock: Clock) -> int:
    """How few schools `many` heads more would have to take; 0 where they are not enough, or the time is over."""
    days = max(need.days for need in instance.needs)
    names = [f"{STRANGER}{number}" for number in range(many)]
    sips = [Sip(name, days * len(instance.needs), groups=frozenset({HEAD})) for name in names]
    takers = {pair.urn for pair in instance.allowed}
    pairs = [replace(pair, cost=0) for pair in instance.pairs]
    pairs += [Pair(need.urn, name, 1) for need in instance.needs if need.urn in takers for name in names]
    wider = replace(instance, sips=(*instance.sips, *sips), pairs=tuple(pairs), even=0)
    built = Built(wider, limb=limb, left=left)
    solved = built.solved(clock.left)
    if solved.values is None:
        return 0
    return sum(built.pairs[at].reference in names for at in built.chosen(solved.values))


def _with_days(instance: Instance, many: int, places: int, limb: str) -> Mend:
    days = max(need.days for need in instance.needs) * places
    together = " in all" if many > 1 else ""
    says = f"{_more_of(HEAD, many)}, with {days_said(days)} for {counted(places, 'school')}{together}, would do.{limb}"
    return Mend(says, "", days)


def days_said(number: Decimal) -> str:
    number = number.normalize()
    return f"{number:f} {'day' if number == 1 else 'days'}"


def _more_of(group: str, number: int) -> str:
    one, many = GROUP_WORDS[group]
    return f"One more {one}" if number == 1 else f"{number} more {many}"
