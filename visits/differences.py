"""What changed between two texts, word by word, for people who read a draft again. Pure."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

WORDS = re.compile(r"\s+|\w+(?:[’'-]\w+)*|[^\w\s]")
# Beyond this many words the comparison goes paragraph by paragraph, so that no text can hold up a page.
MANY = 6000


class Kind(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Part:
    """A run of text that stayed, came or went."""

    kind: Kind
    text: str


def differences(before: str, after: str) -> list[Part]:
    """The runs of `before` and `after` in reading order, what went before what came.

    The same and added runs together are `after`; the same and removed ones are `before`.
    """
    old, new = pieces(before, after)
    gone: list[str] = []
    come: list[str] = []
    parts: list[Part] = []

    def close():
        parts.extend(Part(kind, "".join(run)) for kind, run in ((Kind.REMOVED, gone), (Kind.ADDED, come)) if run)
        gone.clear()
        come.clear()

    changes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for at, (name, first, last, from_, to) in enumerate(changes):
        if name != "equal":
            gone += old[first:last]
            come += new[from_:to]
            continue
        kept = "".join(old[first:last])
        # A space between two changed words would only chop one change into many.
        if not kept.strip() and "\n" not in kept and (gone or come) and at < len(changes) - 1:
            gone.append(kept)
            come.append(kept)
            continue
        close()
        parts.append(Part(Kind.SAME, kept))
    close()
    return parts


def pieces(before: str, after: str) -> tuple[list[str], list[str]]:
    old, new = WORDS.findall(before), WORDS.findall(after)
    if len(old) + len(new) <= MANY:
        return old, new
    return before.splitlines(keepends=True), after.splitlines(keepends=True)


def is_changed(parts: list[Part]) -> bool:
    """Whether anything came or went."""
    return any(part.kind is not Kind.SAME for part in parts)
