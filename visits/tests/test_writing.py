"""Writing the draft and answering it: nobody's words are lost, nobody's are overwritten (D-26, D-27, NOV-27, NOV-28)."""

import threading
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import close_old_connections, connection

from accounts.access import viewer_for
from sipmanager.core.models import AuditEvent
from sipmanager.core.workflow import MoveRefused, OutOfDate
from visits import actions, selectors
from visits.models import Note, NoteSection, Recommendation
from visits.states import NoteState as S

from .factories import HELD_ON, at, hold, make_note, make_people, make_visit, move

pytestmark = pytest.mark.django_db


@pytest.fixture
def note():
    return make_note(S.DRAFTING, is_written=False)


def save(note, key="evidence", text="Four lessons were seen.", version=1, by=None, **fields):
    return actions.save_section(note=note, key=key, text=text, version=version, by=by or note.people.sip, at=at(), **fields)


def test_the_scripts_save_and_the_buttons_that_cross_are_one(note, monkeypatch):
    """The button is pressed while the script's save of the same words is on its way: nobody is asked to choose."""
    from visits.actions import writing

    write = writing._write

    def cross(*args):
        monkeypatch.setattr(writing, "_write", write)
        save(note)
        return write(*args)

    monkeypatch.setattr(writing, "_write", cross)
    section = save(note)
    assert (section.version, section.text) == (2, "Four lessons were seen.")
    assert AuditEvent.objects.filter(what="note.write").count() == 1


def test_a_save_raises_the_sections_version_and_the_notes(note):
    before = note.content_version
    section = save(note)
    assert (section.version, section.text, section.edited_by) == (2, "Four lessons were seen.", note.people.sip)
    note.refresh_from_db()
    assert note.content_version == before + 1
    line = AuditEvent.objects.get(what="note.write")
    assert line.details == {"section": "evidence", "version": 2}


def test_two_tabs_on_the_same_section_the_second_sees_both_texts(note):
    save(note, text="From the first tab.")
    with pytest.raises(actions.Conflict) as conflict:
        save(note, text="From the second tab.")
    told = conflict.value
    assert (told.stored.text, told.text) == ("From the first tab.", "From the second tab.")
    assert (told.stored.version, told.stored.edited_by, told.stored.edited_at) == (2, note.people.sip, at())
    assert note.people.sip.full_name in told.reasons[0]
    note.refresh_from_db()
    assert (NoteSection.objects.get(note=note, key="evidence").text, note.content_version) == ("From the first tab.", 2)


def test_a_conflict_with_nobodys_text_says_somebody(note):
    NoteSection.objects.filter(note=note, key="evidence").update(text="Of old.", version=2)
    with pytest.raises(actions.Conflict) as conflict:
        save(note)
    assert conflict.value.reasons[0].startswith("Somebody")


def test_two_people_write_different_sections_at_once(note):
    save(note, key="evidence")
    save(note, key="outcomes", text="Most did well.")
    assert {row.key for row in note.sections.exclude(text="")} == {"evidence", "outcomes"}


def test_a_save_that_changes_nothing_is_no_change_and_no_conflict(note):
    """An autosave sent again after a lost answer finds its own text."""
    save(note)
    again = save(note)
    assert again.version == 2
    assert AuditEvent.objects.filter(what="note.write").count() == 1


def test_line_ends_and_null_characters_of_a_browser_are_evened_out(note):
    assert save(note, text="One\r\ntwo\x00.").text == "One\ntwo."


def test_a_section_longer_than_anybody_writes_is_refused(note):
    with pytest.raises(MoveRefused):
        save(note, text="x" * 100_001)
    assert NoteSection.objects.get(note=note, key="evidence").text == ""


def test_a_section_that_the_note_has_not_is_refused(note):
    with pytest.raises(MoveRefused):
        save(note, key="nothing")


def test_figures_are_those_the_template_asks_for(note):
    """POST of hidden fields: anything else is dropped."""
    section = save(
        note, key="outcomes", figures={"attendance": " 94.1 ", "status": "final", "attainment": "", "two_levels": None}
    )
    assert section.figures == {"attendance": "94.1"}
    assert save(note, key="outcomes", text="And words.", version=2).figures == {"attendance": "94.1"}
    assert save(note, key="outcomes", text="And words.", version=3, figures={}).figures == {}


