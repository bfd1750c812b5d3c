"""How far a coordinator's concern about an authority goes: the manager first, then up (COG-M, 001 s.6). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.permissions import Permission
from sipmanager.core.workflow import Transition

P = Permission


@dataclass(frozen=True)
class ConcernCase:
    """What a move of a concern is told: to whom it goes."""

    director: str = ""


def names_the_director(case: ConcernCase) -> Sequence[str]:
    return [] if case.director.strip() else ["Enter the name of the senior regional director."]


OPEN = ("raised", "shared", "with_director", "with_dcs")

# fmt: off
CONCERN_WORKFLOW: tuple[Transition, ...] = (
    Transition("share", "Share it with the SIP manager", ("raised",), "shared", P.CONDITIONS_OVERSEE,
               sets=("shared_on", "shared_by"), effects=("tell_manager",), source="001 s.6",
               says="The SIP manager reads it from now on and gets a message with a link."),
    Transition("pass_on", "Pass it to the senior regional director", ("shared",), "with_director", P.CONDITIONS_OVERSEE,
               guard=names_the_director, sets=("director_on", "director_by"), source="001 s.6",
               says="Only a concern that was shared with the SIP manager before goes further."),
    Transition("take_up", "Record that it was taken up with the director of children's services", ("with_director",), "with_dcs",
               P.CONDITIONS_OVERSEE, sets=("dcs_on", "dcs_by"), source="001 s.6",
               says="The senior regional director has spoken to the director of children's services."),
    Transition("close", "Close it", OPEN, "closed", P.CONDITIONS_OVERSEE, comment="required", sets=("closed_on", "closed_by"),
               source="001 s.6", says="With what came of it."),
)
# fmt: on
