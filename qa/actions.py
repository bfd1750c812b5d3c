"""What people do about shadow visits (QA-8 to QA-11)."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from accounts.models import User
from accounts.selectors import policy_on
from partners.models import Engagement
from schools.models import School
from schools.selectors import working_calendar
from sipmanager.core import audit, moves
from sipmanager.core.workflow import MoveRefused, OutOfDate
from visits.models import Visit

from . import emails, selectors
from .models import ShadowVisit
from .workflow import SHADOW_WORKFLOW, ShadowCase

OBSERVED = ("preparation", "challenge_and_support", "advice", "management")
LEVELS = ("analyse", "strategies", "interact")


class TextConflict(OutOfDate):
    """Somebody saved the feedback, or the comment, after the writer had opened it; nothing was written (D-26).

    `stored` is the shadow visit as it stands; `differs` names the fields in which the writer's own text is another.
    """

    def __init__(self, stored: ShadowVisit, written: dict[str, str]):
        super().__init__(["This was saved in another window while you were writing. Both texts are shown; nothing is lost."])
        self.stored = stored
        self.differs = tuple(key for key, text in written.items() if text != getattr(stored, key))


def plan_shadow_visit(
    *, engagement: Engagement, school: School, planned_on: date, by: User, at: datetime,
    visit: Visit | None = None, school_agreed_on: date | None = None,
) -> ShadowVisit:  # fmt: skip
    """Plan to go with a SIP to a school; the planner is the observer. The SIP is told (QA-8).

    Raises `MoveRefused` when the observer is the SIP, or has this SIP planned for that day already.
    """
    if engagement.partner.user_id == by.pk:
        raise MoveRefused(["Nobody shadows themself. Ask somebody else to observe this visit."])
    twice = ShadowVisit.objects.filter(partner=engagement.partner, planned_on=planned_on, status="planned")
    if twice.exists():
        raise MoveRefused([f"A shadow visit with {engagement.partner.full_name} is planned for that day already."])
    with transaction.atomic():
        shadow = ShadowVisit.objects.create(
            partner=engagement.partner, school=school, authority=engagement.authority, visit=visit, observer=by,
            planned_on=planned_on, school_agreed_on=school_agreed_on, made_at=at, made_by=by,
        )  # fmt: skip
        audit.record(what="shadowvisit.plan", subject=shadow, by=by, at=at, planned_on=planned_on)
        emails.shadow_planned(shadow=shadow, at=at)
    return shadow


def hold_shadow_visit(
    *, shadow: ShadowVisit, held_on: date, oral_feedback_on: date | None, by: User, at: datetime,
    school_agreed_on: date | None = None,
) -> None:  # fmt: skip
    """Record that the visit took place and ended with oral feedback; the clock of the written feedback starts (DL-37)."""
    policy = policy_on(authority=shadow.authority_id, on=held_on)
    calendar = working_calendar(authority=shadow.authority, on=held_on, policy=policy)
    moves.play(
        table=SHADOW_WORKFLOW, record=shadow, name="hold", policy=policy, by=by, at=at,
        case=ShadowCase(oral_feedback_given=oral_feedback_on is not None),
        values={
            "held_on": held_on,
            "oral_feedback_on": oral_feedback_on,
            "school_agreed_on": school_agreed_on or shadow.school_agreed_on,
            "written_due_on": selectors.feedback_due_on(held_on=held_on, policy=policy, calendar=calendar),
        },
    )  # fmt: skip


def write_feedback(*, shadow: ShadowVisit, version: int, by: User, at: datetime, **written: str) -> None:
    """Keep what the observer has written so far, against the version they had open.

    Raises `MoveRefused` once the feedback is sent, `TextConflict` if another window saved something else meanwhile.
    """
    written = {key: text for key, text in written.items() if key in (*OBSERVED, *LEVELS)}
    with transaction.atomic():
        stored = ShadowVisit.objects.get(pk=shadow.pk)
        if stored.status != "held":
            raise MoveRefused([NOT_TO_BE_WRITTEN])
        if any(text != getattr(stored, key) for key, text in written.items()):
            _keep(stored, version, "held", written)
            audit.record(what="shadowvisit.write", subject=shadow, by=by, at=at)
    shadow.refresh_from_db(fields=[*OBSERVED, *LEVELS, "text_version"])


NOT_TO_BE_WRITTEN = "This feedback cannot be changed now. Look at where it stands."


def _keep(stored: ShadowVisit, version: int, status: str, texts: dict[str, str]) -> None:
    """Compare and set the texts of a shadow visit."""
    rows = ShadowVisit.objects.filter(pk=stored.pk, status=status, text_version=version)
    if not rows.update(text_version=F("text_version") + 1, **texts):
        raise TextConflict(stored, texts)


def send_feedback(*, shadow: ShadowVisit, version: int, by: User, at: datetime, **written: str) -> None:
    """Keep what was written and send it to the SIP. Raises `MoveRefused` while something is missing (QA-10)."""
    with transaction.atomic():
        write_feedback(shadow=shadow, version=version, by=by, at=at, **written)
        policy = policy_on(authority=shadow.authority_id, on=shadow.held_on)
        case = ShadowCase(
            observed=tuple(getattr(shadow, key) for key in OBSERVED), levels=tuple(getattr(shadow, key) for key in LEVELS)
        )
        moves.play(
            table=SHADOW_WORKFLOW, record=shadow, name="send", policy=policy, case=case, by=by, at=at,
            effects={"tell_the_sip": lambda record, at, **_: emails.feedback_sent(shadow=record, at=at)},
        )  # fmt: skip


def cancel_shadow_visit(*, shadow: ShadowVisit, reason: str, by: User, at: datetime) -> None:
    """Call a planned shadow visit off, with a reason."""
    policy = policy_on(authority=shadow.authority_id, on=shadow.planned_on)
    moves.play(
        table=SHADOW_WORKFLOW, record=shadow, name="cancel", policy=policy, case=None, by=by, at=at, comment=reason,
        values={"status_reason": reason},
    )  # fmt: skip


def comment_on_feedback(*, shadow: ShadowVisit, text: str, version: int, by: User, at: datetime) -> None:
    """The SIP's own comment on feedback they received (QA-3, QA-11). Saying the same again changes nothing.

    Raises `MoveRefused` before the feedback is sent, `TextConflict` if another window saved another comment meanwhile.
    """
    with transaction.atomic():
        stored = ShadowVisit.objects.get(pk=shadow.pk)
        if stored.status != "feedback_sent":
            raise MoveRefused(["You can comment once the feedback has been sent to you."])
        if text != stored.partner_comment:
            _keep(stored, version, "feedback_sent", {"partner_comment": text})
            audit.record(what="shadowvisit.comment", subject=shadow, by=by, at=at)
    shadow.refresh_from_db(fields=["partner_comment", "text_version"])