@pytest.mark.parametrize("state", [S.HEAD_REVIEW, S.AGREED, S.FINAL])
def test_nothing_is_written_once_the_draft_has_been_handed_over(state):
    note = make_note(state)
    version = note.content_version
    row = note.recommendations.get()
    attempts = (
        lambda: save(note, version=2, text="Later."),
        lambda: actions.add_recommendation(note=note, text="Later.", by=note.people.sip, at=at()),
        lambda: actions.change_recommendation(recommendation=row, text="Later.", by=note.people.sip, at=at()),
        lambda: actions.withdraw_recommendation(recommendation=row, by=note.people.sip, at=at()),
        lambda: actions.mark_disagreement_likely(note=note, is_likely=True, by=note.people.sip, at=at()),
    )
    for attempt in attempts:
        with pytest.raises(MoveRefused):
            attempt()
    note.refresh_from_db()
    assert (note.content_version, note.is_disagreement_likely) == (version, False)
    assert Recommendation.objects.get(note=note).text == "Do the thing number 1."


# Recommendations.


def test_recommendations_are_added_changed_and_withdrawn(note):
    people = note.people
    first = actions.add_recommendation(
        note=note,
        text=" Train the staff. ",
        owner_role="Deputy",
        due_on=date(2010, 3, 1),
        success_measure="All good",
        by=people.sip,
        at=at(),
    )
    second = actions.add_recommendation(note=note, text="Look at the books.", by=people.sip, at=at())
    assert [(row.position, row.text) for row in selectors.recommendations_of(note=note)] == [
        (1, "Train the staff."), (2, "Look at the books."),
    ]  # fmt: skip
    note.refresh_from_db()
    actions.change_recommendation(
        recommendation=second, text="Look at all books.", version=note.content_version, by=people.sip, at=at()
    )
    with pytest.raises(OutOfDate):
        actions.change_recommendation(
            recommendation=second, text="Stale.", version=note.content_version, by=people.sip, at=at()
        )
    actions.withdraw_recommendation(recommendation=first, by=people.sip, at=at())
    assert [row.text for row in selectors.recommendations_of(note=note)] == ["Look at all books."]
    assert Recommendation.objects.filter(note=note).count() == 2


def test_a_recommendation_says_something(note):
    with pytest.raises(MoveRefused):
        actions.add_recommendation(note=note, text="  ", by=note.people.sip, at=at())
    assert not Recommendation.objects.exists()


def test_act_10_a_fifth_recommendation_warns_and_stops_nobody():
    """NOV-27."""
    note = make_note(S.DRAFTING, recommendations=5)
    assert "There are 5 recommendations" in next(r.says for r in selectors.remarks(note=note) if r.id == "NOV-27")
    move(note, "send_to_head", "sip")
    assert note.status == S.HEAD_REVIEW


def test_act_10_the_last_notes_recommendations_appear_in_the_next_note_until_reviewed():
    """NOV-28: carried in by itself, also when the SIP has changed; the note waits for each outcome."""
    people = make_people("national")
    make_note(S.DISTRIBUTED, people=people, day=date(2009, 3, 10), recommendations=2)
    note = make_note(S.DRAFTING, people=people, is_written=False)
    assert [row.recommendation.text for row in note.reviews.order_by("pk")] == [
        "Do the thing number 1.",
        "Do the thing number 2.",
    ]
    assert selectors.note_case(note=note, on=HELD_ON).unreviewed == 2
    first = note.reviews.order_by("pk").first()
    actions.review_recommendation(review=first, outcome="met", impact="In place.", by=people.sip, at=at())
    assert selectors.note_case(note=note, on=HELD_ON).unreviewed == 1
    shown = selectors.reading(note=note, viewer=people.viewer("sip")).reviews
    assert [(row.outcome_label, row.impact, row.made_in) for row in shown] == [
        ("Met", "In place.", "Spring 2008/09"), ("Not reviewed yet", "", "Spring 2008/09"),
    ]  # fmt: skip
    with pytest.raises(MoveRefused):
        actions.review_recommendation(review=first, outcome="forgotten", by=people.sip, at=at())


def test_a_recommendation_is_looked_back_on_once():
    people = make_people("national")
    make_note(S.DISTRIBUTED, people=people, day=date(2009, 3, 10))
    make_note(S.DISTRIBUTED, people=people, day=date(2009, 6, 9), recommendations=0)
    third = make_note(S.DRAFTING, people=people, is_written=False)
    assert not third.reviews.exists()


@pytest.mark.parametrize("how", ["withdrawn", "struck out"])
def test_what_was_looked_back_on_in_a_note_that_no_longer_stands_comes_again(how):
    people = make_people("national")
    make_note(S.DISTRIBUTED, people=people, day=date(2009, 3, 10))
    second = make_note(
        S.WITHDRAWN if how == "withdrawn" else S.DRAFTING, people=people, day=date(2009, 6, 9), recommendations=0
    )
    if how == "struck out":
        actions.void_visit(visit=second.visit, reason="Wrong school.", viewer=people.viewer("manager"), at=at())
    third = make_note(S.DRAFTING, people=people, is_written=False)
    assert [row.recommendation.text for row in third.reviews.all()] == ["Do the thing number 1."]


