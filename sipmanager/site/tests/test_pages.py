"""Search, deadlines, problems, nights and the outbox: what each shows, and to whom (D-29)."""

import json
from datetime import date

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.html import escape

from accounts.permissions import Role
from accounts.tests import factories as accounts_factories
from partners.models import Deployment
from qa.models import ShadowStatus
from qa.tests.factories import make_shadow_visit
from schools.models import RegisterTask
from schools.tests.factories import make_school
from sipmanager.core import deadlines
from sipmanager.core.models import NightlyRun, OutgoingEmail
from sipmanager.site import naming
from visits.states import NoteState
from visits.tests.factories import make_note, make_people

pytestmark = pytest.mark.django_db
NOV = date(2009, 11, 16)  # Monday


@pytest.fixture(autouse=True)
def mid_november(clock_at):
    clock_at("2009-11-16 16:00")


def text_of(response) -> str:
    return response.content.decode()


# -------------------------------------------------------------------------------------------------------------- search


def found(client, asked: str) -> dict[str, list[str]]:
    groups = client.get("/search/", {"q": asked}).context["groups"]
    return {group.title.split(" ")[0]: [link.url for link, _ in group.rows] for group in groups}


def test_search_finds_schools_sips_and_notes_that_one_may_see(as_role):
    note = make_note(NoteState.LA_REVIEW, preset="national")
    people = note.people
    client = as_role(user=people.manager)
    rows = found(client, people.school.name)
    assert rows["Schools"] == [f"/schools/{people.school.urn}/"]
    assert rows["Notes"] == [f"/notes/{note.pk}/"]
    assert found(client, people.school.urn)["Schools"] == [f"/schools/{people.school.urn}/"]
    partner = people.deployment.partner
    assert found(client, partner.full_name.upper())["School"] == [f"/partners/{partner.reference}/"]
    assert found(client, partner.reference)["School"] == [f"/partners/{partner.reference}/"]


def test_search_tells_a_stranger_nothing(as_role):
    people = make_note(NoteState.DISTRIBUTED).people
    other = make_people("kent")
    for who in ("manager", "sip", "head", "chair", "line_manager"):
        client = as_role(user=getattr(other, who))
        for asked in (people.school.name, people.school.urn, people.deployment.partner.reference):
            assert not any(found(client, asked).values()), (who, asked)


def test_search_tells_a_head_of_no_draft(as_role):
    people = make_note(NoteState.DRAFTING).people
    assert found(as_role(user=people.head), people.school.name)["Notes"] == []
    other = make_note(NoteState.LA_REVIEW, preset="national").people
    assert found(as_role(user=other.head), other.school.name)["Notes"] == []


def test_search_never_looks_into_the_text_of_notes(as_role):
    people = make_note(NoteState.DISTRIBUTED).people
    assert found(as_role(user=people.manager), "What was seen of")["Notes"] == []


@pytest.mark.parametrize("asked", ["", "   ", "%", "_", "'", "<script>alert(1)</script>", "x" * 300, "{{7*7}}"])
def test_search_survives_anything(as_role, asked):
    make_school()
    response = as_role(Role.PROGRAMME).get("/search/", {"q": asked})
    assert response.status_code == 200
    assert "<script>alert(1)</script>" not in text_of(response)
    assert escape(asked.strip()[:100]) in text_of(response)


@pytest.mark.parametrize("address", ["/search/?q=%00", "/deadlines/?authority=%00", "/accounts/policy/%00/", "/?x=a%00b"])
def test_an_address_with_a_null_character_is_refused(as_role, address):
    assert as_role(Role.PROGRAMME).get(address).status_code == 400


def test_search_says_when_there_is_more(as_role):
    authority = accounts_factories.authority()
    for number in range(12):
        make_school(authority=authority, name=f"Quarry Hill School {number}")
    client = as_role(Role.MANAGER, at=authority)
    page = client.get("/search/", {"q": "quarry hill"})
    (group,) = [group for group in page.context["groups"] if group.rows]
    assert len(group.rows) == 10
    assert client.get(group.all_url).context["listing"].count == 12


def test_an_elected_member_cannot_search(as_role):
    assert as_role(Role.ELECTED_MEMBER).get("/search/", {"q": "school"}).status_code == 404


# ----------------------------------------------------------------------------------------------------------- deadlines


