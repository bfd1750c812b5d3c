"""The demonstration: every state of the workflow for each preset, and something to see for everybody advertised."""

from collections import Counter

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import viewer_for
from accounts.models import Authority, AuthorityKind, User
from accounts.presets import Policy
from partners.conditions import PROGRAMMES
from partners.models import Deployment, DeploymentStatus, Handover, Letter, NationalNotification
from partners.selectors import compare, conditions_of_grant, read_ahead
from sipmanager.core import deadlines, readings
from sipmanager.core.models import OutgoingEmail
from sipmanager.core.workflow import leaving
from sipmanager.site import health, problems, work
from sipmanager.site.demonstration import people
from sipmanager.site.demonstration.grants import NIGHTS
from sipmanager.site.demonstration.people import DEMONSTRATION_DAY
from visits.models import Note
from visits.states import NoteState
from visits.workflow import NOTE_WORKFLOW

PRESETS = [one.preset for one in people.AUTHORITIES]


def resting_states(policy: Policy) -> set[str]:
    """The states that a note can stay in under a policy: reached by people, and not left by the system at once."""
    found, waiting = set(), [NoteState.DRAFTING.value]
    while waiting:
        state = waiting.pop()
        if state in found:
            continue
        found.add(state)
        waiting += [str(row.to) for row in leaving(NOTE_WORKFLOW, state, policy)]
    rows = {state: leaving(NOTE_WORKFLOW, state, policy) for state in found}
    return {state for state in found if not rows[state] or not all(row.by_system for row in rows[state])}


@pytest.mark.parametrize("preset", PRESETS)
def test_every_state_of_the_workflow_is_there(on_the_day, preset):
    authority = Authority.objects.get(code=next(one.code for one in people.AUTHORITIES if one.preset == preset))
    found = Counter(Note.objects.filter(authority=authority).values_list("status", flat=True))
    assert set(found) == resting_states(Policy(preset))


@pytest.mark.parametrize("code", [one.code for one in people.AUTHORITIES if not one.schools_of])
@pytest.mark.parametrize("programme", ["primary", "secondary"])
def test_d_21_whatever_differs_from_a_night_is_explained_by_a_line_of_the_record(on_the_day, code, programme):
    authority = Authority.objects.get(code=code)
    for night in NIGHTS:
        assert [one.condition for one in compare(authority=authority, programme=programme, on=night).unexplained] == []


@pytest.mark.parametrize("preset", PRESETS)
def test_what_was_made_is_what_the_command_says(on_the_day, preset):
    row = next(row for row in on_the_day.said["made"] if row["preset"] == preset)
    authority = Authority.objects.get(code=row["code"])
    assert (authority.name, authority.is_demonstration) == (row["name"], True)
    assert Note.objects.filter(authority=authority).count() == row["notes"]
    assert row["schools"] >= 8


@pytest.mark.parametrize("preset", PRESETS)
def test_act_15_a_change_of_sip_is_there_with_all_that_follows_from_it(on_the_day, preset):
    authority = Authority.objects.get(code=next(one.code for one in people.AUTHORITIES if one.preset == preset))
    handover = Handover.objects.filter(authority=authority, confirmed_on__isnull=False, starts_on__lte=DEMONSTRATION_DAY).get()
    assert handover.feedback.authority_id == authority.pk
    assert handover.incoming.familiarisations.exists()
    assert not handover.incoming.consultations.filter(answered_at=None).exists()
    log = NationalNotification.objects.filter(deployment__in=[handover.outgoing_id, handover.incoming_id], sent_on=None)
    # Ten working days from Monday 2 November to Monday 16 November.
    assert preset == "alpsit" or log.filter(deployment=handover.incoming_id, waited=10).exists()
    found = set(Deployment.objects.filter(authority=authority).values_list("status", flat=True))
    assert {"proposed", "agreed", "confirmed", "active", "ending", "withdrawn"} <= found


