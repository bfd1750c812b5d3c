"""What is owed about a change of SIP: DL-16, DL-24, DL-25, DL-26, DL-80 and DL-81 (D-30)."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Authority
from accounts.presets import Policy
from accounts.selectors import authority_of, policy_on
from partners.deadlines import (
    EVALUATE,
    FAMILIAR,
    FEEDBACK,
    HAND_OVER,
    LETTER,
    TELL,
    stage_of_days,
)
from partners.familiarisation import items_for
from partners.letter_text import LetterKind
from partners.models import (
    Deployment,
    Familiarisation,
    GettingStarted,
    Handover,
    LeavingFeedback,
    Letter,
    NationalNotification,
    SupportKind,
)
from partners.models import Support as SupportRow
from schools.models import PostKind
from schools.selectors import holders_on, working_calendar
from sipmanager.core.deadlines import Deadline, Due, Person, state_on
from sipmanager.core.wording import counted, day
from sipmanager.core.workdays import WorkingCalendar

from ..deployment.letters import unsent_notifications
from ..deployment.owed import managers, partner_person, person_of
from ..papers.owed import administrators
from .handovers import with_progress

CONFIRMATIONS = (LetterKind.CONFIRMATION_SCHOOL.value, LetterKind.CONFIRMATION_SIP.value)


def owed_of_changes(*, partition: str, on: date) -> list[Due]:
    """The dues of an authority about its changes of SIP; the national partition has none."""
    authority = authority_of(partition)
    if authority is None:
        return []
    policy = policy_on(authority=authority, on=on)
    calendar, told = working_calendar(authority, on, policy), managers(authority, on)
    office = administrators(authority, told, on)
    return [
        *_familiarisations(authority, told, on),
        *_handovers(authority, told, on),
        *_notifications(authority, calendar, office, told, on),
        *_letters(authority, policy, calendar, office, told, on),
        *_feedback(authority, policy, calendar, told, on),
    ]


def _due(deadline: Deadline, *, due_on: date, on: date, authority: Authority, **more) -> Due:
    return Due(
        rule=deadline.rule, due_on=due_on, state=state_on(on, due_on, None), authority_id=authority.pk,
        stage=stage_of_days(deadline, due_on=due_on, on=on), **more,
    )  # fmt: skip


def _familiarisations(authority: Authority, told: tuple[Person, ...], on: date) -> Iterator[Due]:
    """Lists that are not complete, while the SIP is at the school (DL-16, HND-11)."""
    at_work = Deployment.objects.standing().filter(authority=authority)
    rows = Familiarisation.objects.filter(authority=authority, met_on=None, starts_on__lte=on, deployment__in=at_work)
    rows = rows.exclude(deployment__ends_on__lt=on).select_related("deployment__school", "deployment__partner__user")
    found = list(with_progress(rows).order_by("due_on", "pk"))
    line = _line_managers(authority, {row.deployment.partner_id for row in found}, on)
    for row in found:
        deployment, total = row.deployment, len(items_for(row.reason))
        what = "the new head of " if row.reason == GettingStarted.NEW_HEAD else ""
        yield _due(
            FAMILIAR, due_on=row.due_on, on=on, authority=authority, subject=f"familiarisation:{row.pk}",
            says=f"Get to know {what}{deployment.school.name}",
            why=f"{row.done} of {counted(total, 'item')} done by {day(on)}.",
            url=f"/deployments/getting-started/{row.pk}/", owner=partner_person(deployment.partner),
            escalate_to=line.get(deployment.partner_id, told),
        )  # fmt: skip


def _line_managers(authority: Authority, partner_ids: set[int], on: date) -> dict[int, tuple[Person, ...]]:
    """Who is the line manager of each of some SIPs; those without one are left out."""
    rows = SupportRow.objects.running(on).filter(
        kind=SupportKind.LINE_MANAGER, engagement__authority=authority, engagement__partner__in=partner_ids
    )
    found: dict[int, tuple[Person, ...]] = {}
    for row in rows.select_related("user", "engagement").order_by("pk"):
        key = row.engagement.partner_id
        found[key] = (*found.get(key, ()), person_of(row.user))
    return found


def _handovers(authority: Authority, told: tuple[Person, ...], on: date) -> Iterator[Due]:
    """Schools that are not handed over yet (DL-24, HND-1)."""
    rows = Handover.objects.filter(authority=authority, met_on=None, confirmed_on__isnull=False, incoming__voided_on=None)
    rows = rows.filter(outgoing__voided_on=None).select_related("school", "outgoing__partner__user", "incoming__partner__user")
    for row in rows.order_by("due_on", "pk"):
        yield _due(
            HAND_OVER, due_on=row.due_on, on=on, authority=authority, subject=f"handover:{row.pk}",
            says=f"Hand {row.school.name} over to {row.incoming.partner.full_name}",
            why="The next SIP gets notes, papers and a briefing, so that the head need not explain it all again.",
            url=f"/deployments/handovers/{row.pk}/", owner=partner_person(row.outgoing.partner), escalate_to=told,
            waiting=(partner_person(row.incoming.partner),),
        )  # fmt: skip


def _notifications(authority: Authority, calendar: WorkingCalendar, office, told, on: date) -> Iterator[Due]:
    """Changes that have taken effect and of which the contractor has not been told (DL-25, DEP-15)."""
    rows: list[NationalNotification] = [row for row in unsent_notifications(authority) if row.effective_on <= on]
    for row in rows:
        for owner in office:
            yield _due(
                TELL, due_on=calendar.add(row.effective_on, TELL.days or 0), on=on, authority=authority,
                subject=f"nationalnotification:{row.pk}",
                says=f"Tell the national contractor: {row.get_kind_display().lower()} at {row.deployment.school.name}",
                why=f"It took effect on {day(row.effective_on)}.",
                url=f"/deployments/notifications/{row.pk}/sent/", owner=owner, escalate_to=told,
            )  # fmt: skip


def _letters(authority: Authority, policy: Policy, calendar, office, told, on: date) -> Iterator[Due]:
    """Deployments confirmed of which a letter has not gone out (DL-26, DEP-17)."""
    unsent = Letter.objects.filter(deployment=OuterRef("pk"), kind__in=CONFIRMATIONS, sent_on=None)
    sent = Letter.objects.filter(deployment=OuterRef("deployment"), kind=OuterRef("kind"), sent_on__isnull=False)
    unsent = unsent.filter(~Exists(sent))
    rows = Deployment.objects.standing().filter(Exists(unsent), authority=authority, is_historic=False)
    for row in rows.exclude(ends_on__lt=on).select_related("school", "partner").order_by("agreed_on", "pk"):
        due_on = calendar.add(row.agreed_on or row.confirmed_on, policy.letter_days)
        for owner in office:
            yield _due(
                LETTER, due_on=due_on, on=on, authority=authority, subject=f"deployment:{row.pk}",
                says=f"Send the letter that confirms {row.partner.full_name} at {row.school.name}",
                why="No email address is known, so it is posted.", url=f"/deployments/{row.pk}/letters/", owner=owner,
                escalate_to=told,
            )  # fmt: skip


def _feedback(authority: Authority, policy: Policy, calendar, told, on: date) -> Iterator[Due]:
    """What schools are asked about their outgoing SIP, until it is answered, and then until it is evaluated."""
    asked = Q(answered_at__isnull=False) | Q(handover__incoming__voided_on=None)
    rows = LeavingFeedback.objects.filter(asked, authority=authority, evaluated_at=None)
    found = list(rows.select_related("school", "handover__outgoing__partner__user").order_by("due_on", "pk"))
    yield from _answers([row for row in found if row.answered_at is None], authority, told, on)
    yield from _evaluations([row for row in found if row.answered_at is not None], authority, policy, calendar, told, on)


def _answers(rows: list[LeavingFeedback], authority: Authority, told: tuple[Person, ...], on: date) -> Iterator[Due]:
    """Schools that were asked about their outgoing SIP and have not answered (DL-80, DEP-17)."""
    heads = holders_on([row.school_id for row in rows], PostKind.HEAD, on)
    for row in rows:
        head = heads.get(row.school_id)
        owner = Person(f"head@{row.school.urn}", f"Head of {row.school.name}")
        if head is not None and (head.user or head.email):
            owner = person_of(head.user) if head.user else Person(head.email, head.full_name)
        yield _due(
            FEEDBACK, due_on=row.due_on, on=on, authority=authority, subject=f"leavingfeedback:{row.pk}",
            says=f"Say how the school found the work of {row.handover.outgoing.partner.full_name}",
            why="The SIP manager asks for brief feedback when a school's SIP changes.",
            url=f"/deployments/leaving-feedback/{row.pk}/", owner=owner, escalate_to=told, for_school=True,
        )  # fmt: skip


def _evaluations(
    rows: list[LeavingFeedback], authority: Authority, policy: Policy, calendar, told, on: date
) -> Iterator[Due]:  # fmt: skip
    """Answers that nobody has evaluated (DL-81, DEP-17)."""
    for row in sorted(rows, key=lambda row: (row.answered_at, row.pk)):
        due_on = calendar.add(timezone.localtime(row.answered_at).date(), policy.leaving_feedback_days)
        for owner in told:
            if owner == partner_person(row.handover.outgoing.partner):
                continue
            yield _due(
                EVALUATE, due_on=due_on, on=on, authority=authority, subject=f"leavingfeedback:{row.pk}",
                says=f"Evaluate what {row.school.name} said of {row.handover.outgoing.partner.full_name}",
                why="The SIP manager evaluates all comments on a SIP who leaves a school.",
                url=f"/deployments/leaving-feedback/{row.pk}/", owner=owner,
            )  # fmt: skip
