"""What schools are on a day, in a fixed number of queries for any number of schools (D-3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.models import Authority
from sipmanager.core import readings

from .. import facts
from ..facts import Governance, Status
from ..models import AllAgeAgreement, FactKind, School, SchoolFact, SchoolService, running

COLUMNS = ("pk", "urn", "name", "agreed_with_dfes_on", "is_in_sip_scope")


@dataclass(frozen=True)
class SchoolOnDay:
    """One school as it is known to be on one day.

    `authority_id` is who runs its SIP that day (D-2), `local_authority_id` where it lies; the two differ where a
    trust serves it. `deemed_phase`, `sector_needed` and `programme` are `primary`, `secondary` (the sector also
    `special`) or blank. A school that has not opened yet is `proposed`.
    """

    school_id: int
    urn: str
    name: str
    status: str
    local_authority_code: str
    local_authority_id: int | None
    authority_id: int | None
    region_id: int | None
    governance: str
    phase: str
    deemed_phase: str
    is_mainstream: bool
    is_academy: bool
    sector_needed: str
    all_age_sector: str
    all_age_discussed_on: date | None
    agreed_with_dfes_on: date | None
    category: str
    programme: str
    is_in_sip_scope: bool = True

    @property
    def is_open(self) -> bool:
        return self.status == Status.OPEN


@readings.of_each
def facts_on(school_ids: Iterable[int] | QuerySet, on: date) -> dict[int, SchoolOnDay]:
    """Each school of `school_ids` as it is on a day; four queries, however many they are.

    `school_ids` are primary keys, or a queryset of schools. An id that is nobody's is left out.
    """
    wanted = school_ids.values("pk") if isinstance(school_ids, QuerySet) else list(school_ids)
    serving = SchoolService.objects.running(on).filter(school=OuterRef("pk")).order_by("-pk")
    schools = School.objects.filter(pk__in=wanted).annotate(serving_id=Subquery(serving.values("authority_id")[:1]))
    values = _values_on(wanted, on)
    agreements = _agreements_on(wanted, on)
    places = _places()
    return {
        row[0]: school_on_day(row, values.get(row[0], {}), agreements.get(row[0]), places, on)
        for row in schools.values_list(*COLUMNS, "serving_id").order_by("pk")
    }


@readings.kept
def _places() -> dict[str, tuple[int, int | None]]:
    """Every authority and its region, by code."""
    return {code: (pk, region) for code, pk, region in Authority.objects.values_list("code", "pk", "region_id")}


def fact_on(school: School, on: date) -> SchoolOnDay:
    """One school as it is on a day."""
    return facts_on([school.pk], on)[school.pk]


def schools_on(schools: QuerySet, on: date, *, status: str = Status.OPEN) -> QuerySet:
    """Those of `schools` that have a status on a day; by default the open ones."""
    spells = SchoolFact.objects.running(on).filter(kind=FactKind.STATUS, value=status)
    return schools.filter(pk__in=spells.values("school_id"))


def served_on(authority_id: int, on: date) -> QuerySet:
    """The schools whose SIP an authority runs on a day, whatever their status (D-2)."""
    running_services = SchoolService.objects.running(on).filter(authority_id=authority_id)
    return School.objects.filter(pk__in=running_services.values("school_id"))


def partitions_with_schools() -> QuerySet:
    """The partitions of authorities that run or ran the SIP of a school."""
    return Authority.objects.filter(pk__in=SchoolService.objects.values("authority_id")).values_list("code", flat=True)


def dioceses_served(authority_ids: Iterable[int], on: date) -> QuerySet:
    """The ids of the dioceses all of whose open schools some authorities serve on a day."""
    served = SchoolService.objects.running(on).filter(authority_id__in=authority_ids).values("school_id")
    theirs = School.objects.filter(status=Status.OPEN, diocese__isnull=False)
    of_others = theirs.exclude(pk__in=served).values("diocese_id")
    return theirs.filter(pk__in=served).exclude(diocese_id__in=of_others).values("diocese_id")


def in_local_authority_on(authority_code: str, on: date) -> QuerySet:
    """The schools that lie in a local authority on a day, whoever runs their SIP; grant and programme count these."""
    spells = SchoolFact.objects.running(on).filter(kind=FactKind.LOCAL_AUTHORITY, value=authority_code)
    return School.objects.filter(pk__in=spells.values("school_id"))


@readings.kept
def facts_lying_in(authority_code: str, on: date) -> dict[int, SchoolOnDay]:
    """The schools that lie in a local authority on a day, as they are on it."""
    return facts_on(in_local_authority_on(authority_code, on), on)


def authority_serving(school: School | int, on: date) -> Authority | None:
    """The authority or trust that runs the school's SIP on a day (D-2)."""
    service = SchoolService.objects.running(on).filter(school_id=getattr(school, "pk", school))
    found = service.select_related("authority").order_by("-pk").first()
    return found.authority if found else None


def _values_on(wanted, on: date) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    rows = SchoolFact.objects.filter(running(on), school_id__in=wanted)
    for school_id, kind, value in rows.values_list("school_id", "kind", "value").order_by("pk"):
        found.setdefault(school_id, {})[kind] = value
    return found


def _agreements_on(wanted, on: date) -> dict[int, tuple[str, date]]:
    rows = AllAgeAgreement.objects.filter(Q(discussed_on__lte=on), school_id__in=wanted)
    ordered = rows.order_by("discussed_on", "pk").values_list("school_id", "sector", "discussed_on")
    return {school_id: (sector, day) for school_id, sector, day in ordered}


def school_on_day(row, values, agreement, places, on) -> SchoolOnDay:
    """A school from its `COLUMNS` and who serves it, the values of its facts, its all-age agreement, and all authorities."""
    pk, urn, name, agreed_on, in_scope, serving_id = row
    governance = values.get(FactKind.GOVERNANCE, "")
    phase = values.get(FactKind.PHASE, "")
    deemed = values.get(FactKind.DEEMED_PHASE) or facts.deemed_phase(phase)
    code = values.get(FactKind.LOCAL_AUTHORITY, "")
    local_authority_id, region_id = places.get(code, (None, None))
    all_age_sector, discussed_on = agreement or ("", None)
    return SchoolOnDay(
        school_id=pk,
        urn=urn,
        name=values.get(FactKind.NAME, name),
        status=values.get(FactKind.STATUS, Status.PROPOSED.value),
        local_authority_code=code,
        local_authority_id=local_authority_id,
        authority_id=serving_id or local_authority_id,
        region_id=region_id,
        governance=governance,
        phase=phase,
        deemed_phase=deemed,
        is_mainstream=facts.is_mainstream(governance=governance, phase=phase),
        is_academy=governance == Governance.ACADEMY,
        sector_needed=facts.sector_needed(governance=governance, phase=phase, deemed=deemed, all_age_sector=all_age_sector),
        all_age_sector=all_age_sector,
        all_age_discussed_on=discussed_on,
        agreed_with_dfes_on=agreed_on,
        category=values.get(FactKind.CATEGORY, ""),
        programme=facts.programme(
            governance=governance,
            phase=phase,
            deemed=deemed,
            all_age_sector=all_age_sector,
            is_agreed_with_dfes=agreed_on is not None and agreed_on <= on,
        ),
        is_in_sip_scope=in_scope,
    )
