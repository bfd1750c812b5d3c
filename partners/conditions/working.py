"""The arithmetic behind an answer, in sentences (section 12). Pure."""

from collections.abc import Mapping
from typing import Any

from sipmanager.core.wording import counted

from .facts import Answer

Figures = Mapping[str, Any]


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


ARITHMETIC = {
    "COG-A": _coverage, "COG-B": _notification, "COG-E": _set_aside, "COG-J": _access,
}  # fmt: skip


def arithmetic(answer: Answer, programme: str) -> list[str]:
    """How the figures of an answer come about; nothing where there are none to reckon with."""
    if not answer.verdict.figures:
        return []
    if answer.id == "COG-D":
        return _mix(answer.verdict.figures) if programme == "secondary" else []
    return ARITHMETIC.get(answer.id, lambda _figures: [])(answer.verdict.figures)
