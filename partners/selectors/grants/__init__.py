"""The conditions of grant and the grant of one authority, programme and day (section 12, D-19 to D-22)."""

from .case import (
    NoConditions,
    Report,
    changes_up_to,
    conditions_of_grant,
    grant_case,
    notifications_that_count,
    register_evidence,
    sips_on,
)
from .history import GRANT, Comparison, Difference, compare, lines_since
from .kept import brief_on, sanctions_on
from .money import Commitment, GrantLines, commitment_of, grant_lines
from .pack import EvidenceTables, Sheet, evidence_of
from .snapshots import latest_snapshot, months_of, nearest_snapshots, programmes_of, since_when, snapshot_on

__all__ = [
    "GRANT",
    "Commitment",
    "Comparison",
    "Difference",
    "EvidenceTables",
    "GrantLines",
    "NoConditions",
    "Report",
    "Sheet",
    "brief_on",
    "changes_up_to",
    "commitment_of",
    "compare",
    "conditions_of_grant",
    "evidence_of",
    "grant_case",
    "grant_lines",
    "latest_snapshot",
    "lines_since",
    "months_of",
    "nearest_snapshots",
    "notifications_that_count",
    "programmes_of",
    "register_evidence",
    "sanctions_on",
    "since_when",
    "sips_on",
    "snapshot_on",
]
