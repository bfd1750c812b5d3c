"""A school's say on a proposed SIP: views, the shared choice, the one objection, faith, and what the authority decides."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.access import viewer_for
from accounts.permissions import P, Role
from accounts.tests import factories as people
from partners import actions, selectors
from partners.consulting import ASKS, Asked, Inadmissible, agreeing, inadmissible, last_day_to_answer, sentence
from partners.models import Consultation, Deployment, DeploymentCriteria, Objection
from partners.tests import factories
from partners.tests.factories import moment
from schools.actions import add_record, strike_out
from schools.facts import Phase
from schools.kinds import BY_KEY
from schools.models import FaithRequest, PostKind
from schools.tests import factories as schools
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate

NOV = date(2009, 11, 16)  # Monday
START = date(2010, 1, 4)  # Monday
AT = moment(NOV)
WINDOW = date(2009, 11, 30)  # Monday, ten working days on


class Place:
    """A school with head and chair who sign in, an authority under a policy, a SIP proposed from January."""

    def __init__(self, preset, *, at=AT, starts_on=START, why=""):
        self.authority = people.authority("Ashby")
        people.policy(self.authority, preset=preset)
        self.school = schools.make_school(authority=self.authority, phase=Phase.SECONDARY)
        self.manager = people.member(Role.MANAGER, at=self.authority)
        self.head, self.chair = people.user("Hed Teacher"), people.user("Cher Chair")
        self.school.posts.filter(kind=PostKind.HEAD).delete()
        schools.make_post(self.school, PostKind.HEAD, user=self.head)
        schools.make_post(self.school, PostKind.CHAIR, user=self.chair)
        self.partner = factories.make_partner(
            "Ann Able", sectors={"secondary": date(2008, 9, 1)}, authorities=[self.authority],
            pen_portrait="Ran a school by the sea.",
        )  # fmt: skip
        self.deployment = actions.propose_deployment(
            school=self.school, partner=self.partner, starts_on=starts_on, by=self.manager, at=at, why=why
        )

    def asked(self, party="head"):
        return Consultation.objects.select_related("deployment__partner", "deployment__school", "deployment__authority").get(
            deployment=self.deployment, party=party
        )

    def answer(self, answer, party="head", says="", by=None, at=AT):
        by = by or {"head": self.head, "governors": self.chair}[party]
        actions.answer_consultation(consultation=self.asked(party), answer=answer, says=says, by=by, at=at)
        self.deployment.refresh_from_db()

    def object(self, ground="connectivity", says="Her brother is our bursar.", by=None, at=AT):
        asked, by = self.asked("governors"), by or self.chair
        found = actions.object_to_deployment(consultation=asked, ground=ground, says=says, by=by, at=at)
        self.deployment.refresh_from_db()
        return found

    def status(self):
        self.deployment.refresh_from_db()
        return self.deployment.status


@pytest.fixture
def place(db):
    return Place


# The table, pure.


def test_whom_each_policy_asks():
    """POL-10: DEP-5 everywhere, DEP-6 one objection, DEP-4 the shared choice."""
    assert {policy: [(str(party), str(question)) for party, question in rows] for policy, rows in ASKS.items()} == {
        "consulted": [("head", "views")], "one_objection": [("head", "views"), ("governors", "objection")],
        "head_consulted": [("head", "views")], "head_and_chair_choose": [("head", "choice"), ("governors", "choice")],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("ground", "is_used", "on", "wanted"),
    [
        ("connectivity", False, NOV, []),
        ("connectivity", False, WINDOW, []),
        ("connectivity", False, WINDOW + timedelta(days=1), ["window_closed"]),
        ("other", False, NOV, ["not_connectivity"]),
        ("connectivity", True, NOV, ["already_used"]),
        ("connectivity", False, START, ["already_started"]),
        ("other", True, START, ["already_started", "already_used", "not_connectivity"]),
    ],
)
def test_act_2_which_objection_is_admissible(ground, is_used, on, wanted):
    """DEP-6, ENU-12: on connectivity, once, before the SIP starts, inside the window of DL-27; all reasons at once."""
    found = inadmissible(ground=ground, is_used=is_used, starts_on=START, until=WINDOW, on=on)
    assert [str(reason) for reason in found] == wanted


def test_enu_12_each_reason_has_its_sentence():
    said = {str(reason): sentence(reason, starts_on=START, until=WINDOW) for reason in Inadmissible}
    assert "only ground" in said["not_connectivity"]
    assert "once only" in said["already_used"]
    assert "4 January 2010" in said["already_started"]
    assert "30 November 2009" in said["window_closed"]


def test_the_window_of_an_objection_closes_before_the_sip_starts():
    """DL-27."""
    days = {"closes_on": WINDOW, "starts_on": date(2009, 11, 20)}
    assert last_day_to_answer(question="objection", **days) == date(2009, 11, 19)
    assert last_day_to_answer(question="views", **days) == WINDOW
    assert last_day_to_answer(question="objection", closes_on=WINDOW, starts_on=START) == WINDOW


@pytest.mark.parametrize(
    ("row", "on", "missing"),
    [
        (Asked("head", "views", WINDOW, is_waited_for=False), NOV, ""),
        (Asked("head", "views", WINDOW), NOV, "DEP-5"),
        (Asked("head", "views", WINDOW), WINDOW + timedelta(days=1), ""),
        (Asked("head", "views", WINDOW, "concerns"), NOV, ""),
        (Asked("governors", "objection", WINDOW), NOV, "DEP-6"),
        (Asked("governors", "objection", WINDOW, "no_objection"), NOV, ""),
        (Asked("governors", "objection", WINDOW), WINDOW + timedelta(days=1), ""),
        (Asked("head", "choice", WINDOW), WINDOW + timedelta(days=30), "DEP-4"),
        (Asked("governors", "choice", WINDOW, "not_chosen"), NOV, "DEP-4"),
        (Asked("governors", "choice", WINDOW, "chosen"), NOV, ""),
    ],
)
def test_what_is_missing_before_a_proposal_is_agreed(row, on, missing):
    """DEP-4, DEP-5, DEP-6."""
    said = agreeing([row], on=on)
    assert [text.split(":")[0] for text in said] == ([missing] if missing else [])


# Asked and answered.


def test_dep_5_the_head_is_asked_and_answers_and_the_manager_says_what_was_done(place):
    here = place("national", why="She knows coastal schools.")
    asked = here.asked()
    assert (asked.question, asked.until, asked.answer) == ("views", WINDOW, "")
    mail = OutgoingEmail.objects.get(kind="deployment_proposed")
    assert f"/deployments/asked/{asked.pk}/" in mail.body
    assert "coastal" not in mail.body
    with pytest.raises(MoveRefused, match="Enter what the authority should know"):
        here.answer("concerns")
    assert here.status() == "proposed"
    here.answer("concerns", says="We wanted somebody from a town.")
    assert (here.status(), here.deployment.consulted_on) == ("consulted", NOV)
    assert OutgoingEmail.objects.filter(kind="deployment_answered", to=here.manager.email).count() == 1
    with pytest.raises(MoveRefused, match="what was done about the school's views"):
        actions.agree_deployment(deployment=here.deployment, by=here.manager, at=AT)
    assert here.status() == "consulted"
    actions.agree_deployment(
        deployment=here.deployment, by=here.manager, at=AT, done_about_views="Talked it over with the head."
    )
    assert (here.status(), here.deployment.done_about_views) == ("agreed", "Talked it over with the head.")
    with pytest.raises(OutOfDate):
        here.answer("content")
    assert here.asked().answer == "concerns"


def test_an_answer_may_be_changed_until_it_is_agreed_and_none_is_given_for_others(place):
    here = place("national")
    here.answer("talk", says="Please ring me.")
    here.answer("content")
    assert (here.asked().answer, here.status()) == ("content", "consulted")
    lines = AuditEvent.objects.filter(what="deployment.answer").order_by("pk")
    assert [line.details["answer"] for line in lines] == ["talk", "content"]
    with pytest.raises(MoveRefused, match="Select one"):
        here.answer("chosen")
    for stranger in (here.chair, people.user()):
        with pytest.raises(PermissionDenied):
            here.answer("content", by=stranger)


def test_dep_7_a_request_for_faith_is_answered_and_the_decision_is_the_authoritys(place):
    here = place("national")
    here.answer("faith", says="A Catholic school.")
    with pytest.raises(MoveRefused, match="what was done"):
        actions.agree_deployment(deployment=here.deployment, by=here.manager, at=AT)
    done = "Nobody of that faith is free; the head was told."
    actions.agree_deployment(deployment=here.deployment, by=here.manager, at=AT, done_about_views=done)
    assert here.status() == "agreed"


def test_dep_7_the_wish_stands_on_the_schools_record_while_it_is_the_answer(place):
    """SCH-7: one wish, in the school's words; an answer that is changed takes it back."""
    here = place("national")
    here.answer("faith", says="A Catholic school.")
    request = FaithRequest.objects.get()
    assert (request.school, request.starts_on, request.source, request.note) == (
        here.school, NOV, "school", "A Catholic school.",
    )  # fmt: skip
    here.answer("faith", says="A Catholic school.")
    here.answer("faith", says="A Roman Catholic school.")
    assert FaithRequest.objects.get().note == "A Roman Catholic school."
    here.answer("content")
    request.refresh_from_db()
    assert (request.is_void, request.void_reason) == (True, "The school changed its answer")
    here.answer("content")
    here.answer("faith", says="After all.", by=here.manager)
    assert FaithRequest.objects.standing().get().source == "officer"


