"""The file of deployments, as what is to be and as what happened, by the command and by the page (D-11, D-17)."""

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from accounts.models import Authority
from accounts.permissions import Role
from accounts.tests import factories as people
from partners.imports import import_deployments
from partners.models import Contract, Deployment, Engagement, NationalNotification, Partner, PartnerKind, Willingness
from partners.tests.factories import complete_checks, engage, make_partner, make_ready
from schools.facts import Phase
from schools.models import ImportRun
from schools.tests.factories import make_head, make_school
from sipmanager.core import clock
from sipmanager.core.models import AuditEvent, OutgoingEmail

pytestmark = pytest.mark.django_db
HEADER = "partner_reference,school_urn,start,end,days,contract_confirmed,consulted_on"


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00")


@pytest.fixture
def kent():
    return Authority.objects.get(code="886")


@pytest.fixture
def school(kent):
    school = make_school(name="Hill Road Primary School", authority=kent)
    make_head(school, email="head@example.org")
    return school


@pytest.fixture
def ann(kent):
    return make_partner("Ann Able", reference="S1", sectors={"primary": date(2006, 1, 10)}, regions=[kent.region])


@pytest.fixture
def ben(kent):
    return make_partner("Ben Bold", reference="S2", sectors={"primary": date(2008, 1, 10)}, regions=[kent.region])


@pytest.fixture
def load(tmp_path, capsys):
    def run(*rows, options=(), authority="886"):
        path = tmp_path / "deployments.csv"
        path.write_text("\n".join([HEADER, *rows]) + "\n")
        capsys.readouterr()
        try:
            call_command("import_deployments", str(path), "--authority", authority, *options)
            code = 0
        except SystemExit as stop:
            code = stop.code
        return json.loads(capsys.readouterr().out), code

    return run


# --------------------------------------------------------------------------------------------- without --historic


def test_a_row_whose_checks_are_on_record_is_confirmed(load, kent, school, ben):
    complete_checks(engage(ben, kent))
    said, code = load(f"S2,{school.urn},2009-12-01,2010-08-31,6,yes,2009-11-02")
    assert (code, said["created"], said["warnings"], said["breaches"]) == (0, 1, [], [])
    deployment = Deployment.objects.get()
    assert (deployment.status, deployment.ends_on, deployment.days) == ("confirmed", date(2010, 8, 31), 6)
    assert deployment.consulted_on == date(2009, 11, 2)
    assert NationalNotification.objects.get().sent_on is None


def test_a_row_without_checks_is_agreed_and_says_what_is_missing(load, kent, school, ben):
    said, code = load(f"S2,{school.urn},2009-12-01,,,yes,")
    assert (code, said["created"]) == (0, 1)
    assert Deployment.objects.get().status == "agreed"
    assert Engagement.objects.get().authority == kent
    assert Contract.objects.get().school == school
    reason = said["warnings"][0]["reason"]
    assert reason.startswith("Agreed and not confirmed: ")
    assert "No CRB check of Ben Bold is on record with Kent." in reason
    assert "contract" not in reason
    assert not NationalNotification.objects.exists()


def test_act_3_an_import_refuses_with_every_finding_and_changes_nothing(load, kent, school, ben):
    """ACT-3, through the import: sector, region, three years; and a missing contract leaves the row unconfirmed."""
    secondary = make_school(name="Big School", authority=kent, phase=Phase.SECONDARY)
    elsewhere = Authority.objects.get(code="801").region
    ben.willingness.update(region=elsewhere)
    before = AuditEvent.objects.count()
    said, code = load(f"S2,{secondary.urn},2009-12-01,2012-12-01,5,yes,")
    assert (code, said["created"], said["read"]) == (1, 0, 1)
    reason = said["rejected"][0]["reason"]
    for part in ("PRE-1:", "PRE-7:", "DEP-10:"):
        assert part in reason
    assert not Deployment.objects.exists()
    assert not Engagement.objects.exists()
    assert not Contract.objects.exists()
    assert AuditEvent.objects.count() == before
    ben.willingness.update(region=kent.region)
    complete_checks(engage(ben, kent))
    said, _ = load(f"S2,{school.urn},2009-12-01,,,no,")
    assert "No confirmed contract" in said["warnings"][0]["reason"]
    assert Deployment.objects.get().status == "agreed"


def test_the_same_file_twice_is_unchanged(load, kent, school, ben):
    row = f"S2,{school.urn},2009-12-01,2010-08-31,5,no,2009-11-02"
    load(row)
    events = AuditEvent.objects.count()
    said, code = load(row)
    assert (code, said["unchanged"], said["created"], said["updated"]) == (0, 1, 0, 0)
    assert AuditEvent.objects.count() == events
    assert Deployment.objects.count() == 1


