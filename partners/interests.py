"""Whether a declared interest touches a school: names compared as people mean them (REG-10, PRE-11). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from sipmanager.core.academic import academic_year, add_months
from sipmanager.core.wording import day, searchable

# An interest of these kinds goes on counting for a time after its last day (POL-50).
COUNTS_ON = frozenset({"employer", "company", "former_post"})
LIKE = 0.86  # from here on two names are shown to a person as possibly the same
SHORTEST = 5  # letters: below that likeness means nothing

# Words that people write in more ways than one, and words that say nothing.
SAME_WORDS = {
    "saint": "st", "limited": "ltd", "company": "co", "ce": "cofe", "rc": "catholic", "federated": "federation",
    "academies": "academy", "schools": "school",
}  # fmt: skip
SAME_PHRASES = (("c of e", "cofe"), ("church of england", "cofe"), ("roman catholic", "catholic"), ("r c", "catholic"))
SILENT = frozenset({"the", "of", "for", "and", "ltd", "plc", "co", "llp"})


@dataclass(frozen=True)
class Declared:
    """One interest as it stands on the register. `namesake` is the reference of another SIP of the same name who made it."""

    kind: str
    says: str
    named: str = ""
    school_id: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    namesake: str = ""


@dataclass(frozen=True)
class Party:
    """Something that a school is or belongs to: itself and those it followed, its trust, federation or diocese.

    `ids` are the schools that it is; empty for whatever is no school.
    """

    what: str
    name: str
    ids: frozenset[int] = frozenset()

    def words(self, school: str) -> str:
        return self.name if self.what == "school" else f"{self.name}, the {self.what} of {school}"


@dataclass(frozen=True)
class Match:
    """An interest that touches a school, by `party`; `is_exact` where there is nothing to decide."""

    declared: Declared
    party: Party
    is_exact: bool

    def sentence(self, school: str) -> str:
        """The interest and the school, for a person who decides."""
        says, who = self.declared.says.rstrip("."), self.party.words(school)
        until = f" (until {day(self.declared.ends_on)})" if self.declared.ends_on else ""
        if self.declared.namesake:
            # What the other declared is for those who engage that SIP.
            return (
                f"Another SIP of the same name, {self.declared.namesake}, has declared a conflict with {who}. "
                "Say whether the two are one person."
            )
        if self.is_exact:
            return f"A conflict with {who}{'' if self.party.what == 'school' else ','} is declared: {says}{until}."
        return f"“{self.declared.named}” is declared ({says}){until}, which may be {who}. Say whether it is."


def comparable(name: str) -> str:
    """A name as names are compared: regardless of case, accents, punctuation, abbreviations and words that say nothing.

    >>> comparable("The St. Wilfrid's C of E Trust Ltd")
    'st wilfrids cofe trust'
    """
    text = searchable(name)
    for phrase, one in SAME_PHRASES:
        text = f" {text} ".replace(f" {phrase} ", f" {one} ").strip()
    words = [SAME_WORDS.get(word, word) for word in text.split()]
    kept = [word for word in words if word not in SILENT]
    return " ".join(kept or words)


def are_alike(one: str, other: str) -> bool:
    """Whether two comparable names are so alike that somebody should look: a letter or two, or the order of words."""
    if min(len(one), len(other)) < SHORTEST:
        return False
    for left, right in ((one, other), (" ".join(sorted(one.split())), " ".join(sorted(other.split())))):
        likeness = SequenceMatcher(None, left, right, autojunk=False)
        if likeness.real_quick_ratio() >= LIKE and likeness.quick_ratio() >= LIKE and likeness.ratio() >= LIKE:
            return True
    return False


def counts_on(declared: Declared, on: date, former_months: int) -> bool:
    """Whether an interest counts on a day. A former employer or post counts for `former_months` after its last day, to the
    day: left on 16 November 2006 and asked after 36 months it counts up to 15 November 2009.
    """
    if declared.starts_on is not None and declared.starts_on > on:
        return False
    if declared.ends_on is None or declared.ends_on >= on:
        return True
    return declared.kind in COUNTS_ON and on < add_months(declared.ends_on, former_months)


def matches(
    interests: Iterable[Declared], parties: Iterable[Party], *, on: date, former_months: int, runs_the_sip: str = ""
) -> list[Match]:
    """Every interest that touches any of the parties of a school on a day, each once and by its closest party.

    Being employed by the authority that runs the school's SIP, `runs_the_sip`, is no conflict.
    """
    found, sides = [], [(party, comparable(party.name)) for party in parties]
    employer_here = comparable(runs_the_sip) if runs_the_sip else ""
    for declared in interests:
        if not counts_on(declared, on, former_months):
            continue
        name = comparable(declared.named) if declared.named else ""
        if declared.kind == "employer" and name and name == employer_here:
            continue
        if (match := _closest(declared, name, sides)) is not None:
            found.append(match)
    return found


def _closest(declared: Declared, name: str, sides: list[tuple[Party, str]]) -> Match | None:
    if declared.school_id is not None:
        party = next((party for party, _ in sides if declared.school_id in party.ids), None)
        return Match(declared, party, not declared.namesake) if party else None
    for party, other in sides:
        if name == other:
            return Match(declared, party, not declared.namesake)
    party = next((party for party, other in sides if are_alike(name, other)), None)
    return Match(declared, party, False) if party else None


def september(on: date) -> date:
    """The 1 September on which registers of interests ran out last."""
    return date(academic_year(on), 9, 1)


def interests_gap(confirmed_on: date | None, overdue_since: date | None, on: date) -> str:
    """Why a register of interests is not in order on a day, as the end of a sentence; blank where it is (REG-10)."""
    if confirmed_on is not None and confirmed_on >= september(on):
        return ""
    if confirmed_on is not None:
        return f"was last confirmed on {day(confirmed_on)}, and that ran out on {day(september(on))}"
    if overdue_since is not None:
        return f"has not been confirmed; that was due on {day(overdue_since)}"
    return ""
