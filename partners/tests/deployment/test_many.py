"""Many at once: deploy, move, renew (DEP-18, DEP-19, SPM-6, ACT-15), by the rules of one alone, each row by itself, once."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions, selectors
from partners.actions.deployment.bulk import EFFECTS
from partners.actions.deployment.deploying import Refused
from partners.jobs import carry_out_run
from partners.models import BulkRow, BulkRun, Contract, Deployment, DeploymentFlag, Interest, NationalNotification, Partner
from partners.selectors import Terms, standing_in_the_way, terms_of_run
from partners.tests.deployment.many import day, looked_at, press, see, words
from partners.tests.factories import make_deployment, make_partner, make_ready, moment
from schools.tests import factories as schools
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused

pytestmark = pytest.mark.django_db

SEP, NOV, JAN = date(2009, 9, 1), date(2009, 11, 16), date(2010, 1, 4)  # Tuesday, Monday, Monday
AT = moment(NOV)
HELD = {"primary": date(2008, 9, 1)}


@pytest.fixture
def user(authority):
    return people.member(Role.MANAGER, at=authority)


@pytest.fixture
def manager(as_role, user, clock_at):
    clock_at("2009-11-16 09:00")
    return as_role(user=user)


def a_sip(authority, name="Ada Holt"):
    return make_partner(name, sectors=HELD, authorities=[authority])


def a_school(authority, name):
    return schools.make_school(authority=authority, name=name)


@pytest.fixture
def world(authority):
    """Robin leaves three schools, Ada could take two of them: at the third she is a governor."""
    robin, ada = a_sip(authority, "Robin Ward"), a_sip(authority, "Ada Holt")
    places = [a_school(authority, f"{name} School") for name in ("Hill Road", "Brook Lane", "Mill")]
    rows = [make_deployment(robin, school, starts_on=SEP) for school in places]
    for school in places:
        make_ready(ada, school, authority)
    Interest.objects.create(partner=ada, school=places[2], says="Governor there", declared_at=moment(SEP))
    return {"robin": robin, "ada": ada, "schools": places, "rows": rows}


def url(name):
    return reverse(f"partners:{name}")


def key_of(client, page, **query):
    return client.get(page, query).context["form"]["form_key"].value()


def state():
    return (
        list(Deployment.objects.order_by("pk").values_list("pk", "status", "ends_on", "lead_from", "lead_until")),
        AuditEvent.objects.count(), NationalNotification.objects.count(), OutgoingEmail.objects.count(),
    )  # fmt: skip


# -------------------------------------------------------------------------------------------------------------- move


def move(client, world, **more):
    page = url("deployments-move")
    chosen = [row.pk for row in world["rows"]]
    given = {
        "chosen": chosen, "sip": world["ada"].reference, "why": "Robin retires", **day("starts_on", JAN),
        "form_key": key_of(client, page, chosen=chosen), **more,
    }  # fmt: skip
    return page, given


def test_act_15_schools_of_a_leaving_sip_move_row_by_row_after_a_preview_and_once(manager, world):
    before = state()
    page, given = move(manager, world, **day("consulted_on", date(2009, 11, 9)))
    check = see(manager, page, given)
    assert state() == before  # the preview writes nothing
    assert "Move 2 schools" in check
    assert "A conflict with Mill School is declared" in check
    assert "Robin Ward to 3 January 2010" in check
    assert "What if: the conditions of grant on 4 January 2010" in check
    answer = press(manager, page, given)
    assert "2 schools moved" in answer
    assert "Stays as it is" in answer
    assert "Mill School" in answer
    old = {row.school_id: row for row in Deployment.objects.filter(partner=world["robin"])}
    new = {row.school_id: row for row in Deployment.objects.filter(partner=world["ada"])}
    hill, brook, mill = (school.pk for school in world["schools"])
    assert [old[pk].ends_on for pk in (hill, brook, mill)] == [date(2010, 1, 3), date(2010, 1, 3), None]
    assert [(new[pk].status, new[pk].starts_on, new[pk].lead_from) for pk in (hill, brook)] == [("confirmed", JAN, JAN)] * 2
    assert mill not in new
    kinds = NationalNotification.objects.filter(deployment__school_id=hill).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["start", "end", "replacement"]
    after = state()
    again = press(manager, page, given)
    assert "This was confirmed already, once." in again
    assert state() == after
    assert BulkRun.objects.count() == 1


def test_without_the_day_of_asking_the_new_sip_is_proposed_and_the_schools_are_asked(manager, world):
    page, given = move(manager, world)
    press(manager, page, given)
    assert [row.status for row in Deployment.objects.filter(partner=world["ada"])] == ["proposed", "proposed"]


def test_pre_6_without_a_contract_a_row_is_not_confirmed_and_the_one_before_does_not_end(manager, world):
    Contract.objects.filter(engagement__partner=world["ada"], school=world["schools"][0]).delete()
    page, given = move(manager, world, **day("consulted_on", date(2009, 11, 9)))
    assert "PRE-6: No confirmed contract with Ada Holt" in see(manager, page, given)
    press(manager, page, given)
    assert Deployment.objects.get(pk=world["rows"][0].pk).ends_on is None
    assert Deployment.objects.filter(partner=world["ada"]).count() == 1


def test_a_move_settles_what_is_flagged_about_the_deployment_that_goes(manager, world):
    flag = DeploymentFlag.objects.create(deployment=world["rows"][0], rule="PRE-5", says="Ran out", raised_at=AT, due_on=NOV)
    page, given = move(manager, world)
    press(manager, page, given)
    flag.refresh_from_db()
    assert flag.outcome == "replaced"


def test_all_schools_of_a_sip_are_named_by_the_sip(manager, world):
    page = words(manager.get(url("deployments-move"), {"partner": world["robin"].reference}))
    assert "Move 3 schools" in page


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("robin", {}, "Robin Ward is the SIP there already."),
        ("ada", day("starts_on", SEP), "The deployment begins on 1 September 2009; choose a later day."),
        ("ada", day("starts_on", date(2012, 9, 2)), "so the last lawful day is 31 August 2012; the end asked for is 1 September"),
    ],
)  # fmt: skip
def test_a_move_that_cannot_be_is_said_in_the_preview_and_refused_by_the_action(manager, world, name, more, said):
    page, given = move(manager, world, **more)
    given["sip"] = world[name].reference
    assert said in see(manager, page, given)
    before = state()
    assert "None of these would go through." in press(manager, page, given)
    assert state()[0] == before[0]
    (row, *_) = BulkRow.objects.order_by("position")
    with pytest.raises(Refused, match=re.escape(said)):
        EFFECTS["move"](row, terms_of_run(row.run), None, AT)
    assert state()[0] == before[0]


def test_nothing_chosen_or_nothing_of_ones_own_leads_back(manager, world, as_role):
    assert manager.get(url("deployments-move")).status_code == 302
    assert manager.get(url("deployments-renew")).status_code == 302
    stranger = as_role(Role.MANAGER, at=people.authority("Barton"))
    assert stranger.get(url("deployments-move"), {"chosen": world["rows"][0].pk}).status_code == 302


def test_a_decided_end_is_kept_and_a_proposal_is_not_moved(manager, world):
    first, second, _ = world["rows"]
    actions.end_deployment(deployment=first, on=date(2010, 1, 15), reason="Decided before", by=None, at=AT)
    Deployment.objects.filter(pk=second.pk).update(status="agreed", confirmed_on=None)
    page, given = move(manager, world)
    check = see(manager, page, given)
    assert "It is not confirmed yet. Withdraw it" in check
    press(manager, page, given)
    assert Deployment.objects.get(pk=first.pk).ends_on == date(2010, 1, 15)
    assert Deployment.objects.filter(partner=world["ada"], school=first.school).exists()  # a handover within its days


def test_d_6_nobody_moves_schools_to_themself(manager, world, user):
    Partner.objects.filter(pk=world["ada"].pk).update(user=user)
    page, given = move(manager, world)
    answer = press(manager, page, given)
    assert "Nobody decides on their own work" in answer
    assert not Deployment.objects.filter(partner=world["ada"]).exists()
    assert not Deployment.objects.exclude(ends_on=None).exists()


# ------------------------------------------------------------------------------------------------------------ deploy


@pytest.fixture
def empty(authority):
    return [a_school(authority, f"Empty {name} School") for name in ("East", "West", "North")]


def deploy(client, rows, **more):
    page = url("deployments-deploy")
    return page, {"rows": rows, **day("starts_on", JAN), "form_key": key_of(client, page), **more}


def test_dep_19_a_whole_cluster_goes_to_one_sip_and_a_line_may_name_another(manager, authority, world, empty):
    page, given = deploy(
        manager, f"{empty[0].urn}\n{empty[1].urn}, {world['robin'].reference}\n\n{world['schools'][0].urn}\n",
        sip=world["ada"].reference,
    )  # fmt: skip
    check = see(manager, page, given)
    assert "Deploy 2 schools" in check
    assert "Robin Ward is the school's SIP from 1 September 2009, with no end recorded" in check
    assert "After this, 5 of 6 schools in scope (83%) have an accredited SIP" in check
    before = Deployment.objects.count()
    answer = press(manager, page, given)
    assert "2 schools proposed" in answer, "nobody is deployed before the school was asked"
    assert Deployment.objects.count() == before + 2
    assert Deployment.objects.get(school=empty[1]).partner == world["robin"]
    press(manager, page, given)
    assert Deployment.objects.count() == before + 2


def test_with_the_day_of_asking_each_is_confirmed_at_once(manager, authority, world, empty):
    make_ready(world["ada"], empty[0], authority)
    page, given = deploy(
        manager, f"{empty[0].urn}\n{empty[1].urn}", sip=world["ada"].reference, **day("consulted_on", date(2009, 11, 9))
    )
    check = see(manager, page, given)
    assert "Deploy 1 school" in check
    press(manager, page, given)
    assert Deployment.objects.get(school=empty[0]).status == "confirmed"
    assert not Deployment.objects.filter(school=empty[1]).exists()


def test_day_1_a_reason_is_asked_for_once_and_recorded_for_each(manager, world, empty):
    page, given = deploy(manager, f"{empty[0].urn}\n{empty[1].urn}", sip=world["ada"].reference, days="3")
    assert "Enter a reason: 3 of the 5 days expected" in see(manager, page, given)
    given |= {"reason": "Two small schools with one head", "form_key": key_of(manager, page)}
    press(manager, page, given)
    found = Deployment.objects.filter(partner=world["ada"]).values_list("reasons", "days")
    assert list(found) == [({"DAY-1": "Two small schools with one head"}, Decimal(3))] * 2


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("999999", "Line 1: there is no school with the URN 999999 here"),
        ("{urn}", "Line 1: enter the SIP after the URN, or one SIP for all above"),
        ("{urn} P1", "Line 1: there is no SIP with the reference P1 on the register"),
        ("{urn} {sip}\n{urn} {sip}", "Line 2: Empty East School is on an earlier line"),
        ("\n".join(["900001"] * 601), "Enter at most 600 schools at once"),
        ("", "Enter"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_and_nothing_is_written(manager, world, empty, rows, said):
    before = state()
    text = rows.format(urn=empty[0].urn, sip=world["ada"].reference)
    page, given = deploy(manager, text)
    assert said in see(manager, page, given)
    assert state() == before


def test_more_than_goes_through_in_one_go_is_said_and_none_is_lost_sight_of(manager, empty):
    page = url("deployments-deploy")
    shown = manager.get(page, {"school": [f"9{number:05}" for number in range(640)]})
    assert "These are the first 600 of the 640 schools chosen. Deal with the others in another go." in words(shown)
    assert len(shown.context["form"]["rows"].value().splitlines()) == 600
    assert "in another go" not in words(manager.get(page, {"school": [empty[0].urn]}))


def test_an_administrator_proposes_many_and_confirms_none(as_role, authority, world, empty, clock_at):
    clock_at("2009-11-16 09:00")
    client = as_role(Role.ADMINISTRATOR, at=authority)
    page, given = deploy(client, empty[0].urn, sip=world["ada"].reference, **day("consulted_on", date(2009, 11, 9)))
    press(client, page, given)
    assert Deployment.objects.get(school=empty[0]).status == "proposed"
    assert client.get(url("deployments-move")).status_code == 404


# ------------------------------------------------------------------------------------------------------------- renew


@pytest.fixture
def ending(authority):
    robin = a_sip(authority, "Robin Ward")
    return [
        make_deployment(robin, a_school(authority, f"{name} School"), starts_on=SEP, ends_on=last)
        for name, last in (
            ("Year", date(2010, 8, 31)),
            ("Long", date(2012, 1, 31)),
            ("Open", None),
            ("Full", date(2012, 8, 31)),
        )
    ]


def renew(client, rows, **more):
    page = url("deployments-renew")
    chosen = [row.pk for row in rows]
    return page, {"chosen": chosen, "form_key": key_of(client, page, chosen=chosen), **more}


def test_dep_18_dep_10_deployments_run_on_for_a_year_and_no_longer_than_is_lawful(manager, ending):
    page, given = renew(manager, ending)
    check = see(manager, page, given)
    assert "Renew 2 deployments" in check
    assert "To 31 August 2011" in check
    assert "To 31 August 2012" in check
    assert "It has no last day, so it goes on by itself." in check
    assert "DEP-10: The last day on record, 31 August 2012, is the last lawful day." in check
    sent = OutgoingEmail.objects.count()
    press(manager, page, given)
    found = [Deployment.objects.get(pk=row.pk) for row in ending]
    assert [row.ends_on for row in found] == [date(2011, 8, 31), date(2012, 8, 31), None, date(2012, 8, 31)]
    assert [row.lead_until for row in found] == [row.ends_on for row in found]
    assert OutgoingEmail.objects.count() == sent + 2  # the SIP; no head is known
    assert AuditEvent.objects.filter(what="deployment.renew").count() == 2
    assert NationalNotification.objects.filter(kind="end").count() == 0
    press(manager, page, given)
    assert Deployment.objects.get(pk=ending[0].pk).ends_on == date(2011, 8, 31)


def test_dep_10_a_last_day_beyond_three_years_is_refused_for_its_rows(manager, ending):
    page, given = renew(manager, ending, **day("until", date(2012, 9, 1)))
    check = see(manager, page, given)
    assert "so the last lawful day is 31 August 2012; the end asked for is 1 September 2012." in check
    before = state()[0]
    press(manager, page, given)
    assert state()[0] == before


def test_dep_10_one_alone_is_refused_in_the_words_of_the_preview(ending, user):
    with pytest.raises(MoveRefused, match="last lawful day"):
        actions.renew_deployment(deployment=ending[3], until=date(2012, 9, 1), by=user, at=moment(date(2009, 11, 16)))
    assert Deployment.objects.get(pk=ending[3].pk).ends_on == ending[3].ends_on


def test_an_earlier_day_is_no_renewal_and_a_decided_end_is_not_renewed(manager, ending):
    page, given = renew(manager, ending, **day("until", date(2010, 8, 31)))
    assert "The new last day, 31 August 2010, must be after 31 August 2010." in see(manager, page, given)
    actions.end_deployment(deployment=ending[0], on=date(2010, 7, 31), reason="Decided before", by=None, at=AT)
    page, given = renew(manager, ending[:1])
    assert "Its end is decided" in see(manager, page, given)


def test_pre_1_and_dep_9_stand_in_the_way_of_going_on(manager, authority, ending):
    """Accreditation removed from September, and another SIP placed after the last day on record."""
    ada = a_sip(authority)
    make_deployment(ada, ending[0].school, starts_on=date(2010, 9, 1), on=NOV)
    page, given = renew(manager, ending[:1])
    assert "Ada Holt is the school's SIP from 1 September 2010" in see(manager, page, given)
    ending[1].partner.accreditations.update(removed_on=date(2012, 2, 1))
    page, given = renew(manager, ending[1:2])
    check = see(manager, page, given)
    assert "PRE-1:" in check
    before = state()[0]
    press(manager, page, given)
    assert state()[0] == before


# --------------------------------------------------------------------------------------------------------- together


def test_the_register_leads_to_each_of_them(manager, world):
    page = reverse("partners:deployment-list")
    for name in ("renew", "move", "end"):
        answer = manager.post(page, {"action": name, "chosen": [world["rows"][0].pk]})
        assert answer["Location"] == f"{reverse(f'partners:deployments-{name}')}?chosen={world['rows'][0].pk}"


def test_the_preview_of_many_costs_the_queries_of_one(manager, authority, world):
    def cost(pairs):
        page, given = deploy(manager, "\n".join(f"{school.urn} {partner.reference}" for partner, school in pairs))
        with CaptureQueriesContext(connection) as queries:
            assert manager.post(page, given, follow=True).status_code == 200
        return len(queries)

    pairs = [(a_sip(authority, f"Sip {n}"), a_school(authority, f"School {n}")) for n in range(8)]
    cost(pairs[:1])
    assert cost(pairs) == cost(pairs[:1])


def test_the_preview_and_the_run_agree_on_every_row(manager, authority, user, world, empty):
    """The same rows, once as the page says and once as the action does."""
    terms = Terms(JAN)
    pairs = [(world["ada"], school) for school in (*empty, *world["schools"])]
    cases = selectors.cases_of_pairs(pairs, starts_on=JAN, on=NOV)
    said = [standing_in_the_way(cases[partner.pk, school.pk], terms) for partner, school in pairs]
    run = looked_at("deploy", pairs, terms, by=user, at=AT)
    rows = list(run.rows.order_by("position"))
    assert [tuple(row.because) for row in rows] == said
    run.rows.update(outcome="goes", because=[])  # as if the preview had let them all pass
    actions.confirm_run(run=run, by=user, at=AT)
    carry_out_run(run_id=run.pk, at=AT)
    assert [tuple(row.because) for row in run.rows.order_by("position")] == said


@pytest.mark.parametrize("preset", ["kent", "learning_trust", "alpsit"])
def test_dep_5_where_the_school_has_its_say_first_many_are_proposed_and_none_confirmed_at_once(
    manager, authority, world, empty, preset
):
    people.policy(authority, preset, starts_on=date(2009, 10, 1))
    make_ready(world["ada"], empty[0], authority)
    page, given = deploy(manager, empty[0].urn, sip=world["ada"].reference, **day("consulted_on", date(2009, 11, 9)))
    assert "The school has its say here first." in see(manager, page, given)
    before = state()[0]
    assert "The school has its say here first." in press(manager, page, given)
    assert state()[0] == before
    page, given = deploy(manager, empty[0].urn, sip=world["ada"].reference)
    press(manager, page, given)
    assert Deployment.objects.get(school=empty[0]).status == "proposed"
