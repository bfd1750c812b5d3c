"""What a file would do, line by line, for the person who looks at it before it is loaded. Pure.

The fingerprint stands for all of it: what is loaded is what was looked at, or nothing.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import astuple, dataclass, field


class RegisterChanged(Exception):
    """The register is not what it was when somebody looked at the file; nothing was written."""


@dataclass(frozen=True)
class Told:
    """One line: a school, a SIP, a deployment; its `changes` are field, before and after, as people read them."""

    kind: str
    line: int | None
    key: str
    name: str = ""
    says: str = ""
    changes: list[list[str]] = field(default_factory=list)


class Telling:
    """Hears of each line that would be written, in order. Without `keep` it only counts towards the fingerprint.

    `expected` is the fingerprint of what somebody looked at; `on_progress` hears how many lines have been written.
    """

    def __init__(self, *, keep: bool = False, expected: str = "", on_progress: Callable[[int], None] | None = None):
        self.rows: list[Told] = []
        self.keep, self.expected, self.on_progress = keep, expected, on_progress
        self._sum = hashlib.sha256()

    @property
    def is_wanted(self) -> bool:
        """Whether anybody listens: a load from the command line is spared the words."""
        return self.keep or bool(self.expected)

    def tell(self, told: Told) -> None:
        if not self.is_wanted:
            return
        self._sum.update(json.dumps(astuple(told), ensure_ascii=False).encode())
        if self.keep:
            self.rows.append(told)

    @property
    def fingerprint(self) -> str:
        return self._sum.hexdigest()

    def check(self) -> None:
        """Raise `RegisterChanged` if this is not what was looked at."""
        if self.expected and self.expected != self.fingerprint:
            raise RegisterChanged

    def progress(self, lines: int) -> None:
        if self.on_progress is not None:
            self.on_progress(lines)
