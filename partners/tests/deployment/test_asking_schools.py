"""A school that has its say is asked alike through page, bulk, import and command (DEP-4 to DEP-6, D-17, POL-10)."""

import io
import json
import uuid
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions
from partners.models import Consultation, Contract, Deployment, Letter
from partners.tests.deployment.many import press
from partners.tests.factories import complete_checks, engage, make_partner
from schools.tests.factories import make_chair, make_head, make_school
from sipmanager.core import clock
from sipmanager.core.models import OutgoingEmail

pytestmark = pytest.mark.django_db
START, POLICY_FROM = date(2010, 1, 4), date(2009, 10, 1)  # Monday, Thursday
DAY = {"starts_on_day": "4", "starts_on_month": "1", "starts_on_year": "2010"}
HEADER = "partner_reference,school_urn,start,end,days,contract_confirmed,consulted_on"
SAY_FIRST = ("kent", "learning_trust", "alpsit")


@pytest.fixture
def place(clock_at, as_role, tmp_path):
    """An authority, its manager, a school with head and chair, and a SIP whose checks are on record."""
    clock_at("2009-11-16 10:00")  # Monday
    authority = people.authority("Ashby")
    school = make_school(authority=authority, name="Hill Road School")
    make_head(school, email="head@example.org")
    make_chair(school, email="chair@example.org")
    partner = make_partner(sectors={"primary": date(2008, 9, 1)}, authorities=[authority])
    complete_checks(engage(partner, authority))
    client = as_role(Role.MANAGER, at=authority)
    return {"authority": authority, "school": school, "partner": partner, "client": client, "folder": tmp_path}


def row(place, contract="no", consulted=""):
    return f"{HEADER}\n{place['partner'].reference},{place['school'].urn},2010-01-04,,5,{contract},{consulted}\n"


def by_page(place):
    page = reverse("partners:deploy-check", args=[place["school"].urn, place["partner"].reference])
    place["client"].post(page, {"starts_on": "2010-01-04", "form_key": str(uuid.uuid4())})


def by_bulk(place):
    given = {"rows": f"{place['school'].urn} {place['partner'].reference}", **DAY, "form_key": str(uuid.uuid4())}
    press(place["client"], reverse("partners:deployments-deploy"), given)


def by_import(place, **more):
    file = SimpleUploadedFile("deployments.csv", row(place, **more).encode(), content_type="text/csv")
    sent = {"file": file, "authority": place["authority"].pk, "is_historic": "no"}
    page = place["client"].post(reverse("partners:deployment-import"), sent, follow=True)
    before = OutgoingEmail.objects.count(), Consultation.objects.count()
    assert before == (0, 0), "looking at a file asks nobody"
    place["client"].post(reverse("partners:import-preview", args=[page.context["preview"].pk]))


def by_command(place, **more):
    path = place["folder"] / "deployments.csv"
    path.write_text(row(place, **more))
    out = io.StringIO()
    call_command("import_deployments", str(path), "--authority", place["authority"].code, "--format", "json", stdout=out)
    return json.loads(out.getvalue())


WAYS = {"page": by_page, "bulk": by_bulk, "import": by_import, "command": by_command}


def asked() -> dict:
    """Who was asked what until when, what was written to whom, and how the deployment stands."""
    (deployment,) = Deployment.objects.all()
    return {
        "status": deployment.status,
        "asked": sorted(Consultation.objects.values_list("party", "question", "until")),
        "mails": sorted(OutgoingEmail.objects.values_list("to", "kind", "subject")),
        "letters": sorted(Letter.objects.values_list("kind", flat=True)),
    }