def test_dep_7_a_wish_on_record_is_not_made_twice_and_is_no_answers_to_take_back(place):
    here = place("national")
    add_record(kind=BY_KEY["faith-requests"], school=here.school, by=here.manager, at=AT, note="Since long")
    here.answer("faith", says="A Catholic school.")
    here.answer("content")
    assert FaithRequest.objects.standing().get().note == "Since long"


def test_dep_7_a_wish_that_an_officer_struck_out_stays_struck_out(place):
    here = place("national")
    here.answer("faith", says="A Catholic school.")
    strike_out(record=FaithRequest.objects.get(), reason="Not what they meant", by=here.manager, at=AT)
    here.answer("faith", says="A Roman Catholic school.")
    assert FaithRequest.objects.get().note == "A Catholic school."
    here.answer("content")
    assert FaithRequest.objects.get().void_reason == "Not what they meant"


def test_dep_5_under_kent_the_head_is_waited_for_until_the_last_day(place):
    """The head is consulted in every case of a new SIP (POL-10)."""
    here = place("kent")
    with pytest.raises(MoveRefused, match="DEP-5: The head was asked and may answer until 30 November 2009"):
        actions.agree_deployment(deployment=here.deployment, by=here.manager, at=AT)
    assert here.status() == "proposed"
    actions.agree_deployment(deployment=here.deployment, by=here.manager, at=moment(WINDOW + timedelta(days=1)))
    assert here.status() == "agreed"


