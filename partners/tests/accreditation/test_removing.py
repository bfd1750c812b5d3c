"""Records of discussion and removal cases (ACC-16 to ACC-26, ACT-9)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions
from partners.models import Accreditation, Discussion, RemovalCase
from partners.selectors import problems, standings_of
from partners.tests.accreditation.accrediting import MEMBERS, director, make_case, make_discussion, noon
from partners.tests.factories import engage, make_deployment, make_partner
from schools.tests.factories import make_school
from sipmanager.core import documents
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate

pytestmark = pytest.mark.django_db
ON = date(2009, 10, 5)  # Monday
AT = noon(ON)


@pytest.fixture
def place(db):
    return people.authority("Ashby", region=people.region("Region of Ashby"))


@pytest.fixture
def sip(db):
    return people.user("Ann Able")


@pytest.fixture
def engagement(place, sip):
    partner = make_partner(authorities=[place], user=sip)
    return engage(partner, place)


def opening(engagement, **more):
    return {
        "engagement": engagement, "criterion": "competence", "circumstances": "What was seen", "support_given": "A mentor",
        "by": None, "at": AT, **more,
    }  # fmt: skip


def test_act_9_no_competence_case_without_an_earlier_discussion_and_the_sip_has_a_copy_of_each(place, engagement, sip):
    coordinator = people.member(Role.COORDINATOR, at=place.region)
    with pytest.raises(MoveRefused, match="No earlier discussion of competence"):
        actions.open_case(**opening(engagement, by=coordinator))
    make_discussion(engagement, on=ON)  # of the same day: not earlier
    with pytest.raises(MoveRefused, match="No earlier discussion of competence"):
        actions.open_case(**opening(engagement, by=coordinator))
    assert not RemovalCase.objects.exists()
    first = make_discussion(engagement, on=date(2009, 9, 14), by=people.member(Role.MANAGER, at=place))
    case = actions.open_case(**opening(engagement, by=coordinator))
    assert (case.status, case.opened_by) == ("raised", coordinator)
    copies = OutgoingEmail.objects.filter(kind="discussion_copied", to=engagement.partner.email)
    assert copies.count() == OutgoingEmail.objects.filter(kind="discussion_copied").count() == Discussion.objects.count() == 2
    mail = copies.get(about=f"discussion:{first.pk}")
    assert f"/accreditations/discussions/{first.pk}/" in mail.body
    assert "notes of visit were discussed" not in mail.body  # the text stands behind the link


def test_acc_21_the_record_is_frozen_received_and_answered(place, engagement, sip):
    manager = people.member(Role.MANAGER, at=place)
    talk = make_discussion(engagement, on=date(2009, 9, 14), by=manager)
    assert documents.read(talk.document) == b"The notes of visit were discussed."
    assert talk.answer_due_on == date(2009, 9, 28)  # ten working days (ACC-23)
    assert make_discussion(engagement, on=date(2009, 9, 14), answer_days=3).answer_due_on == date(2009, 9, 17)
    with pytest.raises(PermissionDenied):
        actions.answer_discussion(discussion=talk, text="Mine", by=manager, at=AT)
    actions.receive_discussion(discussion=talk, by=sip, at=AT)
    actions.receive_discussion(discussion=talk, by=sip, at=noon(date(2009, 10, 6)))
    assert Discussion.objects.get(pk=talk.pk).received_at == AT
    with pytest.raises(MoveRefused, match="Enter your answer"):
        actions.answer_discussion(discussion=talk, text=" ", by=sip, at=AT)
    actions.answer_discussion(discussion=talk, text="I see it otherwise.", by=sip, at=AT)
    talk.refresh_from_db()
    assert (talk.answered_on, documents.read(talk.answer_document)) == (ON, b"I see it otherwise.")
    assert OutgoingEmail.objects.get(kind="discussion_answered").to == manager.email
    with pytest.raises(OutOfDate):
        actions.answer_discussion(discussion=talk, text="Again", by=sip, at=AT)
    stale = Discussion.objects.get(pk=talk.pk)
    stale.answered_on = None
    with pytest.raises(OutOfDate):
        actions.answer_discussion(discussion=stale, text="Twice", by=sip, at=AT)
    assert documents.read(Discussion.objects.get(pk=talk.pk).answer_document) == b"I see it otherwise."
    alone = make_discussion(engagement, by=None)
    actions.answer_discussion(discussion=alone, text="Noted by nobody", by=sip, at=AT)
    assert OutgoingEmail.objects.filter(kind="discussion_answered").count() == 1


def test_a_record_of_discussion_says_when_and_what(engagement, place, sip):
    given = {"engagement": engagement, "criterion": "conduct", "by": None, "at": AT}
    with pytest.raises(MoveRefused, match="today or in the past"):
        actions.record_discussion(held_on=date(2009, 10, 6), text="What was said", **given)
    with pytest.raises(MoveRefused, match="Enter what was said"):
        actions.record_discussion(held_on=ON, text=".", **given)
    for days in (0, 61):
        with pytest.raises(MoveRefused, match="between 1 and 60"):
            actions.record_discussion(held_on=ON, text="What was said", answer_days=days, **given)
    other = people.member(Role.MANAGER, at=people.authority("Barford"))
    for by in (other, sip, people.member(Role.ADMINISTRATOR, at=place)):
        with pytest.raises(PermissionDenied):
            actions.record_discussion(held_on=ON, text="What was said", **{**given, "by": by})
    assert not Discussion.objects.exists()
    assert not OutgoingEmail.objects.exists()


def test_acc_17_and_acc_20_conduct_names_what_it_is_and_withheld_facts_are_of_it(engagement):
    make_discussion(engagement, criterion="conduct")
    with pytest.raises(MoveRefused, match="Choose what the concern about conduct is"):
        actions.open_case(**opening(engagement, criterion="conduct"))
    with pytest.raises(MoveRefused, match="choose false or missing facts"):
        actions.open_case(**opening(engagement, criterion="conduct", items=["lateness"], is_withholding_alleged=True))
    with pytest.raises(MoveRefused, match="Enter the circumstances"):
        actions.open_case(**opening(engagement, criterion="conduct", items=["lateness"], circumstances="-"))
    case = actions.open_case(**opening(engagement, criterion="conduct", items=["facts"], is_withholding_alleged=True))
    assert case.items == ["facts"]
    with pytest.raises(MoveRefused, match="A case about this SIP is open already"):
        actions.open_case(**opening(engagement, criterion="conduct", items=["facts"]))
    assert RemovalCase.objects.count() == 1


def test_two_who_open_a_case_at_once_open_one(engagement, monkeypatch):
    make_case(engagement=engagement)
    monkeypatch.setattr("partners.actions.accreditation.removing.why_not_opened", lambda facts: [])
    with pytest.raises(MoveRefused, match="open already"):
        actions.open_case(**opening(engagement))
    assert RemovalCase.objects.count() == 1


def test_acc_21_the_whole_way_to_a_removal_and_what_it_touches(place, engagement, sip):
    chief = director()
    coordinator = people.member(Role.COORDINATOR, at=place.region)
    manager = people.member(Role.MANAGER, at=place)
    school = make_school(authority=place, phase="secondary", name="Hill Road School")
    partner = engagement.partner
    make_deployment(partner, school, place, starts_on=date(2009, 9, 1))
    case = make_case("heard", engagement=engagement, by=None)
    RemovalCase.objects.filter(pk=case.pk).update(opened_by=coordinator)
    case.refresh_from_db()
    kinds = list(OutgoingEmail.objects.order_by("pk").values_list("kind", "to"))
    told = [row for row in kinds if row[0] in ("removal_possible", "removal_to_director", "hearing_called")]
    assert told == [
        ("removal_possible", partner.email), ("removal_to_director", chief.email), ("hearing_called", partner.email),
    ]  # fmt: skip
    day, at = date(2009, 10, 19), noon(date(2009, 10, 13))
    actions.remove_accreditation(case=case, removed_from=day, reason="No improvement since spring", by=chief, at=at)
    assert Accreditation.objects.get().removed_on == day
    (row,) = standings_of([partner.pk], date(2009, 10, 18))[partner.pk]
    assert row.state == "accredited"
    (row,) = standings_of([partner.pk], day)[partner.pk]
    assert row.state == "removed"
    case.refresh_from_db()
    assert (case.status, case.removed_from, case.decided_by) == ("removed", day, chief)
    decision = documents.read(case.document).decode()
    assert "The accreditation is removed from 19 October 2009." in decision
    assert "Nora Nield (NCSL)" in decision
    assert "An illness in the family" in decision  # ACC-24
    decided = OutgoingEmail.objects.filter(kind="removal_decided").values_list("to", flat=True)
    assert set(decided) == {partner.email, coordinator.email}
    flagged = OutgoingEmail.objects.get(kind="deployments_touched")
    assert (flagged.to, flagged.authority_id) == (manager.email, place.pk)
    assert "Hill Road School" in flagged.body
    assert "sip_not_accredited" in {row["kind"] for row in problems(place, day)}
    assert AuditEvent.objects.filter(what="accreditation.remove", partner_id=partner.pk).count() == 1
    with pytest.raises(MoveRefused, match="PRE-1"):
        actions.propose_deployment(
            school=make_school(authority=place, phase="secondary"), partner=partner, starts_on=day, by=None, at=noon(day)
        )


def test_acc_25_ending_a_deployment_does_not_itself_remove_the_accreditation(place, engagement):
    partner = engagement.partner
    school = make_school(authority=place, phase="secondary")
    deployment = make_deployment(partner, school, place, starts_on=date(2009, 9, 1))
    actions.end_deployment(deployment=deployment, on=ON, reason="A concern", by=None, at=AT)
    assert standings_of([partner.pk], ON)[partner.pk][0].state == "accredited"
    assert not RemovalCase.objects.exists()


def test_acc_20_found_withholding_leaves_only_removal(engagement):
    make_discussion(engagement, criterion="conduct", on=date(2009, 9, 14))
    case = make_case(
        "hearing_called", engagement=engagement, criterion="conduct", items=["facts"], is_withholding_alleged=True
    )
    later = noon(date(2009, 10, 13))
    given = {"case": case, "heard_on": date(2009, 10, 12), "mitigation": "None", "by": None, "at": later}
    with pytest.raises(MoveRefused, match="Say whether the steering group found"):
        actions.record_hearing(members=MEMBERS, **given)
    with pytest.raises(MoveRefused, match="sits for NCSL, NS or DfES"):
        actions.record_hearing(members=({"name": "X", "body": "LA"},), is_withholding_found=True, **given)
    with pytest.raises(MoveRefused, match="Enter who sat for NCSL, NS and DfES"):
        actions.record_hearing(members=({"name": " ", "body": "NS"},), is_withholding_found=True, **given)
    actions.record_hearing(members=MEMBERS, is_withholding_found=True, **given)
    with pytest.raises(MoveRefused, match="brings removal"):
        actions.retain_accreditation(case=case, reason="Kindness", by=None, at=later)
    assert RemovalCase.objects.get().status == "heard"
    actions.remove_accreditation(case=case, removed_from=date(2009, 10, 13), reason="Withheld", by=None, at=later)
    assert RemovalCase.objects.get().status == "removed"


def test_acc_19_public_confidence_may_and_need_not_bring_removal(engagement):
    make_discussion(engagement, criterion="public_confidence", on=date(2009, 9, 14))
    case = make_case("hearing_called", engagement=engagement, criterion="public_confidence")
    later = noon(date(2009, 10, 13))
    heard = {"heard_on": date(2009, 10, 12), "members": MEMBERS, "mitigation": "Nothing was proved", "by": None, "at": later}
    actions.record_hearing(case=case, **heard)
    actions.retain_accreditation(case=case, reason="No disrepute follows", by=None, at=later)
    assert RemovalCase.objects.get().status == "retained"
    assert not Accreditation.objects.filter(removed_on__isnull=False).exists()


def test_acc_24_a_decision_says_what_mitigating_circumstances_were_weighed(engagement):
    case = make_case("hearing_called", engagement=engagement)
    later = noon(date(2009, 10, 13))
    actions.record_hearing(case=case, heard_on=date(2009, 10, 12), members=MEMBERS, by=None, at=later)
    with pytest.raises(MoveRefused, match="mitigating circumstances that were weighed"):
        actions.retain_accreditation(case=case, reason="It is better", by=None, at=later)
    assert RemovalCase.objects.get().decided_on is None


def test_acc_23_a_hearing_waits_for_the_time_to_answer(engagement):
    case = make_case("under_review", engagement=engagement)
    make_discussion(engagement, on=ON, is_about_removal=True)
    with pytest.raises(MoveRefused, match="The SIP has until 19 October 2009"):
        actions.call_hearing(case=case, hearing_on=date(2009, 10, 19), by=None, at=AT)
    actions.call_hearing(case=case, hearing_on=date(2009, 10, 20), by=None, at=AT)
    actions.call_hearing(case=case, hearing_on=date(2009, 10, 21), by=None, at=AT)  # another day
    assert RemovalCase.objects.get().hearing_on == date(2009, 10, 21)


def test_a_case_that_the_sip_was_never_told_of_is_dropped_quietly(engagement, place, sip, viewer):
    coordinator = people.member(Role.COORDINATOR, at=place.region)
    case = make_case("raised", engagement=engagement, by=None)
    RemovalCase.objects.filter(pk=case.pk).update(opened_by=coordinator)
    case.refresh_from_db()
    assert not RemovalCase.objects.visible_to(viewer(sip)).exists()
    actions.drop_case(case=case, reason="Settled by talk", by=coordinator, at=AT)
    assert [mail.to for mail in OutgoingEmail.objects.filter(kind="removal_decided")] == [coordinator.email]
    assert Accreditation.objects.get().removed_on is None


def test_acc_21_a_sip_reads_the_case_once_told_whatever_else_they_are(place, viewer):
    manager = people.member(Role.MANAGER, at=place)
    engagement = engage(make_partner(authorities=[place], user=manager), place)
    case = make_case(engagement=engagement)
    assert not RemovalCase.objects.visible_to(viewer(manager)).exists()
    actions.tell_sip(case=case, by=None, at=AT)
    assert RemovalCase.objects.visible_to(viewer(manager)).get() == case
    other = people.member(Role.MANAGER, at=people.authority("Barford", region=people.region("Elsewhere")))
    assert not RemovalCase.objects.visible_to(viewer(other)).exists()
