"""What is wrong in an authority's school records, with who mends it and how."""

from collections.abc import Iterator
from datetime import date

from accounts.models import Authority, AuthorityKind
from accounts.permissions import Role
from accounts.selectors import holders
from sipmanager.core import academic
from sipmanager.core.wording import day

from ..facts import GOVERNANCE_NAMES, Governance, Phase, Status
from ..models import AllAgeAgreement, FactKind, Programme, School, SchoolFact
from .calendar import entered_terms
from .contradictions import posts_and_tasks, wrong_facts
from .on_a_day import schools_on, served_on
from .people import schools_without_head
from .record_problems import wrong_records
from .scope import starts_of
from .wrong import Problem, Wrong, found_among


def problems(authority: Authority, on: date) -> list[dict[str, str]]:
    """Every problem as `{kind, subject, owner, cure}` (D-40); the owner is an administrator of the authority."""
    owner = owner_of(authority, on)
    kinds = [*_of_schools(authority, on), *wrong_records(authority, on), *wrong_facts(authority, on)]
    rows = [*found_among(kinds), *posts_and_tasks(authority, on), *_of_the_authority(authority, on)]
    return [{"kind": kind, "subject": subject, "owner": owner, "cure": cure} for kind, subject, cure in rows]


def owner_of(authority: Authority, on: date) -> str:
    """The e-mail of whoever keeps the register true, or the role and the authority where nobody has an account."""
    for role in (Role.ADMINISTRATOR, Role.MANAGER):
        people = holders(role=role, authority=authority, on=on)
        if people:
            return people[0].email
    return f"{Role.ADMINISTRATOR.value}@{authority.code}"


def _of_schools(authority: Authority, on: date) -> Iterator[Wrong]:
    schools = schools_on(served_on(authority.pk, on), on)
    deemed = SchoolFact.objects.running(on).filter(kind=FactKind.DEEMED_PHASE)
    of_phase = SchoolFact.objects.running(on).filter(kind=FactKind.PHASE)
    units = schools.filter(pk__in=of_phase.filter(value=Phase.PRU).values("school_id"))
    cure = f"Set the deemed phase of this {GOVERNANCE_NAMES[Governance.PRU].lower()}"
    yield Wrong("pru_without_deemed_phase", units.exclude(pk__in=deemed.values("school_id")), cure)
    agreed = AllAgeAgreement.objects.filter(discussed_on__lte=on)
    all_age = schools.filter(pk__in=of_phase.filter(value=Phase.ALL_AGE).values("school_id"))
    undiscussed = all_age.exclude(governance=Governance.ACADEMY).exclude(pk__in=agreed.values("school_id"))
    cure = "Record the discussion with the regional coordinator and the sector agreed"
    yield Wrong("all_age_not_discussed", undiscussed, cure)
    without = schools_without_head(schools, on)
    yield Wrong("school_without_head", without, "Add the headteacher on the school's People page")


def _of_the_authority(authority: Authority, on: date) -> Iterator[Problem]:
    subject = f"authority:{authority.code}"
    year = academic.academic_year(on)
    if not entered_terms(authority, year):
        label = academic.academic_label(year)
        yield "no_calendar", subject, f"Enter the terms of {label}; until then each season is counted in whole months"
    if authority.kind != AuthorityKind.LOCAL_AUTHORITY:
        return
    known = starts_of(authority.pk)
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
