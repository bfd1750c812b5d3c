"""The commands, their JSON and their exits (interfaces)."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.tests import factories as people
from partners.models import Headship
from partners.tests import factories
from schools.facts import Phase
from schools.tests import factories as schools

pytestmark = pytest.mark.django_db

SEP = date(2009, 9, 1)  # Tuesday


@pytest.fixture(autouse=True)
def november(clock_at):
    clock_at("2009-11-16 16:00")


def run(*arguments):
    out = StringIO()
    status = 0
    try:
        call_command(*arguments, "--format", "json", stdout=out)
    except SystemExit as stop:
        status = stop.code
    return status, json.loads(out.getvalue())


@pytest.fixture
def pair():
    authority = people.authority("Ashby")
    school = schools.make_school("900123", authority=authority, phase=Phase.SECONDARY, name="Hill Road School")
    partner = factories.make_partner("Robin Ward", reference="P900500", sectors={"secondary": SEP}, authorities=[authority])
    return partner, school, authority


def test_deployment_check_says_what_may_be_proposed_and_what_confirmed(pair):
    status, answer = run("deployment_check", "P900500", "900123", "--start", "2010-01-04")
    assert (status, answer["allowed"], answer["may_propose"]) == (0, False, True)
    assert {row["stage"] for row in answer["findings"]} == {"confirm"}
    assert {"PRE-2", "PRE-6"} <= {row["id"] for row in answer["findings"]}
    assert set(answer["findings"][0]) == {"id", "weight", "stage", "says", "because"}
    factories.make_ready(*pair)
    assert run("deployment_check", "P900500", "900123", "--start", "2010-01-04") == (
        0, {"allowed": True, "may_propose": True, "findings": []},
    )  # fmt: skip


def test_deployment_check_takes_the_last_lawful_day_for_no_end(pair):
    _partner, school, authority = pair
    factories.make_ready(*pair)
    follower = factories.make_partner(sectors={"secondary": SEP}, authorities=[authority])
    factories.make_deployment(follower, school, authority, starts_on=date(2011, 1, 4), on=SEP)
    assert run("deployment_check", "P900500", "900123", "--start", "2008-01-01")[1]["may_propose"] is False
    _, answer = run("deployment_check", "P900500", "900123", "--start", "2010-01-04", "--end", "2011-01-03")
    assert answer["findings"] == []
    _, answer = run("deployment_check", "P900500", "900123", "--start", "2010-01-04")
    assert [row["id"] for row in answer["findings"]] == ["DEP-9"]


def test_deployment_check_of_a_sip_whose_three_years_are_up(pair):
    partner, school, authority = pair
    factories.make_deployment(partner, school, authority, starts_on=date(2009, 10, 1), ends_on=date(2009, 11, 1))
    _, answer = run("deployment_check", "P900500", "900123", "--start", "2009-12-01", "--end", "2012-12-01")
    assert [row["id"] for row in answer["findings"]] == ["DEP-10"]
    assert answer["findings"][0]["because"] == (
        "First started on 1 October 2009; 29 days of breaks are added, so the last lawful day is 29 October 2012; the end "
        "asked for is 1 December 2012."
    )


def test_deployment_check_of_somebody_unknown(pair):
    assert run("deployment_check", "P999999", "900123", "--start", "2010-01-04") == (
        1, {"error": "There is no partner P999999."},
    )  # fmt: skip
    assert run("deployment_check", "P900500", "999999", "--start", "2010-01-04") == (
        1, {"error": "There is no school 999999."},
    )  # fmt: skip
    with pytest.raises(CommandError) as wrong:
        run("deployment_check", "P900500", "900123", "--start", "2010-01-04", "--end", "2010-01-03")
    assert wrong.value.returncode == 2


def test_candidates_ranks_who_could_and_says_why_the_others_could_not(pair):
    """REG-20, DEP-3."""
    partner, school, authority = pair
    better = factories.make_partner(
        "Ada Moss", reference="P900501", sectors={"secondary": SEP}, authorities=[authority], days_available=40
    )
    wrong = factories.make_partner("Wen Lee", reference="P900502", sectors={"primary": SEP}, authorities=[authority])
    status, answer = run("candidates", school.urn, "--start", "2009-12-01")
    assert status == 0
    assert [row["partner"] for row in answer["ranked"]] == [better.reference, partner.reference]
    assert answer["ranked"][0]["score"] > answer["ranked"][1]["score"]
    assert answer["ranked"][0]["because"][0] == "40 days left."
    (excluded,) = answer["excluded"]
    assert excluded["partner"] == wrong.reference
    assert "accredited for primary only" in excluded["because"][0]
    assert len(run("candidates", school.urn, "--start", "2009-12-01", "--limit", "1")[1]["ranked"]) == 1


def test_candidates_of_a_school_that_nobody_can_take_give_the_reason(pair):
    partner, school, _authority = pair
    factories.make_deployment(partner, school, starts_on=SEP)
    status, answer = run("candidates", school.urn, "--start", "2009-12-01")
    assert (status, answer["ranked"]) == (0, [])
    assert any(
        "with no end recorded" in because or "already placed" in because for because in answer["excluded"][0]["because"]
    )


def test_candidates_of_no_school():
    assert run("candidates", "900999", "--start", "2009-12-01") == (1, {"error": "There is no school 900999."})
    with pytest.raises(CommandError):
        run("candidates", "900999", "--start", "2009-12-01", "--limit", "0")


def test_deployment_plan_proposes_who_takes_which_school(pair):
    """DEP-3, COG-D."""
    partner, school, authority = pair
    partner.days_available = 20
    partner.save()
    Headship.objects.create(partner=partner, sector="secondary", is_former=True)
    status, answer = run("deployment_plan", authority.code, "--phase", "secondary", "--start", "2010-09-01")
    assert (status, answer["status"]) == (0, "optimal")
    assert answer["objective"] == answer["bound"]
    (row,) = answer["assignments"]
    assert (row["school_urn"], row["partner"]) == (school.urn, partner.reference)
    assert row["because"].startswith("Robin Ward: ")
    assert (answer["unassigned"], answer["cannot_meet_together"]) == ([], [])


def test_deployment_plan_says_what_cannot_be_met_together(pair):
    _partner, school, authority = pair
    status, answer = run(
        "deployment_plan", authority.code, "--phase", "secondary", "--start", "2010-09-01", "--time-limit", "5"
    )
    assert (status, answer["status"]) == (0, "infeasible")
    assert answer["unassigned"][0]["school_urn"] == school.urn
    assert answer["cannot_meet_together"][0]["mend"]


def test_deployment_plan_answers_for_a_day_that_has_passed_and_says_so_beside(pair, capsys):
    """A command is a query; only the page, where rows are accepted, refuses the day."""
    authority = pair[2]
    status, answer = run(
        "deployment_plan", authority.code, "--phase", "secondary", "--start", "2009-11-15", "--time-limit", "5"
    )
    assert (status, answer["status"]) == (0, "infeasible")
    assert "15 November 2009 has passed" in capsys.readouterr().err
    run("deployment_plan", authority.code, "--phase", "secondary", "--start", "2009-11-16", "--time-limit", "5")
    assert not capsys.readouterr().err


def test_deployment_plan_of_nobody_and_in_no_time():
    assert run("deployment_plan", "999", "--phase", "primary", "--start", "2010-09-01") == (
        1, {"error": "There is no authority 999."},
    )  # fmt: skip
    for wrong in (
        ["--phase", "special"],
        ["--phase", "primary", "--time-limit", "0"],
        ["--phase", "primary", "--time-limit", "x"],
    ):
        with pytest.raises(CommandError):
            run("deployment_plan", "999", "--start", "2010-09-01", *wrong)


def test_conditions_of_grant(pair):
    _, school, authority = pair
    factories.make_deployment(pair[0], school, authority, starts_on=date(2009, 10, 1))
    status, answer = run("conditions_of_grant", authority.code, "--phase", "secondary", "--on", "2009-11-16")
    assert status == 0
    assert (answer["authority"], answer["phase"], answer["on"]) == (authority.code, "secondary", "2009-11-16")
    found = {row["id"]: row for row in answer["conditions"]}
    assert list(found)[:2] == ["COG-A", "COG-B"]
    assert found["COG-A"]["figures"] == {"in_scope": 1, "covered": 1, "deadline_on": None, "days_to_deadline": None}
    assert found["COG-E-meetings"]["strength"] == "best_endeavours"
    assert found["COG-G"]["result"] == "no_data"
    assert answer["grant"] == {"financial_year": "2009-10", "amount": None, "basis": []}


def test_conditions_of_grant_of_a_trust_or_of_nobody():
    trust = people.trust("Invented Trust")
    status, answer = run("conditions_of_grant", trust.code, "--phase", "primary", "--on", "2009-11-16")
    assert (status, answer) == (1, {"error": "Invented Trust is a school trust, and a trust has no conditions of grant."})
    assert run("conditions_of_grant", "ZZZ", "--phase", "primary", "--on", "2009-11-16")[0] == 1


def test_conditions_of_grant_knows_two_programmes():
    with pytest.raises(CommandError):
        call_command("conditions_of_grant", "X01", "--phase", "special", "--on", "2009-11-16")


def test_accreditations(pair):
    status, rows = run("accreditations", "--on", "2009-11-16")
    assert (status, rows) == (
        0,
        [
            {
                "partner": "P900500", "sector": "secondary", "state": "accredited", "last_practised_on": "2009-09-01",
                "warn_on": "2012-03-01", "lapses_on": "2012-09-01",
            }
        ],
    )  # fmt: skip
    authority = pair[2]
    assert run("accreditations", "--on", "2009-11-16", "--authority", authority.code) == (0, [])
    factories.engage(pair[0], authority)
    assert len(run("accreditations", "--on", "2009-11-16", "--authority", authority.code)[1]) == 1
    assert run("accreditations", "--on", "2009-11-16", "--authority", "ZZZ")[0] == 1


@pytest.mark.parametrize("typed", ["0001-01-01", "9999-12-31", "20091116", "2009-02-29", "16/11/2009", "soon"])
@pytest.mark.parametrize(
    "command",
    [
        ("accreditations", "--on"),
        ("deadlines", "--on"),
        ("nightly", "--on"),
        ("conditions_of_grant", "886", "--phase", "primary", "--on"),
        ("deployment_check", "P900500", "900123", "--start"),
        ("import_schools", "extract.csv", "--as-at"),
    ],
    ids=lambda words: words[0],
)
def test_a_day_that_no_command_can_reckon_with_is_wrong_usage(command, typed):
    with pytest.raises(CommandError, match="is not a day such as 2009-11-16"):
        run(*command, typed)
