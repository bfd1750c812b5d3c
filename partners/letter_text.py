"""The letters about deployments: their kinds, the fields that a text may name, and what is wrong with a text (DEP-27). Pure.

A text is plain words with the light marking of notes and fields in square brackets, such as `[school]`. There is no code in
it and no way to write any: a field stands for one fact, and anything else in brackets is refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class LetterKind(StrEnum):
    """What a letter is, and to whom (DEP-27, DEP-17)."""

    PROPOSAL_SCHOOL = "proposal_school"
    CONFIRMATION_SCHOOL = "confirmation_school"
    CONFIRMATION_SIP = "confirmation_sip"
    END_SCHOOL = "end_school"
    END_SIP = "end_sip"
    FEEDBACK_SCHOOL = "feedback_school"
    NOTICE_CONTRACTOR = "notice_contractor"


class Recipient(StrEnum):
    SCHOOL = "school"
    SIP = "sip"
    CONTRACTOR = "contractor"


LETTER_NAMES = {
    LetterKind.PROPOSAL_SCHOOL: "Proposal to the school",
    LetterKind.CONFIRMATION_SCHOOL: "Confirmation to the school",
    LetterKind.CONFIRMATION_SIP: "Confirmation to the SIP",
    LetterKind.END_SCHOOL: "End of deployment, to the school",
    LetterKind.END_SIP: "End of deployment, to the SIP",
    LetterKind.FEEDBACK_SCHOOL: "Request for feedback on the outgoing SIP",
    LetterKind.NOTICE_CONTRACTOR: "Notice to the national contractor",
}
RECIPIENT_NAMES = {
    Recipient.SCHOOL: "Headteacher", Recipient.SIP: "SIP", Recipient.CONTRACTOR: "National contractor",
}  # fmt: skip
RECIPIENTS = {
    LetterKind.CONFIRMATION_SIP: Recipient.SIP,
    LetterKind.END_SIP: Recipient.SIP,
    LetterKind.NOTICE_CONTRACTOR: Recipient.CONTRACTOR,
}


def recipient_of(kind: LetterKind) -> Recipient:
    """To whom a kind of letter goes: the school, unless the table says otherwise."""
    return RECIPIENTS.get(kind, Recipient.SCHOOL)


# fmt: off
FIELDS: dict[str, str] = {
    "authority":         "Name of the authority or trust",
    "authority email":   "Email address of the authority's SIP team",
    "authority phone":   "Telephone of the authority",
    "name":              "Whom the letter is to",
    "school":            "Name of the school",
    "SIP":               "Name of the School Improvement Partner",
    "first day":         "First day of the deployment",
    "last day":          "Last day of the deployment, or the words “not set yet”",
    "days":              "Days a year for the school",
    "reason":            "Why the deployment ends",
    "previous SIP":      "Who was the school's SIP before, or the words “nobody”",
    "previous last day": "Last day of the SIP before, or the words “no last day”",
    "answer by":         "Day by which an answer is asked for",
    "number of changes": "How many changes a notice lists",
}
# fmt: on
OF_EVERY_LETTER = ("authority", "authority email", "authority phone", "name")
OF_A_DEPLOYMENT = (*OF_EVERY_LETTER, "school", "SIP", "first day", "last day", "days", "previous SIP", "previous last day")
FIELDS_OF: dict[LetterKind, tuple[str, ...]] = {
    LetterKind.PROPOSAL_SCHOOL: (*OF_A_DEPLOYMENT, "answer by"),
    LetterKind.CONFIRMATION_SCHOOL: OF_A_DEPLOYMENT,
    LetterKind.CONFIRMATION_SIP: OF_A_DEPLOYMENT,
    LetterKind.END_SCHOOL: (*OF_A_DEPLOYMENT, "reason"),
    LetterKind.END_SIP: (*OF_A_DEPLOYMENT, "reason"),
    LetterKind.FEEDBACK_SCHOOL: (*OF_A_DEPLOYMENT, "answer by"),
    LetterKind.NOTICE_CONTRACTOR: (*OF_EVERY_LETTER, "number of changes"),
}


@dataclass(frozen=True)
class Text:
    """The heading and the body of a letter, with its fields still in brackets."""

    title: str
    body: str


def _written(title: str, body: str) -> Text:
    """A standard text, its lines joined to paragraphs: in a letter a line break is one that its writer wants."""
    return Text(title, re.sub(r"(?<!\n)\n(?!\n|- )", " ", body))


STANDARD: dict[LetterKind, Text] = {
    LetterKind.PROPOSAL_SCHOOL: _written(
        "A School Improvement Partner for [school]",
        """Dear [name],

[authority] proposes **[SIP]** as the School Improvement Partner (SIP) of [school], for [days] days a year from [first day].

Before this is settled the school's views are asked for. Tell us by [answer by]:

- what the school will be working on this year, and what experience would help it most
- anything that could make it hard for [SIP] to be impartial
- any other thing that should be borne in mind

You can reach us at [authority email] or on [authority phone].

Yours sincerely

[authority]""",
    ),
    LetterKind.CONFIRMATION_SCHOOL: _written(
        "Your School Improvement Partner is confirmed",
        """Dear [name],

**[SIP]** is the School Improvement Partner (SIP) of [school] from [first day]. Last day on record: [last day]. The school has
[days] days a year.

[SIP] will be in touch to arrange a first visit. The agenda may follow the school's own needs, so say what they are.

The SIP before: [previous SIP]. What was found and agreed in the last two years is handed over, so that you need not
explain it again.

Questions go to [authority email] or [authority phone].

Yours sincerely

