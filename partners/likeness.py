"""Whether two records of the register may be one person: names as people write them, and what else they share. Pure.

Likeness of names is counted over their groups of three letters, as PostgreSQL's pg_trgm does, so that both databases find
the same pairs. Records are compared only where they share something, so that the work grows with the register, not with
its square.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sipmanager.core.wording import listed, searchable

TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "rev", "revd", "the"})
# Before the @ of an office's address stand words that many people share.
OFFICES = frozenset(
    {"head", "headteacher", "office", "admin", "info", "enquiries", "contact", "mail", "sip", "sips", "school"}
)
ALIKE = 0.55  # from here on two spellings may be of one name
LEAST_DIGITS, LEAST_LETTERS = 7, 5


@dataclass(frozen=True)
class Known:
    """What a record says of who somebody is; blank where it does not say."""

    pk: int
    name: str
    email: str = ""
    phone: str = ""
    company: str = ""
    own_school: int | None = None
    awards: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        return name_key(self.name)


@dataclass(frozen=True)
class Suspicion:
    """Two records that may be one person, the smaller key first, and why."""

    first: int
    second: int
    because: tuple[str, ...]
    weight: int


@lru_cache(maxsize=20_000)
def name_key(name: str) -> str:
    """A name whatever its letter case, accents, punctuation, title and order of words."""
    words = searchable(name).split()
    return " ".join(sorted(word for word in words if word not in TITLES) or sorted(words))


@lru_cache(maxsize=20_000)
def trigrams(key: str) -> frozenset[str]:
    """The groups of three letters of each word, padded as pg_trgm pads them."""
    padded = [f"  {word} " for word in key.split()]
    return frozenset(word[at : at + 3] for word in padded for at in range(len(word) - 2))


def likeness(one: str, other: str) -> float:
    """How much two name keys share, from 0 to 1."""
    first, second = trigrams(one), trigrams(other)
    return len(first & second) / len(first | second) if first and second else 0.0


def names_alike(one: str, other: str) -> bool:
    """Whether two different name keys may be spellings of one name, or a name and its initials."""
    return likeness(one, other) >= ALIKE or _is_initials(one, other) or _is_initials(other, one)


def _is_initials(short: str, long: str) -> bool:
    """`s jones` and `jones sam`: the full words of the one stand in the other, and its initials begin the rest."""
    letters = [word for word in short.split() if len(word) == 1]
    full = [word for word in short.split() if len(word) > 1]
    rest = [word for word in long.split() if word not in full]
    if not letters or not full or len(long.split()) - len(rest) != len(full) or len(rest) < len(letters):
        return False
    return all(any(word.startswith(letter) for word in rest) for letter in letters)


@lru_cache(maxsize=20_000)
def company_key(company: str) -> str:
    """A company whatever its letter case and punctuation."""
    return searchable(company)


@lru_cache(maxsize=20_000)
def mail_key(email: str) -> str:
    """An address whatever its letter case, dots and tag before the @."""
    local, _, host = email.strip().casefold().partition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{host}" if local and host else ""


def local_part(email: str) -> str:
    """What stands before the @ where it may be a person's own."""
    local = mail_key(email).partition("@")[0]
    return local if len(local) >= LEAST_LETTERS and local not in OFFICES else ""


@lru_cache(maxsize=20_000)
def phone_key(phone: str) -> str:
    """A telephone number without spaces and without the way into the country."""
    digits = "".join(letter for letter in phone if letter.isdigit())
    for prefix in ("0044", "44", "0"):
        if digits.startswith(prefix):
            digits = digits[len(prefix) :].removeprefix("0")
            break
    return digits if len(digits) >= LEAST_DIGITS else ""


def shared(one: Known, other: Known) -> list[str]:
    """What two records have in common beside their names, as ends of a sentence."""
    found = []
    if mail_key(one.email) and mail_key(one.email) == mail_key(other.email):
        found.append("the same email address but for letter case, dots or a tag")
    elif local_part(one.email) and local_part(one.email) == local_part(other.email):
        found.append("the same words before the @ of their email addresses")
    if phone_key(one.phone) and phone_key(one.phone) == phone_key(other.phone):
        found.append("the same telephone number")
    if one.own_school is not None and one.own_school == other.own_school:
        found.append("the same own school")
    if one.company and company_key(one.company) == company_key(other.company):
        found.append("the same company")
    if one.awards & other.awards:
        found.append("the same reference of an accreditation")
    return found


def tells_apart(one: Known, other: Known) -> bool:
    """Whether a fact that both records state differs: an own school, a telephone number, the reference of an award."""
    if one.own_school is not None and other.own_school is not None and one.own_school != other.own_school:
        return True
    phones = phone_key(one.phone), phone_key(other.phone)
    if all(phones) and phones[0] != phones[1]:
        return True
    return bool(one.awards and other.awards and not one.awards & other.awards)


def why_same(one: Known, other: Known) -> tuple[list[str], int]:
    """Why two records may be one person, and how much that weighs; nothing where there is no reason to think so."""
    common = shared(one, other)
    is_certain = bool(one.awards & other.awards) or (
        mail_key(one.email) != "" and mail_key(one.email) == mail_key(other.email)
    )
    if one.key == other.key:
        if common:
            return [f"The same name, and {listed(common)}."], 3 + len(common)
        return ([] if tells_apart(one, other) else ["The same name, and nothing on record tells them apart."]), 1
    if names_alike(one.key, other.key) and common:
        return [f"Names spelt alike, and {listed(common)}."], 2 + len(common)
    return ([f"Different names, but {listed(common)}."], 2) if is_certain else ([], 0)


def suspicions(records: Iterable[Known]) -> list[Suspicion]:
    """Every pair of records that may be one person, those with most in common first."""
    by_key: dict[tuple[str, object], list[Known]] = defaultdict(list)
    for record in records:
        for key in _keys(record):
            by_key[key].append(record)
    found: dict[tuple[int, int], Suspicion] = {}
    for group in by_key.values():
        for at, one in enumerate(group):
            for other in group[at + 1 :]:
                first, second = sorted((one, other), key=lambda record: record.pk)
                if (first.pk, second.pk) in found or first.pk == second.pk:
                    continue
                because, weight = why_same(first, second)
                if because:
                    found[first.pk, second.pk] = Suspicion(first.pk, second.pk, tuple(because), weight)
    return sorted(found.values(), key=lambda row: (-row.weight, row.first, row.second))


def _keys(record: Known) -> Iterable[tuple[str, object]]:
    """What a record may share with another one; a company is large, so it counts with one word of the name."""
    yield "name", record.key
    if mail := mail_key(record.email):
        yield "mail", mail
    if local := local_part(record.email):
        yield "local", local
    if phone := phone_key(record.phone):
        yield "phone", phone
    if record.own_school is not None:
        yield "school", record.own_school
    if record.company:
        for word in record.key.split():
            yield "company", (company_key(record.company), word)
    for award in record.awards:
        yield "award", award
