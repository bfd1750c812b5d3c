"""Loading a register in the browser: look first, go ahead, and load the very file that was looked at."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Authority, Membership
from accounts.permissions import Role
from accounts.tests import factories as people
from schools import jobs
from schools.imports import previews
from schools.models import ImportPreview, ImportRun, PreviewRow, School, SchoolLink
from schools.tests.extracts import closed, line, text_of
from schools.tests.factories import make_school
from sipmanager.core import clock, uploads

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


def choose(client, *rows, content=None, name="extract20091101.csv", page="school-import"):
    file = SimpleUploadedFile(name, content or text_of(*rows).encode("cp1252"), content_type="text/csv")
    return client.post(reverse(f"schools:{page}"), {"file": file}, follow=True)


def preview_of(page) -> ImportPreview:
    return page.context["preview"]


def go_ahead(client, page, **more):
    return client.post(reverse("schools:import-preview", args=[preview_of(page).pk]), more, follow=True)


def shown(page):
    return [(row.kind, row.key) for row in page.context["listing"].records]


def test_a_file_is_looked_at_first_and_loaded_when_somebody_goes_ahead(administrator):
    page = choose(administrator, line(), line("x"))
    words = page.content.decode()
    assert "Nothing has been changed yet" in words
    assert "The URN must be a number of 6 digits" in words
    assert shown(page) == [("rejected", "x"), ("created", "900001")]
    assert not School.objects.exists()
    done = go_ahead(administrator, page)
    assert "You have loaded the school register" in done.content.decode()
    run = ImportRun.objects.get()
    assert (run.result["created"], run.started_by, run.as_at) == (1, administrator.user, date(2009, 11, 1))


def test_saving_a_view_of_the_list_is_not_offered_and_loads_nothing(administrator):
    page = choose(administrator, line())
    assert "Save this view" not in page.content.decode()
    assert go_ahead(administrator, page, action="save_view").status_code == 400
    assert not School.objects.exists()


def test_the_second_click_finds_what_the_first_one_did(administrator):
    page = choose(administrator, line())
    go_ahead(administrator, page)
    again = go_ahead(administrator, page)
    assert again.redirect_chain[-1][0] == reverse("schools:import-detail", args=[ImportRun.objects.get().pk])
    assert ImportRun.objects.count() == 1


def test_each_field_is_shown_before_and_after_and_the_lines_are_filtered_and_exported(administrator):
    go_ahead(administrator, choose(administrator, line(), line("900002"), line("900003")))
    page = choose(
        administrator, line(Town="Liss"), closed("900002", on="31-10-2009"), line("900003", HeadLastName="Later"),
        name="extract20091102.csv",
    )  # fmt: skip
    assert sorted(shown(page)) == [("closed", "900002"), ("head", "900003"), ("updated", "900001")]
    words = page.content.decode()
    assert "<del>Alton</del>" in words
    assert "<ins>Liss</ins>" in words
    assert "<del>Ann Early</del>" in words
    address = reverse("schools:import-preview", args=[preview_of(page).pk])
    assert shown(administrator.get(address, {"kind": "closed"})) == [("closed", "900002")]
    assert shown(administrator.get(address, {"q": "900003"})) == [("head", "900003")]
    text = administrator.get(address, {"kind": "updated", "format": "csv"}).getvalue().decode()
    assert "Town: Alton → Liss" in text
    assert "900002" not in text
    book = openpyxl.load_workbook(io.BytesIO(administrator.get(address, {"kind": "closed", "format": "xlsx"}).getvalue()))
    assert [row[-1].value for row in book.active.iter_rows(min_row=2)] == ["900002"]


def test_the_bytes_lie_in_the_private_storage_until_they_are_loaded(administrator):
    page = choose(administrator, line())
    key = preview_of(page).shelf_key
    with storages["documents"].open(f"{uploads.FOLDER}/{key}") as file:
        assert b"Hill Road" in file.read()
    go_ahead(administrator, page)
    assert not storages["documents"].exists(f"{uploads.FOLDER}/{key}")
    assert not PreviewRow.objects.exists()


def test_what_is_loaded_is_what_was_looked_at_though_the_register_changed_in_between(administrator):
    go_ahead(administrator, choose(administrator, line()))
    page = choose(administrator, line(Town="Liss"), name="extract20091102.csv")
    School.objects.filter(urn="900001").update(town="Petersfield", line_digest="")
    answer = go_ahead(administrator, page)
    words = answer.content.decode()
    assert "The register has changed since you looked at this file, so it was not loaded" in words
    assert "<del>Petersfield</del>" in words
    assert School.objects.get().town == "Petersfield"
    assert ImportRun.objects.count() == 1
    go_ahead(administrator, answer)
    assert School.objects.get().town == "Liss"


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
    stopped = go_ahead(administrator, page)
    assert "Confirm that these schools close or move" in stopped.content.decode()
    assert School.objects.filter(status="open").count() == 6
    go_ahead(administrator, page, confirm="on")
    assert not School.objects.filter(status="open").exists()


def test_a_colleague_may_go_ahead_and_a_stranger_learns_nothing_of_the_file(administrator, as_role, hampshire):
    page = choose(administrator, line())
    stranger = as_role(Role.ADMINISTRATOR)
    address = reverse("schools:import-preview", args=[preview_of(page).pk])
    assert stranger.get(address).status_code == 404
    assert stranger.post(address).status_code == 404
    assert not School.objects.exists()
    go_ahead(as_role(Role.MANAGER, at=hampshire), page)
    assert School.objects.exists()


def test_a_right_that_ended_in_between_loads_nothing(administrator, hampshire):
    page = choose(administrator, line())
    preview = preview_of(page)
    Membership.objects.filter(user=administrator.user).update(ends_on=date(2009, 11, 15))
    assert administrator.post(reverse("schools:import-preview", args=[preview.pk])).status_code == 404
    ImportPreview.objects.filter(pk=preview.pk).update(state="loading", asked_by=administrator.user)
    jobs.load_preview(preview_id=preview.pk, on=date(2009, 11, 16), at=clock.now())
    preview.refresh_from_db()
    assert (preview.state, preview.problem) == ("refused", "Your right to load this file has ended")
    assert not School.objects.exists()


def test_national_staff_load_all_authorities(as_role, hampshire):
    page = choose(as_role(Role.PROGRAMME), line(), line("900002", LA_code=people.authority().code))
    assert sorted(shown(page)) == [("created", "900001"), ("created", "900002")]


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
    for name in ("school-import", "link-import"):
        assert client.get(reverse(f"schools:{name}")).status_code == 404
        assert client.post(reverse(f"schools:{name}"), {"x": 1}).status_code == 404


def test_links_are_looked_at_and_loaded_the_same_way(administrator):
    go_ahead(administrator, choose(administrator, closed(), line("900002", EstablishmentName="Brook Lane")))
    text = b"URN,LinkURN,LinkType,LinkEstablishedDate\n900001,900002,Successor,01-09-2009\n900001,900009,Successor,\n"
    page = choose(administrator, content=text, name="links.csv", page="link-import")
    assert shown(page) == [("created", "900001"), ("warning", "900009")]
    assert "Brook Lane (900002)" in page.content.decode()
    done = go_ahead(administrator, page)
    assert "You have loaded the links between schools" in done.content.decode()
    assert SchoolLink.objects.get().since_on == date(2009, 9, 1)


# Large files go to the worker.


@pytest.fixture
def _large(monkeypatch):
    monkeypatch.setattr(previews, "LARGE", 10)


@pytest.fixture
def handed_over(monkeypatch):
    """What the worker would be given; the test plays the worker."""
    from schools import tasks

    given = []
    for task in (tasks.read_preview, tasks.load_preview):
        monkeypatch.setattr(task, "delay", lambda pk, task=task: given.append((task.name.rpartition(".")[2], pk)))
    return given


@pytest.mark.usefixtures("_large")
def test_a_large_file_is_read_and_loaded_by_the_worker_and_the_page_says_how_far_it_is(administrator, handed_over):
    page = choose(administrator, line(), line("900002"))
    preview = ImportPreview.objects.get()
    assert handed_over == [("read_preview", preview.pk)]
    assert "The file is being read" in page.content.decode()
    jobs.read_preview(preview_id=preview.pk, on=clock.today(), at=clock.now())
    address = reverse("schools:import-preview", args=[preview.pk])
    page = administrator.get(address)
    assert len(shown(page)) == 2
    answer = go_ahead(administrator, page)
    assert handed_over[1:] == [("load_preview", preview.pk)]
    assert "0 of 2 lines written" in answer.content.decode()
    go_ahead(administrator, page)
    assert len(handed_over) == 2
    jobs.load_preview(preview_id=preview.pk, on=clock.today(), at=clock.now())
    assert administrator.get(address)["Location"] == reverse("schools:import-detail", args=[ImportRun.objects.get().pk])
    jobs.load_preview(preview_id=preview.pk, on=clock.today(), at=clock.now())
    assert ImportRun.objects.count() == 1


@pytest.mark.usefixtures("_large")
def test_a_load_that_was_cut_short_goes_on_where_it_was(administrator, handed_over):
    choose(administrator, line(), line("900002"))
    preview = ImportPreview.objects.get()
    jobs.read_preview(preview_id=preview.pk, on=clock.today(), at=clock.now())
    make_school("900001", authority=preview.authority)
    ImportPreview.objects.filter(pk=preview.pk).update(state="loading", asked_by=preview.made_by, lines_done=1)
    jobs.load_preview(preview_id=preview.pk, on=clock.today(), at=clock.now())
    preview.refresh_from_db()
    assert preview.state == "done"
    assert School.objects.count() == 2


@pytest.mark.usefixtures("_large")
def test_a_large_file_that_is_none_says_so_on_its_page(administrator, handed_over):
    choose(administrator, content=b"<html><title>404 Not Found</title></html>")
    preview = ImportPreview.objects.get()
    jobs.read_preview(preview_id=preview.pk, on=clock.today(), at=clock.now())
    words = administrator.get(reverse("schools:import-preview", args=[preview.pk])).content.decode()
    assert "The file was not loaded" in words
    assert "It is a web page" in words
    jobs.read_preview(preview_id=preview.pk, on=clock.today(), at=clock.now())


def test_a_fault_of_the_service_leaves_the_preview_refused_and_is_raised(administrator, monkeypatch):
    page = choose(administrator, line())
    preview = preview_of(page)
    ImportPreview.objects.filter(pk=preview.pk).update(state="loading", asked_by=administrator.user)
    monkeypatch.setitem(previews._loaders, "schools", lambda **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        jobs.load_preview(preview_id=preview.pk, on=clock.today(), at=clock.now())
    preview.refresh_from_db()
    assert preview.state == "refused"


def test_a_file_nobody_went_on_with_is_forgotten_in_the_night(administrator):
    page = choose(administrator, line())
    preview = preview_of(page)
    later = clock.now() + uploads.LASTS + timedelta(minutes=1)
    jobs.clear_away(partition="850", on=later.date(), at=later)
    jobs.clear_away(partition="national", on=later.date(), at=later, dry_run=True)
    assert PreviewRow.objects.exists()
    jobs.clear_away(partition="national", on=later.date(), at=later)
    assert not PreviewRow.objects.exists()
    assert "no longer held" in administrator.get(reverse("schools:import-preview", args=[preview.pk])).content.decode()


def test_a_file_that_is_gone_from_the_storage_is_not_loaded(administrator):
    page = choose(administrator, line())
    uploads.throw_away(key=preview_of(page).shelf_key)
    assert "The file is no longer held" in go_ahead(administrator, page).content.decode()
    assert not School.objects.exists()
