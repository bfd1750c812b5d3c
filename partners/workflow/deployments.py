"""How a deployment moves (DEP-1): the table, and what of it is open to one person now. Striking out stands apart (D-18)."""

from dataclasses import dataclass
from datetime import date

from accounts.access import Viewer, can
from accounts.permissions import Permission
from sipmanager.core.workflow import Transition, leaving

from ..consulting import agreeing
from ..deployment_rules import findings, refusing
from ..models import Deployment
from ..selectors import case_of, schools_say_of

P = Permission

# fmt: off
DEPLOYMENT_WORKFLOW: tuple[Transition, ...] = (
    Transition("consult", "Record that the school was consulted", ("proposed",), "consulted", P.DEPLOYMENT_PROPOSE,
               source="001 s.4, FAQ 18; 004 s.1",
               says="The school's views are on record."),
    Transition("object", "Object to the SIP", ("proposed", "consulted", "agreed"), "objected", P.DEPLOYMENT_OBJECT,
               comment="required", source="000",
               says="The governing body has objected, once, before the SIP starts. The authority decides."),
    Transition("uphold", "Uphold the objection", ("objected",), "upheld", P.DEPLOYMENT_CONFIRM,
               comment="required", effects=("write",), source="000",
               says="The deployment goes no further; another SIP is to be proposed."),
    Transition("reject", "Reject the objection", ("objected",), "rejected", P.DEPLOYMENT_CONFIRM,
               comment="required", effects=("write",), source="000",
               says="The proposal stands and can be agreed. The governing body has no second objection."),
    Transition("agree", "Agree with the school", ("proposed", "consulted", "rejected"), "agreed", P.DEPLOYMENT_PROPOSE,
               comment="optional", sets=("agreed_on", "agreed_by"), source="001 s.4, FAQ 18",
               says="The school was asked, and its views are taken into account."),
    Transition("confirm", "Confirm the deployment", ("agreed",), "confirmed", P.DEPLOYMENT_CONFIRM,
               sets=("confirmed_on", "confirmed_by"), effects=("lead", "notify", "write", "hand_over"),
               source="001 s.4, app. J",
               says="Every check is on record. The SIP is the school's from the first day."),
    Transition("begin", "The first day is reached", ("confirmed",), "active", P.DEPLOYMENT_CONFIRM,
               by_system=True, source="001 app. J",
               says="The SIP is at work in the school."),
    Transition("end", "End the deployment", ("confirmed", "active"), "ending", P.DEPLOYMENT_END,
               comment="required", effects=("lead", "notify", "write"), source="001 app. J",
               says="The last day is set. The record stays."),
    Transition("finish", "The last day has passed", ("ending",), "ended", P.DEPLOYMENT_END,
               by_system=True, source="001 app. J",
               says="The SIP is no longer the school's; the record stays."),
    Transition("withdraw", "Withdraw the proposal", ("proposed", "consulted", "objected", "rejected", "agreed"), "withdrawn",
               P.DEPLOYMENT_PROPOSE, comment="required", effects=("write",), source="001 s.4",
               says="The proposal goes no further."),
)
# fmt: on


@dataclass(frozen=True)
class Move:
    """A row of the table as one person sees it: `refusals` say what is missing, and the button is off while there are any."""

    name: str
    label: str
    says: str
    comment: str
    refusals: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return not self.refusals


def moves_for(*, deployment: Deployment, viewer: Viewer, on: date) -> list[Move]:
    """The moves that lead on from where the deployment stands, for one person on one day."""
    if deployment.is_void:
        return []
    # What only time does, and what only the school does on its own page, is no button here.
    rows = [row for row in leaving(DEPLOYMENT_WORKFLOW, deployment.status, None) if not row.by_system and row.name != "object"]
    allowed = {permission for permission in {row.permission for row in rows} if can(viewer, permission, deployment)}
    return [
        Move(row.name, row.label, row.says, row.comment, _refusals(row, deployment, on))
        for row in rows
        if row.permission in allowed
    ]


def _refusals(row: Transition, deployment: Deployment, on: date) -> tuple[str, ...]:
    if row.name == "agree":
        return tuple(agreeing(schools_say_of(deployment), on=on))
    if row.name != "confirm":
        return ()
    found = findings(case_of(deployment, on=on))
    return tuple(f"{finding.id}: {finding.because}" for finding in refusing(found))
