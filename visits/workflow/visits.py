"""The workflow of a visit (D-23, VIS-8). Striking out a visit entered in error stands apart (D-18). Pure."""

from datetime import date

from accounts.permissions import Permission
from sipmanager.core.wording import day, has_substance, in_sentence
from sipmanager.core.workflow import Transition

from ..cases import VisitCase
from ..states import VisitState as S

P = Permission


def inside_the_deployment(name: str, given: date | None, case: VisitCase) -> list[str]:
    """A day on which the SIP was or will be at work in the school."""
    if given is None:
        return [f"Enter the {in_sentence(name)}"]
    if case.starts_on and given < case.starts_on:
        return [f"{name} must be the same as or after {day(case.starts_on)} when the deployment started"]
    if case.ends_on and given > case.ends_on:
        return [f"{name} must be the same as or before {day(case.ends_on)} when the deployment ends"]
    return []


def date_and_focus_agreed(case: VisitCase) -> list[str]:
    """VIS-2."""
    if not case.is_filled_in:
        return []
    needs = inside_the_deployment("Date of visit", case.planned_on, case)
    if not (case.focus or "").strip():
        needs.append("Enter the focus agreed for the visit")
    return needs


def record_is_whole(case: VisitCase) -> list[str]:
    """NOV-48's guard of planned to held, and VIS-3 for the autumn."""
    if not case.is_filled_in:
        return []
    needs = inside_the_deployment("Date of visit", case.held_on, case)
    if case.held_on and case.on and case.held_on > case.on:
        needs.append("Date of visit must be today or in the past")
    if not (case.focus or "").strip():
        needs.append("Enter the focus agreed for the visit")
    if not case.people_present.strip():
        needs.append("Enter who was present, by role")
    if case.confirmed_on is None and not has_substance(case.confirmation_waived):
        needs.append("Confirm the visit by email, or say why that was not needed")
    if case.season == "autumn" and case.governor_invited_on is None and not has_substance(case.governor_reason):
        needs.append("Enter when a governor was invited, or say why none was")
    return needs


def day_has_come(case: VisitCase) -> list[str]:
    """Nothing is missed before its day (VIS-7): a visit that will not be made is moved or cancelled."""
    if case.booked_on is None or case.on is None or case.booked_on <= case.on:
        return []
    return [f"The visit is planned for {day(case.booked_on)}. Until then change its date or cancel it"]


def new_day_is_possible(case: VisitCase) -> list[str]:
    return inside_the_deployment("New date", case.planned_on, case) if case.is_filled_in else []


# fmt: off
VISIT_WORKFLOW: tuple[Transition, ...] = (
    Transition("confirm",    "Confirm the visit",           (S.PLANNED,),                          S.CONFIRMED,   P.VISIT_PLAN, guard=date_and_focus_agreed, sets=("confirmed_on",), effects=("tell_head",), source="VIS-2",
               says="The head receives the date and the focus by email."),
    Transition("hold",       "Record the visit",            (S.PLANNED, S.CONFIRMED),              S.HELD,        P.VISIT_PLAN, guard=record_is_whole, effects=("begin_note",), source="NOV-48",
               says="The note of visit begins, with last time's recommendations to review."),
    Transition("miss",       "Record that it did not take place", (S.PLANNED, S.CONFIRMED),        S.MISSED,      P.VISIT_PLAN, guard=day_has_come, comment="required", source="VIS-8",
               says="The visit stays on record as missed."),
    Transition("reschedule", "Move to another day",         (S.PLANNED, S.CONFIRMED, S.MISSED),    S.RESCHEDULED, P.VISIT_PLAN, guard=new_day_is_possible, comment="optional", effects=("plan_anew",), source="VIS-8",
               says="A new visit is planned in its place."),
    Transition("cancel",     "Cancel the visit",            (S.PLANNED, S.CONFIRMED),              S.CANCELLED,   P.VISIT_PLAN, comment="required", source="VIS-8",
               says="The visit stays on record as cancelled."),
)
# fmt: on
