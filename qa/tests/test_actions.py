"""What people do about shadow visits, and what they are refused (QA-8 to QA-11)."""

from dataclasses import dataclass
from datetime import date

import pytest

from qa import actions
from qa.models import ShadowStatus, ShadowVisit
from qa.workflow import ShadowCase, feedback_complete, oral_feedback_first
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate

from .factories import HELD_ON, WRITTEN, at, make_place, make_shadow_visit

COMPLETE = ShadowCase(observed=("a", "b", "c", "d"), levels=("effective",) * 3)


def test_feedback_is_complete_with_four_observations_and_three_judgements():
    assert feedback_complete(COMPLETE) == []
    assert len(feedback_complete(ShadowCase(observed=("a", " ", "c", "d"), levels=("effective", "", "effective")))) == 2


def test_oral_feedback_ends_the_visit():
    assert oral_feedback_first(ShadowCase(oral_feedback_given=True)) == []
    assert oral_feedback_first(ShadowCase()) == ["Record the day of the oral feedback, which ends the visit."]


@dataclass(frozen=True)
class Rows:
    shadows: list
    events: int
    mails: int


def everything() -> Rows:
    return Rows(list(ShadowVisit.objects.order_by("pk").values()), AuditEvent.objects.count(), OutgoingEmail.objects.count())


@pytest.mark.django_db
def test_planning_makes_the_planner_the_observer_and_tells_the_sip():
    place = make_place()
    shadow = actions.plan_shadow_visit(
        engagement=place.engagement, school=place.school, planned_on=HELD_ON, by=place.line_manager, at=at(date(2009, 10, 12))
    )
    assert (shadow.observer, shadow.authority, shadow.status) == (place.line_manager, place.authority, "planned")
    mail = OutgoingEmail.objects.get(kind="shadow-planned")
    assert mail.to == place.partner.email
    assert f"/qa/shadow-visits/{shadow.pk}/" in mail.body
    assert AuditEvent.objects.filter(what="shadowvisit.plan", subject=f"shadowvisit:{shadow.pk}").count() == 1


@pytest.mark.django_db
def test_nobody_shadows_themself():
    place = make_place()
    before = everything()
    with pytest.raises(MoveRefused, match="Nobody shadows themself"):
        actions.plan_shadow_visit(
            engagement=place.engagement, school=place.school, planned_on=HELD_ON, by=place.sip, at=at(date(2009, 10, 12))
        )
    assert everything() == before


@pytest.mark.django_db
def test_a_sip_is_not_planned_for_twice_on_one_day():
    shadow = make_shadow_visit()
    before = everything()
    with pytest.raises(MoveRefused, match="planned for that day already"):
        make_shadow_visit(shadow.place)
    assert everything() == before


@pytest.mark.django_db
def test_holding_starts_the_clock_of_the_written_feedback():
    shadow = make_shadow_visit(status=ShadowStatus.HELD)
    assert (shadow.held_on, shadow.oral_feedback_on, shadow.written_due_on) == (HELD_ON, HELD_ON, date(2009, 11, 17))


@pytest.mark.django_db
def test_a_visit_without_oral_feedback_is_not_recorded_as_held():
    shadow = make_shadow_visit()
    before = everything()
    with pytest.raises(MoveRefused, match="oral feedback"):
        actions.hold_shadow_visit(shadow=shadow, held_on=HELD_ON, oral_feedback_on=None, by=shadow.observer, at=at(HELD_ON))
    assert everything() == before


@pytest.mark.django_db
def test_what_is_written_is_kept_and_read_by_nobody_until_it_is_sent():
    shadow = make_shadow_visit(status=ShadowStatus.HELD)
    mails = OutgoingEmail.objects.count()
    actions.write_feedback(
        shadow=shadow, version=shadow.text_version, by=shadow.observer, at=at(HELD_ON, 18), advice="Fitted the school."
    )
    shadow.refresh_from_db()
    assert (shadow.advice, shadow.status) == ("Fitted the school.", "held")
    assert OutgoingEmail.objects.count() == mails


@pytest.mark.django_db
def test_writing_the_same_again_changes_nothing():
    shadow = make_shadow_visit(status=ShadowStatus.HELD)
    actions.write_feedback(
        shadow=shadow, version=shadow.text_version, by=shadow.observer, at=at(HELD_ON, 18), advice="Fitted the school."
    )
    before = everything()
    actions.write_feedback(
        shadow=shadow, version=shadow.text_version, by=shadow.observer, at=at(HELD_ON, 19), advice="Fitted the school."
    )
    assert everything() == before


@pytest.mark.django_db
def test_feedback_that_lacks_something_is_not_sent_and_nothing_of_it_is_kept():
    shadow = make_shadow_visit(status=ShadowStatus.HELD)
    before = everything()
    with pytest.raises(MoveRefused) as refusal:
        actions.send_feedback(
            shadow=shadow,
            version=shadow.text_version,
            by=shadow.observer,
            at=at(HELD_ON, 18),
            **{**WRITTEN, "advice": " ", "interact": ""},
        )
    assert refusal.value.reasons == [
        "Write something on each of the four things observed.",
        "Judge each of the three competences.",
    ]
    assert everything() == before