def test_dep_4_head_and_chair_choose_together(place):
    here = place("alpsit")
    here.answer("chosen")
    assert here.status() == "proposed"
    with pytest.raises(MoveRefused, match="DEP-4: The chair of governors has not said yet"):
        actions.agree_deployment(deployment=here.deployment, by=here.manager, at=moment(WINDOW + timedelta(days=9)))
    here.answer("not_chosen", "governors", says="We would like to meet her.")
    with pytest.raises(MoveRefused, match="DEP-4: The chair of governors does not choose"):
        actions.agree_deployment(deployment=here.deployment, by=here.manager, at=AT, done_about_views="They met.")
    here.answer("chosen", "governors")
    actions.agree_deployment(deployment=here.deployment, by=here.manager, at=AT)
    assert here.status() == "agreed"


def test_an_answer_by_letter_is_entered_by_the_authority(place):
    here = place("national")
    actions.answer_consultation(consultation=here.asked(), answer="content", by=here.manager, at=AT)
    assert (here.asked().is_entered_for, here.asked().answered_by) == (True, here.manager)
    with pytest.raises(PermissionDenied):
        actions.answer_consultation(
            consultation=here.asked(), answer="content", by=people.member(Role.MANAGER, at=people.authority("Other")), at=AT
        )


def test_nobody_answers_about_themself(place):
    here = place("national")
    here.partner.user = here.head
    here.partner.save()
    with pytest.raises(PermissionDenied):
        here.answer("content")
    assert here.asked().answer == ""


def test_two_who_answer_at_once_leave_one_answer(place):
    here = place("national")
    stale = here.asked()
    here.answer("talk", says="Please ring me.")
    with pytest.raises(OutOfDate, match="at the same moment"):
        actions.answer_consultation(consultation=stale, answer="content", by=here.manager, at=AT)
    assert here.asked().answer == "talk"


# The one objection (ACT-2).


