"""What views hand to the parts of a page (see `docs/front-end.md`): small frozen records with sensible gaps (pure)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Link:
    """A link; `hidden` is read by screen readers only and tells links with the same words apart."""

    label: str
    url: str
    hidden: str = ""
    is_current: bool = False


@dataclass(frozen=True)
class Tag:
    """A status in one or two words, an adjective. `colour` is one of govuk-frontend's; red is for errors only."""

    label: str
    colour: str = ""


@dataclass(frozen=True)
class SummaryRow:
    """One row of a summary list. An empty value reads "Not provided"; a date reads as a day; a list as lines."""

    key: str
    value: Any = ""
    links: tuple[Link, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Task:
    """One row of a task list. Without `url` it cannot start yet. Without `tag` it reads as `status` in plain text."""

    label: str
    url: str = ""
    hint: str = ""
    status: str = ""
    tag: Tag | None = None


@dataclass(frozen=True)
class Event:
    """One event of a timeline. A date instead of a moment means that the time is not known, and none is shown."""

    title: str
    at: date | datetime
    by: str = ""
    text: str = ""
    links: tuple[Link, ...] = ()
