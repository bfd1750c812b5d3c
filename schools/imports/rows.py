"""From the cells of one line to what they say of a school; nothing is looked up in the database. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from ..facts import Governance, Phase, Status
from ..searching import loose
from . import columns
from .columns import DATES, HEAD_COLUMNS, LINKS, NUMBERS, TEXTS
from .heads import Head, heads


@dataclass(frozen=True)
class SchoolRow:
    """What one line of an extract says. `values` holds only what the extract has a column for (D-10).

    `heads` is `None` where the extract names no heads. `authority_code` and `authority_name` are as given.
    `not_held` is why a school of this kind is not taken into the register, blank if it is.
    """

    line: int
    urn: str
    values: Mapping[str, Any]
    authority_code: str | None = None
    authority_name: str | None = None
    heads: tuple[Head, ...] | None = None
    diocese: str | None = None
    links: tuple[tuple[str, str], ...] = ()
    not_held: str = ""
    warnings: tuple[str, ...] = field(default=())
    digest: str = ""


class RowRejected(Exception):
    """The line cannot be read as a school; the message says why."""


LENGTHS = {
    "name": 150, "establishment_number": 4, "ukprn": 8, "religious_character": 80, "trust_name": 150, "federation_name": 150,
    "street": 150, "locality": 150, "address3": 150, "town": 100, "county": 100, "postcode": 10, "phone": 20, "website": 200,
}  # fmt: skip
NO_LINKS = ("", "does not have links")
_LINK = re.compile(r"(\d{6})\s+(Predecessor|Successor|Parent|Child)\b", re.IGNORECASE)
_NAMED_OR_NOWHERE = frozenset({"religious_character", "trust_name", "federation_name"})
_NOWHERE = frozenset({"", "not applicable", "not recorded", "does not apply", "none"})
FIRST_DAY, LAST_DAY = date(1100, 1, 1), date(2100, 12, 31)
UNKNOWN_DAYS = frozenset({date(1900, 1, 1)})


def school_row(line: int, cells: Mapping[str, str], digest: str = "") -> SchoolRow:
    """The school of one line. `cells` are keyed by the columns of `columns.KNOWN` that the extract has.

    `digest` stands for the cells and is handed on.

    Raises `RowRejected`.
    """
    urn = cells["URN"].strip().removesuffix(".0")
    if not re.fullmatch(r"\d{6}", urn):
        raise RowRejected("The URN is missing" if not urn else "The URN must be a number of 6 digits")
    warnings: list[str] = []
    values: dict[str, Any] = {}
    for column, key in TEXTS.items():
        if column in cells:
            values[key] = _text(key, cells[column], warnings)
    for column, key in NUMBERS.items():
        if column in cells:
            values[key] = _number(key, cells[column])
    for column, key in DATES.items():
        if column in cells:
            _date(key, column, cells[column], values, warnings)
    not_held = _kind(cells, values, warnings)
    _status(cells, values)
    _sixth_form(cells, values)
    if "name" in values and not values["name"]:
        raise RowRejected("The name is missing")
    return SchoolRow(
        line=line,
        urn=urn,
        values=values,
        authority_code=cells.get("LA (code)"),
        authority_name=cells.get("LA (name)"),
        heads=_heads(cells, warnings),
        diocese=_diocese(cells),
        links=_links(cells),
        not_held=not_held or _where(cells),
        warnings=tuple(warnings),
        digest=digest,
    )


def _text(key: str, given: str, warnings: list[str]) -> str:
    text = " ".join(given.split())
    if key == "postcode":
        text = postcode(text)
    if key in _NAMED_OR_NOWHERE and loose(text) in _NOWHERE:
        return ""
    if key == "establishment_number" and text.isdigit():
        text = text.zfill(4)
    longest = LENGTHS[key]
    if len(text) <= longest:
        return text
    if key == "name":
        raise RowRejected(f"The name is longer than {longest} characters")
    warnings.append(f"The {key.replace('_', ' ')} is longer than {longest} characters and was cut")
    return text[:longest].rstrip()


def postcode(text: str) -> str:
    """Large letters and one space before the last three; what is no postcode stays as it is."""
    joined = text.replace(" ", "").upper()
    if re.fullmatch(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}", joined):
        return f"{joined[:-3]} {joined[-3:]}"
    return text


def _number(key: str, given: str) -> int | None:
    """Codes such as SUPP in a number's cell, blanks, and a grid reference of 0 are unknown."""
    text = given.strip().removesuffix(".0")
    if not (text.isascii() and text.isdigit()) or len(text) > 7:
        return None
    number = int(text)
    if number == 0 and key in ("easting", "northing"):
        return None
    return number