def test_a_draft_or_a_withdrawn_recommendation_is_not_carried():
    people = make_people("national")
    make_note(S.LA_REVIEW, people=people, day=date(2009, 3, 10))
    note = make_note(S.DRAFTING, people=people, is_written=False)
    assert not note.reviews.exists()


# What stands around the draft.


def test_the_editor_shows_the_sections_in_order_with_what_is_done(note):
    save(note)
    save(note, key="outcomes", text="", figures={"attendance": "94"})
    shown = selectors.sections_of(note=note)
    assert [view.row.key for view in shown][:2] == ["evidence", "progress"]
    assert [(view.is_done, view.is_started) for view in shown if view.row.key in ("evidence", "progress", "outcomes")] == [
        (True, True), (False, False), (False, True),
    ]  # fmt: skip
    assert any(remark.id == "NOV-17" for remark in shown[1].remarks)


def test_the_checker_knows_the_names_at_the_school(note):
    head = note.people.head.full_name
    save(note, text=f"{head} led the lesson.")
    assert [remark.section for remark in selectors.remarks(note=note) if remark.id == "NOV-23"] == ["evidence"]


def test_last_years_text_of_the_same_season_comes_first():
    people = make_people("national")
    make_note(S.DISTRIBUTED, people=people, day=date(2008, 11, 11))
    make_note(S.DISTRIBUTED, people=people, day=date(2009, 6, 9))
    note = make_note(S.DRAFTING, people=people, is_written=False)
    text, visit = selectors.last_text(note=note, key="evidence")
    assert (text, visit.held_on) == ("What was seen of evidence.", date(2008, 11, 11))
    assert selectors.last_note(note=note).visit.held_on == date(2009, 6, 9)
    assert selectors.last_text(note=note, key="nothing") is None


def test_reviewers_and_mentors_comment_on_drafts_and_others_do_not():
    note = make_note(S.LA_REVIEW, preset="national")
    people = note.people
    row = actions.comment_section(
        note=note, section_key="evidence", text=" Too long. ", viewer=people.viewer("mentor"), at=at()
    )
    assert (row.text, row.by_role, row.is_for_school) == ("Too long.", "mentor", False)
    for who in ("sip", "head", "chair"):
        with pytest.raises(PermissionDenied):
            actions.comment_section(note=note, text="A comment.", viewer=people.viewer(who), at=at())
    with pytest.raises(MoveRefused):
        actions.comment_section(note=note, text=" ", viewer=people.viewer("mentor"), at=at())
    move(note, "agree_draft", "line_manager")
    with pytest.raises(MoveRefused):
        actions.comment_section(note=note, text="Too late.", viewer=people.viewer("mentor"), at=at())
    assert note.comments.count() == 1


# At the same instant, on a real database.


