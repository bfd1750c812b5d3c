"""`deployments.csv`: its columns, and one line of it as a row that is sound in itself (pure)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sipmanager.core.csvfiles import Line
from sipmanager.core.wording import day as day_words

from . import values
from .values import Unreadable

REQUIRED = ("partner_reference", "school_urn", "start")
COLUMNS = (*REQUIRED, "end", "days", "contract_confirmed", "consulted_on")

_READERS = {
    "partner_reference": values.reference,
    "school_urn": values.urn,
    "start": values.day("The start"),
    "end": values.day("The end"),
    "days": values.days("The days"),
    "contract_confirmed": values.yes_or_no("Contract confirmed"),
    "consulted_on": values.day("The day of consultation"),
}
_NAMES = {"partner_reference": "The SIP's reference", "school_urn": "The school's URN", "start": "The start"}


@dataclass(frozen=True)
class DeploymentRow:
    """One line that is sound in itself. What is blank or has no column is `None`."""

    line: int
    partner: str
    urn: str
    starts_on: date
    ends_on: date | None = None
    days: Decimal | None = None
    is_contract_confirmed: bool | None = None
    consulted_on: date | None = None


def read_row(line: Line, *, on: date, is_historic: bool) -> DeploymentRow | list[str]:
    """The row of a line, or every sentence that says why there is none. History has begun by `on`."""
    faults, found = [], {}
    for name, reader in _READERS.items():
        try:
            found[name] = reader(line.get(name) or "")
        except Unreadable as error:
            faults.append(str(error))
            continue
        if name in _NAMES and not found[name]:
            faults.append(f"{_NAMES[name]} is missing")
    starts_on, ends_on = found.get("start"), found.get("end")
    if starts_on and ends_on and ends_on < starts_on:
        faults.append(f"The end, {day_words(ends_on)}, lies before the start, {day_words(starts_on)}")
    if starts_on and is_historic and starts_on > on:
        faults.append(f"A deployment that starts on {day_words(starts_on)} is no history yet; load it without --historic")
    consulted_on = found.get("consulted_on")
    if consulted_on and consulted_on > on:
        faults.append(f"The day of consultation must be today or in the past, not {day_words(consulted_on)}")
    if faults:
        return faults
    return DeploymentRow(
        line=line.number, partner=found["partner_reference"], urn=found["school_urn"], starts_on=starts_on,
        ends_on=ends_on, days=found["days"], is_contract_confirmed=found["contract_confirmed"], consulted_on=consulted_on,
    )  # fmt: skip
