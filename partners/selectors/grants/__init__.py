"""The conditions of grant and the grant of one authority, programme and day (section 12, D-19 to D-22)."""

from .case import (
    NoConditions,
    Report,
    conditions_of_grant,
    grant_case,
    notifications_that_count,
    register_evidence,
    sips_on,
)
from .kept import brief_on
from .money import Commitment, GrantLines, commitment_of, grant_lines
from .snapshots import latest_snapshot, months_of, nearest_snapshots, programmes_of, since_when, snapshot_on

__all__ = [
    "Commitment",
    "GrantLines",
    "NoConditions",
    "Report",
    "brief_on",
    "commitment_of",
    "conditions_of_grant",
    "grant_case",
    "grant_lines",
    "latest_snapshot",
    "months_of",
    "nearest_snapshots",
    "notifications_that_count",
    "programmes_of",
    "register_evidence",
    "since_when",
    "sips_on",
    "snapshot_on",
]
