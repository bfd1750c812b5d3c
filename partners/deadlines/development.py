"""The deadlines of development (section 34, DL-43 to DL-46), and what becomes of absences (CPD-9, CPD-11, CPD-16). Pure."""

from datetime import date, timedelta

from sipmanager.core.academic import add_months
from sipmanager.core.deadlines import Deadline

FOUR_DAYS = Deadline(
    "DL-43", "Take the days of development of the year", "1 September", None, "31 August (POL-20)", remind=("-6m", "-3m"),
    owner="SIP", overdue_to=("line manager",), policy_key="cpd_days",
)  # fmt: skip
MANDATORY = Deadline(
    "DL-44", "Come to a mandatory event, or give a reason", "the invitation", None, "the day of the event",
    remind=("-14d", "-3d"), owner="SIP", overdue_to=(),
)  # fmt: skip
TERMLY = Deadline(
    "DL-45", "Come to the termly national meeting", "the invitation", None, "the day of the meeting",
    remind=("-14d", "-3d"), owner="SIP", overdue_to=(),
)  # fmt: skip
TEAM = Deadline(
    "DL-46", "Come to a meeting of SIPs", "the invitation", None, "the day of the meeting", remind=("-14d", "-3d"),
    owner="SIP", overdue_to=(),
)  # fmt: skip
WHO_CAME = Deadline(
    "CPD-9", "Say who came to an event", "the day of the event", 7, "days", remind=("-0d",),
    owner="manager and administrator", overdue_to=(),
)  # fmt: skip
WORD = Deadline(
    "CPD-16", "Accept an absence or an own entry, or do not", "the SIP's word", 5, "working days",
    remind=("asked", "-3d", "-0d"), owner="manager", overdue_to=(), policy_key="days_to_decide",
)  # fmt: skip
ABSENT = Deadline(
    "CPD-11", "Talk about two absences in a row that were not accepted", "the second absence", 0, "days", remind=("-0d",),
    owner="manager", overdue_to=(),
)  # fmt: skip
DEVELOPMENT_DEADLINES: tuple[Deadline, ...] = (FOUR_DAYS, MANDATORY, TERMLY, TEAM, WHO_CAME, WORD, ABSENT)


def stage_of_days(*, due_on: date, on: date) -> str:
    """The latest reminder of the days of a year: `6m` before its end, then `3m`; blank before."""
    reached = [months for months in (6, 3) if add_months(due_on, -months) <= on]
    return f"{min(reached)}m" if reached else ""


def stage_of_event(*, held_on: date, on: date) -> str:
    """The latest reminder of an event: `14d` before, then `3d`; blank before the first."""
    reached = [days for days in (14, 3) if held_on - timedelta(days=days) <= on]
    return f"{min(reached)}d" if reached else ""


def half_way(target, stage: str):
    """How many days a SIP should have by the reminder: half of them in term 4, all in term 6 (DL-43)."""
    return target / 2 if stage == "6m" else target
