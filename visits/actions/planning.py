"""Planning visits and recording what became of them (VIS-2, VIS-3, VIS-8, D-18, D-23)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.access import Viewer, can
from accounts.models import User
from accounts.permissions import Permission
from partners.actions import visits_changed
from partners.models import Deployment
from schools.selectors import head_on, season_of
from sipmanager.core import audit, moves
from sipmanager.core.academic import academic_year
from sipmanager.core.wording import has_substance
from sipmanager.core.workflow import MoveRefused, OutOfDate, leaving

from .. import emails
from ..cases import VisitCase
from ..models import SEASONS, Note, Visit
from ..selectors import visit_case
from ..states import ISSUED, NoteState
from ..workflow import VISIT_WORKFLOW, may_make
from ..workflow.visits import inside_the_deployment
from .beginning import begin_note

P = Permission


def london_day(at: datetime) -> date:
    return timezone.localtime(at).date()


def plan_visit(
    *, deployment: Deployment, day: date, by: User | None, at: datetime, season: str = "", focus: str = ""
) -> Visit:  # fmt: skip
    """Plan a visit under a confirmed deployment. The season is that of the day unless one is given (VIS-1).

    Raises `MoveRefused` with every reason: the deployment is not confirmed or struck out, or the day lies outside it.
    """
    reasons = inside_the_deployment(
        "Date of visit", day, VisitCase(starts_on=deployment.starts_on, ends_on=deployment.ends_on)
    )
    if deployment.confirmed_on is None or deployment.voided_on is not None:
        reasons.append("The deployment must be confirmed before a visit is planned")
    if season and season not in dict(SEASONS):
        reasons.append("Choose autumn, spring or summer")
    if reasons:
        raise MoveRefused(reasons)
    with transaction.atomic():
        visit = Visit.objects.create(
            deployment=deployment,
            school_id=deployment.school_id,
            partner_id=deployment.partner_id,
            authority_id=deployment.authority_id,
            season=season or season_of(deployment.authority_id, day).value,
            academic_year=academic_year(day),
            planned_on=day,
            focus=focus.strip(),
            made_at=at,
            made_by=by,
        )
        audit.record(what="visit.plan", subject=visit, by=by, at=at, about_on=day, deployment=deployment.pk)
        visits_changed(deployment=deployment, by=by, at=at)
    return visit


def confirm_visit(*, visit: Visit, day: date, focus: str, viewer: Viewer, at: datetime) -> Visit:
    """Date and focus are agreed; the head hears of it by e-mail (VIS-2)."""

    def tell_head(**_) -> None:
        post = head_on(visit.school_id, london_day(at))
        if post is None:
            return
        email = post.user.email if post.user and post.user.is_active else post.email
        if email:
            emails.visit_confirmed(visit=visit, name=post.full_name, email=email, at=at)

    return _play(
        visit, "confirm", viewer, at, form={"planned_on": day, "focus": focus},
        values={"planned_on": day, "focus": focus.strip(), "academic_year": academic_year(day)},
        effects={"tell_head": tell_head},
    )  # fmt: skip


def hold_visit(
    *,
    visit: Visit,
    day: date,
    people_present: str,
    viewer: Viewer,
    at: datetime,
    focus: str = "",
    hours_in_school: Decimal | int | None = None,
    governor_invited_on: date | None = None,
    governor_reason: str = "",
    was_governor_present: bool = False,
    confirmation_waived: str = "",
) -> Note:
    """Record that the visit took place; its note begins, with last time's recommendations to review (NOV-28, NOV-48).

    A blank `focus` keeps the one agreed. `people_present` are roles. An autumn visit needs the day on which a governor
    was invited or the reason why none was (VIS-3); a visit never confirmed needs `confirmation_waived`.
    """
    focus = focus.strip() or visit.focus
    form = {
        "focus": focus, "held_on": day, "people_present": people_present, "confirmation_waived": confirmation_waived,
        "governor_invited_on": governor_invited_on, "governor_reason": governor_reason,
    }  # fmt: skip
    values = {
        **form,
        "people_present": people_present.strip(),
        "hours_in_school": hours_in_school,
        "was_governor_present": was_governor_present,
    }
    begun: list[Note] = []

    def begin(**_) -> None:
        begun.append(begin_note(visit=visit, by=viewer.user, at=at))

    _play(visit, "hold", viewer, at, form=form, values=values, effects={"begin_note": begin}, about_on=day)
    return begun[0]


def miss_visit(*, visit: Visit, reason: str, viewer: Viewer, at: datetime) -> Visit:
    """The visit did not take place (VIS-7)."""
    return _play(visit, "miss", viewer, at, comment=reason, values={"status_reason": reason.strip()[:300]})


def cancel_visit(*, visit: Visit, reason: str, viewer: Viewer, at: datetime) -> Visit:
    """The visit will not take place."""
    return _play(visit, "cancel", viewer, at, comment=reason, values={"status_reason": reason.strip()[:300]})


def reschedule_visit(*, visit: Visit, day: date, viewer: Viewer, at: datetime, reason: str = "") -> Visit:
    """Plan the visit anew on another day and return the new visit; the old one points to it."""
    planned: list[Visit] = []

    def plan_anew(**_) -> None:
        anew = plan_visit(deployment=visit.deployment, day=day, season=visit.season, focus=visit.focus, by=viewer.user, at=at)
        Visit.objects.filter(pk=visit.pk).update(rescheduled_to=anew)
        visit.rescheduled_to = anew
        planned.append(anew)

    _play(
        visit, "reschedule", viewer, at, comment=reason, form={"planned_on": day},
        values={"status_reason": reason.strip()[:300]}, effects={"plan_anew": plan_anew},
    )  # fmt: skip
    return planned[0]


def void_visit(*, visit: Visit, reason: str, viewer: Viewer, at: datetime) -> Visit:
    """Strike out a visit entered in error, its draft with it (D-18). It stays visible as struck out.

    Raises `MoveRefused` where its note has been issued: an issued note is withdrawn first.
    """
    if not can(viewer, P.VISIT_VOID, visit):
        raise PermissionDenied("Only the SIP manager strikes out a visit")
    if not has_substance(reason):
        raise MoveRefused(["Enter why the visit is struck out"])
    with transaction.atomic():
        note = Note.objects.filter(visit=visit).first()
        if note and note.status in ISSUED and note.status != NoteState.WITHDRAWN:
            raise MoveRefused(["Withdraw the issued note before its visit is struck out"])
        struck = {"voided_on": london_day(at), "void_reason": reason.strip()[:300]}
        if not Visit.objects.filter(pk=visit.pk, voided_on=None).update(**struck):
            raise OutOfDate(["This visit has been struck out already."])
        visit.voided_on, visit.void_reason = struck["voided_on"], struck["void_reason"]
        audit.record(what="visit.void", subject=visit, by=viewer.user, at=at, about_on=visit.held_on or visit.planned_on)
        visits_changed(deployment=visit.deployment, by=viewer.user, at=at)
    return visit


def _play(
    visit: Visit, name: str, viewer: Viewer, at: datetime, *, form: dict[str, Any] | None = None, **told: Any
) -> Visit:  # fmt: skip
    """Make the move called `name`: right, state, guard, compare and set, audit line, effects (D-23)."""
    row = next((row for row in leaving(VISIT_WORKFLOW, visit.status, None) if row.name == name), None)
    if row is not None and not may_make(viewer, row, visit):
        raise PermissionDenied(f"{row.label}: not for this person")
    if visit.voided_on is not None:
        raise MoveRefused(["This visit has been struck out."])
    with transaction.atomic():
        moves.play(
            table=VISIT_WORKFLOW, record=visit, name=name, policy=None, by=viewer.user, at=at,
            case=visit_case(visit=visit, on=london_day(at), **(form or {})), version={"voided_on": None}, **told,
        )  # fmt: skip
        visits_changed(deployment=visit.deployment, by=viewer.user, at=at)
    return visit


__all__ = [
    "cancel_visit", "confirm_visit", "hold_visit", "london_day", "miss_visit", "plan_visit",
    "reschedule_visit", "void_visit",
]  # fmt: skip
