"""How an authority stands, in six numbers, each a link to the list behind it (screens: My work)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from accounts.access import Viewer
from accounts.models import Authority, AuthorityKind
from accounts.permissions import Permission, Role
from partners.conditions import PROGRAMMES, Result
from partners.models import Deployment
from partners.selectors import conditions_of_grant, read_ahead
from schools.selectors import schools_on, served_on
from sipmanager.core import deadlines, readings
from sipmanager.core.deadlines import Due, DueState

from . import problems

P = Permission
NOTE_RULES = frozenset({"DL-1", "DL-2", "DL-3", "DL-4", "DL-5", "DL-6", "DL-7"})
WARNING_RULE = "DL-29"
SHADOW_RULES = frozenset({"DL-36", "DL-37"})
# What the page of deadlines can be narrowed to, so that a number leads to its rows.
ABOUT = {"notes": ("notes of visit", NOTE_RULES), "shadow": ("shadow visits", SHADOW_RULES)}
IN_TROUBLE = frozenset({Result.AT_RISK, Result.NOT_MET})


@dataclass(frozen=True)
class Number:
    """A count and what it counts: `label` of many, `one` of a single one."""

    label: str
    value: int
    url: str
    one: str

    @property
    def words(self) -> str:
        return self.one if self.value == 1 else self.label


def numbers(viewer: Viewer, owed: Mapping[str, list[Due]] | None = None) -> list[Number]:
    """The six numbers of the authority in whose service a manager or administrator acts; none for others.

    `owed` are the open dues by partition where they were asked for before: to ask again costs half the page.
    """
    authority = authority_of(viewer)
    if authority is None:
        return []
    with readings.shared():
        read_ahead(authority, viewer.on)
        return numbers_of(authority, viewer, (owed or {}).get(authority.code))


def authority_of(viewer: Viewer) -> Authority | None:
    """The authority of which somebody is shown the numbers."""
    acting = viewer.acting
    if acting is None or acting.role not in {Role.MANAGER, Role.ADMINISTRATOR} or acting.authority_id is None:
        return None
    return _authority(acting.authority_id)


@readings.kept
def _authority(pk: int) -> Authority:
    return Authority.objects.get(pk=pk)


def numbers_of(authority: Authority, viewer: Viewer, dues: list[Due] | None = None) -> list[Number]:
    """Schools without a SIP, conditions, late notes, accreditations warned, shadow visits due, problems.

    A trust has no conditions of grant (D-2), so that number is left out there.
    """
    on = viewer.on
    if dues is None:
        dues = [due for due in deadlines.owed(partition=authority.code, on=on) if due.state is not DueState.MET]
    late = len({due.subject for due in dues if due.rule in NOTE_RULES and due.state is DueState.OVERDUE})
    warned = len({due.subject for due in dues if due.rule == WARNING_RULE})
    shadow = sum(due.rule in SHADOW_RULES for due in dues)
    at = f"authority={authority.code}"
    without = schools_without_sip(authority, on).count()
    found = [
        Number("schools without a SIP", without, "/schools/?applied=1&status=open&sip=without", "school without a SIP"),
        Number("late notes", late, f"/deadlines/?late=1&about=notes&{at}", "late note"),
        Number("accreditations warned", warned, "/partners/?applied=1&engaged=yes&state=warned", "accreditation warned"),
        Number("shadow visits due", shadow, f"/deadlines/?about=shadow&{at}", "shadow visit due"),
        Number(
            "problems in the records",
            len(problems.problems_of(authority, on)),
            f"/reports/problems/?{at}",
            "problem in the records",
        ),
    ]
    if authority.kind == AuthorityKind.LOCAL_AUTHORITY:
        in_trouble = conditions_in_trouble(authority, on)
        words = ("conditions at risk or not met", "condition at risk or not met")
        found.insert(1, Number(words[0], in_trouble, "/conditions-of-grant/", words[1]))
    return found


def schools_without_sip(authority: Authority, on: date) -> QuerySet:
    """The open schools whose SIP the authority runs and which no SIP works with on a day."""
    schools = schools_on(served_on(authority.pk, on), on)
    return schools.exclude(pk__in=Deployment.objects.active(on).values("school_id"))


def conditions_in_trouble(authority: Authority, on: date) -> int:
    """How many conditions of grant are at risk or not met on a day, over both programmes (D-19)."""
    reports = [conditions_of_grant(authority=authority, programme=programme, on=on) for programme in PROGRAMMES]
    return sum(answer.result in IN_TROUBLE for report in reports for answer in report.answers)
