"""`partners.csv`: its columns, and one line of it as a row that is sound in itself (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from schools.facts import SECTOR_NAMES, Sector
from sipmanager.core.csvfiles import Line
from sipmanager.core.wording import day as day_words

from . import values
from .values import Unreadable

KINDS = ("serving_head", "former_head", "consultant", "la_officer")
KIND_WORDS = {kind: kind for kind in KINDS} | {
    "serving_headteacher": "serving_head", "former_headteacher": "former_head", "retired_head": "former_head",
    "authority_officer": "la_officer",
}  # fmt: skip
HEADSHIP_WORDS = {word: word for word in ("none", "former", "serving")}
SERVING_HEAD = "serving_head"

# A pre-deployment check by the column that carries it (D-17). Insurance is known by the day on which it ends.
CHECK_COLUMNS = {
    "crb_checked_on": "PRE-2",
    "governors_agreed_on": "PRE-3",
    "cover_agreed_on": "PRE-4",
    "insurance_until": "PRE-5",
    "confidentiality_accepted_on": "PRE-8",
    "references_on": "PRE-9",
    "briefed_on": "PRE-10",
    "trained_on": "PRE-12",
}

_READERS = {
    "reference": values.reference,
    "email": values.email,
    "kind": values.one_of("The kind", KIND_WORDS),
    "company": values.text(150, "The company"),
    "own_school_urn": values.urn,
    "headship_years": values.whole("The years of headship", 70),
    "outside_experience": values.yes_or_no("Outside experience"),
    "regions": values.several,
    "authorities": values.several,
    "last_practised_on": values.past_day("The day last practised"),
    "days_available": values.days("The days available"),
    **{
        f"{sector.value}_headship": values.one_of(f"The {sector.value} headship", HEADSHIP_WORDS) for sector in Sector
    },
    **{f"accredited_{sector.value}_on": values.day(f"The {sector.value} accreditation") for sector in Sector},
    **{
        name: values.day("The end of the insurance") if name == "insurance_until" else values.past_day(words)
        for name, words in {
            "crb_checked_on": "The criminal record check",
            "governors_agreed_on": "The governors' agreement",
            "cover_agreed_on": "The agreement on cover",
            "insurance_until": "",
            "confidentiality_accepted_on": "The acceptance of confidentiality",
            "references_on": "The references",
            "briefed_on": "The briefing",
            "trained_on": "The training",
        }.items()
    },
}  # fmt: skip

REQUIRED = ("first_name", "last_name", "email", "kind")
COLUMNS = ("reference", "title", "first_name", "last_name", *(name for name in _READERS if name != "reference"))


@dataclass(frozen=True)
class PartnerRow:
    """One line that is sound in itself. `given` holds the values of the columns that the file has, and no others."""

    line: int
    reference: str
    full_name: str
    email: str
    kind: str
    given: dict[str, Any] = field(default_factory=dict)

    def accreditations(self) -> dict[str, date]:
        found = {sector.value: self.given.get(f"accredited_{sector.value}_on") for sector in Sector}
        return {sector: on for sector, on in found.items() if on is not None}

    def headships(self) -> dict[str, str]:
        """What the file says of each sector; a blank says nothing."""
        found = {sector.value: self.given.get(f"{sector.value}_headship", "") for sector in Sector}
        return {sector: says for sector, says in found.items() if says}

    def checks(self) -> dict[str, date]:
        """Days of the checks that the file carries, by rule id; for insurance its last day."""
        found = {rule: self.given.get(name) for name, rule in CHECK_COLUMNS.items()}
        return {rule: on for rule, on in found.items() if on is not None}


def read_row(line: Line, *, on: date) -> PartnerRow | list[str]:
    """The row of a line, or every sentence that says why there is none. `on` is the last day of the past."""
    faults, given = [], {}
    for name, reader in _READERS.items():
        raw = line.get(name)
        if raw is None:
            continue
        try:
            given[name] = reader(raw)
        except Unreadable as error:
            faults.append(str(error))
            continue
        future = getattr(reader, "may_not_be_future", "")
        if future and given[name] is not None and given[name] > on:
            faults.append(f"{future} must be today or in the past, not {day_words(given[name])}")
    first, last = line.get("first_name") or "", line.get("last_name") or ""
    faults += [f"The {what} is missing" for what, name in (("first name", first), ("last name", last)) if not name]
    full_name = " ".join(part for part in (first, last) if part)
    if len(full_name) > 200:
        faults.append("The name must be 200 characters or less")
    if given.get("kind") == "":
        faults.append("The kind is missing")
    if faults:
        return faults
    special = {name: given.pop(name) for name in ("reference", "email", "kind") if name in given}
    return PartnerRow(
        line=line.number, reference=special.get("reference", ""), full_name=full_name, email=special["email"],
        kind=special["kind"], given=given,
    )  # fmt: skip


def contradictions(row: PartnerRow) -> Iterator[str]:
    """What a row says against itself; it is loaded all the same, and somebody should look (D-7)."""
    headships = row.headships()
    serving = [sector for sector, says in headships.items() if says == "serving"]
    former = [sector for sector, says in headships.items() if says == "former"]
    if row.kind == SERVING_HEAD and headships and not serving:
        yield "The SIP is a serving headteacher, and no headship is given as serving"
    if row.kind != SERVING_HEAD and serving:
        yield f"The SIP is no serving headteacher, and the {_sectors(serving)} headship is given as serving"
    if row.kind == "former_head" and headships and not former and not serving:
        yield "The SIP is a former headteacher, and no headship is given as former"
    if row.kind == SERVING_HEAD and row.given.get("own_school_urn") == "":
        yield "The SIP is a serving headteacher, and no school of their own is given"
    if len(serving) > 1:
        yield f"Headships are given as serving in {_sectors(serving)} at once"
    yield from _about_years(row, has_led=bool(serving or former), knows=len(headships) == len(SECTOR_NAMES))
    yield from _about_dates(row)
    if "regions" in row.given and not row.given["regions"] and not row.given.get("authorities"):
        yield "No region and no authority is named where the SIP will work, so no school can have this SIP"


def _about_years(row: PartnerRow, *, has_led: bool, knows: bool) -> Iterator[str]:
    years = row.given.get("headship_years")
    if years and knows and not has_led:
        yield f"{years} years of headship are given, and no headship"
    if years == 0 and has_led:
        yield "A headship is given, and no years of it"


def _about_dates(row: PartnerRow) -> Iterator[str]:
    awards = row.accreditations().values()
    practised = row.given.get("last_practised_on")
    if practised and awards and practised < min(awards):
        yield "The day last practised lies before the first accreditation"
    if practised and not awards:
        yield "A day last practised is given, and no accreditation"


def _sectors(sectors: list[str]) -> str:
    return " and ".join(sectors)
