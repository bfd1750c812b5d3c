"""Dates, numbers and names as people read them: "4 June 2026 at 9:32am", "2 schools" (pure).

Everything a person reads goes through here, on the page, in a mail or in a finding, so that it reads the same everywhere.
"""

import unicodedata
from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def day(value: date | None) -> str:
    """`4 June 2026`. A moment is read as the day it is in London; nothing gives an empty string."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = in_london(value)
    return f"{value.day} {value:%B %Y}"


def short_day(value: date | None) -> str:
    """`4 Jun 2026`, only where space is short."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = in_london(value)
    return f"{value.day} {value:%b %Y}"


def clock_time(value: datetime | None) -> str:
    """`9:32am`, `10am`, `midday`, `midnight`."""
    if not value:
        return ""
    value = in_london(value)
    if value.minute == 0 and value.hour in (0, 12):
        return "midday" if value.hour else "midnight"
    minutes = f":{value.minute:02}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes}{'am' if value.hour < 12 else 'pm'}"


def moment(value: datetime | None) -> str:
    """`4 June 2026 at 9:32am`. A plain date has no known time and shows only the day, never midnight."""
    if not value:
        return ""
    if not isinstance(value, datetime):
        return day(value)
    return f"{day(value)} at {clock_time(value)}"


def span(first: date | None, last: date | None) -> str:
    """`4 to 10 June 2026`, `28 May to 4 June 2026`, `1 September 2025 to 31 August 2026`, `from 4 June 2026`."""
    if not first and not last:
        return ""
    if not last:
        return f"from {day(first)}"
    if not first:
        return f"until {day(last)}"
    if first == last:
        return day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {day(last)}"
    return f"{day(first)} to {day(last)}"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 school`, `2 schools`, `1,204 schools`, `no schools`. Without `many` an s is added."""
    many = many or f"{one}s"
    if number == 0:
        return f"no {many}"
    return f"{number:,} {one if number == 1 else many}"


def listed(words: list[str], last: str = "and") -> str:
    """`day`, `day and month`, `day, month and year`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


# Labels that begin with a name, which keeps its capital wherever it stands.
PROPER_NAMES = ("Ofsted", "National Challenge", "Fischer Family Trust", "Making Figures Speak")


def in_sentence(label: str) -> str:
    """A label as it stands inside a sentence: `Date of visit` gives `date of visit`, `SIP`, `URN` and `Ofsted` stay."""
    first = label.split(" ", 1)[0]
    if label.startswith(PROPER_NAMES) or any(letter.isupper() for letter in first[1:]):
        return label
    return label[:1].lower() + label[1:]


def capitalised(words: str) -> str:
    """The first letter large, the rest untouched."""
    return words[:1].upper() + words[1:]


def in_london(value: datetime) -> datetime:
    """An aware moment in London time; a naive one is taken to be London time already."""
    return value.astimezone(LONDON) if value.tzinfo else value


def searchable(text: str) -> str:
    """`text` as a search column holds it: small letters without accents or punctuation, "&" as "and", single spaces.

    Fill the column with this and search it with this; a search then ignores what people type differently.
    """
    flat = unicodedata.normalize("NFKD", text.replace("&", " and ").replace("'", "").replace("\u2019", ""))
    kept = (letter if letter.isalnum() else " " for letter in flat if not unicodedata.combining(letter))
    return " ".join("".join(kept).lower().split())


def has_substance(text: str) -> bool:
    """Whether a reason or comment says anything: three letters or figures at least, so "." and "-" are none."""
    return sum(letter.isalnum() for letter in text) >= 3
