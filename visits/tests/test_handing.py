"""A draft whose SIP has left is handed to another, who has it from then on with everything that goes with it (D-28)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.access import viewer_for
from accounts.permissions import Permission, Role
from accounts.tests import factories as accounts_factories
from partners.models import Deployment, Engagement
from partners.tests.factories import complete_checks, engage, make_deployment, make_partner
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate
from visits import actions, selectors
from visits.models import Note, Visit
from visits.states import NoteState as S
from visits.tests.factories import at, make_note

pytestmark = pytest.mark.django_db
TODAY = date(2009, 11, 24)  # Tuesday


@pytest.fixture(autouse=True)
def _day(clock_at):
    clock_at("2009-11-24 10:00")


@pytest.fixture
def draft():
    return make_note()


def sip_at(note, *, is_at_school=False):
    """Another SIP of the authority, in the school if asked."""
    user = accounts_factories.user()
    partner = make_partner(sectors={"primary": date(2007, 9, 1)}, authorities=[note.authority], user=user)
    engagement = engage(partner, note.authority)
    if is_at_school:
        complete_checks(engagement, on=date(2009, 9, 1))
        make_deployment(partner, note.school, note.authority, starts_on=date(2009, 11, 23))
    return partner


def leave(note, on=date(2009, 11, 20)):
    """The writer's deployment ended on a Friday, and with it the lead."""
    Deployment.objects.filter(pk=note.visit.deployment_id).update(ends_on=on, lead_until=on)
    return Note.objects.select_related("visit__deployment", "partner__user", "authority", "school").get(pk=note.pk)


def hand(note, partner, who="manager"):
    return actions.hand_over_note(note=note, to=partner, viewer=note_viewer(note, who), at=at(TODAY))


def note_viewer(note, who):
    return note.people.viewer(who, TODAY)


def address(note) -> str:
    return reverse("visits:note-hand-over", args=[note.pk])


def test_d_28_a_draft_whose_sip_has_left_is_handed_to_the_sip_now_at_the_school(as_role, draft):
    people, first = draft.people, draft.partner
    draft, elsewhere = leave(draft), sip_at(draft)
    other = sip_at(draft, is_at_school=True)
    draft.people = people
    client = as_role(user=people.manager)

    page = client.get(reverse("visits:note-draft", args=[draft.pk])).content.decode()
    assert address(draft) in page
    content = client.get(address(draft)).content.decode()
    assert content.index(f'value="{other.pk}"') < content.index(f'value="{elsewhere.pk}"')
    assert f"{other.full_name}, now the SIP of this school" in content
    assert first.full_name in content

    answer = client.post(address(draft), {"partner": other.pk}, follow=True)

    assert f"The note is with {other.full_name} now" in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.partner, draft.handed_from, draft.handed_over_at is None) == (other, first, False)
    assert Visit.objects.get(pk=draft.visit_id).partner == first, "the visit stays whose it was"
    line = AuditEvent.objects.get(what="note.hand_over")
    assert (line.by_id, line.details["was"], line.details["now"]) == (people.manager.pk, first.reference, other.reference)
    mail = OutgoingEmail.objects.get(kind="note_handed_over")
    assert mail.to == other.user.email
    assert "What was seen of" not in mail.body
    assert selectors.owner_of(note=draft, on=TODAY).user_id == other.user_id
    assert "Handed to another SIP" in client.get(reverse("visits:note-history", args=[draft.pk])).content.decode()

    again = client.post(address(draft), {"partner": other.pk}, follow=True)
    assert f"The note is with {other.full_name} now." in again.content.decode()
    assert AuditEvent.objects.filter(what="note.hand_over").count() == 1


