"""What is typed after a command's name, read strictly: the error ends the command as wrong usage (pure)."""

import re
from argparse import ArgumentTypeError
from datetime import date

# Days on which arithmetic in years stays within the calendar, and which somebody may mean.
FIRST_YEAR, LAST_YEAR = 1900, 2999
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day(text: str) -> date:
    """A day written `2009-11-16`, of the years 1900 to 2999."""
    try:
        found = date.fromisoformat(text) if _ISO.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ArgumentTypeError(f"{text!r} is not a day such as 2009-11-16")
    return found
