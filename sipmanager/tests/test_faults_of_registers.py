"""The faults of the registers: bad files, strange names, formulas, other people's records; each test is named after its fault."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Authority, Membership
from accounts.permissions import Role
from partners.models import Deployment
from partners.tests.factories import complete_checks, engage, make_deployment, make_partner
from schools.models import ImportPreview, ImportRun, RegisterTask, School
from schools.tests.extracts import closed, line, text_of
from schools.tests.factories import make_school

pytestmark = pytest.mark.django_db
NAME = "edubasealldata20091101.csv"


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 12:00")  # Monday


@pytest.fixture
def hampshire():
    for code, name in (("850", "Hampshire"), ("886", "Kent")):
        Authority.objects.update_or_create(code=code, defaults={"name": name})
    return Authority.objects.get(code="850")


@pytest.fixture
def administrator(as_role, hampshire):
    return as_role(Role.ADMINISTRATOR, at=hampshire)


def look(client, content, name=NAME, page="schools:school-import", **more):
    content = content if isinstance(content, bytes) else content.encode("cp1252")
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    return client.post(reverse(page), {"file": file, **more}, follow=True)


def go(client, page, **typed):
    return client.post(reverse("schools:import-preview", args=[page.context["preview"].pk]), typed, follow=True)


def kinds(page):
    return [(row.kind, row.key) for row in page.context["listing"].records]


def refused(client, content, why, name=NAME, **more):
    """The file is refused at the field, and nothing of it is in the register."""
    before = (School.objects.count(), ImportRun.objects.count())
    words = look(client, content, name, **more).content.decode()
    assert "There is a problem" in words
    assert why in words
    assert (School.objects.count(), ImportRun.objects.count()) == before


# Data: a GIAS file.


def test_gias_file_in_an_old_encoding(administrator):
    page = look(administrator, text_of(line(EstablishmentName="O\u2019Neill School")).encode("cp1252"))
    go(administrator, page)
    assert School.objects.get().name == "O\u2019Neill School"


def test_gias_file_with_a_byte_order_mark(administrator):
    page = look(administrator, text_of(line()).encode("utf-8-sig"))
    assert kinds(page) == [("created", "900001")]


def test_gias_file_with_extra_and_missing_columns(administrator):
    row = line() | {"Nobody knows this": "x"}
    page = look(administrator, text_of(row, without=("UKPRN", "Street", "HeadFirstName", "HeadLastName")))
    assert kinds(page) == [("created", "900001")]
    refused(administrator, text_of(line(), without=("EstablishmentName",)), "there is no column EstablishmentName")


def test_gias_file_with_a_duplicate_urn(administrator):
    page = look(administrator, text_of(line(), line(Town="Elsewhere")))
    assert kinds(page) == [("rejected", "900001"), ("created", "900001")]
    assert "The URN is on line 2 already" in page.content.decode()


def test_gias_file_with_half_the_rows_gone_warns_and_closes_nobody(administrator, hampshire):
    for number in range(20):
        make_school(str(900001 + number), authority=hampshire)
    page = look(administrator, text_of(*(line(str(900001 + number)) for number in range(10))))
    assert "10 of 20 open schools of Hampshire are not in the file; nothing was changed for that" in page.content.decode()
    go(administrator, page)
    assert School.objects.filter(status="open").count() == 20


def test_gias_file_with_most_rows_closed_or_moved_is_held(administrator, hampshire, as_role):
    for number in range(10):
        make_school(str(900001 + number), authority=hampshire)
    for client, rows in (
        (administrator, [closed(str(900001 + number)) for number in range(6)]),
        (as_role(Role.PROGRAMME), [line(str(900001 + number), LA_code="886", LA_name="Kent") for number in range(6)]),
    ):
        page = look(client, text_of(*rows))
        assert "6 of 10 open schools of Hampshire would close or move" in page.content.decode()
        assert "Confirm that these schools close or move" in go(client, page).content.decode()
        assert School.objects.filter(status="open", local_authority=hampshire).count() == 10


def test_gias_file_of_a_header_only(administrator):
    refused(administrator, text_of(line()).splitlines()[0], "a header and no schools")


def test_html_error_page_with_status_200_instead_of_a_gias_file(administrator):
    refused(administrator, b"<!DOCTYPE html><html><title>Service unavailable</title></html>", "It is a web page")
    refused(administrator, b'{"code":"error.IOerror.download.extract"}', "It is an error message")


def test_closed_school_with_a_live_deployment_is_told_and_the_deployment_is_not_ended_silently(administrator, hampshire):
    school = make_school("900001", authority=hampshire)
    partner = make_partner(sectors={"primary": date(2008, 9, 1)}, authorities=[hampshire])
    complete_checks(engage(partner, hampshire), on=date(2009, 8, 3))
    deployment = make_deployment(partner, school, hampshire)
    page = look(administrator, text_of(closed(on="31-10-2009")))
    assert kinds(page) == [("closed", "900001")]
    go(administrator, page)
    deployment.refresh_from_db()
    assert (deployment.status, deployment.ends_on) == ("active", None)
    assert RegisterTask.objects.filter(subject=f"deployment:{deployment.pk}", kind="closure").exists()
    problems = administrator.get(reverse("site:problem-list")).content.decode()
    assert "end the deployment; the school is not open" in problems


def test_la_code_changed_is_previewed_and_asks_both_authorities(as_role, hampshire):
    make_school("900001", authority=hampshire)
    national = as_role(Role.PROGRAMME)
    page = look(national, text_of(line(LA_code="886", LA_name="Kent")))
    assert kinds(page)[0] == ("moved", "900001")
    assert "<del>Hampshire</del>" in page.content.decode()


def test_a_file_of_another_authority_changes_nothing_and_is_not_called_known_already(administrator):
    page = look(administrator, text_of(line(LA_code="886", LA_name="Kent")))
    assert kinds(page) == []
    assert "Another authority: 1" in page.content.decode()
    assert "Every line of the file was left out, for the reasons above." in page.content.decode()
    assert "does not say already" not in page.content.decode()
    assert not School.objects.exists()


def test_never_silently_closes_schools_a_file_is_looked_at_before_anything_is_written(administrator, hampshire):
    make_school("900001", authority=hampshire)
    look(administrator, text_of(closed()))
    assert School.objects.get().status == "open"


def test_the_same_file_twice_changes_nothing(administrator):
    content = text_of(line(), closed("900002"))
    go(administrator, look(administrator, content))
    before = list(School.objects.order_by("urn").values())
    page = look(administrator, content)
    assert kinds(page) == []
    assert "There is nothing to load" in page.content.decode()
    assert "The file says nothing that the register does not say already." in page.content.decode()
    assert list(School.objects.order_by("urn").values()) == before


# Mail and files: what is handed in.


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"<html><script>alert(1)</script></html>", "extract.csv", "It is a web page"),
        (b"%PDF-1.4", "extract.csv", "It is a PDF"),
        (b"PK\x03\x04broken", "extract.zip", "The zip is damaged or has a password"),
        (b"", "extract.csv", "empty"),
        (b"x", "extract.pdf", "must be a CSV or ZIP"),
        (b"\xd0\xcf\x11\xe0old", "extract.csv", "It is a spreadsheet"),
    ],
)
def test_upload_that_is_not_what_its_name_says_is_refused(administrator, content, name, why):
    refused(administrator, content, why, name)


@pytest.mark.parametrize(
    "name", ["../../x.csv", "con.csv", "\U0001f600" * 120 + ".csv", "\u202efdp.exe.csv", "..\\..\\x.csv", "=cmd|' '!A1.csv"]
)
def test_upload_with_a_strange_name_is_kept_under_a_key_of_our_own(administrator, name):
    page = look(administrator, text_of(line()), name)
    preview = ImportPreview.objects.get()
    assert preview.shelf_key.isalnum()
    assert "/" not in preview.file_name
    assert "\\" not in preview.file_name
    go(administrator, page)
    assert School.objects.count() == 1


def test_upload_of_one_byte_over_is_refused(administrator, monkeypatch):
    from schools.forms import imports

    content = text_of(line()).encode()
    monkeypatch.setattr(imports.UploadForm.base_fields["file"], "max_bytes", len(content) - 1)
    refused(administrator, content, "must be smaller than")


# Access.


def test_another_authoritys_import_tasks_and_preview_by_id_in_url_and_body_are_404_and_change_nothing(
    administrator, as_role, hampshire
):
    page = look(administrator, text_of(line()))
    preview = ImportPreview.objects.get()
    task = RegisterTask.objects.create(
        authority=hampshire, school=make_school(authority=hampshire, urn="900777"),
        kind="closure", subject="post:1", says="End it", url="/",
        key="k", raised_at=preview.made_at,
    )  # fmt: skip
    kent = Authority.objects.get(code="886")
    stranger = as_role(Role.ADMINISTRATOR, at=kent)
    for name, pk in (("import-preview", preview.pk), ("task-detail", task.pk), ("task-settle", task.pk)):
        address = reverse(f"schools:{name}", args=[pk])
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, {"authority": kent.pk, "outcome": "done"}).status_code in (404, 405)
    assert stranger.get(reverse("schools:import-preview", args=[preview.pk]), {"format": "csv"}).status_code == 404
    assert not School.objects.filter(urn="900001").exists()
    assert RegisterTask.objects.get().is_open
    assert page.status_code == 200


def test_post_hidden_fields_status_authority_and_confirm_by_are_ignored(administrator, hampshire):
    page = look(administrator, text_of(line()))
    kent = Authority.objects.get(code="886")
    go(administrator, page, status="closed", authority=kent.pk, started_by=1, run=1, state="done", fingerprint="x")
    assert School.objects.get().local_authority == hampshire
    run = ImportRun.objects.get()
    assert (run.authority, run.started_by) == (hampshire, administrator.user)


def test_remove_a_role_while_the_page_is_open_and_the_next_request_is_refused(administrator):
    page = look(administrator, text_of(line()))
    Membership.objects.filter(user=administrator.user).update(ends_on=date(2009, 11, 15))
    assert go(administrator, page).status_code == 404
    assert not School.objects.exists()


def test_double_click_back_and_reload_of_the_load_have_one_effect(administrator):
    page = look(administrator, text_of(line()))
    addresses = {go(administrator, page).redirect_chain[-1][0] for _click in range(3)}
    assert len(addresses) == 1
    assert ImportRun.objects.count() == 1


# Mail and files: exports.

DANGEROUS = ("=1+1", "+1", "-Smith", "@The Mulberry", "\t=1", "\r=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201")


def rows_of_csv(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def rows_of_xlsx(answer) -> list[tuple]:
    return list(openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active.iter_rows(values_only=True))


@pytest.mark.parametrize("name", DANGEROUS)
def test_export_cells_that_a_spreadsheet_would_run_are_text_and_names_like_smith_stay_readable(as_role, hampshire, name):
    make_school("900001", authority=hampshire, name=f"{name} School")
    partner = make_partner(name, authorities=[hampshire])
    engage(partner, hampshire)
    client = as_role(Role.MANAGER, at=hampshire)
    for page, wanted in (("schools:school-list", f"{name} School"), ("partners:partner-list", name)):
        texts = [cell for row in rows_of_csv(client.get(reverse(page), {"format": "csv"})) for cell in row]
        assert f"'{wanted}" in texts or f"'{wanted}".replace("\r", "\n") in texts
        assert wanted not in texts
        book = openpyxl.load_workbook(io.BytesIO(client.get(reverse(page), {"format": "xlsx"}).getvalue()))
        cells = [cell for row in book.active.iter_rows(min_row=2) for cell in row if cell.value is not None]
        assert all(cell.data_type != "f" for cell in cells)
        assert any(wanted.strip() in str(cell.value).replace("_x000D_", "\r") for cell in cells)


# Rules: facts of two records of one school.


def test_school_merged_with_a_new_urn_keeps_its_sips_three_years(administrator, hampshire):
    go(administrator, look(administrator, text_of(line(), line("900002", EstablishmentName="Brook Lane"))))
    go(administrator, look(administrator, text_of(closed(on="31-10-2009"), line("900002", EstablishmentName="Brook Lane"))))
    text = "URN,LinkURN,LinkType,LinkEstablishedDate\n900001,900002,Successor - merged,01-11-2009\n"
    go(administrator, look(administrator, text, "links.csv", "schools:link-import"))
    partner = make_partner("Ann Able", sectors={"primary": date(2007, 9, 1)}, authorities=[hampshire])
    Deployment.objects.create(
        school=School.objects.get(urn="900001"), partner=partner, authority=hampshire, status="ended",
        starts_on=date(2006, 12, 1), ends_on=date(2009, 10, 31), confirmed_on=date(2006, 12, 1), days=5,
        proposed_at=ImportRun.objects.latest("pk").started_at,
    )  # fmt: skip
    engage(partner, hampshire)
    address = reverse("partners:deploy-check", args=["900002", partner.reference])
    words = administrator.get(address, {"starts_on": "2009-12-01"}).content.decode()
    assert "30 December 2009" in words