def test_d_28_the_new_sip_writes_and_sends_and_the_old_one_has_it_no_more(as_role, draft):
    people, first = draft.people, draft.partner
    draft = leave(draft)
    new = sip_at(draft)
    draft.people = people
    hand(draft, new)

    client, place = as_role(user=new.user), reverse("visits:note-draft", args=[draft.pk])
    assert "Write the note" in client.get(place).content.decode()
    for name in ("visit-detail", "visit-preparation"):
        assert client.get(reverse(f"visits:{name}", args=[draft.visit_id])).status_code == 200
    section = draft.sections.get(key="evidence")
    client.post(reverse("visits:note-section", args=[draft.pk, "evidence"]), {"text": "Finished.", "version": section.version})
    section.refresh_from_db()
    assert (section.text, section.edited_by) == ("Finished.", new.user)
    assert as_role(user=first.user).get(place).status_code == 404

    draft.refresh_from_db()
    told = {"note": draft, "viewer": viewer_for(new.user, on=TODAY), "at": at(TODAY), "version": draft.content_version}
    actions.move_note(name="send_to_head", **told)
    header = dict(selectors.released_reading(draft).header)
    assert header["School Improvement Partner (SIP)"] == first.full_name
    assert header["Note finished by"] == new.full_name


def test_the_note_of_a_sip_who_is_still_there_stays_with_them(as_role, draft):
    new = sip_at(draft)
    client = as_role(user=draft.people.manager)
    assert address(draft) not in client.get(reverse("visits:note-draft", args=[draft.pk])).content.decode()
    answer = client.post(address(draft), {"partner": new.pk})
    assert answer.status_code == 409
    assert "is still the School Improvement Partner (SIP) of" in answer.content.decode()
    with pytest.raises(MoveRefused):
        hand(draft, new)
    ends = leave(draft, on=date(2009, 12, 18))
    assert ", until 18 December 2009. " in selectors.why_not_handed_over(note=ends, on=TODAY)
    assert Note.objects.get().partner == draft.partner
    assert not AuditEvent.objects.filter(what="note.hand_over").exists()


def test_a_note_is_handed_only_to_a_sip_who_can_take_it(as_role, draft):
    people = draft.people
    strangers = make_partner(sectors={"primary": date(2007, 9, 1)}, user=accounts_factories.user())
    without_account = make_partner(sectors={"primary": date(2007, 9, 1)}, authorities=[draft.authority])
    engage(without_account, draft.authority)
    draft = leave(draft)
    draft.people = people
    for partner in (strangers, without_account, draft.partner):
        with pytest.raises(MoveRefused):
            hand(draft, partner)
    client = as_role(user=people.manager)
    assert "Nobody can take the note over yet" in client.get(address(draft)).content.decode()

    new = sip_at(draft)
    chosen = client.post(address(draft), {"partner": strangers.pk})
    assert "Select somebody from the list" in chosen.content.decode()
    assert "Select who finishes the note" in client.post(address(draft), {"partner": ""}).content.decode()
    new.user.is_active = False
    new.user.save()
    assert Note.objects.get().partner == draft.partner


@pytest.mark.parametrize("who", ["line_manager", "senior_adviser", "sip", "head", "mentor"])
def test_nobody_but_the_manager_hands_a_note_over(as_role, draft, who):
    people = draft.people
    draft = leave(draft)
    new = sip_at(draft)
    draft.people = people
    assert as_role(user=getattr(people, who)).post(address(draft), {"partner": new.pk}).status_code in (403, 404)
    with pytest.raises(PermissionDenied):
        hand(draft, new, who)
    assert Note.objects.get().partner == draft.partner


def test_the_first_of_two_managers_hands_it_over_and_the_second_is_told(draft):
    people = draft.people
    draft = leave(draft)
    new, other = sip_at(draft), sip_at(draft)
    draft.people = people
    seen_before = Note.objects.select_related("visit__deployment", "partner__user").get(pk=draft.pk)
    seen_before.people = people
    hand(draft, new)
    with pytest.raises(OutOfDate):
        hand(seen_before, other)
    assert Note.objects.get().partner == new


