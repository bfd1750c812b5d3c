"""Getting to know a school in the first term, and what a school is asked of the SIP who leaves: the two forms as tables. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sipmanager.core.academic import Term

NEW_SIP, NEW_HEAD = "new_sip", "new_head"


@dataclass(frozen=True)
class Item:
    """One thing to do. `reasons` are the lists on which it stands."""

    key: str
    says: str
    group: str
    source: str
    reasons: tuple[str, ...] = (NEW_SIP,)


BOTH = (NEW_SIP, NEW_HEAD)
DAY, CONTACTS, VISIT = "The getting-started day", "Whom to reach", "The first visit"
# fmt: off
ITEMS: tuple[Item, ...] = (
    Item("website",      "Read the school's website",                                                  DAY,      "HND-8"),
    Item("notes",        "Read the notes of the last two years; note strengths and priorities",        DAY,      "HND-8"),
    Item("predecessor",  "Have a short call with the SIP before you",                                   DAY,      "HND-8"),
    Item("files",        "Ask for the school's papers, in hard copy and as files",                     DAY,      "HND-8"),
    Item("headlines",    "Take in the headlines of this year's and last year's data",                  DAY,      "HND-8"),
    Item("head_pa",      "Line and name of the head's personal assistant",                             CONTACTS, "HND-9", BOTH),
    Item("head",         "The head's direct line, email address and mobile",                            CONTACTS, "HND-9", BOTH),
    Item("chairs",       "Chair of governors and chair of the head's performance management panel",    CONTACTS, "HND-9"),
    Item("first_call",   "Make the first call; say that the agenda may follow the school's needs",     CONTACTS, "HND-6", BOTH),
    Item("visit_date",   "Agree day and focus of the first visit",                                     CONTACTS, "HND-9", BOTH),
    Item("role",         "Explain your role, what the year brings and the days there are",             VISIT,    "HND-10", BOTH),
    Item("leaders",      "Meet the leaders and go round the school with pupils",                       VISIT,    "HND-10"),
    Item("data",         "Talk about the priorities that the data show",                               VISIT,    "HND-10", BOTH),
    Item("copies",       "Take copies of self-evaluation, plan and the head's last report to governors", VISIT,  "HND-10"),
    Item("year",         "Book the dates of the whole year",                                           VISIT,    "HND-10", BOTH),
    Item("htpm",         "Agree when the head's performance management is, and its three governors", VISIT, "HND-10", BOTH),
    Item("inspection",   "Ask the head to call when an inspection is announced, and to send the briefing", VISIT, "HND-10", BOTH),
)
# fmt: on
ITEM_NAMES: dict[str, str] = {item.key: item.says for item in ITEMS}


def items_for(reason: str) -> tuple[Item, ...]:
    """What stands on the list of a new SIP, or of a new head."""
    return tuple(item for item in ITEMS if reason in item.reasons)


def due_on(starts_on: date, terms: Iterable[Term]) -> date:
    """The end of Term 1, or one term after the start if that is later (DL-16).

    A start in a holiday, or on the first day of a term, has that term; a start within a term has until as many days into
    the next one. `terms` are those of the school year of the start and of the next. Raises `ValueError` where they end
    before, which a calendar of two years never brings about.
    """
    left = sorted((term for term in terms if term.ends_on >= starts_on), key=lambda term: term.starts_on)
    if left and starts_on <= left[0].starts_on:
        return left[0].ends_on
    if len(left) < 2:
        raise ValueError("No term follows the start")
    into = starts_on - left[0].starts_on
    return min(left[1].starts_on + into, left[1].ends_on)


# fmt: off
# What a school is asked of the SIP who leaves (DEP-17, QA-18): five lines, each with a grade.
QUESTIONS: dict[str, str] = {
    "challenge": "The challenge was well aimed and helped the school to think",
    "knowledge": "The SIP knew the school, its data and its context",
    "relations": "The SIP worked well with the head, leaders and governors",
    "timing":    "Visits and notes came when they were agreed",
    "advice":    "Advice and support that the SIP suggested were of use",
}
GRADES = {4: "Strongly agree", 3: "Agree", 2: "Disagree", 1: "Strongly disagree"}
# fmt: on
