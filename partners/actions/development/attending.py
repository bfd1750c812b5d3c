"""Who came to what: said by whoever arranges it, answered and entered by SIPs, accepted by the manager (CPD-9 to CPD-16)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.access import viewer_for
from accounts.models import User
from accounts.permissions import Permission
from partners import emails
from partners.development import QUARTER, in_steps
from partners.models import Attendance, DevelopmentEvent, DevelopmentReview, Engagement, EventKind, FileKind, Partner
from sipmanager.core import audit
from sipmanager.core.wording import day
from sipmanager.core.workflow import OutOfDate

from ..files import Prepared, keep_file
from ..permitting import day_of, refuse, refuse_own_work, require
from ..sips.facts import decide_by
from .events import refuse_no_place

P = Permission

# What the list of an event says of one SIP: whether they came, and whether the reason for their absence is accepted.
CODES: dict[str, tuple[bool | None, bool | None]] = {
    "": (None, None), "came": (True, None), "absent": (False, None), "excused": (False, True), "unexcused": (False, False),
}  # fmt: skip
OF_ACCEPTING = ("excused", "unexcused")


@dataclass(frozen=True)
class Said:
    """What somebody says of one line of the list: the codes and reasons as they were when the page was opened, and now."""

    pk: int
    was: tuple[str, str]
    now: tuple[str, str]


def code_of(row: Attendance) -> str:
    """What the list says of a line."""
    return next(code for code, pair in CODES.items() if pair == (row.attended, row.is_accepted))


def record_attendance(*, event: DevelopmentEvent, said: Iterable[Said], by: User | None, at: datetime) -> int:
    """Say who came to an event, all lines in one go, and return how many changed. Sent twice it changes nothing more.

    Raises `OutOfDate` where a line that would change is no longer as it was when the page was opened; `MoveRefused` before
    the day and for a cancelled event. Then nothing is written. Lines out of the sender's reach, their own among them, are left
    out.
    """
    require(by=by, permission=P.CPD_EDIT, record=event, at=at)
    if event.cancelled_on is not None:
        refuse("This event is cancelled.")
    if event.held_on > day_of(at):
        refuse(f"Who came can be entered from {day(event.held_on)} on.")
    wanted = {row.pk: row for row in said if row.was != row.now}
    changed = 0
    with transaction.atomic():
        rows = event.attendances.standing().filter(pk__in=wanted).select_related("partner").order_by("pk")
        if by is not None:
            viewer = viewer_for(by, on=day_of(at))
            rows = rows.visible_to(viewer, P.CPD_EDIT)
            decides = set(rows.visible_to(viewer, P.CPD_ACCEPT).values_list("pk", flat=True))
        for row in rows:
            if wanted[row.pk].now[0] in OF_ACCEPTING and by is not None and row.pk not in decides:
                raise PermissionDenied("Absences are accepted by the SIP manager")
            changed += _say(row, wanted[row.pk], by, at)
        if changed:
            audit.record(what="event.attendance", subject=event, by=by, at=at, about_on=event.held_on, lines=changed)
    return changed


def _say(row: Attendance, said: Said, by: User | None, at: datetime) -> bool:
    stands = (code_of(row), row.absence_reason)
    if stands == said.now:
        return False
    if stands != said.was:
        raise OutOfDate(
            [f"Somebody else has meanwhile entered something about {row.partner.full_name}. Look at the list again."]
        )
    code, reason = said.now
    if code == "" and reason:
        refuse(f"Say whether {row.partner.full_name} came, beside the reason.")
    attended, accepted = CODES[code]
    reason = reason.strip()[:300] if attended is False else ""
    waits = attended is False and accepted is None and reason
    row.attended, row.is_accepted, row.absence_reason = attended, accepted, reason
    row.decided_at, row.decided_by = (at, by) if accepted is not None else (None, None)
    row.due_on = decide_by(partner=row.partner, at=at) if waits else None
    row.save(update_fields=["attended", "is_accepted", "absence_reason", "decided_at", "decided_by", "due_on"])
    return True


def answer_invitation(
    *, attendance: Attendance, is_coming: bool, by: User | None, at: datetime, reason: str = ""
) -> None:  # fmt: skip
    """A SIP says whether they will come, or, from the day on, why they did not (CPD-11).

    Of alternative dates one is chosen: coming on one is not coming on the others (CPD-14).
    """
    require(by=by, permission=P.CPD_OWN, record=attendance, at=at)
    event = attendance.event
    if event is None or event.cancelled_on is not None or attendance.attended:
        refuse("There is nothing to answer here.")
    if attendance.is_accepted is not None:
        refuse("The reason for this absence is decided on.")
    reason = "" if is_coming else reason.strip()[:300]
    if is_coming and event.held_on < day_of(at):
        refuse("The day has passed. Say why you did not come.")
    if not is_coming and not reason and (event.is_mandatory or event.held_on < day_of(at)):
        refuse("Enter a reason: leave is given only for reasons that would excuse work.")
    with transaction.atomic():
        if is_coming and not attendance.is_coming:
            refuse_no_place(event)
        rows = Attendance.objects.filter(pk=attendance.pk, attended=attendance.attended, is_accepted=None, voided_on=None)
        due_on = decide_by(partner=attendance.partner, at=at) if reason else None
        answer = {"is_coming": is_coming, "answered_on": day_of(at), "absence_reason": reason, "due_on": due_on}
        if not rows.update(**answer):
            raise OutOfDate(["Somebody has entered something about this event since. Look at it again."])
        if is_coming and event.alternatives:
            _leave_alternatives(attendance, at)
        audit.record(what="attendance.answer", subject=attendance, by=by, at=at, about_on=event.held_on, is_coming=is_coming)
    for name, value in answer.items():
        setattr(attendance, name, value)


def _leave_alternatives(attendance: Attendance, at: datetime) -> None:
    event = attendance.event
    others = Attendance.objects.standing().filter(
        partner=attendance.partner, event__authority=event.authority_id, event__alternatives=event.alternatives, attended=None
    )
    others.exclude(pk=attendance.pk).update(is_coming=False, answered_on=day_of(at), absence_reason="", due_on=None)


def enter_development(
    *, partner: Partner, title: str, kind: str, held_on: date, days: Decimal, by: User | None, at: datetime, note: str = "",
    is_school_day: bool = False, prepared: Prepared | None = None,
) -> Attendance:  # fmt: skip
    """Enter what one did oneself, such as an online module with its own value (CPD-16). It counts once it is accepted."""
    require(by=by, permission=P.CPD_OWN, record=partner, at=at)
    if not title.strip():
        refuse("Enter what it was.")
    if not in_steps(days, QUARTER):
        refuse("Days must be in quarters, from a quarter of a day to 5 days.")
    if held_on > day_of(at):
        refuse("The day must be today or in the past.")
    with transaction.atomic():
        row = Attendance.objects.create(
            partner=partner, title=title.strip()[:120], kind=EventKind(kind), held_on=held_on, days=days, attended=True,
            is_school_day=is_school_day, note=note.strip()[:500], due_on=decide_by(partner=partner, at=at), recorded_at=at,
            recorded_by=by,
        )  # fmt: skip
        if prepared is not None:
            keep_file(
                partner=partner, kind=FileKind.DEVELOPMENT, prepared=prepared, about=f"attendance:{row.pk}", by=by, at=at
            )
        audit.record(what="attendance.enter", subject=row, by=by, at=at, about_on=held_on, kind=row.kind)
    return row


def withdraw_entry(*, attendance: Attendance, by: User | None, at: datetime) -> None:
    """Take back what one entered oneself, before it is accepted. It stays on record, struck out."""
    require(by=by, permission=P.CPD_OWN, record=attendance, at=at)
    with transaction.atomic():
        rows = Attendance.objects.filter(pk=attendance.pk, event=None, is_accepted=None, voided_on=None)
        if not rows.update(voided_on=day_of(at)):
            raise OutOfDate(["This entry is decided on, or taken back already."])
        audit.record(what="attendance.withdraw", subject=attendance, by=by, at=at, about_on=attendance.held_on)


def decide_attendance(
    *, attendance: Attendance, is_accepted: bool, by: User | None, at: datetime, decision: str = ""
) -> None:  # fmt: skip
    """Accept the reason for an absence or a SIP's own entry, or do not, with a word that the SIP reads (CPD-11)."""
    require(by=by, permission=P.CPD_ACCEPT, record=attendance, at=at)
    refuse_own_work(by=by, partner=attendance.partner)
    if attendance.event_id is not None and attendance.attended is not False and not attendance.absence_reason:
        refuse("There is no absence to decide on.")
    if not is_accepted and not decision.strip():
        refuse("Enter why it is not accepted: the SIP reads it.")
    with transaction.atomic():
        rows = Attendance.objects.filter(
            pk=attendance.pk, is_accepted=None, voided_on=None, attended=attendance.attended,
            absence_reason=attendance.absence_reason,
        )  # fmt: skip
        word = {"is_accepted": is_accepted, "decided_at": at, "decided_by": by, "decision": decision.strip()[:300]}
        if attendance.event_id is not None:
            word["attended"] = False
        if not rows.update(**word):
            raise OutOfDate(["This is decided on already, or has changed since. Look at it again."])
        for name, value in word.items():
            setattr(attendance, name, value)
        audit.record(what="attendance.decide", subject=attendance, by=by, at=at, is_accepted=is_accepted)
        emails.attendance_decided(attendance=attendance, at=at)


def record_development_review(
    *, engagement: Engagement, reviewed_on: date, went_well: str, by: User | None, at: datetime, barriers: str = "",
    needs: str = "",
) -> DevelopmentReview:  # fmt: skip
    """Note what went well, barriers and needs, as talked over with the SIP on a day (CPD-10)."""
    require(by=by, permission=P.CPD_REVIEW, record=engagement, at=at)
    refuse_own_work(by=by, partner=engagement.partner)
    if not went_well.strip():
        refuse("Enter what went well.")
    if reviewed_on > day_of(at):
        refuse("The day of the review must be today or in the past.")
    with transaction.atomic():
        found = DevelopmentReview.objects.create(
            partner=engagement.partner, authority=engagement.authority, reviewed_on=reviewed_on, went_well=went_well.strip(),
            barriers=barriers.strip(), needs=needs.strip(), reviewer=by, recorded_at=at,
        )  # fmt: skip
        audit.record(what="development.review", subject=found, by=by, at=at, about_on=reviewed_on)
    return found
