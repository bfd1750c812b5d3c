"""The pages of `docs/` that stand in the tables of partners: conditions of grant, deployment rules, deployment's moves."""

from datetime import date

from accounts.permissions import ROWS
from sipmanager.core.docs import table
from sipmanager.core.wording import day
from sipmanager.core.workflow import mermaid

from ..accreditation import LAPSE_MONTHS, WARN_MONTHS
from ..actions import IN_A_REQUEST, LONGEST_CURE, MOST_IN_A_RUN
from ..conditions import CONDITIONS_OF_GRANT, FIRST_LETTERS, RESULT_NAMES, Condition, Strength
from ..deployment_rules import DEPLOYMENT_RULES, FLOOR_OF_DAYS
from ..grant import RATES, Rate, money
from ..remaining import ASKED_AGAIN
from ..stages import FREE_SITTINGS, RESIT_MONTHS
from ..workflow import ACCREDITATION_WORKFLOW, CONCERN_WORKFLOW, DEPLOYMENT_WORKFLOW, STATE_WORDS

STRENGTHS = {Strength.WILL: "will", Strength.BEST_ENDEAVOURS: "best endeavours"}


def conditions_page() -> str:
    """The conditions of grant and the rates, from `partners/conditions/` and `partners/grant.py`."""
    rows = [
        [row.id, row.says, " and ".join(row.programmes), STRENGTHS[row.strength], _in_force(row), row.source]
        for row in CONDITIONS_OF_GRANT
    ]
    return "\n\n".join(
        [
            "# Conditions of grant",
            "What the grant for School Improvement Partners (SIPs) asks of an authority, computed for any authority, programme "
            "and day. The table is `partners/conditions/`; the page, `manage.py conditions_of_grant` and the tests "
            "read it. A school trust has no conditions of grant.",
            f"The first letter of the secondary programme is of {day(FIRST_LETTERS['secondary'])}, that of the primary one of "
            f"{day(FIRST_LETTERS['primary'])}; on an earlier day no condition is in force.",
            table(["Id", "Condition", "Programmes", "Strength", "In force", "Source"], rows),
            "## What each means, and what proves it",
            table(
                ["Id", "In force", "Meaning", "Evidence"],
                [[row.id, _in_force(row), row.means, row.evidence] for row in CONDITIONS_OF_GRANT],
            ),
            "## Beside the table",
            "K: a sanction stands as a banner on the page while it runs, and in a log. L is the date in the rows of D. M: a "
            "regional coordinator notes a concern, shares it with the SIP manager first and only then passes it on:",
            f"```mermaid\n{mermaid(CONCERN_WORKFLOW)}\n```",
            "Each night keeps a snapshot for every programme of an authority. A past day is shown as known then and as known "
            "now; events recorded since about days up to it explain the difference, and the page says so loudly where "
            "none does. An evidence pack holds one PDF and a folder of tables, made anew from the same records to the same bytes.",
            f"An answer is one of: {', '.join(name.lower() for name in RESULT_NAMES.values())}. A shortfall of best endeavours "
            "is shown amber. There is no data where nothing is there to count, or where the records that a condition needs "
            "are not kept yet. A coverage deadline that nobody has recorded counts as past, and the answer says so.",
            "## Grant",
            "Secondary schools in scope bring the full rate where a SIP leads on any day of the financial year; primary schools "
            "the part of the rate for the months on whose last day a SIP leads, or for the days, as the local policy says. Each "
            "school is rounded to the penny. Only the days on which the programme counts the school at the authority are counted: "
            "one that becomes an academy, moves, opens or closes within the year counts until or from that day. Years without a "
            "rate show none.",
            table(["Programme", "Financial years", "A school", "Source"], [_rate(row) for row in RATES]),
        ]
    )


def _in_force(row: Condition) -> str:
    if row.from_ > date.min:
        return f"from {day(row.from_)}"
    return f"until {day(row.until)}" if row.until < date.max else "from the first letter"


def _rate(rate: Rate) -> list[str]:
    first = f"{rate.from_year}-{(rate.from_year + 1) % 100:02}"
    last = "" if rate.until_year is None else f"{rate.until_year}-{(rate.until_year + 1) % 100:02}"
    years = first if first == last else f"{first} to {last}" if last else f"from {first}"
    return [rate.programme, years, f"£{money(rate.amount)}", rate.source]


