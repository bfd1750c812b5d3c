"""ACT-3 to ACT-9 hold through every way in: by the page, many at once, by a file on the page, by a file on the command line.

The first table is rule by door for one deployment: each door is asked to place a SIP whom the rule forbids, and names the
rule and places nobody. The second fills a register by three files through each door and asks what follows from it.
"""

import csv
import io
import json
import uuid
from dataclasses import dataclass
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse

from accounts.models import Authority
from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions
from partners.actions import Refused, propose_deployment
from partners.models import Accreditation, Contract, Deployment, DeploymentStatus, Discussion, Partner, RemovalCase
from partners.tests.accreditation.accrediting import make_claim, make_discussion
from partners.tests.factories import complete_checks, engage, make_partner, moment
from schools.facts import Phase
from schools.models import School
from schools.tests.extracts import academy, line, text_of
from schools.tests.factories import make_head, make_school
from sipmanager.core.models import OutgoingEmail
from sipmanager.core.workflow import MoveRefused

pytestmark = pytest.mark.django_db
TODAY, START = date(2009, 11, 16), "2009-12-01"  # Monday, Tuesday


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00")


def command(*arguments):
    """What a command says, and its exit."""
    out, code = io.StringIO(), 0
    try:
        call_command(*arguments, "--format", "json", stdout=out)
    except SystemExit as stop:
        code = stop.code
    return json.loads(out.getvalue()), code


# ------------------------------------------------------------------------------- one deployment, through every door


@dataclass
class Case:
    """Who is to be placed where; `client` is the SIP manager, `folder` a place for files."""

    authority: Authority
    school: School
    partner: Partner
    client: object
    folder: object
    end: str = ""
    has_contract: bool = True


def by_page(case: Case) -> str:
    """Propose, agree and confirm on the pages; what they say."""
    address = reverse("partners:deploy-check", args=[case.school.urn, case.partner.reference])
    sent = {"starts_on": START, "ends_on": case.end, "form_key": str(uuid.uuid4())}
    said = case.client.post(address, sent, follow=True).content.decode()
    deployment = Deployment.objects.filter(partner=case.partner, starts_on=START).first()
    if deployment is not None:
        for name, typed in (("agree", {"consulted_on": "2009-11-13"}), ("confirm", {})):
            move = reverse("partners:deployment-move", args=[deployment.pk, name])
            said += case.client.post(move, typed, follow=True).content.decode()
    return said


def row_of(case: Case) -> str:
    header = "partner_reference,school_urn,start,end,days,contract_confirmed,consulted_on"
    contract = "yes" if case.has_contract else "no"
    return f"{header}\n{case.partner.reference},{case.school.urn},{START},{case.end},5,{contract},2009-11-13\n"


def by_file_on_the_page(case: Case) -> str:
    file = SimpleUploadedFile("deployments.csv", row_of(case).encode(), content_type="text/csv")
    sent = {"file": file, "authority": case.authority.pk, "is_historic": "no"}
    page = case.client.post(reverse("partners:deployment-import"), sent, follow=True)
    said = page.content.decode()
    address = reverse("partners:import-preview", args=[page.context["preview"].pk])
    return said + case.client.post(address, follow=True).content.decode()


def by_command(case: Case) -> str:
    path = case.folder / "deployments.csv"
    path.write_text(row_of(case))
    return json.dumps(command("import_deployments", str(path), "--authority", case.authority.code)[0])


def by_question(case: Case) -> str:
    """`deployment_check` writes nothing; its answer must be the same."""
    options = ["--end", case.end] if case.end else []
    said, _code = command("deployment_check", case.partner.reference, case.school.urn, "--start", START, *options)
    if said["allowed"]:
        by_command(case)
    return json.dumps(said)


def by_action(case: Case) -> str:
    end = date.fromisoformat(case.end) if case.end else None
    try:
        with transaction.atomic():
            propose_deployment(
                school=case.school, partner=case.partner, starts_on=date.fromisoformat(START), ends_on=end, days=5, by=None,
                at=moment(TODAY),
            )  # fmt: skip
            transaction.set_rollback(True)
    except Refused as refusal:
        return " ".join(refusal.reasons)
    return by_command(case)


