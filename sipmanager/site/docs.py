"""The page of `docs/` on deadlines, whose rows stand on several floors."""

import partners.deadlines
import qa.deadlines
import visits.deadlines
from accounts.presets import BY_KEY, PRESET_NAMES, PRESETS
from sipmanager.core.deadlines import Deadline
from sipmanager.core.docs import table
from sipmanager.core.wording import counted

INTRODUCTION = """
# Deadlines

What is owed, by whom and when: section 34 of the domain's rules. One list feeds "My work", the daily digest, the escalation,
`manage.py deadlines` and the page of deadlines. A due day is worked out once, when its clock starts, and kept. Each reminder
goes out once; a missed night is made good with one message.

A period that the local policy sets names its setting; which deadlines apply to notes at all is setting POL-42.
"""


def rows() -> list[Deadline]:
    """Every deadline the service knows, in the order of its number."""
    found = [
        *visits.deadlines.NOTE_DEADLINES,
        visits.deadlines.UNRECORDED,
        *partners.deadlines.PARTNER_DEADLINES,
        *partners.deadlines.PAPER_DEADLINES,
        *partners.deadlines.DEVELOPMENT_DEADLINES,
        *partners.deadlines.CHANGE_DEADLINES,
        *qa.deadlines.DEADLINES,
    ]
    return sorted(found, key=lambda row: (not row.rule.startswith("DL-"), int(row.rule.split("-")[1])))


def deadlines_page() -> str:
    """The table of deadlines, and where each applies."""
    lines = [
        [row.rule, row.says, row.clock, period(row), reminders(row), words(row.owner), listed(row.overdue_to)]
        for row in rows()
    ]
    headers = ["Rule", "What", "Clock starts at", "Period", "Reminders", "Owed by", "Told when it is late"]
    return "\n".join([INTRODUCTION, table(headers, lines), "", "## Which apply to notes", "", applying()])


def period(row: Deadline) -> str:
    setting = f" ({BY_KEY[row.policy_key].id})" if row.policy_key else ""
    if row.days is not None:
        return f"{row.days} {row.unit}{setting}"
    return f"so many {row.unit} as the policy says{setting}" if row.policy_key else row.unit


def reminders(row: Deadline) -> str:
    return ", ".join(f"day {one}" if isinstance(one, int) else before(one) for one in row.remind)


def before(stage: str) -> str:
    """`-6m` in words."""
    if not stage.startswith("-"):
        return stage
    number = int(stage.strip("-md"))
    unit = "day" if stage.endswith("d") else "month"
    return f"{counted(number, unit)} before" if number else "on the day"


def words(key: str) -> str:
    return "SIP" if key == "sip" else key.replace("_", " ")


def listed(keys: tuple[str, ...]) -> str:
    return ", ".join(words(key) for key in keys) or "nobody"


def applying() -> str:
    """Each preset with the deadlines of notes that it switches on."""
    setting = BY_KEY["note_deadlines"]
    return table(
        ["Preset", "Deadlines of notes"], [[PRESET_NAMES[one], ", ".join(setting.default(one)) or "none"] for one in PRESETS]
    )
