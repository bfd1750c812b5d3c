"""One row of `partners.csv` written into the register: which facts differ, dated from the day of the import (D-3).

The first known value of a fact holds always; a later one from the day on which the register learns of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Authority, Region
from partners.models import (
    Accreditation,
    Check,
    CheckKind,
    Engagement,
    Headship,
    Kind,
    Partner,
    PartnerKind,
    Willingness,
)
from schools.models import School
from sipmanager.core.wording import day as day_words
from sipmanager.core.wording import searchable

from .partner_rows import SERVING_HEAD, PartnerRow
from .register import Held

ONE_DAY = timedelta(days=1)
COLUMN_WORDS = {
    "full_name": "Name",
    "company": "Company",
    "headship_years": "Years of headship",
    "last_practised_on": "Last practised",
    "days_available": "Days available",
    "has_outside_experience": "Outside experience",
    "own_school": "Own school",
}
INSURANCE = "PRE-5"


@dataclass(frozen=True)
class Wanted:
    """A row with what it names looked up: the school, the regions, the authorities, and who engages the SIP."""

    row: PartnerRow
    own_school: School | None
    regions: list[Region]
    authorities: list[Authority]
    engaging: list[Authority]


@dataclass
class Change:
    """What one row changed: the names of the facts for the audit, remarks for a person, and each fact before and after."""

    facts: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    shown: list[list[str]] = field(default_factory=list)

    def note(self, fact: str, label: str, was: Any = "", now: Any = "") -> None:
        """A fact by its name for the audit; `label`, `was` and `now` for whoever looks at the file first."""
        if fact not in self.facts:
            self.facts.append(fact)
        self.shown.append([label, in_words(was), in_words(now)])


def in_words(value: Any) -> str:
    """A value of a fact as people read it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return day_words(value) if isinstance(value, date) else str(value)


def write(held: Held, wanted: Wanted, *, is_new: bool, may_award: bool, by, on: date, at: datetime) -> Change:
    """Bring the register's facts of one SIP to what the row says. Nothing is written where they agree.

    Without `may_award` what the row says anew of accreditation and practice is left out: national staff record it.
    """
    change = Change()
    _write_columns(held.partner, wanted, change, is_new=is_new, may_award=may_award)
    _write_kind(held, wanted.row, change, on=on, is_new=is_new)
    _write_headships(held, wanted, change, on=on, is_new=is_new)
    _write_accreditations(held, wanted.row, change, may_award=may_award, at=at)
    _write_willingness(held, wanted, change, on=on, is_new=is_new)
    for authority in wanted.engaging:
        _write_engagement(held, authority, wanted.row, change, by=by, on=on, at=at)
    return change


def _write_columns(partner: Partner, wanted: Wanted, change: Change, *, is_new: bool, may_award: bool) -> None:
    row, given = wanted.row, wanted.row.given
    values: dict[str, Any] = {"full_name": row.full_name}
    values |= {
        name: given[name] for name in ("company", "headship_years", "last_practised_on", "days_available") if name in given
    }
    if given.get("outside_experience") is not None:
        values["has_outside_experience"] = given["outside_experience"]
    if "own_school_urn" in given and (wanted.own_school is not None or not given["own_school_urn"]):
        values["own_school"] = wanted.own_school
    if not may_award and values.get("last_practised_on", partner.last_practised_on) != partner.last_practised_on:
        del values["last_practised_on"]
        change.remarks.append("The day last practised is left out: the national programme's staff record it")
    different = [name for name, value in values.items() if getattr(partner, name) != value]
    for name in different:
        change.note(name, COLUMN_WORDS[name], "" if is_new else getattr(partner, name), values[name])
        setattr(partner, name, values[name])
    partner.search_name = searchable(f"{partner.full_name} {partner.reference}")[:200]
    if is_new:
        partner.save(force_insert=True)
    elif different:
        partner.save(update_fields=[*different, "search_name"])


def _follow(running, model, *, on: date, **fields) -> None:
    """End the running row the day before and start the next; one that began today is put right instead."""
    if running.starts_on is not None and running.starts_on >= on:
        for name, value in fields.items():
            setattr(running, name, value)
        running.save(update_fields=list(fields))
        return
    running.ends_on = on - ONE_DAY
    running.save(update_fields=["ends_on"])
    model.objects.create(partner_id=running.partner_id, starts_on=on, **fields)


def _write_kind(held: Held, row: PartnerRow, change: Change, *, on: date, is_new: bool) -> None:
    if held.kind is None:
        PartnerKind.objects.create(partner=held.partner, kind=row.kind, starts_on=None if is_new else on)
        change.note("kind", "Kind", "", Kind(row.kind).label)
    elif held.kind.kind != row.kind:
        change.note("kind", "Kind", held.kind.get_kind_display(), Kind(row.kind).label)
        _follow(held.kind, PartnerKind, on=on, kind=row.kind)


