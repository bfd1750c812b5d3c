"""What the guards of the workflow tables look at: every fact, already fetched. Pure."""

from dataclasses import dataclass
from datetime import date


class Need(str):
    """A sentence saying what is missing, and where it can be mended.

    `section` is the section's key where it belongs to one; `anchor` is the place on the page of the draft.
    """

    __slots__ = ("anchor", "section")
    section: str
    anchor: str

    def __new__(cls, sentence: str, *, section: str = "", anchor: str = ""):
        need = super().__new__(cls, sentence)
        need.section = section
        need.anchor = anchor or (f"section-{section}" if section else "")
        return need


@dataclass(frozen=True)
class Said:
    """The head's answer to one section: its title, verdict and whether words go with it."""

    section: str
    title: str
    verdict: str
    has_text: bool = False


@dataclass(frozen=True)
class NoteCase:
    """A note as a guard sees it.

    `empty_sections` are (key, title) of required sections without text, `unreviewed` earlier recommendations without
    an outcome, `answers` what the head said to the version they have. `comment` is what goes with the move; `None`
    while a page only asks whether the move is open.
    """

    empty_sections: tuple[tuple[str, str], ...] = ()
    unreviewed: int = 0
    is_disagreement_likely: bool = False
    answers: tuple[Said, ...] = ()
    comment: str | None = None
    answer_due_on: date | None = None
    on: date | None = None
    receivers: int = 1
    is_void: bool = False


@dataclass(frozen=True)
class VisitCase:
    """A visit as a guard sees it. The fields of a form that is not filled in yet are `None`: then nothing is asked of them.

    `planned_on` is the day that a form gives, `booked_on` the one on record.
    """

    season: str = "autumn"
    on: date | None = None
    is_void: bool = False
    focus: str | None = None
    planned_on: date | None = None
    booked_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    held_on: date | None = None
    is_filled_in: bool = False
    confirmed_on: date | None = None
    confirmation_waived: str = ""
    governor_invited_on: date | None = None
    governor_reason: str = ""
    people_present: str = ""