def at_once(*tries):
    """Run each in a thread of its own, let go together; returns what each gave or raised."""
    gate, results = threading.Barrier(len(tries)), [None] * len(tries)

    def run(number, attempt):
        close_old_connections()
        try:
            gate.wait(10)
            results[number] = attempt()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(tries)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_saves_in_the_same_instant_exactly_one_wins():
    note = make_note(S.DRAFTING, is_written=False)

    def writer(text):
        own = Note.objects.get(pk=note.pk)
        return lambda: actions.save_section(note=own, key="evidence", text=text, version=1, by=note.people.sip, at=at())

    for _ in range(5):
        NoteSection.objects.filter(note=note).update(version=1, text="")
        results = at_once(writer("One."), writer("Two."), writer("Three."))
        won = [result for result in results if isinstance(result, NoteSection)]
        lost = [result for result in results if isinstance(result, actions.Conflict)]
        assert (len(won), len(lost)) == (1, 2), results
        stored = NoteSection.objects.get(note=note, key="evidence")
        assert (stored.version, stored.text) == (2, won[0].text)
        assert {conflict.stored.text for conflict in lost} == {stored.text}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_saves_of_different_sections_in_the_same_instant_are_all_kept():
    note = make_note(S.DRAFTING, is_written=False)
    keys = list(note.sections.order_by("position").values_list("key", flat=True))[:4]
    before = note.content_version

    def writer(key):
        own = Note.objects.get(pk=note.pk)
        return lambda: actions.save_section(note=own, key=key, text="Text.", version=1, by=note.people.sip, at=at())

    results = at_once(*(writer(key) for key in keys))
    assert all(isinstance(result, NoteSection) for result in results), results
    note.refresh_from_db()
    assert note.content_version == before + 4


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_double_click_moves_once():
    note = make_note(S.HEAD_REVIEW)

    def click(name):
        own = Note.objects.select_related("visit", "policy_row").get(pk=note.pk)
        viewer = viewer_for(note.people.head, on=HELD_ON)
        return lambda: actions.move_note(note=own, name=name, viewer=viewer, at=at(), version=note.content_version)

    results = at_once(click("agree"), click("agree"), click("agree"))
    assert sum(isinstance(result, Note) for result in results) == 1, results
    assert sum(isinstance(result, OutOfDate) for result in results) == 2, results
    assert AuditEvent.objects.filter(what="note.agree").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_save_and_a_submission_in_the_same_instant_do_not_mix():
    """Either the text was saved before and the submission is refused, or the save comes too late and is refused."""
    for _ in range(5):
        note = make_note(S.DRAFTING)
        own = Note.objects.select_related("visit", "policy_row").get(pk=note.pk)
        viewer = viewer_for(note.people.sip, on=HELD_ON)
        copy = Note.objects.get(pk=note.pk)
        saved, sent = at_once(
            lambda copy=copy, by=note.people.sip: actions.save_section(
                note=copy, key="evidence", text="At the last moment.", version=2, by=by, at=at()
            ),
            lambda note=note, own=own, viewer=viewer: actions.move_note(
                note=own, name="send_to_head", viewer=viewer, at=at(), version=note.content_version
            ),
        )  # fmt: skip
        assert isinstance(saved, MoveRefused) != isinstance(sent, MoveRefused), (saved, sent)
        note.refresh_from_db()
        if note.status == S.HEAD_REVIEW:
            assert note.sections.get(key="evidence").text == note.releases.get().sections[0]["text"]
        connection.close()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_visit_held_twice_at_once_begins_one_note():
    people = make_people("kent")
    visit = make_visit(people)
    copies = [type(visit).objects.select_related("deployment").get(pk=visit.pk) for _ in range(3)]
    results = at_once(*(lambda copy=copy: hold(copy, people) for copy in copies))
    assert sum(isinstance(result, Note) for result in results) == 1, results
    assert Note.objects.count() == 1


def test_a_likely_disagreement_is_noted_and_taken_back(note):
    told = {"note": note, "by": note.people.sip, "at": at()}
    assert actions.mark_disagreement_likely(is_likely=True, **told).is_disagreement_likely
    before = AuditEvent.objects.count()
    actions.mark_disagreement_likely(is_likely=True, **told)
    assert AuditEvent.objects.count() == before
    assert not actions.mark_disagreement_likely(is_likely=False, **told).is_disagreement_likely


def test_figures_are_read_in_words():
    note = make_note(S.DRAFTING, preset="alpsit")
    people = note.people
    given = {"inspected_on": "2008-06-03"}
    actions.save_section(note=note, key="inspection", text="A good one.", figures=given, version=2, by=people.sip, at=at())
    actions.save_section(
        note=note,
        key="results",
        text="Good.",
        figures={"year_6": "81", "writing_score": "27"},
        version=2,
        by=people.sip,
        at=at(),
    )
    actions.save_section(
        note=note, key="self_evaluation", text="Sound.", figures={"overall_school": "2", "overall_partner": "9"}, version=2,
        by=people.sip, at=at(),
    )  # fmt: skip
    shown = selectors.reading(note=note, viewer=people.viewer("sip"))
    words = {label: value for section in shown.sections for label, value in section.figures}
    assert words == {
        "Date of the last inspection": "3 June 2008",
        "Reading, writing and mathematics, year 6": "81%",
        "Average scaled score in writing, if there is one": "27",
        "Overall grade, the school's view": "2, good",
        "Overall grade, the SIP's view": "9",
    }
    actions.save_section(
        note=note, key="inspection", text="A good one.", figures={"inspected_on": "soon"}, version=3, by=people.sip, at=at()
    )
    assert selectors.reading(note=note, viewer=people.viewer("sip")).section("inspection").figures == (
        ("Date of the last inspection", "soon"),
    )
    assert selectors.reading(note=note, viewer=people.viewer("sip")).section("nothing") is None


def test_a_recommendation_saved_as_it_is_changes_nothing(note):
    row = actions.add_recommendation(note=note, text="Mark weekly.", by=note.people.sip, at=at())
    before = AuditEvent.objects.count()
    actions.change_recommendation(recommendation=row, text="Mark weekly. ", by=note.people.sip, at=at(), seen="another")
    assert AuditEvent.objects.count() == before
