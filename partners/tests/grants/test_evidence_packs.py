"""Evidence packs: asked for, made by the worker, the same from the same records, opened on record (section 12, ROL-32)."""

import csv
import io
import zipfile
from datetime import date, timedelta

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions, jobs
from partners.actions.grants.packing import pdf_context
from partners.models import Deployment, EvidencePack
from partners.selectors import evidence_of
from partners.tests import factories
from partners.tests.factories import moment
from schools.actions import set_programme_start
from schools.facts import Phase
from schools.models import Post, PostKind
from schools.tests import factories as schools
from sipmanager.core import audit, documents
from sipmanager.core.models import AuditEvent
from sipmanager.core.workflow import MoveRefused

pytestmark = pytest.mark.django_db

TODAY = date(2009, 11, 16)  # Monday
AT = moment(TODAY)


@pytest.fixture
def kent(clock_at):
    clock_at("2009-11-16 12:00")
    authority = people.authority("Kent")
    school = schools.make_school(authority=authority, phase=Phase.PRIMARY, name="=Hill Road")
    schools.make_school(authority=authority, phase=Phase.PRIMARY, name="Brook Lane")
    deployment = factories.make_deployment(None, school, authority)
    Deployment.objects.filter(pk=deployment.pk).update(reasons={"DAY-1": "Agreed with the head for this year"})
    head = people.user(full_name="Harriet Head")
    Post.objects.create(school=school, kind=PostKind.HEAD, full_name="Harriet Head", user=head, recorded_at=AT)
    audit.record(what="user.sign_in", subject=head, by=head, at=moment(date(2009, 11, 2)))
    audit.record(what="user.sign_in", subject=head, by=head, at=moment(TODAY + timedelta(days=3)))
    to = {"authority": authority, "programme": "primary", "by": None, "at": AT}
    actions.log_endeavour(condition="COG-D", done_on=TODAY, says="Asked three heads", who="Mary", **to)
    actions.share_information(shared_on=TODAY, use="services", items="Notes", recipient="Contractor", **to)
    actions.make_statement(text="Used for planning.", **to)
    actions.record_sanction(kind="withheld", starts_on=TODAY, says="Until mended", **to)
    actions.name_contact(full_name="Ann Lee", starts_on=TODAY, **to)
    return authority


def made(authority, on=TODAY):
    pack = actions.ask_for_evidence(authority=authority, programme="primary", on=on, by=None, at=AT)
    jobs.make_evidence(pack_id=pack.pk, at=AT)
    return EvidencePack.objects.select_related("document", "folder").get(pk=pack.pk)


