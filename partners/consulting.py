"""Whom a school's say belongs to under each local policy, what they may answer, and which objection is admissible. Pure.

The table `ASKS` is read by POL-10; the reasons of `Inadmissible` are ENU-12, and one more for the window (DL-27).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sipmanager.core.wording import day


class Party(StrEnum):
    HEAD = "head"
    GOVERNORS = "governors"


PARTY_NAMES = {
    Party.HEAD: "Headteacher",
    Party.GOVERNORS: "Governing body",
}


class Question(StrEnum):
    VIEWS = "views"
    OBJECTION = "objection"
    CHOICE = "choice"


QUESTION_NAMES = {
    Question.VIEWS: "What the school thinks",
    Question.OBJECTION: "Whether the governing body objects",
    Question.CHOICE: "Whether the school chooses this SIP",
}


class Answer(StrEnum):
    CONTENT = "content"
    CONCERNS = "concerns"
    TALK = "talk"
    FAITH = "faith"
    NO_OBJECTION = "no_objection"
    OBJECTS = "objects"
    CHOSEN = "chosen"
    NOT_CHOSEN = "not_chosen"


ANSWER_NAMES = {
    Answer.CONTENT: "Content with this SIP",
    Answer.CONCERNS: "Has concerns",
    Answer.TALK: "Wishes to talk first",
    Answer.FAITH: "Asks for a SIP in sympathy with the school's faith",
    Answer.NO_OBJECTION: "Does not object",
    Answer.OBJECTS: "Objects",
    Answer.CHOSEN: "Chooses this SIP",
    Answer.NOT_CHOSEN: "Does not choose this SIP",
}


class Ground(StrEnum):
    CONNECTIVITY = "connectivity"
    OTHER = "other"


GROUND_NAMES = {
    Ground.CONNECTIVITY: "Connectivity: a link between the SIP and the school or its people",
    Ground.OTHER: "Another reason",
}


class Inadmissible(StrEnum):
    """Why an objection is not admissible (ENU-12); the window is the one of DL-27."""

    NOT_CONNECTIVITY = "not_connectivity"
    ALREADY_USED = "already_used"
    ALREADY_STARTED = "already_started"
    WINDOW_CLOSED = "window_closed"


INADMISSIBLE_NAMES = {
    Inadmissible.NOT_CONNECTIVITY: "Not on connectivity",
    Inadmissible.ALREADY_USED: "Already used",
    Inadmissible.ALREADY_STARTED: "SIP already started",
    Inadmissible.WINDOW_CLOSED: "After the last day for objections",
}


ANSWERS: dict[str, tuple[Answer, ...]] = {
    Question.VIEWS: (Answer.CONTENT, Answer.CONCERNS, Answer.TALK, Answer.FAITH),
    Question.OBJECTION: (Answer.NO_OBJECTION,),
    Question.CHOICE: (Answer.CHOSEN, Answer.NOT_CHOSEN),
}
# What somebody who answers so is to put into words, and what the manager is to say what was done about.
WANTS_WORDS = frozenset({Answer.CONCERNS, Answer.TALK, Answer.FAITH, Answer.NOT_CHOSEN})

# By POL-10: who is asked, and what.
ASKS: dict[str, tuple[tuple[Party, Question], ...]] = {
    "consulted": ((Party.HEAD, Question.VIEWS),),
    "one_objection": ((Party.HEAD, Question.VIEWS), (Party.GOVERNORS, Question.OBJECTION)),
    "head_consulted": ((Party.HEAD, Question.VIEWS),),
    "head_and_chair_choose": ((Party.HEAD, Question.CHOICE), (Party.GOVERNORS, Question.CHOICE)),
}
# Where views are waited for until they are there or the last day has passed, not only asked for (Kent: in every case).
WAITS_FOR_VIEWS = frozenset({"head_consulted"})
# Where the school has its say before a proposal is agreed, so that many are proposed at once and agreed one by one.
AGREED_ONE_BY_ONE = frozenset({"head_consulted", "one_objection", "head_and_chair_choose"})
SAY_FIRST = "DEP-5: The school has its say here first. Propose it, and agree it on its own page once the school has answered."


@dataclass(frozen=True)
class Asked:
    """What became of one question, as `agreeing` looks at it."""

    party: str
    question: str
    until: date
    answer: str = ""
    is_waited_for: bool = True


def last_day_to_answer(*, closes_on: date, starts_on: date, question: str) -> date:
    """The last day for an answer; an objection must come before the SIP starts (DEP-6, DL-27)."""
    if question != Question.OBJECTION:
        return closes_on
    return min(closes_on, date.fromordinal(starts_on.toordinal() - 1))


def inadmissible(*, ground: str, is_used: bool, starts_on: date, until: date, on: date) -> list[Inadmissible]:
    """Every reason why an objection made on a day is not admissible; empty where it is (DEP-6, ACT-2)."""
    found = []
    if on >= starts_on:
        found.append(Inadmissible.ALREADY_STARTED)
    elif on > until:
        found.append(Inadmissible.WINDOW_CLOSED)
    if is_used:
        found.append(Inadmissible.ALREADY_USED)
    if ground != Ground.CONNECTIVITY:
        found.append(Inadmissible.NOT_CONNECTIVITY)
    return found


def sentence(reason: str, *, starts_on: date, until: date) -> str:
    """Why the objection is not admissible, for the chair who made it."""
    return {
        Inadmissible.NOT_CONNECTIVITY: "It is not about connectivity, a link between the SIP and the school or its people, and "
        "that is the only ground on which a governing body may object.",
        Inadmissible.ALREADY_USED: "The governing body has objected to this SIP before, and it may do so once only.",
        Inadmissible.ALREADY_STARTED: f"The SIP already started at the school on {day(starts_on)}; an objection must come before "
        "the first day.",
        Inadmissible.WINDOW_CLOSED: f"The last day for an objection was {day(until)}.",
    }[Inadmissible(reason)]


def agreeing(asked: Iterable[Asked], *, on: date) -> list[str]:
    """What of the school's say is still missing before a proposal can be agreed, as sentences (DEP-4 to DEP-6)."""
    found = []
    for row in asked:
        who = "head" if row.party == Party.HEAD else "chair of governors"
        if row.question == Question.CHOICE:
            if row.answer != Answer.CHOSEN:
                verb = "does not choose this SIP" if row.answer else "has not said yet whether the school chooses this SIP"
                found.append(f"DEP-4: The {who} {verb}; head and chair choose together.")
        elif row.answer or on > row.until:
            continue
        elif row.question == Question.OBJECTION:
            found.append(f"DEP-6: The governing body may object until {day(row.until)}, and has not said that it does not.")
        elif row.is_waited_for:
            found.append(f"DEP-5: The {who} was asked and may answer until {day(row.until)}.")
    return found


def wants_an_account(asked: Iterable[Asked]) -> bool:
    """Whether the manager is to say what was done about the school's views before agreeing (DEP-5, DEP-7)."""
    return any(row.answer in WANTS_WORDS for row in asked)
