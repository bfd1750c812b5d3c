"""What an import does with one row (D-17): place it under the rules, or record what happened with its breaches."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions, selectors
from partners.models import Contract, Deployment, Engagement
from partners.tests import factories
from partners.tests.factories import moment
from schools.facts import Phase
from schools.tests import factories as schools
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused

pytestmark = pytest.mark.django_db

SEP = date(2009, 9, 1)  # Tuesday
AT = moment(date(2009, 11, 16))


@pytest.fixture
def school(authority):
    return schools.make_school(authority=authority, phase=Phase.SECONDARY, head="Pat Head")


@pytest.fixture
def partner(authority):
    return factories.make_partner("Robin Ward", authorities=[authority])


def place(school, partner, **more):
    return actions.place_imported(**{"school": school, "partner": partner, "starts_on": SEP, "by": None, "at": AT, **more})


def record(school, partner, **more):
    return actions.record_historic(**{"school": school, "partner": partner, "starts_on": SEP, "by": None, "at": AT, **more})


def test_a_row_whose_checks_are_on_record_is_confirmed(school, partner, authority):
    factories.complete_checks(factories.engage(partner, authority))
    deployment, outstanding = place(school, partner, is_contract_confirmed=True, consulted_on=SEP)
    assert (deployment.status, deployment.consulted_on, outstanding) == ("active", SEP, [])
    assert Contract.objects.get().confirmed_on == SEP


def test_a_row_without_checks_is_agreed_and_says_what_is_missing(school, partner):
    deployment, outstanding = place(school, partner)
    assert deployment.status == "agreed"
    assert {"PRE-2", "PRE-6"} <= {row.id for row in outstanding}
    assert Engagement.objects.get().partner == partner
    assert not Contract.objects.exists()


JAN = date(2010, 1, 4)  # Monday


@pytest.mark.parametrize("preset", ["learning_trust", "kent", "alpsit"])
def test_dep_6_a_file_takes_no_school_its_say(school, partner, authority, preset):
    """DEP-4 to DEP-6, GOV-12: the one chance to object, or the shared choice, comes before the SIP by this way in too."""
    people.policy(authority, preset=preset)
    factories.complete_checks(factories.engage(partner, authority))
    deployment, _ = place(school, partner, starts_on=JAN, is_contract_confirmed=True)
    assert deployment.status == "proposed"
    assert deployment.consultations.count() == (1 if preset == "kent" else 2)
    with pytest.raises(MoveRefused, match=r"DEP-[456]"):
        actions.agree_deployment(deployment=deployment, by=None, at=AT)


def test_dep_6_the_chance_that_a_file_left_is_taken_once(school, partner, authority):
    """ACT-2: the window stands open, and the SIP is not confirmed meanwhile."""
    people.policy(authority, preset="learning_trust")
    factories.complete_checks(factories.engage(partner, authority))
    deployment, _ = place(school, partner, starts_on=JAN, is_contract_confirmed=True)
    with pytest.raises(MoveRefused):
        actions.confirm_deployment(deployment=deployment, by=None, at=AT)
    asked = deployment.consultations.get(party="governors")
    say = {"consultation": asked, "ground": "connectivity", "says": "Her brother is our bursar", "by": None, "at": AT}
    assert actions.object_to_deployment(**say).is_admitted
    again = actions.object_to_deployment(**say)
    assert (again.is_admitted, again.refused) == (False, ["already_used"])
    assert Deployment.objects.get().status == "objected"


@pytest.mark.parametrize("more", [{"starts_on": JAN, "consulted_on": SEP}, {"starts_on": SEP}])
def test_dep_6_a_school_that_has_had_its_say_or_whose_sip_has_begun_is_not_asked_again(school, partner, authority, more):
    people.policy(authority, preset="learning_trust")
    factories.complete_checks(factories.engage(partner, authority))
    deployment, _ = place(school, partner, is_contract_confirmed=True, **more)
    assert deployment.confirmed_on is not None
    assert not deployment.consultations.exists()


def test_a_contract_on_record_keeps_its_day(school, partner, authority):
    factories.contract(factories.engage(partner, authority), school, on=date(2009, 6, 1))
    place(school, partner, is_contract_confirmed=True)
    assert Contract.objects.get().confirmed_on == date(2009, 6, 1)


def test_few_days_are_recorded_as_the_files(school, partner):
    assert place(school, partner, days=3)[0].reasons == {"DAY-1": "As given in the imported file"}


def test_a_row_that_breaks_a_rule_changes_nothing(school, partner):
    partner.willingness.all().delete()
    with pytest.raises(actions.Refused):
        place(school, partner, is_contract_confirmed=True)
    assert not Deployment.objects.exists()
    assert not Engagement.objects.exists()


def test_national_staff_may_import_and_a_head_may_not(school, partner):
    assert place(school, partner, by=people.member(Role.PROGRAMME))[0].pk
    with pytest.raises(PermissionDenied):
        record(school, partner, by=schools.make_head(school).user)


# What happened.


def test_history_is_recorded_without_letters_and_counts_as_notified_elsewhere(school, partner, authority):
    deployment, breaches = record(school, partner, ends_on=date(2009, 10, 30), days=4, consulted_on=SEP)
    assert breaches == []  # few days only warn, and checks made elsewhere are not typed in here
    assert (deployment.status, deployment.is_historic, deployment.confirmed_on, deployment.authority) == (
        "ended", True, SEP, authority,
    )  # fmt: skip
    assert (deployment.lead_from, deployment.lead_until) == (SEP, date(2009, 10, 30))
    assert [(n.kind, n.is_elsewhere, n.sent_on) for n in deployment.notifications.order_by("pk")] == [
        ("start", True, SEP), ("end", True, date(2009, 10, 30)),
    ]  # fmt: skip
    assert Contract.objects.get().confirmed_on == SEP
    assert Engagement.objects.get().starts_on == SEP
    assert not OutgoingEmail.objects.exists()
    assert AuditEvent.objects.get(what="deployment.record").details["breaches"] == []


def test_history_that_still_runs_is_confirmed_and_its_checks_are_asked_for(school, partner, authority):
    assert record(school, partner)[0].status == "active"
    problems = selectors.problems(authority, date(2009, 11, 16))
    (row,) = [row for row in problems if row["kind"] == "check_missing"]
    assert "enter the criminal record check, professional indemnity" in row["cure"]


def test_history_lists_its_breaches_and_is_recorded_all_the_same(school, partner, authority):
    lapsed = factories.make_partner(sectors={"primary": SEP})
    deployment, breaches = record(school, lapsed, starts_on=date(2005, 9, 1), ends_on=date(2009, 8, 31))
    assert deployment.pk
    assert {"PRE-1", "PRE-7", "DEP-10"} <= {row.id for row in breaches}
    assert AuditEvent.objects.get(what="deployment.record").details["breaches"] == [row.id for row in breaches]


def test_of_two_overlapping_leads_the_later_leads_from_the_day_after_the_earlier_ends(school, partner, authority):
    other = factories.make_partner(authorities=[authority])
    later, breaches = record(school, partner, starts_on=date(2009, 9, 1), ends_on=date(2009, 11, 10))
    assert breaches == []
    earlier, breaches = record(school, other, starts_on=date(2009, 8, 1), ends_on=date(2009, 10, 15))
    later.refresh_from_db()
    assert [row.id for row in breaches if row.id == "DEP-9"] == ["DEP-9"]
    assert (earlier.lead_from, earlier.lead_until) == (date(2009, 8, 1), date(2009, 10, 15))
    assert (later.lead_from, later.lead_until) == (date(2009, 10, 16), date(2009, 11, 10))


def test_whoever_came_while_another_had_no_end_never_led(school, partner, authority):
    record(school, partner)
    never, breaches = record(school, factories.make_partner(authorities=[authority]), starts_on=date(2009, 10, 1))
    assert "DEP-9" in {row.id for row in breaches}
    assert (never.lead_from, never.lead_until) == (None, None)
    assert "sip_never_leads" in {row["kind"] for row in selectors.problems(authority, date(2009, 11, 16))}


def test_an_engagement_that_began_later_is_put_back(school, partner, authority):
    engagement = factories.engage(partner, authority, starts_on=date(2009, 10, 1))
    record(school, partner)
    engagement.refresh_from_db()
    assert (Engagement.objects.count(), engagement.starts_on) == (1, SEP)


def test_an_engagement_that_covers_the_day_serves_and_one_that_is_over_does_not(school, partner, authority):
    over = factories.engage(partner, authority, starts_on=date(2008, 9, 1))
    over.ends_on = date(2009, 8, 31)
    over.save()
    record(school, partner, starts_on=date(2009, 1, 5), ends_on=date(2009, 8, 31))
    assert Engagement.objects.get() == over
    record(school, partner)
    assert Engagement.objects.exclude(pk=over.pk).get().starts_on == SEP


def test_history_whose_days_are_the_wrong_way_round_or_whose_school_is_nobodys_is_refused(school, partner):
    with pytest.raises(MoveRefused, match="on or after the first"):
        record(school, partner, ends_on=date(2009, 8, 31))
    school.services.all().delete()
    school.facts.filter(kind="local_authority").delete()
    with pytest.raises(MoveRefused, match="No authority ran"):
        record(school, partner)
    assert not Deployment.objects.exists()


def test_history_struck_out_writes_to_nobody_and_is_corrected(school, partner):
    deployment, _ = record(school, partner)
    actions.void_deployment(deployment=deployment, reason="Wrong person", by=None, at=AT)
    assert deployment.notifications.filter(kind="correction").count() == 1
    assert not OutgoingEmail.objects.exists()


def test_whoever_may_load_a_file_may_do_what_its_rows_say_later_too(school, partner, authority):
    """An administrator confirms and ends nothing by the page; a file that they may load does (D-17)."""
    from partners.imports import import_deployments

    administrator = people.member(Role.ADMINISTRATOR, at=authority)
    factories.complete_checks(factories.engage(partner, authority))

    def load(row):
        content = f"partner_reference,school_urn,start,end,days,contract_confirmed,consulted_on\n{row}\n".encode()
        return import_deployments(
            content=content, file_name="d.csv", authority=authority, by=administrator, on=AT.date(), at=AT
        ).as_json()

    first = f"{partner.reference},{school.urn},2009-09-01"
    load(f"{first},,5,no,")
    assert Deployment.objects.get().status == "agreed"
    assert load(f"{first},,5,yes,2009-08-01")["updated"] == 1
    assert Deployment.objects.get().status == "active"
    assert load(f"{first},2010-08-31,5,yes,2009-08-01")["rejected"] == []
    found = Deployment.objects.get()
    assert (found.status, found.ends_on, found.consulted_on) == ("ending", date(2010, 8, 31), date(2009, 8, 1))