@pytest.mark.django_db
def test_sending_stamps_the_day_and_sends_a_link_without_the_text():
    shadow = make_shadow_visit(status=ShadowStatus.FEEDBACK_SENT)
    assert (shadow.status, shadow.written_on) == ("feedback_sent", HELD_ON)
    mail = OutgoingEmail.objects.get(kind="shadow-feedback")
    assert mail.to == shadow.partner.email
    assert not any(text in mail.body for text in WRITTEN.values())


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["planned", "feedback_sent", "cancelled"])
def test_feedback_is_written_only_between_the_visit_and_the_sending(status):
    shadow = make_shadow_visit(status=status)
    before = everything()
    for act in (actions.write_feedback, actions.send_feedback):
        with pytest.raises(MoveRefused):
            act(
                shadow=shadow,
                version=shadow.text_version,
                by=shadow.place.line_manager,
                at=at(HELD_ON, 21),
                **{**WRITTEN, "advice": "Other"},
            )
    assert everything() == before


@pytest.mark.django_db
def test_a_second_sending_has_no_second_effect():
    shadow = make_shadow_visit(status=ShadowStatus.HELD)
    same = ShadowVisit.objects.get(pk=shadow.pk)
    actions.send_feedback(shadow=shadow, version=shadow.text_version, by=shadow.observer, at=at(HELD_ON, 18), **WRITTEN)
    before = everything()
    with pytest.raises(MoveRefused):
        actions.send_feedback(shadow=same, version=same.text_version, by=shadow.observer, at=at(HELD_ON, 18), **WRITTEN)
    assert everything() == before


@pytest.mark.django_db
def test_a_second_holding_has_no_second_effect():
    shadow = make_shadow_visit()
    same = ShadowVisit.objects.get(pk=shadow.pk)
    told = {"held_on": HELD_ON, "oral_feedback_on": HELD_ON, "by": shadow.observer, "at": at(HELD_ON, 16)}
    actions.hold_shadow_visit(shadow=shadow, **told)
    before = everything()
    with pytest.raises(OutOfDate):
        actions.hold_shadow_visit(shadow=same, **told)
    assert everything() == before


@pytest.mark.django_db
def test_cancelling_needs_a_reason_that_says_something():
    shadow = make_shadow_visit()
    before = everything()
    with pytest.raises(MoveRefused):
        actions.cancel_shadow_visit(shadow=shadow, reason=".", by=shadow.observer, at=at(HELD_ON))
    assert everything() == before
    actions.cancel_shadow_visit(shadow=shadow, reason="The school asked for another day", by=shadow.observer, at=at(HELD_ON))
    shadow.refresh_from_db()
    assert (shadow.status, shadow.status_reason) == ("cancelled", "The school asked for another day")


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["held", "feedback_sent", "cancelled"])
def test_only_a_planned_shadow_visit_can_be_cancelled(status):
    shadow = make_shadow_visit(status=status)
    before = everything()
    with pytest.raises(OutOfDate):
        actions.cancel_shadow_visit(shadow=shadow, reason="It was a mistake", by=shadow.place.line_manager, at=at(HELD_ON))
    assert everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["planned", "held", "cancelled"])
def test_a_sip_comments_only_on_feedback_that_was_sent(status):
    shadow = make_shadow_visit(status=status)
    before = everything()
    with pytest.raises(MoveRefused):
        actions.comment_on_feedback(
            shadow=shadow, version=shadow.text_version, text="Thank you", by=shadow.place.sip, at=at(HELD_ON)
        )
    assert everything() == before


@pytest.mark.django_db
def test_a_comment_sent_twice_is_recorded_once():
    shadow = make_shadow_visit(status=ShadowStatus.FEEDBACK_SENT)
    for _ in range(2):
        actions.comment_on_feedback(
            shadow=shadow, version=shadow.text_version, text="Thank you", by=shadow.place.sip, at=at(HELD_ON, 21)
        )
    assert AuditEvent.objects.filter(what="shadowvisit.comment").count() == 1
    shadow.refresh_from_db()
    assert shadow.partner_comment == "Thank you"


@pytest.mark.django_db
def test_d_26_the_same_text_from_an_older_window_is_no_conflict():
    shadow = make_shadow_visit(status=ShadowStatus.HELD)
    told = {"shadow": shadow, "version": 1, "by": shadow.observer, "advice": "Fitted the school."}
    actions.write_feedback(at=at(HELD_ON, 18), **told)
    before = everything()
    actions.write_feedback(at=at(HELD_ON, 19), **told)
    assert everything() == before
    with pytest.raises(actions.TextConflict) as clash:
        actions.send_feedback(at=at(HELD_ON, 20), **{**told, **WRITTEN})
    assert clash.value.stored.advice == "Fitted the school."
    assert set(clash.value.differs) == {key for key in WRITTEN if WRITTEN[key] != getattr(clash.value.stored, key)}
    assert everything() == before
