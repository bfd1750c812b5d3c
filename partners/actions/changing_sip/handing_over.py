"""What confirming a change of SIP sets going besides the lead, the log and the letters (ACT-15), and handing over itself.

A handover task for the outgoing SIP (HND-1, DL-24), the list for getting to know the school with its extra day (HND-8,
DAY-3, DL-16), and a request to the head for brief feedback on the SIP who leaves (DEP-17). Records of what happened long
ago set none of it going (D-17): they are not confirmed by this move.
"""

from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from accounts.selectors import policy_on
from partners import emails
from partners.letter_text import LetterKind
from partners.models import (
    Briefing,
    Deployment,
    Familiarisation,
    GettingStarted,
    Handover,
    LeavingFeedback,
)
from partners.selectors import (
    OPENED,
    answer_day,
    before,
    familiarisation_due_on,
    first_visit_on,
    pack_due_on,
    planned_change,
)
from schools.models import Post
from sipmanager.core import audit
from sipmanager.core.academic import add_months
from sipmanager.core.workflow import OutOfDate

from ..deployment.letters import write_letters
from ..permitting import day_of, refuse, require

P = Permission
# A predecessor who left longer ago hands nothing over: the pack goes two years back (HND-7); nor is a school asked of one
# whom it has not seen for a year.
MONTHS_OF_PACK, MONTHS_OF_MEMORY = 24, 12


# ----------------------------------------------------------------------------------------------- when it is confirmed


def hand_over(*, record: Deployment, by: User | None, at: datetime, **_) -> None:
    """What must follow a confirmed deployment of a SIP who is new at the school (ACT-15)."""
    plan = planned_change(record)
    outgoing = plan.outgoing if plan else before(record)
    if outgoing is not None and outgoing.partner_id == record.partner_id:
        return  # the same SIP goes on
    if outgoing is not None and _left_within(outgoing, record, MONTHS_OF_PACK):
        handover = _settle(plan, record, outgoing, at)
        audit.record(
            what="handover.ask", subject=handover, by=by, at=at, about_on=handover.starts_on, due_on=handover.due_on,
            outgoing=outgoing.pk, incoming=record.pk,
        )  # fmt: skip
        emails.handover_asked(handover=handover, at=at)
        _ask_for_feedback(handover, by, at)
    begin_familiarisation(deployment=record, reason=GettingStarted.NEW_SIP, starts_on=record.starts_on, by=by, at=at)


def _left_within(outgoing: Deployment, incoming: Deployment, months: int) -> bool:
    return outgoing.ends_on is None or outgoing.ends_on >= add_months(incoming.starts_on, -months)


def _settle(plan: Handover | None, incoming: Deployment, outgoing: Deployment, at: datetime) -> Handover:
    """The handover, due from now on."""
    on = day_of(at)
    handover = plan or Handover(
        authority=incoming.authority, school=incoming.school, outgoing=outgoing, incoming=incoming, planned_at=at
    )
    handover.starts_on, handover.last_on = incoming.starts_on, outgoing.ends_on
    handover.confirmed_on = on
    handover.due_on = _due_on(handover)
    handover.save()
    return handover


def _due_on(handover: Handover) -> date:
    incoming = handover.incoming
    return pack_due_on(
        handover.authority, starts_on=incoming.starts_on, on=handover.confirmed_on, visit_on=first_visit_on(incoming)
    )


def visits_changed(*, deployment: Deployment, by: User | None, at: datetime) -> None:
    """A visit of `deployment` was planned, moved or called off: the school is to be handed over by its first (DL-24).

    Whoever changes visits calls this in the same transaction. What is handed over already keeps its day.
    """
    open_still = Handover.objects.filter(incoming=deployment, confirmed_on__isnull=False, met_on=None)
    handover = open_still.select_related("authority", "incoming", "outgoing").first()
    due_on = _due_on(handover) if handover else None
    if handover is None or due_on == handover.due_on:
        return
    open_still.update(due_on=due_on)
    audit.record(what="handover.due", subject=handover, by=by, at=at, was=handover.due_on, due_on=due_on)


def _ask_for_feedback(handover: Handover, by: User | None, at: datetime) -> None:
    """Ask the head, once, how the school found the work of the SIP who leaves (DEP-17)."""
    outgoing, incoming = handover.outgoing, handover.incoming
    asked = LeavingFeedback.objects.filter(handover__outgoing=outgoing).exists()
    if asked or not _left_within(outgoing, incoming, MONTHS_OF_MEMORY):
        return
    due = answer_day(incoming, day_of(at))
    feedback = LeavingFeedback.objects.create(
        handover=handover, authority=handover.authority, school=outgoing.school, asked_at=at, due_on=due
    )
    audit.record(what="leavingfeedback.ask", subject=feedback, by=by, at=at, due_on=due)
    write_letters(
        deployment=incoming, kinds=[LetterKind.FEEDBACK_SCHOOL], by=by, at=at, answer_by=due,
        answer_path=f"/deployments/leaving-feedback/{feedback.pk}/",
    )  # fmt: skip


