"""Notice, extra work and breaches under an agreement (AGR-3, AGR-7, AGR-8, AGR-12, POL-9, POL-57)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions
from partners.models import (
    Agreement,
    AgreementBreach,
    AgreementStatus,
    BreachStatus,
    Contract,
    ExtraWork,
    ExtraWorkStatus,
    PartnerFile,
)
from partners.workflow import BREACH_WORKFLOW, EXTRA_WORK_WORKFLOW
from schools.tests.factories import make_school
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate

from ..factories import moment
from .factories import YEAR_ENDS, Sides

pytestmark = pytest.mark.django_db
S = AgreementStatus
NOV = date(2009, 11, 16)  # Monday
AT = moment(NOV)


@pytest.fixture
def agreement(sides):
    return sides.agreement()


def state_of(agreement) -> dict:
    return Agreement.objects.filter(pk=agreement.pk).values().get()


# ------------------------------------------------------------------------------------------------------------- notice


def test_agr_3_notice_ends_the_agreement_two_months_on_at_the_earliest(sides, agreement):
    before = state_of(agreement)
    notice = {"agreement": agreement, "says": "I am moving away.", "by": sides.sip, "at": AT}
    assert actions.earliest_end_of(agreement, NOV) == date(2010, 1, 16)
    for ends_on in (date(2010, 1, 15), date(2010, 9, 1)):
        with pytest.raises(MoveRefused, match="from 16 January 2010 to 31 August 2010"):
            actions.give_notice(ends_on=ends_on, **notice)
    assert state_of(agreement) == before
    actions.give_notice(ends_on=date(2010, 1, 16), **notice)
    agreement.refresh_from_db()
    assert (agreement.status, agreement.notice_on, agreement.earliest_end_on, agreement.last_on) == (
        S.IN_FORCE, NOV, date(2010, 1, 16), date(2010, 1, 16),
    )  # fmt: skip
    assert Contract.objects.get().ends_on == date(2010, 1, 16)
    told = list(OutgoingEmail.objects.filter(kind="agreement_notice").order_by("pk").values_list("to", flat=True))
    assert told == [sides.manager.email, sides.partner.email]
    with pytest.raises(OutOfDate):
        actions.give_notice(ends_on=date(2010, 2, 1), **notice)


def test_agr_3_notice_that_came_by_letter_counts_from_the_day_it_came(sides, agreement):
    notice = {"agreement": agreement, "says": "Letter of 2 November", "at": AT, "ends_on": date(2010, 1, 31)}
    with pytest.raises(PermissionDenied):
        actions.give_notice(by=people.member(Role.SENIOR_ADVISER, at=sides.authority), **notice)
    with pytest.raises(MoveRefused, match="today or in the past"):
        actions.give_notice(by=sides.administrator, notice_on=date(2009, 11, 17), **notice)
    actions.give_notice(by=sides.administrator, notice_on=date(2009, 11, 2), **notice)
    agreement.refresh_from_db()
    assert (agreement.notice_on, agreement.earliest_end_on, agreement.notice_by) == (
        date(2009, 11, 2), date(2010, 1, 2), sides.administrator,
    )  # fmt: skip


def test_agr_3_late_notice_says_that_the_agreement_ends_anyway(sides, agreement):
    before = state_of(agreement)
    with pytest.raises(MoveRefused, match="ends on 31 August 2010 anyway"):
        actions.give_notice(agreement=agreement, ends_on=YEAR_ENDS, says="I stop", by=sides.sip, at=moment(date(2010, 7, 1)))
    assert state_of(agreement) == before


def test_pol_57_the_months_of_notice_are_the_policys(db):
    sides = Sides(people.authority(), POL_57=3)
    assert actions.earliest_end_of(sides.agreement(), date(2009, 11, 30)) == date(2010, 2, 28)


def test_two_who_record_a_notice_at_once_have_one_effect(sides, agreement):
    stale = Agreement.objects.select_related("engagement__partner", "engagement__authority", "policy").get(pk=agreement.pk)
    actions.give_notice(agreement=agreement, ends_on=date(2010, 3, 31), says="I stop", by=sides.sip, at=AT)
    with pytest.raises(OutOfDate):
        actions.give_notice(agreement=stale, ends_on=date(2010, 4, 30), says="I stop", by=sides.administrator, at=AT)
    assert state_of(agreement)["last_on"] == date(2010, 3, 31)


# --------------------------------------------------------------------------------------------------------- extra work


def ask(sides, agreement, **more) -> ExtraWork:
    given = {"school": sides.school, "starts_on": date(2009, 12, 1), "days": Decimal("1.5"), "says": "A review", **more}
    return actions.ask_for_extra_work(agreement=agreement, by=sides.sip, at=AT, **given)


def test_agr_7_extra_work_begins_only_after_the_written_confirmation(sides, agreement):
    work = ask(sides, agreement)
    assert work.status == ExtraWorkStatus.ASKED
    assert OutgoingEmail.objects.filter(kind="extra_work_asked").get().to == sides.manager.email
    actions.decide_extra_work(work=work, name="confirm", by=sides.manager, at=AT)
    work.refresh_from_db()
    assert (work.status, work.decided_by) == (ExtraWorkStatus.CONFIRMED, sides.manager)
    letter = OutgoingEmail.objects.get(kind="extra_work_decided")
    assert letter.to == sides.partner.email
    assert "1.5 days of extra work" in letter.body
    with pytest.raises(OutOfDate):
        actions.decide_extra_work(work=work, name="refuse", reason="No", by=sides.manager, at=AT)


def test_agr_7_a_refusal_has_its_reason(sides, agreement):
    work = ask(sides, agreement)
    with pytest.raises(MoveRefused, match="Enter a reason"):
        actions.decide_extra_work(work=work, name="refuse", by=sides.manager, at=AT)
    actions.decide_extra_work(work=work, name="refuse", reason="No money is left", by=sides.manager, at=AT)
    assert ExtraWork.objects.get().status == ExtraWorkStatus.REFUSED
    assert "does not confirm" in OutgoingEmail.objects.get(kind="extra_work_decided").body


def test_agr_7_nothing_is_confirmed_after_it_has_begun(sides, agreement):
    work = ask(sides, agreement)
    with pytest.raises(MoveRefused, match="after it has begun"):
        actions.decide_extra_work(work=work, name="confirm", by=sides.manager, at=moment(date(2009, 12, 2)))
    assert ExtraWork.objects.get().status == ExtraWorkStatus.ASKED


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"starts_on": NOV - timedelta(days=1)}, "before it begins"),
        ({"starts_on": date(2010, 9, 1)}, "days of an agreement in force"),
        ({"days": Decimal(0)}, "more than 0"),
    ],
)
def test_extra_work_that_cannot_be_is_refused(sides, agreement, more, says):
    with pytest.raises(MoveRefused, match=says):
        ask(sides, agreement, **more)
    with pytest.raises(MoveRefused, match="not on the schedule"):
        ask(sides, agreement, school=make_school(authority=sides.authority))
    assert not ExtraWork.objects.exists()


@pytest.mark.parametrize("preset", ["national", "learning_trust", "kent", "alpsit"])
def test_pol_9_a_school_that_may_buy_days_directly_needs_no_word_of_the_authority(db, preset):
    sides = Sides(people.authority(), preset=preset)
    agreement = sides.agreement()
    work = ask(sides, agreement, starts_on=date(2009, 11, 2) if preset == "alpsit" else date(2009, 12, 1))
    assert work.status == (ExtraWorkStatus.NOTED if preset == "alpsit" else ExtraWorkStatus.ASKED)
    says = actions.current_version(agreement).content["general"][0]["says"]
    assert ("buy further days" in says) == (preset == "alpsit")


@pytest.mark.parametrize("status", ExtraWorkStatus.values)
def test_every_state_by_every_person_and_move_of_extra_work(sides, agreement, status):
    work = ask(sides, agreement)
    ExtraWork.objects.update(status=status)
    persons = {
        "sip": sides.sip, "manager": sides.manager, "administrator": sides.administrator,
        "adviser": people.member(Role.SENIOR_ADVISER, at=sides.authority), "foreign": people.member(Role.MANAGER),
    }  # fmt: skip
    for who, person in persons.items():
        for row in EXTRA_WORK_WORKFLOW:
            if who == "manager" and status in row.from_:
                continue
            fresh = ExtraWork.objects.select_related("school", "agreement__engagement__partner").get(pk=work.pk)
            with pytest.raises((PermissionDenied, OutOfDate)):
                actions.decide_extra_work(work=fresh, name=row.name, reason="There is one", by=person, at=AT)
            assert ExtraWork.objects.get().status == status, (who, row.name)


# ----------------------------------------------------------------------------------------------------------- breaches


def breach(sides, agreement, **more) -> AgreementBreach:
    given = {"clause": "S2", "happened_on": date(2009, 11, 2), "says": "The note was shared by mail.", **more}
    return actions.record_breach(agreement=agreement, by=sides.manager, at=AT, **given)


def test_agr_12_a_breach_makes_the_agreement_be_reviewed_within_ten_working_days(sides, agreement):
    prepared = actions.prepare_file(name="mail.txt", content=b"From: a SIP", at=AT)
    found = breach(sides, agreement, prepared=prepared)
    assert found.review_due_on == date(2009, 11, 30)  # Monday, ten working days on
    assert PartnerFile.objects.get().about == f"breach:{found.pk}"
    assert OutgoingEmail.objects.get(kind="breach_recorded").to == sides.partner.email
    actions.add_breach_evidence(
        breach=found, prepared=actions.prepare_file(name="more.txt", content=b"More", at=AT), by=sides.manager, at=AT
    )
    assert PartnerFile.objects.count() == 2
    assert state_of(agreement)["status"] == S.IN_FORCE


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"clause": "A1"}, "Select a clause"),
        ({"clause": "S99"}, "Select a clause"),
        ({"happened_on": date(2009, 11, 17)}, "to today"),
        ({"happened_on": date(2009, 8, 31)}, "from 1 September 2009"),
    ],
)
def test_agr_12_a_breach_names_a_clause_of_the_text_and_a_day(sides, agreement, more, says):
    with pytest.raises(MoveRefused, match=says):
        breach(sides, agreement, **more)
    assert not AgreementBreach.objects.exists()


def test_agr_12_what_nobody_signed_cannot_be_broken(sides):
    with pytest.raises(MoveRefused, match="both have signed"):
        breach(sides, sides.agreement(S.SENT))


def review(sides, found, outcome, **more) -> None:
    given = {"reviewed_on": NOV, "says": "Talked over with the SIP.", **more}
    actions.review_breach(breach=found, outcome=outcome, by=sides.manager, at=AT, **given)


def test_agr_12_the_agreement_goes_on(sides, agreement):
    found = breach(sides, agreement)
    review(sides, found, "continue", conditions="Not kept")
    found.refresh_from_db()
    assert (found.status, found.reviewed_on, found.conditions) == (BreachStatus.CONTINUED, NOV, "")
    assert state_of(agreement)["status"] == S.IN_FORCE
    assert "continues" in OutgoingEmail.objects.get(kind="breach_reviewed").body
    with pytest.raises(OutOfDate):
        review(sides, found, "continue")
    with pytest.raises(OutOfDate):
        actions.add_breach_evidence(
            breach=found, prepared=actions.prepare_file(name="late.txt", content=b"Late", at=AT), by=sides.manager, at=AT
        )


def test_agr_12_it_goes_on_under_conditions(sides, agreement):
    found = breach(sides, agreement)
    with pytest.raises(MoveRefused, match="Enter the conditions"):
        review(sides, found, "conditions", conditions=" ")
    review(sides, found, "conditions", conditions="Notes go by the formal note alone.")
    found.refresh_from_db()
    assert (found.status, found.conditions) == (BreachStatus.CONDITIONS, "Notes go by the formal note alone.")


def test_agr_12_it_ends_and_its_contracts_with_it(sides, agreement):
    found = breach(sides, agreement)
    with pytest.raises(MoveRefused, match="Enter the last day"):
        review(sides, found, "terminate")
    with pytest.raises(MoveRefused, match="last day must be"):
        review(sides, found, "terminate", ends_on=date(2011, 1, 1))
    found.refresh_from_db()
    assert found.status == BreachStatus.OPEN
    review(sides, found, "terminate", ends_on=date(2009, 11, 30))
    agreement.refresh_from_db()
    assert (agreement.status, agreement.last_on) == (S.ENDED, date(2009, 11, 30))
    assert Contract.objects.get().ends_on == date(2009, 11, 30)
    assert AuditEvent.objects.filter(what="agreement.terminate").count() == 1


@pytest.mark.parametrize("day", [date(2009, 11, 1), date(2009, 11, 17)])
def test_agr_12_the_meeting_lies_between_the_breach_and_today(sides, agreement, day):
    found = breach(sides, agreement)
    with pytest.raises(MoveRefused, match="day of the meeting"):
        review(sides, found, "continue", reviewed_on=day)
    assert AgreementBreach.objects.get().status == BreachStatus.OPEN


@pytest.mark.parametrize("row", BREACH_WORKFLOW, ids=lambda row: row.name)
def test_agr_12_only_the_manager_records_and_reviews(sides, agreement, row):
    found = breach(sides, agreement)
    for person in (sides.sip, sides.administrator, people.member(Role.MANAGER)):
        with pytest.raises(PermissionDenied):
            actions.review_breach(breach=found, outcome=row.name, reviewed_on=NOV, says="So", by=person, at=AT, ends_on=NOV)
        with pytest.raises(PermissionDenied):
            actions.record_breach(agreement=agreement, clause="S1", happened_on=NOV, says="So", by=person, at=AT)
    assert AgreementBreach.objects.get().status == BreachStatus.OPEN
