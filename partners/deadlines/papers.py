"""The deadlines of checks and agreements (section 34, DL-33, DL-34, DL-62, DL-74). Pure."""

from datetime import date, timedelta

from sipmanager.core.deadlines import Deadline

RENEWAL = Deadline(
    "DL-33", "Renew the agreement, or settle who follows", "the agreement's first day", None, "yearly, to three years (POL-58)",
    remind=("-60d", "-30d"), owner="manager", overdue_to=("manager", "SIP"),
)  # fmt: skip
NOTICE = Deadline(
    "DL-34", "Settle who follows a SIP who has given notice", "notice received", None, "months to the earliest end",
    remind=("-0d",), owner="manager", overdue_to=(), policy_key="notice_months",
)  # fmt: skip
EXPIRY = Deadline(
    "DL-62", "Renew a check before it runs out", "the check's last good day", None, "the last good day itself",
    remind=("-60d", "-30d"), owner="SIP and administrator", overdue_to=("manager",),
)  # fmt: skip
BREACH_REVIEW = Deadline(
    "DL-74", "Review the agreement after a breach", "the breach recorded", None, "working days",
    remind=("-0d",), owner="manager", overdue_to=("senior_adviser",), policy_key="breach_review_days",
)  # fmt: skip
PAPER_DEADLINES: tuple[Deadline, ...] = (RENEWAL, NOTICE, EXPIRY, BREACH_REVIEW)

LOOK_BACK = timedelta(days=92)  # how long after an agreement has run out its renewal is still asked for


def stage_before(*, due_on: date, on: date, days: tuple[int, ...]) -> str:
    """The latest reminder that has come, as `30d` before; blank before the first.

    `days` are the policy's (POL-55, POL-56). Asked after missed nights it names one stage, so that one message makes good
    for all (DL-0).
    """
    reached = [count for count in days if due_on - timedelta(days=count) <= on]
    return f"{min(reached)}d" if reached else ""
