"""What changes in the national register ask: the queue, one task, settling it."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import fetch, requires
from accounts.permissions import P
from sipmanager.core.parts import SummaryRow
from sipmanager.core.wording import day, moment

from .. import actions
from ..forms import SettleForm
from ..models import RegisterTask
from ..task_register import TaskRegister, may_settle
from .shared import form_page, posted

TASKS = RegisterTask.objects.select_related("school", "authority", "run", "settled_by")
task_list = requires(P.TASK_VIEW)(TaskRegister.as_view())


@require_safe
@requires(P.TASK_VIEW)
def task_detail(request, pk):
    """One thing to settle: what changed, what it touches, what became of it."""
    task = fetch(request.viewer, P.TASK_VIEW, TASKS, pk=pk)
    context = {
        "task": task,
        "changed": changed(task),
        "settled": settled(task),
        "settle_url": reverse("schools:task-settle", args=[pk]) if may_settle(request.viewer, task) else "",
        "breadcrumbs": trail(),
    }
    return render(request, "schools/task.html", context)


def trail() -> list[tuple[str, str]]:
    return [("Schools", reverse("schools:school-list")), ("Changes in the national register", reverse("schools:task-list"))]


def changed(task: RegisterTask) -> list[SummaryRow]:
    file = f"{task.run.file_name}, loaded {moment(task.run.started_at)}" if task.run else "Entered here"
    return [
        SummaryRow("What changed", task.get_kind_display()),
        SummaryRow("Before", task.was or "Nobody on record"),
        SummaryRow("Now", task.now),
        SummaryRow("From", day(task.about_on)),
        SummaryRow("Where it came from", file),
        SummaryRow("Authority", task.authority.name),
    ]


def settled(task: RegisterTask) -> list[SummaryRow]:
    if task.is_open:
        return []
    return [
        SummaryRow("Outcome", task.get_outcome_display()),
        SummaryRow("Note", task.note or "None"),
        SummaryRow("Settled", moment(task.settled_at)),
        SummaryRow("By", str(task.settled_by or "The service")),
    ]


@require_http_methods(["GET", "POST"])
@requires(P.TASK_SETTLE)
def task_settle(request, pk):
    """Say what became of it."""
    task = fetch(request.viewer, P.TASK_SETTLE, TASKS, pk=pk)

    def act(outcome, note, by, at):
        actions.settle_task(task=task, outcome=outcome, note=note, by=by, at=at)

    return form_page(
        request, SettleForm(posted(request)), heading=f"Settle: {task.get_kind_display().lower()}, {task.school.name}",
        text=task.says, back=reverse("schools:task-detail", args=[pk]), act=act, says="You have settled this",
    )  # fmt: skip