def test_dep_6_a_row_whose_school_is_to_have_its_say_is_proposed_and_says_so(load, kent, school, ben):
    """Until the school has had it, a later contract does not confirm it either."""
    people.policy(kent, preset="learning_trust")
    complete_checks(engage(ben, kent))
    said, code = load(f"S2,{school.urn},2010-01-04,,,no,")
    assert (code, said["created"]) == (0, 1)
    assert said["warnings"][0]["reason"] == "Proposed: the school has its say first, and has been asked."
    said, _ = load(f"S2,{school.urn},2010-01-04,,,yes,")
    assert "Proposed and not confirmed" in said["warnings"][0]["reason"]
    assert Deployment.objects.get().status == "proposed"


def test_a_contract_that_comes_later_confirms_what_waited_for_it(load, kent, school, ben):
    complete_checks(engage(ben, kent))
    load(f"S2,{school.urn},2009-12-01,,,no,")
    said, _ = load(f"S2,{school.urn},2009-12-01,,,yes,")
    assert said["updated"] == 1
    assert Deployment.objects.get().status == "confirmed"


def test_an_end_that_comes_later_ends_the_deployment(load, kent, school, ben):
    make_ready(ben, school, kent)
    load(f"S2,{school.urn},2009-12-01,,,yes,")
    said, _ = load(f"S2,{school.urn},2009-12-01,2010-04-30,,yes,")
    assert said["updated"] == 1
    deployment = Deployment.objects.get()
    assert (deployment.status, deployment.ends_on) == ("ending", date(2010, 4, 30))


def test_unknown_keys_and_bad_values_are_rejected_by_line(load, kent, school, ben):
    said, code = load(
        f"NOBODY,{school.urn},2009-12-01,,,,", "S2,999999,2009-12-01,,,,",
        f"S2,{school.urn},2010-05-01,2010-04-01,x,maybe,2012-01-01", ",,,,,,yes",
    )  # fmt: skip
    assert (code, said["read"], len(said["rejected"])) == (1, 4, 4)
    reasons = {row["line"]: row["reason"] for row in said["rejected"]}
    assert reasons[2] == "There is no SIP with the reference NOBODY."
    assert reasons[3] == "No school with the URN 999999 is on the register."
    for part in ("lies before the start", "must be a number, not x", "yes or no, not maybe", "must be today or in the past"):
        assert part in reasons[4]
    assert not Deployment.objects.exists()


def test_rows_of_other_authorities_are_left_out(load, kent, ben):
    strange = make_school(authority=Authority.objects.get(code="850"))
    said, code = load(f"S2,{strange.urn},2009-12-01,,,,")
    assert (code, said["skipped"], said["created"]) == (0, 1, 0)
    assert list(said["skipped_because"]) == ["Kent does not run the SIP of the school on the day of the start"]


def test_a_dry_run_writes_nothing(load, kent, school, ben):
    said, _ = load(f"S2,{school.urn},2009-12-01,,,yes,", options=["--dry-run"])
    assert said["created"] == 1
    for model in (Deployment, Engagement, Contract, ImportRun, AuditEvent, OutgoingEmail):
        assert not model.objects.exists()


# ---------------------------------------------------------------------------------------------------- with --historic


def test_history_is_recorded_as_it_was_and_nobody_is_written_to(load, kent, school, ann):
    said, code = load(f"S1,{school.urn},2006-09-01,2009-08-31,5,,2006-06-01", options=["--historic"])
    assert (code, said["created"], said["breaches"]) == (0, 1, [])
    deployment = Deployment.objects.get()
    assert (deployment.status, deployment.confirmed_on, deployment.is_historic) == ("ended", date(2006, 9, 1), True)
    assert Contract.objects.get().confirmed_on == date(2006, 9, 1)
    assert {row.is_elsewhere for row in NationalNotification.objects.all()} == {True}
    assert not OutgoingEmail.objects.exists()


def test_breaches_are_listed_and_the_later_lead_waits_for_the_earlier(load, kent, school, ann, ben):
    """D-17: of two overlapping leads the later leads from the day after the earlier ends."""
    said, code = load(
        f"S2,{school.urn},2009-03-01,2009-10-31,5,,", f"S1,{school.urn},2006-02-01,2009-04-30,5,,", options=["--historic"]
    )
    assert (code, said["created"]) == (0, 2)
    assert sorted((row["line"], row["rule"]) for row in said["breaches"]) == [(2, "DEP-9"), (3, "DEP-10")]
    assert "31 January 2009" in next(row["because"] for row in said["breaches"] if row["rule"] == "DEP-10")
    spans = Deployment.objects.order_by("starts_on").values_list("partner__reference", "lead_from", "lead_until")
    assert list(spans) == [("S1", date(2006, 2, 1), date(2009, 4, 30)), ("S2", date(2009, 5, 1), date(2009, 10, 31))]