def test_the_page_of_the_second_manager_shows_where_the_note_is(as_role, draft, monkeypatch):
    people = draft.people
    draft = leave(draft)
    new = sip_at(draft)

    def too_late(**_):
        raise OutOfDate(["Somebody was first."])

    def refuse(**_):
        raise MoveRefused(["It cannot be done."])

    client = as_role(user=people.manager)
    monkeypatch.setattr(actions, "hand_over_note", too_late)
    assert "Somebody was first." in client.post(address(draft), {"partner": new.pk}, follow=True).content.decode()
    monkeypatch.setattr(actions, "hand_over_note", refuse)
    assert "It cannot be done." in client.post(address(draft), {"partner": new.pk}).content.decode()


def test_a_note_that_is_issued_being_issued_or_struck_out_is_not_handed_over():
    note = make_note(S.FINAL)
    people = note.people
    told = {"note": note, "viewer": people.viewer("sip"), "at": at(), "version": note.content_version}
    actions.move_note(name="distribute", **told)
    note = leave(note)
    new = sip_at(note)
    note.people = people
    if note.issue_requests.filter(done_at=None).exists():
        with pytest.raises(OutOfDate):
            hand(note, new)

    issued = make_note(S.DISTRIBUTED)
    people, issued = issued.people, leave(issued)
    issued.people = people
    assert selectors.why_not_handed_over(note=issued, on=TODAY).startswith("The note has been issued")
    with pytest.raises((OutOfDate, PermissionDenied)):
        hand(issued, sip_at(issued))

    struck_out = make_note()
    people = struck_out.people
    actions.void_visit(
        visit=struck_out.visit, reason="Entered twice.", viewer=note_viewer(struck_out, "manager"), at=at(TODAY)
    )
    struck_out = leave(struck_out)
    struck_out.people = people
    with pytest.raises(MoveRefused, match="struck out"):
        hand(struck_out, sip_at(struck_out))


def test_d_28_the_second_sip_may_leave_too_and_the_manager_has_it_then(draft):
    people = draft.people
    draft = leave(draft)
    new, third = sip_at(draft), sip_at(draft)
    draft.people = people
    draft = hand(draft, new)
    draft.people = people
    with pytest.raises(MoveRefused, match="still works for"):
        hand(draft, third)

    Engagement.objects.filter(partner=new).update(ends_on=date(2009, 11, 23))
    assert selectors.owner_of(note=draft, on=TODAY).user_id == people.manager.pk
    assert not Note.objects.visible_to(viewer_for(new.user, on=TODAY)).filter(pk=draft.pk).exists()
    kinds = [one["kind"] for one in selectors.problems(draft.authority, TODAY)]
    assert "draft_after_deployment_ended" in kinds
    draft = hand(draft, third)
    assert (draft.partner, draft.handed_from) == (third, new)
    assert "draft_after_deployment_ended" not in [one["kind"] for one in selectors.problems(draft.authority, TODAY)]


def test_a_sip_without_an_account_has_left_as_far_as_the_note_goes(draft):
    draft.partner.user.is_active = False
    draft.partner.user.save()
    assert selectors.why_not_handed_over(note=draft, on=TODAY) == ""


def test_d_6_whoever_had_the_note_agrees_it_in_no_other_capacity():
    note = make_note(preset="learning_trust")
    people, first = note.people, note.partner
    note = leave(note)
    new = sip_at(note)
    note.people = people
    note = hand(note, new)
    note.people = people
    accounts_factories.membership(Role.MANAGER, of=first.user, at=note.authority)
    shown = Note.objects.visible_to(viewer_for(first.user, on=TODAY), Permission.NOTE_AGREE)
    assert not shown.filter(pk=note.pk).exists()
    assert Note.objects.visible_to(note_viewer(note, "manager"), Permission.NOTE_HAND_OVER).filter(pk=note.pk).exists()
    assert selectors.owner_of(note=note, on=TODAY).user_id == new.user_id


def test_a_deadline_of_the_writer_says_with_whom_the_note_lies_meanwhile():
    note = make_note(S.HEAD_REVIEW)
    found = {due.rule: due for due in selectors.owed(partition=note.authority.code, on=date(2009, 11, 12))}
    assert found["DL-5"].why == f"10 working days after the visit. Now with {note.people.head.full_name}"
    assert found["DL-4"].why == "5 working days after the draft was sent"
