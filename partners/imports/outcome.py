"""What an import did, line by line, in the shape that the commands print (pure)."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Outcome:
    """The tally of one import. `read` is the sum of created, updated, unchanged, skipped and rejected (D-11)."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped_because: Counter = field(default_factory=Counter)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    breaches: list[dict[str, Any]] | None = None
    tasks: list[dict[str, Any]] | None = None

    @property
    def skipped(self) -> int:
        return sum(self.skipped_because.values())

    @property
    def read(self) -> int:
        return self.created + self.updated + self.unchanged + self.skipped + len(self.rejected)

    def reject(self, line: int, reasons: list[str], **key: str) -> None:
        """Refuse a line, with all that is wrong with it."""
        self.rejected.append({"line": line, **key, "reason": as_sentences(reasons)})

    def warn(self, line: int, reason: str, **key: str) -> None:
        self.warnings.append({"line": line, **key, "reason": as_sentences([reason])})

    def skip(self, reason: str) -> None:
        self.skipped_because[reason] += 1

    def in_line_order(self) -> None:
        """What was told stands in the order of the file, whenever it was found."""
        for told in (self.rejected, self.warnings, self.breaches or []):
            told.sort(key=lambda entry: entry["line"])

    def as_json(self) -> dict[str, Any]:
        found = {
            "read": self.read, "created": self.created, "updated": self.updated, "unchanged": self.unchanged,
            "closed": 0, "skipped": self.skipped, "skipped_because": dict(sorted(self.skipped_because.items())),
            "rejected": self.rejected, "warnings": self.warnings,
        }  # fmt: skip
        if self.breaches is not None:
            found["breaches"] = self.breaches
        if self.tasks is not None:
            found["tasks"] = self.tasks
        return found


def as_sentences(reasons: list[str]) -> str:
    """Reasons one after another, each ended by a full stop."""
    return " ".join(reason if reason.endswith((".", "!", "?")) else f"{reason}." for reason in reasons)
