"""With whom a visit and a note lie when people have gone (D-28)."""

from datetime import date, timedelta

import pytest

from accounts.models import Membership
from accounts.permissions import Role
from partners.models import Deployment
from schools.models import Post
from sipmanager.core.models import OutgoingEmail
from sipmanager.core.workflow import MoveRefused
from visits import actions, selectors
from visits.models import Note
from visits.states import NoteState as S
from visits.workflow import moves_for

from .factories import HELD_ON, at, kinds_to, make_note, make_people, make_visit, move

pytestmark = pytest.mark.django_db
NEXT = HELD_ON + timedelta(days=1)


@pytest.fixture(autouse=True)
def quick_pdf(monkeypatch):
    monkeypatch.setattr("visits.actions.issuing.render", lambda *_: b"%PDF-1.7 stands in")


OWNERS = {
    "kent": {
        S.DRAFTING: "sip", S.LA_REVIEW: "senior_adviser", S.HEAD_REVIEW: "head", S.AGREED: "sip",
        S.DISPUTED: "senior_adviser", S.MODERATED: "sip", S.FINAL: "sip", S.DISTRIBUTED: "manager",
    },
    "national": {S.LA_REVIEW: "line_manager", S.DISPUTED: "sip", S.WITHDRAWN: "manager"},
    "alpsit": {S.DISPUTED: "sip", S.POST_APPROVAL_REVIEW: "manager", S.AMENDED: "manager"},
}  # fmt: skip


@pytest.mark.parametrize(("preset", "state", "who"), [(p, s, w) for p, rows in OWNERS.items() for s, w in rows.items()])
def test_each_note_lies_with_somebody(preset, state, who):
    note = make_note(state, preset=preset, is_contested=preset == "kent" and state == S.LA_REVIEW)
    owner = selectors.owner_of(note=note, on=HELD_ON)
    assert owner.user_id == getattr(note.people, who).pk


def test_a_head_who_left_or_has_no_account_leaves_the_note_with_the_manager():
    note = make_note(S.HEAD_REVIEW)
    Post.objects.filter(user=note.people.head).update(ends_on=HELD_ON)
    assert selectors.owner_of(note=note, on=NEXT).user_id == note.people.manager.pk
    Post.objects.filter(user=note.people.head).update(ends_on=None, user=None)
    assert selectors.owner_of(note=note, on=NEXT).user_id == note.people.manager.pk
    kinds = [problem["kind"] for problem in selectors.problems(note.authority, NEXT)]
    assert kinds == ["note_for_head_without_account"]


def test_a_draft_sent_to_a_school_without_a_head_is_told_to_the_manager():
    people = make_people("kent")
    Post.objects.filter(school=people.school).delete()
    note = make_note(S.HEAD_REVIEW, people=people)
    assert kinds_to(people.manager, note) == ["note_nobody_to_answer"]


def test_without_a_senior_adviser_the_manager_finds_one():
    people = make_people("kent")
    Membership.objects.filter(user=people.senior_adviser).delete()
    note = make_note(S.DISPUTED, people=people)
    assert selectors.owner_of(note=note, on=HELD_ON).user_id == people.manager.pk
    (problem,) = selectors.problems(note.authority, HELD_ON)
    assert (problem["kind"], problem["owner"], problem["subject"]) == (
        "note_without_senior_adviser", people.manager.email, f"note:{note.pk}",
    )  # fmt: skip


def test_without_a_manager_the_role_itself_owns_the_note():
    """D-40: `role@key`, or the authority's mailbox; and no mail goes to an address that is none."""
    people = make_people("alpsit")
    Membership.objects.filter(user=people.manager).delete()
    note = make_note(S.POST_APPROVAL_REVIEW, people=people)
    assert selectors.owner_of(note=note, on=HELD_ON).email == f"{Role.MANAGER.value}@{people.authority.code}"
    assert not OutgoingEmail.objects.filter(kind="note_waiting_for_release").exists()
    people.authority.mailbox = "sips@trust.example"
    people.authority.save()
    note = Note.objects.get(pk=note.pk)
    assert selectors.owner_of(note=note, on=HELD_ON).email == "sips@trust.example"


@pytest.mark.parametrize(("day", "who"), [(date(2010, 1, 30), "sip"), (date(2010, 1, 31), "manager")])
def test_the_draft_of_a_sip_who_left_goes_to_the_manager_after_the_handover(day, who):
    note = make_note(S.DRAFTING)
    Deployment.objects.filter(pk=note.people.deployment.pk).update(ends_on=date(2009, 12, 31))
    note = Note.objects.get(pk=note.pk)
    people = selectors.People.around([note], day)
    assert people.sip(note).user_id == {"sip": note.partner.user_id}.get(who, people.manager(note).user_id)
    kinds = [problem["kind"] for problem in selectors.problems(note.authority, day)]
    assert kinds == ["draft_after_deployment_ended", "note_stuck"]


def test_a_sip_without_an_account_still_owns_the_draft():
    note = make_note(S.DRAFTING)
    note.partner.user = None
    note.partner.save()
    owner = selectors.owner_of(note=Note.objects.get(pk=note.pk), on=HELD_ON)
    assert (owner.email, owner.user_id) == (note.partner.email, None)


def test_a_struck_out_visit_lies_with_the_manager_and_its_note_has_no_moves():
    note = make_note(S.DRAFTING)
    people = note.people
    actions.void_visit(visit=note.visit, reason="Entered twice.", viewer=people.viewer("manager"), at=at())
    note = Note.objects.get(pk=note.pk)
    note.people = people
    assert selectors.owner_of(note=note, on=HELD_ON).user_id == people.manager.pk
    assert moves_for(note=note, viewer=people.viewer("sip"), on=HELD_ON) == []
    with pytest.raises(MoveRefused):
        move(note, "send_to_head", "sip")
    with pytest.raises(MoveRefused):
        actions.save_section(note=note, key="evidence", text="More.", version=2, by=people.sip, at=at())


def test_a_visit_lies_with_the_sip_until_it_is_made():
    visit = make_visit()
    people = visit.people
    assert selectors.visit_owner_of(visit=visit, on=HELD_ON).user_id == people.sip.pk
    actions.cancel_visit(visit=visit, reason="The school is closed by snow.", viewer=people.viewer("sip"), at=at())
    assert selectors.visit_owner_of(visit=visit, on=HELD_ON).user_id == people.manager.pk
