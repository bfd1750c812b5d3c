"""What an import did, in the words and figures of the interface (D-11). Pure."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

# Of a bad file every row could be named; beyond these the page and the record only count on.
NAMED_AT_MOST = 1000


@dataclass
class Report:
    """`read` = created + updated + unchanged + skipped + rejected; `closed` is part of these (D-11)."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    closed: int = 0
    skipped_because: Counter = field(default_factory=Counter)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    held: str = ""

    @property
    def skipped(self) -> int:
        return sum(self.skipped_because.values())

    def skip(self, reason: str) -> None:
        self.skipped_because[reason] += 1

    def reject(self, line: int, urn: str, reason: str) -> None:
        self.rejected.append({"line": line, "urn": urn, "reason": reason})

    def warn(self, line: int | None, urn: str, reason: str) -> None:
        self.warnings.append({"line": line, "urn": urn, "reason": reason})

    def as_dict(self) -> dict[str, Any]:
        """The document of `import_schools --format json`."""
        document = {
            "read": self.read,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "closed": self.closed,
            "skipped": self.skipped,
            "skipped_because": dict(sorted(self.skipped_because.items())),
            "rejected": self.rejected,
            "warnings": self.warnings,
        }
        return {**document, "held": self.held} if self.held else document

    def for_the_record(self) -> dict[str, Any]:
        """The same with at most `NAMED_AT_MOST` rows named, for the row that is kept of the run."""
        document = self.as_dict()
        for key in ("rejected", "warnings"):
            document[f"{key}_count"] = len(document[key])
            document[key] = document[key][:NAMED_AT_MOST]
        return document
