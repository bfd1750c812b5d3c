"""When shadow visits and their feedback are due (section 34). Pure."""

from sipmanager.core.deadlines import Deadline

SHADOW_VISIT = Deadline(
    rule="DL-36",
    says="Every SIP is shadowed at least once in the authority's interval (QA-8)",
    clock="last shadow visit, or the start with the authority",
    days=None,
    unit="months",
    remind=("-3m",),
    owner="line manager",
    overdue_to=("manager",),
    policy_key="shadow_every_months",
)
WRITTEN_FEEDBACK = Deadline(
    rule="DL-37",
    says="Written feedback follows a shadow visit (QA-8)",
    clock="shadow visit",
    days=5,
    unit="working days",
    remind=(3, 5),
    owner="observer",
    overdue_to=("manager",),
    policy_key="shadow_written_days",
)
DEADLINES = (SHADOW_VISIT, WRITTEN_FEEDBACK)
