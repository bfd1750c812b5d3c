"""What a school is, in the field's words, and what follows from it (SCH-2, SCH-3, D-9). Pure."""

from enum import StrEnum


class Phase(StrEnum):
    PRIMARY = "primary"
    MIDDLE_DEEMED_PRIMARY = "middle_deemed_primary"
    MIDDLE_DEEMED_SECONDARY = "middle_deemed_secondary"
    SECONDARY = "secondary"
    ALL_AGE = "all_age"
    SPECIAL = "special"
    PRU = "pru"
    NURSERY = "nursery"
    SIXTEEN_PLUS = "sixteen_plus"
    NONE = "none"


PHASE_NAMES = {
    Phase.PRIMARY: "Primary",
    Phase.MIDDLE_DEEMED_PRIMARY: "Middle deemed primary",
    Phase.MIDDLE_DEEMED_SECONDARY: "Middle deemed secondary",
    Phase.SECONDARY: "Secondary",
    Phase.ALL_AGE: "All-age",
    Phase.SPECIAL: "Special",
    Phase.PRU: "Pupil referral unit",
    Phase.NURSERY: "Nursery",
    Phase.SIXTEEN_PLUS: "16 plus",
    Phase.NONE: "No phase given",
}


class Governance(StrEnum):
    COMMUNITY = "community"
    AIDED = "voluntary_aided"
    CONTROLLED = "voluntary_controlled"
    FOUNDATION = "foundation"
    SPECIAL = "special"
    PRU = "pru"
    ACADEMY = "academy"
    OTHER = "other"


GOVERNANCE_NAMES = {
    Governance.COMMUNITY: "Community school",
    Governance.AIDED: "Voluntary aided school",
    Governance.CONTROLLED: "Voluntary controlled school",
    Governance.FOUNDATION: "Foundation school",
    Governance.SPECIAL: "Special school",
    Governance.PRU: "Pupil referral unit",
    Governance.ACADEMY: "Academy",
    Governance.OTHER: "Other",
}

# GIAS types 1, 2, 3 and 5: the mainstream schools that an authority maintains (D-9).
MAINTAINED_MAINSTREAM = frozenset({Governance.COMMUNITY, Governance.AIDED, Governance.CONTROLLED, Governance.FOUNDATION})
MAINSTREAM_PHASES = frozenset(
    {Phase.PRIMARY, Phase.MIDDLE_DEEMED_PRIMARY, Phase.MIDDLE_DEEMED_SECONDARY, Phase.SECONDARY, Phase.ALL_AGE}
)
# What a school can be and still never have a SIP of the programme (D-9).
NOT_DEPLOYABLE = frozenset({Phase.NURSERY, Phase.SIXTEEN_PLUS})


class Status(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    PROPOSED = "proposed"


STATUS_NAMES = {Status.OPEN: "Open", Status.CLOSED: "Closed", Status.PROPOSED: "Proposed to open"}


class Sector(StrEnum):
    """A sector of accreditation (ENU-1)."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    SPECIAL = "special"


SECTOR_NAMES = {Sector.PRIMARY: "Primary", Sector.SECONDARY: "Secondary", Sector.SPECIAL: "Special"}

_DEEMED: dict[str, Sector] = {
    Phase.PRIMARY: Sector.PRIMARY,
    Phase.MIDDLE_DEEMED_PRIMARY: Sector.PRIMARY,
    Phase.SECONDARY: Sector.SECONDARY,
    Phase.MIDDLE_DEEMED_SECONDARY: Sector.SECONDARY,
}


def choices(names) -> list[tuple[str, str]]:
    """A table of names as the choices of a column."""
    return [(value.value, name) for value, name in names.items()]


def deemed_phase(phase: str) -> str:
    """`primary`, `secondary`, or blank where the phase alone does not say (PRU, special, all-age) (SCH-3, D-9)."""
    sector = _DEEMED.get(phase)
    return sector.value if sector else ""


def is_mainstream(*, governance: str, phase: str) -> bool:
    """Whether an authority maintains the school as a mainstream one (D-9)."""
    return governance in MAINTAINED_MAINSTREAM and phase in MAINSTREAM_PHASES


def sector_needed(*, governance: str, phase: str, deemed: str, all_age_sector: str) -> str:
    """The sector in which the school's SIP must be accredited; blank where no SIP can be deployed (SCH-3, SCH-4, D-9).

    `deemed` is the deemed phase, `all_age_sector` what the SCH-4 record agreed; both may be blank. A pupil referral
    unit asks for secondary until its deemed phase is set (ACC-8); so does an academy whose phase names no sector.
    """
    if phase == Phase.SPECIAL:
        return Sector.SPECIAL.value
    if phase == Phase.ALL_AGE and all_age_sector:
        return all_age_sector
    if deemed:
        return deemed
    if phase == Phase.PRU or governance == Governance.ACADEMY:
        return Sector.SECONDARY.value
    return ""


def programme(
    *, governance: str, phase: str, deemed: str, all_age_sector: str, is_agreed_with_dfes: bool
) -> str:  # fmt: skip
    """The grant programme that counts the school, `primary` or `secondary`; blank where neither does (COG-A, D-9).

    Academies and special schools are in none, a pupil referral unit only in the secondary one and only if agreed.
    """
    if phase == Phase.PRU and governance == Governance.PRU:
        return Sector.SECONDARY.value if is_agreed_with_dfes and deemed != Sector.PRIMARY else ""
    if not is_mainstream(governance=governance, phase=phase):
        return ""
    return all_age_sector if phase == Phase.ALL_AGE else deemed
