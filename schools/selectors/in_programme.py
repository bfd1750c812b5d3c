"""On which days of a span schools are in a grant programme at an authority, in a fixed number of queries (COG-A, GRA-6, D-3)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from sipmanager.core import readings

from ..models import AllAgeAgreement, FactKind, School, SchoolFact
from .on_a_day import COLUMNS, SchoolOnDay, school_on_day

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DaysInProgramme:
    """A school with the days on which a programme counts it, as first and last days in order; `name` is its last by then."""

    urn: str
    name: str
    spells: tuple[tuple[date, date], ...]

    def has(self, on: date) -> bool:
        return any(first <= on <= last for first, last in self.spells)


def in_programme_within(
    *, authority_code: str, programme: str, since: date, until: date, school_ids: Collection[int] | None = None
) -> dict[int, DaysInProgramme]:  # fmt: skip
    """The schools that a programme counts at an authority on a day from `since` to `until`, by id; three queries.

    A school that joins, leaves, opens, closes or becomes an academy within the span counts on the days before or after.
    `school_ids` are those to look at; all of them where it is left out.
    """
    wanted = None if school_ids is None else frozenset(school_ids)
    rows, told, agreed = _records_within(authority_code, since, until, wanted)
    found = {}
    for row in rows:
        counts = [
            span
            for span in _spans(row, told[row[0]], agreed[row[0]], since, until)
            if span[2].local_authority_code == authority_code and span[2].programme == programme and span[2].is_open
        ]
        if counts:
            found[row[0]] = DaysInProgramme(counts[-1][2].urn, counts[-1][2].name, _joined(counts))
    return found


@readings.kept
def _records_within(authority_code: str, since: date, until: date, school_ids: frozenset[int] | None):
    """The schools of a span, and by id what is told of each and agreed: the same for every programme."""
    in_span = (Q(starts_on=None) | Q(starts_on__lte=until)) & (Q(ends_on=None) | Q(ends_on__gte=since))
    here = SchoolFact.objects.filter(in_span, kind=FactKind.LOCAL_AUTHORITY, value=authority_code)
    here = (here if school_ids is None else here.filter(school__in=school_ids)).values("school_id")
    rows = list(School.objects.filter(pk__in=here, is_in_sip_scope=True).order_by("pk").values_list(*COLUMNS))
    told = defaultdict(list)
    facts = SchoolFact.objects.filter(in_span, school__in=here).order_by("pk")
    for school_id, *fact in facts.values_list("school_id", "kind", "value", "starts_on", "ends_on"):
        told[school_id].append(fact)
    agreed = defaultdict(list)
    talks = AllAgeAgreement.objects.filter(school__in=here, discussed_on__lte=until).order_by("discussed_on", "pk")
    for school_id, sector, on in talks.values_list("school_id", "sector", "discussed_on"):
        agreed[school_id].append((sector, on))
    return rows, told, agreed


def _spans(row, told, agreed, since: date, until: date) -> Iterator[tuple[date, date, SchoolOnDay]]:
    """The parts of a span in which nothing about the school changes, and what it is in each."""
    changes = {since, row[COLUMNS.index("agreed_with_dfes_on")]} | {on for _sector, on in agreed}
    for _kind, _value, starts_on, ends_on in told:
        changes |= {starts_on, ends_on and ends_on + ONE_DAY}
    days = sorted(on for on in changes if on is not None and since <= on <= until)
    for first, after in zip(days, [*days[1:], until + ONE_DAY], strict=True):
        values = {
            kind: value
            for kind, value, starts_on, ends_on in told
            if (starts_on is None or starts_on <= first) and (ends_on is None or ends_on >= first)
        }
        talk = next((talk for talk in reversed(agreed) if talk[1] <= first), None)
        yield first, after - ONE_DAY, school_on_day((*row, None), values, talk, {}, first)


def _joined(spans: Iterable[tuple[date, date, SchoolOnDay]]) -> tuple[tuple[date, date], ...]:
    """Spans that follow each other as one."""
    found: list[tuple[date, date]] = []
    for first, last, _school in spans:
        if found and found[-1][1] + ONE_DAY == first:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return tuple(found)