def test_act_2_on_another_ground_it_is_not_admitted_and_not_used_up(place):
    here = place("learning_trust")
    refused = here.object("other", "We liked the last one.")
    assert (refused.is_admitted, refused.refused, here.status()) == (False, ["not_connectivity"], "proposed")
    assert here.asked("governors").answer == ""
    assert AuditEvent.objects.filter(what="deployment.objection_refused").count() == 1
    assert here.object().is_admitted


def test_act_2_an_admitted_one_stops_the_proposal_and_rejected_it_can_be_agreed_and_not_repeated(place):
    here = place("learning_trust")
    objection = here.object()
    assert (objection.refused, here.status(), here.asked("governors").answer) == ([], "objected", "objects")
    assert objection.due_on == date(2009, 11, 23)
    assert OutgoingEmail.objects.filter(kind="deployment_objected", to=here.manager.email).count() == 1
    with pytest.raises(OutOfDate):
        actions.agree_deployment(deployment=here.deployment, by=here.manager, at=AT)
    with pytest.raises(MoveRefused, match="Enter a reason"):
        actions.decide_objection(deployment=here.deployment, is_upheld=False, reason=".", by=here.manager, at=AT)
    objection.refresh_from_db()
    assert (objection.outcome, here.status()) == ("", "objected")
    actions.decide_objection(
        deployment=here.deployment, is_upheld=False, reason="He left the school in 2001.", by=here.manager, at=AT
    )
    objection.refresh_from_db()
    assert (objection.outcome, objection.decided_by, here.status()) == ("rejected", here.manager, "rejected")
    assert OutgoingEmail.objects.filter(kind="deployment_decided").count() == 2
    second = here.object()
    assert (second.is_admitted, second.refused, here.status()) == (False, ["already_used"], "rejected")
    actions.agree_deployment(deployment=here.deployment, by=here.manager, at=AT)
    assert here.status() == "agreed"


def test_act_2_after_the_first_day_or_the_window_it_is_not_admitted(place):
    here = place("learning_trust")
    late = here.object(at=moment(WINDOW + timedelta(days=1)))
    started = here.object(at=moment(START))
    assert (late.refused, started.refused, here.status()) == (["window_closed"], ["already_started"], "proposed")


def test_the_chance_is_one_for_each_sip_also_when_it_is_proposed_again(place):
    here = place("learning_trust")
    here.object()
    actions.withdraw_deployment(deployment=here.deployment, reason="Look again", by=here.manager, at=AT)
    with pytest.raises(OutOfDate):
        here.object()
    here.deployment = actions.propose_deployment(
        school=here.school, partner=here.partner, starts_on=START, by=here.manager, at=AT
    )
    assert here.object().refused == ["already_used"]


def test_upheld_it_goes_no_further(place):
    here = place("learning_trust")
    here.object()
    actions.decide_objection(deployment=here.deployment, is_upheld=True, reason="They are related.", by=here.manager, at=AT)
    assert (here.status(), here.deployment.end_reason) == ("upheld", "They are related.")
    with pytest.raises(OutOfDate):
        here.object()
    with pytest.raises(OutOfDate):
        actions.agree_deployment(deployment=here.deployment, by=here.manager, at=AT)
    assert not Deployment.objects.standing().exists()


def test_the_governing_body_keeps_its_chance_until_the_window_closes_or_it_says_no(place):
    """DEP-6: agreeing waits for it; saying "no objection" opens the way, and until then it may still object."""
    here = place("learning_trust")
    with pytest.raises(MoveRefused, match="DEP-6: The governing body may object until 30 November 2009"):
        actions.agree_deployment(deployment=here.deployment, by=here.manager, at=AT)
    here.answer("no_objection", "governors")
    assert here.status() == "proposed"
    here.answer("content")
    assert here.status() == "consulted"
    actions.agree_deployment(deployment=here.deployment, by=here.manager, at=AT)
    assert here.object().is_admitted
    assert here.status() == "objected"


def test_once_confirmed_an_objection_is_refused_and_nothing_changes(place):
    here = place("learning_trust")
    here.answer("no_objection", "governors")
    here.answer("content")
    actions.agree_deployment(deployment=here.deployment, by=here.manager, at=AT)
    factories.make_ready(here.partner, here.school, here.authority)
    actions.confirm_deployment(deployment=here.deployment, by=here.manager, at=AT)
    with pytest.raises(MoveRefused, match="The deployment is confirmed"):
        here.object()
    assert (here.status(), Objection.objects.count()) == ("confirmed", 0)


