"""The deadlines of deployment and accreditation (section 34, DL-28 to DL-30). Pure; worked out, never stored (D-30)."""

from datetime import date

from sipmanager.core.academic import add_months
from sipmanager.core.deadlines import Deadline

THREE_YEARS = Deadline(
    "DL-28", "Settle who follows before three years are up", "the deployment's first day", 3, "years less a day",
    remind=("-12m", "-6m"), owner="manager and SIP", overdue_to=("manager", "coordinator"),
)  # fmt: skip
WARNING = Deadline(
    "DL-29", "Warn that the accreditation lapses", "last practice", None, "six months before the lapse",
    remind=("-0m",), owner="manager, SIP and national staff", overdue_to=(),
)  # fmt: skip
LAPSE = Deadline(
    "DL-30", "Practise again before the accreditation lapses", "last practice", 3, "years",
    remind=("-6m", "-3m", "-1m", "-0m"), owner="SIP; the manager once it has lapsed", overdue_to=(),
)  # fmt: skip
PARTNER_DEADLINES: tuple[Deadline, ...] = (THREE_YEARS, WARNING, LAPSE)

LOOK_BACK_MONTHS = 3  # how long after a lapse it is still listed


def stage_reached(deadline: Deadline, *, due_on: date, on: date) -> str:
    """The latest reminder that has come, as `6m` before or `0m` on the day; blank before the first.

    Asked after missed nights it names one stage, the latest, so that one message makes good for all (DL-0).
    """
    months = [int(str(stage).strip("-m")) for stage in deadline.remind]
    reached = [count for count in months if add_months(due_on, -count) <= on]
    return f"{min(reached)}m" if reached else ""
