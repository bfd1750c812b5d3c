"""The deadlines of notes and visits (section 34, DL-1 to DL-7; D-23). Pure.

`remind` are days of the period as section 34 gives them: `5` of a period of 5 is its last day. Where an authority's
period is longer or shorter, a reminder keeps its distance from the end.
"""

from dataclasses import dataclass
from datetime import date

from sipmanager.core.deadlines import Deadline, DueState, state_on
from sipmanager.core.workdays import WorkingCalendar


@dataclass(frozen=True)
class NoteDeadline(Deadline):
    """A deadline of a note: `due` and `met` are the note's columns (D-30), `state` where the note then lies, if only there."""

    due: str = ""
    met: str = ""
    states: tuple[str, ...] = ()
    for_school: bool = False


# fmt: off
NOTE_DEADLINES: tuple[NoteDeadline, ...] = (
    NoteDeadline("DL-1", "Send the draft to the head",       "the visit",            5, "working days", (3, 5),  "sip",            ("sip", "line_manager"),            "days_to_share",      due="share_due_on",      met="shared_on"),
    NoteDeadline("DL-2", "Submit the draft to the authority", "the visit",           5, "working days", (3, 5),  "sip",            ("line_manager",),                  "days_to_share",      due="submit_due_on",     met="submitted_on"),
    NoteDeadline("DL-3", "Agree or return the draft",        "the draft came in",    3, "working days", (3,),    "reader",         ("manager",),                       "days_to_agree",      due="agree_due_on",      met="agreed_on",      states=("la_review",)),
    NoteDeadline("DL-4", "Answer the draft note",            "the draft was sent",   5, "working days", (3, 5),  "head",           ("sip", "line_manager"),            "days_to_answer",     due="answer_due_on",     met="answered_on",    states=("head_review",), for_school=True),
    NoteDeadline("DL-5", "Issue the note",                   "the visit",           10, "working days", (8, 10), "sip",            ("manager",),                       "days_to_distribute", due="distribute_due_on", met="distributed_on"),
    NoteDeadline("DL-6", "Decide the dispute",               "the head disputed it", 5, "working days", (3, 5),  "senior_adviser", ("manager",),                       "days_to_moderate",   due="moderate_due_on",   met="moderated_on",   states=("disputed",)),
    NoteDeadline("DL-7", "Approve the report",               "the report was sent", 10, "working days", (8, 10), "head",           ("manager",),                       "days_to_approve",    due="approve_due_on",    met="answered_on",    states=("head_review",), for_school=True),
)
# A planned day that has passed without a word is due the next working day (D-23).
UNRECORDED = Deadline("D-23", "Record the visit", "the planned day", 1, "working days", (1,), "sip", ("line_manager",))
# fmt: on

BY_RULE = {deadline.rule: deadline for deadline in NOTE_DEADLINES}
# What starts the clock of each: used where a note is moved (D-30).
STARTED_BY_VISIT = ("DL-1", "DL-2", "DL-5")
STARTED_BY_SUBMISSION = ("DL-3",)
STARTED_BY_RELEASE = ("DL-4", "DL-7")
STARTED_BY_DISPUTE = ("DL-6",)


def days_of(deadline: Deadline, policy) -> int | None:
    """The length of a period under a local policy; `None` where the authority sets none."""
    return getattr(policy, deadline.policy_key) if deadline.policy_key else deadline.days


def due_days(rules: tuple[str, ...], *, policy, start: date, calendar: WorkingCalendar) -> dict[str, date | None]:
    """The columns to set when a clock starts: a day for each deadline that the policy wants, `None` for the others."""
    found: dict[str, date | None] = {}
    for rule in rules:
        deadline = BY_RULE[rule]
        days = days_of(deadline, policy)
        wanted = rule in policy.note_deadlines and days is not None
        found[deadline.due] = calendar.add(start, days) if wanted and days is not None else None
    return found


def stage_on(deadline: Deadline, *, on: date, due_on: date, days: int, calendar: WorkingCalendar) -> str:
    """The latest reminder reached by `on`, as `day-3`; empty before the first. A missed night is made good with one."""
    reached = ""
    for moment in deadline.remind:
        if not isinstance(moment, int) or deadline.days is None:
            continue
        before = deadline.days - moment
        if calendar.add(due_on, -before) <= on:
            reached = f"day-{max(days - before, 1)}"
    return reached


def standing(*, on: date, due_on: date, met_on: date | None) -> DueState | None:
    """Where a deadline stands; `None` once it was met and its day has passed."""
    state = state_on(on, due_on, met_on)
    return None if state is DueState.MET and due_on < on else state