def table(content: bytes):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_pack_is_one_tagged_pdf_and_a_folder_of_tables(kent):
    pack = made(kent)
    assert (pack.status, pack.failure) == ("made", "")
    with pikepdf.open(io.BytesIO(documents.read(pack.document))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "Kent" in str(pdf.docinfo.get("/Title", ""))
    with zipfile.ZipFile(io.BytesIO(documents.read(pack.folder))) as archive:
        folder = f"evidence-{kent.code}-primary-2009-11-16"
        files = {name.removeprefix(f"{folder}/"): archive.read(name) for name in archive.namelist()}
    assert files["evidence.pdf"] == documents.read(pack.document)
    assert {row[0] for row in table(files["conditions.csv"])[1:]} >= {"COG-A", "COG-B", "COG-E-meetings", "COG-J"}
    assert table(files["endeavours.csv"])[1] == ["COG-D", "2009-11-16", "Asked three heads", "Mary"]
    assert table(files["overrides.csv"])[1][-2:] == ["DAY-1", "Agreed with the head for this year"]
    assert table(files["schools-and-sips.csv"])[1][1] == "'=Hill Road", "what a spreadsheet would run is disarmed"
    assert table(files["accounts.csv"])[1][-2:] == ["Harriet Head", "2009-11-02 09:00"], "sign-ins after the day stay out"
    assert table(files["grant.csv"])[-1][:5] == ["", "Total", "", "", "449.17"]
    assert table(files["contacts.csv"])[1][0] == "Ann Lee"
    assert [len(table(files[f"{name}.csv"])) for name in ("sharing", "statements", "sanctions", "deployments")] == [2, 2, 2, 2]
    assert not any("425" in cell for row in table(files["agreements.csv"]) for cell in row), "rates of pay stay out"


def test_d_21_the_same_records_give_the_same_bytes_and_a_new_one_of_that_day_others(kent):
    first, second = made(kent), made(kent)
    assert (first.document_id, first.folder_id) == (second.document_id, second.folder_id)
    to = {"authority": kent, "programme": "primary", "by": None, "at": AT}
    actions.log_endeavour(condition="COG-D", done_on=TODAY, says="Wrote to the governors", who="Mary", **to)
    assert made(kent).folder_id != first.folder_id


def test_a_pack_of_a_past_day_knows_nothing_of_later_days(kent):
    tables = evidence_of(authority=kent, programme="primary", on=date(2009, 8, 31))
    assert {name: len(tables.sheet(name).rows) for name in ("deployments", "endeavours", "sharing", "sanctions", "contacts")} == {
        "deployments": 0, "endeavours": 0, "sharing": 0, "sanctions": 0, "contacts": 0,
    }  # fmt: skip


def test_gra_4_the_pdf_says_the_grant_in_pounds_and_its_year_in_words(kent):
    found = pdf_context(evidence_of(authority=kent, programme="primary", on=TODAY))
    assert found["grant"] == {"year": "2009 to 2010", "amount": "£449.17"}
    html = render_to_string("partners/pdf/evidence.html", {**found, "language": "en-GB"})
    assert "financial year 2009 to 2010: £449.17 for 1 school." in html


def test_cog_a_a_deadline_long_past_is_said_so_in_the_pdf_and_in_the_table(kent):
    set_programme_start(authority=kent, programme="primary", letter_on=None, coverage_by=date(2008, 4, 30), by=None, at=AT)
    tables = evidence_of(authority=kent, programme="primary", on=TODAY)
    html = render_to_string("partners/pdf/evidence.html", {**pdf_context(tables), "language": "en-GB"})
    assert "Passed 565 days ago" in html
    assert "-565" not in html
    first = tables.sheet("conditions").rows[0]
    assert "Deadline: 30 April 2008; Time to the deadline: Passed 565 days ago" in first[4]


def test_a_pack_of_a_day_before_the_archive_format_knows_any_is_made_all_the_same(kent):
    assert made(kent, on=date(1950, 1, 1)).status == "made"


def test_nothing_happens_twice_and_a_failure_is_said(kent, monkeypatch):
    pack = made(kent)
    jobs.make_evidence(pack_id=pack.pk, at=AT)
    assert AuditEvent.objects.filter(what="evidence.make").count() == 1
    from partners.actions.grants import packing

    monkeypatch.setattr(packing, "evidence_of", lambda **_: 1 / 0)
    broken = actions.ask_for_evidence(authority=kent, programme="primary", on=TODAY, by=None, at=AT)
    with pytest.raises(ZeroDivisionError):
        jobs.make_evidence(pack_id=broken.pk, at=AT)
    broken.refresh_from_db()
    assert (broken.status, broken.document) == ("failed", None)
    assert "Ask for it again" in broken.failure
    actions.fail_evidence(pack=broken, reason="Once more", at=AT)
    assert AuditEvent.objects.filter(what="evidence.fail").count() == 1


def test_the_night_makes_what_no_worker_came_to_make(kent):
    EvidencePack.objects.create(authority=kent, programme="primary", on=TODAY, asked_at=AT)
    assert jobs.make_waiting_packs(partition=kent.code, on=TODAY, at=AT, dry_run=True).states_changed == 1
    assert jobs.make_waiting_packs(partition=kent.code, on=TODAY, at=AT).states_changed == 1
    assert EvidencePack.objects.get().status == "made"
    assert jobs.make_waiting_packs(partition=kent.code, on=TODAY, at=AT).states_changed == 0


def test_two_workers_make_one_pack(kent, monkeypatch):
    pack = EvidencePack.objects.create(authority=kent, programme="primary", on=TODAY, asked_at=AT)
    late = EvidencePack.objects.select_related("authority").get(pk=pack.pk)
    actions.make_evidence(pack=EvidencePack.objects.select_related("authority").get(pk=pack.pk), at=AT)
    actions.make_evidence(pack=late, at=AT)
    assert AuditEvent.objects.filter(what="evidence.make").count() == 1


def test_one_failing_pack_leaves_the_others_of_the_night(kent, monkeypatch):
    from partners.actions.grants import packing

    EvidencePack.objects.create(authority=kent, programme="primary", on=TODAY, asked_at=AT)
    monkeypatch.setattr(packing, "evidence_of", lambda **_: 1 / 0)
    tally = jobs.make_waiting_packs(partition=kent.code, on=TODAY, at=AT)
    assert [failure["step"] for failure in tally.failures] == ["make_packs"]


def test_a_pack_is_asked_for_a_day_that_has_come_by_those_who_may(kent):
    with pytest.raises(MoveRefused, match="today or in the past"):
        actions.ask_for_evidence(authority=kent, programme="primary", on=TODAY + timedelta(days=1), by=None, at=AT)
    with pytest.raises(MoveRefused, match="trust"):
        actions.ask_for_evidence(authority=people.trust(), programme="primary", on=TODAY, by=None, at=AT)
    stranger = people.member(Role.MANAGER, at=people.authority("Barford"))
    with pytest.raises(PermissionDenied):
        actions.ask_for_evidence(authority=kent, programme="primary", on=TODAY, by=stranger, at=AT)
    assert not EvidencePack.objects.exists()


def test_a_manager_asks_on_the_page_and_opening_stands_on_the_record(kent, as_role, django_capture_on_commit_callbacks):
    client = as_role(Role.MANAGER, at=kent)
    page = client.get(reverse("partners:pack-list", args=[kent.code, "primary"]))
    given = {"form_key": page.context["form"]["form_key"].value(), "on": TODAY.isoformat()}
    with django_capture_on_commit_callbacks(execute=True):
        sent = client.post(page.request["PATH_INFO"], given)
    pack = EvidencePack.objects.get()
    assert sent.url == reverse("partners:pack-detail", args=[pack.pk])
    assert pack.status == "made", "the worker came"
    assert "Open the PDF" in client.get(sent.url).content.decode()
    for name, kind in (("pdf", "application/pdf"), ("tables", "application/zip")):
        answer = client.get(reverse("partners:pack-file", args=[pack.pk, name]))
        assert (answer.status_code, answer["Content-Type"]) == (200, kind)
        assert "no-store" in answer["Cache-Control"]
    assert AuditEvent.objects.filter(what="evidence.open", subject=f"evidence:{pack.pk}").count() == 2
    assert client.get(reverse("partners:pack-file", args=[pack.pk, "other"])).status_code == 404
    stranger = as_role(Role.MANAGER, at=people.authority("Barford"))
    assert stranger.get(reverse("partners:pack-file", args=[pack.pk, "pdf"])).status_code == 404
    assert as_role(Role.SENIOR_ADVISER, at=kent).get(sent.url).status_code == 404


def test_a_pack_that_is_not_made_yet_says_so(kent, as_role):
    client = as_role(Role.MANAGER, at=kent)
    pack = EvidencePack.objects.create(authority=kent, programme="primary", on=TODAY, asked_at=AT)
    assert "See whether it is ready" in client.get(reverse("partners:pack-detail", args=[pack.pk])).content.decode()
    answer = client.get(reverse("partners:pack-file", args=[pack.pk, "pdf"]), follow=True)
    assert "The pack is not made yet" in answer.content.decode()
    actions.fail_evidence(pack=pack, reason="Something went wrong.", at=AT)
    assert "Ask for another" in client.get(reverse("partners:pack-detail", args=[pack.pk])).content.decode()
