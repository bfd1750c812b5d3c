"""Who may open, find or be told of a note (D-2, D-25, NOV-46, POL-32, ROL-22 to ROL-31)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.access import fetch
from accounts.permissions import Permission, Role
from accounts.tests import factories as accounts_factories
from partners.models import Deployment, Support
from partners.tests.factories import make_deployment, make_partner
from schools.models import PostKind, SchoolService
from schools.tests.factories import make_post, make_school
from sipmanager.core import deadlines
from sipmanager.core.models import OutgoingEmail
from visits import actions, selectors
from visits.models import Note, Visit
from visits.states import NoteState as S

from .factories import HELD_ON, at, make_note, make_people, make_visit, move

pytestmark = pytest.mark.django_db
P = Permission
LATER = HELD_ON + timedelta(days=1)


@pytest.fixture(autouse=True)
def quick_pdf(monkeypatch):
    monkeypatch.setattr("visits.actions.issuing.render", lambda *_: b"%PDF-1.7 stands in")


def at_school(people, viewer, on=HELD_ON):
    """Everybody who stands for the school."""
    governor = make_post(people.school, PostKind.GOVERNOR, user=accounts_factories.user()).user
    return [viewer(user, on=on) for user in (people.head, people.chair, governor)]


def mail_to(*users) -> list[str]:
    """The kinds of the messages about notes that somebody got."""
    mails = OutgoingEmail.objects.filter(to__in=[user.email for user in users], body__contains="/notes/")
    return list(mails.order_by("pk").values_list("kind", flat=True))


def is_hidden_from(note, looking) -> bool:
    """By page, list, search, and as something owed or waited for."""
    for permission in (P.NOTE_VIEW, P.NOTE_DRAFT_VIEW, P.NOTE_ANSWER):
        with pytest.raises(Http404):
            fetch(looking, permission, Note.objects.all(), pk=note.pk)
    with pytest.raises(PermissionDenied):
        selectors.reading(note=note, viewer=looking)
    dues = deadlines.owed(partition=note.authority.code, on=HELD_ON + timedelta(days=40))
    named = {p.email for due in dues for p in (due.owner, *due.escalate_to, *due.waiting)}
    return (
        not selectors.notes_list(viewer=looking).filter(pk=note.pk).exists()
        and not selectors.search_notes(viewer=looking, text=note.school.name).exists()
        and not note.belongs_to(looking)
        and looking.user.email not in named
    )


@pytest.mark.parametrize("state", [S.DRAFTING, S.LA_REVIEW, S.FINAL])
def test_act_1_a_draft_the_authority_has_not_let_go_is_invisible_to_the_school(state, viewer):
    """ACT-1, NOV-46: learning trust; by page, list, search, notification and what is owed."""
    note = make_note(state, preset="learning_trust")
    for looking in at_school(note.people, viewer):
        assert is_hidden_from(note, looking)
    assert mail_to(note.people.head, note.people.chair) == []


@pytest.mark.parametrize(
    ("preset", "state"),
    [("national", S.DRAFTING), ("national", S.LA_REVIEW), ("kent", S.DRAFTING), ("alpsit", S.DRAFTING)],
)
def test_no_school_hears_of_a_note_before_it_is_with_the_head(preset, state, viewer):
    """D-25, whatever the preset."""
    note = make_note(state, preset=preset)
    for looking in at_school(note.people, viewer):
        assert is_hidden_from(note, looking)
    assert mail_to(note.people.head, note.people.chair) == []


def test_a_kent_draft_where_disagreement_is_likely_is_hidden_while_the_adviser_reads(viewer):
    note = make_note(S.LA_REVIEW, preset="kent", is_contested=True)
    for looking in at_school(note.people, viewer):
        assert is_hidden_from(note, looking)


def test_the_head_reads_the_draft_from_head_review_on_and_chair_and_governors_do_not(viewer):
    note = make_note(S.HEAD_REVIEW)
    head, chair, governor = at_school(note.people, viewer)
    assert fetch(head, P.NOTE_ANSWER, Note.objects.all(), pk=note.pk) == note
    assert selectors.reading(note=note, viewer=head).kind == "released"
    assert is_hidden_from(note, chair)
    assert is_hidden_from(note, governor)
    assert mail_to(note.people.head) == ["note_released"]
    assert mail_to(note.people.chair) == []


@pytest.mark.parametrize(("preset", "again"), [("kent", S.DRAFTING), ("national", S.LA_REVIEW)])
def test_the_head_keeps_the_version_they_had_and_sees_nothing_newer(preset, again, viewer):
    """D-24, D-25: after a correction of fact, while the SIP writes and while the authority reads again."""
    note = make_note(S.HEAD_REVIEW, preset=preset)
    people = note.people
    move(note, "ask_correction", "head", comment="We have 212 pupils.")
    section = note.sections.get(key="evidence")
    actions.save_section(
        note=note, key="evidence", text="Something newer.", version=section.version, by=people.sip, at=at(LATER)
    )
    actions.add_recommendation(note=note, text="Something else newer.", by=people.sip, at=at(LATER))
    note.refresh_from_db()
    if again == S.LA_REVIEW:
        move(note, "submit", "sip", day=LATER)
    head = viewer(people.head, on=LATER)
    shown = selectors.reading(note=note, viewer=head)
    assert (note.status, shown.kind) == (again, "released")
    assert shown.section("evidence").text == "What was seen of evidence."
    assert [row.text for row in shown.recommendations] == ["Do the thing number 1."]
    assert selectors.status_for(note=note, viewer=head) == "Being corrected"
    assert selectors.reading(note=note, viewer=viewer(people.sip, on=LATER)).section("evidence").text == "Something newer."


def test_the_head_never_reads_what_the_authority_said_to_the_sip(viewer):
    note = make_note(S.LA_REVIEW, preset="national")
    people = note.people
    actions.comment_section(note=note, section_key="evidence", text="Too long.", viewer=people.viewer("mentor"), at=at())
    move(note, "return_to_sip", "line_manager", comment="Shorten it.")
    move(note, "submit", "sip")
    move(note, "agree_draft", "line_manager", comment="Better.")
    move(note, "dispute", "head", comment="Not what was seen.")
    for name in ("line_manager", "sip", "senior_adviser", "manager"):
        heard = selectors.comments_for(note=note, viewer=people.viewer(name))
        assert [row.text for row in heard] == ["Too long.", "Shorten it.", "Better.", "Not what was seen."]
    assert [row.text for row in selectors.comments_for(note=note, viewer=people.viewer("head"))] == ["Not what was seen."]


def test_the_comments_on_an_issued_note_stay_apart_too(viewer):
    note = make_note(S.LA_REVIEW, preset="learning_trust")
    people = note.people
    move(note, "approve_draft", "manager", comment="Well done.")
    move(note, "distribute", "sip")
    actions.comment_after_issue(note=note, text="We see it differently.", by=people.head, at=at())
    assert [row.text for row in selectors.comments_for(note=note, viewer=people.viewer("chair"))] == ["We see it differently."]
    assert len(selectors.comments_for(note=note, viewer=people.viewer("manager"))) == 2


@pytest.mark.parametrize("preset", ["national", "learning_trust", "kent", "alpsit"])
def test_an_issued_note_is_read_by_head_chair_and_governors(preset, viewer):
    note = make_note(S.DISTRIBUTED, preset=preset)
    for looking in at_school(note.people, viewer):
        assert fetch(looking, P.NOTE_VIEW, Note.objects.all(), pk=note.pk) == note
        assert selectors.reading(note=note, viewer=looking).kind == "issued"


def test_act_17_a_sip_opening_another_sips_school_gets_no_data(viewer):
    """ROL-22: not a note, not a visit, by page, list or search."""
    note = make_note(S.DISTRIBUTED)
    people = note.people
    other = accounts_factories.user()
    partner = make_partner(sectors={"primary": date(2007, 9, 1)}, authorities=[people.authority], user=other)
    make_deployment(partner, make_school(authority=people.authority), people.authority, starts_on=date(2008, 9, 1))
    looking = viewer(other, on=HELD_ON)
    for model, record, permission in ((Note, note, P.NOTE_VIEW), (Visit, note.visit, P.VISIT_VIEW)):
        with pytest.raises(Http404):
            fetch(looking, permission, model.objects.all(), pk=record.pk)
    assert not selectors.notes_list(viewer=looking).exists()
    assert not selectors.visits_list(viewer=looking).exists()
    assert not selectors.search_notes(viewer=looking, text=people.school.name).exists()
    assert not selectors.search_notes(viewer=looking, text=str(note.pk)).exists()


def test_the_next_sip_of_a_school_reads_its_issued_notes_and_no_draft(viewer):
    """ROL-22: all that is held of a school, for whoever it is assigned to."""
    note = make_note(S.DISTRIBUTED, preset="national")
    people = note.people
    draft = make_note(S.DRAFTING, people=people, day=date(2009, 11, 24))
    Deployment.objects.filter(pk=people.deployment.pk).update(ends_on=date(2009, 12, 31), lead_until=date(2009, 12, 31))
    newcomer = accounts_factories.user()
    partner = make_partner(sectors={"primary": date(2007, 9, 1)}, authorities=[people.authority], user=newcomer)
    make_deployment(partner, people.school, people.authority, starts_on=date(2010, 1, 4))
    looking = viewer(newcomer, on=date(2010, 1, 5))
    assert list(selectors.notes_list(viewer=looking)) == [note]
    assert not draft.belongs_to(looking)
    assert not note.belongs_to(looking, P.NOTE_WRITE)
    with pytest.raises(PermissionDenied):
        fetch(looking, P.NOTE_WRITE, Note.objects.all(), pk=note.pk)


@pytest.mark.parametrize(("day", "is_seen"), [(date(2010, 1, 30), True), (date(2010, 1, 31), False)])
def test_a_sip_who_left_keeps_their_own_notes_for_a_handover_and_no_longer(day, is_seen, viewer):
    """ROL-31."""
    note = make_note(S.DISTRIBUTED)
    Deployment.objects.filter(pk=note.people.deployment.pk).update(ends_on=date(2009, 12, 31), lead_until=date(2009, 12, 31))
    assert note.belongs_to(viewer(note.people.sip, on=day)) is is_seen


def test_a_mentor_reads_drafts_of_their_sip_while_they_are_the_mentor(viewer):
    """ROL-30."""
    note = make_note(S.DRAFTING)
    mentor = note.people.mentor
    assert note.belongs_to(viewer(mentor, on=HELD_ON), P.NOTE_DRAFT_VIEW)
    Support.objects.filter(user=mentor).update(ends_on=HELD_ON)
    assert not note.belongs_to(viewer(mentor, on=LATER), P.NOTE_DRAFT_VIEW)


def test_a_school_that_moves_takes_two_years_of_issued_notes_to_its_new_authority(viewer):
    """D-2: the old authority keeps its records, the new one reads what was issued and changes nothing."""
    note = make_note(S.DISTRIBUTED, preset="national")
    people = note.people
    draft = make_note(S.LA_REVIEW, people=people, day=date(2009, 11, 24))
    new = accounts_factories.authority()
    SchoolService.objects.filter(school=people.school).update(authority=new)
    manager = accounts_factories.member(Role.MANAGER, at=new)
    soon, late = viewer(manager, on=date(2009, 12, 1)), viewer(manager, on=date(2011, 11, 15))
    assert list(selectors.notes_list(viewer=soon)) == [note]
    assert not draft.belongs_to(soon)
    assert not any(note.belongs_to(soon, right) for right in (P.NOTE_AMEND, P.NOTE_RELEASE, P.NOTE_AGREE))
    assert not note.belongs_to(late)
    assert {row.pk for row in selectors.notes_list(viewer=people.viewer("manager"))} == {note.pk, draft.pk}


def test_a_reader_outside_reads_only_what_was_sent_to_them(viewer):
    """ROL-27, D-5."""
    kent = make_note(S.DISTRIBUTED, preset="kent")
    trust = make_note(S.DISTRIBUTED, preset="alpsit")
    diocese = accounts_factories.member(Role.DIOCESE, at=trust.school.diocese)
    reader = accounts_factories.member(Role.READER, at=trust.school.local_authority)
    elsewhere = accounts_factories.member(Role.READER, at=kent.school.local_authority)
    kent.school.diocese = trust.school.diocese
    kent.school.save()
    assert list(selectors.notes_list(viewer=viewer(diocese, on=HELD_ON))) == [trust]
    assert list(selectors.notes_list(viewer=viewer(reader, on=HELD_ON))) == [trust]
    assert not selectors.notes_list(viewer=viewer(elsewhere, on=HELD_ON)).exists()


def test_no_list_shows_a_note_twice(viewer):
    """Several recipients of one kind, and several versions, make no further rows."""
    note = make_note(S.AMENDED, preset="alpsit")
    for _ in range(2):
        accounts_factories.member(Role.DIOCESE, at=note.school.diocese)
    diocese = accounts_factories.member(Role.DIOCESE, at=note.school.diocese)
    move(note, "amend", "manager")
    assert [row.pk for row in selectors.notes_list(viewer=viewer(diocese, on=HELD_ON))] == [note.pk]


def test_a_head_who_is_a_sip_elsewhere_reads_their_own_schools_draft_as_a_head(viewer):
    """D-6: rights are a union, but what is read is what each capacity was given."""
    note = make_note(S.HEAD_REVIEW)
    people = note.people
    make_partner(sectors={"primary": date(2007, 9, 1)}, authorities=[people.authority], user=people.head)
    move(note, "recall", "sip")
    actions.save_section(note=note, key="evidence", text="Newer.", version=2, by=people.sip, at=at())
    shown = selectors.reading(note=note, viewer=viewer(people.head, on=HELD_ON))
    assert (shown.kind, shown.section("evidence").text) == ("released", "What was seen of evidence.")


def test_the_draft_of_a_struck_out_visit_is_nobodys_to_answer(viewer):
    note = make_note(S.HEAD_REVIEW)
    people = note.people
    actions.void_visit(visit=note.visit, reason="Entered for the wrong school.", viewer=people.viewer("manager"), at=at())
    assert not note.belongs_to(people.viewer("head"))


def test_a_list_of_notes_costs_the_same_for_one_as_for_many(viewer, django_assert_num_queries):
    people = make_people("kent")
    make_note(S.DRAFTING, people=people)
    looking = people.viewer("manager")

    def show():
        return [
            (
                note.school.name,
                note.partner.full_name,
                note.visit.held_on,
                note.visit.deployment.ends_on,
                note.policy.note_label,
            )
            for note in selectors.notes_list(viewer=looking).order_by("pk")
        ]

    with django_assert_num_queries(1):
        show()
    for day in range(3):
        make_note(S.DRAFTING, people=people, day=HELD_ON + timedelta(days=day), is_written=False)
    with django_assert_num_queries(1):
        assert len(show()) == 4


def test_visits_are_found_by_those_who_may_see_them(viewer):
    visit = make_visit()
    people = visit.people
    for name in ("sip", "manager", "line_manager", "senior_adviser", "mentor", "head", "chair"):
        assert selectors.visits_list(viewer=people.viewer(name)).filter(pk=visit.pk).exists(), name
    assert selectors.next_visit(school_id=people.school.pk, viewer=people.viewer("head"), on=date(2009, 11, 1)) == visit
    assert selectors.next_visit(school_id=people.school.pk, viewer=people.viewer("head"), on=LATER) is None
    stranger = accounts_factories.member(Role.MANAGER)
    assert not selectors.visits_list(viewer=viewer(stranger, on=HELD_ON)).exists()
    assert list(selectors.notes_of_school(school_id=people.school.pk, viewer=people.viewer("manager"))) == []
    assert not selectors.search_notes(viewer=people.viewer("manager"), text=" ").exists()


def test_a_draft_that_no_head_was_given_is_no_heads_to_read(viewer):
    """Belt and braces: even asked for directly, there is nothing to show."""
    note = make_note(S.DRAFTING)
    with pytest.raises(PermissionDenied):
        selectors.released_reading(note)
    issued = make_note(S.DISTRIBUTED)
    stranger = accounts_factories.member(Role.MANAGER)
    with pytest.raises(PermissionDenied):
        selectors.reading(note=issued, viewer=viewer(stranger, on=HELD_ON))


def test_a_note_is_found_by_its_number_and_its_schools(viewer):
    note = make_note(S.DISTRIBUTED)
    looking = note.people.viewer("manager")
    for text in (note.school.name, note.school.urn, f"note {note.pk}", str(note.pk), note.partner.full_name):
        assert list(selectors.search_notes(viewer=looking, text=text)) == [note], text
    for text in ("What was seen", "9" * 12, "no such school"):
        assert not selectors.search_notes(viewer=looking, text=text).exists()
