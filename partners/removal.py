"""When a case to remove an accreditation may be opened, heard and decided (ACC-16 to ACC-26). Pure."""

from dataclasses import dataclass
from datetime import date

from sipmanager.core.wording import counted, day, listed

CONDUCT, COMPETENCE, PUBLIC_CONFIDENCE, LAPSED = "conduct", "competence", "public_confidence", "lapsed"
BODIES = ("NCSL", "NS", "DfES")  # who sits on the steering group (ACC-26)


@dataclass(frozen=True)
class Talk:
    """One discussion of a concern that is on record: when, about what, when its copy went to the SIP, what came back."""

    held_on: date
    criterion: str
    copied_on: date | None = None
    answer_due_on: date | None = None
    answered_on: date | None = None

    def waits(self, on: date) -> bool:
        """Whether the SIP's time to answer still runs on a day (ACC-21, ACC-23)."""
        return self.answered_on is None and self.answer_due_on is not None and on <= self.answer_due_on


@dataclass(frozen=True)
class RemovalFacts:
    """What opening, hearing and deciding a case look at, on a day."""

    on: date
    criterion: str = ""
    talks: tuple[Talk, ...] = ()
    has_award: bool = True
    has_open_case: bool = False
    support_given: str = ""
    sip_told_on: date | None = None
    director_told_on: date | None = None
    hearing_on: date | None = None
    heard_on: date | None = None
    bodies: tuple[str, ...] = ()
    is_withholding_found: bool | None = None
    removed_from: date | None = None


def why_not_opened(facts: RemovalFacts) -> list[str]:
    """Why a case may not be opened, as sentences (ACC-16, ACC-18, ACC-22)."""
    found = []
    if facts.criterion == LAPSED:
        return ["A lapse ends an accreditation by itself after three years without practice. It needs no case."]
    if not facts.has_award:
        found.append("The SIP holds no accreditation that could be removed.")
    if facts.has_open_case:
        found.append("A case about this SIP is open already.")
    if facts.criterion == COMPETENCE:
        if not any(talk.held_on < facts.on and talk.criterion == COMPETENCE for talk in facts.talks):
            found.append(
                "No earlier discussion of competence with the SIP is on record. The concern is raised openly with the SIP when "
                "it occurs, before a case is opened."
            )
        if not facts.support_given.strip():
            found.append("Enter what was done to bring rapid improvement about.")
    elif not any(talk.copied_on is not None and talk.copied_on <= facts.on for talk in facts.talks):
        found.append("No record of a discussion has been copied to the SIP yet. Record the first one, then open the case.")
    return found


def may_tell_director(facts: RemovalFacts) -> list[str]:
    if facts.sip_told_on is None:
        return ["The SIP is told first that removal is possible."]
    return []


def may_call_hearing(facts: RemovalFacts) -> list[str]:
    """The SIP's time to answer each record runs out before the hearing (ACC-21)."""
    if facts.hearing_on is None:
        return []
    if facts.hearing_on < facts.on:
        return ["The day of the hearing must be today or later."]
    return _still_answering(facts, facts.hearing_on)


def may_be_heard(facts: RemovalFacts) -> list[str]:
    """Who heard the case, and when (ACC-26)."""
    found = []
    if facts.heard_on is not None:
        if facts.heard_on > facts.on:
            found.append("The day on which the case was heard must be today or in the past.")
        elif facts.director_told_on is not None and facts.heard_on < facts.director_told_on:
            found.append(f"The case came to the national director on {day(facts.director_told_on)}; it is heard after that.")
        found += _still_answering(facts, facts.heard_on)
        if missing := [body for body in BODIES if body not in facts.bodies]:
            found.append(f"Enter who sat for {listed(missing)}: the steering group has members of all three.")
    return found


def _still_answering(facts: RemovalFacts, day_of_hearing: date) -> list[str]:
    waiting = [talk for talk in facts.talks if talk.waits(day_of_hearing)]
    if not waiting:
        return []
    last = max(talk.answer_due_on for talk in waiting if talk.answer_due_on is not None)
    records = counted(len(waiting), "record")
    return [f"The SIP has until {day(last)} to answer {records} of discussion; the hearing is on a later day."]


def may_be_retained(facts: RemovalFacts) -> list[str]:
    """ACC-20: withheld facts that mattered to the appointment will bring removal; everything else may."""
    if facts.is_withholding_found:
        return [
            "The steering group found that facts were withheld or misstated so that the appointment was affected. That brings "
            "removal."
        ]
    return []


def may_be_removed(facts: RemovalFacts) -> list[str]:
    if facts.removed_from is not None and facts.heard_on is not None and facts.removed_from < facts.heard_on:
        return [f"The removal holds from a day on or after the hearing, {day(facts.heard_on)}."]
    return []
