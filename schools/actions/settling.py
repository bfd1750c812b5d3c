"""Tasks that changes in the national register raise, and what becomes of them."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from accounts.actions.refusals import Refused
from accounts.models import User
from sipmanager.core import audit
from sipmanager.core.wording import has_substance

from ..changes import LONGEST_WORDS, Change, touched_by
from ..models import ImportRun, RegisterTask, TaskKind, TaskOutcome

# A school that closed and turns out to have been followed by another is asked about once: by the later word.
OVERTAKES = frozenset({TaskKind.CONVERSION, TaskKind.MERGER})


@transaction.atomic
def raise_tasks(*, changes: Sequence[Change], run: ImportRun | None, on: date, at: datetime) -> list[RegisterTask]:
    """One task for each deployment, post and recipient that some changes touch; what is asked already is not asked again."""
    if not changes:
        return []
    found = {f"{one.change.key}:{one.subject}": one for one in touched_by(changes, on)}
    known = set(RegisterTask.objects.filter(key__in=found).values_list("key", flat=True))
    made = [
        RegisterTask(
            authority_id=one.authority_id, school=one.change.school, kind=one.change.kind, subject=one.subject,
            says=one.says[:LONGEST_WORDS], url=one.url, was=one.change.was[:LONGEST_WORDS],
            now=one.change.now[:LONGEST_WORDS], about_on=one.change.about_on, key=key, raised_at=at, run=run,
        )
        for key, one in found.items()
        if key not in known
    ]  # fmt: skip
    RegisterTask.objects.bulk_create(made)
    for task in made:
        if task.kind in OVERTAKES:
            earlier = RegisterTask.objects.filter(school=task.school, subject=task.subject, kind=TaskKind.CLOSURE)
            earlier.filter(settled_at=None).update(settled_at=at, outcome=TaskOutcome.OVERTAKEN)
    for change in changes:
        number = sum(task.school_id == change.school.pk and task.kind == change.kind for task in made)
        if number:
            audit.record(
                what="task.raise", subject=change.school, by=audit.SYSTEM, at=at, about_on=change.about_on,
                kind=change.kind, number=number,
            )  # fmt: skip
    return made


def forget_closures(*, schools: Sequence[int], at: datetime) -> int:
    """Schools that the register calls open again: what their closing asked is overtaken. Returns how many tasks that were."""
    asked = RegisterTask.objects.filter(school_id__in=schools, kind=TaskKind.CLOSURE, settled_at=None)
    return asked.update(settled_at=at, outcome=TaskOutcome.OVERTAKEN)


@transaction.atomic
def settle_task(*, task: RegisterTask, outcome: str, note: str, by: User, at: datetime) -> None:
    """Say what became of a task. Raises `Refused` where it is settled already, or nothing was said of why nothing was done."""
    if outcome not in TaskOutcome.values or outcome == TaskOutcome.OVERTAKEN:
        raise Refused("Select what became of it")
    if outcome != TaskOutcome.DONE and not has_substance(note):
        raise Refused("Say why, in a few words")
    still_open = RegisterTask.objects.filter(pk=task.pk, settled_at=None)
    if not still_open.update(settled_at=at, settled_by=by, outcome=outcome, note=note):
        raise Refused("Somebody has settled this already")
    audit.record(what="task.settle", subject=task, by=by, at=at, about_on=task.about_on, kind=task.kind, outcome=outcome)
