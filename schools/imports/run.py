"""One import of a GIAS extract, from the file to the report (D-10, D-11, D-11a)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Authority, AuthorityKind
from accounts.selectors import policy_on
from sipmanager.core import audit
from sipmanager.core.wording import listed

from ..actions import raise_tasks
from ..facts import Status
from ..models import ImportRun, School
from ..selectors import served_on
from .differences import told_of
from .links import add_links
from .noticing import changes_of_links
from .places import Places
from .plans import CREATE, KEEP, REJECT, SKIP, UPDATE, Limits, Plan, plans_for
from .reading import Cells, FileRefused, date_in_name, extract, opened
from .report import Report
from .rows import RowRejected, SchoolRow, school_row
from .telling import Telling
from .writing import carry_out

CHUNK = 1000
# A guard of a few schools would be set off by every small authority (D-11a).
GUARD_FROM = 5
# A part of an extract leaves most schools out: the warning names the first of them.
ABSENT_NAMED = 5


@dataclass
class Survey:
    """What the first reading found: the counts, and which lines the second one has to carry out."""

    report: Report = field(default_factory=Report)
    to_write: set[int] = field(default_factory=set)
    # Those whose last-seen day moves, a chunk at a time; those whose line is heard though an officer has the last word.
    unchanged_ids: list[list[int]] = field(default_factory=list)
    heard: dict[int, str] = field(default_factory=dict)
    vanishing: Counter = field(default_factory=Counter)
    links: set[tuple[str, str]] = field(default_factory=set)
    # The authorities that the file speaks of.
    authority_ids: set[int] = field(default_factory=set)


def import_schools(
    *, source: Path | str | BinaryIO, file_name: str = "", authority: Authority | None = None,
    as_at: date | None = None, dry_run: bool = False, confirm: bool = False, may_take_schools: bool = True,
    by: Any, at: datetime, on: date, telling: Telling | None = None,
) -> Report:  # fmt: skip
    """Load a GIAS extract into the register and say what that did, or with `dry_run` would do.

    The file is read twice: once to count and to see whether much would vanish, once to write what changed, a chunk
    at a time. `as_at` dates the changes; without it the date in `file_name` does, else `on`, which is today.
    `authority` keeps its rows only. `confirm` goes ahead where the vanish guard holds (POL-43). Without
    `may_take_schools` a row cannot take a school out of an authority that has not been abolished.
    `telling` hears of each line that would be written, and stops a load that is not what was looked at.
    Raises `FileRefused` where the file as a whole is at fault, `RegisterChanged` where `telling` says so; nothing is
    written then.
    """
    telling = telling or Telling()
    name = file_name or Path(str(getattr(source, "name", source))).name
    as_at = as_at or date_in_name(name) or on
    places, limits = Places.load(), _limits(authority, may_take_schools, on)
    survey = _survey(source, places, as_at, limits, telling)
    survey.report.held = "" if confirm else _held(survey.vanishing, places, on)
    if dry_run or survey.report.held:
        return survey.report
    telling.check()
    run = ImportRun.objects.create(
        authority=authority, kind="schools", file_name=name[:200], as_at=as_at, started_at=at, started_by=by,
    )  # fmt: skip
    _write(source, survey, places, as_at, limits, run, telling)
    ImportRun.objects.filter(pk=run.pk).update(result=survey.report.for_the_record())
    figures = {key: value for key, value in survey.report.as_dict().items() if isinstance(value, int)}
    audit.record(what="schools.import", subject=run, by=by, at=at, about_on=as_at, **figures)
    return survey.report


def _limits(authority: Authority | None, may_take_schools: bool, on: date) -> Limits:
    if authority is None:
        return Limits(may_take_schools=may_take_schools)
    if authority.kind == AuthorityKind.TRUST:
        served = frozenset(served_on(authority.pk, on).values_list("urn", flat=True))
        return Limits(served_urns=served, may_take_schools=may_take_schools)
    return Limits(authority_id=authority.pk, may_take_schools=may_take_schools)


# The first reading.


def _survey(source, places: Places, as_at: date, limits: Limits, telling: Telling) -> Survey:
    survey = Survey()
    seen: dict[str, int] = {}
    with opened(source) as file:
        for chunk in _chunks(extract(file)):
            kept, rows = _known_and_others(chunk, seen, survey, as_at, limits)
            for plan in plans_for(rows, places=places, as_at=as_at, limits=limits):
                _count(plan, survey, places)
                if telling.is_wanted and plan.kind in (CREATE, UPDATE):
                    telling.tell(told_of(plan, places))
                if plan.kind == KEEP and plan.before["last_seen_on"] != as_at:
                    kept.append(plan.school_id)
                if plan.kind == KEEP and plan.is_heard:
                    survey.heard[plan.school_id] = plan.row.digest
            survey.unchanged_ids.append(kept)
    if not survey.report.read:
        raise FileRefused("The file has a header and no schools")
    _warn_of_absent(seen, survey, places)
    return survey


def _chunks(lines: Iterable[Cells]) -> Iterator[list[Cells]]:
    lines = iter(lines)
    while chunk := list(islice(lines, CHUNK)):
        yield chunk


def _known_and_others(
    chunk: list[Cells], seen: dict[str, int], survey: Survey, as_at: date, limits: Limits
) -> tuple[list[int], list[SchoolRow]]:
    """The schools whose line is the one that was taken last time, and the rows that want a closer look.

    Lines that cannot be read as a school are named in the report.
    """
    held, report = _digests_held(chunk), survey.report
    kept, rows = [], []
    for line in chunk:
        report.read += 1
        urn = line.cells.get("URN", "").strip()[:20]
        digest = line.digest()
        try:
            if line.fault:
                raise RowRejected(line.fault)
            if urn in seen:
                raise RowRejected(f"The URN is on line {seen[urn]} already")
            if _is_known(held.get(urn), digest, as_at, limits):
                report.unchanged += 1
                if held[urn].last_seen_on != as_at:
                    kept.append(held[urn].school_id)
                survey.authority_ids.add(held[urn].local_authority_id)
            else:
                row = school_row(line.line, line.cells, digest)
                if row.urn in seen:
                    raise RowRejected(f"The URN is on line {seen[row.urn]} already")
                urn = row.urn
                rows.append(row)
        except RowRejected as refusal:
            report.reject(line.line, urn, str(refusal))
        else:
            seen[urn] = line.line
    return kept, rows


@dataclass(frozen=True)
class HeldLine:
    """What is held of the line that a school was last taken from."""

    school_id: int
    digest: str
    last_seen_on: date | None
    local_authority_id: int | None
    urn: str


def _digests_held(chunk: list[Cells]) -> dict[str, HeldLine]:
    urns = [line.cells.get("URN", "").strip() for line in chunk]
    rows = School.objects.filter(urn__in=urns).exclude(line_digest="").order_by()
    columns = ("pk", "line_digest", "last_seen_on", "local_authority_id", "urn")
    return {row[-1]: HeldLine(*row) for row in rows.values_list(*columns)}


def _is_known(held: HeldLine | None, digest: str, as_at: date, limits: Limits) -> bool:
    """Whether the line says nothing new, by a digest that costs a tenth of a comparison."""
    if held is None or held.digest != digest or (held.last_seen_on and as_at < held.last_seen_on):
        return False
    if limits.served_urns is not None:
        return held.urn in limits.served_urns
    return limits.authority_id in (None, held.local_authority_id)


def _count(plan: Plan, survey: Survey, places: Places) -> None:
    report, row = survey.report, plan.row
    if plan.kind == REJECT:
        report.reject(row.line, row.urn, plan.reason)
        return
    if plan.kind == SKIP:
        report.skip(plan.reason)
        if plan.school_id is None:
            return
    else:
        setattr(report, plan.kind, getattr(report, plan.kind) + 1)
        report.closed += plan.closes
        survey.links.update(_pairs(row))
        survey.authority_ids.add(plan.changes.get("local_authority_id") or plan.before.get("local_authority_id"))
    if plan.kind in (CREATE, UPDATE):
        survey.to_write.add(row.line)
    for warning in plan.warnings:
        report.warn(row.line, row.urn, warning)
    old_id = plan.before.get("local_authority_id")
    leaves = plan.moves and not places.follows(old_id, plan.changes["local_authority_id"])
    if leaves or (plan.closes and plan.before["status"] == Status.OPEN):
        survey.vanishing[old_id] += 1


def _pairs(row: SchoolRow) -> Iterator[tuple[str, str]]:
    """Links as (earlier URN, later URN)."""
    for urn, what_it_is in row.links:
        if urn != row.urn:
            yield (urn, row.urn) if what_it_is == "predecessor" else (row.urn, urn)


def _warn_of_absent(seen: dict[str, int], survey: Survey, places: Places) -> None:
    """A school that the extract does not name is never closed for that; it is told, once an authority (D-11a)."""
    held = School.objects.filter(local_authority_id__in=survey.authority_ids - {None}, status=Status.OPEN)
    are_open: Counter = Counter()
    absent: dict[int, list[str]] = {}
    for authority_id, urn in held.order_by("urn").values_list("local_authority_id", "urn"):
        are_open[authority_id] += 1
        if urn not in seen:
            absent.setdefault(authority_id, []).append(urn)
    for authority_id, urns in sorted(absent.items(), key=lambda item: places.codes[item[0]]):
        are = "is" if len(urns) == 1 else "are"
        survey.report.warn(
            None, "",
            f"{len(urns):,} of {are_open[authority_id]:,} open schools of {places.names[authority_id]} {are} not in the file;"
            f" nothing was changed for that: {_first_of(urns)}",
        )  # fmt: skip


def _first_of(urns: list[str]) -> str:
    """The first few, and how many more."""
    named = urns[:ABSENT_NAMED]
    more = len(urns) - len(named)
    return f"URN {', '.join(named)} and {more:,} more" if more else f"URN {listed(named)}"


def _held(vanishing: Counter, places: Places, on: date) -> str:
    """Why the import is held: so many of an authority's open schools would close or leave it at once."""
    reasons = []
    for authority_id, number in sorted(vanishing.items(), key=lambda item: places.codes.get(item[0], "")):
        if authority_id is None:
            continue
        share = policy_on(authority=authority_id, on=on).vanish_share
        are_open = School.objects.filter(local_authority_id=authority_id, status=Status.OPEN).count()
        if number >= max(GUARD_FROM, are_open * share / 100):
            reasons.append(
                f"{number} of {are_open} open schools of {places.names[authority_id]} would close or move to another authority"
            )
    return "; ".join(reasons)


# The second reading.


def _write(
    source, survey: Survey, places: Places, as_at: date, limits: Limits, run: ImportRun, telling: Telling
) -> None:  # fmt: skip
    by, at = run.started_by, run.started_at
    newest = School.objects.aggregate(newest=Max("pk"))["newest"] or 0
    if survey.to_write:
        with opened(source) as file:
            wanted = (line for line in extract(file) if line.line in survey.to_write)
            for chunk in _chunks(wanted):
                rows = [school_row(line.line, line.cells, line.digest()) for line in chunk]
                plans = plans_for(rows, places=places, as_at=as_at, limits=limits)
                carry_out(plans, places=places, as_at=as_at, by=by, at=at, run=run)
                telling.progress(len(plans))
    for ids in filter(None, survey.unchanged_ids):
        School.objects.filter(pk__in=ids).update(last_seen_on=as_at)
    for school_id, digest in survey.heard.items():
        School.objects.filter(pk=school_id).update(line_digest=digest)
    with transaction.atomic():
        # Links of schools that came with this very file touch nothing yet.
        links = [link for link in add_links(survey.links) if link.predecessor_id <= newest]
        on = timezone.localtime(at).date()
        raise_tasks(changes=changes_of_links(links, on=on), run=run, on=on, at=at)
