"""The deadlines of a change of SIP (section 34, DL-16, DL-24 to DL-26, DL-80, DL-81). Pure."""

from datetime import date, timedelta

from sipmanager.core.deadlines import Deadline

FAMILIAR = Deadline(
    "DL-16", "Get to know a new school, or a school's new head", "a new deployment or head", None,
    "the end of Term 1, or one term after the start if that is later", remind=("-10d", "-0d"), owner="SIP",
    overdue_to=("line manager",),
)  # fmt: skip
HAND_OVER = Deadline(
    "DL-24", "Hand a school over to the SIP who follows", "the change confirmed", 10,
    "working days before the new SIP's first visit, or first day while no visit is planned; where that is past when the change "
    "is confirmed, the working day before the visit, or as many days after the confirmation",
    remind=("-5d", "-0d"), owner="outgoing SIP", overdue_to=("manager",), policy_key="handover_pack_days",
)  # fmt: skip
TELL = Deadline(
    "DL-25", "Tell the national contractor of a change", "the change takes effect", 5, "working days", remind=("-5d", "-0d"),
    owner="administrator", overdue_to=("manager",),
)  # fmt: skip
LETTER = Deadline(
    "DL-26", "Confirm a change of SIP by letter", "the change agreed", 10, "working days", remind=("-5d", "-0d"),
    owner="administrator", overdue_to=("manager",), policy_key="letter_days",
)  # fmt: skip
FEEDBACK = Deadline(
    "DL-80", "Say how the school found the work of its outgoing SIP", "the change confirmed", 10, "working days",
    remind=("-5d", "-0d"), owner="head", overdue_to=("manager",), policy_key="leaving_feedback_days",
)  # fmt: skip
EVALUATE = Deadline(
    "DL-81", "Evaluate what a school said of its outgoing SIP", "the school's answer", 10, "working days",
    remind=("-5d", "-0d"), owner="manager", overdue_to=(), policy_key="leaving_feedback_days",
)  # fmt: skip
CHANGE_DEADLINES: tuple[Deadline, ...] = (FAMILIAR, HAND_OVER, TELL, LETTER, FEEDBACK, EVALUATE)


def stage_of_days(deadline: Deadline, *, due_on: date, on: date) -> str:
    """The latest reminder that has come, in days before the due day, as `5d`; blank before the first.

    Asked after missed nights it names one stage, so that one message makes good for all (DL-0).
    """
    days = [int(str(stage).strip("-d")) for stage in deadline.remind]
    reached = [count for count in days if due_on - timedelta(days=count) <= on]
    return f"{min(reached)}d" if reached else ""
