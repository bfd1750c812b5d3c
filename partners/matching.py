"""How well a SIP suits a school: a score whose parts anybody can check, and a sentence for each part (DEP-3, DEP-7, DEP-8). Pure.

Each part gives 0 to 100 points and has a weight of local policy; the score is their mean by weight. What is not asked of the
school has no part. For a school that causes concern expertise outweighs all other parts together (DEP-8). The database
gives the same points when it sorts the register (`selectors.matching`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sipmanager.core.academic import add_months
from sipmanager.core.wording import counted, day, listed

MOST = 100
# Metres up to which a distance gives so many points; beyond the last it gives none.
BANDS = ((5_000, 100), (10_000, 80), (20_000, 60), (40_000, 40), (80_000, 20))
NOT_KNOWN = 50  # points where the SIP's side of a part is not on record
A_SCHOOL = 20  # points that each school held already costs
TENURE_MONTHS = 36
NEW_SCHOOL_YEARS = 3
SMALL_SCHOOL = 100  # pupils
WEIGHTIEST = 3

# What a school writes of its character, and the words by which SIPs say whose faith they are in sympathy with.
FAITHS = {
    "church of england": "Church of England",
    "anglican": "Church of England",
    "roman catholic": "Roman Catholic",
    "catholic": "Roman Catholic",
    "methodist": "Methodist",
    "jewish": "Jewish",
    "muslim": "Muslim",
    "islam": "Muslim",
    "sikh": "Sikh",
    "hindu": "Hindu",
    "christian": "Other Christian",
}
ANY_FAITH = "Any faith"


# What SIPs say they know, as the end of a sentence.
KNOWN_WORDS = {
    "Outstanding": "schools graded outstanding",
    "Good": "schools graded good",
    "Satisfactory": "schools graded satisfactory",
    "Notice to improve": "schools with a notice to improve",
    "Special measures": "schools in special measures",
    "New school": "new schools",
    "Small school": "small schools",
    "Federation": "federations",
}


@dataclass(frozen=True)
class Weights:
    """How much each part counts, by local policy (POL-61 to POL-69)."""

    expertise: int = 3
    days: int = 5
    distance: int = 2
    engaged: int = 2
    load: int = 2
    lapse: int = 4
    tenure: int = 1
    faith: int = 1
    keep: int = 3

    @classmethod
    def of(cls, policy: Any) -> "Weights":
        return cls(**{row.name: getattr(policy, f"weight_{row.name}") for row in fields(cls)})


@dataclass(frozen=True)
class Asked:
    """What a school asks of its SIP on the first day.

    `experience` are words of `partners.expertise`; `faiths` those that would do where the school asked for a SIP in
    sympathy with its faith, else empty. `days` is what the school costs a SIP. Coordinates are metres.
    """

    starts_on: date
    days: Decimal
    experience: tuple[str, ...] = ()
    faiths: tuple[str, ...] = ()
    is_of_concern: bool = False
    concern: str = ""
    easting: int | None = None
    northing: int | None = None

    @property
    def is_placed(self) -> bool:
        return self.easting is not None and self.northing is not None


@dataclass(frozen=True)
class Offered:
    """What a SIP brings to it. `metres` from the own school is `None` where either place is not known.

    `days_left` is blank where the SIP's days are not planned; `tenure_months` is how long the SIP may stay.
    """

    expertise: frozenset[str] = frozenset()
    metres: int | None = None
    days_left: Decimal | None = None
    schools: int = 0
    is_engaged: bool = False
    is_sure: bool = True
    tenure_months: int = TENURE_MONTHS
    last_lawful_on: date | None = None
    was_here: bool = False


@dataclass(frozen=True)
class Part:
    """One part of a score; `says` is why, in a few words that can stand in a list."""

    name: str
    weight: int
    points: int
    says: str

    @property
    def gain(self) -> int:
        return self.weight * self.points

    @property
    def loss(self) -> int:
        return self.weight * (MOST - self.points)


def weights_for(asked: Asked, weights: Weights) -> dict[str, int]:
    """The weight of each part that applies to the school, by name; what does not apply is left out."""
    found = {row.name: getattr(weights, row.name) for row in fields(weights)}
    if not asked.experience:
        del found["expertise"]
    if not asked.faiths:
        del found["faith"]
    if not asked.is_placed:
        del found["distance"]
    if asked.is_of_concern and "expertise" in found:
        found["expertise"] = 1 + sum(found.values()) - found["expertise"]
    return found


def parts(asked: Asked, offered: Offered, weights: Weights) -> list[Part]:
    """The parts of the score, in the order of the table."""
    return [Part(name, weight, *PARTS[name](asked, offered)) for name, weight in weights_for(asked, weights).items()]


def score(found: Sequence[Part]) -> int:
    """The mean of the points by weight, from 0 to 100, rounded down."""
    total = sum(part.weight for part in found)
    return sum(part.gain for part in found) // total if total else 0


def weightiest(found: Iterable[Part]) -> list[str]:
    """The sentences that weigh most: what the score gains most from, in that order."""
    gains = sorted((part for part in found if part.gain), key=lambda part: -part.gain)
    return [part.says for part in gains[:WEIGHTIEST]]


def sentences(found: Iterable[Part]) -> list[str]:
    """All of them, as sentences, those that weigh most first."""
    return [f"{part.says[:1].upper()}{part.says[1:]}." for part in sorted(found, key=lambda part: -part.gain)]


# ---------------------------------------------------------------------------------------------------------- the parts


def in_words(experience: str) -> str:
    return KNOWN_WORDS.get(experience, experience.lower())


def of_expertise(asked: Asked, offered: Offered) -> tuple[int, str]:
    """What of the school's position and context the SIP knows (DEP-3); beyond all else where it causes concern (DEP-8)."""
    known = [word for word in asked.experience if word in offered.expertise]
    points = MOST * len(known) // len(asked.experience)
    if known:
        return points, f"knows {listed([in_words(word) for word in known])}"
    return points, f"no experience with {listed([in_words(word) for word in asked.experience], 'or')} on record"