[authority]""",
    ),
    LetterKind.CONFIRMATION_SIP: _written(
        "You are confirmed for [school]",
        """Dear [name],

[authority] confirms you as the School Improvement Partner (SIP) of [school] from [first day], for [days] days a year. Last day
on record: [last day].

The SIP before you: [previous SIP]. From your first day you can open what is handed over: the notes of the
last two years, reports, plans and inspections. A list of what to do in your first term is with it.

Arrange an early visit with the head.

Yours sincerely

[authority]""",
    ),
    LetterKind.END_SCHOOL: _written(
        "A change of School Improvement Partner at [school]",
        """Dear [name],

**[SIP]**, School Improvement Partner (SIP) of [school] since [first day], leaves the school on [last day].

The work done stays on record, and open recommendations are handed on. We write again when the school's next SIP is settled.

Questions go to [authority email] or [authority phone].

Yours sincerely

[authority]""",
    ),
    LetterKind.END_SIP: _written(
        "Your last day at [school]",
        """Dear [name],

[last day] is your last day as School Improvement Partner (SIP) of [school].

Complete by then any note of visit that is still open. Where another SIP follows, hand over what you hold on paper and brief
them on what matters most; if it helps, make the first visit together.

Thank you for your work with the school.

Yours sincerely

[authority]""",
    ),
    LetterKind.FEEDBACK_SCHOOL: _written(
        "A few questions on the work of [previous SIP]",
        """Dear [name],

[SIP] follows [previous SIP] as the School Improvement Partner (SIP) of [school]. Will you say briefly how the school found the
work of [previous SIP]?

The questions are on line and take five minutes. You may write more if you like. Answer by [answer by].

The SIP manager reads what you say. [previous SIP] does not see it unless the SIP manager shares it.

Yours sincerely

[authority]""",
    ),
    LetterKind.NOTICE_CONTRACTOR: _written(
        "Changes of School Improvement Partners in [authority]",
        """Dear [name],

[authority] tells you of [number of changes] to its School Improvement Partners (SIPs), listed below.

Questions go to [authority email] or [authority phone].

Yours sincerely

[authority]""",
    ),
}

# Letters that no text of an authority may exceed; a letter is a page or two.
LONGEST_TITLE, LONGEST_BODY = 120, 6000
FIELD = re.compile(r"\[([^\[\]]*)\]")
PUNCTUATION = re.compile(r"([\\`*_{}\[\]()#+\-.!>~|<&])")


def _known(kind: LetterKind) -> dict[str, str]:
    return {name.casefold(): name for name in FIELDS_OF[kind]}


def _plain(name: str) -> str:
    """A field's name as typed, with letter case and stray spaces put aside."""
    return " ".join(name.split()).casefold()


def faults(kind: LetterKind, text: Text) -> list[str]:
    """What is wrong with a text, as sentences; empty where it can be used."""
    found = []
    if not text.title.strip():
        found.append("Enter the heading of the letter")
    if not text.body.strip():
        found.append("Enter the text of the letter")
    if len(text.title) > LONGEST_TITLE:
        found.append(f"The heading must be {LONGEST_TITLE} characters or less")
    if len(text.body) > LONGEST_BODY:
        found.append(f"The text must be {LONGEST_BODY:,} characters or less")
    for where, words in (("heading", text.title), ("text", text.body)):
        found += _faults_of_fields(kind, where, words)
    return found


def _faults_of_fields(kind: LetterKind, where: str, words: str) -> list[str]:
    known, found = _known(kind), []
    for name in dict.fromkeys(FIELD.findall(words)):
        if not name.strip():
            found.append(f"The {where} has brackets with nothing in them")
        elif _plain(name) not in known:
            found.append(f"The {where} names [{name}], which this letter does not know. The fields are listed beside it")
    left = FIELD.sub("", words)
    if "[" in left:
        found.append(f"The {where} has a bracket [ that is not closed: “{_near(left, '[')}”")
    if "]" in left:
        found.append(f"The {where} has a bracket ] that was not opened: “{_near(left, ']')}”")
    return found


def _near(words: str, sign: str) -> str:
    """The few words around a sign, to find it by."""
    at = words.index(sign)
    return " ".join(words[max(at - 20, 0) : at + 20].split())


def fill(kind: LetterKind, words: str, values: Mapping[str, str], *, is_plain: bool = False) -> str:
    """`words` with its fields replaced. A value is never read as marking; `is_plain` is for headings, which have none.

    Raises `KeyError` where a field has no value: a text is checked by `faults` before it is used.
    """
    known = _known(kind)
    by_name = {known[name]: " ".join(str(value).split()) for name, value in _folded(values).items() if name in known}

    def value_of(match: re.Match[str]) -> str:
        value = by_name[known[_plain(match[1])]]
        return value if is_plain else PUNCTUATION.sub(r"\\\1", value)

    return FIELD.sub(value_of, words)


def _folded(values: Mapping[str, str]) -> dict[str, str]:
    return {name.casefold(): value for name, value in values.items()}


# What a preview shows where no deployment is chosen.
SAMPLE: dict[str, str] = {
    "authority": "Hillshire", "authority email": "sips@hillshire.example", "authority phone": "01632 960000",
    "name": "Mrs Ada Brook", "school": "Brook Lane Primary School", "SIP": "Kim Lee", "first day": "4 January 2010",
    "last day": "not set yet", "days": "5", "reason": "Three years are up", "previous SIP": "Pat Ash",
    "previous last day": "31 December 2009", "answer by": "18 December 2009", "number of changes": "3 changes",
}  # fmt: skip
