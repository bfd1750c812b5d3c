"""How fast the conditions of grant of an authority of 600 schools are answered, beside a loop that asks school by school.

Imported by `make bench` once Django is set up. The loop is what one writes first: for each school its facts, its SIPs, their
accreditation, tenure, agreement and accounts. It must come to the same coverage.
"""

import time
from collections.abc import Callable
from datetime import date

from django.db import connection

from accounts.models import Authority
from partners.models import Accreditation, Agreement, Deployment, NationalNotification, Partner
from partners.selectors import conditions_of_grant, standings_of, tenure_of
from schools.models import Post, School, SchoolFact
from schools.selectors import facts_on
from sipmanager.site.demonstration.scale import AT, BEGAN, facts_of

ON = date(2009, 11, 16)  # Monday
SCHOOLS = 600
MOST = 0.1  # of the loop's time


def measure_grants() -> list[str]:
    """Print the times and the queries, and say what is broken of the promise."""
    few, many = _authority("Few", 10, 1), _authority("Many", SCHOOLS, 2)
    answer = Timed("conditions of grant, 600 schools", lambda: _covered(many))
    loop = Timed("the same, school by school", lambda: _naive(many), rounds=1)
    of_few = Timed("conditions of grant, 10 schools", lambda: _covered(few))
    broken = []
    if answer.queries != of_few.queries:
        broken.append(f"the conditions of 600 schools take {answer.queries} queries, of ten schools {of_few.queries}")
    if answer.seconds > MOST * loop.seconds:
        broken.append(f"the conditions take {answer.seconds / loop.seconds:.2f} of the time of the loop, not a tenth")
    if answer.covered != loop.covered:
        broken.append(f"the conditions find {answer.covered} schools covered, the loop {loop.covered}")
    print(f"the conditions take {answer.seconds / loop.seconds:.3f} of the time of the loop\n", flush=True)
    return broken


class Timed:
    """The best of some runs of a question, printed with its queries."""

    def __init__(self, what: str, ask: Callable[[], int], rounds: int = 3):
        self.seconds, self.queries = float("inf"), 0
        for _ in range(rounds):
            self.queries, before = 0, time.perf_counter()
            with connection.execute_wrapper(self._count):
                self.covered = ask()
            self.seconds = min(self.seconds, time.perf_counter() - before)
        print(f"{what:<40}{self.seconds * 1000:>10.0f}{'':>10}{self.queries:>10}", flush=True)

    def _count(self, execute, sql, params, many, context):
        self.queries += 1
        return execute(sql, params, many, context)


def _authority(name: str, schools: int, number: int) -> Authority:
    """An invented authority with so many primary schools, each with a SIP; straight into the tables."""
    authority = Authority.objects.create(code=f"Z{number:02}", name=f"{name} schools")
    rows = School.objects.bulk_create(_school(authority, number * 1000 + n) for n in range(schools))
    SchoolFact.objects.bulk_create(fact for row in rows for fact in facts_of(row))
    people = Partner.objects.bulk_create(
        Partner(reference=f"Z{number}{n:04}", full_name=f"SIP {n}", email=f"z{number}{n}@invented.example", made_at=AT)
        for n in range(max(schools // 5, 1))
    )
    Accreditation.objects.bulk_create(
        Accreditation(partner=one, sector="primary", accredited_on=date(2006, 9, 1), recorded_at=AT) for one in people
    )
    Deployment.objects.bulk_create(
        Deployment(
            school=row, partner=people[n % len(people)], authority=authority, status="active", starts_on=BEGAN, lead_from=BEGAN,
            confirmed_on=BEGAN, days=5, proposed_at=AT,
        )
        for n, row in enumerate(rows)
    )  # fmt: skip
    return authority


def _school(authority: Authority, number: int) -> School:
    return School(
        urn=str(900_000 + number), name=f"School {number}", search_name=f"school {number}", local_authority=authority,
        status="open", phase="primary", deemed_phase="primary", governance="community", last_seen_on=BEGAN,
    )  # fmt: skip


def _covered(authority: Authority) -> int:
    report = conditions_of_grant(authority=authority, programme="primary", on=ON)
    return next(row for row in report.answers if row.id == "COG-A").verdict.figures["covered"]


def _naive(authority: Authority) -> int:
    """Every question asked for one school after another."""
    covered = 0
    facts = SchoolFact.objects.filter(kind="local_authority", value=authority.code)
    for school_id in list(facts.values_list("school_id", flat=True)):
        school = facts_on([school_id], ON)[school_id]
        for deployment in Deployment.objects.active(ON).filter(school=school_id).select_related("partner"):
            standings = standings_of([deployment.partner_id], ON).get(deployment.partner_id, [])
            covered += any(one.holds and one.sector == school.sector_needed for one in standings)
            tenure_of([deployment], ON)
            Agreement.objects.in_force(ON).filter(engagement__partner=deployment.partner_id).first()
            list(NationalNotification.objects.filter(deployment=deployment))
        list(Post.objects.running(ON).filter(school=school_id, user__isnull=False))
    return covered
