"""The country at the size the service is planned for: 24,000 schools, 6,000 SIPs, 400,000 notes, written in bulk.

The rows are plain and alike. They are there to be counted, listed, searched and timed, not to be read: every note
shows one section of the same issued note of the small demonstration, and has its PDF.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal

from django.db import models, transaction

from accounts.models import Authority
from partners.models import Accreditation, Contract, Deployment, Engagement, Kind, Partner, PartnerKind, Willingness
from schools.facts import Governance, Phase, Sector, Status, deemed_phase
from schools.models import FactKind, School, SchoolFact, SchoolService
from sipmanager.core.wording import searchable
from visits.actions.issuing import digest_of
from visits.models import IssuedVersion, Note, Visit
from visits.states import NoteState, VisitState

from .build import moment

AUTHORITIES, SCHOOLS, PARTNERS, NOTES = 150, 24_000, 6_000, 400_000
FIRST_URN = 940_000
CHUNK = 2_000
BEGAN = date(2008, 9, 1)
AT = moment(BEGAN)
SEASONS = (("autumn", (10, 12)), ("spring", (2, 9)), ("summer", (6, 15)))
TOWNS = ("Ashbourne End", "Byford", "Carrow", "Deepwell", "Elmstow", "Farholt")
NAMES = ("Hill Road", "Brook Lane", "St Wilfrid's", "Mill End", "Church Way", "Park View", "Long Meadow", "North Quay")
FIRST, LAST = ("Alex", "Robin", "Sam", "Kit", "Jo", "Lee"), ("Alder", "Beck", "Croft", "Dale", "Eyre", "Firth", "Garth")


def make_national_scale(
    *, write: Callable[[str], None], schools: int = SCHOOLS, partners: int = PARTNERS, notes: int = NOTES
) -> None:
    """Fill the 150 authorities of the 2006 programme. Needs the small demonstration, whose issued note is repeated."""
    sample = shortened(IssuedVersion.objects.select_related("note").order_by("pk").first())
    authorities = list(Authority.objects.filter(in_2006_programme=True).select_related("region").order_by("code"))
    write(f"Making {schools:,} schools, {partners:,} SIPs and {notes:,} notes in {len(authorities)} authorities …")
    with transaction.atomic():
        made_schools = make_schools(authorities, schools)
        made_partners = make_partners(authorities, partners)
        deployments = make_deployments(made_schools, made_partners)
    make_notes(deployments, notes, sample, write)


def shortened(sample: IssuedVersion) -> IssuedVersion:
    """The sample with its first section alone, so that 400,000 copies stay a few hundred megabytes."""
    sample.content |= {"sections": sample.content["sections"][:1], "recommendations": [], "reviews": [], "answers": []}
    sample.content_digest = digest_of(sample.content)
    return sample


def in_bulk(model: type[models.Model], rows: Iterable[models.Model]) -> Iterator[models.Model]:
    """Create rows a chunk at a time; memory stays that of a chunk where the caller lets go of them."""
    rows = iter(rows)
    while chunk := list(itertools.islice(rows, CHUNK)):
        yield from model.objects.bulk_create(chunk)


def make_schools(authorities: list[Authority], count: int) -> list[School]:
    made = list(in_bulk(School, (a_school(number, authorities[number % len(authorities)]) for number in range(count))))
    facts = (fact for school in made for fact in facts_of(school))
    for _ in in_bulk(SchoolFact, facts):
        pass
    services = (SchoolService(school=school, authority_id=school.local_authority_id) for school in made)
    for _ in in_bulk(SchoolService, services):
        pass
    return made


def a_school(number: int, authority: Authority) -> School:
    is_secondary = number // AUTHORITIES % 6 == 0
    phase = Phase.SECONDARY if is_secondary else Phase.PRIMARY
    name = f"{NAMES[number % len(NAMES)]} {'High' if is_secondary else 'Primary'} School {number + 1}"
    return School(
        urn=str(FIRST_URN + number), name=name, search_name=searchable(f"{name} {TOWNS[number % len(TOWNS)]}"),
        local_authority=authority, establishment_number=f"{2000 + number % 8000}", status=Status.OPEN, phase=phase,
        deemed_phase=deemed_phase(phase), governance=Governance.COMMUNITY, type_name="Community school",
        pupils=120 + number % 900, town=TOWNS[number % len(TOWNS)], last_seen_on=BEGAN,
    )  # fmt: skip


def facts_of(school: School) -> Iterator[SchoolFact]:
    values = {
        FactKind.STATUS: school.status,
        FactKind.LOCAL_AUTHORITY: school.local_authority.code,
        FactKind.GOVERNANCE: school.governance,
        FactKind.PHASE: school.phase,
        FactKind.DEEMED_PHASE: school.deemed_phase,
    }
    for kind, value in values.items():
        yield SchoolFact(school=school, kind=kind, value=value, recorded_at=AT)


def make_partners(authorities: list[Authority], count: int) -> list[Engagement]:
    """SIPs, each accredited for both sectors, willing in the region of one authority, and engaged there."""
    people = list(in_bulk(Partner, (a_partner(number) for number in range(count))))
    homes = [authorities[number % len(authorities)] for number in range(count)]
    rows = list(zip(people, homes, strict=True))
    made = list(in_bulk(Engagement, (Engagement(partner=one, authority=home) for one, home in rows)))
    for model, found in (
        (PartnerKind, (PartnerKind(partner=one, kind=Kind.CONSULTANT) for one in people)),
        (Accreditation, (
            Accreditation(partner=one, sector=sector, accredited_on=date(2006, 9, 1), recorded_at=AT)
            for one in people for sector in (Sector.PRIMARY, Sector.SECONDARY)
        )),
        (Willingness, (Willingness(partner=one, region_id=home.region_id) for one, home in rows)),
    ):  # fmt: skip
        for _ in in_bulk(model, found):
            pass
    return made


def a_partner(number: int) -> Partner:
    reference = f"N{number + 1:06d}"
    full_name = f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]} {number + 1}"
    return Partner(
        reference=reference, full_name=full_name, search_name=searchable(f"{full_name} {reference}"),
        email=f"{reference.lower()}@scale.demo.example", days_available=40, made_at=AT,
    )  # fmt: skip


def make_deployments(schools: list[School], engagements: list[Engagement]) -> list[Deployment]:
    """One SIP of its authority at each school since September 2008; contracts go with them."""
    by_authority: dict[int, list[Engagement]] = {}
    for engagement in engagements:
        by_authority.setdefault(engagement.authority_id, []).append(engagement)
    pairs = []
    for number, school in enumerate(schools):
        choice = by_authority.get(school.local_authority_id)
        if choice:
            pairs.append((school, choice[number // AUTHORITIES % len(choice)]))
    contracts = (Contract(engagement=one, school=school, confirmed_on=BEGAN, recorded_at=AT) for school, one in pairs)
    for _ in in_bulk(Contract, contracts):
        pass
    return list(in_bulk(Deployment, (a_deployment(school, one) for school, one in pairs)))


def a_deployment(school: School, engagement: Engagement) -> Deployment:
    return Deployment(
        school=school, partner_id=engagement.partner_id, authority_id=engagement.authority_id, status="active",
        starts_on=BEGAN, ends_on=date(2011, 8, 31), lead_from=BEGAN, lead_until=date(2011, 8, 31), days=Decimal(5),
        proposed_at=AT, agreed_on=BEGAN, confirmed_on=BEGAN, is_historic=True,
    )  # fmt: skip


def make_notes(deployments: list[Deployment], count: int, sample: IssuedVersion, write: Callable[[str], None]) -> None:
    """Visits in turn over the deployments, season by season back from the summer of 2009, each with its issued note."""
    told = 0
    for first in range(0, count, CHUNK * 10):
        last = min(first + CHUNK * 10, count)
        with transaction.atomic():
            visits = list(in_bulk(Visit, (a_visit(deployments, number) for number in range(first, last))))
            notes = list(in_bulk(Note, (a_note(visit, sample) for visit in visits)))
            for _ in in_bulk(IssuedVersion, (an_issue(note, sample) for note in notes)):
                pass
        if last - told >= 100_000:
            told = last
            write(f"  {last:,} notes")


def a_visit(deployments: list[Deployment], number: int) -> Visit:
    deployment = deployments[number % len(deployments)]
    turn = number // len(deployments)
    season, (month, day) = SEASONS[2 - turn % 3]
    year = 2008 - turn // 3
    held_on = date(year if month > 8 else year + 1, month, day)
    return Visit(
        deployment=deployment, school_id=deployment.school_id, partner_id=deployment.partner_id,
        authority_id=deployment.authority_id, season=season, academic_year=year, status=VisitState.HELD,
        planned_on=held_on, confirmed_on=held_on, held_on=held_on, made_at=moment(held_on),
    )  # fmt: skip


def a_note(visit: Visit, sample: IssuedVersion) -> Note:
    at, day = moment(visit.held_on), visit.held_on
    return Note(
        visit=visit, school_id=visit.school_id, partner_id=visit.partner_id, authority_id=visit.authority_id,
        template_key=sample.note.template_key, status=NoteState.DISTRIBUTED, made_at=at, submitted_at=at, final_at=at,
        distributed_at=at, submitted_on=day, shared_on=day, agreed_on=day, answered_on=day, distributed_on=day,
    )  # fmt: skip


def an_issue(note: Note, sample: IssuedVersion) -> IssuedVersion:
    return IssuedVersion(
        note=note, number=1, content=sample.content, content_digest=sample.content_digest, document=sample.document,
        issued_at=note.made_at,
    )  # fmt: skip
