"""How one value of a file is read: dates, numbers, yes or no. Each reader returns the value or raises `Unreadable` (pure)."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from sipmanager.core.arguments import FIRST_YEAR, LAST_YEAR

YES = {"yes", "y", "true", "1"}
NO = {"no", "n", "false", "0"}
# ISO, and what spreadsheets in this country make of it.
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?$")
_BRITISH = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
_EMAIL = re.compile(r"^[^@\s,;<>()\"]+@[a-z0-9-]+(\.[a-z0-9-]+)+$", re.IGNORECASE)
_REFERENCE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,19}$")
_URN = re.compile(r"^\d{5,6}$")
MOST_DAYS = Decimal(366)


class Unreadable(ValueError):
    """The value is not what its column holds; the message is a sentence."""


def text(longest: int, what: str):
    """A reader of text of at most `longest` characters."""

    def read(value: str) -> str:
        if len(value) > longest:
            raise Unreadable(f"{what} must be {longest} characters or less")
        return value

    return read


def email(value: str) -> str:
    """An address in small letters."""
    found = value.replace(" ", "").lower()
    if not found:
        raise Unreadable("The email address is missing")
    if len(found) > 254 or not _EMAIL.match(found):
        raise Unreadable(f"{value} is not an email address")
    return found


def reference(value: str) -> str:
    """A SIP's reference; it stands in addresses and files, so letters, digits, hyphens and underscores only. Blank passes."""
    if value and not _REFERENCE.match(value):
        raise Unreadable(f"The reference {value} must be at most 20 letters, digits, hyphens or underscores")
    return value


def urn(value: str) -> str:
    """A school's URN; blank passes."""
    found = value.replace(" ", "").removesuffix(".0")
    if found and not _URN.match(found):
        raise Unreadable(f"{value} is not a URN: those have six digits")
    return found


def day(what: str):
    """A reader of a date, `2009-09-01` or `01/09/2009`; blank gives `None`."""

    def read(value: str) -> date | None:
        if not value:
            return None
        iso, british = _ISO.match(value), _BRITISH.match(value)
        if not iso and not british:
            raise Unreadable(f"{what}: {value} is not a date such as 2009-09-01")
        parts = iso.groups() if iso else reversed(british.groups())
        try:
            found = date(*(int(part) for part in parts))
        except ValueError as error:
            raise Unreadable(f"{what}: {value} is not a real date") from error
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise Unreadable(f"{what}: the year of {value} must be from {FIRST_YEAR} to {LAST_YEAR}")
        return found

    return read


def past_day(what: str):
    """A reader of a date that may not lie after `on`; the caller compares."""
    read = day(what)
    read.may_not_be_future = what
    return read


def whole(what: str, most: int):
    """A reader of a whole number; blank gives `None`."""

    def read(value: str) -> int | None:
        if not value:
            return None
        found = value.removesuffix(".0")
        if not found.isascii() or not found.isdigit() or int(found) > most:
            raise Unreadable(f"{what} must be a whole number from 0 to {most}, not {value}")
        return int(found)

    return read


def days(what: str):
    """A reader of a number of days, halves and quarters allowed; blank gives `None`."""

    def read(value: str) -> Decimal | None:
        if not value:
            return None
        try:
            found = Decimal(value)
        except InvalidOperation as error:
            raise Unreadable(f"{what} must be a number, not {value}") from error
        if not found.is_finite() or not 0 <= found <= MOST_DAYS:
            raise Unreadable(f"{what} must be from 0 to {MOST_DAYS}, not {value}")
        return found.quantize(Decimal("0.01"))

    return read


def yes_or_no(what: str):
    """A reader of yes or no; blank gives `None`."""

    def read(value: str) -> bool | None:
        if not value:
            return None
        if value.casefold() in YES:
            return True
        if value.casefold() in NO:
            return False
        raise Unreadable(f"{what} must be yes or no, not {value}")

    return read


def one_of(what: str, choices: dict[str, str]):
    """A reader of one of a few words. `choices` maps what may be typed, loosely, to what is kept; blank gives `""`."""

    def read(value: str) -> str:
        typed = "_".join(value.casefold().replace("-", " ").split())
        if typed and typed not in choices:
            allowed = ", ".join(dict.fromkeys(choices.values()))
            raise Unreadable(f"{what} must be one of {allowed}, not {value}")
        return choices.get(typed, "")

    return read


def several(value: str) -> list[str]:
    """What stands between semicolons, each once."""
    return list(dict.fromkeys(part.strip() for part in value.split(";") if part.strip()))