def _write_headships(held: Held, wanted: Wanted, change: Change, *, on: date, is_new: bool) -> None:
    for sector, says in wanted.row.headships().items():
        rows = [headship for headship in held.headships if headship.sector == sector]
        serving = [headship for headship in rows if is_serving(headship, on)]
        if says == "serving" and not serving:
            school = wanted.own_school if wanted.row.kind == SERVING_HEAD else None
            Headship.objects.create(
                partner=held.partner, sector=sector, school=school, starts_on=None if is_new else on
            )  # fmt: skip
            change.note(f"headship:{sector}", f"Headship, {sector}", "", "Serving")
        elif says == "former" and not rows:
            Headship.objects.create(partner=held.partner, sector=sector, is_former=True)
            change.note(f"headship:{sector}", f"Headship, {sector}", "", "Former")
        elif says == "former" and serving:
            for headship in serving:
                _end_headship(headship, on=on)
            change.note(f"headship:{sector}", f"Headship, {sector}", "Serving", "Former")
        elif says == "none" and rows:
            change.remarks.append(
                f"The register holds a {sector} headship and the file says none; an import takes no headship away"
            )


def is_serving(headship: Headship, on: date) -> bool:
    """Whether the SIP holds this headship on a day."""
    starts, ends = headship.starts_on or date.min, headship.ends_on or date.max
    return not headship.is_former and starts <= on <= ends


def _end_headship(headship: Headship, *, on: date) -> None:
    if headship.starts_on is not None and headship.starts_on >= on:
        headship.is_former = True
        headship.save(update_fields=["is_former"])
        return
    headship.ends_on = on - ONE_DAY
    headship.save(update_fields=["ends_on"])


def _write_accreditations(held: Held, row: PartnerRow, change: Change, *, may_award: bool, at: datetime) -> None:
    for sector, accredited_on in row.accreditations().items():
        rows = [award for award in held.accreditations if award.sector == sector]
        if any(award.accredited_on == accredited_on for award in rows):
            continue
        if not may_award:
            left_out = f"The {sector} accreditation of {day_words(accredited_on)} is left out"
            change.remarks.append(f"{left_out}: the national programme's staff record awards of SIPs on the register")
            continue
        if rows:
            earlier = max(award.accredited_on for award in rows)
            both = f"{day_words(earlier)}; that of {day_words(accredited_on)}"
            change.remarks.append(f"The register has {sector} accreditation of {both} is added to it")
        Accreditation.objects.create(
            partner=held.partner, sector=sector, accredited_on=accredited_on, recorded_at=at
        )  # fmt: skip
        change.note(f"accreditation:{sector}", f"Accredited, {sector}", "", accredited_on)


def _write_willingness(held: Held, wanted: Wanted, change: Change, *, on: date, is_new: bool) -> None:
    if "regions" in wanted.row.given:
        _write_places(held, "region", wanted.regions, change, on=on, is_new=is_new)
    if "authorities" in wanted.row.given:
        _write_places(held, "authority", wanted.authorities, change, on=on, is_new=is_new)


def _write_places(held: Held, name: str, places: Iterable[Any], change: Change, *, on: date, is_new: bool) -> None:
    wanted_ids = {place.pk: place for place in places}
    running = {getattr(row, f"{name}_id"): row for row in held.willingness if getattr(row, f"{name}_id")}
    for place_id, place in wanted_ids.items():
        if place_id not in running:
            Willingness.objects.create(partner=held.partner, starts_on=None if is_new else on, **{name: place})
            change.note(f"willingness:{name}", "Will work in", "", place.name)
    for place_id, row in running.items():
        if place_id in wanted_ids:
            continue
        if row.starts_on is not None and row.starts_on >= on:
            row.delete()  # learnt today and taken back today: it never held
        else:
            row.ends_on = on - ONE_DAY
            row.save(update_fields=["ends_on"])
        change.note(f"willingness:{name}", "Will work in", getattr(row, name).name, "")


def _write_engagement(
    held: Held, authority: Authority, row: PartnerRow, change: Change, *, by, on: date, at: datetime
) -> None:
    engagement = held.engagements.get(authority.pk)
    if engagement is None:
        engagement = Engagement.objects.create(partner=held.partner, authority=authority)
        held.engagements[authority.pk] = engagement
        change.note(f"engagement:{authority.code}", "Engaged by", "", authority.name)
    for kind, given_on in row.checks().items():
        if any(_same_check(check, kind, given_on) for check in held.checks.get((authority.pk, kind), [])):
            continue
        is_insurance = kind == INSURANCE
        Check.objects.create(
            engagement=engagement, kind=kind, checked_on=min(on, given_on) if is_insurance else given_on,
            expires_on=given_on if is_insurance else None, evidence="From a file of SIPs", checked_by=by, recorded_at=at,
        )  # fmt: skip
        change.note(f"check:{kind}", CheckKind(kind).label, "", given_on)


def _same_check(check: Check, kind: str, given_on: date) -> bool:
    return (check.expires_on if kind == INSURANCE else check.checked_on) == given_on
