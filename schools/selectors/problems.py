"""What is wrong in an authority's school records, with who mends it and how."""

from collections.abc import Iterator
from datetime import date

from accounts.models import Authority, AuthorityKind
from accounts.permissions import Role
from accounts.selectors import holders
from sipmanager.core import academic
from sipmanager.core.wording import day

from ..facts import GOVERNANCE_NAMES, Governance, Phase, Status
from ..models import AllAgeAgreement, FactKind, Programme, ProgrammeStart, School, SchoolFact
from .calendar import entered_terms
from .contradictions import of_contradictions
from .on_a_day import schools_on, served_on
from .people import schools_without_head
from .record_problems import of_records


def problems(authority: Authority, on: date) -> list[dict[str, str]]:
    """Every problem as `{kind, subject, owner, cure}` (D-40); the owner is an administrator of the authority."""
    owner = owner_of(authority, on)
    rows = [*_of_schools(authority, on), *of_records(authority, on), *of_contradictions(authority, on)]
    rows += _of_the_authority(authority, on)
    return [{"kind": kind, "subject": subject, "owner": owner, "cure": cure} for kind, subject, cure in rows]


def owner_of(authority: Authority, on: date) -> str:
    """The e-mail of whoever keeps the register true, or the role and the authority where nobody has an account."""
    for role in (Role.ADMINISTRATOR, Role.MANAGER):
        people = holders(role=role, authority=authority, on=on)
        if people:
            return people[0].email
    return f"{Role.ADMINISTRATOR.value}@{authority.code}"


Problem = tuple[str, str, str]


def _of_schools(authority: Authority, on: date) -> Iterator[Problem]:
    schools = schools_on(served_on(authority.pk, on), on).order_by("name", "pk")
    deemed = SchoolFact.objects.running(on).filter(kind=FactKind.DEEMED_PHASE)
    of_phase = SchoolFact.objects.running(on).filter(kind=FactKind.PHASE)
    units = schools.filter(pk__in=of_phase.filter(value=Phase.PRU).values("school_id"))
    for school in units.exclude(pk__in=deemed.values("school_id")):
        kind_of = GOVERNANCE_NAMES[Governance.PRU].lower()
        yield "pru_without_deemed_phase", school.audit_subject, f"Set the deemed phase of this {kind_of}"
    agreed = AllAgeAgreement.objects.filter(discussed_on__lte=on)
    all_age = schools.filter(pk__in=of_phase.filter(value=Phase.ALL_AGE).values("school_id"))
    for school in all_age.exclude(governance=Governance.ACADEMY).exclude(pk__in=agreed.values("school_id")):
        cure = "Record the discussion with the regional coordinator and the sector agreed"
        yield "all_age_not_discussed", school.audit_subject, cure
    for school in schools_without_head(schools, on):
        yield "school_without_head", school.audit_subject, "Add the headteacher on the school's People page"


def _of_the_authority(authority: Authority, on: date) -> Iterator[Problem]:
    subject = f"authority:{authority.code}"
    year = academic.academic_year(on)
    if not entered_terms(authority, year):
        label = academic.academic_label(year)
        yield "no_calendar", subject, f"Enter the terms of {label}; until then each season is counted in whole months"
    if authority.kind != AuthorityKind.LOCAL_AUTHORITY:
        return
    known = set(ProgrammeStart.objects.filter(authority=authority).values_list("programme", flat=True))
    for programme in Programme:
        if programme.value not in known and _has_schools(authority, programme.value, on):
            cure = (
                f"Enter when the {programme.label.lower()} programme starts; until then its deadline counts as past"
                f" on {day(on)}"
            )
            yield f"no_{programme.value}_programme_start", subject, cure


def _has_schools(authority: Authority, programme: str, on: date) -> bool:
    schools = School.objects.filter(local_authority=authority, deemed_phase=programme, status=Status.OPEN)
    return schools.exclude(governance=Governance.ACADEMY).exists()