def by_bulk(case: Case) -> str:
    """One of many at once: what the preview says, and what became of it."""
    sent = {
        "rows": f"{case.school.urn} {case.partner.reference}", "starts_on": START, "ends_on": case.end,
        "consulted_on": "2009-11-13", "form_key": str(uuid.uuid4()),
    }  # fmt: skip
    page = case.client.post(reverse("partners:deployments-deploy"), sent)["Location"]
    said = case.client.get(page).content.decode()
    return said + case.client.post(f"{page}confirm/", follow=True).content.decode()


DOORS = {
    "page": by_page, "bulk": by_bulk, "file on the page": by_file_on_the_page, "file by command": by_command,
    "question": by_question, "action": by_action,
}  # fmt: skip


def nothing(case: Case) -> None:
    """The sound case, for the control."""


def region_not_wanted(case: Case) -> None:
    case.partner.willingness.update(authority=people.authority())


def wrong_sector(case: Case) -> None:
    Accreditation.objects.filter(partner=case.partner).update(sector="secondary")


def no_contract(case: Case) -> None:
    Contract.objects.all().delete()
    case.has_contract = False


def past_three_years(case: Case) -> None:
    case.end = "2012-12-01"


def middle_deemed_secondary(case: Case) -> None:
    case.school = make_school(authority=case.authority, phase=Phase.MIDDLE_DEEMED_SECONDARY, head="Ann Head")


def all_age_not_discussed(case: Case) -> None:
    case.school = make_school(authority=case.authority, phase=Phase.ALL_AGE, head="Ann Head")


def lapsed(case: Case) -> None:
    """Last practised on 31 July 2006: lapsed on 31 July 2009 (ACC-10, ACC-11)."""
    Accreditation.objects.filter(partner=case.partner).update(accredited_on=date(2005, 9, 1))
    Partner.objects.filter(pk=case.partner.pk).update(last_practised_on=date(2006, 7, 31))


# fmt: off
RULES = (
    # acceptance check, what is wrong, the rule that must be named
    ("ACT-3 region",          region_not_wanted,       "PRE-7"),
    ("ACT-3 sector",          wrong_sector,            "PRE-1"),
    ("ACT-3 contract",        no_contract,             "PRE-6"),
    ("ACT-3 three years",     past_three_years,        "DEP-10"),
    ("ACT-4 middle school",   middle_deemed_secondary, "PRE-1"),
    ("ACT-5 all-age school",  all_age_not_discussed,   "SCH-4"),
    ("ACT-8 lapsed",          lapsed,                  "PRE-1"),
)
# fmt: on
# How a rule is told where its number is not: on pages and in warnings the reason stands in words.
WORDS = {"PRE-6": "No confirmed contract"}


@pytest.fixture
def case(as_role, tmp_path):
    authority = people.authority("Westshire")
    client = as_role(Role.MANAGER, at=authority)
    school = make_school(authority=authority)
    make_head(school, email="head@example.org")
    partner = make_partner("Ann Able", reference="P990500", sectors={"primary": date(2008, 9, 1)}, authorities=[authority])
    complete_checks(engage(partner, authority), on=date(2009, 9, 1))
    return Case(authority, school, partner, client, tmp_path)


def put_contract(case: Case) -> None:
    engagement = case.partner.engagements.get()
    Contract.objects.create(
        engagement=engagement, school=case.school, confirmed_on=date(2009, 9, 1), recorded_at=moment(TODAY)
    )  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
def test_a_sound_deployment_goes_through_every_door(case, door):
    put_contract(case)
    DOORS[door](case)
    assert Deployment.objects.get().status == DeploymentStatus.CONFIRMED


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("check", "spoil", "rule"), RULES, ids=[row[0] for row in RULES])
def test_act_3_to_act_8_no_door_places_a_sip_whom_a_rule_forbids(case, check, spoil, rule, door):
    spoil(case)
    if case.has_contract:
        put_contract(case)
    case.partner.refresh_from_db()
    said = DOORS[door](case)
    assert rule in said or WORDS.get(rule, rule) in said, said[:2000]
    assert not Deployment.objects.filter(confirmed_on__isnull=False).exists()
    if rule != "PRE-6":
        assert not Deployment.objects.exists()


@pytest.mark.parametrize("door", DOORS)
def test_act_8_restored_on_evidence_the_sip_goes_through_every_door_again(case, door):
    """ACC-14: the doors read the same standing, before and after the director's decision."""
    lapsed(case)
    put_contract(case)
    case.partner.refresh_from_db()
    claim = make_claim(case.partner)
    assert "PRE-1" in DOORS[door](case)
    assert not Deployment.objects.exists()
    actions.restore_accreditation(claim=claim, reason="The contract shows it", by=None, at=moment(TODAY))
    DOORS[door](case)
    assert Deployment.objects.get().status == DeploymentStatus.CONFIRMED


