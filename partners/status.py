"""What a SIP is on the register on a day, worked out from what is on record (REG-1). Pure."""

from collections.abc import Sequence
from enum import StrEnum

from .accreditation import Standing, State


class RegisterStatus(StrEnum):
    APPLICANT = "applicant"
    UNUSED = "unused"
    ACTIVE = "active"
    FREE = "free"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"


STATUS_WORDS: dict[RegisterStatus, str] = {
    RegisterStatus.APPLICANT: "Applicant",
    RegisterStatus.UNUSED: "Accredited, not used yet",
    RegisterStatus.ACTIVE: "Active",
    RegisterStatus.FREE: "Between schools",
    RegisterStatus.SUSPENDED: "Suspended",
    RegisterStatus.LAPSED: "Lapsed",
    RegisterStatus.REMOVED: "Removed",
    RegisterStatus.WITHDRAWN: "Withdrawn",
}


def status_of(*, standings: Sequence[Standing], stood_down: str, is_at_work: bool, has_worked: bool) -> RegisterStatus:
    """The one word for a SIP. `stood_down` is `withdrawn`, `suspended` or blank; it goes before everything else.

    Removed is who holds no sector and lost at least one by a decision; lapsed who holds none for want of practice.
    """
    if stood_down:
        return RegisterStatus(stood_down)
    if not standings:
        return RegisterStatus.APPLICANT
    if not any(row.holds for row in standings):
        is_removed = all(row.state is State.REMOVED for row in standings)
        return RegisterStatus.REMOVED if is_removed else RegisterStatus.LAPSED
    if is_at_work:
        return RegisterStatus.ACTIVE
    return RegisterStatus.FREE if has_worked else RegisterStatus.UNUSED
