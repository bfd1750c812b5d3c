"""Writing a note: by the page's script and without it, nobody's words lost (D-26, D-27, NOV-27, NOV-28, NOV-34)."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils.html import escape

from accounts.models import ParkedText
from sipmanager.core.workflow import MoveRefused
from visits import actions
from visits.models import NoteSection
from visits.states import NoteState as S
from visits.tests.factories import at, make_note, make_people, move, write

pytestmark = pytest.mark.django_db
AUTOSAVE = {"X-Autosave": "1"}


@pytest.fixture(autouse=True)
def _day(clock_at):
    clock_at("2009-11-11 15:42")  # Wednesday


def page(name: str, *args) -> str:
    return reverse(f"visits:{name}", args=args)


@pytest.fixture
def draft():
    return make_note(is_written=False)


def section(note, key="evidence") -> NoteSection:
    return note.sections.get(key=key)


def test_the_draft_lists_its_parts_with_how_far_each_has_come(as_role, draft):
    one = section(draft)
    actions.save_section(note=draft, key=one.key, text="Seen.", version=one.version, by=draft.people.sip, at=at())

    content = as_role(user=draft.people.sip).get(page("note-draft", draft.pk)).content.decode()

    assert "1 of 9 parts done" in content
    assert content.count("Not started") == 8
    assert "Optional" in content
    assert "Disagreement is likely" in content


def test_without_a_script_a_section_is_saved_and_the_next_one_follows(as_role, draft):
    client, one = as_role(user=draft.people.sip), section(draft)

    answer = client.post(page("note-section", draft.pk, one.key), {"text": "Four lessons seen.", "version": one.version})

    one.refresh_from_db()
    assert (one.text, one.edited_by) == ("Four lessons seen.", draft.people.sip)
    assert answer.url == page("note-section", draft.pk, "progress")
    assert "Saved on 11 November 2009 at 3:42pm" in client.get(page("note-section", draft.pk, one.key)).content.decode()


def test_the_script_is_told_the_new_version_and_the_time(as_role, draft):
    one = section(draft)

    answer = as_role(user=draft.people.sip).post(
        page("note-section", draft.pk, one.key), {"text": "Seen.", "version": one.version}, headers=AUTOSAVE
    )

    assert answer.json() == {"version": one.version + 1, "saved_at": "3:42pm", "remarks": ""}


def test_an_autosave_of_nothing_new_does_not_make_the_session_last_longer(as_role, draft, clock_at):
    clock_at("2009-11-11 09:00")
    client, one = as_role(user=draft.people.sip), section(draft)
    form = {"text": "Seen.", "version": one.version}
    assert client.post(page("note-section", draft.pk, one.key), form, headers=AUTOSAVE).status_code == 200
    form["version"] = one.version + 1
    clock_at("2009-11-11 09:20")
    assert client.post(page("note-section", draft.pk, one.key), form, headers=AUTOSAVE).status_code == 200
    clock_at("2009-11-11 09:35")

    answer = client.post(page("note-section", draft.pk, one.key), form | {"text": "Seen twice."}, headers=AUTOSAVE)

    assert answer.status_code == 302
    assert "/accounts/sign-in/" in answer.url
    assert section(draft, one.key).text == "Seen."


def test_a_figure_that_is_none_is_refused_in_words_and_the_text_is_kept_on_the_page(as_role, draft):
    client, one = as_role(user=draft.people.sip), section(draft, "targets_next")
    form = {"text": "Ambitious.", "version": one.version, "figure_combined_school": "130"}

    by_script = client.post(page("note-section", draft.pk, one.key), form, headers=AUTOSAVE)
    by_button = client.post(page("note-section", draft.pk, one.key), form).content.decode()

    says = "English and mathematics, the school&#x27;s target must be 100 or less"
    assert by_script.status_code == 400
    assert "must be 100 or less" in by_script.json()["message"]
    assert says in by_button
    assert "Ambitious." in by_button
    one.refresh_from_db()
    assert (one.text, one.figures) == ("", {})


def test_figures_are_kept_with_their_section_and_shown_with_their_unit(as_role, draft):
    client, one = as_role(user=draft.people.sip), section(draft, "targets_next")

    form = {"text": "Ambitious.", "version": one.version, "figure_combined_school": "72.50", "figure_secret": "1"}
    client.post(page("note-section", draft.pk, one.key), form)

    one.refresh_from_db()
    assert one.figures == {"combined_school": "72.5"}
    assert "72.5%" in client.get(page("note-whole", draft.pk)).content.decode()


def saved_elsewhere(note, key="evidence", text="The text of the other window.") -> int:
    """Somebody saves the section first; returns the version that the late-comer saw."""
    one = section(note, key)
    actions.save_section(note=note, key=key, text=text, version=one.version, by=note.people.sip, at=at())
    return one.version


def test_a_stale_save_shows_both_texts_and_changes_nothing(as_role, draft):
    """D-26: who, when, both texts; then the writer decides."""
    client, stale = as_role(user=draft.people.sip), saved_elsewhere(draft)
    address = page("note-section", draft.pk, "evidence")

    answer = client.post(address, {"text": "My own text.", "version": stale})

    content = answer.content.decode()
    assert answer.status_code == 409
    assert "The text of the other window." in content
    assert content.count("My own text.") == 2  # in the box, and beside the other
    assert "10 November 2009 at midday" in content
    assert section(draft).text == "The text of the other window."

    resolved = client.post(address, {"text": "Both put together.", "version": stale, "resolve": section(draft).version})
    assert resolved.url == address
    assert section(draft).text == "Both put together."


def test_the_script_gets_both_texts_as_a_fragment(as_role, draft):
    client, stale = as_role(user=draft.people.sip), saved_elsewhere(draft)

    answer = client.post(
        page("note-section", draft.pk, "evidence"), {"text": "My own text.", "version": stale}, headers=AUTOSAVE
    )

    content = answer.content.decode()
    assert answer.status_code == 409
    assert "<html" not in content
    assert "The text of the other window." in content
    assert "My own text." in content


def test_two_windows_on_different_sections_are_both_kept(as_role, draft):
    client, one, other = as_role(user=draft.people.sip), section(draft), section(draft, "progress")

    client.post(page("note-section", draft.pk, "evidence"), {"text": "First.", "version": one.version})
    client.post(page("note-section", draft.pk, "progress"), {"text": "Second.", "version": other.version})

    assert [section(draft, key).text for key in ("evidence", "progress")] == ["First.", "Second."]


def test_hidden_fields_of_somebodys_own_making_are_ignored(as_role, draft):
    one = section(draft)
    form = {"text": "Seen.", "version": one.version, "status": "distributed", "edited_by": "1", "note": "999", "position": "9"}

    as_role(user=draft.people.sip).post(page("note-section", draft.pk, one.key), form)

    draft.refresh_from_db()
    after = section(draft)
    assert draft.status == S.DRAFTING
    assert (after.position, after.edited_by) == (one.position, draft.people.sip)


def test_text_that_comes_after_the_note_was_sent_is_shown_to_its_writer(as_role):
    note = make_note()
    move(note, "send_to_head", "sip", hour=19)
    client, one = as_role(user=note.people.sip), section(note)

    answer = client.post(page("note-section", note.pk, one.key), {"text": "A late thought.", "version": one.version})
    by_script = client.post(
        page("note-section", note.pk, one.key), {"text": "A late thought.", "version": one.version}, headers=AUTOSAVE
    )

    assert answer.status_code == by_script.status_code == 409
    assert "A late thought." in answer.content.decode()
    assert "Sent to the head" in answer.content.decode()
    assert section(note).text == one.text


def test_a_section_shows_last_years_text_and_what_is_still_open(as_role):
    people = make_people()
    make_note(S.DISTRIBUTED, people=people, day=date(2009, 3, 10), recommendations=1)  # Tuesday
    note = make_note(people=people, is_written=False)

    content = as_role(user=people.sip).get(page("note-section", note.pk, "evidence")).content.decode()

    assert "The same section in Spring 2008/09" in content
    assert "What was seen of evidence." in content
    assert "Do the thing number 1." in content
    assert "Not reviewed yet" in content


# Sending it.


def test_submit_names_what_is_missing_as_links(as_role, draft):
    content = as_role(user=draft.people.sip).get(page("note-whole", draft.pk)).content.decode()

    assert (
        f'<a class="govuk-link" href="{page("note-section", draft.pk, "evidence")}">Write the section “Evidence”</a>'
        in content
    )
    assert 'disabled aria-disabled="true"' in content


def test_a_kent_note_goes_to_the_head_and_with_disagreement_likely_to_the_adviser_first(as_role, draft):
    """NOV-34."""
    write(draft)
    client = as_role(user=draft.people.sip)
    assert "Send to the head" in client.get(page("note-whole", draft.pk)).content.decode()

    client.post(page("note-disagreement", draft.pk), {"is_disagreement_likely": "yes"})
    assert "Show a senior adviser first" in client.get(page("note-whole", draft.pk)).content.decode()

    draft.refresh_from_db()
    client.post(page("note-move", draft.pk), {"name": "submit", "version": draft.content_version})
    draft.refresh_from_db()
    assert draft.status == S.LA_REVIEW


def test_the_author_reads_what_was_said_when_the_note_came_back(as_role):
    note = make_note(S.LA_REVIEW, preset="learning_trust")
    move(note, "return_to_sip", "line_manager", comment="Say what you saw yourself.")

    content = as_role(user=note.people.sip).get(page("note-draft", note.pk)).content.decode()

    assert "What was said when it came back to you" in content
    assert "Say what you saw yourself." in content


@pytest.mark.parametrize("who", ["manager", "line_manager", "senior_adviser", "mentor", "head", "chair"])
def test_nobody_but_its_author_writes_a_note(as_role, draft, who):
    client, one = as_role(user=getattr(draft.people, who)), section(draft)
    addresses = [
        page("note-section", draft.pk, one.key), page("note-recommendations", draft.pk), page("note-reviews", draft.pk),
        page("note-disagreement", draft.pk), page("note-whole", draft.pk),
    ]  # fmt: skip

    for address in addresses:
        answer = client.post(address, {"text": "Not mine.", "version": one.version, "is_disagreement_likely": "yes"})
        assert answer.status_code in (403, 404, 405)

    draft.refresh_from_db()
    assert section(draft).text == ""
    assert not draft.is_disagreement_likely
    assert not draft.recommendations.exists()


def test_another_sip_gets_no_data(as_role, draft):
    """ACT-17."""
    client = as_role(user=make_people().sip)
    for name in ("note-detail", "note-draft", "note-whole", "note-history", "note-pdf", "note-reviews"):
        assert client.get(page(name, draft.pk)).status_code == 404


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{ 7*7 }}", "{% debug %}"])
def test_text_is_shown_as_the_letters_that_were_typed(as_role, draft, text):
    client, one = as_role(user=draft.people.sip), section(draft)
    client.post(page("note-section", draft.pk, one.key), {"text": text, "version": one.version})

    for address in (page("note-section", draft.pk, one.key), page("note-whole", draft.pk)):
        assert escape(text) in client.get(address).content.decode()
    assert section(draft).text == text


def test_what_is_sent_on_a_dead_session_is_parked_under_its_section(as_role, draft, client):
    """D-27: the form carries a token of its writer; the text waits for them, sealed."""
    content = as_role(user=draft.people.sip).get(page("note-section", draft.pk, "evidence")).content.decode()
    token = re.search(r'name="parking_token" value="([^"]+)"', content)[1]

    answer = client.post(
        page("note-section", draft.pk, "evidence"), {"text": "Forty minutes of words.", "version": 1, "parking_token": token}
    )

    parked = ParkedText.objects.get()
    assert answer.status_code == 302
    assert (parked.user, parked.section) == (draft.people.sip, f"note:{draft.pk}:evidence")
    assert parked.place == page("note-section", draft.pk, "evidence")
    assert "Forty minutes" not in str(parked.sealed)
    assert section(draft).text == ""


# Remarks that are meant (NOV-20 to NOV-28).

WRONG = "A small minority, 60% of the pupils, did well."


def remark_in(content: str) -> str:
    return re.search(r'name="mean" value="([0-9a-f]{64})"', content)[1]


def test_a_remark_is_kept_as_meant_told_to_whoever_agrees_and_returns_with_another_text(as_role):
    note = make_note(preset="learning_trust", recommendations=0)
    client, address = as_role(user=note.people.sip), page("note-section", note.pk, "evidence")
    one = section(note)
    saved = client.post(address, {"text": WRONG, "version": one.version}, headers=AUTOSAVE).json()
    assert "60% is not “small minority”" in saved["remarks"]
    token = remark_in(saved["remarks"])

    answer = client.post(address, {"text": WRONG, "version": saved["version"], "mean": token}, follow=True)
    content = answer.content.decode()
    assert "Kept: you mean it." in content
    assert "You mean it. Whoever agrees the draft" in content
    assert "1 remark" not in content
    assert "remarks on these parts" not in client.get(page("note-whole", note.pk)).content.decode()
    kept = note.meant_remarks.get()
    assert (kept.key, kept.stamp, kept.by) == ("evidence", str(saved["version"]), note.people.sip)

    note.refresh_from_db()
    move(note, "submit", "sip")
    read = as_role(user=note.people.line_manager).get(page("note-review", note.pk)).content.decode()
    assert "60% is not “small minority”; the words for it are “majority” <strong>The writer means it.</strong>" in read
    move(note, "return_to_sip", "line_manager")

    client.post(address, {"text": f"{WRONG} Seen twice.", "version": saved["version"]})
    assert remark_in(client.get(address).content.decode()) == token, "another text: the remark is back"
    whole = client.get(page("note-whole", note.pk)).content.decode()
    assert "Evidence: 1 remark" in whole


def test_what_is_typed_is_saved_with_the_word_that_it_is_meant_and_a_remark_that_has_gone_is_not_kept(as_role, draft):
    client, address, one = as_role(user=draft.people.sip), page("note-section", draft.pk, "evidence"), section(draft)
    client.post(address, {"text": WRONG, "version": one.version})
    token = remark_in(client.get(address).content.decode())

    answer = client.post(address, {"text": "Most did well.", "version": 2, "mean": token}, follow=True)

    assert "The text has changed, and with it the remark." in answer.content.decode()
    one.refresh_from_db()
    assert one.text == "Most did well."
    assert not draft.meant_remarks.exists()


def test_d_26_a_remark_meant_in_an_old_window_shows_both_texts_and_keeps_nothing(as_role, draft):
    client, address, one = as_role(user=draft.people.sip), page("note-section", draft.pk, "evidence"), section(draft)
    client.post(address, {"text": WRONG, "version": one.version})
    token = remark_in(client.get(address).content.decode())

    answer = client.post(address, {"text": f"{WRONG} In this window.", "version": 1, "mean": token})

    assert answer.status_code == 409
    assert "In this window." in answer.content.decode()
    assert not draft.meant_remarks.exists()


def test_what_is_missing_cannot_be_meant(as_role, draft):
    client, address = as_role(user=draft.people.sip), page("note-section", draft.pk, "outcomes")
    figures = {"figure_outcomes_school": "1", "figure_outcomes_partner": "3"}
    content = client.post(address, {"text": "", "version": 1, **figures}, follow=True) and client.get(address).content.decode()
    assert "has no text yet" in content
    assert content.count("I mean it") == 1, "of the grades that differ alone"


def test_act_10_a_fifth_recommendation_may_be_meant_and_what_was_being_typed_stays(as_role):
    note = make_note(recommendations=5)
    client, address = as_role(user=note.people.sip), page("note-recommendations", note.pk)
    content = client.get(address).content.decode()
    tokens = dict.fromkeys(re.findall(r'name="mean" value="([0-9a-f]{64})"', content))
    assert len(tokens) == 6, "five recommendations, and each lacks something"
    assert "There are 5 recommendations. A school can manage about 4 at a time." in content

    typed = {
        "text": "A sixth, half written",
        "owner_role": "Head",
        "due_on_day": "1",
        "due_on_month": "3",
        "due_on_year": "2010",
    }
    answer = client.post(address, {**typed, "mean": next(iter(tokens))}).content.decode()
    assert "A sixth, half written" in answer
    assert re.search('name="due_on_year"[^>]*value="2010"|value="2010"[^>]*name="due_on_year"', answer)
    for token in list(tokens)[1:]:
        assert client.post(address, {"mean": token}).url == address
    content = client.get(address).content.decode()
    assert "I mean it" not in content
    assert "A school can manage about 4 at a time." not in content
    assert note.meant_remarks.count() == 6
    client.post(address, {"mean": next(iter(tokens))})
    client.post(address, {"mean": "x", "text": "Typed.", "due_on_day": "no"})
    assert note.meant_remarks.count() == 6

    actions.change_recommendation(
        recommendation=note.recommendations.first(), text="Another.", by=note.people.sip, at=at(), version=None
    )
    assert "I mean it" in client.get(address).content.decode(), "another text: the remarks are back"


def test_nothing_is_meant_once_the_draft_has_left(as_role):
    note = make_note(S.HEAD_REVIEW)
    client = as_role(user=note.people.sip)
    assert client.post(page("note-recommendations", note.pk), {"mean": "x"}).status_code == 409
    assert client.post(page("note-section", note.pk, "evidence"), {"text": "x", "version": 1, "mean": "x"}).status_code == 409
    with pytest.raises(MoveRefused):
        actions.mean_remark(note=note, key="evidence", token="x", by=note.people.sip, at=at())
    assert not note.meant_remarks.exists()
