"""The head reads and answers (NOV-35), and sees nothing before it is handed over, nor anything newer (ACT-1, D-25)."""

from datetime import date

import pytest
from django.urls import reverse

from sipmanager.core.models import OutgoingEmail
from visits import actions
from visits.models import HeadAnswer
from visits.states import NoteState as S
from visits.tests.factories import at, make_note, move

pytestmark = pytest.mark.django_db
AUTOSAVE = {"X-Autosave": "1"}


@pytest.fixture(autouse=True)
def _day(clock_at):
    clock_at("2009-11-11 15:42")  # Wednesday


def page(name: str, *args) -> str:
    return reverse(f"visits:{name}", args=args)


def answer_form(note, verdict="accurate", text="", version=0) -> dict:
    return {"verdict": verdict, "text": text, "version": version, "head_version": note.head_version}


def everything_about(note) -> list[str]:
    names = ("note-detail", "note-draft", "note-history", "note-pdf", "note-whole", "note-review", "note-amend")
    return [
        *(page(name, note.pk) for name in names),
        page("note-version", note.pk, 1),
        f"{page('note-move', note.pk)}?name=agree",
    ]


@pytest.mark.parametrize("who", ["head", "chair"])
@pytest.mark.parametrize("state", [S.DRAFTING, S.LA_REVIEW])
def test_act_1_an_unagreed_draft_is_invisible_to_the_school(as_role, state, who):
    """ACT-1, NOV-46, D-25: by page, list, export, PDF, history and message."""
    note = make_note(state, preset="learning_trust")
    client = as_role(user=getattr(note.people, who))

    for address in everything_about(note):
        assert client.get(address).status_code == 404
    for address in (
        page("note-list"),
        f"{page('note-list')}?format=csv",
        page("visit-list"),
        f"{page('visit-list')}?format=csv",
    ):
        answer = client.get(address)
        content = b"".join(answer).decode() if answer.streaming else answer.content.decode()
        assert page("note-detail", note.pk) not in content
        assert "With the authority" not in content
        assert "Being drafted" not in content
    assert "no notes of visit" in client.get(page("note-list")).content.decode().lower()
    assert not OutgoingEmail.objects.filter(to=getattr(note.people, who).email, kind__startswith="visits.note").exists()


def test_the_head_reads_section_by_section_what_was_handed_over(as_role):
    note = make_note(S.HEAD_REVIEW)
    client = as_role(user=note.people.head)

    assert client.get(page("note-detail", note.pk)).url == page("note-draft", note.pk)
    content = client.get(page("note-draft", note.pk)).content.decode()

    assert "What was seen of evidence." in content
    assert "0 of 9 sections answered" in content
    assert content.count("Please correct a fact") == 9
    assert "Your answer is due on <strong>17 November 2009</strong>" in content


def test_after_a_recall_the_head_keeps_the_version_they_had_and_nothing_newer(as_role):
    """D-24, D-25."""
    note = make_note(S.HEAD_REVIEW)
    move(note, "recall", "sip")
    one = note.sections.get(key="evidence")
    actions.save_section(note=note, key="evidence", text="A newer thought.", version=one.version, by=note.people.sip, at=at())
    client = as_role(user=note.people.head)

    content = client.get(page("note-draft", note.pk)).content.decode()

    assert "What was seen of evidence." in content
    assert "A newer thought." not in content
    assert "Being corrected" in content
    assert "Send my answer" not in content
    listed = client.get(page("note-list")).content.decode()
    assert "Being corrected" in listed
    assert "Being drafted" not in listed


def test_answers_are_saved_as_the_head_goes_by_script_and_by_button(as_role):
    note = make_note(S.HEAD_REVIEW)
    client = as_role(user=note.people.head)

    by_script = client.post(page("note-answer", note.pk, "evidence"), answer_form(note), headers=AUTOSAVE)
    by_button = client.post(page("note-answer", note.pk, "progress"), answer_form(note, "comment", "Well put."))

    assert by_script.json() == {"version": 1, "saved_at": "3:42pm", "progress": "1 of 9 sections answered"}
    assert by_button.url == f"{page('note-draft', note.pk)}#section-progress"
    assert "2 of 9 sections answered" in client.get(page("note-draft", note.pk)).content.decode()
    assert HeadAnswer.objects.get(section_key="progress").text == "Well put."


@pytest.mark.parametrize(
    ("verdict", "says"),
    [
        ("comment", "Enter your comment"),
        ("correction", "Enter the fact that should be corrected"),
        ("dispute", "Enter what you dispute and why"),
        ("", "Select your answer to this section"),
    ],
)
def test_an_answer_that_needs_words_asks_for_them(as_role, verdict, says):
    note = make_note(S.HEAD_REVIEW)
    client, form = as_role(user=note.people.head), answer_form(note, verdict, " ")

    by_script = client.post(page("note-answer", note.pk, "evidence"), form, headers=AUTOSAVE)
    by_button = client.post(page("note-answer", note.pk, "evidence"), form).content.decode()

    assert by_script.status_code == 400
    assert by_script.json() == {"message": says}
    assert f'<a href="#id_evidence_{"text" if verdict else "verdict_0"}">{says}</a>' in by_button
    assert not note.answers.exists()


