"""The authority's desk: the queue, what changed, comments, the decision, disputes (NOV-31, NOV-33, D-6)."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from visits import actions
from visits.states import NoteState as S
from visits.tests.factories import at, make_note, make_people, move

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(clock_at):
    clock_at("2009-11-11 15:42")  # Wednesday


def page(name: str, *args) -> str:
    return reverse(f"visits:{name}", args=args)


@pytest.fixture
def submitted():
    return make_note(S.LA_REVIEW, preset="learning_trust")


def comment(section="evidence", text="Which lessons?") -> dict:
    return {"section": section, "text": text, "form_key": str(uuid.uuid4())}


def decision(note, name, **fields) -> dict:
    return {"name": name, "version": note.content_version, "from": "queue", **fields}


def test_the_queue_has_what_waits_for_this_persons_word_and_nothing_else(as_role, submitted):
    foreign = make_note(S.LA_REVIEW, preset="learning_trust")

    content = as_role(user=submitted.people.line_manager).get(page("note-queue")).content.decode()

    assert "1 draft for you" in content
    assert submitted.school.name in content
    assert "Due 13 November 2009" in content
    assert page("note-review", foreign.pk) not in content


def test_a_mentor_may_read_and_comment_and_decides_nothing(as_role, submitted):
    client = as_role(user=submitted.people.mentor)

    queue = client.get(page("note-queue")).content.decode()
    review = client.get(page("note-review", submitted.pk)).content.decode()
    client.post(page("note-review", submitted.pk), comment())
    decided = client.post(page("note-move", submitted.pk), decision(submitted, "approve_draft"))

    assert "You may read and comment" in queue
    assert "What is your decision?" not in review
    assert submitted.comments.get().text == "Which lessons?"
    submitted.refresh_from_db()
    assert submitted.status == S.LA_REVIEW
    assert decided.status_code == 409


def test_what_changed_since_the_last_submission_is_marked(as_role, submitted):
    move(submitted, "return_to_sip", "line_manager", comment="Which lessons?")
    one = submitted.sections.get(key="evidence")
    actions.save_section(
        note=submitted, key="evidence", text="What was seen of <b>four</b> lessons.", version=one.version,
        by=submitted.people.sip, at=at(),
    )  # fmt: skip
    move(submitted, "submit", "sip")

    content = as_role(user=submitted.people.line_manager).get(page("note-review", submitted.pk)).content.decode()

    assert "<ins><span" in content
    assert "&lt;b&gt;four&lt;/b&gt; lessons" in content
    assert "evidence<span" in content.partition("<del>")[2]
    assert content.count("Not changed") == submitted.sections.count() - 1


def test_a_comment_on_a_section_is_kept_once_and_never_reaches_the_school(as_role, submitted):
    client, form = as_role(user=submitted.people.line_manager), comment()

    first = client.post(page("note-review", submitted.pk), form)
    client.post(page("note-review", submitted.pk), form)
    empty = client.post(page("note-review", submitted.pk), comment(text="")).content.decode()

    one = submitted.comments.get()
    assert (one.section_key, one.text, one.is_for_school) == ("evidence", "Which lessons?", False)
    assert first.url.endswith("#section-evidence")
    assert '<a href="#comment-evidence">Enter a comment</a>' in empty
    assert "Which lessons?" in client.get(page("note-review", submitted.pk)).content.decode()


def test_after_a_decision_the_next_in_the_queue_follows(as_role):
    people = make_people("learning_trust")
    first = make_note(S.LA_REVIEW, people=people)
    second = make_note(S.LA_REVIEW, people=people, season="spring")
    client = as_role(user=people.line_manager)

    answer = client.post(page("note-move", first.pk), decision(first, "approve_draft"), follow=True)

    first.refresh_from_db()
    assert first.status == S.FINAL
    assert answer.redirect_chain[-1][0] == page("note-review", second.pk)
    assert "The note is agreed." in answer.content.decode()

    last = client.post(
        page("note-move", second.pk), decision(second, "return_to_sip", **{"comment-return_to_sip": "Too long."}), follow=True
    )
    second.refresh_from_db()
    assert second.status == S.DRAFTING
    assert "Nothing is waiting for your decision." in last.content.decode()


def test_a_return_without_a_comment_is_refused_where_the_comment_is_typed(as_role, submitted):
    answer = as_role(user=submitted.people.line_manager).post(
        page("note-move", submitted.pk), decision(submitted, "return_to_sip")
    )

    submitted.refresh_from_db()
    assert submitted.status == S.LA_REVIEW
    assert "<title>Error: Return with comments" in answer.content.decode()


def test_a_second_click_agrees_once_and_is_no_error(as_role, submitted):
    client, form = as_role(user=submitted.people.line_manager), decision(submitted, "approve_draft")

    client.post(page("note-move", submitted.pk), form)
    again = client.post(page("note-move", submitted.pk), form)

    assert again.status_code == 302
    submitted.refresh_from_db()
    assert submitted.status == S.FINAL


def test_who_was_late_is_told_who_was_first_and_keeps_their_comment(as_role, submitted):
    manager, line_manager = as_role(user=submitted.people.manager), as_role(user=submitted.people.line_manager)
    manager.post(page("note-move", submitted.pk), decision(submitted, "approve_draft"))

    answer = line_manager.post(
        page("note-move", submitted.pk), decision(submitted, "return_to_sip", **{"comment-return_to_sip": "Shorten it."})
    )

    content = answer.content.decode()
    assert answer.status_code == 409
    assert f"Agreed by the authority by {submitted.people.manager.full_name}" in content
    assert "Shorten it." in content
    submitted.refresh_from_db()
    assert submitted.status == S.FINAL


def test_a_version_nobody_saw_moves_nothing(as_role, submitted):
    client = as_role(user=submitted.people.line_manager)
    for version in ("", "0", "nonsense", str(submitted.content_version - 1)):
        answer = client.post(page("note-move", submitted.pk), {"name": "approve_draft", "version": version})
        assert answer.status_code == 409
    submitted.refresh_from_db()
    assert submitted.status == S.LA_REVIEW


def test_moves_are_made_by_post_alone(as_role, submitted):
    client = as_role(user=submitted.people.line_manager)
    client.get(f"{page('note-move', submitted.pk)}?name=approve_draft&version={submitted.content_version}")
    submitted.refresh_from_db()
    assert submitted.status == S.LA_REVIEW


def test_nobody_agrees_their_own_note(as_role, submitted):
    """D-6: also when the author is a manager as well."""
    from accounts.permissions import Role
    from accounts.tests.factories import membership

    membership(Role.MANAGER, at=submitted.authority, of=submitted.people.sip)
    client = as_role(user=submitted.people.sip)

    assert client.get(page("note-review", submitted.pk)).status_code in (403, 404)
    client.post(page("note-move", submitted.pk), decision(submitted, "approve_draft"))

    submitted.refresh_from_db()
    assert submitted.status == S.LA_REVIEW


@pytest.mark.parametrize("who", ["sip", "head", "chair"])
def test_the_desk_is_the_authoritys(as_role, submitted, who):
    client = as_role(user=getattr(submitted.people, who))
    for name, args in (
        ("note-queue", ()),
        ("note-next", ()),
        ("note-review", (submitted.pk,)),
        ("note-moderate", (submitted.pk,)),
    ):
        assert client.get(page(name, *args)).status_code in (403, 404)


def test_a_dispute_is_read_and_decided_by_a_senior_adviser(as_role):
    """ACT-12: the decision stands beside what the head said, and the head cannot overwrite it."""
    note = make_note(S.DISPUTED)
    adviser, head = as_role(user=note.people.senior_adviser), as_role(user=note.people.head)

    content = adviser.get(page("note-moderate", note.pk)).content.decode()
    assert "For the reason that was given in the meeting." in content
    assert adviser.get(page("note-draft", note.pk)).url == page("note-moderate", note.pk)
    assert adviser.get(page("note-next")).url == page("note-moderate", note.pk)

    adviser.post(
        page("note-move", note.pk), decision(note, "moderate", **{"comment-moderate": "The judgement stands: the data agree."})
    )
    note.refresh_from_db()
    assert (note.status, note.moderation) == (S.MODERATED, "The judgement stands: the data agree.")

    late = head.post(page("note-move", note.pk), decision(note, "dispute", **{"comment-dispute": "I still dispute it."}))
    note.refresh_from_db()
    assert late.status_code == 409
    assert (note.status, note.moderation) == (S.MODERATED, "The judgement stands: the data agree.")
    assert "The senior adviser's decision" in head.get(page("note-draft", note.pk)).content.decode()


def test_a_manager_reads_a_dispute_and_does_not_decide_it(as_role):
    note = make_note(S.DISPUTED)
    answer = as_role(user=note.people.manager).post(
        page("note-move", note.pk), decision(note, "moderate", **{"comment-moderate": "Mine to say."})
    )
    note.refresh_from_db()
    assert answer.status_code == 409
    assert note.status == S.DISPUTED


def test_a_decision_sent_with_nothing_chosen_asks_again_and_keeps_what_was_typed(as_role, submitted):
    client = as_role(user=submitted.people.line_manager)
    typed = {"name": "", "version": submitted.content_version, "from": "queue", "comment-return_to_sip": "More <evidence>."}

    answer = client.post(page("note-move", submitted.pk), typed)

    content = answer.content.decode()
    assert answer.status_code == 400
    assert 'href="#decision-approve_draft">Select your decision' in content
    assert "More &lt;evidence&gt;." in content
    submitted.refresh_from_db()
    assert submitted.status == S.LA_REVIEW
    assert client.get(page("note-move", submitted.pk)).status_code == 409, "without a move there is nothing to confirm"


def test_a_return_without_a_comment_says_what_to_enter(as_role, submitted):
    client = as_role(user=submitted.people.line_manager)

    content = client.post(page("note-move", submitted.pk), decision(submitted, "return_to_sip")).content.decode()

    assert 'href="#id_comment">Enter what should be changed' in content
    submitted.refresh_from_db()
    assert submitted.status == S.LA_REVIEW


def test_who_may_not_decide_is_asked_to_read_and_comment(as_role, submitted):
    mentors = as_role(user=submitted.people.mentor).get(page("note-review", submitted.pk)).content.decode()
    deciders = as_role(user=submitted.people.line_manager).get(page("note-review", submitted.pk)).content.decode()

    assert "Read and comment" in mentors
    assert "Read and decide" in deciders


def test_a_dispute_and_its_decision_stand_on_the_page_once(as_role):
    note = make_note(S.MODERATED)
    content = as_role(user=note.people.manager).get(page("note-draft", note.pk)).content.decode()

    assert content.count(note.dispute_reason) == 2, "the reason and the decision are the same words in this world"


def test_what_changed_in_the_recommendations_is_marked_too(as_role, submitted):
    client, address = as_role(user=submitted.people.line_manager), page("note-review", submitted.pk)
    move(submitted, "return_to_sip", "line_manager")
    one = submitted.recommendations.get()
    actions.change_recommendation(
        recommendation=one, text="Do the thing well.", owner_role="Head", by=submitted.people.sip, at=at()
    )
    move(submitted, "submit", "sip")

    content = client.get(address).content.decode()

    assert "Recommendations: what changed" in content
    assert "What became of earlier recommendations: what changed" not in content
    marked = content[content.index("Recommendations: what changed") :]
    assert "well" in marked[marked.index("<ins>") : marked.index("</ins>")]
    assert "number" in marked[marked.index("<del>") : marked.index("</del>")]


def test_what_changed_in_earlier_recommendations_is_marked_too(as_role):
    people = make_people("learning_trust")
    make_note(S.DISTRIBUTED, people=people, day=date(2009, 6, 16), season="summer")  # Tuesday
    note = make_note(S.LA_REVIEW, people=people)
    client, address = as_role(user=people.line_manager), page("note-review", note.pk)
    move(note, "return_to_sip", "line_manager")
    review = note.reviews.get()
    actions.review_recommendation(review=review, outcome="not_met", impact="Nothing yet.", by=people.sip, at=at())
    move(note, "submit", "sip")

    content = client.get(address).content.decode()

    assert "What became of earlier recommendations: what changed" in content
    assert '<h2 class="govuk-heading-m">Recommendations: what changed' not in content
