"""What a school says of the SIP who leaves: the head's form, the manager's evaluation, sharing it or not (DEP-17)."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import can, fetch, requires
from accounts.permissions import P, Role
from partners import actions
from partners.familiarisation import GRADES, QUESTIONS
from partners.forms import EvaluationForm, LeavingFeedbackForm
from partners.models import LeavingFeedback
from partners.wording import feedback_tag
from sipmanager.core.parts import SummaryRow
from sipmanager.core.wording import day, moment

from ..shared import FORM, READ, carry_out, press, sent


def feedback_for(request, permission: P, pk: int) -> LeavingFeedback:
    rows = LeavingFeedback.objects.select_related("school", "authority", "handover__outgoing__partner", "answered_by")
    return fetch(request.viewer, permission, rows, pk=pk)


def feedback_url(feedback: LeavingFeedback) -> str:
    return reverse("partners:leaving-feedback-detail", args=[feedback.pk])


def trail(viewer, feedback: LeavingFeedback | None = None) -> list[tuple[str, str]]:
    crumbs = [("My work", "/")]
    if viewer.has(P.LEAVING_FEEDBACK_EVALUATE):
        crumbs.append(("Feedback on outgoing SIPs", reverse("partners:leaving-feedback-list")))
    return [*crumbs, (feedback.school.name, feedback_url(feedback))] if feedback else crumbs


def subject_of(feedback: LeavingFeedback) -> str:
    return feedback.handover.outgoing.partner.full_name


@require_http_methods(READ)
@requires(P.LEAVING_FEEDBACK_VIEW)
def leaving_feedback_detail(request, pk):
    """What was asked and said, and what the manager made of it; each reads what is theirs to read."""
    feedback = feedback_for(request, P.LEAVING_FEEDBACK_VIEW, pk)
    viewer = request.viewer
    may_evaluate = can(viewer, P.LEAVING_FEEDBACK_EVALUATE, feedback)
    may_give = can(viewer, P.LEAVING_FEEDBACK_GIVE, feedback) and feedback.evaluated_at is None
    is_school = viewer.roles() <= {Role.HEAD, Role.CHAIR, Role.GOVERNOR}
    outgoing = feedback.handover.outgoing
    context = {
        "feedback": feedback,
        "heading": f"How the school found the work of {subject_of(feedback)}",
        "tag": feedback_tag(feedback),
        "facts": [
            SummaryRow("School", feedback.school.name),
            SummaryRow("School Improvement Partner (SIP)", outgoing.partner.full_name,
                       note=f"Last day: {day(outgoing.ends_on) or 'not set'}"),
            SummaryRow("Asked", moment(feedback.asked_at), note=f"Answer by {day(feedback.due_on)}"),
            *([SummaryRow("Answered", moment(feedback.answered_at))] if feedback.answered_at else []),
        ],
        "answers": answer_rows(feedback),
        "evaluation": "" if is_school else feedback.evaluation,
        "give_url": reverse("partners:leaving-feedback-give", args=[feedback.pk]) if may_give else "",
        "evaluate_url": reverse("partners:leaving-feedback-evaluate", args=[feedback.pk])
        if may_evaluate and feedback.answered_at and not feedback.evaluated_at else "",
        "release_url": reverse("partners:leaving-feedback-release", args=[feedback.pk])
        if may_evaluate and feedback.evaluated_at and not feedback.released_at else "",
        "breadcrumbs": trail(viewer),
    }  # fmt: skip
    return render(request, "partners/changes/feedback.html", context)


def answer_rows(feedback: LeavingFeedback) -> list[SummaryRow]:
    """The lines with their grades, and what was written; empty before there is an answer."""
    if feedback.answered_at is None:
        return []
    rows = [SummaryRow(says, GRADES[feedback.answers[key]]) for key, says in QUESTIONS.items()]
    rows.append(SummaryRow("In a sentence or two", feedback.comment or "Nothing added"))
    return [*rows, SummaryRow("More", feedback.fuller)] if feedback.fuller else rows


@require_http_methods(FORM)
@requires(P.LEAVING_FEEDBACK_GIVE)
def leaving_feedback_give(request, pk):
    """The head's form; it may be changed until it is evaluated."""
    feedback = feedback_for(request, P.LEAVING_FEEDBACK_GIVE, pk)
    initial = {**feedback.answers, "comment": feedback.comment, "fuller": feedback.fuller}
    form = LeavingFeedbackForm(sent(request), initial=initial)

    def give(given, at):
        actions.give_leaving_feedback(
            feedback=feedback, answers=form.answers(), comment=given["comment"], fuller=given["fuller"], by=request.user, at=at
        )
        return feedback_url(feedback)

    done = carry_out(request, form, give, done="Your feedback is with the SIP manager")
    context = {
        "form": form, "heading": f"How did the school find the work of {subject_of(feedback)}?",
        "breadcrumbs": trail(request.viewer, feedback),
    }  # fmt: skip
    return done or render(request, "partners/changes/feedback_give.html", context)


@require_http_methods(FORM)
@requires(P.LEAVING_FEEDBACK_EVALUATE)
def leaving_feedback_evaluate(request, pk):
    """The manager's evaluation of the answer that stands on the page."""
    feedback = feedback_for(request, P.LEAVING_FEEDBACK_EVALUATE, pk)
    if feedback.answered_at is None or feedback.evaluated_at is not None:
        return redirect(feedback_url(feedback))
    stamp = feedback.answered_at.isoformat()
    form = EvaluationForm(sent(request), initial={"seen": stamp})

    def evaluate(given, at):
        seen_at = feedback.answered_at if given["seen"] == stamp else None
        actions.evaluate_leaving_feedback(
            feedback=feedback, evaluation=given["evaluation"], seen_at=seen_at, by=request.user, at=at
        )
        return feedback_url(feedback)

    done = carry_out(request, form, evaluate, done="The evaluation is saved")
    context = {
        "form": form, "heading": f"Evaluate the feedback on {subject_of(feedback)}", "answers": answer_rows(feedback),
        "breadcrumbs": trail(request.viewer, feedback),
    }  # fmt: skip
    return done or render(request, "partners/changes/feedback_evaluate.html", context)


@require_POST
@requires(P.LEAVING_FEEDBACK_EVALUATE)
def leaving_feedback_release(request, pk):
    """Share the feedback with the SIP whom it is about."""
    feedback = feedback_for(request, P.LEAVING_FEEDBACK_EVALUATE, pk)
    press(
        request,
        lambda at: actions.release_leaving_feedback(feedback=feedback, by=request.user, at=at),
        done=f"The feedback is shared with {subject_of(feedback)}",
    )
    return redirect(feedback_url(feedback))
