"""Who suits a school best: the points of each part, the sentences, and the database that sorts by the same points."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.permissions import Role
from accounts.presets import Policy
from accounts.tests import factories as people
from partners import selectors
from partners.matching import (
    Asked,
    Offered,
    Weights,
    contexts_of,
    distance,
    faiths_of,
    months_between,
    parts,
    score,
    sentences,
    weightiest,
)
from partners.models import Expertise, ExpertiseKind, LapseClock, Partner
from partners.tests import factories
from partners.tests.factories import make_deployment, make_partner, moment
from schools.facts import Phase
from schools.models import CategoryOfOfsted, Concern, ConcernFlag, FaithRequest, Inspection
from schools.tests.factories import make_school

SEP = date(2010, 9, 1)
TODAY = date(2009, 11, 16)
ASKED = Asked(SEP, Decimal(5))
WEIGHTS = Weights()


def points(name: str, asked: Asked = ASKED, **offered) -> int:
    return next(part.points for part in parts(asked, Offered(**offered), WEIGHTS) if part.name == name)


@pytest.mark.parametrize(
    ("name", "asked", "offered", "expected"),
    [
        ("days", {}, {"days_left": Decimal(5)}, 100),
        ("days", {}, {"days_left": Decimal("4.5")}, 0),
        ("days", {}, {}, 50),
        ("load", {}, {"schools": 0}, 100),
        ("load", {}, {"schools": 2}, 60),
        ("load", {}, {"schools": 9}, 0),
        ("lapse", {}, {"is_sure": False}, 0),
        ("tenure", {}, {"tenure_months": 18, "last_lawful_on": date(2012, 2, 29)}, 50),
        ("tenure", {}, {"tenure_months": 60}, 100),
        ("engaged", {}, {"is_engaged": True}, 100),
        ("keep", {}, {"was_here": True}, 100),
        ("expertise", {"experience": ("Rural", "New school")}, {"expertise": frozenset({"Rural"})}, 50),
        ("expertise", {"experience": ("Rural",)}, {}, 0),
        ("faith", {"faiths": ("Roman Catholic", "Any faith")}, {"expertise": frozenset({"Any faith"})}, 100),
        ("faith", {"faiths": ("Roman Catholic",)}, {"expertise": frozenset({"Jewish"})}, 0),
        ("distance", {"easting": 1, "northing": 1}, {"metres": 5000}, 100),
        ("distance", {"easting": 1, "northing": 1}, {"metres": 5001}, 80),
        ("distance", {"easting": 1, "northing": 1}, {"metres": 90000}, 0),
        ("distance", {"easting": 1, "northing": 1}, {}, 50),
    ],
)
def test_each_part_gives_its_points(name, asked, offered, expected):
    """DEP-3."""
    assert points(name, replace(ASKED, **asked), **offered) == expected


def test_what_the_school_does_not_ask_has_no_part():
    assert {"expertise", "faith", "distance"}.isdisjoint(part.name for part in parts(ASKED, Offered(), WEIGHTS))


def test_expertise_outweighs_everything_where_a_school_causes_concern():
    """DEP-8: by expertise, not by availability."""
    asked = replace(ASKED, experience=("Special measures",), is_of_concern=True)
    expert = Offered(expertise=frozenset({"Special measures"}), days_left=Decimal(0), schools=9, is_sure=False)
    idle = Offered(days_left=Decimal(40), is_engaged=True, was_here=True)
    assert score(parts(asked, expert, WEIGHTS)) > score(parts(asked, idle, WEIGHTS))
    calm = replace(asked, is_of_concern=False)
    assert score(parts(calm, expert, WEIGHTS)) < score(parts(calm, idle, WEIGHTS))


def test_the_weightiest_reasons_come_first_and_there_are_three():
    found = parts(ASKED, Offered(days_left=Decimal(20), is_engaged=True, was_here=True), WEIGHTS)
    assert weightiest(found) == ["20 days left", "accreditation lasts", "the school's SIP until now"]
    assert sentences(found)[0] == "20 days left."
    assert sentences(found)[-1] in {"Not engaged here yet.", "May stay three years."}
    assert score([]) == 0


def test_one_day_is_said_as_one_and_a_number_of_schools_is_counted():
    found = {part.name: part.says for part in parts(ASKED, Offered(days_left=Decimal("1.0"), schools=1), WEIGHTS)}
    assert found["days"] == "1 day left"
    assert found["load"] == "1 school today"


def test_the_weights_are_those_of_local_policy():
    """POL-61 to POL-69."""
    assert Weights.of(Policy("kent")) == Weights()
    assert Weights.of(Policy("kent", {"POL-63": 9})).distance == 9


def test_what_the_record_of_a_school_shows_of_its_context():
    assert contexts_of(opened_on=date(2008, 9, 1), pupils=99, federation="Weald Federation", starts_on=SEP) == (
        "New school", "Small school", "Federation",
    )  # fmt: skip
    assert contexts_of(opened_on=date(2007, 9, 1), pupils=100, federation=" ", starts_on=SEP) == ()
    assert contexts_of(opened_on=None, pupils=None, federation="", starts_on=SEP) == ()


@pytest.mark.parametrize(
    ("character", "faiths"),
    [
        ("Roman Catholic", ("Roman Catholic", "Any faith")),
        ("Church of England", ("Church of England", "Any faith")),
        ("", ("Any faith",)),
        ("Quaker", ("Any faith",)),
    ],
)
def test_faiths_that_answer_a_schools_wish(character, faiths):
    """DEP-7."""
    assert faiths_of(character) == faiths


def test_distances_are_rounded_up_so_that_bands_are_kept():
    assert distance((0, 0), (3, 4)) == 5
    assert distance((0, 0), (1, 1)) == 2
    assert distance((0, None), (1, 1)) is None


def test_months_of_tenure_are_counted_whole():
    assert months_between(SEP, date(2013, 8, 31)) == 36
    assert months_between(SEP, date(2013, 8, 30)) == 35
    assert months_between(SEP, date(2010, 1, 1)) == 0


# ------------------------------------------------------------------------------------------- sorted by the database


@pytest.fixture
def authority(db):
    return people.authority("Ashby")


@pytest.fixture
def school(authority):
    found = make_school(
        authority=authority, name="Hill Road", phase=Phase.PRIMARY, easting=580000, northing=160000, pupils=90,
        religious_character="Roman Catholic",
    )  # fmt: skip
    CategoryOfOfsted.objects.create(
        school=found, category="special_measures", starts_on=date(2009, 1, 1), recorded_at=moment(TODAY)
    )
    FaithRequest.objects.create(school=found, starts_on=date(2009, 1, 1), recorded_at=moment(TODAY))
    return found


def knows(partner: Partner, kind: str, *values: str) -> Partner:
    for value in values:
        Expertise.objects.create(partner=partner, kind=kind, value=value)
    return partner


def a_register(authority, school) -> dict[str, Partner]:
    """SIPs who differ in one part of the score each."""
    sectors = {"primary": date(2009, 1, 1)}

    def make(name, **more):
        return make_partner(name, sectors=more.pop("sectors", sectors), regions=[authority.region], **more)

    near = make_school(authority=authority, easting=583000, northing=164000)
    far = make_school(authority=authority, easting=580000, northing=230000)
    other = make_school(authority=authority, phase=Phase.PRIMARY)
    here = {
        "plain": make("Plain"),
        "rich": make("Rich", days_available=40),
        "full": make("Full", days_available=3),
        "near": make("Near", own_school=near),
        "far": make("Far", own_school=far),
        "expert": knows(make("Expert"), ExpertiseKind.OFSTED, "Special measures"),
        "village": knows(make("Village"), ExpertiseKind.CONTEXT, "Small school"),
        "faithful": knows(make("Faithful"), ExpertiseKind.FAITH, "Any faith"),
        "doubtful": make("Doubtful", sectors={"primary": date(2007, 9, 30)}),
        "engaged": make("Engaged"),
        "busy": make("Busy", days_available=40),
        "kept": make("Kept"),
    }
    factories.engage(here["engaged"], authority)
    make_deployment(here["busy"], other, authority, starts_on=date(2009, 9, 1), ends_on=None)
    make_deployment(here["kept"], school, authority, starts_on=date(2009, 9, 1), ends_on=date(2010, 7, 31))
    return here


def ranked(school, weights=WEIGHTS):
    place = selectors.place_of(school, starts_on=SEP, on=TODAY)
    asked = selectors.asked_of({school.pk: place}, starts_on=SEP)[school.pk]
    could = selectors.could_take(place, starts_on=SEP, on=TODAY)
    return place, list(selectors.best_first(could, place, asked, weights, starts_on=SEP))


@pytest.mark.parametrize("is_calm", [False, True])
def test_the_database_sorts_by_the_points_that_the_page_explains(authority, school, is_calm):
    if is_calm:
        CategoryOfOfsted.objects.all().delete()
        Inspection.objects.create(
            school=school, inspection_type="section_5", starts_on=date(2009, 3, 1), ends_on=date(2009, 3, 2),
            grades={"overall": 2}, recorded_at=moment(TODAY),
        )  # fmt: skip
    here = a_register(authority, school)
    place, rows = ranked(school)
    assert set(rows) == set(here.values())
    found = selectors.matches_of(rows, place, WEIGHTS, starts_on=SEP)
    assert [row.gain for row in rows] == [sum(part.gain for part in found[row.pk].parts) for row in rows]
    assert [row.gain for row in rows] == sorted((row.gain for row in rows), reverse=True)
    assert (rows[0] == here["expert"]) is not is_calm
    says = {name: {part.name: part.says for part in found[partner.pk].parts} for name, partner in here.items()}
    assert says["near"]["distance"] == "own school 5 km away"
    assert says["kept"]["keep"] == "the school's SIP until now"
    assert says["kept"]["tenure"] == "may stay until 1 October 2012"
    assert says["busy"]["days"] == "35 days left"
    assert says["faithful"]["faith"] == "in sympathy with the school's faith, as it asked"


def test_dep_3_who_was_at_the_school_earlier_is_not_called_new_to_it(authority, school):
    here = a_register(authority, school)
    make_deployment(here["near"], school, authority, starts_on=date(2009, 1, 5), ends_on=date(2009, 4, 30))
    place, rows = ranked(school)
    found = selectors.matches_of(rows, place, WEIGHTS, starts_on=SEP)
    says = {name: {part.name: part.says for part in found[here[name].pk].parts} for name in ("near", "busy", "kept")}
    assert [says[name]["keep"] for name in ("near", "busy", "kept")] == [
        "the school's SIP at an earlier time", "new to the school", "the school's SIP until now",
    ]  # fmt: skip


def test_a_flag_of_concern_asks_for_those_who_know_schools_in_a_category(authority, school):
    """DEP-8, SCH-14."""
    CategoryOfOfsted.objects.all().delete()
    ConcernFlag.objects.create(
        school=school, concern=Concern.CAUSING_CONCERN, starts_on=date(2009, 1, 1), recorded_at=moment(TODAY)
    )
    place = selectors.place_of(school, starts_on=SEP, on=TODAY)
    asked = selectors.asked_of({school.pk: place}, starts_on=SEP)[school.pk]
    assert asked.is_of_concern
    assert {"Special measures", "Notice to improve"} <= set(asked.experience)


def test_the_number_of_queries_does_not_grow_with_the_register(authority, school):
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            place, rows = ranked(school)
            selectors.matches_of(rows[:20], place, WEIGHTS, starts_on=SEP)
        return len(queries)

    make_partner("First", sectors={"primary": date(2009, 1, 1)}, regions=[authority.region])
    before = cost()
    a_register(authority, school)
    assert cost() == before


def test_doubt_follows_the_clock_of_the_sector_where_each_has_its_own(authority, school):
    """ACC-9, ACC-12: practice in another sector keeps this one only under the person's clock."""
    other = make_school(authority=authority, phase=Phase.SECONDARY)
    both = make_partner(
        "Both", sectors={"primary": date(2008, 1, 1), "secondary": date(2008, 1, 1)}, regions=[authority.region]
    )
    make_deployment(both, other, authority, starts_on=date(2009, 9, 1))
    assert [row.is_in_doubt for row in ranked(school)[1]] == [False]
    LapseClock.objects.create(is_per_sector=True, starts_on=date(2009, 1, 1), recorded_at=moment(TODAY))
    assert [row.is_in_doubt for row in ranked(school)[1]] == [True]


def test_many_schools_at_once_show_the_best_few_of_each(authority, school, as_role, clock_at):
    """REG-20: all schools without a SIP, or those chosen; as many queries for five as for one."""
    clock_at("2009-11-16 10:00")
    client = as_role(Role.MANAGER, at=authority)
    a_register(authority, school)
    address, asked = reverse("partners:deploy-many"), {"starts_on": SEP.isoformat()}

    def cost() -> tuple[int, str]:
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address, asked).content.decode()
        return len(queries), page

    cost()
    before, page = cost()
    assert "Hill Road" in page
    assert page.index("Expert") < page.index("Kept")
    shown = page.count("Score ")
    for number in range(4):
        make_school(authority=authority, name=f"Brook {number}", phase=Phase.PRIMARY)
    after, page = cost()
    assert (after, page.count("Score ")) == (before, shown + 12)
    chosen = client.get(address, asked | {"school": [school.urn]}).content.decode()
    assert "Brook 0" not in chosen
    assert "1 school. For each" in chosen