def test_an_answer_given_elsewhere_is_not_overwritten(as_role):
    note = make_note(S.HEAD_REVIEW)
    client = as_role(user=note.people.head)
    client.post(page("note-answer", note.pk, "evidence"), answer_form(note))

    answer = client.post(page("note-answer", note.pk, "evidence"), answer_form(note, "comment", "From the other window."))
    by_script = client.post(
        page("note-answer", note.pk, "evidence"), answer_form(note, "comment", "From the other window."), headers=AUTOSAVE
    )

    assert answer.status_code == by_script.status_code == 409
    assert "From the other window." in answer.content.decode()
    assert note.answers.get().verdict == "accurate"


def test_an_answer_to_a_draft_that_was_sent_anew_is_not_put_under_the_new_one(as_role):
    note = make_note(S.HEAD_REVIEW)
    form = answer_form(note, "comment", "About the old text.")
    move(note, "recall", "sip")
    one = note.sections.get(key="evidence")
    actions.save_section(note=note, key="evidence", text="New text.", version=one.version, by=note.people.sip, at=at())
    move(note, "send_to_head", "sip")

    answer = as_role(user=note.people.head).post(page("note-answer", note.pk, "evidence"), form)

    assert answer.status_code == 409
    assert "About the old text." in answer.content.decode()
    assert not note.answers.exists()


def test_the_head_agrees_once(as_role):
    note = make_note(S.HEAD_REVIEW)
    client, form = as_role(user=note.people.head), {"name": "agree", "version": note.content_version}

    client.post(page("note-move", note.pk), form)
    again = client.post(page("note-move", note.pk), form)

    note.refresh_from_db()
    assert note.status == S.AGREED
    assert again.status_code == 302
    assert note.answered_on == date(2009, 11, 11)


def test_a_head_who_asked_for_a_correction_cannot_agree_as_if_nothing_were_open(as_role):
    note = make_note(S.HEAD_REVIEW)
    client = as_role(user=note.people.head)
    client.post(page("note-answer", note.pk, "evidence"), answer_form(note, "correction", "There were five lessons."))

    content = client.get(page("note-draft", note.pk)).content.decode()
    answer = client.post(page("note-move", note.pk), {"name": "agree", "version": note.content_version})

    assert "You asked for a correction in “Evidence”" in content
    assert answer.status_code == 409
    note.refresh_from_db()
    assert note.status == S.HEAD_REVIEW

    client.post(page("note-move", note.pk), {"name": "ask_correction", "version": note.content_version})
    note.refresh_from_db()
    assert note.status == S.DRAFTING


def test_a_dispute_needs_its_reason_and_keeps_what_was_typed(as_role):
    note = make_note(S.HEAD_REVIEW)
    client = as_role(user=note.people.head)

    missing = client.post(
        page("note-move", note.pk), {"name": "dispute", "version": note.content_version, "comment-dispute": " . "}
    )
    assert '<a href="#id_comment">' in missing.content.decode()
    note.refresh_from_db()
    assert note.status == S.HEAD_REVIEW

    client.post(
        page("note-move", note.pk),
        {"name": "dispute", "version": note.content_version, "comment-dispute": "The data are last year's."},
    )
    note.refresh_from_db()
    assert (note.status, note.dispute_reason) == (S.DISPUTED, "The data are last year's.")


@pytest.mark.parametrize("who", ["sip", "manager", "line_manager", "senior_adviser", "mentor", "chair"])
def test_nobody_else_answers_for_the_school(as_role, who):
    note = make_note(S.HEAD_REVIEW)
    client = as_role(user=getattr(note.people, who))

    answered = client.post(page("note-answer", note.pk, "evidence"), answer_form(note))
    agreed = client.post(page("note-move", note.pk), {"name": "agree", "version": note.content_version})

    note.refresh_from_db()
    assert answered.status_code == 404
    assert agreed.status_code in (403, 404, 409)
    assert note.status == S.HEAD_REVIEW
    assert not note.answers.exists()


def test_another_schools_head_meets_nothing(as_role):
    note, other = make_note(S.HEAD_REVIEW), make_note(S.HEAD_REVIEW)
    client = as_role(user=other.people.head)

    for address in everything_about(note):
        assert client.get(address).status_code == 404
    assert client.post(page("note-answer", note.pk, "evidence"), answer_form(note)).status_code == 404


def test_an_answer_sent_with_nothing_chosen_asks_again(as_role):
    note = make_note(S.HEAD_REVIEW)
    client = as_role(user=note.people.head)
    typed = {"version": note.content_version, "comment-dispute": "The figures are wrong."}

    answer = client.post(page("note-move", note.pk), typed)

    content = answer.content.decode()
    assert answer.status_code == 400
    assert 'href="#decision-agree">Select your answer to the whole note' in content
    assert "The figures are wrong." in content
    note.refresh_from_db()
    assert note.status == S.HEAD_REVIEW


def test_the_head_reads_the_sips_view_as_the_sips_and_no_empty_section(as_role):
    """NOV-21: a grade says whose view it is, to whoever reads it."""
    note = make_note(is_written=False)
    for section in note.sections.exclude(key="specialism").order_by("position"):
        figures = {"outcomes_partner": "3"} if section.key == "outcomes" else {}
        actions.save_section(
            note=note, key=section.key, text=f"What was seen of {section.key}.", figures=figures, version=1,
            by=note.people.sip, at=at(),
        )  # fmt: skip
    actions.add_recommendation(note=note, text="Mark weekly.", by=note.people.sip, at=at())
    move(note, "send_to_head", "sip")

    content = as_role(user=note.people.head).get(page("note-draft", note.pk)).content.decode()

    assert "Grade for outcomes, the SIP&#x27;s view" in content
    assert "your view" not in content
    assert "Specialism" not in content
    assert "0 of 8 sections answered" in content
