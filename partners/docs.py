"""The pages of `docs/` that stand in the tables of partners: conditions of grant, deployment rules, deployment's moves."""

from datetime import date

from accounts.permissions import ROWS
from sipmanager.core.docs import table
from sipmanager.core.wording import day
from sipmanager.core.workflow import mermaid

from .conditions import CONDITIONS_OF_GRANT, RESULT_NAMES, Condition, Strength
from .deployment_rules import DEPLOYMENT_RULES, FLOOR_OF_DAYS
from .grant import RATES, Rate, money
from .workflow import DEPLOYMENT_WORKFLOW

STRENGTHS = {Strength.WILL: "will", Strength.BEST_ENDEAVOURS: "best endeavours"}


def conditions_page() -> str:
    """The conditions of grant and the rates, from `partners/conditions.py` and `partners/grant.py`."""
    rows = [
        [row.id, row.says, " and ".join(row.programmes), STRENGTHS[row.strength], _in_force(row), row.source]
        for row in CONDITIONS_OF_GRANT
    ]
    return "\n\n".join(
        [
            "# Conditions of grant",
            "What the grant for School Improvement Partners (SIPs) asks of an authority, computed for any authority, programme "
            "and day. The table is `partners/conditions.py`; the page, `manage.py conditions_of_grant` and the tests "
            "read it. A school trust has no conditions of grant.",
            table(["Id", "Condition", "Programmes", "Strength", "In force", "Source"], rows),
            f"An answer is one of: {', '.join(name.lower() for name in RESULT_NAMES.values())}. A shortfall of best endeavours "
            "is shown amber. There is no data where nothing is there to count, or where the records that a condition needs "
            "are not kept yet. A coverage deadline that nobody has recorded counts as past, and the answer says so.",
            "## Grant",
            "Secondary schools in scope bring the full rate where a SIP leads on any day of the financial year; primary schools "
            "the part of the rate for the months on whose last day a SIP leads, or for the days, as the local policy says. Each "
            "school is rounded to the penny. Years without a rate show none.",
            table(["Programme", "Financial years", "A school", "Source"], [_rate(row) for row in RATES]),
        ]
    )


def _in_force(row: Condition) -> str:
    if row.from_ > date.min:
        return f"from {day(row.from_)}"
    return f"until {day(row.until)}" if row.until < date.max else "always"


def _rate(rate: Rate) -> list[str]:
    first = f"{rate.from_year}-{(rate.from_year + 1) % 100:02}"
    last = "" if rate.until_year is None else f"{rate.until_year}-{(rate.until_year + 1) % 100:02}"
    years = first if first == last else f"{first} to {last}" if last else f"from {first}"
    return [rate.programme, years, f"£{money(rate.amount)}", rate.source]


def deployment_page() -> str:
    """The deployment rules and the moves of a deployment, from `partners/deployment_rules.py` and `partners/workflow.py`."""
    rules = [[row.id, row.says, row.weight.value, row.stage.value, row.source] for row in DEPLOYMENT_RULES]
    moves = [
        [row.label, ", ".join(row.from_), row.to, ROWS[row.permission].says, row.comment or "none", row.says]
        for row in DEPLOYMENT_WORKFLOW
    ]
    return "\n\n".join(
        [
            "# Deployment",
            "What stands in the way of deploying a School Improvement Partner (SIP) to a school, and how a deployment moves. "
            "The rules are `partners/deployment_rules.py`, the moves `partners/workflow.py`; pages, imports, "
            "`manage.py deployment_check` and tests read them.",
            "## Rules",
            "Every finding is shown at once. `must` refuses; `should` warns, and a reason is recorded (for few days only below "
            f"{FLOOR_OF_DAYS}). A rule of stage `propose` stands in the way of proposing; one of stage `confirm`, the "
            "paperwork, only of confirming. Which checks are asked for is a setting of the local policy (POL-44).",
            table(["Id", "Rule", "Weight", "Stage", "Source"], rules),
            "## Moves",
            f"```mermaid\n{mermaid(DEPLOYMENT_WORKFLOW)}\n```",
            table(["Move", "From", "To", "Right", "Comment", "What it says"], moves),
            "Striking out a deployment that was entered in error stands beside the moves: the record stays visible and counts "
            "for nothing. The night ends confirmed deployments whose last day has passed.",
        ]
    )
