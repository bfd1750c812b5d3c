"""The facts that rules use and a SIP asks to have changed: what each is called, how it is kept while it waits, and in which
words somebody decides on it (ROL-21, REG-2 to REG-6).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Authority, Region
from partners.models import Headship, Interest, Kind, Partner, PartnerKind, Willingness
from schools.facts import SECTOR_NAMES
from schools.models import School
from sipmanager.core.wording import day, span

NOTHING = "Nothing"


@dataclass(frozen=True)
class Fact:
    """One field. `is_one`: a later word replaces an earlier one that waits; otherwise each stands by itself."""

    label: str
    before: Callable[[Partner], str]
    after: Callable[[dict[str, Any]], str]
    is_one: bool = True


def date_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def school_of(urn: str | None) -> School | None:
    return School.objects.filter(urn=urn).first() if urn else None


def place_of(payload: dict[str, Any]) -> tuple[Region | None, Authority | None]:
    region = Region.objects.filter(code=payload["region"]).first() if payload.get("region") else None
    authority = Authority.objects.filter(code=payload["authority"]).first() if payload.get("authority") else None
    return region, authority


def value_of(name: str, payload: dict[str, Any]) -> Any:
    """What a detail becomes, from what is kept of it."""
    value = payload["value"]
    if name == "own_school":
        return school_of(value)
    if name == "days_available":
        return Decimal(value) if value else None
    return value


def kept(value: Any) -> Any:
    """A value as it is kept while it waits: codes, keys and dates."""
    if isinstance(value, School):
        return value.urn
    if isinstance(value, Region | Authority):
        return value.code
    if isinstance(value, date):
        return value.isoformat()
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def words(value: Any) -> str:
    """A value in words."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, School):
        return f"{value.name} ({value.urn})"
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _detail(name: str, label: str) -> Fact:
    return Fact(label, lambda partner: words(getattr(partner, name)), lambda payload: words(value_of(name, payload)))


def _dates(payload: dict) -> str:
    said = span(date_of(payload.get("starts_on")), date_of(payload.get("ends_on")))
    return f", {said}" if said else ""


def _kind_now(partner: Partner) -> str:
    row = PartnerKind.objects.filter(partner=partner, ends_on=None).first()
    through = f", through {partner.company}" if partner.company else ""
    return f"{row.get_kind_display()}{through}" if row else NOTHING


def _kind(payload: dict) -> str:
    through = f", through {payload['company']}" if payload["company"] else ""
    return f"{Kind(payload['kind']).label}{through}, from {day(date_of(payload['starts_on']))}"


def _headship(payload: dict) -> str:
    school = school_of(payload["school"])
    where = f" at {school.name}" if school else ""
    when = ", ended on a day not known" if payload["is_former"] else _dates(payload)
    return f"{SECTOR_NAMES[payload['sector']]} headship{where}{when}"


def _willing(payload: dict) -> str:
    region, authority = place_of(payload)
    return f"Will work in {(region or authority).name}{_dates(payload)}"


def _outside(payload: dict) -> str:
    said = f": {payload['text']}" if payload["text"] else ""
    return f"{words(payload['value'])}{said}"


def _end(model, says: Callable[[Any], str]) -> Callable[[dict], str]:
    def after(payload: dict) -> str:
        row = model.objects.filter(pk=payload["pk"]).first()
        what = says(row) if row else "It"
        return f"{what} ends on {day(date_of(payload['on']))}"

    return after


def _nothing(partner: Partner) -> str:
    return ""


DETAILS: dict[str, str] = {
    "full_name": "Full name",
    "own_school": "Own school",
    "headship_years": "Years of headship",
    "days_available": "Days available a year",
    "is_htpm_trained": "Trained for heads' performance management",
}

FACTS: dict[str, Fact] = {
    **{name: _detail(name, label) for name, label in DETAILS.items()},
    "outside_experience": Fact(
        "Outside experience",
        lambda partner: _outside({"value": partner.has_outside_experience, "text": partner.outside_experience}),
        _outside,
    ),
    "kind": Fact("Kind of SIP and company", _kind_now, _kind),
    "headship": Fact("A headship", _nothing, _headship, is_one=False),
    "headship_end": Fact(
        "End of a headship", _nothing, _end(Headship, lambda row: f"The {row.sector} headship"), is_one=False
    ),
    "willing": Fact("A place to work in", _nothing, _willing, is_one=False),
    "willing_end": Fact(
        "End of a place to work in", _nothing,
        _end(Willingness, lambda row: f"Work in {(row.region or row.authority).name}"), is_one=False,
    ),
    "interest_end": Fact(
        "End of an interest", _nothing, _end(Interest, lambda row: f"The interest in {row.with_whom}"), is_one=False
    ),
}  # fmt: skip
