"""The record of a school as its manager, its head and its administrator meet it (SCH-1 to SCH-22, FIN-3)."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.permissions import Role
from accounts.tests import factories as accounts_factories
from schools.models import Correction, School
from schools.tests.factories import make_head, make_record, make_school

from . import steps

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

URN = "900001"


@pytest.fixture
def journey(open_page, live_server, as_role, tmp_path, clock_at):
    clock_at(f"{steps.TODAY} 10:00", ticking=True)
    walk = steps.begin(
        "kent", folder=tmp_path, address=live_server.url, open_page=open_page, as_role=as_role, javascript=True
    )  # fmt: skip
    school = make_school(
        URN, name=steps.SCHOOL, authority=walk.authority, low_age=4, high_age=11, phone="01632 960001", town="Liss"
    )  # fmt: skip
    walk.users["head"] = make_head(school, user=accounts_factories.user("Ann Early")).user
    return walk


def tab(name: str, *more) -> str:
    return reverse(f"schools:{name}", args=[URN, *more])


def look_at(walk, page, address: str) -> None:
    page.goto(address)
    walk.look(page)


def test_a_manager_records_a_concern_and_it_stands_as_a_warning(journey):
    page = journey.as_(Role.MANAGER.value)
    look_at(journey, page, tab("record-list", "concerns"))
    page.get_by_role("button", name="Add a concern flag").click()
    page.get_by_role("radio", name="Causing concern").check()
    steps.fill_date(page, "Date it began", 7, 9, 2009)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    journey.look(page)
    page.get_by_label("Reason").fill("Standards have fallen for three years")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").wait_for()
    journey.look(page)
    look_at(journey, page, tab("school-detail"))
    page.get_by_text("Causing concern since 7 September 2009").wait_for()
    for kind in ("inspections", "papers", "contexts", "service-years", "finance"):
        look_at(journey, page, tab("record-add", kind))
    look_at(journey, page, reverse("schools:type-list"))


def test_inspections_and_the_visit_pack_read_well_wide_and_narrow(journey):
    school = School.objects.get(urn=URN)
    day = date(2009, 3, 10)
    make_record(
        "inspections", school, inspection_type="section_5", starts_on=day, ends_on=day, key_issues="Raise standards in writing.",
        grades={"overall": 4, "attainment": 4, "progress_sen": 3},
    )  # fmt: skip
    make_record("ofsted-category", school, category="special_measures", starts_on=day)
    make_record("papers", school, paper="sef", version="7", supplied_by="school", starts_on=day)
    page = journey.as_("head")
    look_at(journey, page, tab("school-inspections"))
    page.get_by_text("Grades by line").first.click()
    page.get_by_text("Learning and progress of pupils with special needs or disabilities").wait_for()
    journey.look(page)
    look_at(journey, page, tab("school-pack"))
    page.get_by_text("Last updated on 10 March 2009").first.wait_for()
    look_at(journey, page, tab("school-people"))


def test_a_head_suggests_a_correction_and_the_administrator_accepts_it(journey):
    head = journey.as_("head")
    look_at(journey, head, tab("school-detail"))
    head.get_by_role("button", name="Suggest a correction").click()
    journey.look(head)
    head.get_by_role("link", name="Address", exact=True).click()
    head.get_by_label("Telephone (optional)").fill("01632 960009")
    journey.look(head)
    head.get_by_role("button", name="Send the suggestion").click()
    head.get_by_role("alert").wait_for()
    journey.look(head)
    officer = journey.as_(Role.ADMINISTRATOR.value)
    officer.goto("/")
    officer.get_by_role("link", name="Decide on 1 correction suggested by schools").click()
    journey.look(officer)
    officer.get_by_role("link", name=steps.SCHOOL).click()
    journey.look(officer)
    correction = Correction.objects.get()
    look_at(journey, officer, reverse("schools:correction-decline", args=[correction.pk]))
    officer.goto(reverse("schools:correction-detail", args=[correction.pk]))
    officer.get_by_role("button", name="Accept and change the record").click()
    officer.get_by_text("Accepted").first.wait_for()
    assert School.objects.get(urn=URN).phone == "01632 960009"
    look_at(journey, officer, tab("school-change", "address"))
    officer.get_by_role("button", name="Give back the telephone").click()
    officer.get_by_role("alert").wait_for()
    for group in ("identity", "faith", "stages", "size", "locality"):
        look_at(journey, officer, tab("school-change", group))
    look_at(journey, officer, tab("school-record"))
    officer.get_by_text("Correction accepted: telephone").wait_for()