def deployment_page() -> str:
    """The deployment rules, and the moves of a deployment from `partners/workflow/deployments.py`."""
    rules = [[row.id, row.says, row.weight.value, row.stage.value, row.source] for row in DEPLOYMENT_RULES]
    again = [[row.id, row.says, row.weight.value] for row in DEPLOYMENT_RULES if row.id in ASKED_AGAIN]
    moves = [
        [row.label, ", ".join(row.from_), row.to, ROWS[row.permission].says, row.comment or "none", row.says]
        for row in DEPLOYMENT_WORKFLOW
    ]
    return "\n\n".join(
        [
            "# Deployment",
            "What stands in the way of deploying a School Improvement Partner (SIP) to a school, and how a deployment moves. "
            "The rules are `partners/deployment_rules.py`, the moves `partners/workflow/deployments.py`; pages, imports, "
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
            "for nothing. What only time does (a first day reached, a last day passed) the night plays, or the move itself "
            "where the day has come already; rules read the dates and never the state.",
            "## Asked again every night",
            "A rule that a SIP must keep to be appointed must be kept to remain. Every night each deployment at work is asked "
            "again with that day's facts (`partners/remaining.py`); the authorities are looked at one by one, each in a fixed "
            "number of queries. What is broken is flagged, told to the manager once, and cleared by itself when it is mended.",
            table(["Id", "Rule", "Weight"], again),
            "A check is flagged where it was on record and has run out; one that was never there was missing at the start. A "
            "declared interest has a flag of its own. The manager ends the deployment on a day, moves the school to another "
            f"SIP, or says by when it is mended, {LONGEST_CURE.days} days ahead at most. Only a `should` can be kept with a "
            "reason, which is then an override: it stands in the deployment's reasons, the register of overrides, the audit and "
            "the evidence pack. An interest declared late is weighed by the manager, who may keep the deployment with a reason.",
            "## What if",
            "Before a deployment is proposed, confirmed or ended, alone or with many, the page shows conditions A, D and H as "
            "they are and as they would be, in a sentence with figures (`partners/whatif.py`, pure: the case of the day is "
            "changed as supposed and asked the same questions). *Deployments: What if?* composes changes for any later day, "
            "also a lapse or removal of an accreditation and the retirement of a head; the address holds them, nothing is saved.",
            "## Many at once",
            f"Deploy, move, renew and end take a whole authority, up to {MOST_IN_A_RUN} rows: choose, look at what would become of "
            "each and of the conditions, confirm once. Sound rows go through, the others say why. A run (`BulkRun`) is kept with "
            f"its rows; up to {IN_A_REQUEST} are looked at and carried out while one waits, more by the worker, and the page says "
            "how far it is by being loaded again. *Deployments: Done at once* lists the runs of the authority with what became of "
            "each row: gone through, left as it is and why, or done already. A row is a transaction of its own that begins by "
            "taking the row, and asks rules and rights of that moment: a task delivered twice, a second click, a worker that was "
            "killed or a right that has ended repeats nothing, loses nothing and writes nothing unlawful. The night goes on with "
            "what no worker has finished, and gives up what nobody confirmed in four hours.",
            "Renewing sets a later last day of the same deployment, the one that the preview showed, a year on or to the last "
            "lawful day, so the three years go on counting. Moving ends the one SIP the day before the other begins; schools may "
            "go to different SIPs. Where the school has its say first (POL-10), many are proposed, each school is asked on line, "
            "and each is agreed on its own page.",
            "## Three years",
            "Breaks shorter than the policy's (POL-36) are added, a longer one starts anew, and stays at a school that this one "
            "came from count. *Deployments: Three years* lists limits within a year with the plan of who follows: a plan places "
            "nobody.",
        ]
    )  # fmt: skip


CLOCK_SAYS = "worked out from dates"


def accreditation_page() -> str:
    """The life of an accreditation, from `partners/workflow/accreditation.py`."""
    rows = [_accreditation_move(row) for row in ACCREDITATION_WORKFLOW]
    return "\n\n".join(
        [
            "# Accreditation",
            "How a School Improvement Partner (SIP) is accredited for a sector, how an accreditation lapses and is restored, and "
            "how it is removed. One table holds every state: `partners/workflow/accreditation.py`. What a person does is a move "
            "on an application, a claim or a removal case; what only time does is worked out from dates by "
            "`partners/accreditation.py` and never stored.",
            f"```mermaid\n{mermaid(ACCREDITATION_WORKFLOW)}\n```",
            "## Moves",
            table(["Move", "From", "To", "Right", "Comment", "What it says", "Source"], rows),
            "## The clock",
            f"An accreditation lapses {LAPSE_MONTHS} months after the last practice as a SIP, and the SIP is warned {WARN_MONTHS} "
            "months before; both days clamp to the end of their month. The last practice is the latest, up to the day asked, of "
            "the awards, the day that is only stated, the ends of deployments (that day itself while one runs) and the practice "
            "that a granted claim has shown. Practice in any sector keeps every sector.",
            "Whether each sector has a clock of its own instead (ACC-9) is one setting for the whole country, because an "
            "accreditation is national: `partners.models.LapseClock`, a row for each day from which it changes, never back-dated. "
            "The national director sets it on the register of accreditations. Without a row the clock is the person's. Under a "
            "clock for each sector a deployment counts for the sector that the school asked for on the deployment's first day.",
            "Each term every authority that has SIPs at schools is asked whether its record of deployments is right. While it has "
            "not said, no accreditation of a SIP whom it has or had lapses before the end of the term in which the lapse falls, "
            "and such a SIP is not deployed anew (ACC-28).",
            "## Sitting again",
            f"Stages 2 and 3 may be sat {FREE_SITTINGS} times. After that a further attempt opens {RESIT_MONTHS} months after the "
            "notice of the last result. Fails count for the person and the sector until an award, over all applications.",
        ]
    )  # fmt: skip


def _accreditation_move(row) -> list[str]:
    return [
        row.label,
        ", ".join(STATE_WORDS[state] for state in row.from_),
        STATE_WORDS[row.to],
        CLOCK_SAYS if row.by_system else ROWS[row.permission].says,
        row.comment or "none",
        row.says,
        row.source,
    ]