def test_history_twice_is_unchanged_and_a_shifted_stay_is_rejected(load, kent, school, ann):
    row = f"S1,{school.urn},2006-09-01,2009-08-31,5,,"
    load(row, options=["--historic"])
    assert load(row, options=["--historic"])[0]["unchanged"] == 1
    said, code = load(f"S1,{school.urn},2006-10-01,2009-07-31,5,,", options=["--historic"])
    assert code == 1
    assert said["rejected"][0]["reason"] == (
        "The SIP is on record at this school already, 1 September 2006 to 31 August 2009."
    )


def test_a_day_of_no_year_that_anybody_means_is_rejected_by_line(load, kent, school, ann, ben):
    said, code = load(
        f"S1,{school.urn},0001-01-01,,5,,", f"S2,{school.urn},2009-03-01,9999-09-09,5,,",
        f"S1,{school.urn},2008-03-01,2008-06-30,5,,", options=["--historic"],
    )  # fmt: skip
    assert (code, [row["line"] for row in said["rejected"]]) == (1, [2, 3])
    assert "the year of 9999-09-09 must be from 1900 to 2999" in said["rejected"][1]["reason"]
    assert [row.partner for row in Deployment.objects.all()] == [ann]


def test_what_an_import_found_is_listed_by_line(load, kent, school, ann, ben):
    other = make_school(name="Brook Lane Middle School", authority=kent, phase=Phase.MIDDLE_DEEMED_SECONDARY)
    said, _ = load(
        f"S2,{other.urn},2009-06-01,2009-07-31,5,yes,",
        f"S1,{other.urn},2007-06-01,2007-07-31,5,yes,",
        options=["--historic"],
    )
    assert [(row["line"], row["rule"]) for row in said["breaches"]] == [(2, "PRE-1"), (3, "PRE-1")]


@pytest.mark.parametrize("is_historic", [True, False], ids=["history", "to come"])
def test_nobody_loads_a_deployment_of_their_own(kent, school, ann, ben, as_role, is_historic):
    manager = as_role(Role.MANAGER, at=kent)
    ben.user = manager.user
    ben.save(update_fields=["user"])
    rows = [f"S2,{school.urn},2009-03-01,2009-06-30,5,yes,", f"S1,{school.urn},2008-03-01,2008-06-30,5,yes,"]
    outcome = import_deployments(
        content="\n".join([HEADER, *rows]).encode(), file_name="deployments.csv", authority=kent, by=manager.user,
        on=date(2009, 11, 16), at=clock.now(), is_historic=is_historic,
    )  # fmt: skip
    assert [row["line"] for row in outcome.rejected if "themself" in row["reason"]] == [2]
    assert not Deployment.objects.filter(partner=ben).exists()
    assert Deployment.objects.filter(partner=ann).exists()


def test_what_has_not_begun_is_no_history(load, kent, school, ann):
    said, code = load(f"S1,{school.urn},2009-12-01,,5,,", options=["--historic"])
    assert code == 1
    assert "is no history yet" in said["rejected"][0]["reason"]


# ------------------------------------------------------------------------------------------------------ by the page


def upload(client, name, text, **more):
    file = SimpleUploadedFile("rows.csv", text.encode(), content_type="text/csv")
    return client.post(reverse(f"partners:{name}"), {"file": file, **more}, follow=True)


def go_on(client, page):
    """Go ahead with the file that a page shows, and see where that leads."""
    return client.post(reverse("partners:import-preview", args=[page.context["preview"].pk]), follow=True)


def where(answer):
    return answer.redirect_chain[-1][0]


def test_the_page_shows_what_would_happen_and_does_it_once(kent, school, ben, as_role):
    client = as_role(Role.MANAGER, at=kent)
    text = f"{HEADER}\nS2,{school.urn},2009-12-01,,,yes,\nS9,{school.urn},2009-12-01,,,yes,\n"
    page = upload(client, "deployment-import", text, authority=kent.pk, is_historic="no")
    words = page.content.decode()
    assert "What the file would do" in words
    assert "There is no SIP with the reference S9" in words
    row = next(row for row in page.context["listing"].records if row.kind == "created")
    assert ["Start", "", "1 December 2009"] in row.changes
    assert not Deployment.objects.exists()
    answer = go_on(client, page)
    assert where(go_on(client, page)) == where(answer)
    assert Deployment.objects.count() == 1
    done = answer.content.decode()
    assert "The file is loaded" in done
    assert "Line 3" in done