def test_a_manager_sees_what_their_authority_owes_and_no_other(as_role):
    note, foreign = (make_note(NoteState.DRAFTING, day=date(2009, 11, 3)) for _ in range(2))
    client = as_role(user=note.people.manager)
    page = client.get("/deadlines/")
    assert notes_of(page) == {f"note:{note.pk}"}
    other = client.get("/deadlines/", {"authority": foreign.people.authority.code})
    assert notes_of(other) == {f"note:{note.pk}"}
    assert foreign.school.name not in text_of(other)


def notes_of(page) -> set[str]:
    return {due.subject for due, _tag in page.context["rows"] if due.subject.startswith("note:")}


def test_the_list_can_be_narrowed(as_role):
    late = make_note(NoteState.DRAFTING, day=date(2009, 11, 3))
    make_shadow_visit_here = make_shadow_visit(status=ShadowStatus.HELD, on=date(2009, 11, 13))
    client = as_role(user=late.people.manager)
    everything, only_late = client.get("/deadlines/"), client.get("/deadlines/", {"late": "1"})
    assert everything.context["count"] > only_late.context["count"] >= 1
    assert {tag.colour for _due, tag in only_late.context["rows"]} == {"red"}
    assert client.get("/deadlines/", {"about": "shadow"}).context["count"] == 0
    shadow_manager = as_role(user=make_shadow_visit_here.place.manager)
    page = shadow_manager.get("/deadlines/", {"about": "shadow"})
    assert [due.rule for due, _tag in page.context["rows"]] == ["DL-37"]
    assert page.context["all_url"] == "?"
    assert shadow_manager.get("/deadlines/", {"about": "nonsense", "page": "99"}).status_code == 200


def test_a_head_sees_only_what_is_theirs(as_role):
    drafted = make_note(NoteState.DRAFTING, day=date(2009, 11, 3))
    assert as_role(user=drafted.people.head).get("/deadlines/").context["rows"] == []
    sent = make_note(NoteState.HEAD_REVIEW)
    rows = as_role(user=sent.people.head).get("/deadlines/").context["rows"]
    assert [(due.rule, due.subject) for due, _tag in rows] == [("DL-4", f"note:{sent.pk}")]


def test_the_deadlines_command_speaks_the_stable_shape(capsys):
    note = make_note(NoteState.DRAFTING, day=date(2009, 11, 3))
    people = note.people
    call_command("deadlines", on=date(2009, 11, 16), authority=people.authority.code)
    rows = json.loads(capsys.readouterr().out)
    (row,) = [row for row in rows if row["rule"] == "DL-1"]
    assert row == {
        "rule": "DL-1",
        "subject": f"note:{note.pk}",
        "owner": people.sip.email,
        "due_on": "2009-11-10",
        "state": "overdue",
        "escalate_to": [people.sip.email, people.line_manager.email],
    }


def test_the_deadlines_command_says_what_is_owed_by_whom_nobody_is(capsys):
    note = make_note(NoteState.DISPUTED)
    note.people.senior_adviser.memberships.update(ends_on=date(2009, 10, 31))
    note.people.manager.memberships.update(ends_on=date(2009, 10, 31))
    call_command("deadlines", "--on", "2009-11-16", "--authority", note.people.authority.code, "--format", "json")
    rows = json.loads(capsys.readouterr().out)
    (owner,) = {row["owner"] for row in rows if row["rule"] == "DL-6"}
    assert owner == f"manager@{note.people.authority.code}"


def test_the_deadlines_command_knows_every_authority_and_the_nation(capsys):
    make_note(NoteState.DRAFTING)
    call_command("deadlines", on=NOV)
    rows = json.loads(capsys.readouterr().out)
    assert rows
    assert {"rule", "subject", "owner", "due_on", "state", "escalate_to"} == set(rows[0])


@pytest.mark.parametrize("command", [("deadlines", "--on", "2009-11-16"), ("problems",)])
def test_an_unknown_authority_is_an_error(capsys, command):
    with pytest.raises(SystemExit) as ended:
        call_command(*command, "--authority", "ZZZ")
    assert ended.value.code == 1
    assert set(json.loads(capsys.readouterr().out)) == {"error"}


def test_a_met_deadline_is_in_the_command_and_not_on_the_page(as_role, capsys):
    note = make_note(NoteState.HEAD_REVIEW, day=date(2009, 11, 10))
    code = note.people.authority.code
    call_command("deadlines", on=date(2009, 11, 16), authority=code)
    states = {row["rule"]: row["state"] for row in json.loads(capsys.readouterr().out)}
    assert states["DL-1"] == "met"
    rows = as_role(user=note.people.manager).get("/deadlines/").context["rows"]
    assert "DL-1" not in {due.rule for due, _tag in rows}


