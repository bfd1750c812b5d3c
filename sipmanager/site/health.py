"""How an authority stands, in six numbers, each a link to the list behind it (screens: My work)."""

from dataclasses import dataclass

from accounts.access import Viewer
from accounts.models import Authority
from accounts.permissions import Permission, Role
from sipmanager.core import deadlines
from sipmanager.core.deadlines import DueState

from . import problems

P = Permission
NOTE_RULES = frozenset({"DL-1", "DL-2", "DL-3", "DL-4", "DL-5", "DL-6", "DL-7"})
ACCREDITATION_RULES = frozenset({"DL-29", "DL-30"})
SHADOW_RULES = frozenset({"DL-36", "DL-37"})


@dataclass(frozen=True)
class Number:
    label: str
    value: int
    url: str


def numbers(viewer: Viewer) -> list[Number]:
    """The six numbers of the authority in whose service a manager or administrator acts; none for others."""
    acting = viewer.acting
    if acting is None or acting.role not in {Role.MANAGER, Role.ADMINISTRATOR} or acting.authority_id is None:
        return []
    authority = Authority.objects.get(pk=acting.authority_id)
    return numbers_of(authority, viewer)


def numbers_of(authority: Authority, viewer: Viewer) -> list[Number]:
    """Schools without a SIP, conditions, late notes, accreditations warned, shadow visits due, problems."""
    on = viewer.on
    dues = [due for due in deadlines.owed(partition=authority.code, on=on) if due.state is not DueState.MET]
    late = sum(due.rule in NOTE_RULES and due.state is DueState.OVERDUE for due in dues)
    warned = len({due.subject for due in dues if due.rule in ACCREDITATION_RULES})
    shadow = sum(due.rule in SHADOW_RULES for due in dues)
    return [
        Number(
            "schools without a SIP", schools_without_sip(authority, on).count(), "/schools/?applied=1&status=open&sip=without"
        ),
        Number("conditions at risk or not met", conditions_in_trouble(authority, on), "/conditions-of-grant/"),
        Number("late notes", late, "/deadlines/?late=1"),
        Number("accreditations warned", warned, "/partners/?applied=1&accreditation=warned"),
        Number("shadow visits due", shadow, "/qa/"),
        Number("problems in the records", len(problems.problems_of(authority, on)), "/reports/problems/"),
    ]