def begin_familiarisation(
    *, deployment: Deployment, reason: GettingStarted, starts_on: date, by: User | None, at: datetime, post: Post | None = None
) -> Familiarisation:  # fmt: skip
    """Begin the list for getting to know the school, or its new head, with the days that it brings (DAY-3, DEP-20)."""
    counted_from = max(starts_on, day_of(at))
    row = Familiarisation.objects.create(
        authority=deployment.authority, deployment=deployment, reason=reason, post=post, starts_on=starts_on, made_at=at,
        days=policy_on(authority=deployment.authority, on=starts_on).familiarisation_days,
        due_on=familiarisation_due_on(deployment.authority, counted_from),
    )  # fmt: skip
    audit.record(
        what="familiarisation.begin", subject=row, by=by, at=at, about_on=starts_on, reason=row.reason, due_on=row.due_on
    )
    if reason == GettingStarted.NEW_HEAD:  # a new SIP is told by the letter of confirmation
        emails.familiarisation_begins(familiarisation=row, at=at)
    return row


# ------------------------------------------------------------------------------------------------------- handing over


def open_pack(*, handover: Handover, by: User, at: datetime) -> None:
    """Record who opened the pack, and when (HND-7, ROL-32)."""
    require(by=by, permission=P.HANDOVER_VIEW, record=handover, at=at)
    audit.record(what=OPENED, subject=handover, by=by, at=at)


def record_handing_over(
    *, handover: Handover, hard_copy_on: date | None = None, briefed_on: date | None = None, briefing: str = "",
    joint_visit_on: date | None = None, remarks: str = "", by: User, at: datetime,
) -> None:  # fmt: skip
    """Record the hard copy, the briefing by phone or at a meeting, a first visit made together, key issues (HND-1, HND-3).

    A visit made together may lie ahead; the others are recorded once they have happened. It is the word of the SIP who
    leaves, or of the authority; the incoming SIP reads it. Raises `MoveRefused`.
    """
    require(by=by, permission=P.HANDOVER_RECORD, record=handover, at=at)
    if by.pk == handover.incoming.partner.user_id:
        refuse("The SIP who leaves says what has been handed over, or the authority does.")
    on, wrong = day_of(at), []
    if hard_copy_on and hard_copy_on > on:
        wrong.append("The day on which the hard copy was sent on must be today or in the past.")
    if briefed_on and briefed_on > on:
        wrong.append("The day of the briefing must be today or in the past.")
    if bool(briefed_on) != bool(briefing):
        wrong.append("Enter both how the new SIP was briefed and when.")
    if wrong:
        refuse(*wrong)
    values = {
        "hard_copy_on": hard_copy_on, "briefed_on": briefed_on, "briefing": Briefing(briefing).value if briefing else "",
        "joint_visit_on": joint_visit_on, "remarks": remarks.strip(),
    }  # fmt: skip
    changed = sorted(name for name, value in values.items() if getattr(handover, name) != value)
    if not changed:
        return
    with transaction.atomic():
        Handover.objects.filter(pk=handover.pk).update(**values)
        for column, value in values.items():
            setattr(handover, column, value)
        audit.record(what="handover.record", subject=handover, by=by, at=at, changed=changed)


def finish_handing_over(*, handover: Handover, by: User, at: datetime) -> None:
    """Say that everything is handed over (HND-1, HND-4): the outgoing SIP, or the authority. The incoming SIP does not."""
    require(by=by, permission=P.HANDOVER_RECORD, record=handover, at=at)
    if by.pk == handover.incoming.partner.user_id:
        refuse("The SIP who leaves says when everything is handed over, or the authority does.")
    if not handover.briefed_on and not handover.remarks:
        refuse("Brief the new SIP by phone or at a meeting, or write down the key issues, before you finish.")
    with transaction.atomic():
        if not Handover.objects.filter(pk=handover.pk, met_on=None).update(met_on=day_of(at), met_by=by):
            raise OutOfDate(["Everything is handed over already."])
        handover.met_on, handover.met_by = day_of(at), by
        audit.record(what="handover.finish", subject=handover, by=by, at=at)


# ----------------------------------------------------------------------------------------------------------- new head

NEW_FOR = timedelta(days=90)  # a head who came before is known by now


def begin_for_new_head(*, deployment: Deployment, post: Post, at: datetime) -> Familiarisation:
    """Time to get to know a new head (DEP-20): the night finds them, so that every way in counts."""
    return begin_familiarisation(
        deployment=deployment, reason=GettingStarted.NEW_HEAD, starts_on=post.starts_on, by=None, at=at, post=post
    )