def test_only_the_chair_objects_with_words_and_where_the_policy_gives_it(place):
    here = place("learning_trust")
    with pytest.raises(PermissionDenied):
        here.object(by=here.head)
    with pytest.raises(MoveRefused, match="Enter why"):
        here.object(says=".")
    with pytest.raises(PermissionDenied):
        actions.decide_objection(deployment=here.deployment, is_upheld=True, reason="Yes, they are", by=here.chair, at=AT)
    assert not Objection.objects.exists()
    alpsit = place("alpsit")
    with pytest.raises(MoveRefused, match="is not asked whether it objects"):
        alpsit.object()


# Who sees it, and what is owed.


def test_head_and_chair_see_what_they_were_asked_and_no_other_school_does(place):
    here, there = place("learning_trust"), place("learning_trust")
    here.object()
    governor = people.user()
    schools.make_post(here.school, PostKind.GOVERNOR, user=governor)
    sip = people.user()
    here.partner.user = sip
    here.partner.save()
    seen = {
        name: sorted(
            Consultation.objects.filter(deployment=here.deployment)
            .visible_to(viewer_for(user, on=NOV))
            .values_list("party", flat=True)
        )
        for name, user in {
            "head": here.head, "chair": here.chair, "governor": governor, "sip": sip, "other head": there.head,
            "manager": here.manager,
        }.items()
    }  # fmt: skip
    assert seen == {
        "head": ["head"], "chair": ["governors"], "governor": [], "sip": [], "other head": [], "manager": ["governors", "head"],
    }  # fmt: skip
    assert not Objection.objects.visible_to(viewer_for(here.head, on=NOV)).exists()
    assert Objection.objects.visible_to(viewer_for(here.chair, on=NOV)).count() == 1
    assert not Deployment.objects.visible_to(viewer_for(here.head, on=NOV)).exists()


def test_dl_27_head_and_chair_find_it_in_my_work_and_the_manager_the_objection(place, django_assert_num_queries):
    here = place("learning_trust")
    owed = {"partition": here.authority.code, "on": NOV}
    dues = selectors.owed_of_consulting(**owed)
    assert [(due.rule, due.owner.email, due.due_on) for due in dues] == [
        ("DL-27", here.school.posts.get(kind="head").user.email, WINDOW), ("DL-27", here.chair.email, WINDOW),
    ]  # fmt: skip
    here.object()
    dues = selectors.owed_of_consulting(**owed)
    assert [(due.rule, due.owner.email) for due in dues if due.rule == "DL-83"] == [("DL-83", here.manager.email)]
    assert selectors.owed_of_consulting(partition="national", on=NOV) == []
    late = selectors.owed_of_consulting(partition=here.authority.code, on=WINDOW + timedelta(days=3))
    assert "governing body objects" not in " ".join(due.says for due in late)


def test_where_nobody_is_in_post_the_manager_owes_the_answer(place):
    here = place("national")
    here.school.posts.update(ends_on=date(2009, 11, 1), starts_on=None)
    dues = selectors.owed_of_consulting(partition=here.authority.code, on=NOV)
    assert [(due.owner.email, due.url) for due in dues] == [(here.manager.email, f"/deployments/{here.deployment.pk}/")]


def test_dep_2_criteria_are_published_and_the_latest_holds(place):
    here = place("national")
    with pytest.raises(MoveRefused, match="Enter the criteria"):
        actions.publish_criteria(authority=here.authority, text=" ", by=here.manager, at=AT)
    with pytest.raises(PermissionDenied):
        actions.publish_criteria(authority=here.authority, text="By fit.", by=here.head, at=AT)
    assert not DeploymentCriteria.objects.exists()
    assert selectors.criteria_of(here.authority) is None
    actions.publish_criteria(authority=here.authority, text="By fit.", by=here.manager, at=AT)
    actions.publish_criteria(authority=here.authority, text="By fit and phase.", by=here.manager, at=AT)
    assert selectors.criteria_of(here.authority).text == "By fit and phase."
    assert DeploymentCriteria.objects.visible_to(viewer_for(here.head, on=NOV), P.DEPLOYMENT_VIEW).count() == 2
    stranger = viewer_for(place("national").head, on=NOV)
    assert not DeploymentCriteria.objects.filter(authority=here.authority).visible_to(stranger, P.DEPLOYMENT_VIEW).exists()
