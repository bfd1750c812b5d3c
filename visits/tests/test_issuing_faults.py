"""What breaks while a note is issued leaves nothing half done, and is made good (D-31, D-38)."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import close_old_connections, connection

from accounts.access import viewer_for
from sipmanager.core import audit, documents, mail
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import OutOfDate
from visits import actions, emails, jobs, selectors, tasks
from visits.actions import issuing, playing
from visits.models import Distribution, IssuedVersion, IssueRequest, Note, NoteSection
from visits.states import NoteState as S
from visits.workflow import NOTE_WORKFLOW

from .factories import HELD_ON, at, make_note, make_people, move

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> {{7*7}} {% debug %} ${7*7} %s <img src=x onerror=alert(1)> [x](javascript:alert(1))"


@pytest.fixture
def quick_pdf(monkeypatch):
    monkeypatch.setattr(issuing, "render", lambda *_: b"%PDF-1.7 stands in")


def ask(note, name="distribute", who="sip", **fields):
    told = {"comment": "", "version": note.content_version, "at": at(), **fields}
    return actions.move_note(note=note, name=name, viewer=note.people.viewer(who), **told)


def facts(note) -> tuple:
    """Everything that issuing may touch."""
    return (
        Note.objects.filter(pk=note.pk).values().get(),
        list(NoteSection.objects.filter(note=note).order_by("pk").values()),
        IssuedVersion.objects.filter(note=note).count(),
        Distribution.objects.filter(note=note).count(),
        OutgoingEmail.objects.filter(about=f"note:{note.pk}").count(),
        AuditEvent.objects.filter(subject=f"note:{note.pk}").count(),
    )


# What breaks in between.

STEPS = [
    (issuing, "prepare"), (issuing, "content_of"), (issuing, "render"), (documents, "store"), (issuing, "record"),
    (issuing, "_apply_changes"), (issuing, "play"), (issuing, "_write_version"), (emails, "issued"), (audit, "record"),
    (mail, "render_to_string"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "state"), [("distribute", S.FINAL), ("amend", S.DISTRIBUTED)])
def test_a_fault_between_any_two_steps_of_issuing_leaves_nothing_and_can_be_made_good(name, state, quick_pdf, monkeypatch):
    """Each step in turn fails before it has done anything, and after it has done everything."""
    note = make_note(state)
    if name == "distribute":
        ask(note)
    else:
        actions.amend_note(
            note=note, changes={"evidence": "New."}, reason="Because of that.", viewer=note.people.viewer("manager"), at=at(),
            version=note.content_version,
        )  # fmt: skip
    before, faults = facts(note), 0
    for owner, step in STEPS:
        for when in ("before", "after"):
            if (step, when, owner) == ("record", "after", issuing):
                continue  # everything is recorded by then
            with monkeypatch.context() as patch:
                patch.setattr(owner, step, broken(getattr(owner, step), when))
                tally = jobs.issue_waiting(at=at())
            faults += 1
            assert (tally.states_changed, len(tally.failures)) == (0, 1), (step, when)
            assert facts(note) == before, (step, when)
            request = selectors.issue_pending(note)
            assert (request.attempts, request.problem) == (faults, "RuntimeError: the power went")
    assert jobs.issue_waiting(at=at()).states_changed == 1
    note.refresh_from_db()
    assert note.status == (S.DISTRIBUTED if name == "distribute" else S.AMENDED)
    assert jobs.issue_waiting(at=at()).states_changed == 0
    assert Distribution.objects.filter(note=note, issue__number=note.issues.count()).count() == 5


def test_a_fault_after_the_last_step_leaves_everything(quick_pdf, monkeypatch):
    note = make_note(S.FINAL)
    ask(note)
    with monkeypatch.context() as patch:
        patch.setattr(issuing, "record", broken(issuing.record, "after"))
        jobs.issue_waiting(at=at())
    note.refresh_from_db()
    assert (note.status, note.issues.count(), selectors.issue_pending(note)) == (S.DISTRIBUTED, 1, None)
    assert jobs.issue_waiting(at=at()).states_changed == 0


def broken(real, when: str):
    def fail(*args, **kwargs):
        if when == "after":
            real(*args, **kwargs)
        raise RuntimeError("the power went")

    return fail


MOVES = [
    ("send_to_head", "sip", S.DRAFTING), ("agree", "head", S.HEAD_REVIEW), ("dispute", "head", S.HEAD_REVIEW),
    ("moderate", "senior_adviser", S.DISPUTED), ("finalise", "sip", S.AGREED),
]  # fmt: skip


@pytest.mark.parametrize(("name", "who", "state"), MOVES)
def test_a_fault_in_any_effect_of_a_move_leaves_nothing(name, who, state, monkeypatch):
    """Submit, approve, dispute, decide: each effect in turn breaks, before and after it has done its part."""
    note = make_note(state, preset="alpsit" if name == "finalise" else "kent")
    row = next(row for row in NOTE_WORKFLOW if row.name == name and state in row.from_ and row.when(note.policy))
    before = (*facts(note), note.releases.count(), note.comments.count())
    for key in row.effects:
        real = playing.EFFECTS[key]
        for fault in (broken(real, "before"), broken(real, "after")):
            with monkeypatch.context() as patch:
                patch.setitem(playing.EFFECTS, key, fault)
                with pytest.raises(RuntimeError):
                    move_again(note, name, who)
            assert (*facts(note), note.releases.count(), note.comments.count()) == before
    move(note, name, who)
    assert note.status != state


def move_again(note, name, who):
    copy = Note.objects.get(pk=note.pk)
    return actions.move_note(
        note=copy, name=name, viewer=note.people.viewer(who), at=at(), version=copy.content_version, comment="A good reason."
    )


def test_a_request_whose_hand_over_was_lost_is_found_by_the_night(quick_pdf):
    note = make_note(S.FINAL)
    ask(note)
    other = make_people("kent")
    told = {"on": HELD_ON, "at": at()}
    assert jobs.issue_in_the_night(partition=other.authority.code, **told).states_changed == 0
    assert jobs.issue_in_the_night(partition="national", **told).states_changed == 0
    assert jobs.issue_in_the_night(partition=note.authority.code, dry_run=True, **told).states_changed == 1
    assert jobs.issue_in_the_night(partition=note.authority.code, **told).states_changed == 1
    assert jobs.issue_in_the_night(partition=note.authority.code, **told).states_changed == 0


def test_a_failed_request_is_asked_again_from_the_page(quick_pdf, django_capture_on_commit_callbacks, clock_at):
    clock_at("2009-11-10 15:00")
    note = make_note(S.FINAL)
    with pytest.raises(OutOfDate):
        actions.retry_issue(note=note, viewer=note.people.viewer("sip"), at=at())
    ask(note)
    IssueRequest.objects.update(attempts=1, problem="RuntimeError: the power went")
    assert [problem["kind"] for problem in selectors.problems(note.authority, HELD_ON)] == ["note_not_issued"]
    with pytest.raises(PermissionDenied):
        actions.retry_issue(note=note, viewer=note.people.viewer("head"), at=at())
    with django_capture_on_commit_callbacks(execute=True):
        actions.retry_issue(note=note, viewer=note.people.viewer("sip"), at=at())
    note.refresh_from_db()
    assert note.status == S.DISTRIBUTED


def test_the_worker_is_handed_the_request_after_commit(quick_pdf, django_capture_on_commit_callbacks, clock_at):
    clock_at("2009-11-10 15:00")
    note = make_note(S.FINAL)
    with django_capture_on_commit_callbacks(execute=True):
        ask(note)
    note.refresh_from_db()
    assert note.status == S.DISTRIBUTED
    tasks.issue_note(IssueRequest.objects.get().pk)
    assert note.issues.count() == 1


def test_a_note_that_moved_on_before_the_worker_came_closes_the_request(quick_pdf):
    note = make_note(S.FINAL)
    ask(note)
    Note.objects.filter(pk=note.pk).update(content_version=99)
    assert jobs.issue_note(request_id=IssueRequest.objects.get().pk, at=at()) is None
    assert selectors.last_issue_refused(note).problem.startswith("The note has moved on")
    assert not IssuedVersion.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_request_issue_once(quick_pdf):
    note = make_note(S.FINAL)
    people = note.people
    IssueRequest.objects.create(
        note=note, move="distribute", content_version=note.content_version, asked_at=at(), asked_by=people.sip
    )
    request = IssueRequest.objects.get()
    gate, results = threading.Barrier(2), []

    def work():
        close_old_connections()
        try:
            gate.wait(10)
            results.append(jobs.issue_note(request_id=request.pk, at=at()))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(result is not None for result in results) == 1
    assert (IssuedVersion.objects.count(), Distribution.objects.count()) == (1, 5)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clicks_on_issue_in_the_same_instant_are_one(quick_pdf):
    note = make_note(S.FINAL)
    people, gate, results = note.people, threading.Barrier(2), []

    def click():
        close_old_connections()
        try:
            own = Note.objects.select_related("visit", "policy_row").get(pk=note.pk)
            looking = viewer_for(people.sip, on=HELD_ON)
            gate.wait(10)
            results.append(
                actions.move_note(note=own, name="distribute", viewer=looking, at=at(), version=own.content_version)
            )
        except OutOfDate as refused:
            results.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(isinstance(result, Note) for result in results) == 1, results
    assert IssueRequest.objects.count() == 1
