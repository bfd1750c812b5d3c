"""The life of an accreditation as one table (ACC-27). Pure.

Rows of three kinds stand in it. Moves that a person makes on an application, a claim or a removal case are played by
`core.moves`. Rows `by_system` are worked out from dates and never stored (D-3, D-16): `partners.accreditation` says them.
Rows in `CREATES` begin a record, and an action makes it. The states of the three records and those of the clock have
different names, so that one table serves all.
"""

from accounts.permissions import Permission
from sipmanager.core.workflow import Transition

from ..removal import may_be_heard, may_be_removed, may_be_retained, may_call_hearing, may_tell_director
from ..restoring import would_restore
from ..stages import may_sit_online, may_sit_residential, references_are_in

P = Permission
HOLDING = ("active", "dormant", "warned")

# fmt: off
APPLICATION_MOVES: tuple[Transition, ...] = (
    Transition("apply", "Apply", ("not_accredited", "lapsed", "removed_before"), "applied", P.ACCREDITATION_EDIT,
               source="001 s.2, app. H", says="Stage 1: the application, with references. Who has lapsed applies like a newcomer."),
    Transition("accept", "Accept the application", ("applied",), "application_passed", P.ACCREDITATION_EDIT,
               guard=references_are_in, source="001 s.2", says="Every reference asked for has been received."),
    Transition("turn_down", "Turn the application down", ("applied",), "turned_down", P.ACCREDITATION_EDIT,
               comment="required", effects=("tell",), source="001 s.2", says="Stage 1 has no resit rule: one may apply again."),
    Transition("pass_online", "Record a pass of the online assessment", ("application_passed",), "online_passed",
               P.ACCREDITATION_EDIT, guard=may_sit_online, source="001 s.2", says="Stage 2 is passed."),
    Transition("fail_online", "Record a fail of the online assessment", ("application_passed",), "application_passed",
               P.ACCREDITATION_EDIT, guard=may_sit_online, source="001 s.2",
               says="One resit is free; a further attempt opens 12 months after notice of the second result."),
    Transition("pass_residential", "Record a pass of the residential assessment", ("online_passed",), "residential_passed",
               P.ACCREDITATION_EDIT, guard=may_sit_residential, effects=("tell",), source="001 s.2, app. H",
               says="The accreditation exists from this day, and stands on the national register."),
    Transition("fail_residential", "Record a fail of the residential assessment", ("online_passed",), "online_passed",
               P.ACCREDITATION_EDIT, guard=may_sit_residential, source="001 s.2",
               says="One resit is free; a further attempt opens 12 months after notice of the second result."),
    Transition("withdraw", "Record that the application is withdrawn", ("applied", "application_passed", "online_passed"),
               "withdrawn", P.ACCREDITATION_EDIT, comment="required", source="001 s.2", says="The fails stay on record and count."),
)
CLOCK: tuple[Transition, ...] = (
    Transition("begin", "The award", ("residential_passed",), "dormant", None, by_system=True, source="001 app. H",
               says="Accredited, and without a school yet."),
    Transition("deploy", "A deployment runs", ("dormant", "warned"), "active", None, by_system=True, source="001 app. H",
               says="At work as a SIP: the clock stands still."),
    Transition("rest", "No deployment runs any more", ("active",), "dormant", None, by_system=True, source="001 app. H",
               says="The clock runs from the last day of practice."),
    Transition("warn", "Two years and six months without practice", ("dormant",), "warned", None, by_system=True,
               source="001 app. H", says="The SIP is warned by email six months before the lapse."),
    Transition("hold", "Three years, and an authority has not confirmed its record", ("warned",), "records_unverified", None,
               by_system=True, source="001 s.5", says="The lapse is put off to the end of the term at most; no new deployment."),
    Transition("lapse", "Three years without practice", ("warned", "records_unverified"), "lapsed", None, by_system=True,
               source="001 app. H", says="The SIP is told, and may point out errors in the records."),
)
CLAIM_MOVES: tuple[Transition, ...] = (
    Transition("claim", "Claim that the records are wrong", ("warned", "records_unverified", "lapsed"), "claimed",
               P.ACCREDITATION_CLAIM, source="001 app. H", says="With the periods of practice and the evidence of them."),
    Transition("restore", "Restore the accreditation", ("claimed",), "restored", P.ACCREDITATION_RESTORE, guard=would_restore,
               comment="required", sets=("decided_on", "decided_by"), effects=("tell",), source="001 app. H",
               says="The practice shown enters the clock. The accreditation keeps its first date."),
    Transition("decline", "Decline the claim", ("claimed",), "declined", P.ACCREDITATION_RESTORE, comment="required",
               sets=("decided_on", "decided_by"), effects=("tell",), source="001 app. H",
               says="The claim stays on record with the reason."),
    Transition("take_back", "Take the claim back", ("claimed",), "taken_back", P.ACCREDITATION_CLAIM,
               sets=("decided_on", "decided_by"), source="001 app. H", says="Nothing changes; another claim can be made."),
    Transition("resume", "The claim is granted", ("restored",), "dormant", None, by_system=True, source="001 app. H",
               says="The clock goes on from the last day of the practice shown."),
)
REMOVAL_MOVES: tuple[Transition, ...] = (
    Transition("open", "Open a case", HOLDING, "raised", P.REMOVAL_OPEN, source="001 s.4, app. H",
               says="On conduct, competence or public confidence; a concern about competence was discussed with the SIP before."),
    Transition("tell_sip", "Tell the SIP that removal is possible", ("raised",), "sip_told", P.REMOVAL_OPEN,
               sets=("sip_told_on", "sip_told_by"), effects=("tell_sip",), source="001 s.4, app. H",
               says="The SIP is told by email, reads the case and may answer."),
    Transition("tell_director", "Tell the national director", ("sip_told",), "under_review", P.REMOVAL_OPEN,
               guard=may_tell_director, sets=("director_told_on", "director_told_by"), effects=("tell_director",),
               source="001 s.4, app. H", says="With the circumstances. The accreditation is under review and goes on to hold."),
    Transition("call_hearing", "Call the hearing", ("under_review", "hearing_called"), "hearing_called", P.REMOVAL_DECIDE,
               guard=may_call_hearing, effects=("tell_sip_of_hearing",), source="001 app. H",
               says="After the SIP's time to answer has run out."),
    Transition("hear", "Record the hearing", ("hearing_called",), "heard", P.REMOVAL_DECIDE, guard=may_be_heard,
               source="001 app. H", says="The steering group sat, with members of NCSL, NS and DfES."),
    Transition("remove", "Remove the accreditation", ("heard",), "removed", P.REMOVAL_DECIDE, guard=may_be_removed,
               comment="required", sets=("decided_on", "decided_by"), effects=("remove", "tell_decision"),
               source="001 app. H", says="Every sector ends on the day given; live deployments are flagged."),
    Transition("retain", "Keep the accreditation", ("heard",), "retained", P.REMOVAL_DECIDE, guard=may_be_retained,
               comment="required", sets=("decided_on", "decided_by"), effects=("tell_decision",), source="001 app. H",
               says="The accreditation holds as before."),
    Transition("drop", "Drop the case", ("raised", "sip_told", "under_review"), "dropped", P.REMOVAL_OPEN, comment="required",
               sets=("decided_on", "decided_by"), effects=("tell_drop",), source="001 s.4",
               says="The case goes no further. The record stays."),
)
# fmt: on
ACCREDITATION_WORKFLOW: tuple[Transition, ...] = (*APPLICATION_MOVES, *CLOCK, *CLAIM_MOVES, *REMOVAL_MOVES)

# The rows that begin a record; the others are moves on one.
CREATES = frozenset({"apply", "claim", "open"})

STATE_WORDS = {
    "not_accredited": "Not accredited",
    "removed_before": "Removed",
    "applied": "Applied",
    "application_passed": "Application accepted",
    "online_passed": "Online assessment passed",
    "residential_passed": "Residential passed: accredited",
    "turned_down": "Turned down",
    "withdrawn": "Withdrawn",
    "active": "Active",
    "dormant": "Dormant",
    "warned": "Warned",
    "records_unverified": "Records unverified",
    "lapsed": "Lapsed",
    "claimed": "Claimed",
    "restored": "Restored",
    "declined": "Declined",
    "taken_back": "Taken back",
    "raised": "Case raised",
    "sip_told": "SIP told",
    "under_review": "Under review",
    "hearing_called": "Hearing called",
    "heard": "Heard",
    "removed": "Removed",
    "retained": "Retained",
    "dropped": "Dropped",
}


def moves_from(status: str) -> list[Transition]:
    """The moves that lead on from where an application, a claim or a case stands."""
    return [row for row in ACCREDITATION_WORKFLOW if status in row.from_ and not row.by_system and row.name not in CREATES]
