"""Moving notes: one effect, what each move leaves behind, and who is told (D-24, D-26, NOV-31 to NOV-36)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.permissions import Role
from accounts.tests import factories as accounts_factories
from partners.models import Support
from schools.models import Post, Recipient, SharingOptOut
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate
from visits import actions, jobs, selectors
from visits.models import Note, NoteComment, ReleasedText
from visits.states import NoteState as S
from visits.workflow import NOTE_WORKFLOW, moves_for

from .factories import HELD_ON, at, bring_to, kinds_to, make_note, make_people, move

pytestmark = pytest.mark.django_db
NEXT = HELD_ON + timedelta(days=1)


@pytest.fixture(autouse=True)
def quick_pdf(monkeypatch):
    monkeypatch.setattr("visits.actions.issuing.render", lambda *_: b"%PDF-1.7 stands in")


def try_move(note, name, who, **fields):
    told = {"comment": "", "version": note.content_version, "at": at(), **fields}
    return actions.move_note(note=note, name=name, viewer=note.people.viewer(who), **told)


# One effect.


def test_a_second_click_has_no_effect():
    """D-31: two tabs with the same note; the second is told that it has moved on."""
    note = make_note(S.HEAD_REVIEW)
    second = Note.objects.get(pk=note.pk)
    second.people = note.people
    try_move(note, "agree", "head")
    with pytest.raises(OutOfDate):
        try_move(second, "agree", "head")
    assert AuditEvent.objects.filter(what="note.agree", subject=f"note:{note.pk}").count() == 1
    assert kinds_to(note.people.sip, note) == ["note_moved"]


def test_two_different_moves_at_once_have_one_winner():
    """The head agrees while the SIP takes the draft back: whoever comes second is refused and nothing is mixed."""
    note = make_note(S.HEAD_REVIEW)
    second = Note.objects.get(pk=note.pk)
    second.people = note.people
    try_move(note, "recall", "sip")
    with pytest.raises(OutOfDate):
        try_move(second, "agree", "head")
    note.refresh_from_db()
    assert (note.status, note.answered_on) == (S.DRAFTING, None)


def test_a_move_is_refused_when_the_text_has_changed_since_it_was_read():
    """D-26: moves compare and set on the content version."""
    note = make_note(S.DRAFTING)
    seen = note.content_version
    section = note.sections.get(key="evidence")
    actions.save_section(note=note, key="evidence", text="Another word.", version=section.version, by=note.people.sip, at=at())
    note.refresh_from_db()
    with pytest.raises(OutOfDate):
        try_move(note, "send_to_head", "sip", version=seen)
    note.refresh_from_db()
    assert (note.status, note.releases.count()) == (S.DRAFTING, 0)


def test_an_unfinished_draft_is_refused_with_everything_that_is_missing():
    make_note(S.DISTRIBUTED, people=(people := make_people("kent")), day=date(2009, 3, 10), recommendations=2)
    note = make_note(S.DRAFTING, people=people, is_written=False)
    with pytest.raises(MoveRefused) as refused:
        try_move(note, "send_to_head", "sip")
    assert len(refused.value.reasons) == 8 + 1
    assert refused.value.reasons[-1] == "Say what became of 2 earlier recommendations"
    button = next(
        move for move in moves_for(note=note, viewer=people.viewer("sip"), on=HELD_ON) if move.name == "send_to_head"
    )
    assert list(button.refusals) == refused.value.reasons
    assert (button.is_open, button.label, button.comment) == (False, "Send to the head", "optional")
    note.refresh_from_db()
    assert note.status == S.DRAFTING


@pytest.mark.parametrize("comment", ["", ".", "  ", "--"])
@pytest.mark.parametrize(
    ("name", "who", "state"), [("dispute", "head", S.HEAD_REVIEW), ("moderate", "senior_adviser", S.DISPUTED)]
)
def test_a_reason_says_something(name, who, state, comment):
    note = make_note(state)
    with pytest.raises(MoveRefused):
        try_move(note, name, who, comment=comment)
    note.refresh_from_db()
    assert note.status == state


def test_what_a_stranger_posts_is_refused_before_anything_else():
    note = make_note(S.DRAFTING)
    with pytest.raises(PermissionDenied):
        try_move(note, "send_to_head", "head")
    with pytest.raises(OutOfDate):
        try_move(note, "no_such_move", "sip")


# The authority reads first.


def test_a_learning_trust_note_never_asks_the_head():
    """NOV-31: submitted, agreed, issued; the head receives it and may comment, which changes no state."""
    note = make_note(S.DRAFTING, preset="learning_trust")
    people = note.people
    assert (note.submit_due_on, note.share_due_on, note.distribute_due_on) == (date(2009, 11, 17), None, None)
    move(note, "submit", "sip")
    assert (note.submitted_on, note.agree_due_on) == (HELD_ON, date(2009, 11, 13))
    assert kinds_to(people.line_manager, note) == ["note_submitted"]
    move(note, "approve_draft", "line_manager", day=NEXT)
    assert (note.status, note.agreed_on, note.head_released_at) == (S.FINAL, NEXT, None)
    assert kinds_to(people.sip, note) == ["note_moved"]
    move(note, "distribute", "sip", day=NEXT)
    assert kinds_to(people.head, note) == ["note_distributed"]
    actions.comment_after_issue(note=note, text="We see the third point differently.", by=people.head, at=at(NEXT))
    note.refresh_from_db()
    assert note.status == S.DISTRIBUTED


def test_comments_after_issue_are_for_those_without_a_step_before():
    note = make_note(S.DISTRIBUTED, preset="kent")
    draft = make_note(S.DRAFTING, preset="learning_trust")
    for one in (note, draft):
        with pytest.raises(MoveRefused):
            actions.comment_after_issue(note=one, text="A comment.", by=one.people.head, at=at())
        assert not NoteComment.objects.filter(note=one).exists()


def test_a_returned_draft_starts_the_authoritys_clock_anew_and_not_the_sips():
    note = make_note(S.LA_REVIEW, preset="national")
    move(note, "return_to_sip", "manager", day=NEXT, comment="Say what you saw yourself.")
    assert (note.agreed_on, note.submitted_on) == (NEXT, HELD_ON)
    assert NoteComment.objects.get(note=note).by_role == "manager"
    later = date(2009, 11, 16)  # Monday
    move(note, "submit", "sip", day=later)
    assert (note.agreed_on, note.submitted_on, note.agree_due_on) == (None, HELD_ON, date(2009, 11, 19))


def test_the_two_last_submissions_are_kept_for_comparison():
    note = make_note(S.LA_REVIEW, preset="national")
    before, now = selectors.last_submissions(note=note)
    assert before is None
    assert now["evidence"] == "What was seen of evidence."
    move(note, "return_to_sip", "manager")
    actions.save_section(note=note, key="evidence", text="What was seen and heard.", version=2, by=note.people.sip, at=at())
    move(note, "submit", "sip")
    before, now = selectors.last_submissions(note=note)
    assert (before["evidence"], now["evidence"]) == ("What was seen of evidence.", "What was seen and heard.")


def test_where_nobody_is_line_manager_the_manager_is_told():
    """D-28."""
    people = make_people("national")
    Support.objects.filter(user=people.line_manager).update(ends_on=date(2009, 1, 1))
    note = make_note(S.LA_REVIEW, people=people)
    assert kinds_to(people.manager, note) == ["note_submitted"]


# The head.


def test_the_heads_clock_runs_from_the_day_the_draft_was_sent():
    note = make_note(S.DRAFTING)
    assert (note.share_due_on, note.distribute_due_on, note.submit_due_on) == (date(2009, 11, 17), date(2009, 11, 24), None)
    move(note, "send_to_head", "sip", day=NEXT)
    assert (note.shared_on, note.answer_due_on, note.approve_due_on) == (NEXT, date(2009, 11, 18), None)
    assert note.head_version == note.content_version
    assert kinds_to(note.people.head, note) == ["note_released"]
    move(note, "agree", "head", day=NEXT, comment="Fair.")
    assert (note.answered_on, note.status) == (NEXT, S.AGREED)
    assert NoteComment.objects.get(note=note).is_for_school


def test_a_recalled_draft_asks_nothing_of_the_head_until_it_comes_again():
    note = make_note(S.HEAD_REVIEW)
    move(note, "recall", "sip")
    assert (note.status, note.answer_due_on, note.head_released_at is None) == (S.DRAFTING, None, False)
    assert kinds_to(note.people.head, note) == ["note_released", "note_recalled"]
    move(note, "send_to_head", "sip", day=NEXT)
    assert (note.answer_due_on, note.shared_on) == (date(2009, 11, 18), HELD_ON)
    assert ReleasedText.objects.filter(note=note).count() == 1  # nothing was changed in between


def test_a_correction_needs_words_here_or_beside_a_section():
    note = make_note(S.HEAD_REVIEW)
    with pytest.raises(MoveRefused):
        try_move(note, "ask_correction", "head")
    actions.answer_section(
        note=note, section_key="evidence", verdict="correction", text="212 pupils.", by=note.people.head, at=at()
    )
    try_move(note, "ask_correction", "head")
    assert note.status == S.DRAFTING
    assert note.answers.get().text == "212 pupils."


def test_a_head_who_disputed_a_section_does_not_agree_the_note():
    note = make_note(S.HEAD_REVIEW)
    actions.answer_section(note=note, section_key="evidence", verdict="dispute", text="Not so.", by=note.people.head, at=at())
    with pytest.raises(MoveRefused) as refused:
        try_move(note, "agree", "head")
    assert [need.section for need in refused.value.reasons] == ["evidence"]
    note.refresh_from_db()
    assert note.status == S.HEAD_REVIEW


def test_act_12_a_moderated_dispute_stays_in_the_note_and_the_head_cannot_overwrite_it():
    """NOV-33, POL-33: head disputes, senior adviser decides, the final note carries both."""
    note = make_note(S.HEAD_REVIEW, preset="kent")
    people = note.people
    move(note, "dispute", "head", comment="Teaching was judged on one morning.")
    assert (note.moderate_due_on, note.dispute_reason) == (date(2009, 11, 17), "Teaching was judged on one morning.")
    assert kinds_to(people.senior_adviser, note) == ["note_disputed"]
    move(note, "moderate", "senior_adviser", day=NEXT, comment="The judgement stands.")
    assert (note.moderated_on, note.moderation, note.moderated_by) == (NEXT, "The judgement stands.", people.senior_adviser)
    assert moves_for(note=note, viewer=people.viewer("head"), on=NEXT) == []
    for name in ("agree", "dispute", "ask_correction"):
        with pytest.raises(MoveRefused):
            try_move(note, name, "head", comment="I still disagree.")
    with pytest.raises(MoveRefused):
        actions.answer_section(note=note, section_key="evidence", verdict="dispute", text="No.", by=people.head, at=at())
    with pytest.raises(MoveRefused):
        actions.save_section(note=note, key="evidence", text="Overwritten.", version=2, by=people.head, at=at())
    bring_to(note, S.DISTRIBUTED)
    shown = selectors.reading(note=note, viewer=people.viewer("chair"))
    assert (shown.dispute, shown.moderation) == ("Teaching was judged on one morning.", "The judgement stands.")
    assert shown.section("evidence").text == "What was seen of evidence."


def test_under_national_guidance_a_dispute_leaves_both_views_in_the_note():
    """NOV-26."""
    note = make_note(S.DISPUTED, preset="national")
    assert kinds_to(note.people.senior_adviser, note) == []
    move(note, "finalise_disputed", "sip")
    move(note, "distribute", "sip")
    shown = selectors.reading(note=note, viewer=note.people.viewer("head"))
    assert (shown.dispute, shown.moderation) == ("For the reason that was given in the meeting.", "")


def test_a_trust_works_a_dispute_out_with_the_school():
    """VIS-31: back to drafting; the head keeps what they had and is asked again."""
    note = make_note(S.DISPUTED, preset="alpsit")
    move(note, "rework", "sip")
    assert (note.status, note.approve_due_on) == (S.DRAFTING, None)
    move(note, "send_to_head", "sip", day=NEXT)
    assert note.approve_due_on == date(2009, 11, 25)


@pytest.mark.parametrize("opted_out", ["", "diocese", "locality_authority"])
def test_act_13_an_approved_report_goes_where_the_school_lets_it_go(opted_out):
    """NOV-36: only after the head's approval, through the Trust Advisor, to diocese and authority unless opted out."""
    note = make_note(S.HEAD_REVIEW, preset="alpsit")
    people = note.people
    assert note.approve_due_on == date(2009, 11, 24)
    if opted_out:
        SharingOptOut.objects.create(school=people.school, recipient=Recipient(opted_out), starts_on=HELD_ON, recorded_at=at())
    outside = OutgoingEmail.objects.filter(to__in=["schools@diocese.example", "schools@home.example"], about=f"note:{note.pk}")
    move(note, "agree", "head")
    move(note, "finalise", "sip")
    assert note.status == S.POST_APPROVAL_REVIEW
    assert kinds_to(people.manager, note) == ["note_waiting_for_release"]
    assert not outside.exists()
    with pytest.raises(PermissionDenied):
        try_move(note, "release", "sip")
    move(note, "release", "manager", day=NEXT)
    sent = set(note.distributions.values_list("recipient", flat=True))
    assert sent == {"head", "manager", "diocese", "locality_authority"} - {opted_out}
    assert outside.count() == (1 if opted_out else 2)
    left_out = {line.recipient for line in selectors.recipients(note=note, on=NEXT) if line.excluded_because}
    assert left_out == set()  # the list of a later version is of those who had the first