@pytest.mark.parametrize("way", ["bulk", "import", "command"])
@pytest.mark.parametrize("preset", SAY_FIRST)
def test_dep_5_every_way_asks_the_school_as_the_page_does(place, preset, way):
    people.policy(place["authority"], preset, starts_on=POLICY_FROM)
    WAYS[way](place)
    found = asked()
    assert found["status"] == "proposed"
    assert found["asked"]
    assert {to for to, *_ in found["mails"]} >= {"head@example.org"}
    for model in (Consultation, OutgoingEmail):
        model.objects.all().delete()
    Letter.objects.all().delete()
    Deployment.objects.update(status="withdrawn")
    kept = Deployment.objects.get()
    by_page(place)
    newest = Deployment.objects.exclude(pk=kept.pk).get()
    on_the_page = {
        "status": newest.status,
        "asked": sorted(Consultation.objects.values_list("party", "question", "until")),
        "mails": sorted(OutgoingEmail.objects.values_list("to", "kind", "subject")),
        "letters": sorted(Letter.objects.values_list("kind", flat=True)),
    }
    assert found == on_the_page


@pytest.mark.parametrize("preset", SAY_FIRST)
def test_d_17_a_file_that_says_when_the_school_was_asked_is_placed_at_once(place, preset):
    people.policy(place["authority"], preset, starts_on=POLICY_FROM)
    said = by_command(place, contract="yes", consulted="2009-11-02")
    deployment = Deployment.objects.get()
    assert said["created"] == 1
    stands = "agreed" if preset == "kent" else "confirmed"  # there a criminal record check is good for 36 months only
    assert (deployment.status, deployment.consulted_on) == (stands, date(2009, 11, 2))
    assert not Consultation.objects.exists()


def test_d_17_where_the_school_is_only_consulted_a_file_is_placed_at_once(place):
    """The national policy waits for nobody: confirmed with the papers on record, agreed without."""
    by_command(place, contract="yes")
    assert Deployment.objects.get().status == "confirmed"
    assert not Consultation.objects.exists()


def test_dep_6_a_contract_in_the_file_does_not_take_the_place_of_the_school(place):
    """It is put on record, the school is asked, and the file loaded again asks nobody twice."""
    people.policy(place["authority"], "learning_trust", starts_on=POLICY_FROM)
    said = by_command(place, contract="yes")
    deployment = Deployment.objects.get()
    assert deployment.status == "proposed"
    assert Contract.objects.filter(school=place["school"]).exists()
    assert [one["reason"] for one in said["warnings"]] == ["Proposed: the school has its say first, and has been asked."]
    before = OutgoingEmail.objects.count(), Consultation.objects.count()
    again = by_command(place, contract="yes")
    assert (again["created"], again["unchanged"]) == (0, 1)
    assert (OutgoingEmail.objects.count(), Consultation.objects.count()) == before
    later = by_command(place, contract="yes", consulted="2009-11-13")
    deployment.refresh_from_db()
    assert later["updated"] == 1
    assert (deployment.status, deployment.consulted_on) == ("consulted", date(2009, 11, 13))


def test_dep_6_a_contract_that_comes_later_is_kept_while_the_school_has_its_say(place):
    people.policy(place["authority"], "learning_trust", starts_on=POLICY_FROM)
    by_command(place)
    assert not Contract.objects.exists()
    assert by_command(place, contract="yes")["updated"] == 1
    assert Contract.objects.filter(school=place["school"]).exists()
    assert Deployment.objects.get().status == "proposed"


def test_dep_6_what_a_file_proposed_goes_on_as_any_other_proposal(place):
    """Head and governors answer on line, the manager agrees and confirms."""
    people.policy(place["authority"], "learning_trust", starts_on=POLICY_FROM)
    by_command(place, contract="yes")
    deployment = Deployment.objects.get()
    for consultation in Consultation.objects.order_by("pk"):
        answer = "no_objection" if consultation.question == "objection" else "content"
        actions.answer_consultation(consultation=consultation, answer=answer, by=None, at=clock.now())
    deployment.refresh_from_db()
    assert deployment.status == "consulted"
    actions.agree_deployment(deployment=deployment, by=None, at=clock.now())
    actions.confirm_deployment(deployment=deployment, by=None, at=clock.now())
    assert deployment.status == "confirmed"
