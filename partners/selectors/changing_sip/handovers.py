"""Reads over a change of SIP: what is planned, what the pack holds, how far getting to know a school is (HND, DAY-3)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F, Q, QuerySet

from accounts.access import Viewer
from accounts.models import Authority
from accounts.selectors import policy_on
from partners.familiarisation import Item, due_on, items_for
from partners.handover_sources import Piece, VisitDay, notes_of, visits_of
from partners.models import OPEN_STATES, RUNNING_STATES, Deployment, Familiarisation, FamiliarisationTick, Handover
from schools.models import HeldPaper, Inspection
from schools.pack import Paper
from schools.selectors import PackRow, lineage, terms, visit_pack, working_calendar
from sipmanager.core.academic import academic_year, add_months
from sipmanager.core.models import AuditEvent
from sipmanager.core.wording import day

WINDOW_YEARS = 2  # HND-1, HND-7
OPENED = "handover.open"
# Papers that are reviews or reports of others about the school, and those that are the school's own plans (HND-1, HND-2).
REPORTS = (Paper.OFFICERS, Paper.STRATEGY, Paper.DEFINING)


def planned_change(incoming: Deployment) -> Handover | None:
    """The change that was planned with a deployment and is not confirmed yet."""
    rows = Handover.objects.filter(incoming=incoming, confirmed_on=None)
    return rows.select_related("outgoing__school", "outgoing__partner", "outgoing__authority", "outgoing__policy").first()


def followers_of(outgoing: Iterable[Deployment]) -> dict[int, Deployment]:
    """Who follows each of some deployments already, by their ids: confirmed for the school after it, or proposed; two queries.

    Whoever is followed so is not followed by a second SIP: that SIP would have the school at the same time (DEP-9).
    """
    rows = {row.pk: row for row in outgoing}
    handovers = Handover.objects.filter(outgoing__in=rows, confirmed_on=None, incoming__status__in=OPEN_STATES)
    found = {row.outgoing_id: row.incoming for row in handovers.select_related("incoming__partner").order_by("pk")}
    later = Deployment.objects.standing().filter(
        school__in={row.school_id for row in rows.values()}, status__in=RUNNING_STATES
    )
    for follower in later.select_related("partner").order_by("-starts_on", "-pk"):
        for row in rows.values():
            if row.school_id == follower.school_id and row.starts_on < follower.starts_on:
                found[row.pk] = follower  # the earliest is written last
    return found


def follows_already(follower: Deployment) -> str:
    """Why a SIP whom `follower` follows is not followed by somebody else, in a sentence."""
    name, first = follower.partner.full_name, day(follower.starts_on)
    if follower.confirmed_on is None:
        return f"{name} is proposed to follow already, from {first}. Withdraw that proposal first."
    return f"{name} is confirmed to follow already, from {first}. Change that deployment instead."


def pack_due_on(authority: Authority, *, starts_on: date, on: date, visit_on: date | None = None) -> date:
    """By when a school is to be handed over (DL-24, POL-70): working days before the new SIP's first visit.

    While no visit is planned, before the first day. `on` is the day on which the change was confirmed; where so many days
    before is past by then, the working day before the visit, or without one as many days after the confirmation.
    """
    policy = policy_on(authority=authority, on=on)
    calendar = working_calendar(authority, on, policy)
    due = calendar.add(visit_on or starts_on, -policy.handover_pack_days)
    if due > on:
        return due
    eve = calendar.add(visit_on, -1) if visit_on else on
    return eve if eve > on else calendar.add(on, policy.handover_pack_days)


def first_visit_on(incoming: Deployment) -> date | None:
    """The day of a SIP's first visit to a school, held or planned; `None` while there is none."""
    visits = visits_of(incoming, incoming.starts_on)
    return visits[0].on if visits else None


def familiarisation_due_on(authority: Authority, starts_on: date) -> date:
    """By when a new SIP or head is known (DL-16): the end of Term 1, or one term after the start if that is later."""
    year = academic_year(starts_on)
    return due_on(starts_on, [*terms(authority, year), *terms(authority, year + 1)])


# ------------------------------------------------------------------------------------------------------------ the pack


@dataclass(frozen=True)
class Pack:
    """What is handed over of a school (HND-1, HND-2, HND-12)."""

    since: date
    until: date
    notes: list[Piece]
    plans: list[Piece] = field(default_factory=list)
    reports: list[Piece] = field(default_factory=list)
    inspections: list[Piece] = field(default_factory=list)
    eleven: list[PackRow] = field(default_factory=list)


