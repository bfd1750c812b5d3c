"""Loading a register in the browser."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Authority
from accounts.permissions import Role
from accounts.tests import factories as people
from schools.models import ImportRun, School
from schools.tests.extracts import closed, line, text_of
from schools.tests.factories import make_school

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00")  # Monday


@pytest.fixture
def hampshire():
    return Authority.objects.update_or_create(code="850", defaults={"name": "Hampshire"})[0]


@pytest.fixture
def administrator(as_role, hampshire):
    return as_role(Role.ADMINISTRATOR, at=hampshire)


def choose(client, *rows, content=None, name="extract20091101.csv"):
    file = SimpleUploadedFile(name, content or text_of(*rows).encode("cp1252"), content_type="text/csv")
    return client.post(reverse("schools:school-import"), {"file": file}, follow=True)


def go_ahead(client, page, **more):
    form = page.context["form"]
    sent = {"ticket": form["ticket"].value(), "form_key": str(form["form_key"].value()), **more}
    return client.post(reverse("schools:school-import-check"), sent, follow=True), sent


def test_a_file_is_looked_at_first_and_loaded_when_somebody_goes_ahead(administrator):
    page = choose(administrator, line(), line("x"))
    words = page.content.decode()
    assert "Nothing has been changed yet" in words
    assert "The URN must be a number of 6 digits" in words
    assert not School.objects.exists()
    done, sent = go_ahead(administrator, page)
    assert "You have loaded the school register" in done.content.decode()
    run = ImportRun.objects.get()
    assert (run.result["created"], run.started_by, run.as_at) == (1, administrator.user, date(2009, 11, 1))
    again = administrator.post(reverse("schools:school-import-check"), sent, follow=True)
    assert again.redirect_chain[-1][0] == reverse("schools:import-detail", args=[run.pk])
    assert ImportRun.objects.count() == 1


def test_a_page_that_came_instead_of_an_extract_is_refused_at_the_field(administrator):
    page = choose(administrator, content=b"<html><title>404 Not Found</title></html>")
    assert "It is a web page (404 Not Found)" in page.content.decode()
    assert not ImportRun.objects.exists()


def test_only_rows_of_ones_own_authority_are_loaded_and_no_school_is_taken(administrator):
    kent = Authority.objects.update_or_create(code="886", defaults={"name": "Kent"})[0]
    make_school("900003", authority=kent)
    page = choose(administrator, line(), line("900002", LA_code="886"), line("900003"))
    words = page.content.decode()
    assert "Another authority: 1" in words
    assert "The school is in Kent; national staff can move it" in words
    go_ahead(administrator, page)
    assert School.objects.get(urn="900003").local_authority == kent
    assert not School.objects.filter(urn="900002").exists()


def test_many_closings_need_a_tick(administrator, hampshire):
    schools = [make_school(str(900001 + number), authority=hampshire) for number in range(6)]
    page = choose(administrator, *[closed(school.urn) for school in schools])
    assert "6 of 6 open schools of Hampshire would close" in page.content.decode()
    stopped, _sent = go_ahead(administrator, page)
    assert "Confirm that these schools close or move" in stopped.content.decode()
    assert School.objects.filter(status="open").count() == 6
    go_ahead(administrator, page, confirm="on")
    assert not School.objects.filter(status="open").exists()


def test_the_ticket_of_somebody_else_is_worth_nothing(administrator, as_role, hampshire):
    page = choose(administrator, line())
    other = as_role(Role.ADMINISTRATOR, at=hampshire)
    answer, _sent = go_ahead(other, page)
    assert "no longer held" in answer.content.decode()
    assert not School.objects.exists()


def test_national_staff_load_all_authorities(as_role, hampshire):
    page = choose(as_role(Role.PROGRAMME), line(), line("900002", LA_code=people.authority().code))
    assert ">2<" in page.content.decode().replace(" ", "").replace("\n", "")


def test_what_a_load_did_is_seen_by_its_authority_alone(administrator, as_role):
    page = choose(administrator, line())
    go_ahead(administrator, page)
    address = reverse("schools:import-detail", args=[ImportRun.objects.get().pk])
    assert administrator.get(address).status_code == 200
    assert as_role(Role.ADMINISTRATOR).get(address).status_code == 404
    assert as_role(Role.LINE_MANAGER, at=None, user=people.user()).get(address).status_code == 404


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.SENIOR_ADVISER, Role.READER])
def test_loading_is_for_those_who_keep_the_register(as_role, role):
    client = as_role(role)
    for name in ("school-import", "school-import-check"):
        assert client.get(reverse(f"schools:{name}")).status_code == 404
        assert client.post(reverse(f"schools:{name}"), {"x": 1}).status_code == 404
