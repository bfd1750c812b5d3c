"""Problems of the record of SIPs and deployments, each with its cure."""

from datetime import date, timedelta

import pytest

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions, selectors
from partners.models import Partner, PartnerKind
from partners.tests import factories
from partners.tests.factories import moment
from schools.facts import Phase
from schools.tests import factories as schools

pytestmark = pytest.mark.django_db

SEP = date(2009, 9, 1)  # Tuesday
NOV = date(2009, 11, 16)  # Monday
SECTORS = {"secondary": date(2008, 9, 1)}


def place(school, on=NOV):
    return selectors.place_of(school, starts_on=on, on=NOV)


# Problems.


def kinds(authority, on=NOV):
    return sorted({row["kind"] for row in selectors.problems(authority, on)})


def test_a_sound_record_has_no_problems(authority, school):
    deployment = factories.make_deployment(None, school, authority, starts_on=NOV)
    assert kinds(authority) == ["no_agreement_in_force"]
    deployment.partner.accreditations.update(removed_on=NOV)
    assert kinds(authority) == ["no_agreement_in_force", "sip_not_accredited"]


def test_problems_name_their_cure(authority, school):
    deployment = factories.make_deployment(None, school, authority, starts_on=date(2006, 9, 1))
    deployment.partner.engagements.get().checks.filter(kind="PRE-5").update(expires_on=SEP)
    PartnerKind.objects.update(kind="serving_head")
    actions.ask_to_confirm_records(authority=authority, on=SEP, by=None, at=moment(SEP))
    assert kinds(authority) == [
        "check_run_out", "contractor_not_told", "head_without_headship", "no_agreement_in_force", "records_unverified",
        "serving_head_without_school", "three_years_passed",
    ]  # fmt: skip
    cure = next(row for row in selectors.problems(authority, NOV) if row["kind"] == "three_years_passed")
    assert cure["subject"] == f"deployment:{deployment.pk}"
    assert cure["cure"].endswith("end the deployment; the last lawful day was 31 August 2009")


def test_an_agreed_deployment_without_its_checks_is_a_task(authority, school):
    partner = factories.make_partner(sectors=SECTORS, authorities=[authority])
    deployment, outstanding = actions.place_imported(school=school, partner=partner, starts_on=SEP, by=None, at=moment(NOV))
    assert (deployment.status, "PRE-6" in {row.id for row in outstanding}) == ("agreed", True)
    (row,) = [row for row in selectors.problems(authority, NOV) if row["kind"] == "deployment_not_confirmed"]
    assert row["subject"] == f"deployment:{deployment.pk}"
    assert "confirmed contract, then confirm" in row["cure"]


def test_heads_and_sips_without_a_sector_are_problems(authority):
    partner = factories.make_partner(sectors={}, kind="former_head", headships={"primary": "serving"})
    factories.engage(partner, authority)
    assert kinds(authority) == ["former_head_in_post", "sip_will_work_nowhere", "sip_without_sector"]


def test_a_sip_at_a_school_that_has_closed_is_a_problem(authority):
    school = schools.make_school(authority=authority, phase=Phase.SECONDARY)
    factories.make_deployment(None, school, authority, starts_on=NOV)
    school.facts.filter(kind="status").update(ends_on=NOV)
    schools.set_fact(school, "status", "closed", starts_on=NOV + timedelta(days=1))
    assert kinds(authority, NOV + timedelta(days=1)) == ["no_agreement_in_force", "sip_at_closed_school"]


def test_two_records_that_may_be_of_one_person_are_a_problem_until_somebody_says_they_are_not(authority):
    """D-7: the same name and phone, another address."""
    for _ in range(2):
        partner = factories.make_partner("Robin Ward", sectors=SECTORS, authorities=[authority], phone="01632 960123")
        factories.engage(partner, authority)
    (row,) = [row for row in selectors.problems(authority, NOV) if row["kind"] == "same_person_suspected"]
    assert "say whether they are one person" in row["cure"]
    first, second = Partner.objects.order_by("pk")
    manager = people.member(Role.MANAGER, at=authority)
    said = {"authority": authority, "by": manager, "at": moment(NOV)}
    actions.say_of_pair(one=first, other=second, verdict="same", reason="One and the same", **said)
    (row,) = [row for row in selectors.problems(authority, NOV) if row["kind"] == "same_person_suspected"]
    assert "wait for the national programme" in row["cure"]
    actions.say_of_pair(one=first, other=second, verdict="not_same", reason="Father and son", **said)
    assert "same_person_suspected" not in kinds(authority)
