"""What a school says of the SIP who leaves: given by the head, evaluated by the SIP manager, shared or not (DEP-17, QA-18)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from partners import emails
from partners.familiarisation import GRADES, QUESTIONS
from partners.models import LeavingFeedback
from sipmanager.core import audit
from sipmanager.core.wording import has_substance
from sipmanager.core.workflow import OutOfDate

from ..permitting import refuse, refuse_own_work, require

P = Permission
EVALUATED = "The SIP manager has evaluated the feedback. It cannot be changed any more."


def give_leaving_feedback(
    *, feedback: LeavingFeedback, answers: Mapping[str, int], comment: str = "", fuller: str = "", by: User, at: datetime
) -> None:  # fmt: skip
    """The head's word: a grade for each line, a comment, and more if they like. It may be changed until it is evaluated."""
    require(by=by, permission=P.LEAVING_FEEDBACK_GIVE, record=feedback, at=at)
    if set(answers) != set(QUESTIONS) or not all(grade in GRADES for grade in answers.values()):
        refuse("Answer each of the lines.")
    values = {
        "answers": dict(answers), "comment": comment.strip(), "fuller": fuller.strip(), "answered_at": at, "answered_by": by,
    }  # fmt: skip
    with transaction.atomic():
        if not LeavingFeedback.objects.filter(pk=feedback.pk, evaluated_at=None).update(**values):
            raise OutOfDate([EVALUATED])
        for column, value in values.items():
            setattr(feedback, column, value)
        audit.record(what="leavingfeedback.give", subject=feedback, by=by, at=at)


def evaluate_leaving_feedback(
    *, feedback: LeavingFeedback, evaluation: str, seen_at: datetime | None, by: User, at: datetime
) -> None:  # fmt: skip
    """The SIP manager's evaluation of what was said. `seen_at` is the moment of the answer that the manager read."""
    _decides(feedback, by, at)
    if feedback.answered_at is None:
        refuse("The school has not answered yet.")
    if not has_substance(evaluation):
        refuse("Enter what you make of the feedback.")
    values = {"evaluation": evaluation.strip(), "evaluated_at": at, "evaluated_by": by}
    with transaction.atomic():
        rows = LeavingFeedback.objects.filter(pk=feedback.pk, evaluated_at=None, answered_at=seen_at)
        if not rows.update(**values):
            raise OutOfDate(["The feedback was changed or evaluated while you were reading. Look at it again."])
        for column, value in values.items():
            setattr(feedback, column, value)
        audit.record(what="leavingfeedback.evaluate", subject=feedback, by=by, at=at)


def release_leaving_feedback(*, feedback: LeavingFeedback, by: User, at: datetime) -> None:
    """Share the feedback with the SIP whom it is about, who is told."""
    _decides(feedback, by, at)
    if feedback.evaluated_at is None:
        refuse("Evaluate the feedback before you share it.")
    with transaction.atomic():
        if not LeavingFeedback.objects.filter(pk=feedback.pk, released_at=None).update(released_at=at, released_by=by):
            raise OutOfDate(["The feedback is shared already."])
        feedback.released_at, feedback.released_by = at, by
        audit.record(what="leavingfeedback.release", subject=feedback, by=by, at=at)
        emails.feedback_released(feedback=feedback, at=at)


def _decides(feedback: LeavingFeedback, by: User, at: datetime) -> None:
    require(by=by, permission=P.LEAVING_FEEDBACK_EVALUATE, record=feedback, at=at)
    refuse_own_work(by=by, partner=feedback.handover.outgoing.partner)
