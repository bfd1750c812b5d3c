"""Schools for tests, made as an import makes them. Everything is invented; URNs from 900000 on."""

import itertools
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Authority, User
from accounts.tests import factories as accounts_factories
from schools import actions
from schools.facts import Governance, Phase, Status, deemed_phase
from schools.imports.places import Places
from schools.imports.plans import CREATE, Plan
from schools.imports.rows import SchoolRow, new_school_defaults
from schools.imports.writing import carry_out
from schools.kinds import BY_KEY
from schools.models import (
    AcademicYear,
    FactKind,
    FactSource,
    Post,
    PostKind,
    School,
    SchoolFact,
    SchoolService,
    ServiceSource,
    TermDates,
)
from schools.searching import search_words
from sipmanager.core.academic import Season

AT = datetime(2009, 9, 1, 9, 0, tzinfo=ZoneInfo("Europe/London"))  # Tuesday

_numbers = itertools.count(1)
_WORDS = ("Hill Road", "Brook Lane", "Green Street", "Mill End", "Church Way", "Park View", "Long Meadow", "North Quay")

TYPE_NAMES = {
    Governance.COMMUNITY: "Community school",
    Governance.AIDED: "Voluntary aided school",
    Governance.CONTROLLED: "Voluntary controlled school",
    Governance.FOUNDATION: "Foundation school",
    Governance.SPECIAL: "Community special school",
    Governance.PRU: "Pupil referral unit",
    Governance.ACADEMY: "Academy converter",
}


def make_school(
    urn: str = "", *, name: str = "", authority: Authority | None = None, phase: str = Phase.PRIMARY,
    governance: str = Governance.COMMUNITY, status: str = Status.OPEN, opened_on: date | None = None,
    closed_on: date | None = None, deemed: str = "", category: str = "", trust: Authority | None = None,
    head: str = "", at: datetime = AT, as_at: date = date(2009, 9, 1), **columns,
) -> School:  # fmt: skip
    """A school with its dated facts and its local authority's service, all of them from always.

    `deemed` is the deemed phase that an officer has set for a pupil referral unit. `trust` serves the school by
    agreement in place of its local authority. `head` names a headteacher. Further columns go to the school.
    """
    number = next(_numbers)
    authority = authority or accounts_factories.authority()
    urn = urn or str(900000 + number)
    if governance == Governance.COMMUNITY:
        governance = {Phase.SPECIAL: Governance.SPECIAL, Phase.PRU: Governance.PRU}.get(phase, governance)
    values = {
        "name": name or f"{_WORDS[number % len(_WORDS)]} School {number}",
        "local_authority_id": authority.pk,
        "phase": str(phase),
        "governance": str(governance),
        "type_name": TYPE_NAMES.get(governance, "Other"),
        "status": str(status),
        "opened_on": opened_on,
        "closed_on": closed_on,
    }
    row = SchoolRow(line=number, urn=urn, values=values, heads=())
    plan = Plan(row, CREATE, changes=new_school_defaults(values))
    school = carry_out([plan], places=Places.load(), as_at=as_at, by=None, at=at)[0]
    if deemed and not deemed_phase(phase):
        set_fact(school, FactKind.DEEMED_PHASE, deemed, at=at)
        columns["deemed_phase"] = deemed
    if category:
        set_fact(school, FactKind.CATEGORY, category, at=at)
        columns["category"] = category
    if trust is not None:
        SchoolService.objects.filter(school=school).update(authority=trust, source=ServiceSource.AGREEMENT)
    if "town" in columns:
        columns["search_name"] = search_words(school.name, school.urn, columns["town"])
    if columns:
        School.objects.filter(pk=school.pk).update(**columns)
    if head:
        make_post(school, full_name=head)
    school.refresh_from_db()
    return school


def set_fact(
    school: School, kind: str, value: str, *, starts_on: date | None = None, source: str = FactSource.OFFICER, at=AT
) -> SchoolFact:  # fmt: skip
    """A running value of a fact; one that ran before ends the day before."""
    if starts_on is not None:
        running = SchoolFact.objects.filter(school=school, kind=kind, ends_on=None)
        running.update(ends_on=starts_on - timedelta(days=1))
    return SchoolFact.objects.create(school=school, kind=kind, value=value, starts_on=starts_on, source=source, recorded_at=at)


def make_record(kind: str, school: School | None = None, *, by: User | None = None, at: datetime = AT, **values):
    """A dated record of a kind of `kinds.KINDS`, made by the action that its page calls."""
    by = by or accounts_factories.user()
    return actions.add_record(kind=BY_KEY[kind], school=school or make_school(), by=by, at=at, **values)


def make_post(
    school: School | None = None, kind: str = PostKind.HEAD, *, full_name: str = "", email: str = "",
    user: User | None = None, starts_on: date | None = None, ends_on: date | None = None, at: datetime = AT, **fields,
) -> Post:  # fmt: skip
    """Somebody in post; with `user`, their account."""
    number = next(_numbers)
    return Post.objects.create(
        school=school or make_school(), kind=kind, full_name=full_name or (user.full_name if user else f"Person {number}"),
        email=email or (user.email if user else f"post{number}@example.org"), user=user, starts_on=starts_on,
        ends_on=ends_on, recorded_at=at, **fields,
    )  # fmt: skip


def make_head(school: School | None = None, **fields) -> Post:
    """A head who can sign in."""
    fields.setdefault("user", accounts_factories.user())
    return make_post(school, PostKind.HEAD, **fields)


def make_chair(school: School | None = None, **fields) -> Post:
    """A chair of governors who can sign in."""
    fields.setdefault("user", accounts_factories.user())
    return make_post(school, PostKind.CHAIR, **fields)


# Kent's printed terms (CAL-2).
TERMS_2009 = (
    (1, Season.AUTUMN, date(2009, 9, 3), date(2009, 10, 23)),
    (2, Season.AUTUMN, date(2009, 11, 2), date(2009, 12, 18)),
    (3, Season.SPRING, date(2010, 1, 4), date(2010, 2, 12)),
    (4, Season.SPRING, date(2010, 2, 22), date(2010, 4, 1)),
    (5, Season.SUMMER, date(2010, 4, 19), date(2010, 5, 28)),
    (6, Season.SUMMER, date(2010, 6, 7), date(2010, 7, 23)),
)


def make_calendar(authority: Authority, year: int = 2009, terms=TERMS_2009) -> AcademicYear:
    """An authority's calendar of one academic year; by default the six terms of 2009/10 that CAL-2 prints."""
    calendar = AcademicYear.objects.create(authority=authority, year=year)
    TermDates.objects.bulk_create(
        TermDates(academic_year=calendar, number=number, season=season, starts_on=first, ends_on=last)
        for number, season, first, last in terms
    )
    return calendar