# ----------------------------------------------------------------------------------- a case to remove an accreditation


def case_by_page(engagement, as_role) -> str:
    client = as_role(Role.COORDINATOR, at=engagement.authority.region)
    address = reverse("partners:case-new", args=[engagement.partner.reference])
    sent = {
        "engagement": engagement.pk, "criterion": "competence", "circumstances": "What was seen at two schools",
        "support_given": "A mentor since spring", "mitigation": "", "form_key": str(uuid.uuid4()),
    }  # fmt: skip
    return client.post(address, sent, follow=True).content.decode()


def case_by_action(engagement, as_role) -> str:
    try:
        actions.open_case(
            engagement=engagement, criterion="competence", circumstances="What was seen at two schools",
            support_given="A mentor since spring", by=None, at=moment(TODAY),
        )  # fmt: skip
    except MoveRefused as refusal:
        return " ".join(refusal.reasons)
    return ""


# Files and commands open no case: these are all the doors there are.
CASE_DOORS = {"page": case_by_page, "action": case_by_action}


@pytest.mark.parametrize("door", CASE_DOORS)
def test_act_9_no_door_opens_a_competence_case_without_an_earlier_discussion(as_role, door):
    authority = people.authority("Westshire", region=people.region("Region of Westshire"))
    engagement = engage(make_partner(authorities=[authority]), authority)
    make_discussion(engagement, on=TODAY)  # on the day itself: not earlier
    assert "No earlier discussion of competence" in CASE_DOORS[door](engagement, as_role)
    assert not RemovalCase.objects.exists()
    make_discussion(engagement, on=date(2009, 11, 2))
    CASE_DOORS[door](engagement, as_role)
    assert RemovalCase.objects.get().status == "raised"
    copies = OutgoingEmail.objects.filter(kind="discussion_copied", to=engagement.partner.email)
    assert copies.count() == Discussion.objects.count() == 2


# ------------------------------------------------------------------------------- a register filled by three files


def gias(code: str) -> str:
    """Twenty secondary schools, a middle school deemed secondary, an academy, and a school of each kind beside them."""
    of = {"LA_code": code, "LA_name": "Westshire", "PhaseOfEducation_code": "4", "PhaseOfEducation_name": "Secondary"}
    rows = [line(str(900101 + number), EstablishmentName=f"School {number}", **of) for number in range(20)]
    middle = of | {"PhaseOfEducation_code": "5", "PhaseOfEducation_name": "Middle deemed secondary"}
    rows.append(line("900121", EstablishmentName="Middle School", **middle))
    rows.append(academy("900122", EstablishmentName="The Academy", **of))
    return text_of(*rows)


def partners(code: str) -> str:
    """Twelve SIPs, eight of them once secondary heads, one with experience elsewhere; two of 2006 without any school now."""
    out = io.StringIO()
    columns = (
        "reference", "first_name", "last_name", "email", "kind", "secondary_headship", "outside_experience", "authorities",
        "accredited_secondary_on", "last_practised_on",
    )  # fmt: skip
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    for number in range(12):
        was_head = number < 8
        writer.writerow({
            "reference": f"W{number:03}", "first_name": "Sam", "last_name": f"Number{number}", "email": f"w{number}@example.org",
            "kind": "former_head" if was_head else "consultant", "secondary_headship": "former" if was_head else "none",
            "outside_experience": "yes" if number == 0 else "no", "authorities": code, "accredited_secondary_on": "2005-09-01",
        })  # fmt: skip
    old = {
        "kind": "consultant",
        "authorities": code,
        "accredited_secondary_on": "2005-09-01",
        "last_practised_on": "2006-07-31",
    }
    for reference, name in (("W100", "Idle"), ("W101", "Busy")):
        email = f"{name.lower()}@example.org"
        writer.writerow({**old, "reference": reference, "first_name": "Jo", "last_name": name, "email": email})
    return out.getvalue()


def deployments() -> str:
    """Fifteen schools with a SIP who was a head and five without, in 2006; and one who works until today."""
    rows = ["partner_reference,school_urn,start,end"]
    for number in range(20):
        sip = number % 8 if number < 15 else 8 + number % 4
        rows.append(f"W{sip:03},{900101 + number},2006-06-01,2006-12-31")
    rows.append("W101,900101,2007-01-01,")
    return "\n".join(rows) + "\n"