def test_the_moves_of_one_breath_are_both_in_the_record():
    note = make_note(S.POST_APPROVAL_REVIEW, preset="alpsit")
    lines = AuditEvent.objects.filter(subject=f"note:{note.pk}", what__in=["note.finalise", "note.to_trust_advisor"])
    assert [(line.what, line.by_id) for line in lines.order_by("pk")] == [
        ("note.finalise", note.people.sip.pk),
        ("note.to_trust_advisor", None),
    ]


def test_every_move_is_one_line_with_the_role_it_was_made_in():
    """NOV-47, D-6."""
    note = make_note(S.MODERATED)
    lines = AuditEvent.objects.filter(
        subject=f"note:{note.pk}", what__in=["note.send_to_head", "note.dispute", "note.moderate"]
    )
    assert [(line.what, line.capacity) for line in lines.order_by("pk")] == [
        ("note.send_to_head", "sip"),
        ("note.dispute", "head"),
        ("note.moderate", "senior_adviser"),
    ]
    for line in lines:
        assert "meeting" not in str(line.details)  # no text in the record (D-33)
        assert (line.authority_id, line.school_id) == (note.authority_id, note.school_id)


# Silence.


def night(note, on: date, **options):
    return jobs.count_silence(partition=note.authority.code, on=on, at=at(on, 1), **options)


