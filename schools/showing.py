"""The values of a school's columns in words."""

from typing import Any

from accounts.models import Diocese

from .facts import GOVERNANCE_NAMES, PHASE_NAMES
from .stages import STAGE_NAMES


def shown(column: str, value: Any) -> Any:
    """A column's value as a page shows it; blank where there is none."""
    if value in (None, "", []):
        return ""
    if column == "governance":
        return GOVERNANCE_NAMES.get(value, value)
    if column == "phase":
        return PHASE_NAMES.get(value, value)
    if column == "stages":
        return [STAGE_NAMES[stage] for stage in value]
    if column == "diocese_id":
        return Diocese.objects.filter(pk=value).values_list("name", flat=True).first() or ""
    return f"{value:,}" if isinstance(value, int) else value