def test_upcoming_due_and_overdue_are_told_apart():
    note = make_note(NoteState.DRAFTING, day=date(2009, 11, 10))  # due on 17 November, a Tuesday
    for on, state in ((NOV, "upcoming"), (date(2009, 11, 17), "due"), (date(2009, 11, 18), "overdue")):
        rows = deadlines.owed(partition=note.people.authority.code, on=on)
        assert {due.state.value for due in rows if due.rule == "DL-1"} == {state}


# ------------------------------------------------------------------------------------------------------------ problems


def test_problems_are_those_of_ones_own_authority(as_role, capsys):
    people = make_people("kent")
    without_head = make_school(authority=people.authority, name="Headless School")
    foreign = make_school(name="Foreign School")
    client = as_role(user=people.manager)
    page = client.get("/reports/problems/")
    subjects = {problem.subject for problem, *_ in page.context["rows"]}
    assert f"school:{without_head.urn}" in subjects
    assert f"school:{foreign.urn}" not in subjects
    other = client.get("/reports/problems/", {"authority": foreign.local_authority.code})
    assert {problem.subject for problem, *_ in other.context["rows"]} == subjects
    call_command("problems", authority=people.authority.code)
    rows = json.loads(capsys.readouterr().out)
    assert {row["subject"] for row in rows} == subjects
    assert all(set(row) == {"kind", "subject", "owner", "cure"} and row["cure"] for row in rows)


def test_every_problem_that_names_a_record_leads_to_its_page(as_role):
    people = make_note(NoteState.DRAFTING, day=date(2009, 10, 13)).people
    make_school(authority=people.authority)
    client = as_role(user=people.manager)
    for problem, *_ in client.get("/reports/problems/").context["rows"]:
        if problem.url:
            assert client.get(problem.url, follow=True).status_code == 200, problem


def test_a_problem_of_the_authority_itself_names_it_and_leads_to_where_it_is_mended(as_role):
    authority = accounts_factories.authority("Middleshire")
    client = as_role(Role.ADMINISTRATOR, at=authority)
    rows = {problem.kind: (problem.url, where) for problem, where, _ in client.get("/reports/problems/").context["rows"]}
    assert rows["no_calendar"] == ("/schools/calendar/", "Middleshire")
    assert client.get(rows["no_calendar"][0], follow=True).status_code == 200


def test_problems_name_records_and_people_and_not_their_keys(as_role):
    """The command has the keys (D-40); people read names."""
    note = make_note(NoteState.DRAFTING, day=date(2009, 10, 13))
    make_school("900777", authority=note.people.authority, name="Headless School")
    page = text_of(as_role(user=note.people.manager).get("/reports/problems/"))
    assert ">Headless School</a>" in page
    assert "school:900777" not in page
    assert note.people.manager.full_name in page
    row = Deployment.objects.get(pk=note.visit.deployment_id)
    task = RegisterTask.objects.create(
        authority=row.authority, school=row.school, kind="closure", subject=f"deployment:{row.pk}", says="End it", url="/",
        about_on=NOV, key="k", raised_at=timezone.now(),
    )  # fmt: skip
    assert naming.names_of([f"task:{task.pk}"]) == {f"task:{task.pk}": row.school.name}
    found = naming.names_of(
        [f"note:{note.pk}", f"visit:{note.visit_id}", f"deployment:{row.pk}", f"partner:{row.partner.reference}", "task:x"]
    )
    assert found == {
        f"note:{note.pk}": f"Note of the autumn visit to {note.school.name}",
        f"visit:{note.visit_id}": f"Autumn visit to {note.school.name}",
        f"deployment:{row.pk}": f"{row.partner.full_name} at {row.school.name}",
        f"partner:{row.partner.reference}": row.partner.full_name,
    }
    assert naming.people_called(["administrator@886", "x@y.example"]) == {"administrator@886": "Administrator (nobody yet)"}


@pytest.mark.parametrize(("address", "role"), [("/reports/problems/", Role.PROGRAMME), ("/deadlines/", Role.COORDINATOR)])
def test_whoever_sees_many_authorities_begins_with_one_that_has_sips(as_role, address, role):
    note = make_note(NoteState.DRAFTING, day=date(2009, 10, 13))
    region = note.people.authority.region
    accounts_factories.authority("Aarhus", region=region)
    page = as_role(role, at=region if role is Role.COORDINATOR else None).get(address)
    assert page.context["authority"] == note.people.authority