def test_a_heads_silence_counts_as_agreement_only_where_the_policy_says_so():
    """NOV-35, POL-35."""
    silent = make_note(S.HEAD_REVIEW, people=make_people("kent", POL_35="deem_agreed"))
    asking = make_note(S.HEAD_REVIEW, people=make_people("kent"))
    approving = make_note(S.HEAD_REVIEW, people=make_people("alpsit", POL_35="deem_agreed", POL_42=("DL-4", "DL-7")))
    for note in (silent, asking, approving):
        assert night(note, note.answer_due_on).states_changed == 0
    after = silent.answer_due_on + timedelta(days=1)
    assert night(silent, after, dry_run=True).states_changed == 1
    assert [night(note, after).states_changed for note in (silent, silent, asking, approving)] == [1, 0, 0, 0]
    for note in (silent, asking, approving):
        note.refresh_from_db()
    assert [note.status for note in (silent, asking, approving)] == [S.AGREED, S.HEAD_REVIEW, S.HEAD_REVIEW]
    assert (silent.answered_on, silent.answered_at) == (after, None)
    assert kinds_to(silent.people.sip, silent) == ["note_moved"]
    assert jobs.count_silence(partition="national", on=after, at=at(after)).states_changed == 0


def test_a_missed_night_is_made_good_later():
    note = make_note(S.HEAD_REVIEW, people=make_people("kent", POL_35="deem_agreed"))
    assert night(note, note.answer_due_on + timedelta(days=4)).states_changed == 1


