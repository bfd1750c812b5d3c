"""Tables of states that people move things through. Pure; `core.moves` plays the moves.

A table is a tuple of `Transition` rows. Notes, visits, deployments and reviews all use these.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Transition:
    """One row of a workflow table.

    `name` is the row's key and part of the audit event; `label` is the button. `permission` is the right
    that the mover needs on the record. `when` names the local-policy test that switches the row on
    (`None`: always on). `guard` looks at the record's case and returns sentences that say what is missing.
    `comment` says whether a comment is needed: `""`, `"optional"` or `"required"`.
    `sets` names the columns stamped with the moment (`_at`), day (`_on`) or person (`_by`) of the move.
    `effects` are keys that the executor looks up in its table of effects.
    """

    name: str
    label: str
    from_: tuple[str, ...]
    to: str
    permission: Any
    when: Callable[[Any], bool] | None = None
    guard: Callable[[Any], Sequence[str]] | None = None
    comment: str = ""
    sets: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    by_system: bool = False
    source: str = ""
    says: str = ""
    extra: dict[str, Any] = field(default_factory=dict, hash=False, compare=False)


class MoveRefused(Exception):
    """A move that may not be made now. `reasons` are sentences for a person."""

    def __init__(self, reasons: Sequence[str]):
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


class OutOfDate(MoveRefused):
    """Somebody else moved or changed the record first; nothing was written."""


def leaving(table: Iterable[Transition], state: str, policy: Any) -> list[Transition]:
    """The rows that lead out of `state` under `policy`, in the table's order."""
    return [row for row in table if state in row.from_ and (row.when is None or row.when(policy))]


def named(table: Iterable[Transition], name: str) -> Transition:
    """The row called `name`; `KeyError` if the table has none."""
    for row in table:
        if row.name == name:
            return row
    raise KeyError(name)


def missing(row: Transition, case: Any) -> list[str]:
    """What the guard of `row` finds missing, as sentences; empty when the move is open."""
    return list(row.guard(case)) if row.guard else []


def mermaid(table: Iterable[Transition], policy: Any = None) -> str:
    """The table as a Mermaid state diagram, for the generated documentation."""
    lines = ["stateDiagram-v2"]
    for row in table:
        if policy is not None and row.when is not None and not row.when(policy):
            continue
        lines += [f"    {state} --> {row.to}: {row.label}" for state in row.from_]
    return "\n".join(lines)
