"""The page of `docs/` that stands in the tables of visits: the workflow of notes and visits."""

from accounts.permissions import ROLE_NAMES, ROWS
from accounts.presets import PRESET_NAMES, PRESETS, Policy
from sipmanager.core.docs import table
from sipmanager.core.workflow import Transition, mermaid

from .states import NOTE_STATE_NAMES, VISIT_STATE_NAMES, NoteState, VisitState
from .workflow.notes import NOTE_WORKFLOW
from .workflow.visits import VISIT_WORKFLOW

INTRODUCTION = """\
# How a note of visit moves

One table holds every move: `visits/workflow/notes.py`. The local policy of the authority switches its rows on; the four
presets give the four pictures below. A note keeps the policy under which it began.

No school is told of a note before it is with the head, or, where the head has no step, before it is issued. Nobody moves
their own work on in another capacity. Every move compares the state and the content version that its maker saw."""


def note_workflow_page() -> str:
    """The moves of notes under each preset, and those of visits, from the two tables."""
    parts = [INTRODUCTION]
    for preset in PRESETS:
        policy = Policy(preset)
        rows = [row for row in NOTE_WORKFLOW if row.when is None or row.when(policy)]
        parts += [
            f"## {PRESET_NAMES[preset]} (`{preset}`)",
            picture(NOTE_WORKFLOW, policy),
            moves(rows, NOTE_STATE_NAMES, NoteState),
        ]
    parts += [
        "## Visits",
        "A visit entered in error is struck out with a reason, whatever its state; it stays visible as struck out.",
        picture(VISIT_WORKFLOW, None),
        moves(VISIT_WORKFLOW, VISIT_STATE_NAMES, VisitState),
    ]
    return "\n\n".join(parts)


def picture(rows, policy) -> str:
    return f"```mermaid\n{mermaid(rows, policy)}\n```"


def moves(rows, names, states) -> str:
    return table(
        ["From", "To", "Move", "Who", "Comment", "What follows", "Source"],
        [
            [
                ", ".join(names[states(state)] for state in row.from_),
                names[states(row.to)],
                row.label,
                who(row),
                row.comment or "none",
                row.says,
                row.source,
            ]
            for row in rows
        ],
    )


def who(row: Transition) -> str:
    """The roles that make a move: those of the row, else those that its permission names."""
    if row.by_system:
        return "The system"
    roles = row.extra.get("roles") or ROWS[row.permission].reaches
    return ", ".join(ROLE_NAMES[role] for role in roles)