def fill_by_command(authority, folder, client) -> None:
    for name, text, options in files_of(authority):
        path = folder / f"{name}.csv"
        path.write_text(text)
        said, _code = command(f"import_{name}", str(path), "--authority", authority.code, *options)
        assert not said["rejected"], said["rejected"]


def fill_by_page(authority, folder, client) -> None:
    pages = {
        "schools": "schools:school-import",
        "partners": "partners:partner-import",
        "deployments": "partners:deployment-import",
    }
    for name, text, options in files_of(authority):
        file = SimpleUploadedFile(f"{name}.csv", text.encode(), content_type="text/csv")
        sent = {"file": file} if name == "schools" else {"file": file, "authority": authority.pk}
        sent |= {"is_historic": "yes"} if options else {}
        page = client.post(reverse(pages[name]), sent, follow=True)
        where = "schools:import-preview" if name == "schools" else "partners:import-preview"
        client.post(reverse(where, args=[page.context["preview"].pk]), follow=True)


def files_of(authority):
    yield "schools", gias(authority.code), []
    yield "partners", partners(authority.code), []
    yield "deployments", deployments(), ["--historic"]


FILLING = {"command": fill_by_command, "page": fill_by_page}


@pytest.fixture(params=FILLING)
def filled(request, as_role, tmp_path):
    """An authority whose register came by three files through one of the doors."""
    authority = people.authority("Westshire", code="993")
    FILLING[request.param](authority, tmp_path, as_role(Role.ADMINISTRATOR, at=authority))
    assert (School.objects.count(), Partner.objects.count(), Deployment.objects.count()) == (22, 14, 21)
    return authority


def condition(authority, name: str, on: str) -> dict:
    said, _code = command("conditions_of_grant", authority.code, "--phase", "secondary", "--on", on)
    return next(row for row in said["conditions"] if row["id"] == name)


def standing(reference: str, on: str) -> str:
    rows, _code = command("accreditations", "--on", on)
    return next(row["state"] for row in rows if row["partner"] == reference)


def test_act_4_the_middle_school_deemed_secondary_counts_in_secondary_coverage(filled):
    found = condition(filled, "COG-A", "2006-08-02")
    assert (found["figures"]["in_scope"], found["figures"]["covered"]) == (21, 20)
    assert [row["subject"] for row in found["findings"]] == ["school:900121"]


def test_act_6_an_academy_without_a_sip_does_not_make_coverage_fail(filled):
    assert "school:900122" not in {row["subject"] for row in condition(filled, "COG-A", "2006-08-02")["findings"]}


def test_act_7_the_mix_of_sips_is_judged_by_the_rule_of_its_day(filled):
    assert condition(filled, "COG-D", "2006-08-01")["result"] == "not_met"
    since = condition(filled, "COG-D", "2006-08-02")
    assert since["result"] == "met"
    assert (since["figures"]["sips"], since["figures"]["sips_heads"]) == (12, 8)
    assert (since["figures"]["schools"], since["figures"]["schools_with_heads"]) == (20, 15)


def test_act_8_the_clock_warns_and_lapses_and_an_active_deployment_stops_it(filled):
    assert standing("W100", "2009-01-30") == "accredited"
    assert standing("W100", "2009-01-31") == "warned"
    assert standing("W100", "2009-07-30") == "warned"
    assert standing("W100", "2009-07-31") == "lapsed"
    assert {standing("W101", on) for on in ("2009-01-31", "2009-07-31", "2009-11-16")} == {"accredited"}


def test_act_8_no_file_of_an_authority_restores_what_has_lapsed(filled, as_role, tmp_path, monkeypatch):
    """National staff restore on evidence (ACC-14); an authority's file that says otherwise is loaded without it."""
    before = list(Accreditation.objects.filter(partner__reference="W100").values())
    text = partners(filled.code).replace("2006-07-31", "2009-07-01").replace("2005-09-01,2009-07-01", "2009-09-01,2009-07-01")
    client = as_role(Role.ADMINISTRATOR, at=filled)
    monkeypatch.setattr("sipmanager.tests.test_every_way_in.files_of", lambda authority: [("partners", text, [])])
    fill_by_page(filled, tmp_path, client)
    assert list(Accreditation.objects.filter(partner__reference="W100").values()) == before
    assert standing("W100", "2009-07-31") == "lapsed"
