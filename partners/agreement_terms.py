"""What both sides of an agreement promise, by the terms that the local policy chooses (AGR-10, AGR-11, POL-60). Pure.

The words are the service's own; an authority's solicitors may want others. Each clause has a number, so that a breach
can name the one that was broken (AGR-12).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Clause:
    """One promise, by its number: `S` of the SIP, `A` of the authority, `G` of both."""

    number: str
    says: str


@dataclass(frozen=True)
class Terms:
    """The promises of the SIP and of the authority."""

    partner: tuple[Clause, ...]
    authority: tuple[Clause, ...]


def _numbered(letter: str, *says: str) -> tuple[Clause, ...]:
    return tuple(Clause(f"{letter}{number}", words) for number, words in enumerate(says, start=1))


CONFIDENTIAL = "Keep in confidence what is learnt of schools, pupils and staff, during the agreement and after it."
NOTES = "Share what comes of each visit through the formal note of visit, and in no other way."

TERMS: dict[str, Terms] = {
    "programme": Terms(
        _numbered(
            "S",
            "Give each school on the schedule the days set down for it.",
            NOTES,
            "Take part in the development that the four reserved days are for.",
            "Follow the national guidance on the work of a School Improvement Partner.",
            CONFIDENTIAL,
        ),
        _numbered(
            "A",
            "Name a line manager, and give the data and papers that each visit needs.",
            "Pay the rates of this agreement for days worked in line with the schedule.",
            "Review the work once a year and say openly how it is judged.",
        ),
    ),
    "protocol": Terms(
        _numbered(
            "S",
            "Put the days agreed below before other work.",
            "Keep to the days set for meetings and for reports.",
            "Do part of the preparation at the authority's own centre.",
            "Attend all meetings and training that the authority holds for its SIPs.",
            "Be in touch with the line manager at least once every half-term.",
            "Report each school's outcomes to the lead officer.",
            NOTES,
            CONFIDENTIAL,
        ),
        _numbered(
            "A",
            "Give development and a named line manager.",
            "Give a place to work, files and the schools' data.",
            "Manage performance and give feedback on national lines.",
            "Give an opportunity to talk about renewal before the agreement ends.",
            "Pay the daily rate below for days worked in line with the schedule.",
            "Tell schools openly what SIP visits are for, with the criteria and prompts used.",
            "Ask schools for their feedback on the SIP's work.",
        ),
    ),
    "county": Terms(
        _numbered(
            "S",
            "Give each school on the schedule the days set down for it, spread over the seasons.",
            "Share the draft of each note with the head, and distribute the note, within the days that the authority sets.",
            "Attend the development sessions that the authority requires.",
            "Agree extra days with the SIP manager before they are worked.",
            CONFIDENTIAL,
        ),
        _numbered(
            "A",
            "Give a line manager and, in the first year, a mentor.",
            "Give the schools' data in time for each season's visits.",
            "Read a sample of notes and give feedback on them at least once a year.",
            "Pay the rates of this agreement on claims for days worked.",
        ),
    ),
    "trust": Terms(
        _numbered(
            "S",
            "Give each school on the schedule its days, face to face and in writing.",
            "Write a report in each term.",
            "Take the trust's initial training and come to its team meetings.",
            "Tell the trust of any link with a school before working there.",
            CONFIDENTIAL,
        ),
        _numbered(
            "A",
            "Read every report and answer for its quality.",
            "Arrange the team meetings and the initial training.",
            "Pay the rate below for days worked.",
        ),
    ),
}

# What stands in an agreement about work beyond its schedule (AGR-7, POL-9).
EXTRA_WORK: dict[str, str] = {
    "controlled": "Paid work at a school on the schedule beyond these days is a conflict of interest unless the SIP manager has "
    "allowed it first.",
    "written_confirmation": "Work at a school on the schedule beyond these days begins only after the authority has confirmed it "
    "in writing.",
    "agreed_in_advance": "Extra days at a school on the schedule are agreed with the SIP manager before they are worked.",
    "school_buys": "Once the days of the schedule are used, a school may buy further days from the SIP directly. The SIP tells "
    "the authority.",
}
# Where the authority's word is needed before the work begins.
CONFIRMED_FIRST = frozenset({"controlled", "written_confirmation", "agreed_in_advance"})

SUPPORT = "Recommend or arrange paid support for a school only once the authority has agreed to it."
BREACH = (
    "A breach of these terms makes the authority review the agreement in a meeting with the SIP. It may then go on, go on "
    "under conditions, or end."
)
ACCREDITATION = "The agreement holds only while the SIP is accredited as a School Improvement Partner."
