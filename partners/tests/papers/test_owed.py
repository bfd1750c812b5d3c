"""What is owed about checks and agreements, and what of it contradicts (PRE-13, AGR-2, AGR-3, AGR-12; DL-33, 34, 62, 74)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.access import viewer_for
from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions, selectors
from partners.models import Agreement, AgreementStatus, Check
from schools.tests.factories import make_school
from sipmanager.core import reminders
from sipmanager.core.deadlines import DueState
from sipmanager.core.models import Notice

from ..factories import complete_checks, make_deployment, moment
from .factories import YEAR_ENDS, YEAR_STARTS, Sides

pytestmark = pytest.mark.django_db
S = AgreementStatus
NOV = date(2009, 11, 16)  # Monday


def owed(sides, rule: str, on: date) -> list:
    return [due for due in selectors.owed_papers(partition=sides.authority.code, on=on) if due.rule == rule]


def at_work(sides):
    return make_deployment(sides.partner, sides.school, sides.authority, starts_on=YEAR_STARTS)


def test_dl_62_sip_and_administrator_are_reminded_sixty_and_thirty_days_before_a_check_runs_out(sides):
    at_work(sides)
    Check.objects.filter(kind="PRE-5").update(expires_on=date(2010, 1, 15))
    assert owed(sides, "DL-62", date(2009, 11, 15)) == []
    dues = owed(sides, "DL-62", NOV)
    assert {(due.owner.email, due.stage, due.state) for due in dues} == {
        (sides.sip.email, "60d", DueState.UPCOMING), (sides.administrator.email, "60d", DueState.UPCOMING),
    }  # fmt: skip
    assert dues[0].due_on == date(2010, 1, 15)
    assert "/checks/PRE-5/" in dues[0].url
    assert {due.stage for due in owed(sides, "DL-62", date(2009, 12, 16))} == {"30d"}
    late = owed(sides, "DL-62", date(2010, 1, 16))
    assert {due.state for due in late} == {DueState.OVERDUE}
    assert [person.email for person in late[0].escalate_to] == [sides.manager.email]


def test_dl_62_is_the_managers_once_new_evidence_is_handed_in_and_met_once_it_is_verified(sides):
    at_work(sides)
    Check.objects.filter(kind="PRE-5").update(expires_on=date(2009, 12, 1))
    at = moment(NOV)
    check = actions.hand_in_check(
        engagement=sides.engagement, kind="PRE-5", checked_on=NOV, expires_on=date(2010, 12, 1), by=sides.sip, at=at,
        prepared=actions.prepare_file(name="a.txt", content=b"Insured", at=at),
    )  # fmt: skip
    assert {due.owner.email for due in owed(sides, "DL-62", NOV)} == {sides.manager.email}
    actions.verify_check(check=check, by=sides.manager, at=at, expires_on=date(2010, 12, 1))
    assert owed(sides, "DL-62", NOV) == []


def test_dl_62_is_of_sips_at_work_and_of_checks_that_are_asked_for(sides):
    complete_checks(sides.engagement)
    Check.objects.update(expires_on=date(2009, 12, 1))
    assert owed(sides, "DL-62", NOV) == []
    at_work(sides)
    kinds = {due.url.split("/")[-2] for due in owed(sides, "DL-62", NOV)}
    assert kinds == {"PRE-2", "PRE-5", "PRE-8", "PRE-9"}


def test_pol_55_and_56_the_days_of_reminders_are_the_policys(db):
    sides = Sides(people.authority(), POL_55=10, POL_56=5)
    at_work(sides)
    Check.objects.filter(kind="PRE-5").update(expires_on=NOV + timedelta(days=10))
    assert {due.stage for due in owed(sides, "DL-62", NOV)} == {"10d"}
    assert {due.stage for due in owed(sides, "DL-62", NOV + timedelta(days=5))} == {"5d"}
    assert owed(sides, "DL-62", NOV - timedelta(days=1)) == []


def test_where_nobody_is_administrator_the_managers_are_reminded(sides):
    from accounts.models import Membership

    at_work(sides)
    Membership.objects.filter(user=sides.administrator).delete()
    Check.objects.filter(kind="PRE-5").update(expires_on=date(2009, 12, 1))
    assert {due.owner.email for due in owed(sides, "DL-62", NOV)} == {sides.sip.email, sides.manager.email}


def test_a_missed_night_is_made_good_with_one_reminder_and_a_second_night_sends_none(sides):
    at_work(sides)
    Check.objects.filter(kind="PRE-5").update(expires_on=date(2010, 1, 15))
    code, night = sides.authority.code, date(2009, 12, 20)  # after both stages
    for _ in range(2):
        reminders.send(partitions=[code], on=night, at=moment(night))
    keys = [key for key in Notice.objects.values_list("key", flat=True) if key.startswith("DL-62")]
    assert len(keys) == 2
    assert all(key.endswith("30d") for key in keys)


def test_dl_33_the_manager_is_reminded_of_a_renewal_until_a_later_agreement_is_signed(sides):
    agreement = sides.agreement()
    assert owed(sides, "DL-33", YEAR_ENDS - timedelta(days=61)) == []
    first, last = YEAR_ENDS - timedelta(days=60), YEAR_ENDS - timedelta(days=30)
    assert [(due.owner.email, due.stage) for due in owed(sides, "DL-33", first)] == [(sides.manager.email, "60d")]
    assert [due.stage for due in owed(sides, "DL-33", last)] == ["30d"]
    late = owed(sides, "DL-33", YEAR_ENDS + timedelta(days=1))
    assert [due.state for due in late] == [DueState.OVERDUE]
    assert [person.email for person in late[0].escalate_to] == [sides.manager.email, sides.sip.email]
    assert owed(sides, "DL-33", date(2010, 12, 2)) == []
    following = actions.follow_on(agreement=agreement, by=sides.administrator, at=moment(first))
    assert owed(sides, "DL-33", first) != []
    sides.bring_to(following, S.IN_FORCE, on=first)
    assert owed(sides, "DL-33", first) == []


def test_dl_33_nothing_is_renewed_that_ended_early_or_was_replaced(sides):
    sides.agreement(S.ENDED)
    assert owed(sides, "DL-33", date(2009, 11, 1)) == []


def test_dl_34_the_manager_knows_of_a_notice_until_its_last_day(sides):
    agreement = sides.agreement()
    actions.give_notice(agreement=agreement, ends_on=date(2010, 1, 16), says="I stop", by=sides.sip, at=moment(NOV))
    dues = owed(sides, "DL-34", NOV)
    assert [(due.owner.email, due.due_on, due.state) for due in dues] == [
        (sides.manager.email, date(2010, 1, 16), DueState.UPCOMING)
    ]
    assert owed(sides, "DL-34", date(2010, 1, 16))[0].state is DueState.DUE
    assert owed(sides, "DL-34", date(2010, 1, 17)) == []
    assert owed(sides, "DL-33", date(2010, 1, 1)) == []


def test_dl_74_a_breach_is_to_be_reviewed_and_the_senior_adviser_hears_when_it_is_not(sides):
    adviser = people.member(Role.SENIOR_ADVISER, at=sides.authority)
    breach = actions.record_breach(
        agreement=sides.agreement(),
        clause="S1",
        happened_on=NOV,
        says="A visit was not made.",
        by=sides.manager,
        at=moment(NOV),
    )
    assert [(due.due_on, due.state) for due in owed(sides, "DL-74", NOV)] == [(date(2009, 11, 30), DueState.UPCOMING)]
    late = owed(sides, "DL-74", date(2009, 12, 1))
    assert (late[0].state, [person.email for person in late[0].escalate_to]) == (DueState.OVERDUE, [adviser.email])
    actions.review_breach(
        breach=breach, outcome="continue", reviewed_on=NOV, says="Talked over.", by=sides.manager, at=moment(NOV)
    )
    assert owed(sides, "DL-74", date(2009, 12, 1)) == []


def test_the_national_partition_owes_nothing_of_this(sides):
    assert selectors.owed_papers(partition="national", on=NOV) == []


# -------------------------------------------------------------------------------------------------------- in hand


def labels(person) -> list[str]:
    return [task.label for task in selectors.papers_in_hand(viewer_for(person, on=NOV))]


def test_my_work_says_whose_turn_it_is(sides):
    agreement = sides.draft()
    assert labels(sides.administrator) == ["Send the agreement with Ada Partner to be signed"]
    assert labels(sides.sip) == []
    sides.bring_to(agreement, S.SENT)
    assert labels(sides.administrator) == []
    assert labels(sides.sip) == ["Read and sign your agreement with Ownshire"]
    sides.sign(agreement, at=moment(NOV))
    assert labels(sides.sip) == []
    assert labels(sides.manager) == ["Sign the agreement with Ada Partner for the authority"]
    sides.countersign(agreement, at=moment(NOV))
    actions.ask_for_extra_work(
        agreement=agreement, school=sides.school, starts_on=date(2009, 12, 1), days=Decimal(1), says="-", by=sides.sip,
        at=moment(NOV),
    )  # fmt: skip
    assert labels(sides.manager) == [f"Confirm or refuse extra work of Ada Partner at {sides.school.name}"]


def test_my_work_brings_evidence_to_the_manager_and_what_was_returned_to_the_sip(sides):
    at = moment(NOV)
    check = actions.hand_in_check(
        engagement=sides.engagement, kind="PRE-5", checked_on=NOV, by=sides.sip, at=at,
        prepared=actions.prepare_file(name="a.txt", content=b"Insured", at=at),
    )  # fmt: skip
    assert labels(sides.manager) == ["Verify the professional indemnity of Ada Partner"]
    assert labels(people.member(Role.MANAGER)) == []
    actions.return_check(check=check, reason="It is out of date", by=sides.manager, at=at)
    assert labels(sides.manager) == []
    assert labels(sides.sip) == ["Hand in anew: professional indemnity for Ownshire"]


# ------------------------------------------------------------------------------------------------------- problems


def kinds(sides, on=NOV) -> list[str]:
    found = {row["kind"] for row in selectors.problems(authority=sides.authority, on=on)}
    return sorted(
        kind for kind in found if "agreement" in kind or kind in {"school_not_on_schedule", "days_under_those_deployed"}
    )


def test_a_sound_agreement_is_no_problem(sides):
    at_work(sides)
    sides.agreement()
    assert kinds(sides) == []


def test_a_sip_at_work_without_an_agreement_in_force_is_on_the_problems_list(sides):
    at_work(sides)
    assert kinds(sides) == ["no_agreement_in_force"]
    sides.agreement(S.SIGNED)
    assert kinds(sides) == ["no_agreement_in_force"]


def test_an_agreement_that_ends_before_it_starts_and_two_that_overlap_are_on_the_problems_list(sides):
    """Old rows may hold what nobody could sign here."""
    agreement = sides.agreement()
    Agreement.objects.filter(pk=agreement.pk).update(ends_on=date(2009, 8, 1))
    assert kinds(sides) == ["agreement_ends_before_it_starts"]
    Agreement.objects.filter(pk=agreement.pk).update(ends_on=YEAR_ENDS)
    second = sides.draft(starts_on=date(2010, 9, 1), ends_on=date(2011, 8, 31))
    sides.bring_to(second, S.IN_FORCE)
    assert kinds(sides) == []
    Agreement.objects.filter(pk=second.pk).update(starts_on=date(2010, 8, 31))
    assert kinds(sides) == ["agreements_overlap"]
    Agreement.objects.filter(pk=second.pk).update(last_on=date(2010, 8, 1))
    assert kinds(sides) == []


def test_an_agreement_that_outlives_the_engagement_is_on_the_problems_list(sides):
    """A record merged or brought in may hold what ending an engagement refuses."""
    agreement = sides.agreement()
    sides.engagement.ends_on = date(2009, 11, 30)
    sides.engagement.save()

    def cure() -> str:
        rows = selectors.problems(authority=sides.authority, on=NOV)
        return next(row["cure"] for row in rows if row["kind"] == "agreement_outlives_engagement")

    assert "the agreement holds until 31 August 2010: end the agreement, or engage the SIP again" in cure()
    Agreement.objects.filter(pk=agreement.pk).update(last_on=date(2009, 11, 30))
    assert kinds(sides) == []
    Agreement.objects.filter(pk=agreement.pk).update(status=AgreementStatus.SENT, in_force_on=None, last_on=None)
    assert "is still to be signed: withdraw it" in cure()
    Agreement.objects.filter(pk=agreement.pk).update(status=AgreementStatus.WITHDRAWN)
    assert kinds(sides) == []


def test_a_schedule_that_falls_short_of_what_is_deployed_is_on_the_problems_list(sides):
    at_work(sides)
    sides.agreement(schedule=[(sides.school, Decimal("4.5"))])
    assert kinds(sides) == ["days_under_those_deployed"]
    make_deployment(sides.partner, make_school(authority=sides.authority), sides.authority, starts_on=YEAR_STARTS)
    assert kinds(sides) == ["days_under_those_deployed", "school_not_on_schedule"]


def test_agr_14_an_agreement_whose_condition_fails_is_on_the_problems_list(sides):
    from partners.models import Accreditation

    sides.agreement()
    Accreditation.objects.update(accredited_on=date(2003, 1, 6))
    assert kinds(sides) == ["agreement_without_accreditation"]
    Agreement.objects.update(needs_accreditation=False)
    assert kinds(sides) == []


def test_problems_of_agreements_cost_the_same_for_one_and_for_many(sides, django_assert_num_queries):
    from partners.selectors.papers.problems import problems_of_agreements

    sides.agreement()
    with django_assert_num_queries(9):
        list(problems_of_agreements(sides.authority, NOV))
    for _ in range(3):
        at_work_elsewhere = make_school(authority=sides.authority)
        make_deployment(sides.partner, at_work_elsewhere, sides.authority, starts_on=YEAR_STARTS)
    with django_assert_num_queries(9):
        list(problems_of_agreements(sides.authority, NOV))