def pack_of(handover: Handover, *, viewer: Viewer, on: date) -> Pack:
    """The notes of the two years up to the handover, and what is held of the school; the number of queries is fixed."""
    school, until = handover.school, handover.starts_on
    since = add_months(until, -12 * WINDOW_YEARS)
    family = sorted(lineage([school.pk])[school.pk])
    held = HeldPaper.objects.standing().filter(school__in=family, starts_on__lte=on)
    papers = list(held.order_by("-starts_on", "-pk"))
    plans = [_paper(row) for row in latest(papers) if row.paper not in REPORTS]
    reports = [_paper(row) for row in papers if row.paper in REPORTS and row.starts_on >= since]
    inspections = Inspection.objects.standing().filter(school__in=family, starts_on__lte=on).order_by("-starts_on", "-pk")
    return Pack(
        since, until, notes_of(family, since, until), plans, reports, [_inspection(row, since) for row in inspections[:10]],
        visit_pack(school, viewer=viewer, on=on),
    )  # fmt: skip


def latest(papers: Iterable[HeldPaper]) -> list[HeldPaper]:
    """The newest of each paper, of rows that come the newest first."""
    found: dict[str, HeldPaper] = {}
    for row in papers:
        found.setdefault(row.paper, row)
    return list(found.values())


def _paper(row: HeldPaper) -> Piece:
    return Piece(row.title, row.starts_on, "; ".join(row.lines()))


def _inspection(row: Inspection, since: date) -> Piece:
    says = [row.overall, f"report published on {day(row.published_on)}" if row.published_on else "report not published yet"]
    return Piece(row.title, row.starts_on, "; ".join(filter(None, says)))


def openings_of(handover: Handover) -> list[AuditEvent]:
    """Who opened the pack, and when, the latest first (HND-7)."""
    return list(AuditEvent.objects.filter(subject=f"handover:{handover.pk}", what=OPENED).order_by("-at", "-pk")[:50])


# ------------------------------------------------------------------------------------------------- getting to know it


@dataclass(frozen=True)
class Line:
    """One item of the list and, where it is done, the tick."""

    item: Item
    tick: FamiliarisationTick | None


def getting_started_lines(familiarisation: Familiarisation) -> list[Line]:
    """The list with its ticks; one query."""
    ticks = {row.item: row for row in familiarisation.ticks.filter(taken_back_at=None).select_related("ticked_by")}
    return [Line(item, ticks.get(item.key)) for item in items_for(familiarisation.reason)]


def with_progress(rows: QuerySet[Familiarisation]) -> QuerySet[Familiarisation]:
    """Each with `done`, how many items are ticked."""
    return rows.annotate(done=Count("ticks", filter=Q(ticks__taken_back_at=None, ticks__item__isnull=False)))


def running_lists(deployment: Deployment) -> QuerySet[Familiarisation]:
    """The lists of a deployment, the latest first."""
    return with_progress(deployment.familiarisations.all()).order_by(F("met_on").asc(nulls_first=True), "-pk")


@dataclass(frozen=True)
class YearDay:
    """A day of the school's year: a term that begins or ends, or a visit (HND-10)."""

    on: date
    says: str
    url: str = ""
    is_held: bool = False


def year_of(familiarisation: Familiarisation) -> list[YearDay]:
    """The school's terms of the year and the visits, in order of days."""
    deployment = familiarisation.deployment
    year = academic_year(familiarisation.starts_on)
    found = []
    for term in terms(familiarisation.authority, year):
        name = f"Term {term.number}" if term.number else term.season.value.capitalize()
        found += [YearDay(term.starts_on, f"{name} begins"), YearDay(term.ends_on, f"{name} ends")]
    until = date(year + 1, 8, 31)
    visits: list[VisitDay] = [visit for visit in visits_of(deployment, date(year, 9, 1)) if visit.on <= until]
    found += [YearDay(visit.on, visit.says, visit.url, visit.is_held) for visit in visits]
    return sorted(found, key=lambda one: (one.on, one.says))


def extra_days(deployment: Deployment, *, year: int) -> list[Familiarisation]:
    """What a school's SIP has on top in a school year for getting to know it, or its new head (DAY-3)."""
    rows = deployment.familiarisations.filter(starts_on__range=(date(year, 9, 1), date(year + 1, 8, 31)))
    return list(rows.order_by("pk"))
