"""`import_partners`: a file of SIPs into the national register (D-7, D-11, D-17)."""

import re
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from datetime import date, datetime
from itertools import islice

from django.db import transaction

from accounts.access import viewer_for
from accounts.models import Authority
from accounts.permissions import P, Reach
from partners.models import Partner
from schools.imports import Telling, Told
from schools.models import ImportRun, RowKind
from sipmanager.core import audit
from sipmanager.core.csvfiles import Line, read_sheet

from .outcome import Outcome
from .partner_rows import COLUMNS, REQUIRED, PartnerRow, contradictions, read_row
from .register import Held, Places, partners_named, schools_by_urn
from .writing import Wanted, write

CHUNK = 200
PARTNERS = "partners"
NUMBERED = re.compile(r"^P[0-9]{6}$")


def import_partners(
    *, content: bytes, file_name: str, authority: Authority | None, by, on: date, at: datetime, dry_run: bool = False,
    telling: Telling | None = None,
) -> Outcome:  # fmt: skip
    """Load a file of SIPs and say what became of each line.

    With an `authority` only the SIPs who name it or its region, or whom it engages, are loaded, and it engages
    them. Facts that differ hold from `on`. A dry run does the same and takes it all back. Raises `FileRefused`
    for a fault of the file as a whole, and `RegisterChanged` where `telling` expects another outcome; then nothing is
    written.
    """
    telling = telling or Telling()
    sheet = read_sheet(content, known=COLUMNS, required=REQUIRED, what="a file of SIPs")
    outcome = Outcome()
    for name in sheet.unknown:
        outcome.warn(1, f"Nobody knows the column {name}; it is left out")
    references = [line.get("reference") or "" for line in sheet.lines]
    loading = _Loading(outcome, authority=authority, by=by, on=on, at=at, references=references, telling=telling)
    lines = iter(sheet.lines)
    with transaction.atomic() if dry_run or telling.expected else nullcontext():
        while chunk := list(islice(lines, CHUNK)):
            with transaction.atomic():
                loading.load(chunk)
        outcome.in_line_order()
        if dry_run:
            transaction.set_rollback(True)
        else:
            telling.check()
            ImportRun.objects.create(
                authority=authority, kind=PARTNERS, file_name=file_name[:200], as_at=on, started_at=at, started_by=by,
                result=outcome.as_json(),
            )  # fmt: skip
    return outcome


