"""How agreements, extra work, breaches and handed-in checks move (section 11, PRE-2 to PRE-12): the tables."""

from dataclasses import dataclass
from datetime import date

from accounts.access import Viewer, can
from accounts.permissions import Permission
from partners.agreement_rules import faults
from partners.models import Agreement
from partners.selectors import agreement_case
from sipmanager.core.workflow import Transition, leaving

P = Permission


def is_complete(case) -> list[str]:
    """What the rules of an agreement find missing or wrong."""
    return faults(case)


# fmt: off
AGREEMENT_WORKFLOW: tuple[Transition, ...] = (
    Transition("send", "Send to the SIP to sign", ("draft",), "sent", P.AGREEMENT_EDIT,
               guard=is_complete, effects=("freeze", "write"), source="000",
               says="The text is frozen and goes to the SIP to be signed."),
    Transition("sign", "Sign the agreement", ("sent",), "signed", P.AGREEMENT_ACCEPT,
               effects=("write",), source="000; 004 s.3",
               says="The SIP signs; the authority signs next."),
    Transition("decline", "Decline the agreement", ("sent",), "declined", P.AGREEMENT_ACCEPT,
               comment="required", effects=("write",), source="000",
               says="The SIP does not agree, and says why."),
    Transition("countersign", "Sign for the authority", ("signed",), "in_force", P.AGREEMENT_SIGN,
               guard=is_complete, sets=("in_force_on",), effects=("conclude", "write"), source="000; 004 s.3",
               says="Both have signed: the agreement holds, and the schools on its schedule are under contract."),
    Transition("take_back", "Take back to change it", ("sent", "signed"), "draft", P.AGREEMENT_EDIT,
               comment="required", effects=("write",), source="000",
               says="What was signed so far counts no more; the changed text is a new version that both sign."),
    Transition("withdraw", "Withdraw the agreement", ("draft", "sent", "signed"), "withdrawn", P.AGREEMENT_EDIT,
               comment="required", effects=("write",), source="000",
               says="It goes no further."),
    Transition("end", "End the agreement early", ("in_force",), "ended", P.AGREEMENT_SIGN,
               comment="required", sets=("ended_on",), effects=("settle", "write"), source="000",
               says="Both sides end it; its contracts end with it."),
    Transition("replace", "Replaced by a newer one", ("in_force",), "replaced", P.AGREEMENT_SIGN, by_system=True,
               sets=("ended_on",), effects=("settle",), source="000",
               says="A changed agreement, signed by both, takes its place."),
    Transition("terminate", "Ended after a breach", ("in_force",), "ended", P.AGREEMENT_BREACH, by_system=True,
               comment="required", sets=("ended_on",), effects=("settle", "write"), source="000",
               says="The review of a breach ends it."),
    Transition("expire", "Past its last day", ("in_force",), "ended", P.AGREEMENT_SIGN, by_system=True,
               sets=("ended_on",), effects=("settle",), source="000",
               says="Its last day has passed; the night records it."),
)

EXTRA_WORK_WORKFLOW: tuple[Transition, ...] = (
    Transition("confirm", "Confirm the work", ("asked",), "confirmed", P.AGREEMENT_SIGN,
               comment="optional", sets=("decided_at", "decided_by"), effects=("write",), source="000",
               says="The SIP may begin. The confirmation is in writing."),
    Transition("refuse", "Refuse the work", ("asked",), "refused", P.AGREEMENT_SIGN,
               comment="required", sets=("decided_at", "decided_by"), effects=("write",), source="000",
               says="The SIP may not take it on."),
)

BREACH_WORKFLOW: tuple[Transition, ...] = (
    Transition("continue", "The agreement continues", ("open",), "continued", P.AGREEMENT_BREACH,
               comment="required", sets=("decided_at", "decided_by"), effects=("write",), source="000",
               says="Nothing changes."),
    Transition("conditions", "It continues under conditions", ("open",), "conditions", P.AGREEMENT_BREACH,
               comment="required", sets=("decided_at", "decided_by"), effects=("write",), source="000",
               says="The conditions stand on the agreement's page."),
    Transition("terminate", "It ends", ("open",), "terminated", P.AGREEMENT_BREACH,
               comment="required", sets=("decided_at", "decided_by"), effects=("end", "write"), source="000",
               says="The agreement and its contracts end on the day given."),
)

CHECK_WORKFLOW: tuple[Transition, ...] = (
    Transition("verify", "Verify the check", ("received",), "verified", P.CHECK_VERIFY,
               sets=("decided_on", "checked_by"), source="000; 001 s.4",
               says="The evidence was looked at and holds. From now on the check counts."),
    Transition("return", "Return the evidence", ("received",), "returned", P.CHECK_VERIFY,
               comment="required", sets=("decided_on", "checked_by"), effects=("write",), source="000; 001 s.4",
               says="It does not do; the SIP is told why."),
)
# fmt: on


@dataclass(frozen=True)
class AgreementMove:
    """A row of the table as one person sees it; `refusals` say what is missing, and the move is shut while there are any."""

    name: str
    label: str
    says: str
    comment: str
    refusals: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return not self.refusals


def agreement_moves_for(*, agreement: Agreement, viewer: Viewer, on: date) -> list[AgreementMove]:
    """The moves that lead on from where an agreement stands, for one person on one day."""
    rows = [row for row in leaving(AGREEMENT_WORKFLOW, agreement.status, None) if not row.by_system]
    allowed = {right for right in {row.permission for row in rows} if can(viewer, right, agreement)}
    rows = [row for row in rows if row.permission in allowed]
    wanting = tuple(faults(agreement_case(agreement, on=on))) if any(row.guard for row in rows) else ()
    return [AgreementMove(row.name, row.label, row.says, row.comment, wanting if row.guard else ()) for row in rows]