def of_days(asked: Asked, offered: Offered) -> tuple[int, str]:
    if offered.days_left is None:
        return NOT_KNOWN, "days not planned"
    left = offered.days_left.normalize()
    return (MOST if offered.days_left >= asked.days else 0), f"{left:f} {'day' if left == 1 else 'days'} left"


def of_distance(asked: Asked, offered: Offered) -> tuple[int, str]:
    if offered.metres is None:
        return NOT_KNOWN, "distance not known"
    points = next((points for metres, points in BANDS if offered.metres <= metres), 0)
    return points, f"own school {max(round(offered.metres / 1000), 1)} km away"


def of_engagement(asked: Asked, offered: Offered) -> tuple[int, str]:
    return (MOST, "engaged here") if offered.is_engaged else (0, "not engaged here yet")


def of_load(asked: Asked, offered: Offered) -> tuple[int, str]:
    points = max(MOST - A_SCHOOL * offered.schools, 0)
    return points, f"{counted(offered.schools, 'school')} today" if offered.schools else "no school today"


def of_lapse(asked: Asked, offered: Offered) -> tuple[int, str]:
    if offered.is_sure:
        return MOST, "accreditation lasts"
    return 0, "accreditation lapses or is removed within the deployment"


def of_tenure(asked: Asked, offered: Offered) -> tuple[int, str]:
    points = MOST * min(max(offered.tenure_months, 0), TENURE_MONTHS) // TENURE_MONTHS
    return points, f"may stay until {day(offered.last_lawful_on)}" if offered.last_lawful_on else "may stay three years"


def of_faith(asked: Asked, offered: Offered) -> tuple[int, str]:
    """A wish that is weighed and binds nobody (DEP-7)."""
    if offered.expertise.isdisjoint(asked.faiths):
        return 0, "sympathy with the school's faith not on record"
    return MOST, "in sympathy with the school's faith, as it asked"


def of_keeping(asked: Asked, offered: Offered) -> tuple[int, str]:
    if offered.was_here:
        return MOST, "the school's SIP until now"
    return 0, "the school's SIP at an earlier time" if offered.last_lawful_on else "new to the school"


PARTS = {
    "expertise": of_expertise,
    "days": of_days,
    "distance": of_distance,
    "engaged": of_engagement,
    "load": of_load,
    "lapse": of_lapse,
    "tenure": of_tenure,
    "faith": of_faith,
    "keep": of_keeping,
}


# ------------------------------------------------------------------------------------------- what the school asks for


def faiths_of(religious_character: str) -> tuple[str, ...]:
    """The words of a SIP's record that answer a wish for one in sympathy with a school's faith."""
    text = religious_character.lower()
    named = [faith for word, faith in FAITHS.items() if word in text]
    return tuple(dict.fromkeys([*named[:1], ANY_FAITH])) if text.strip() else (ANY_FAITH,)


def contexts_of(
    *, opened_on: date | None, pupils: int | None, federation: str, starts_on: date
) -> tuple[str, ...]:  # fmt: skip
    """The contexts of `partners.expertise` that the record of a school shows by itself."""
    found = []
    if opened_on is not None and opened_on > add_months(starts_on, -12 * NEW_SCHOOL_YEARS):
        found.append("New school")
    if pupils is not None and pupils < SMALL_SCHOOL:
        found.append("Small school")
    if federation.strip():
        found.append("Federation")
    return tuple(found)


def months_between(starts_on: date, last_on: date) -> int:
    """Whole months from the first day to the last, both counted; none where the last lies before the first."""
    after = last_on + timedelta(days=1)
    months = 12 * (after.year - starts_on.year) + after.month - starts_on.month - (after.day < starts_on.day)
    return max(months, 0)


def distance(one: tuple[int | None, int | None], other: tuple[int | None, int | None]) -> int | None:
    """Metres between two places of the national grid, rounded up; `None` where either is not known."""
    (x, y), (u, v) = one, other
    if x is None or y is None or u is None or v is None:
        return None
    squared = (x - u) ** 2 + (y - v) ** 2
    root = int(squared**0.5)
    return root if root * root >= squared else root + 1
