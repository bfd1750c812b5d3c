from datetime import date

import pytest
from django.core.management import call_command
from django.db.models import Count

from accounts import selectors
from accounts.models import Authority, Region
from sipmanager.core import holidays
from sipmanager.core.models import BankHoliday

pytestmark = pytest.mark.django_db

# AUT-7: authorities of wave 1, 2, 3, 4 and of none.
TOTALS = {
    "London 1": (5, 1, 7, 4, 0),
    "London 2": (2, 1, 10, 3, 0),
    "South East": (5, 3, 6, 5, 0),
    "South West": (4, 2, 4, 5, 1),
    "West Midlands": (2, 0, 7, 7, 0),
    "East and East Midlands": (5, 1, 6, 5, 0),
    "North East": (3, 2, 8, 3, 0),
    "Yorkshire and Humberside": (2, 4, 6, 4, 0),
    "North West": (3, 2, 10, 2, 0),
}


def test_aut_7_the_regions_and_waves_have_the_totals_of_2006():
    rows = Authority.objects.filter(in_2006_programme=True).values_list("region__name", "primary_wave")
    counts = {name: [0, 0, 0, 0, 0] for name in TOTALS}
    for region, wave in rows:
        counts[region][4 if wave is None else wave - 1] += 1
    assert {name: tuple(found) for name, found in counts.items()} == TOTALS
    assert [sum(column) for column in zip(*counts.values(), strict=True)] == [31, 16, 64, 38, 1]


def test_there_are_nine_regions_and_160_authorities_of_which_150_were_in_the_programme():
    assert Region.objects.count() == 9
    assert Authority.objects.count() == 160
    assert Authority.objects.filter(in_2006_programme=True).count() == 150
    assert not Authority.objects.filter(is_demonstration=True).exists()
    assert all(len(code) == 3 and code.isdigit() for code in Authority.objects.values_list("code", flat=True))


@pytest.mark.parametrize(
    ("code", "predecessors", "starts_on", "region"),
    [
        ("822", ["820"], date(2009, 4, 1), "East and East Midlands"),
        ("823", ["820"], date(2009, 4, 1), "East and East Midlands"),
        ("838", ["835"], date(2019, 4, 1), "South West"),
        ("839", ["835", "836", "837"], date(2019, 4, 1), "South West"),
        ("895", ["875"], date(2009, 4, 1), "North West"),
        ("896", ["875"], date(2009, 4, 1), "North West"),
        ("940", ["928"], date(2021, 4, 1), "East and East Midlands"),
        ("941", ["928"], date(2021, 4, 1), "East and East Midlands"),
        ("942", ["909"], date(2023, 4, 1), "North West"),
        ("943", ["909"], date(2023, 4, 1), "North West"),
    ],
)
def test_d_1_a_successor_knows_its_predecessors_its_start_and_their_programme_region(code, predecessors, starts_on, region):
    successor = Authority.objects.get(code=code)
    assert sorted(successor.predecessors.values_list("code", flat=True)) == predecessors
    assert (successor.starts_on, successor.region.name, successor.in_2006_programme) == (starts_on, region, False)


def test_an_authority_that_was_followed_ended_the_day_before():
    ended = dict(Authority.objects.filter(ends_on__isnull=False).values_list("code", "ends_on"))
    assert ended == {
        "820": date(2009, 3, 31),
        "875": date(2009, 3, 31),
        "835": date(2019, 3, 31),
        "836": date(2019, 3, 31),
        "837": date(2019, 3, 31),
        "928": date(2021, 3, 31),
        "909": date(2023, 3, 31),
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Bristol, City of", "801"),
        ("Bristol", "801"),
        ("Kingston-upon-Hull", "810"),
        ("Kingston upon Hull, City of", "810"),
        ("Leicester City", "856"),
        ("Derby City", "831"),
        ("Nottingham City", "892"),
        ("East Riding of Yorkshire", "811"),
        ("Middlesborough", "806"),
        ("Bath and North East", "800"),
        ("Bath & North East Somerset", "800"),
        ("St. Helens", "342"),
        ("st helens", "342"),
        ("Durham", "840"),
        ("County Durham", "840"),
        ("850", "850"),
        (" hampshire ", "850"),
        ("Dorset", "838"),
        ("Northamptonshire", "928"),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_src_11_an_authority_is_found_by_any_of_its_spellings(text, code):
    found = selectors.authority_called(text)
    assert (found and found.code) == code


def test_seeding_again_adds_nothing_and_keeps_what_was_added():
    before = set(Authority.objects.values_list("pk", "code"))
    kent = Authority.objects.get(code="886")
    kent.phone = "01632 960001"
    kent.save()
    links = Authority.predecessors.through.objects.count()

    call_command("migrate", verbosity=0)

    assert set(Authority.objects.values_list("pk", "code")) == before
    assert Authority.predecessors.through.objects.count() == links == 12
    kent.refresh_from_db()
    assert kent.phone == "01632 960001"


@pytest.mark.django_db(transaction=True)
def test_the_seeds_are_there_again_after_a_flush():
    call_command("flush", interactive=False, verbosity=0)
    assert Authority.objects.count() == 160
    assert Region.objects.count() == 9
    assert BankHoliday.objects.exists()


def test_the_bank_holidays_of_every_year_are_seeded_and_a_day_struck_out_stays_out():
    years = BankHoliday.objects.values("day__year").annotate(days=Count("pk")).order_by("day__year")
    assert [row["day__year"] for row in years] == list(range(2004, 2036))
    assert all(row["days"] >= 8 for row in years)
    BankHoliday.objects.get(day=date(2011, 4, 29)).delete()  # Friday, a royal wedding
    holidays.seed()
    assert not BankHoliday.objects.filter(day=date(2011, 4, 29)).exists()


def test_the_working_calendar_knows_christmas_and_how_far_it_reaches(django_assert_num_queries):
    with django_assert_num_queries(1):
        calendar = holidays.bank_holidays()
    assert calendar.add(date(2009, 12, 24), 1) == date(2009, 12, 29)  # Thursday to Tuesday; Monday 28th in lieu
    assert calendar.known_until == date(2035, 12, 31)
