"""Applying for accreditation: the stages in order, resits, the award (ACC-1 to ACC-6, ACC-15, REC-15, REG-17)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions
from partners.models import Accreditation, Application, StageAttempt
from partners.selectors import accreditations, standings_of
from partners.tests.accreditation.accrediting import make_application, noon
from partners.tests.factories import make_partner
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate

pytestmark = pytest.mark.django_db
ON = date(2009, 11, 16)  # Monday
AT = noon(ON)


def sit(application, *, is_passed, on, notified_on=None, at=AT, **more):
    return actions.record_sitting(
        application=application,
        is_passed=is_passed,
        taken_on=on,
        result_on=on,
        notified_on=notified_on,
        by=None,
        at=at,
        **more,
    )


def test_acc_4_passing_the_residential_makes_the_accreditation_at_once():
    """REG-17: the pass itself puts the person on the national register."""
    staff = people.member(Role.PROGRAMME)
    application = make_application("online_passed", by=staff)
    before = AuditEvent.objects.count()
    sit(application, is_passed=True, on=date(2009, 3, 2), reference="PRI77")
    application.refresh_from_db()
    award = Accreditation.objects.get(partner=application.partner)
    assert (application.status, application.award) == ("residential_passed", award)
    assert (award.sector, award.accredited_on, award.reference) == ("primary", date(2009, 3, 2), "PRI77")
    (row,) = accreditations(on=ON)
    assert row.as_json() == {
        "partner": application.partner.reference, "sector": "primary", "state": "accredited",
        "last_practised_on": "2009-03-02", "warn_on": "2011-09-02", "lapses_on": "2012-03-02",
    }  # fmt: skip
    assert AuditEvent.objects.count() == before + 2
    assert "You are accredited for primary" in OutgoingEmail.objects.get(to=application.partner.email).subject


def test_acc_4_a_reference_is_made_where_none_is_given():
    application = make_application("residential_passed")
    assert application.award.reference == f"A{application.pk:06}"


def test_acc_2_the_stages_come_one_after_another():
    application = make_application()
    with pytest.raises(OutOfDate):
        sit(application, is_passed=True, on=date(2009, 3, 2))
    with pytest.raises(MoveRefused, match="Record the references first"):
        actions.accept_application(application=application, on=ON, by=None, at=AT)
    accepted = make_application("application_passed")
    with pytest.raises(MoveRefused) as refused:
        actions.record_sitting(
            application=accepted, is_passed=True, taken_on=date(2008, 9, 2), result_on=date(2008, 9, 1),
            notified_on=date(2008, 8, 1), by=None, at=AT,
        )  # fmt: skip
    assert refused.value.reasons == [
        "The assessment comes after the stage before it, passed on 8 September 2008.",
        "The result comes on or after the day of the assessment, 2 September 2008.",
        "The day of the notice must be on or after that of the result, and today or in the past.",
    ]
    assert not StageAttempt.objects.filter(application=accepted).exists()
    assert not Accreditation.objects.exists()


def test_acc_5_a_third_attempt_is_refused_with_the_day_on_which_it_opens():
    application = make_application("application_passed")
    sit(application, is_passed=False, on=date(2008, 10, 1), notified_on=date(2008, 10, 8))
    second = sit(application, is_passed=False, on=date(2008, 11, 3))
    assert second.opens_again_on is None
    with pytest.raises(MoveRefused, match="has not been notified"):
        sit(application, is_passed=True, on=date(2009, 11, 2))
    actions.record_notice(attempt=second, notified_on=date(2008, 11, 30), by=None, at=AT)
    assert StageAttempt.objects.get(pk=second.pk).opens_again_on == date(2009, 11, 30)
    with pytest.raises(MoveRefused, match="a further attempt opens on 30 November 2009"):
        sit(application, is_passed=True, on=date(2009, 11, 16))
    assert application.attempts.count() == 2
    later = noon(date(2009, 12, 1))
    sit(application, is_passed=True, on=date(2009, 11, 30), at=later)
    application.refresh_from_db()
    assert (application.status, application.online_passed_on) == ("online_passed", date(2009, 11, 30))


def test_acc_5_a_new_application_does_not_begin_anew():
    application = make_application("application_passed")
    for on in (date(2008, 10, 1), date(2008, 11, 3)):
        sit(application, is_passed=False, on=on, notified_on=on)
    actions.close_application(application=application, name="withdraw", reason="To try again", by=None, at=AT)
    again = make_application("application_passed", partner=application.partner, on=date(2008, 12, 1))
    with pytest.raises(MoveRefused, match="opens on 3 November 2009"):
        sit(again, is_passed=True, on=date(2009, 10, 1))
    other = make_application("application_passed", partner=application.partner, sector="special", on=date(2008, 12, 1))
    sit(other, is_passed=True, on=date(2009, 10, 1))


def test_acc_5_a_pass_opens_no_clock_and_a_notice_is_recorded_once():
    application = make_application("application_passed")
    attempt = sit(application, is_passed=True, on=date(2009, 3, 2))
    with pytest.raises(MoveRefused, match="on or after that of the result"):
        actions.record_notice(attempt=attempt, notified_on=date(2009, 3, 1), by=None, at=AT)
    with pytest.raises(MoveRefused, match="today or in the past"):
        actions.record_notice(attempt=attempt, notified_on=date(2009, 11, 17), by=None, at=AT)
    actions.record_notice(attempt=attempt, notified_on=date(2009, 3, 9), by=None, at=AT)
    assert StageAttempt.objects.get().opens_again_on is None
    with pytest.raises(OutOfDate):
        actions.record_notice(attempt=attempt, notified_on=date(2009, 3, 9), by=None, at=AT)


def test_acc_6_each_sector_is_applied_for_and_awarded_by_itself():
    application = make_application("residential_passed", sector="primary")
    partner = application.partner
    with pytest.raises(MoveRefused, match="is accredited for primary already"):
        actions.apply_for(partner=partner, sector="primary", applied_on=ON, by=None, at=AT)
    second = actions.apply_for(partner=partner, sector="special", applied_on=ON, by=None, at=AT)
    assert second.status == "applied"
    with pytest.raises(MoveRefused, match="under way already"):
        actions.apply_for(partner=partner, sector="special", applied_on=ON, by=None, at=AT)
    assert Application.objects.count() == 2


def test_acc_15_who_has_lapsed_applies_like_a_newcomer_and_is_accredited_anew():
    partner = make_partner(sectors={"primary": date(2004, 9, 1)})
    assert standings_of([partner.pk], ON)[partner.pk][0].state == "lapsed"
    make_application("residential_passed", partner=partner)
    (row,) = standings_of([partner.pk], ON)[partner.pk]
    assert (row.state, row.accredited_on) == ("accredited", date(2008, 9, 22))


def test_an_award_that_is_on_record_is_not_made_twice():
    partner = make_partner(sectors={})
    application = make_application("online_passed", partner=partner)
    day = date(2009, 3, 2)
    actions.award_accreditation(partner=partner, sector="primary", accredited_on=day, by=None, at=AT)
    with pytest.raises(MoveRefused, match="on record already"):
        sit(application, is_passed=True, on=day)
    application.refresh_from_db()
    assert application.status == "online_passed"
    assert Accreditation.objects.count() == 1


def test_references_are_asked_for_and_received():
    application = make_application()
    with pytest.raises(MoveRefused, match="today or in the past"):
        actions.ask_reference(application=application, full_name="Una", requested_on=date(2009, 11, 17), by=None, at=AT)
    referee = actions.ask_reference(application=application, full_name=" Una ", requested_on=ON, by=None, at=AT)
    with pytest.raises(MoveRefused, match="1 reference asked for"):
        actions.accept_application(application=application, on=ON, by=None, at=AT)
    with pytest.raises(MoveRefused, match="on or after that of the request"):
        actions.receive_reference(referee=referee, received_on=date(2009, 11, 15), by=None, at=AT)
    actions.receive_reference(referee=referee, received_on=ON, by=None, at=AT)
    with pytest.raises(OutOfDate):
        actions.receive_reference(referee=referee, received_on=ON, by=None, at=AT)
    with pytest.raises(MoveRefused, match="on or after that of the application and its references, 16 November 2009"):
        actions.accept_application(application=application, on=date(2009, 11, 15), by=None, at=AT)
    actions.accept_application(application=application, on=ON, by=None, at=AT)
    with pytest.raises(OutOfDate):
        actions.ask_reference(application=application, full_name="Una", requested_on=ON, by=None, at=AT)


def test_an_application_is_turned_down_with_a_reason_and_one_may_apply_again():
    application = make_application()
    with pytest.raises(MoveRefused):
        actions.close_application(application=application, name="turn_down", reason=".", by=None, at=AT)
    assert not OutgoingEmail.objects.exists()
    actions.close_application(application=application, name="turn_down", reason="No headship", by=None, at=AT)
    application.refresh_from_db()
    assert (application.status, application.closed_on, application.close_reason) == ("turned_down", ON, "No headship")
    mail = OutgoingEmail.objects.get()
    assert "No headship" not in mail.body
    assert actions.apply_for(partner=application.partner, sector="primary", applied_on=ON, by=None, at=AT).pk
    with pytest.raises(ValueError, match="accept"):
        actions.close_application(application=application, name="accept", reason="No", by=None, at=AT)


def test_managers_and_the_person_record_nothing_of_it():
    place = people.authority()
    partner = make_partner(sectors={}, authorities=[place], user=people.user("Ann"))
    for user in (people.member(Role.MANAGER, at=place), partner.user):
        with pytest.raises(PermissionDenied):
            actions.apply_for(partner=partner, sector="primary", applied_on=ON, by=user, at=AT)
    staff = people.member(Role.PROGRAMME)
    own = make_partner(sectors={}, user=staff)
    with pytest.raises(PermissionDenied):
        actions.apply_for(partner=own, sector="primary", applied_on=ON, by=staff, at=AT)
    with pytest.raises(MoveRefused, match="today or in the past"):
        actions.apply_for(partner=partner, sector="primary", applied_on=date(2009, 11, 17), by=staff, at=AT)
    assert not Application.objects.exists()
