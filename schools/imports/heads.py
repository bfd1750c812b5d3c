"""Who leads a school, from four cells in which people have written all kinds of things. Pure."""

import re
from dataclasses import dataclass

from ..searching import loose

TITLES = frozenset(
    ("mr", "mrs", "miss", "ms", "mx", "dr", "rev", "revd", "reverend", "sir", "dame", "lady", "prof", "professor",
     "father", "fr", "sister", "sr", "brother", "br", "canon", "cllr")
)  # fmt: skip

_REMARK = re.compile(r"\s*\(([^()]*)\)?\s*|\s+-\s+(.*(?:head|principal|acting|interim).*)$", re.IGNORECASE)
_BETWEEN_PEOPLE = re.compile(r"\s*(?:/|&|\band\b)\s*", re.IGNORECASE)
_ACTING = re.compile(r"\b(?:acting|interim|temporary)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Head:
    """One head as the extract names them."""

    full_name: str
    job_title: str = ""
    is_acting: bool = False

    @property
    def key(self) -> str:
        """The same for a person whose name changed in nothing but letter case, hyphens or spaces (D-10)."""
        return loose(self.full_name)


def heads(first: str, last: str, job_title: str) -> tuple[tuple[Head, ...], bool]:
    """The heads named, and whether the cells leave a doubt about who they are.

    Remarks in brackets or after a dash ("(Acting)") become the acting flag. Two people, with a stroke or "&" between,
    are two heads. A whole name in each cell may be two people: it is kept as one name, with a doubt.
    """
    remarks: list[str] = []
    first, last = _without_remarks(first, remarks), _without_remarks(last, remarks)
    says = " ".join([job_title, *remarks])
    names = [name for name in _names(_people(first), _people(last)) if name]
    is_acting = bool(_ACTING.search(says))
    found = tuple(dict.fromkeys(Head(name[:200], " ".join(job_title.split())[:100], is_acting) for name in names))
    return found, len(found) == 1 and len(first.split()) > 1 and len(last.split()) > 1 and _may_be_two(first, last)


def _without_remarks(text: str, remarks: list[str]) -> str:
    def keep(match: re.Match) -> str:
        remarks.append(match.group(1) or match.group(2) or "")
        return " "

    return " ".join(_REMARK.sub(keep, text).split()).strip(" ,;.-")


def _people(text: str) -> list[str]:
    parts = [" ".join(part.split()).strip(" ,;") for part in _BETWEEN_PEOPLE.split(text)]
    return [part for part in map(_without_title, parts) if part]


def _without_title(name: str) -> str:
    words = name.split()
    while len(words) > 1 and words[0].strip(".").casefold() in TITLES:
        words = words[1:]
    return " ".join(words)


def _names(firsts: list[str], lasts: list[str]) -> list[str]:
    if not firsts or not lasts:
        return firsts or lasts
    if len(firsts) == len(lasts):
        return [f"{first} {last}" for first, last in zip(firsts, lasts, strict=True)]
    if len(lasts) == 1:
        # "Anna/Ben" and "Smith": a couple; "Anna Jones/Ben" and "Smith": the first has a surname already.
        return [first if " " in first else f"{first} {lasts[0]}" for first in firsts[:-1]] + [f"{firsts[-1]} {lasts[0]}"]
    return [f"{' '.join(firsts)} {lasts[0]}", *lasts[1:]]


_PARTICLES = frozenset(
    ("de", "di", "da", "del", "della", "van", "von", "der", "den", "la", "le", "mac", "bin")
)  # fmt: skip


def _may_be_two(first: str, last: str) -> bool:
    words = [*first.split(), *last.split()]
    return all(len(word) > 2 and word.casefold() not in _PARTICLES for word in words)