def test_one_note_that_fails_does_not_stop_the_others(monkeypatch):
    people = make_people("kent", POL_35="deem_agreed")
    first, second = (make_note(S.HEAD_REVIEW, people=people, day=day) for day in (HELD_ON, NEXT))
    real = actions.play_by_system

    def fail_once(note, *args, **kwargs):
        if note.pk == first.pk:
            raise RuntimeError("broken")
        return real(note, *args, **kwargs)

    monkeypatch.setattr(actions, "play_by_system", fail_once)
    tally = night(first, date(2009, 12, 1))
    second.refresh_from_db()
    assert (tally.states_changed, len(tally.failures), second.status) == (1, 1, S.AGREED)


def test_where_there_is_no_head_to_tell_nobody_at_the_school_is_told():
    """The draft is taken back, or the dispute decided, after the head has gone."""
    recalled, decided = make_note(S.HEAD_REVIEW), make_note(S.DISPUTED)
    for note in (recalled, decided):
        Post.objects.filter(school=note.school).delete()
    move(recalled, "recall", "sip")
    move(decided, "moderate", "senior_adviser")
    assert kinds_to(recalled.people.head, recalled) == ["note_released"]
    assert "note_moderated" not in kinds_to(decided.people.head, decided)


def test_what_the_system_does_is_nobodys_button():
    people = make_people("kent", POL_35="deem_agreed")
    note = make_note(S.HEAD_REVIEW, people=people)
    assert "deem_agreed" not in {move.name for move in moves_for(note=note, viewer=people.viewer("sip"), on=HELD_ON)}
    with pytest.raises(PermissionDenied):
        try_move(note, "deem_agreed", "sip")


