"""The states of a shadow visit (QA-8 to QA-11), as one table. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.permissions import Permission
from sipmanager.core.workflow import Transition

P = Permission


@dataclass(frozen=True)
class ShadowCase:
    """What the guards look at: the four things observed and the three competences judged, as written so far."""

    observed: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    oral_feedback_given: bool = False


def feedback_complete(case: ShadowCase) -> Sequence[str]:
    """QA-10 names four things to observe; QA-5 three competences to judge."""
    missing = []
    if not all(text.strip() for text in case.observed):
        missing.append("Write something on each of the four things observed.")
    if not all(case.levels):
        missing.append("Judge each of the three competences.")
    return missing


def oral_feedback_first(case: ShadowCase) -> Sequence[str]:
    return [] if case.oral_feedback_given else ["Record the day of the oral feedback, which ends the visit."]


# fmt: off
SHADOW_WORKFLOW: tuple[Transition, ...] = (
    Transition("hold",   "Record that it took place", ("planned",),         "held",          P.SHADOW_RECORD, guard=oral_feedback_first, source="QA-8, QA-9"),
    Transition("send",   "Send the feedback",         ("held",),            "feedback_sent", P.SHADOW_RECORD, guard=feedback_complete, sets=("written_on",), effects=("tell_the_sip",), source="QA-8, QA-10"),
    Transition("cancel", "Cancel it",                 ("planned",),         "cancelled",     P.SHADOW_RECORD, comment="required", source="QA-11"),
)
# fmt: on
