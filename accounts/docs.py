"""The pages of `docs/` that stand in the tables of accounts: permissions, and the settings of local policy."""

from sipmanager.core.docs import table

from .permissions import (
    COLUMNS,
    GIVES,
    MEMBERSHIP_ROLES,
    ROLE_NAMES,
    SECOND_FACTOR_ROLES,
    TABLE,
    Role,
)
from .policy_words import in_words
from .presets import PRESET_NAMES, PRESETS, SETTINGS

REACHES = """\
Each cell says how far a right reaches:

- **E** everywhere
- **R** the schools and authorities of their region
- **A** their authority
- **L** schools that lie in their authority, whoever runs their School Improvement Partner (SIP)
- **D** their diocese
- **S** their own school
- **O** their own: assigned to them, written by them, or about the SIPs they look after
- an empty cell: no right

A star after a right means: never on one's own work, in whatever capacity. A person's rights are the union of what their
capacities give; the switch in the header never changes them."""


def permissions_page() -> str:
    """Who may do what, from `accounts/permissions.py`."""
    shown = COLUMNS
    rights = [
        [f"{row.says}{' *' if row.not_own else ''}", *(row.reaches.get(role, "") for role in shown)] for row in TABLE
    ]  # fmt: skip
    roles = [
        [
            ROLE_NAMES[role],
            f"`{role.value}`",
            "membership" if role in MEMBERSHIP_ROLES else "post, SIP record or tie to a SIP",
            "yes" if role in SECOND_FACTOR_ROLES else "",
            ", ".join(ROLE_NAMES[given] for given in Role if given in GIVES.get(role, ())),
        ]
        for role in shown
    ]
    return "\n\n".join(
        [
            "# Permissions",
            "One table says who may do what. It is `accounts/permissions.py`; pages, commands, lists and tests read it.",
            "## Roles",
            table(["Role", "Name in code", "Comes from", "Second factor", "May invite"], roles),
            "## Rights",
            REACHES,
            table(["Right", *(ROLE_NAMES[role] for role in shown)], rights),
        ]
    )


def policy_page() -> str:
    """Every setting of local policy and what the four presets say, from `accounts/presets.py`."""
    rows = [
        [setting.id, setting.says, *(in_words(setting, setting.default(preset)) for preset in PRESETS)] for setting in SETTINGS
    ]
    return "\n\n".join(
        [
            "# Local policy",
            "What differs between authorities is a value in their local policy: one of four presets, and settings of their "
            "own. A policy starts on a day and is never changed afterwards; a new one starts on a later day. A note of visit "
            "and a deployment keep the policy under which they began. Where an authority has made none, that of national "
            "guidance holds.",
            table(["Id", "Setting", *(f"{PRESET_NAMES[preset]} (`{preset}`)" for preset in PRESETS)], rows),
        ]
    )