@pytest.mark.parametrize(("name", "first"), [("partner-import", "first_name"), ("deployment-import", "partner_reference")])
def test_the_page_names_the_columns_as_a_file_spells_them(kent, as_role, name, first):
    page = as_role(Role.ADMINISTRATOR, at=kent).get(reverse(f"partners:{name}")).content.decode()
    assert f"It needs {first}," in page


def test_the_page_loads_sips_for_ones_own_authority_alone(kent, as_role):
    client = as_role(Role.ADMINISTRATOR, at=kent)
    header = "first_name,last_name,email,kind,authorities"
    text = f"{header}\nAnn,Able,ann@example.org,consultant,886\nBen,Bold,ben@example.org,consultant,850\n"
    page = upload(client, "partner-import", text, authority=kent.pk)
    go_on(client, page)
    assert Partner.objects.get().full_name == "Ann Able"
    assert Engagement.objects.get().authority == kent
    elsewhere = Authority.objects.get(code="850")
    refused = upload(client, "partner-import", text, authority=elsewhere.pk)
    assert "There is a problem" in refused.content.decode()


def test_a_file_is_its_authoritys_and_nobody_elses(kent, school, ben, as_role):
    text = f"{HEADER}\nS2,{school.urn},2009-12-01,,,yes,\n"
    page = upload(as_role(Role.MANAGER, at=kent), "deployment-import", text, authority=kent.pk, is_historic="no")
    stranger = as_role(Role.MANAGER, at=Authority.objects.get(code="850"))
    assert go_on(stranger, page).status_code == 404
    assert not Deployment.objects.exists()
    assert "You have loaded the deployments" in go_on(as_role(Role.ADMINISTRATOR, at=kent), page).content.decode()


def test_deployments_are_loaded_as_they_were_looked_at_or_not_at_all(kent, school, ben, as_role):
    client = as_role(Role.MANAGER, at=kent)
    text = f"{HEADER}\nS2,{school.urn},2009-12-01,,,yes,\n"
    page = upload(client, "deployment-import", text, authority=kent.pk, is_historic="no")
    Willingness.objects.filter(partner=ben).delete()
    answer = go_on(client, page)
    assert "The register has changed since you looked at this file" in answer.content.decode()
    assert "PRE-7" in answer.content.decode()
    assert not Deployment.objects.exists()
    assert not ImportRun.objects.exists()


def test_sips_are_loaded_as_they_were_looked_at_or_not_at_all(kent, as_role):
    client = as_role(Role.ADMINISTRATOR, at=kent)
    text = "reference,first_name,last_name,email,kind,authorities\nX1,Ann,Able,ann@example.org,consultant,886\n"
    go_on(client, upload(client, "partner-import", text, authority=kent.pk))
    changed = text.replace("consultant", "former_head")
    page = upload(client, "partner-import", changed, authority=kent.pk)
    (row,) = [row for row in page.context["listing"].records if row.kind == "updated"]
    assert row.changes == [["Kind", "Consultant", "Former headteacher"]]
    PartnerKind.objects.update(kind="la_officer")
    answer = go_on(client, page)
    assert "<del>Authority officer</del>" in answer.content.decode()
    assert PartnerKind.objects.get().kind == "la_officer"
    assert ImportRun.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("rows.pdf", b"%PDF-1.4", "The selected file must be a CSV or TXT"),
        ("rows.csv", b"", "empty"),
        ("rows.csv", b"<html>404</html>", "The file is a web page"),
        ("rows.csv", b"a,b\n1,2\n", "This is not a file of deployments"),
        ("rows.csv", b"x" * (5 * 1024 * 1024 + 1), "must be smaller than 5MB"),
    ],
)
def test_a_wrong_file_is_said_on_the_page(kent, as_role, name, content, why):
    client = as_role(Role.MANAGER, at=kent)
    file = SimpleUploadedFile(name, content)
    page = client.post(
        reverse("partners:deployment-import"), {"file": file, "authority": kent.pk, "is_historic": "no"}, follow=True
    ).content.decode()
    assert "There is a problem" in page
    assert why in page


def test_a_stranger_sees_nobody_elses_import(kent, school, ben, as_role):
    client = as_role(Role.MANAGER, at=kent)
    text = f"{HEADER}\nS2,{school.urn},2009-12-01,,,yes,\n"
    page = upload(client, "deployment-import", text, authority=kent.pk, is_historic="no")
    address = where(go_on(client, page))
    assert as_role(Role.MANAGER, at=Authority.objects.get(code="850")).get(address).status_code == 404
    assert as_role(Role.SENIOR_ADVISER, at=kent).get(address).status_code == 404
