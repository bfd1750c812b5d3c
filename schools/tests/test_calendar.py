"""The school year, working days and programme starts (CAL-1 to CAL-9, D-12, D-20)."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.permissions import Role
from accounts.presets import Policy
from accounts.tests import factories as people
from schools import selectors
from schools.facts import Governance, Phase
from schools.models import AcademicYear, Closure, ProgrammeStart
from schools.tests.factories import TERMS_2009, make_calendar, make_school
from sipmanager.core.academic import Season, default_terms
from sipmanager.core.models import AuditEvent, BankHoliday

pytestmark = pytest.mark.django_db

TODAY = date(2009, 11, 16)  # Monday


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at(TODAY)


@pytest.fixture
def authority():
    return people.authority()


@pytest.fixture
def administrator(as_role, authority):
    return as_role(Role.ADMINISTRATOR, at=authority)


def span(first, last):
    return {
        f"{name}_{box}": getattr(day, box)
        for name, day in (("starts_on", first), ("ends_on", last))
        for box in ("day", "month", "year")
    }


def test_without_a_calendar_the_seasons_are_whole_months(authority):
    assert selectors.terms(authority, 2009) == default_terms(2009)
    assert selectors.season_of(authority, date(2010, 3, 31)) is Season.SPRING
    assert selectors.season_of(authority, date(2010, 4, 1)) is Season.SUMMER


def test_with_a_calendar_a_holiday_belongs_to_the_term_that_follows(authority):
    make_calendar(authority)
    assert [term.number for term in selectors.terms(authority, 2009)] == [1, 2, 3, 4, 5, 6]
    assert selectors.season_of(authority, date(2010, 4, 1)) is Season.SPRING
    assert selectors.season_of(authority, date(2010, 4, 2)) is Season.SUMMER
    assert selectors.calendar_for(authority, date(2010, 8, 31))[0].starts_on == date(2009, 9, 3)


def test_the_year_2009_has_195_term_weekdays_less_the_bank_holiday(administrator, authority):
    BankHoliday.objects.get_or_create(day=date(2010, 5, 3), defaults={"name": "Early May"})
    make_calendar(authority)
    page = administrator.get(reverse("schools:calendar-detail", args=[authority.code, 2009])).content.decode()
    assert "195 working days in all" in page
    assert "Autumn, 37 working days" in page


def test_short_periods_are_counted_as_the_policy_says(authority):
    BankHoliday.objects.get_or_create(day=date(2010, 1, 1), defaults={"name": "New Year"})
    calendar = make_calendar(authority)
    Closure.objects.create(academic_year=calendar, name="Training", starts_on=date(2010, 1, 4), ends_on=date(2010, 1, 4))
    on = date(2009, 12, 18)  # Friday
    working = selectors.working_calendar(authority, on, Policy("national"))
    assert working.is_working(date(2009, 12, 21))
    assert not working.is_working(date(2010, 1, 1))
    closures = selectors.working_calendar(authority, on, Policy("national", {"POL-22": "working_less_closures"}))
    assert closures.add(on, 1) == date(2010, 1, 5)
    every = selectors.working_calendar(authority, on, Policy("national", {"POL-22": "calendar"}))
    assert every.add(on, 10) == date(2009, 12, 28)


def test_an_administrator_enters_terms_and_closures(administrator, authority):
    add = reverse("schools:term-put", args=[authority.code, 2009])
    for number, season, first, last in TERMS_2009[:2]:
        administrator.post(add, {"number": number, "season": season.value, **span(first, last)})
    calendar = AcademicYear.objects.get()
    assert calendar.terms.count() == 2
    administrator.post(
        reverse("schools:term-change", args=[authority.code, 2009, 2]),
        {"number": 2, "season": "autumn", **span(date(2009, 11, 3), date(2009, 12, 18))},
    )
    assert calendar.terms.get(number=2).starts_on == date(2009, 11, 3)
    closure = reverse("schools:closure-add", args=[authority.code, 2009])
    key = str(administrator.get(closure).context["form"]["form_key"].value())
    for _ in range(2):
        administrator.post(closure, {"form_key": key, "name": "Training", **span(date(2009, 11, 9), date(2009, 11, 9))})
    assert Closure.objects.count() == 1
    made = Closure.objects.get()
    administrator.post(reverse("schools:closure-remove", args=[authority.code, 2009, made.pk]))
    administrator.post(reverse("schools:term-remove", args=[authority.code, 2009, 1]))
    assert (calendar.terms.count(), Closure.objects.count()) == (1, 0)
    assert AuditEvent.objects.filter(what="calendar.term_removed").exists()


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        (date(2009, 10, 20), date(2009, 12, 18), "overlap with term 1"),
        (date(2009, 12, 18), date(2009, 11, 2), "last day is before the first"),
        (date(2010, 11, 2), date(2010, 12, 18), "must lie in the academic year 2009/10"),
    ],
)
def test_days_that_cannot_be_are_refused(administrator, authority, first, last, says):
    make_calendar(authority, terms=TERMS_2009[:1])
    address = reverse("schools:term-put", args=[authority.code, 2009])
    page = administrator.post(address, {"number": 2, "season": "autumn", **span(first, last)})
    assert says in page.content.decode()
    assert AcademicYear.objects.get().terms.count() == 1


def test_the_calendar_of_another_authority_is_not_found(administrator):
    other = make_calendar(people.authority())
    of = [other.authority.code, 2009]
    doors = [
        ("calendar-detail", of),
        ("term-put", of),
        ("term-change", [*of, 1]),
        ("term-remove", [*of, 1]),
        ("closure-add", of),
    ]
    for name, args in doors:
        assert administrator.get(reverse(f"schools:{name}", args=args)).status_code == 404
        assert administrator.post(reverse(f"schools:{name}", args=args)).status_code in (404, 405)
    assert other.terms.count() == 6


def test_one_authority_is_led_straight_to_its_year(administrator, authority):
    answer = administrator.get(reverse("schools:calendar-list"))
    assert answer.url == reverse("schools:calendar-detail", args=[authority.code, 2009])


# Programme starts.


def test_the_start_of_a_programme_is_entered_and_changed(administrator, authority):
    address = reverse("schools:programme-start-change", args=[authority.code, "secondary"])
    sent = {"coverage_by_day": 30, "coverage_by_month": 9, "coverage_by_year": 2005}
    administrator.post(address, {**sent, "coverage_by_year": 2006})
    administrator.post(address, sent)
    start = ProgrammeStart.objects.get()
    assert (start.programme, start.coverage_by) == ("secondary", date(2005, 9, 30))
    page = administrator.get(reverse("schools:programme-start-list")).content.decode()
    assert "30 September 2005" in page
    assert "Not entered: it counts as past" in page
    asked = administrator.get(address).context["form"].fields
    assert set(asked) == {"letter_on", "coverage_by"}, "COG-F: the contact is kept in one place"


def test_a_trust_has_no_programme_start(as_role):
    trust = people.trust()
    client = as_role(Role.ADMINISTRATOR, at=trust)
    address = reverse("schools:programme-start-change", args=[trust.code, "primary"])
    sent = {"coverage_by_day": 30, "coverage_by_month": 9, "coverage_by_year": 2005}
    assert "starts at a local authority" in client.get(reverse("schools:programme-start-list")).content.decode()
    assert "A trust has no conditions of grant" in client.post(address, sent).content.decode()
    assert not ProgrammeStart.objects.exists()


def test_national_staff_choose_an_authority_first(as_role, authority):
    client = as_role(Role.PROGRAMME)
    page = client.get(reverse("schools:programme-start-list")).content.decode()
    assert f"?authority={authority.code}" in page
    assert client.get(reverse("schools:programme-start-list"), {"authority": authority.code}).status_code == 200


# Problems.


def kinds(authority):
    return sorted((row["kind"], row["subject"]) for row in selectors.problems(authority, TODAY))


def test_problems_name_what_is_missing_who_mends_it_and_how(authority):
    unit = make_school(authority=authority, phase=Phase.PRU, head="Ann Early")
    headless = make_school(authority=authority)
    all_age = make_school(authority=authority, phase=Phase.ALL_AGE, head="Ben Late")
    make_school(authority=authority, phase=Phase.ALL_AGE, governance=Governance.ACADEMY, head="Cy Academy")
    of_authority = f"authority:{authority.code}"
    assert kinds(authority) == [
        ("all_age_not_discussed", all_age.audit_subject),
        ("no_calendar", of_authority),
        ("no_primary_programme_start", of_authority),
        ("pru_without_deemed_phase", unit.audit_subject),
        ("school_without_head", headless.audit_subject),
    ]
    assert {row["owner"] for row in selectors.problems(authority, TODAY)} == {f"administrator@{authority.code}"}
    member = people.member(Role.ADMINISTRATOR, at=authority)
    assert {row["owner"] for row in selectors.problems(authority, TODAY)} == {member.email}


def test_an_authority_with_everything_entered_has_no_problems(authority):
    make_school(authority=authority, head="Ann Early")
    make_calendar(authority)
    ProgrammeStart.objects.create(
        authority=authority, programme="primary", coverage_by=date(2008, 4, 30), recorded_at=people.clock.now()
    )
    assert kinds(authority) == []


def test_national_staff_enter_no_calendars_and_a_manager_of_two_authorities_chooses(as_role, authority):
    assert as_role(Role.PROGRAMME).get(reverse("schools:calendar-list")).status_code == 404
    user = people.member(Role.MANAGER, at=authority)
    people.membership(Role.MANAGER, at=people.authority("Elsewhere"), of=user)
    page = as_role(user=user).get(reverse("schools:calendar-list")).content.decode()
    assert "Elsewhere" in page


def test_taking_something_out_is_asked_about_first(administrator, authority):
    calendar = make_calendar(authority)
    closure = Closure.objects.create(academic_year=calendar, name="Training", starts_on=TODAY, ends_on=TODAY)
    for name, args in (("term-remove", [1]), ("closure-remove", [closure.pk])):
        page = administrator.get(reverse(f"schools:{name}", args=[authority.code, 2009, *args])).content.decode()
        assert "Take it out" in page
    assert (calendar.terms.count(), calendar.closures.count()) == (6, 1)
    assert administrator.get(reverse("schools:term-change", args=[authority.code, 2009, 9])).status_code == 404
