"""Who takes no new school on a day, and in which words (REG-1)."""

from collections.abc import Iterable
from datetime import date

from partners.models import StandDown, StandDownKind
from sipmanager.core.wording import day


def stood_down_on(partner_ids: Iterable[int], on: date) -> dict[int, str]:
    """Of some SIPs those who have withdrawn or are suspended on a day, each with the sentence that says so; one query."""
    rows = StandDown.objects.running(on).filter(partner__in=partner_ids).select_related("partner").order_by("starts_on", "pk")
    return {row.partner_id: _sentence(row) for row in rows}


def _sentence(row: StandDown) -> str:
    verb = "is suspended" if row.kind == StandDownKind.SUSPENDED else "has withdrawn"
    until = f" until {day(row.ends_on)}" if row.ends_on else ""
    return f"{row.partner.full_name} {verb} from {day(row.starts_on)}{until}."
