"""The frozen facts that the conditions of grant look at, and what an answer is (section 12, D-19). Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from ..tenure import Run

PRIMARY, SECONDARY = "primary", "secondary"
PROGRAMMES = (PRIMARY, SECONDARY)


class Strength(StrEnum):
    WILL = "will"
    BEST_ENDEAVOURS = "best_endeavours"


class Result(StrEnum):
    MET = "met"
    AT_RISK = "at_risk"
    NOT_MET = "not_met"
    NO_DATA = "no_data"


RESULT_NAMES = {
    Result.MET: "Met",
    Result.AT_RISK: "At risk",
    Result.NOT_MET: "Not met",
    Result.NO_DATA: "No data",
}


@dataclass(frozen=True)
class Shortfall:
    """One record that stands in the way: `subject` is `kind:key` (D-40); `url` where a floor above says how to mend it."""

    subject: str
    because: str
    url: str = ""

    def as_json(self) -> dict[str, str]:
        return {"subject": self.subject, "because": self.because}


@dataclass(frozen=True)
class SchoolInGrant:
    """A school of the programme that the authority maintains on the day.

    `counts` says whether COG-A counts it; an academy never does, and belongs to the mix only where the policy says so.
    """

    urn: str
    name: str
    counts: bool = True
    is_academy: bool = False


@dataclass(frozen=True)
class Placed:
    """A SIP at work on the day at a school of the case."""

    deployment_id: int
    urn: str
    partner: str
    partner_name: str
    is_accredited: bool
    because: str
    run: Run


@dataclass(frozen=True)
class Sip:
    """What the mix asks of one SIP on the day (COG-D)."""

    reference: str
    was_secondary_head: bool = False
    is_primary_head: bool = False
    has_outside_experience: bool = False


@dataclass(frozen=True)
class Change:
    """A start, replacement, end or correction that the national contractor is to be told of (COG-B).

    `waited` counts the working days from when it took effect to when the contractor was told, or to the day asked.
    """

    deployment_id: int
    kind: str
    school_name: str
    effective_on: date
    is_sent: bool
    waited: int = 0


@dataclass(frozen=True)
class Evidence:
    """What a floor above found for one condition: its figures, what falls short, and what is not recorded at all."""

    figures: Mapping[str, Any] = field(default_factory=dict)
    shortfalls: tuple[Shortfall, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Agreed:
    """What the agreement of one SIP at work says on the day (COG-C, COG-E); `agreement_id` is `None` where none is in force.

    `brief` is the edition of the national brief that it cites, blank where it cites none.
    """

    partner: str
    partner_name: str
    agreement_id: int | None = None
    reserved_days: Decimal = Decimal(0)
    brief: str = ""


@dataclass(frozen=True)
class AtMeetings:
    """How many of the contractor's termly meetings of the school year so far one SIP at work was at (COG-E)."""

    partner: str
    partner_name: str
    attended: int


@dataclass(frozen=True)
class Contact:
    """The person named to the contractor for the programme, current on the day (COG-F)."""

    contact_id: int
    full_name: str
    notified_on: date | None = None


@dataclass(frozen=True)
class Shared:
    """Information that the authority and the contractor shared, for one of the four uses (COG-I)."""

    use: str
    shared_on: date
    notes: int = 0


@dataclass(frozen=True)
class SchoolAccess:
    """Who of a school in scope can sign in on the day: its head, and whoever governs it (COG-J)."""

    urn: str
    name: str
    has_head: bool
    has_governor: bool


@dataclass(frozen=True)
class GrantCase:
    """Everything the conditions need to know of one authority and one programme on one day."""

    authority: str
    authority_name: str
    programme: str
    on: date
    schools: tuple[SchoolInGrant, ...] = ()
    placed: tuple[Placed, ...] = ()
    sips: Mapping[str, Sip] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    coverage_by: date | None = None
    mix_minimum: int = 1
    academies_in_mix: bool = False
    # By condition id; absent or `None` where no floor has facts yet.
    evidence: Mapping[str, Evidence | None] = field(default_factory=dict)
    # One row for each SIP at work; `None` where nobody has looked.
    agreed: tuple[Agreed, ...] | None = None
    # The edition of the national brief in force on the day, blank where none is recorded.
    brief: str = ""
    # The contractor's termly meetings of the school year so far, and who was there.
    meetings: int = 0
    attendance: tuple[AtMeetings, ...] | None = None
    contacts: tuple[Contact, ...] | None = None
    # What was shared in the twelve months up to the day, and the latest yearly statement in them.
    shared: tuple[Shared, ...] | None = None
    stated_on: date | None = None
    access: tuple[SchoolAccess, ...] | None = None

    @property
    def in_scope(self) -> tuple[SchoolInGrant, ...]:
        return tuple(school for school in self.schools if school.counts)

    @property
    def placed_in_scope(self) -> tuple[Placed, ...]:
        """The SIPs at work at schools that the letters speak of: academies are outside them (GRA-6)."""
        urns = {school.urn for school in self.in_scope}
        return tuple(placed for placed in self.placed if placed.urn in urns)

    @property
    def in_mix(self) -> frozenset[str]:
        """The schools whose SIPs make up the mix."""
        return frozenset(
            school.urn for school in self.schools if school.counts or (school.is_academy and self.academies_in_mix)
        )


@dataclass(frozen=True)
class Verdict:
    """A result with its figures; `missing` says in words which records a `no_data` waits for."""

    result: Result
    figures: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Shortfall, ...] = ()
    warnings: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Condition:
    """One row of the table; `from_` and `until` are the first and last day on which it reads so (COG-L, SRC-20)."""

    id: str
    says: str
    strength: Strength
    source: str
    check: Callable[[GrantCase], Verdict]
    # What the clause asks for, and which records prove it.
    means: str = ""
    evidence: str = ""
    programmes: tuple[str, ...] = PROGRAMMES
    from_: date = date.min
    until: date = date.max


@dataclass(frozen=True)
class Answer:
    """One condition on one day."""

    id: str
    says: str
    strength: Strength
    verdict: Verdict
    source: str = ""
    means: str = ""
    evidence: str = ""

    @property
    def result(self) -> Result:
        return self.verdict.result

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "strength": self.strength.value,
            "result": self.result.value,
            "figures": _plain(self.verdict.figures),
            "findings": [finding.as_json() for finding in self.verdict.findings],
            "warnings": list(self.verdict.warnings),
            "missing": list(self.verdict.missing),
        }


def _plain(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in figures.items()}