class _Loading:
    """One import under way: what the lines before have claimed, and the places they name."""

    def __init__(
        self, outcome: Outcome, *, authority: Authority | None, by, on: date, at: datetime, references: Iterable[str],
        telling: Telling,
    ):  # fmt: skip
        self.outcome, self.authority, self.by, self.on, self.at = outcome, authority, by, on, at
        self.telling = telling
        self.may_award = by is None or has_national_right(by, on)
        self.places = Places()
        self.claimed: dict[str, int] = {}
        self.last_number = _last_number(references)

    def load(self, lines: list[Line]) -> None:
        rows = list(self._sound_rows(lines))
        found = partners_named([row.reference for row in rows if row.reference], [row.email for row in rows], self.on)
        by_reference = {reference: held for held in found for reference in held.references}
        by_email = {email: held for held in found for email in held.emails}
        schools = schools_by_urn(row.given.get("own_school_urn", "") for row in rows)
        names = self._names_of_others(rows)
        for row in rows:
            held = by_reference.get(row.reference.casefold()) if row.reference else by_email.get(row.email)
            reasons = self._clashes(row, held, by_email.get(row.email)) + self._claims(row)
            wanted, more = self._look_up(row, held, schools)
            if reasons + more:
                self._reject(row, reasons + more)
            elif self._is_elsewhere(wanted, held):
                self.outcome.skip(f"names neither {self.authority.name} nor its region")
            else:
                self._write(row, held, wanted, is_namesake=held is None and row.full_name.casefold() in names)

    def _sound_rows(self, lines: list[Line]) -> Iterator[PartnerRow]:
        for line in lines:
            row = [line.fault] if line.fault else read_row(line, on=self.on)
            if isinstance(row, list):
                self.outcome.reject(line.number, row, partner=line.get("reference") or "")
                continue
            for remark in (line.remark, *contradictions(row)):
                if remark:
                    self.outcome.warn(row.line, remark, partner=row.reference)
            yield row

    def _names_of_others(self, rows: list[PartnerRow]) -> set[str]:
        wanted = {row.full_name for row in rows}
        return {name.casefold() for name in Partner.objects.filter(full_name__in=wanted).values_list("full_name", flat=True)}

    def _clashes(self, row: PartnerRow, held: Held | None, of_email: Held | None) -> list[str]:
        """Why the reference and the e-mail address of a row cannot be one person's (D-7)."""
        if held is not None and row.email not in held.emails:
            return [f"The reference {row.reference} belongs to a SIP with another email address"]
        if held is None and of_email is not None:
            return [f"The email address {row.email} belongs to the SIP {of_email.partner.reference}"]
        if held is not None and self.by is not None and held.partner.user_id == self.by.pk:
            return ["Nobody loads their own record; ask a colleague to load this line"]
        return []

    def _claims(self, row: PartnerRow) -> list[str]:
        """A file says each thing once: two lines about one person leave open which of them is right."""
        found = []
        for what, key in (("reference", row.reference.casefold()), ("email address", row.email)):
            earlier = self.claimed.setdefault(f"{what}:{key}", row.line) if key else row.line
            if earlier != row.line:
                found.append(f"Line {earlier} has the same {what}")
        return found

    def _look_up(self, row: PartnerRow, held: Held | None, schools) -> tuple[Wanted, list[str]]:
        faults, regions, authorities = [], [], []
        for text in row.given.get("regions", ()):
            region = self.places.region(text)
            regions += [region] if region else []
            faults += [] if region else [f"There is no region called {text}"]
        for text in row.given.get("authorities", ()):
            authority = self.places.authority(text)
            authorities += [authority] if authority else []
            faults += [] if authority else [f"There is no authority with the code or the name {text}"]
        urn = row.given.get("own_school_urn", "")
        own_school = schools.get(urn)
        if urn and own_school is None and not faults:
            says = f"No school with the URN {urn} is on the register yet; load it and this file again to make it the SIP's own"
            self.outcome.warn(row.line, says, partner=row.reference)
        engaging = self._engaging(row, held, authorities)
        return Wanted(row, own_school, regions, authorities, engaging), faults

    def _engaging(self, row: PartnerRow, held: Held | None, named: list[Authority]) -> list[Authority]:
        """Who engages the SIP by this row: the authority that loads it; else those for whom it carries checks (D-17)."""
        if self.authority is not None:
            return [self.authority]
        if not row.checks():
            return []
        already = Authority.objects.filter(pk__in=held.engagements).order_by("code") if held else []
        found = list({authority.pk: authority for authority in (*already, *named)}.values())
        if not found:
            says = "The checks are left out: no authority is named that they are for; name one, or load the file for one"
            self.outcome.warn(row.line, says, partner=row.reference)
        return found

    def _is_elsewhere(self, wanted: Wanted, held: Held | None) -> bool:
        if self.authority is None or (held is not None and self.authority.pk in held.engagements):
            return False
        if self.authority in wanted.authorities:
            return False
        names_no_place = not wanted.authorities and not wanted.regions
        return not names_no_place and self.authority.region_id not in {region.pk for region in wanted.regions}

    def _reject(self, row: PartnerRow, reasons: list[str]) -> None:
        self.outcome.reject(row.line, reasons, partner=row.reference)

    def _write(self, row: PartnerRow, held: Held | None, wanted: Wanted, *, is_namesake: bool) -> None:
        is_new = held is None
        if is_new:
            partner = Partner(reference=row.reference or self._free_reference(), email=row.email, made_at=self.at)
            held = Held(partner)
        if is_namesake:
            self.outcome.warn(
                row.line,
                f"Another SIP is called {row.full_name} too; make sure that they are two people",
                partner=held.partner.reference,
            )
        may_award = is_new or self.may_award
        change = write(held, wanted, is_new=is_new, may_award=may_award, by=self.by, on=self.on, at=self.at)
        for remark in change.remarks:
            self.outcome.warn(row.line, remark, partner=held.partner.reference)
        if is_new:
            self.outcome.created += 1
        elif change.facts:
            self.outcome.updated += 1
        else:
            self.outcome.unchanged += 1
            return
        kind, shown = RowKind.CREATED if is_new else RowKind.UPDATED, [row for row in change.shown if row[1] != row[2]]
        self.telling.tell(Told(kind, row.line, held.partner.reference, held.partner.full_name, changes=shown))
        audit.record(
            what="partner.import_new" if is_new else "partner.import_changed", subject=held.partner, by=self.by, at=self.at,
            about_on=self.on, line=row.line, facts=change.facts, authority=self.authority.code if self.authority else "",
        )  # fmt: skip

    def _free_reference(self) -> str:
        """The next `P000123` that nobody has (D-7)."""
        self.last_number += 1
        return f"P{self.last_number:06d}"


def has_national_right(user, on: date) -> bool:
    """Whether a person records accreditations everywhere, as national staff do (ACC-4)."""
    granted = viewer_for(user, on=on).granted(P.ACCREDITATION_EDIT)
    return any(reach is Reach.EVERYWHERE for _capacity, reach in granted)


def _last_number(references: Iterable[str]) -> int:
    """The highest number given so far, in the register or further down in the file."""
    given = (
        Partner.everyone.filter(reference__regex=NUMBERED.pattern).order_by("-reference").values_list("reference", flat=True)
    )
    return max((int(text[1:]) for text in (given.first() or "", *references) if NUMBERED.match(text)), default=0)