@lru_cache(maxsize=20_000)
def read_date(text: str) -> date | None:
    """A day in any of the layouts of GIAS and its relatives; `None` where it is none of them."""
    text = text.strip().split(" ")[0].split("T")[0]
    if match := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", text):
        day, month, year = (int(part) for part in match.groups())
    elif match := re.fullmatch(r"(\d{4})[-/]?(\d{2})[-/]?(\d{2})", text):
        year, month, day = (int(part) for part in match.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _date(key: str, column: str, given: str, values: dict, warnings: list[str]) -> None:
    """A blank is known to be blank; an unreadable day is as if the extract had not the column."""
    if not given.strip():
        values[key] = None
        return
    found = read_date(given)
    if found is None:
        warnings.append(f"{column} is not a date and was left out")
    elif found in UNKNOWN_DAYS or not FIRST_DAY <= found <= LAST_DAY:
        values[key] = None
    else:
        values[key] = found


def _coded(cells: Mapping[str, str], column: str, table, names) -> tuple | None:
    """The row of a vocabulary by its code or, without one, its name; `None` where the extract has neither column."""
    code, name = cells.get(f"{column} (code)"), cells.get(f"{column} (name)")
    if code is None and name is None:
        return None
    found = table.get((code or "").strip().lstrip("0") or ("0" if code else ""))
    return found or table.get(names.get(loose(name or ""), ""), ())


def _kind(cells: Mapping[str, str], values: dict, warnings: list[str]) -> str:
    """Set type, governance and phase; return why the register does not hold this kind."""
    of_type = _coded(cells, "TypeOfEstablishment", columns.TYPES, columns.TYPE_BY_NAME)
    of_phase = _coded(cells, "PhaseOfEducation", columns.PHASES, columns.PHASE_BY_NAME)
    if of_phase == ():
        warnings.append("The phase is not one that is known")
        of_phase = None
    if of_type == ():
        raise RowRejected("The type of establishment is not one that is known")
    phase, not_held = None, ""
    if of_phase is not None:
        phase, not_held = of_phase[1], of_phase[2]
    if of_type is not None:
        values["type_name"], values["governance"] = of_type[0], of_type[1].value
        # A special school or a unit is one whatever phase the extract gives beside its type.
        phase = of_type[2] or phase
        not_held = of_type[3] or not_held
    if phase is not None:
        values["phase"] = phase.value
    return not_held


def _status(cells: Mapping[str, str], values: dict) -> None:
    found = _coded(cells, "EstablishmentStatus", columns.STATUSES, columns.STATUS_BY_NAME)
    if found == ():
        raise RowRejected("The status is not one that is known")
    if found is not None:
        values["status"] = found[1].value


def _sixth_form(cells: Mapping[str, str], values: dict) -> None:
    code, name = cells.get("OfficialSixthForm (code)"), cells.get("OfficialSixthForm (name)")
    if code is None and name is None:
        return
    said = {"1": True, "2": False}.get((code or "").strip())
    if said is None:
        said = {"has a sixth form": True, "does not have a sixth form": False}.get(loose(name or ""))
    values["has_sixth_form"] = said


def _where(cells: Mapping[str, str]) -> str:
    code = (cells.get("LA (code)") or "").strip()
    if code in columns.WELSH_CODES:
        return columns.WALES
    return columns.OVERSEAS if code in columns.OVERSEAS_CODES else ""


def _heads(cells: Mapping[str, str], warnings: list[str]) -> tuple[Head, ...] | None:
    _title, first, last, job_title = (cells.get(column) for column in HEAD_COLUMNS)
    if first is None and last is None:
        return None
    found, is_doubtful = heads(first or "", last or "", job_title or "")
    if is_doubtful:
        warnings.append("The head's name may be two people's")
    return found


def _diocese(cells: Mapping[str, str]) -> str | None:
    given = cells.get("Diocese (name)")
    if given is None:
        return None
    name = " ".join(given.split())[:100]
    return "" if loose(name) in _NOWHERE else name


def _links(cells: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Pairs of URN and `predecessor` or `successor`: what the other school is to this one."""
    if loose(cells.get(LINKS, "")) in NO_LINKS:
        return ()
    words = {"parent": "predecessor", "child": "successor"}
    return tuple((urn, words.get(kind.lower(), kind.lower())) for urn, kind in _LINK.findall(cells[LINKS]))


def new_school_defaults(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a school has from its first line, with what is not said taken as usual: open, of no known kind."""
    usual = {"status": Status.OPEN.value, "phase": Phase.NONE.value, "governance": Governance.OTHER.value}
    return {**usual, **values}
