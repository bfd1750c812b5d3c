"""Rows of a SIP's overview beside identity and career: status, expertise, papers, people, National Challenge (REG-1 to REG-16)."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from accounts.access import can
from accounts.permissions import P
from partners import selectors
from partners.models import (
    Engagement,
    Expertise,
    ExpertiseKind,
    FileKind,
    Headship,
    NcaTerm,
    Partner,
    PartnerFile,
    StandDown,
    Support,
)
from partners.status import STATUS_WORDS
from schools.facts import Sector
from sipmanager.core.parts import Link, SummaryRow
from sipmanager.core.wording import capitalised, day, span

PAPERS = (FileKind.PORTRAIT, FileKind.NATIONAL, FileKind.APPLICATION)


def status_rows(partner: Partner, on: date, *, may_edit: bool) -> list[SummaryRow]:
    """The status of REG-1, and since when the SIP takes no school."""
    add = reverse("partners:stand-down-new", args=[partner.reference])
    running = StandDown.objects.running(on).filter(partner=partner).exists()
    links = (Link("Suspend or withdraw", add),) if may_edit and not running else ()
    rows = [SummaryRow("Status", STATUS_WORDS[selectors.statuses_of([partner.pk], on)[partner.pk]], links)]
    for row in StandDown.objects.filter(partner=partner).order_by("-starts_on", "-pk"):
        end = reverse("partners:stand-down-end", args=[partner.reference, row.pk])
        links = (Link("End", end, row.get_kind_display().lower()),) if may_edit and row.ends_on is None else ()
        rows.append(SummaryRow(row.get_kind_display(), row.reason, links, note=capitalised(span(row.starts_on, row.ends_on))))
    return rows


def headship_flags(partner: Partner, headships: Iterable[Headship], on: date) -> list[SummaryRow]:
    """What conditions and criteria ask of headships: which were ever held, whether a primary one is now, and for how long."""
    held = [row for row in headships if row.is_former or row.starts_on is None or row.starts_on <= on]
    ever = {row.sector for row in held}
    is_primary_head = any(
        row.sector == Sector.PRIMARY and not row.is_former and (row.ends_on is None or row.ends_on >= on) for row in held
    )
    return [
        SummaryRow("Ever a secondary head", Sector.SECONDARY in ever),
        SummaryRow("Ever a primary head", Sector.PRIMARY in ever),
        SummaryRow("Primary head now", is_primary_head),
        SummaryRow("Years of headship", "" if partner.headship_years is None else str(partner.headship_years)),
    ]


def expertise_rows(partner: Partner) -> list[SummaryRow]:
    """What the SIP brings, kind by kind."""
    held: dict[str, list[str]] = {}
    for kind, value in Expertise.objects.filter(partner=partner).order_by("value").values_list("kind", "value"):
        held.setdefault(kind, []).append(value)
    rows = [SummaryRow(kind.label, held.get(kind.value, "")) for kind in ExpertiseKind]
    return [*rows, SummaryRow("Trained for heads' performance management", partner.is_htpm_trained)]


def paper_rows(viewer, partner: Partner) -> list[SummaryRow]:
    """The two pen portraits and the application form, where they are kept as files (REG-7)."""
    files = PartnerFile.objects.filter(partner=partner, kind__in=PAPERS, voided_on=None).visible_to(viewer)
    held: dict[str, list[PartnerFile]] = {}
    for row in files.order_by("-uploaded_at", "-pk"):
        held.setdefault(row.kind, []).append(row)
    rows = []
    for kind in PAPERS:
        links = tuple(
            Link(row.name, reverse("partners:partner-file", args=[partner.reference, row.pk])) for row in held.get(kind, ())
        )
        rows.append(SummaryRow(kind.label, "Held" if links else "No file", links))
    if partner.application_form_on:
        rows.append(SummaryRow("Application form received", partner.application_form_on))
    return rows


def earlier_support(engagement: Engagement, on: date) -> list[SummaryRow]:
    """Those who looked after the SIP before, with the dates (REG-12)."""
    rows = Support.objects.filter(engagement=engagement, ends_on__lt=on).select_related("user").order_by("-ends_on", "-pk")
    return [
        SummaryRow(f"{row.get_kind_display()} before", row.user.full_name, note=capitalised(span(row.starts_on, row.ends_on)))
        for row in rows
    ]


def nca_rows(viewer, engagement: Engagement) -> list[SummaryRow]:
    """Work as National Challenge Adviser: its dates and its contract (REG-16)."""
    may_edit = can(viewer, P.AGREEMENT_EDIT, engagement) and engagement.ends_on is None
    reference = engagement.partner.reference
    terms = list(NcaTerm.objects.filter(engagement=engagement).order_by("-starts_on", "-pk"))
    rows = []
    for row in terms:
        url = reverse("partners:nca-end", args=[reference, row.pk])
        links = (Link("End", url, "work as National Challenge Adviser"),) if may_edit and row.ends_on is None else ()
        contract = f"Contract signed on {day(row.contract_on)}" if row.contract_on else "No contract on record"
        rows.append(SummaryRow("National Challenge Adviser", capitalised(span(row.starts_on, row.ends_on)), links, contract))
    if may_edit and all(row.ends_on is not None for row in terms):
        url = reverse("partners:nca-new", args=[reference, engagement.pk])
        rows.append(
            SummaryRow("National Challenge Adviser", "No", (Link("Record", url, "work as National Challenge Adviser"),))
        )
    return rows
