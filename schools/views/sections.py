"""The rows of the dated records on a school's pages: what runs today, and the way to all of them."""

from datetime import date

from django.urls import reverse

from accounts.access import Viewer, can
from accounts.permissions import P
from sipmanager.core.parts import Link, SummaryRow
from sipmanager.core.wording import day

from ..kinds import BY_KEY
from ..models import DatedRecord, School
from ..pack import PLANS
from ..provenance import entered
from ..selectors import last_inspection, latest_papers, running_records


class RecordRows:
    """One school's records on one day for one viewer; one query for each row."""

    def __init__(self, viewer: Viewer, school: School, on: date, may_edit: bool):
        self.viewer, self.school, self.on, self.may_edit = viewer, school, on, may_edit

    def links(self, key: str) -> tuple[Link, ...]:
        label = "Change" if self.may_edit else "See all"
        return (Link(label, reverse("schools:record-list", args=[self.school.urn, key])),)

    def row(self, key: str, nothing: str) -> SummaryRow:
        """What runs of a kind, each on a line with its first day; where the newest came from stands below."""
        kind = BY_KEY[key]
        found = running_records(kind.model, self.school, viewer=self.viewer, on=self.on)
        note = entered(max(found, key=lambda record: record.recorded_at)) if found else ""
        return SummaryRow(kind.many, [line_of(record) for record in found] or nothing, self.links(key), note)

    def years(self, key: str, nothing: str, more: tuple[Link, ...] = ()) -> SummaryRow:
        """The newest year of a kind that is kept by year; `more` are further links."""
        kind = BY_KEY[key]
        newest = kind.model.objects.standing().filter(school=self.school).visible_to(self.viewer).order_by("-year").first()
        value = [newest.title, *newest.lines()] if newest else nothing
        return SummaryRow(kind.many, value, (*more, *self.links(key)), entered(newest) if newest else "")

    def plans(self) -> SummaryRow:
        """The plans held, with the day that each bears (SCH-16)."""
        papers = latest_papers(self.school, self.on)
        held = [papers[plan] for plan in PLANS if plan in papers]
        lines = [f"{row.title}, {day(row.starts_on)}{f', version {row.version}' if row.version else ''}" for row in held]
        note = entered(max(held, key=lambda row: row.recorded_at)) if held else ""
        return SummaryRow("Plans held", lines or "None", self.links("papers"), note)

    def inspection(self) -> SummaryRow:
        """The latest inspection (SCH-15)."""
        newest = last_inspection(self.school, self.on)
        links = (Link("See all", reverse("schools:school-inspections", args=[self.school.urn])),)
        if newest is None:
            return SummaryRow("Last inspection", "None is recorded", links)
        lines = [f"{newest.title}, {day(newest.starts_on)}", newest.overall]
        return SummaryRow("Last inspection", [line for line in lines if line], links, entered(newest))


def line_of(record: DatedRecord) -> str:
    since = f", since {day(record.starts_on)}" if record.starts_on else ""
    return f"{record.title}{since}"


def sip_source_rows(viewer: Viewer, school: School, on: date) -> list[SummaryRow]:
    """Who appoints the SIP, with the history behind the link (SCH-19)."""
    may_edit = can(viewer, P.SCHOOL_EDIT, school)
    return [RecordRows(viewer, school, on, may_edit).row("sip-sources", "Not recorded")]
