"""Reads over the dated records of a school: what runs, what is held, the pack for a visit."""

from dataclasses import dataclass
from datetime import date

from accounts.access import Viewer
from accounts.permissions import P
from sipmanager.core.wording import day

from ..models import CategoryOfOfsted, ConcernFlag, DatedRecord, FinanceFlag, HeldPaper, Inspection, School
from ..pack import FINANCE, INSPECTION, PACK, SUPPLIERS, PackItem
from ..stages import stages_from_ages


def running_records(model: type[DatedRecord], school: School, *, viewer: Viewer, on: date) -> list[DatedRecord]:
    """The records of one kind that hold on a day and that the viewer may see, the latest first; one query."""
    return list(model.objects.running(on).filter(school=school).visible_to(viewer).order_by("-starts_on", "-pk"))


def stages_of(school: School) -> list[str]:
    """The stages that a school offers: as an officer or the school has said, else as its ages speak for (SCH-9)."""
    if school.stages is not None:
        return list(school.stages)
    return stages_from_ages(low_age=school.low_age, high_age=school.high_age, has_sixth_form=school.has_sixth_form)


def latest_papers(school: School, on: date) -> dict[str, HeldPaper]:
    """The newest version of each paper that is held on a day; one query (SCH-16)."""
    rows = HeldPaper.objects.standing().filter(school=school, starts_on__lte=on).order_by("starts_on", "pk")
    return {row.paper: row for row in rows}


def last_inspection(school: School, on: date) -> Inspection | None:
    """The latest inspection that had begun by a day (SCH-15)."""
    return Inspection.objects.standing().filter(school=school, starts_on__lte=on).order_by("-starts_on", "-pk").first()


def standing_warnings(school: School, *, viewer: Viewer, on: date) -> list[str]:
    """What stands as a warning at the top of the school's pages, for those who may know it; two queries (SCH-14, SCH-15).

    An Ofsted category is public; a concern is not.
    """
    flags = running_records(ConcernFlag, school, viewer=viewer, on=on) if viewer.has(P.CONCERN_VIEW) else []
    found = [*flags, *running_records(CategoryOfOfsted, school, viewer=viewer, on=on)]
    return [f"{row.title} since {day(row.starts_on)}" if row.starts_on else row.title for row in found]


@dataclass(frozen=True)
class PackRow:
    """One of the eleven items: what is held of it, and from which day it is."""

    item: PackItem
    held: str = ""
    updated_on: date | None = None

    @property
    def supplier(self) -> str:
        return SUPPLIERS[self.item.supplied_by]


def visit_pack(school: School, *, viewer: Viewer, on: date) -> list[PackRow]:
    """The eleven items that a SIP needs, each with the date of its last update; three queries (SCH-22, HND-12)."""
    papers = latest_papers(school, on)
    found = []
    for item in PACK:
        if item.register == INSPECTION:
            found.append(_report(item, last_inspection(school, on)))
        elif item.register == FINANCE:
            found.append(_finances(item, school, viewer, on))
        else:
            held = [papers[paper] for paper in item.papers if paper in papers]
            newest = max(held, key=lambda row: row.starts_on, default=None)
            found.append(PackRow(item, newest.title, newest.starts_on) if newest else PackRow(item))
    return found


def _report(item: PackItem, inspection: Inspection | None) -> PackRow:
    if inspection is None:
        return PackRow(item)
    return PackRow(item, inspection.title, inspection.published_on or inspection.ends_on)


def _finances(item: PackItem, school: School, viewer: Viewer, on: date) -> PackRow:
    flags = list(FinanceFlag.objects.standing().filter(school=school, starts_on__lte=on).visible_to(viewer))
    if not flags:
        return PackRow(item)
    running = [flag.title for flag in flags if flag.is_running(on)]
    told = max(flag.ends_on if flag.ends_on and flag.ends_on <= on else flag.starts_on for flag in flags)
    return PackRow(item, "; ".join(sorted(running)) or "No flag is set any more", told)