@pytest.mark.parametrize(
    "model",
    [
        "schools.Specialism", "schools.FaithRequest", "schools.SharingOptOut", "schools.AllAgeAgreement", "schools.Closure",
        "visits.HeadAnswer", "visits.NoteAttachment", "accounts.Invitation", "partners.StandDown", "partners.NcaTerm",
        "partners.EvidencePack",
    ],
)  # fmt: skip
def test_a_little_of_everything_is_on_record(on_the_day, model):
    assert apps.get_model(model).objects.exists()


@pytest.mark.parametrize("preset", PRESETS)
def test_some_letters_have_their_pdf_and_every_handover_pack_a_note(on_the_day, preset):
    authority = Authority.objects.get(code=next(one.code for one in people.AUTHORITIES if one.preset == preset))
    assert Letter.objects.filter(authority=authority, document__isnull=False).count() == 3
    school = Handover.objects.get(authority=authority, confirmed_on__isnull=False, starts_on__lte=DEMONSTRATION_DAY).school
    assert Note.objects.filter(visit__school=school, status__in=[NoteState.DISTRIBUTED, NoteState.AMENDED]).exists()


def test_a_rule_is_set_aside_with_a_reason(on_the_day):
    assert Deployment.objects.exclude(reasons={}).count() == 3


def test_every_state_of_a_deployment_is_there(on_the_day):
    found = Deployment.objects.values_list("authority__code", "status").distinct()
    assert {status for _code, status in found} == set(DeploymentStatus.values)
    trust = {status for code, status in found if code == "993"}
    assert trust == set(DeploymentStatus.values) - {
        "objected",
        "rejected",
        "upheld",
    }  # the policy of a trust knows no objection


def test_the_sign_ins_of_the_interface_are_there(on_the_day):
    emails = {row["email"] for row in on_the_day.said["sign_ins"]}
    roles = ("manager", "sip", "head", "chair", "line.manager", "senior.adviser", "administrator", "mentor")
    wanted = {f"{role}@{preset.replace('_', '-')}.demo.example" for role in roles for preset in PRESETS}
    wanted |= {"reader@alpsit.demo.example", "programme@national.demo.example", "coordinator@national.demo.example"}
    assert wanted <= emails
    assert all(User.objects.get(email=email).check_password(on_the_day.said["password"]) for email in sorted(wanted)[:3])


def test_every_advertised_person_is_somebody(on_the_day):
    nobodies = [row["email"] for row in on_the_day.said["sign_ins"] if not row["role"]]
    assert nobodies == []


# Who has nothing of their own to do on the day: readers, and those whom nothing waits for.
AT_LEAST_ONE_THING = [
    f"{local}@{preset.replace('_', '-')}.demo.example"
    for preset in PRESETS
    for local in ("sip", "manager", "line.manager", "head", "senior.adviser")
]
NOTHING_IS_RIGHT = {
    "head@learning-trust.demo.example",  # no head step
    "senior.adviser@national.demo.example",  # disputes are not moderated
    "senior.adviser@learning-trust.demo.example",
    "senior.adviser@alpsit.demo.example",
    "line.manager@alpsit.demo.example",  # the head approves, the Trust Advisor releases
}


@pytest.mark.parametrize("email", [email for email in AT_LEAST_ONE_THING if email not in NOTHING_IS_RIGHT])
def test_those_with_work_find_it(on_the_day, email):
    viewer = viewer_for(User.objects.get(email=email), on=DEMONSTRATION_DAY)
    found = work.work_of(viewer)
    assert not found.is_empty or health.numbers(viewer)


def test_my_work_opens_for_every_advertised_person(on_the_day, as_role):
    for row in on_the_day.said["sign_ins"]:
        response = as_role(user=User.objects.get(email=row["email"])).get("/")
        assert response.status_code == 200, row["email"]
        assert b"My work" in response.content