def test_the_head_is_told_what_the_move_does():
    note = make_note(S.HEAD_REVIEW)
    move_ = moves_for(note=note, viewer=note.people.viewer("head"), on=HELD_ON)[0]
    assert (move_.name, move_.says) == ("agree", "The school agrees the note as it stands.")


def test_a_move_says_in_which_of_several_roles_it_was_made(viewer):
    """D-6: the capacity acted in, where it gives the right; else one that does."""
    people = make_people("national")
    both = people.line_manager
    accounts_factories.membership(Role.MANAGER, at=people.authority, of=both)
    note = make_note(S.LA_REVIEW, people=people)
    looking = viewer(both, on=HELD_ON)
    as_manager = next(capacity for capacity in looking.capacities if capacity.role is Role.MANAGER)
    looking = replace(looking, acting=as_manager)
    actions.comment_section(note=note, text="One thing.", viewer=looking, at=at())
    actions.move_note(
        note=note, name="return_to_sip", viewer=looking, at=at(), version=note.content_version, comment="Shorten it."
    )
    assert set(NoteComment.objects.values_list("by_role", flat=True)) == {"manager"}
    assert AuditEvent.objects.get(what="note.return_to_sip").capacity == "manager"


def test_the_record_of_a_note_holds_its_visit_too():
    note = make_note(S.DRAFTING)
    assert {line.what for line in selectors.history(note=note)} >= {"visit.plan", "visit.hold", "note.begin", "note.write"}


def test_the_words_of_a_notes_state_depend_on_who_reads_them():
    note = make_note(S.HEAD_REVIEW)
    people = note.people
    assert selectors.status_for(note=note, viewer=people.viewer("sip")) == "With the head"
    assert selectors.status_for(note=note, viewer=people.viewer("head")) == "For the head to answer"
    assert selectors.policy_of(note=note).preset == "kent"
    bring_to(note, S.DISTRIBUTED)
    assert selectors.status_for(note=note, viewer=people.viewer("chair")) == "Issued"


@pytest.mark.parametrize("row", [row for row in NOTE_WORKFLOW if row.comment], ids=lambda row: f"{row.name} {row.source}")
def test_no_words_that_go_with_a_move_are_lost(row):
    """Whatever a move lets its maker say is kept somewhere: as a comment, or as the reason of what is issued."""
    keeps = {"keep_comment", "keep_comment_for_school", "keep_dispute", "keep_moderation", "issue"}
    assert keeps & set(row.effects)


def test_a_head_who_answers_while_the_night_is_on_its_way_keeps_their_answer(monkeypatch):
    note = make_note(S.HEAD_REVIEW, people=make_people("kent", POL_35="deem_agreed"))

    def too_late(*_, **__):
        raise OutOfDate(["The head has answered."])

    monkeypatch.setattr(actions, "play_by_system", too_late)
    tally = night(note, date(2009, 12, 1))
    assert (tally.states_changed, tally.failures) == (0, [])
