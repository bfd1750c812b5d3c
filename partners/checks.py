"""Where a pre-deployment check stands on a day, worked out from what is on record (section 8, PRE-13). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sipmanager.core.academic import add_months

CRIMINAL_RECORD = "PRE-2"


class CheckState(StrEnum):
    NOT_NEEDED = "not_needed"
    NEEDED = "needed"
    NOT_APPLICABLE = "not_applicable"
    RECEIVED = "received"
    VERIFIED = "verified"
    EXPIRED = "expired"


STATE_NAMES = {
    CheckState.NOT_NEEDED: "Not needed",
    CheckState.NEEDED: "Needed",
    CheckState.NOT_APPLICABLE: "Does not apply",
    CheckState.RECEIVED: "Received",
    CheckState.VERIFIED: "Verified",
    CheckState.EXPIRED: "Expired",
}


@dataclass(frozen=True)
class Verified:
    """The newest verified check of a kind."""

    checked_on: date
    expires_on: date | None = None
    is_not_applicable: bool = False


def good_until(kind: str, check: Verified, age_months: int | None) -> date | None:
    """The last day on which a check is good; `None` where it never runs out.

    A criminal record check also grows too old where the local policy says so (POL-40).
    """
    days = [check.expires_on] if check.expires_on else []
    if kind == CRIMINAL_RECORD and age_months is not None:
        days.append(add_months(check.checked_on, age_months))
    return None if check.is_not_applicable else min(days, default=None)


def state_of(
    kind: str, check: Verified | None, *, is_waiting: bool, is_needed: bool, age_months: int | None, on: date
) -> CheckState:
    """A check's state on a day. `is_waiting` says that evidence was handed in and nobody has verified it yet."""
    if check is not None and check.is_not_applicable:
        return CheckState.NOT_APPLICABLE
    if check is not None:
        until = good_until(kind, check, age_months)
        if until is None or on <= until:
            return CheckState.VERIFIED
    if is_waiting:
        return CheckState.RECEIVED
    if check is not None:
        return CheckState.EXPIRED
    return CheckState.NEEDED if is_needed else CheckState.NOT_NEEDED


def run_out(checks: Iterable[tuple[str, Verified]], *, age_months: int | None, on: date) -> list[tuple[str, date]]:
    """The checks that are good no more on a day, each with its last good day, in their order (PRE-13)."""
    found = [(kind, good_until(kind, check, age_months)) for kind, check in checks]
    return [(kind, until) for kind, until in found if until is not None and until < on]
