"""The national file of links between establishments: who followed whom, how and when (D-15)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import Authority
from sipmanager.core import audit
from sipmanager.core.csvfiles import Line, read_sheet
from sipmanager.core.wording import day as day_words

from ..actions import raise_tasks
from ..facts import Status
from ..models import ImportRun, LinkKind, RowKind, School, SchoolLink
from .noticing import changes_of_links
from .report import Report
from .rows import FIRST_DAY, LAST_DAY, read_date
from .telling import Telling, Told

REQUIRED = ("urn", "linkurn", "linktype")
COLUMNS = (*REQUIRED, "linkname", "linkestablisheddate")
OTHER_SIDE = "the other side of a link that stands in the file already"
NOT_HELD = "a school that is not on the register"
OTHER_KIND = "a link of another kind"
OTHER_AUTHORITY = "schools of other authorities"
FORWARD, BACKWARD, EITHER = "successor", "predecessor", "merged"
_TYPES = {"successor": FORWARD, "child": FORWARD, "predecessor": BACKWARD, "parent": BACKWARD, "merged": EITHER}
ONE_DAY = timedelta(days=1)


@dataclass
class Link:
    """One pair of schools as a file names it; `since_on` is the later of the days on its two sides."""

    line: int
    earlier: School
    later: School
    kind: str
    since_on: date | None


def import_links(
    *, content: bytes, file_name: str, authority: Authority | None = None, dry_run: bool = False, by: Any, at: datetime,
    on: date, telling: Telling | None = None,
) -> Report:  # fmt: skip
    """Load a file of links and say what became of each line. Links that are new raise tasks; the same file twice, none.

    Each link stands in the file twice, once from each side: the second is skipped. A school that the register does not
    hold is named in the warnings where the other side is held. With an `authority` only links of its schools are taken.
    Raises `FileRefused`.
    """
    sheet = read_sheet(content, known=COLUMNS, required=REQUIRED, what="a file of links between establishments")
    report, telling = Report(), telling or Telling()
    for name in sheet.unknown:
        report.warn(1, "", f"Nobody knows the column {name}; it is left out")
    links = _read(sheet.lines, report, authority)
    new, changed = _compare(links, report, telling)
    if dry_run:
        return report
    telling.check()
    with transaction.atomic():
        run = ImportRun.objects.create(
            authority=authority, kind="links", file_name=file_name[:200], as_at=on, started_at=at, started_by=by,
            result=report.for_the_record(),
        )  # fmt: skip
        SchoolLink.objects.bulk_create(new)
        SchoolLink.objects.bulk_update(changed, ["kind", "since_on"], batch_size=200)
        raise_tasks(changes=changes_of_links(new, on=on), run=run, on=on, at=at)
        figures = {key: value for key, value in report.as_dict().items() if isinstance(value, int)}
        audit.record(what="schools.import_links", subject=run, by=by, at=at, about_on=on, **figures)
    return report


def _read(lines: list[Line], report: Report, authority: Authority | None) -> list[Link]:
    urns = {line.get(name) or "" for line in lines for name in ("urn", "linkurn")}
    schools = {school.urn: school for school in _schools(urns)}
    found: dict[tuple[str, str], Link] = {}
    for line in lines:
        report.read += 1
        link = _one(line, schools, report, authority)
        if link is None:
            continue
        pair = (link.earlier.urn, link.later.urn)
        if pair in found:
            held = found[pair]
            held.since_on = max((day for day in (held.since_on, link.since_on) if day), default=None)
            report.skip(OTHER_SIDE)
        elif pair[::-1] in found:
            report.reject(line.number, pair[0], f"Line {found[pair[::-1]].line} says that it was the other way round")
        else:
            found[pair] = link
    return list(found.values())


def _schools(urns: set[str]) -> Iterator[School]:
    wanted = sorted(urns)
    for start in range(0, len(wanted), 1000):
        yield from School.objects.filter(urn__in=wanted[start : start + 1000]).order_by("pk")


def _one(line: Line, schools: dict[str, School], report: Report, authority: Authority | None) -> Link | None:
    """The link of one line; where there is none the report says why."""
    urn, other = line.get("urn") or "", line.get("linkurn") or ""
    fault = line.fault or _fault(urn, other)
    if fault:
        report.reject(line.number, urn, fault)
        return None
    direction, kind = _type(line.get("linktype") or "")
    if not direction:
        report.skip(OTHER_KIND)
        return None
    known = [one for one in (urn, other) if one in schools]
    if not known:
        report.skip(NOT_HELD)
        return None
    if authority and authority.pk not in {schools[one].local_authority_id for one in known}:
        report.skip(OTHER_AUTHORITY)
        return None
    if len(known) == 1:
        # Half of a link is worth a look; a link between schools of elsewhere is not.
        missing = other if known == [urn] else urn
        report.skip(NOT_HELD)
        report.warn(line.number, missing, f"No school with this URN is on the register; its link with {known[0]} is left out")
        return None
    here, there = schools[urn], schools[other]
    if direction == EITHER:
        direction = _which_way(here, there)
        if not direction:
            report.reject(line.number, urn, "Both schools are open, or closed on one day: nobody can tell which came first")
            return None
    earlier, later = (here, there) if direction == FORWARD else (there, here)
    return Link(line.number, earlier, later, kind, _since(line, urn, report))


def _fault(urn: str, other: str) -> str:
    for one in (urn, other):
        if not re.fullmatch(r"\d{6}", one):
            return "A URN is missing" if not one else f"The URN must be a number of 6 digits, not {one[:20]}"
    return "A school cannot follow itself" if urn == other else ""


def _type(text: str) -> tuple[str, str]:
    """Which way a type of link points, and what kind it is; blank for one that says nothing of who followed whom."""
    words = text.casefold()
    direction = _TYPES.get(words.partition("-")[0].strip(), "")
    if "amalgam" in words:
        return direction, LinkKind.AMALGAMATED
    return direction, LinkKind.MERGED if "merge" in words else LinkKind.SUCCESSOR


def _which_way(here: School, there: School) -> str:
    """A merger that does not say who went into whom: the one that closed, or closed first, is the earlier."""
    closed = [school.closed_on or date.min for school in (here, there) if school.status == Status.CLOSED]
    if len(closed) == 1:
        return FORWARD if here.status == Status.CLOSED else BACKWARD
    if len(closed) == 2 and closed[0] != closed[1]:
        return FORWARD if closed[0] < closed[1] else BACKWARD
    return ""


def _since(line: Line, urn: str, report: Report) -> date | None:
    text = line.get("linkestablisheddate") or ""
    found = read_date(text) if text else None
    if text and (found is None or not FIRST_DAY <= found <= LAST_DAY):
        report.warn(line.number, urn, "The day of the link is not a date and was left out")
        return None
    return found


def _compare(links: list[Link], report: Report, telling: Telling) -> tuple[list[SchoolLink], list[SchoolLink]]:
    ids = {link.later.pk for link in links} | {link.earlier.pk for link in links}
    rows = SchoolLink.objects.filter(Q(school__in=ids), predecessor__in=ids).order_by("pk")
    held = {(row.predecessor_id, row.school_id): row for row in rows}
    new, changed = [], []
    for link in links:
        row = held.get((link.earlier.pk, link.later.pk))
        if row is None and (link.later.pk, link.earlier.pk) in held:
            report.reject(link.line, link.earlier.urn, "The register has it the other way round; put that right first")
        elif row is None:
            new.append(SchoolLink(school=link.later, predecessor=link.earlier, kind=link.kind, since_on=link.since_on))
            report.created += 1
            _tell(telling, link, RowKind.CREATED, None)
        elif (row.kind, row.since_on) != (link.kind, _since_now(row, link)):
            _tell(telling, link, RowKind.UPDATED, row)
            row.kind, row.since_on = link.kind, _since_now(row, link)
            changed.append(row)
            report.updated += 1
        else:
            report.unchanged += 1
    return new, changed


def _since_now(row: SchoolLink, link: Link) -> date | None:
    """The day that holds after a file: the last day of the earlier school and the first of the later are one moment."""
    if row.since_on and (link.since_on is None or row.since_on - link.since_on == ONE_DAY):
        return row.since_on
    return link.since_on


def _tell(telling: Telling, link: Link, kind: str, before: SchoolLink | None) -> None:
    after = f"{link.later.name} ({link.later.urn})"
    changes = [["Followed by", "" if before is None else after, after]]
    changes.append(["How", before.get_kind_display() if before else "", LinkKind(link.kind).label])
    if link.since_on:
        was = day_words(before.since_on) if before and before.since_on else ""
        changes.append(["Since", was, day_words(link.since_on)])
    shown = [change for change in changes if change[1] != change[2]]
    telling.tell(Told(kind, link.line, link.earlier.urn, link.earlier.name, changes=shown))
