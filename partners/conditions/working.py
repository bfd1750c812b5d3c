"""The arithmetic behind an answer, and the figure that decides it, in words (section 12). Pure."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sipmanager.core.wording import capitalised, counted, day

from .facts import Answer, Result

Figures = Mapping[str, Any]


# What each figure is called.
FIGURES = {
    "in_scope": "Schools in scope", "covered": "Schools with an accredited SIP", "deadline_on": "Deadline",
    "days_to_deadline": "Time to the deadline", "changes": "Changes", "sent": "Notified", "unsent": "Not notified yet",
    "late": "Late by more than five working days", "longest_wait": "Longest wait in working days", "sips": "SIPs at work",
    "sips_heads": "SIPs who are or were secondary heads", "schools": "Schools with a SIP",
    "schools_with_heads": "Schools whose SIP is or was a secondary head", "outside_experience": "SIPs with experience elsewhere",
    "serving_primary_heads": "SIPs who are serving primary heads", "deployments": "Deployments", "over_limit": "Past three years",
    "at_risk": "Within six months of three years", "agreements": "SIPs with an agreement in force",
    "cite_the_brief": "Agreements that cite the brief in force", "edition": "Edition of the brief in force",
    "visits_planned": "Visits planned in the school year so far", "visits_held": "Held", "visits_open": "Not held",
    "notes_issued": "Notes issued of those held",
    "notes_to_cover": "Schools whose notes do not cover all of the year yet",
    "set_aside": "Agreements that set four days aside",
    "meetings": "Termly meetings in the school year so far", "attended_all": "SIPs who were at all of them",
    "contacts": "Contacts named", "contacts_told": "Contacts of whom the contractor was told", "told_on": "Contractor told on",
    "shares": "Entries in the sharing log in twelve months", "uses": "Uses with an entry", "uses_asked": "Uses asked for",
    "notes_supplied": "Notes of visit supplied", "stated_on": "Latest yearly statement", "heads": "Heads with an account",
    "governors": "Schools with a governor's account", "with_access": "Schools with both",
}  # fmt: skip


def figure_words(figure: str) -> str:
    """A figure as people read it."""
    return FIGURES.get(figure, capitalised(figure.replace("_", " ")))


def figure_said(figure: str, value: Any) -> str:
    """A figure's value as a person would say it; `value` also as a snapshot holds it, where days are text (COG-A)."""
    if value is None:
        return "None recorded"
    if figure == "days_to_deadline":
        if not value:
            return "It is today"
        return counted(value, "day") if value > 0 else f"Passed {counted(-value, 'day')} ago"
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return value
    return day(value) if isinstance(value, date) else str(value)


def _share(part: int, whole: int) -> str:
    """`11 of 15 (73%)`; no share of nothing."""
    return f"{part} of {whole} ({100 * part // whole}%)" if whole else "0 of 0"


def _three_in_four(part: int, whole: int, what: str) -> str:
    sign, word = ("≥", "so three in four") if 4 * part >= 3 * whole else ("<", "so below three in four")
    return f"{what}: {_share(part, whole)}. 4 × {part} = {4 * part} {sign} 3 × {whole} = {3 * whole}, {word}."


def _coverage(f: Figures) -> list[str]:
    gaps = f["in_scope"] - f["covered"]
    return [f"{f['in_scope']} in scope less {gaps} without an accredited SIP is {f['covered']}."]


def _notification(f: Figures) -> list[str]:
    return [f"{counted(f['changes'], 'change')} less {f['sent']} notified is {f['unsent']}; {f['late']} of these late."]


def _mix(f: Figures) -> list[str]:
    return [
        _three_in_four(f["sips_heads"], f["sips"], "SIPs who are or were secondary heads"),
        _three_in_four(f["schools_with_heads"], f["schools"], "Schools whose SIP is or was one"),
    ]


def _set_aside(f: Figures) -> list[str]:
    without = f["sips"] - f["agreements"]
    return [f"{f['set_aside']} of {counted(f['agreements'], 'agreement')} set four days aside; {without} SIPs without one."]


def _access(f: Figures) -> list[str]:
    return [f"Both accounts: {_share(f['with_access'], f['in_scope'])}."]


ARITHMETIC: dict[str, Callable[[Figures], list[str]]] = {
    "COG-A": _coverage, "COG-B": _notification, "COG-E": _set_aside, "COG-J": _access,
}  # fmt: skip


def arithmetic(answer: Answer, programme: str) -> list[str]:
    """How the figures of an answer come about; nothing where there are none to reckon with."""
    if not answer.verdict.figures:
        return []
    if answer.id == "COG-D":
        return _mix(answer.verdict.figures) if programme == "secondary" else []
    return ARITHMETIC.get(answer.id, lambda _figures: [])(answer.verdict.figures)


def secondary_mix(figures: Figures) -> str:
    """What the mix turns on in the secondary programme: heads among the SIPs, and schools that have one."""
    sips, schools = counted(figures["sips"], "SIP"), counted(figures["schools"], "school")
    served = f"{figures['schools_with_heads']} of {schools} served by one"
    return f"{figures['sips_heads']} of {sips} are or were secondary heads, {served}"


def primary_mix(figures: Figures) -> str:
    """What it turns on in the primary programme."""
    return f"{figures['serving_primary_heads']} of {counted(figures['sips'], 'SIP')} serving primary heads"


MIXES: dict[str, Callable[[Figures], str]] = {"primary": primary_mix, "secondary": secondary_mix}
# The figure that decides, in words.
DECIDING: dict[str, Callable[[Figures], str]] = {
    "COG-A": lambda f: f"{f['covered']} of {counted(f['in_scope'], 'school')} covered",
    "COG-B": lambda f: f"{f['sent']} of {counted(f['changes'], 'change')} notified",
    "COG-C": lambda f: f"{f['visits_held']} of {counted(f['visits_planned'], 'visit')} held",
    "COG-E": lambda f: f"{f['set_aside']} of {counted(f['sips'], 'SIP')} with four days set aside",
    "COG-E-meetings": lambda f: f"{f['attended_all']} of {counted(f['sips'], 'SIP')} at every meeting",
    "COG-F": lambda f: (
        f"{f['contacts_told']} of {counted(f['contacts'], 'contact')} told" if f["contacts"] else "Nobody named"
    ),
    "COG-H": lambda f: (
        f"{f['over_limit']} of {counted(f['deployments'], 'deployment')} past three years"
        + (f", {f['at_risk']} within six months" if f["at_risk"] else "")
    ),
    "COG-I": lambda f: f"{f['uses']} of {counted(f['uses_asked'], 'use')} in the sharing log",
    "COG-J": lambda f: f"{f['with_access']} of {counted(f['in_scope'], 'school')} with both accounts",
}


def deciding(condition: str, programme: str, result: str, figures: Figures) -> str:
    """The figure that decides a condition, in words; blank without data."""
    decide = MIXES[programme] if condition == "COG-D" else DECIDING.get(condition)
    if decide is None or not figures or result == Result.NO_DATA:
        return ""
    try:
        return decide(figures)
    except KeyError:  # a floor above says other figures of its own
        return ""