def test_national_staff_choose_the_authority(as_role):
    people = make_people("kent")
    page = as_role(Role.PROGRAMME).get("/reports/problems/", {"authority": people.authority.code})
    assert page.context["authority"] == people.authority
    assert '<select class="govuk-select" id="authority"' in text_of(page)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.SENIOR_ADVISER, Role.READER, Role.ELECTED_MEMBER])
def test_others_have_no_list_of_problems(as_role, role):
    assert as_role(role).get("/reports/problems/").status_code == 404


def test_reports_show_only_what_one_may_open(as_role):
    for role in (
        Role.NATIONAL_DIRECTOR,
        Role.PROGRAMME,
        Role.COORDINATOR,
        Role.MANAGER,
        Role.ADMINISTRATOR,
        Role.ELECTED_MEMBER,
    ):
        client = as_role(role)
        pages = client.get("/reports/").context["pages"]
        assert pages
        for link, _says in pages:
            assert client.get(link.url).status_code == 200, (role, link.url)


# -------------------------------------------------------------------------------------------------------------- nights


def make_run(partition: str, **fields) -> NightlyRun:
    at = timezone.now()
    return NightlyRun.objects.create(partition=partition, on=NOV, started_at=at, ended_at=at, **fields)


def test_nights_are_those_of_ones_own_authority(as_role):
    authority, foreign = accounts_factories.authority(), accounts_factories.authority()
    own = make_run(authority.code, failures=[{"step": "reminders", "subject": "x", "error": "y"}])
    make_run(foreign.code)
    make_run("national")
    page = as_role(Role.MANAGER, at=authority).get("/reports/nights/")
    assert page.context["listing"].records == [own]
    assert as_role(Role.PROGRAMME).get("/reports/nights/").context["listing"].count == 3
    exported = as_role(Role.MANAGER, at=authority).get("/reports/nights/?format=csv")
    lines = b"".join(exported.streaming_content).decode().splitlines()
    assert len(lines) == 2
    assert authority.code in lines[1]


# -------------------------------------------------------------------------------------------------------------- outbox


def make_email(authority, body="https://example.org/accounts/invitation/secret/") -> OutgoingEmail:
    return OutgoingEmail.objects.create(
        to="somebody@example.org", subject="Come in", body=body, kind="invitation", queued_at=timezone.now(),
        authority_id=authority.pk if authority else None,
    )  # fmt: skip


def test_the_outbox_is_that_of_ones_own_authority_and_shows_no_text(as_role):
    authority, foreign = accounts_factories.authority(), accounts_factories.authority()
    own = make_email(authority)
    make_email(foreign)
    make_email(None)
    client = as_role(Role.MANAGER, at=authority)
    page = client.get("/reports/outbox/")
    assert page.context["listing"].records == [own]
    assert "secret" not in text_of(page)
    for kind in ("csv", "xlsx"):
        response = client.get(f"/reports/outbox/?format={kind}")
        content = b"".join(response.streaming_content) if response.streaming else response.content
        assert b"secret" not in content
    assert as_role(Role.PROGRAMME).get("/reports/outbox/").context["listing"].count == 3


def test_the_local_outbox_is_there_only_on_a_demonstration(client, as_role, settings):
    email = make_email(accounts_factories.authority())
    for switch, status in ((False, 404), (True, 200)):
        settings.DEMONSTRATION = switch
        for person in (client, as_role(Role.PROGRAMME)):
            assert person.get("/outbox/").status_code == status
            assert person.get(f"/outbox/{email.pk}/").status_code == status
    assert "/accounts/invitation/secret/" in text_of(client.get(f"/outbox/{email.pk}/"))
    settings.DEMONSTRATION = False
    page = as_role(Role.PROGRAMME).get("/reports/outbox/")
    assert f"/outbox/{email.pk}/" not in text_of(page)


def test_mail_text_is_shown_as_text(client, settings):
    settings.DEMONSTRATION = True
    email = make_email(None, body="<script>alert(1)</script> javascript:alert(1) https://example.org/x/")
    page = text_of(client.get(f"/outbox/{email.pk}/"))
    assert "<script>alert(1)</script>" not in page
    assert 'href="javascript' not in page
