"""The page of `docs/` on checks and agreements: their rules, their moves, and the terms that a policy chooses (sections 8, 11)."""

from accounts.permissions import ROWS
from accounts.presets import BY_KEY, PRESET_NAMES, PRESETS
from sipmanager.core.docs import table
from sipmanager.core.workflow import Transition, mermaid

from ..agreement_rules import AGREEMENT_RULES
from ..agreement_terms import EXTRA_WORK, TERMS
from ..checks import STATE_NAMES
from ..models import FILE_RIGHTS, FileKind
from ..workflow import AGREEMENT_WORKFLOW, BREACH_WORKFLOW, CHECK_WORKFLOW, EXTRA_WORK_WORKFLOW


def papers_page() -> str:
    """Checks and agreements, from `partners/checks.py`, `agreement_rules.py`, `agreement_terms.py` and `workflow/agreements.py`."""
    terms = BY_KEY["agreement_terms"]
    return "\n\n".join(
        [
            "# Checks and agreements",
            "What an authority has on record of a School Improvement Partner (SIP) before and during a deployment, and what both "
            "sides sign. The tables are in `partners/workflow/agreements.py`, `partners/agreement_rules.py` and "
            "`partners/agreement_terms.py`; pages, the night and tests read them.",
            "## Checks",
            f"On a day a check is one of: {', '.join(name.lower() for name in STATE_NAMES.values())}. Only a verified one counts "
            "for the deployment rules. Which are asked for is setting POL-44, how old a criminal record check may be POL-40, what "
            "it is called POL-26. A check that runs out flags the deployment and does not end it (PRE-13).",
            _moves(CHECK_WORKFLOW),
            "## Files",
            "Every file is looked at for what it is before it is kept, and each opening goes on record (ROL-32).",
            table(
                ["Kind", "Opened by whoever has", "Handed in by whoever has"],
                [[FileKind(kind).label, _rights(rights.read), _rights(rights.keep)] for kind, rights in FILE_RIGHTS.items()],
            ),
            "## What an agreement must hold",
            table(["Id", "Rule", "Source"], [[row.id, row.says, row.source] for row in AGREEMENT_RULES]),
            "## Moves of an agreement",
            f"```mermaid\n{mermaid(AGREEMENT_WORKFLOW)}\n```",
            _moves(AGREEMENT_WORKFLOW),
            "What is signed is a frozen text with its digest; each signature carries the digest. A text taken back and sent anew "
            "is a new version, which both sign. An agreement in force is changed by one that replaces it. The schools of an "
            "agreement in force are under contract (PRE-6); the contracts end with it.",
            "## Extra work",
            table(["POL-9", "What the agreement says"], [[key.replace("_", " "), says] for key, says in EXTRA_WORK.items()]),
            _moves(EXTRA_WORK_WORKFLOW),
            "## Breaches",
            _moves(BREACH_WORKFLOW),
            "## Terms",
            "The words are the service's own. Setting POL-60 says which hold.",
            table(["Preset", "Terms"], [[PRESET_NAMES[one], terms.default(one)] for one in PRESETS]),
            *[_terms(name) for name in TERMS],
        ]
    )


def _moves(rows: tuple[Transition, ...]) -> str:
    cells = [
        [
            row.label, ", ".join(row.from_), row.to, "the service" if row.by_system else ROWS[row.permission].says,
            row.comment or "none", row.says,
        ]
        for row in rows
    ]  # fmt: skip
    return table(["Move", "From", "To", "Right", "Comment", "What it says"], cells)


def _rights(rights) -> str:
    return "; or ".join(ROWS[right].says for right in rights)


def _terms(name: str) -> str:
    rows = [[one.number, one.says] for one in (*TERMS[name].partner, *TERMS[name].authority)]
    return f"### {name.capitalize()}\n\n{table(['Clause', 'Promise'], rows)}"
