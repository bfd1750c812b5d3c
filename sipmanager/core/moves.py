"""The one executor of workflow tables: state, policy, guard, compare and set, audit line, effects.

Permission is asked before, through `accounts.access`, because core knows no roles: an app's own
`move_note`, `move_visit` … asks it and then calls `play`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from . import audit
from .wording import has_substance
from .workflow import MoveRefused, OutOfDate, Transition, leaving, missing


def refusal_of_comment(row: Transition, comment: str) -> list[str]:
    """Why the comment given with a move is not enough, as sentences."""
    if row.comment == "required" and not has_substance(comment):
        return [f"Enter a reason before you {row.label[:1].lower()}{row.label[1:]}"]
    return []


def play(
    *,
    table: tuple[Transition, ...],
    record: Any,
    name: str,
    policy: Any,
    case: Any,
    by: Any,
    at: datetime,
    comment: str = "",
    version: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
    effects: Mapping[str, Callable[..., None]] | None = None,
    **details: Any,
) -> Transition:
    """Make the move called `name` on `record`, or raise and write nothing.

    `case` is what the guard looks at. `version` holds columns that must still have the values the mover
    saw (D-26); `values` more columns to set. Raises `MoveRefused` when the table, the comment or the guard
    says no, `OutOfDate` when somebody else was first.
    """
    row = next((row for row in leaving(table, record.status, policy) if row.name == name), None)
    if row is None:
        raise OutOfDate(["This has already moved on. Look at where it stands now before you go on."])
    reasons = refusal_of_comment(row, comment) + missing(row, case)
    if reasons:
        raise MoveRefused(reasons)
    with transaction.atomic():
        before = record.status
        changes = {"status": row.to, **(values or {}), **stamps(row, by=by, at=at)}
        expected = {"pk": record.pk, "status": before, **(version or {})}
        if not type(record)._base_manager.filter(**expected).update(**changes):
            raise OutOfDate(["Somebody changed this while you were reading it. Look at it again before you go on."])
        for column, value in changes.items():
            setattr(record, column, value)
        kind = record._meta.model_name
        audit.record(
            what=f"{kind}.{name}", subject=record, by=by, at=at, before=before, after=row.to,
            has_comment=bool(comment), **details,
        )  # fmt: skip
        for key in row.effects:
            (effects or {})[key](record=record, row=row, by=by, at=at, comment=comment)
    return row


def stamps(row: Transition, *, by: Any, at: datetime) -> dict[str, Any]:
    """The columns that a row stamps: `_at` the moment, `_on` the day in London, `_by` the person."""
    found: dict[str, Any] = {}
    for column in row.sets:
        if column.endswith("_at"):
            found[column] = at
        elif column.endswith("_on"):
            found[column] = timezone.localtime(at).date()
        elif column.endswith("_by"):
            found[column] = by
        else:
            raise ValueError(f"{row.name} sets {column}, whose name says neither when nor who")
    return found
