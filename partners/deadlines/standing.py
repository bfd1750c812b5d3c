"""The deadlines of deployment and accreditation (section 34, DL-28 to DL-30). Pure; worked out, never stored (D-30)."""

from datetime import date, timedelta

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
AGAIN = Deadline(
    "DL-31", "Sit the assessment again, from this day on", "notice of the second result", 12, "months",
    remind=("-0m",), owner="applicant", overdue_to=(),
)  # fmt: skip
ANSWER = Deadline(
    "DL-32", "Answer the record of a discussion about oneself", "the copy sent to the SIP", 10,
    "working days, or as many as the record says", remind=("-0m",), owner="SIP", overdue_to=("who recorded it",),
)  # fmt: skip
RECORDS = Deadline(
    "ACC-28", "Confirm the record of deployments", "the question of the national programme, each term", None,
    "end of the term", remind=("-1m", "-0m"), owner="manager", overdue_to=("national staff",),
)  # fmt: skip
# What a SIP is asked for is due some working days after the night on which it is asked; the day is kept (D-30).
WHEN_ASKED = ("asked", "-3d", "-0d")
SKILLS = Deadline(
    "DL-47", "Make the yearly skills audit", "the last audit", 12, "months", remind=WHEN_ASKED, owner="SIP",
    overdue_to=("manager",), policy_key="skills_audit_months",
)  # fmt: skip
DECLARED = Deadline(
    "DL-67", "Answer a private declaration", "the declaration", 0, "days", remind=("-0d",), owner="national staff",
    overdue_to=(),
)  # fmt: skip
DETAILS = Deadline(
    "DL-69", "Confirm one's details for the term", "start of a term", 10, "working days", remind=WHEN_ASKED, owner="SIP",
    overdue_to=("administrator",), policy_key="days_to_confirm_details",
)  # fmt: skip
INTERESTS = Deadline(
    "DL-75", "Confirm the register of interests for the school year", "1 September", 10, "working days",
    remind=WHEN_ASKED, owner="SIP", overdue_to=("manager",), policy_key="days_to_confirm_interests",
)  # fmt: skip
FLAGGED = Deadline(
    "DL-76", "Decide on a deployment that breaks a rule or that a late declaration touches", "the flag", 5, "working days",
    remind=WHEN_ASKED, owner="manager", overdue_to=(), policy_key="days_to_decide",
)  # fmt: skip
FACT_ASKED = Deadline(
    "DL-77", "Decide on a change that a SIP asks for", "the SIP's word", 5, "working days", remind=WHEN_ASKED,
    owner="administrator and manager", overdue_to=("manager",), policy_key="days_to_decide",
)  # fmt: skip
SCHOOLS_SAY = Deadline(
    "DL-27", "Answer on a proposed SIP; object before the SIP starts", "the proposal", 10, "working days",
    remind=WHEN_ASKED, owner="head or chair", overdue_to=(), policy_key="days_to_say",
)  # fmt: skip
OBJECTED = Deadline(
    "DL-83", "Decide on a governing body's objection", "the objection", 5, "working days", remind=WHEN_ASKED,
    owner="manager", overdue_to=(), policy_key="days_to_decide",
)  # fmt: skip
CONSULTING_DEADLINES: tuple[Deadline, ...] = (SCHOOLS_SAY, OBJECTED)
RECORD_DEADLINES: tuple[Deadline, ...] = (SKILLS, DECLARED, DETAILS, INTERESTS, FLAGGED, FACT_ASKED)
PARTNER_DEADLINES: tuple[Deadline, ...] = (
    THREE_YEARS, WARNING, LAPSE, AGAIN, ANSWER, RECORDS, *RECORD_DEADLINES, *CONSULTING_DEADLINES,
)  # fmt: skip

LOOK_BACK_MONTHS = 3  # how long after a lapse it is still listed


def stage_reached(deadline: Deadline, *, due_on: date, on: date) -> str:
    """The latest reminder that has come, as `6m` before or `0m` on the day; blank before the first.

    Asked after missed nights it names one stage, the latest, so that one message makes good for all (DL-0).
    """
    months = [int(str(stage).strip("-m")) for stage in deadline.remind]
    reached = [count for count in months if add_months(due_on, -count) <= on]
    return f"{min(reached)}m" if reached else ""


def stage_since_asked(*, asked_on: date, due_on: date, on: date) -> str:
    """The latest reminder of what was asked for: `asked`, `3d` before the day, `0d` on it and after."""
    if on >= due_on:
        return "0d"
    if on >= due_on - timedelta(days=3):
        return "3d"
    return "asked" if on >= asked_on else ""
