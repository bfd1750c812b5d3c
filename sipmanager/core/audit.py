"""One line for everything that happens, written in the transaction in which it happens (D-33)."""

from datetime import date, datetime
from typing import Any

from .models import AuditEvent

SYSTEM = None


def subject_of(record: Any) -> str:
    """`kind:key` of a record (D-40). A model says so itself with `audit_subject`, else kind and primary key."""
    if isinstance(record, str):
        return record
    return getattr(record, "audit_subject", None) or f"{record._meta.model_name}:{record.pk}"


def record(
    *, what: str, subject: Any, by: Any, at: datetime, capacity: str = "", about_on: date | None = None, **details: Any
) -> AuditEvent:
    """Write one audit line and return it.

    `what` names the event (`note.submit`), `by` is a user or `SYSTEM`. `details` hold ids, codes and dates,
    never names or text. The subject's own `authority_id`, `school_id` and `partner_id` scope the line.
    """
    scope = getattr(subject, "audit_scope", None)
    scope = scope() if callable(scope) else {}
    return AuditEvent.objects.create(
        what=what,
        at=at,
        by_id=getattr(by, "pk", None),
        by_name=getattr(by, "full_name", "") or "",
        capacity=capacity or getattr(by, "acting_as", "") or "",
        subject=subject_of(subject),
        authority_id=scope.get("authority_id", getattr(subject, "authority_id", None)),
        school_id=scope.get("school_id", getattr(subject, "school_id", None)),
        partner_id=scope.get("partner_id", getattr(subject, "partner_id", None)),
        about_on=about_on,
        details=plain(details),
    )


def plain(value: Any) -> Any:
    """`value` as JSON can hold it."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)
