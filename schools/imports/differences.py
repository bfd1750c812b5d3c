"""A plan in words: the school, what would become of it, and each field before and after."""

from ..facts import Status
from ..models import RowKind
from .labels import LABELS, words
from .places import Places
from .plans import CREATE, Plan
from .telling import Told

HEAD = "Headteacher"
# Of a school that is new the rest stands in the file and on its page.
OF_A_NEW_SCHOOL = ("local_authority_id", "phase", "type_name", "status", "town")


def told_of(plan: Plan, places: Places) -> Told:
    """What one line of an extract would do."""
    is_new = plan.kind == CREATE
    known = {"diocese": plan.row.diocese, "places": places}
    changes = [
        [label, "" if is_new else words(key, plan.before[key], **known), words(key, plan.changes[key], **known)]
        for key, label in LABELS.items()
        if key in plan.changes and (key in OF_A_NEW_SCHOOL or not is_new)
    ]
    if plan.heads_differ:
        changes.append([HEAD, ", ".join(plan.heads_before), ", ".join(head.full_name for head in plan.row.heads or ())])
    name = plan.changes.get("name") or plan.before.get("name", "")
    return Told(
        kind_of(plan), plan.row.line, plan.row.urn, name, changes=[change for change in changes if change[1] != change[2]]
    )


def kind_of(plan: Plan) -> str:
    """What a person would look for first: a closing before a move, a move before a new head."""
    if plan.kind == CREATE:
        return RowKind.CREATED
    if plan.closes and plan.before["status"] != Status.CLOSED:
        return RowKind.CLOSED
    if plan.moves:
        return RowKind.MOVED
    return RowKind.HEAD if plan.heads_differ and plan.heads_before else RowKind.UPDATED
