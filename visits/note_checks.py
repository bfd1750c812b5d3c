"""The writing rules of a note (NOV-20 to NOV-28). Pure.

A remark says what it saw and where; it never stops anybody. `workflow` says what does.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

# NOV-22: from and to in whole per cent, and the words.
PROPORTIONS: tuple[tuple[int, int, tuple[str, ...]], ...] = (
    (97, 100, ("vast majority", "overwhelming majority", "almost all")),
    (80, 96, ("very large majority", "most")),
    (65, 79, ("large majority",)),
    (51, 64, ("majority",)),
    (50, 50, ("half",)),  # no phrase in the source: our own wording
    (35, 49, ("minority",)),
    (20, 34, ("small minority",)),
    (4, 19, ("very small minority", "few")),
    (0, 3, ("almost none", "very few")),
)
EXPECTED_RECOMMENDATIONS = 4  # NOV-27
MISSING = frozenset({"NOV-17", "NOV-28"})  # remarks on what has yet to be written


def proportion_words(percent: float | Decimal | int) -> tuple[str, ...]:
    """The words for a share, rounded to a whole per cent, halves up. Raises `ValueError` outside 0 to 100."""
    whole = int(Decimal(str(percent)).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    for low, high, words in PROPORTIONS:
        if low <= whole <= high:
            return words
    raise ValueError(f"{percent} is no share of a whole")


@dataclass(frozen=True)
class Remark:
    """What the checker saw: `id` is the rule's, `section` empty where it concerns the whole note.

    `is_meant`: the writer stands by it for the text as it is.
    """

    id: str
    section: str
    says: str
    is_meant: bool = False

    @property
    def may_be_meant(self) -> bool:
        """What is missing cannot be meant; how something is put can."""
        return self.id not in MISSING

    @property
    def token(self) -> str:
        """What the remark is known by in a form and on record."""
        return sha256(f"{self.id} {self.says}".encode()).hexdigest()


@dataclass(frozen=True)
class Written:
    """One section as written; `asks` are (key, label, kind) of the figures the template asks for."""

    key: str
    title: str
    text: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)
    is_required: bool = True
    asks: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Advice:
    """One recommendation of the note."""

    text: str
    owner_role: str = ""
    due_on: date | None = None
    success_measure: str = ""


@dataclass(frozen=True)
class Draft:
    """All that the checker looks at. `grades` are (section, figure, whose view) of the template."""

    sections: tuple[Written, ...] = ()
    recommendations: tuple[Advice, ...] = ()
    unreviewed: int = 0
    names: frozenset[str] = frozenset()
    grades: tuple[tuple[str, str, str], ...] = ()


# Longest first, so that "very large majority" is not read as "majority".
_PHRASES = sorted(
    ((phrase, low, high) for low, high, phrases in PROPORTIONS for phrase in phrases if phrase != "most"),
    key=lambda row: -len(row[0]),
)
_SHARE = re.compile(
    r"(?<!\d)(?P<number>\d{1,3}(?:\.\d+)?)\s?(?:%|per cent|percent)(?P<between>[^.;%]{0,40}?)"
    r"\b(?P<phrase>" + "|".join(re.escape(phrase) for phrase, _, _ in _PHRASES) + r")\b"
    r"|\b(?P<phrase2>" + "|".join(re.escape(phrase) for phrase, _, _ in _PHRASES) + r")\b"
    r"(?P<between2>[^.;%]{0,40}?)(?<!\d)(?P<number2>\d{1,3}(?:\.\d+)?)\s?(?:%|per cent|percent)",
    re.IGNORECASE,
)


def shares(text: str) -> list[tuple[str, str]]:
    """Numbers and phrases that stand together in a sentence but do not fit, as (number, phrase)."""
    wrong = []
    bounds = {phrase: (low, high) for phrase, low, high in _PHRASES}
    for found in _SHARE.finditer(text):
        number = found["number"] or found["number2"]
        phrase = (found["phrase"] or found["phrase2"]).lower()
        low, high = bounds[phrase]
        whole = int(Decimal(number).quantize(Decimal(1), rounding=ROUND_HALF_UP))
        if not low <= whole <= high:
            wrong.append((number, phrase))
    return wrong


def vocabulary(draft: Draft) -> list[Remark]:
    """NOV-22: a number and the words beside it say the same."""
    remarks = []
    for section in draft.sections:
        for number, phrase in shares(section.text):
            share = Decimal(number)
            better = f"; the words for it are “{proportion_words(share)[0]}”" if share <= 100 else ""
            remarks.append(Remark("NOV-22", section.key, f"{number}% is not “{phrase}”{better}"))
    return remarks


def names(draft: Draft) -> list[Remark]:
    """NOV-23: people are named by role and initials."""
    texts = [(section.key, section.text) for section in draft.sections]
    texts += [("recommendations", advice.text) for advice in draft.recommendations]
    remarks = []
    for key, text in texts:
        for name in sorted(draft.names):
            surname = name.split()[-1] if name.split() else ""
            for wanted in dict.fromkeys((name, surname)):
                if len(wanted) > 2 and re.search(rf"\b{re.escape(wanted)}\b", text):
                    remarks.append(Remark("NOV-23", key, f"“{wanted}” is a name on record: use a role or initials"))
                    break
    return remarks


def numbers(draft: Draft) -> list[Remark]:
    """NOV-24: figures are numbers, and shares lie between 0 and 100."""
    remarks = []
    for section in draft.sections:
        for key, label, kind in section.asks:
            value = section.figures.get(key)
            if value in (None, "") or kind not in ("number", "percent"):
                continue
            try:
                number = Decimal(str(value))
            except InvalidOperation:
                remarks.append(Remark("NOV-24", section.key, f"{label} must be a number"))
                continue
            if not number.is_finite() or (kind == "percent" and not 0 <= number <= 100):
                remarks.append(Remark("NOV-24", section.key, f"{label} must be between 0 and 100"))
    return remarks


def differing_grades(draft: Draft) -> list[Remark]:
    """NOV-25: where the grades differ, the text says why."""
    remarks = []
    for section in draft.sections:
        views = {
            whose: section.figures.get(figure)
            for key, figure, whose in draft.grades
            if key == section.key and section.figures.get(figure)
        }
        if len(set(views.values())) > 1 and len(section.text.split()) < 10:
            remarks.append(
                Remark("NOV-25", section.key, "The grades differ: say why, with reference to the inspection schedule")
            )  # fmt: skip
    return remarks


def empty_sections(draft: Draft) -> list[Remark]:
    return [
        Remark("NOV-17", section.key, f"“{section.title}” has no text yet")
        for section in draft.sections
        if section.is_required and not section.text.strip()
    ]


def recommendations(draft: Draft) -> list[Remark]:
    """NOV-27: at most four are expected, and each is SMART."""
    remarks = []
    count = len(draft.recommendations)
    if count > EXPECTED_RECOMMENDATIONS:
        says = f"There are {count} recommendations; {EXPECTED_RECOMMENDATIONS} are the most a school is expected to manage"
        remarks.append(Remark("NOV-27", "recommendations", says))
    for number, advice in enumerate(draft.recommendations, start=1):
        lacks = [
            words
            for words, given in (
                ("who sees to it", advice.owner_role),
                ("by when", advice.due_on),
                ("how success will be seen", advice.success_measure),
            )
            if not given
        ]
        if lacks:
            remarks.append(
                Remark("NOV-27", "recommendations", f"Recommendation {number} does not say {', '.join(lacks)}")
            )  # fmt: skip
    return remarks


def unreviewed(draft: Draft) -> list[Remark]:
    """NOV-28."""
    if not draft.unreviewed:
        return []
    return [Remark("NOV-28", "reviews", "Some earlier recommendations have no outcome yet")]


CHECKS: tuple[Callable[[Draft], list[Remark]], ...] = (
    empty_sections, unreviewed, recommendations, vocabulary, names, numbers, differing_grades,
)  # fmt: skip


def check(draft: Draft) -> list[Remark]:
    """Every remark on a draft, in the order of the checks."""
    return [remark for one in CHECKS for remark in one(draft)]