def test_every_link_of_my_work_opens(on_the_day, as_role):
    """Each thing to do opens straight at the place to do it."""
    closed = []
    for row in on_the_day.said["sign_ins"]:
        client = as_role(user=User.objects.get(email=row["email"]))
        context = client.get("/").context
        urls = {task.url for _title, tasks in context["groups"] for task in tasks}
        urls |= {due.url for due, _tag in context["waiting"] if due.url in context["openable"]}
        urls |= {number.url for number in context["numbers"]}
        urls |= {link.url for link in context["shortcuts"]}
        closed += [(row["email"], url, status) for url in urls if (status := client.get(url).status_code) not in (200, 302)]
    assert closed == []


def test_every_link_among_the_deadlines_opens(on_the_day, as_role):
    closed = []
    for row in on_the_day.said["sign_ins"]:
        client = as_role(user=User.objects.get(email=row["email"]))
        page = client.get("/deadlines/")
        if page.status_code == 200:
            closed += [
                (row["email"], url) for url in page.context["openable"] if client.get(url).status_code not in (200, 302)
            ]
    assert closed == []


def test_no_mail_leaves_for_a_real_address(on_the_day):
    addresses = set(OutgoingEmail.objects.values_list("to", flat=True))
    assert addresses
    assert all(address.endswith(".example") for address in addresses)


def test_urns_are_invented(on_the_day):
    from schools.models import School

    assert all("900000" <= urn <= "999999" for urn in School.objects.values_list("urn", flat=True))


def test_a_second_demonstration_is_refused(on_the_day):
    with pytest.raises(CommandError, match="there already"):
        call_command("demo", preset="kent")


@pytest.mark.django_db
def test_there_is_no_demonstration_where_it_is_switched_off(settings):
    settings.DEMONSTRATION = False
    before = User.objects.count()
    with pytest.raises(CommandError, match="only while DEMONSTRATION is on"):
        call_command("demo")
    assert User.objects.count() == before


def _owed_source_by_source(partition: str) -> list:
    """What every source says when it is asked alone."""
    dues = [due for source in deadlines._sources.values() for due in source(partition=partition, on=DEMONSTRATION_DAY)]
    return sorted(dues, key=lambda due: (due.due_on, due.rule, due.subject, due.owner.email, due.says))


@pytest.mark.parametrize("one", people.AUTHORITIES, ids=lambda one: one.preset)
def test_d_37_what_is_read_together_is_what_each_says_alone(on_the_day, one):
    authority, on = Authority.objects.get(code=one.code), DEMONSTRATION_DAY

    def answers() -> list:
        programmes = PROGRAMMES if authority.kind == AuthorityKind.LOCAL_AUTHORITY else ()
        return [
            problems.problems_of(authority, on),
            *(conditions_of_grant(authority=authority, programme=programme, on=on).as_json() for programme in programmes),
        ]

    with readings.shared():
        read_ahead(authority, on)
        dues = deadlines.owed(partition=authority.code, on=on)
        together = answers()
    assert dues
    assert together[0]
    alone = _owed_source_by_source(authority.code)
    assert sorted(dues, key=lambda due: (due.due_on, due.rule, due.subject, due.owner.email, due.says)) == alone
    assert together == answers()


# What My work of each role takes at most: the numbers of managers and administrators cost as much again as the list.
MOST = {"manager": 130, "administrator": 130}


@pytest.mark.parametrize(
    "role", ["manager", "administrator", "senior.adviser", "line.manager", "mentor", "head", "chair", "sip"]
)
def test_d_37_my_work_asks_each_table_once_or_twice(on_the_day, role):
    user = User.objects.get(email=f"{role}@kent.demo.example")
    viewer = viewer_for(user, on=DEMONSTRATION_DAY)
    with CaptureQueriesContext(connection) as asked, readings.shared():
        if (authority := health.authority_of(viewer)) is not None:
            read_ahead(authority, viewer.on)
        found = work.work_of(viewer)
        health.numbers(viewer, found.owed)
    assert len(asked) <= MOST.get(role, 70)
    twice = Counter(query["sql"] for query in asked)
    assert [sql for sql, times in twice.items() if times > 1] == []
