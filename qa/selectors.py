"""Who is due to be shadowed, and what is owed (QA-8 to QA-11, DL-36, DL-37)."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import DateField, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import Authority
from accounts.permissions import Role
from accounts.presets import Policy
from accounts.selectors import authority_of, holders, policy_on
from partners.models import Deployment, Engagement, Support, SupportKind
from schools.selectors import working_calendar
from sipmanager.core.academic import add_months
from sipmanager.core.deadlines import Due, Person, state_on
from sipmanager.core.wording import day
from sipmanager.core.workdays import WorkingCalendar

from .deadlines import SHADOW_VISIT, WRITTEN_FEEDBACK
from .models import ShadowStatus, ShadowVisit

DONE = (ShadowStatus.HELD, ShadowStatus.FEEDBACK_SENT)
NOTICE_MONTHS = 3


def with_last_shadowed(engagements: QuerySet) -> QuerySet:
    """Engagements with `last_shadowed_on` and `clock_from`: that day, else the day the SIP began here."""
    held = ShadowVisit.objects.filter(
        partner=OuterRef("partner"), authority=OuterRef("authority"), status__in=DONE
    ).order_by()  # fmt: skip
    began = Deployment.objects.standing().filter(partner=OuterRef("partner"), authority=OuterRef("authority")).order_by()
    planned = ShadowVisit.objects.filter(
        partner=OuterRef("partner"), authority=OuterRef("authority"), status=ShadowStatus.PLANNED
    ).order_by()  # fmt: skip
    return engagements.annotate(
        last_shadowed_on=_one(held, Max("held_on")),
        began_on=Coalesce("starts_on", _one(began, Min("starts_on"))),
        next_planned_on=_one(planned, Min("planned_on")),
    ).annotate(clock_from=Coalesce("last_shadowed_on", "began_on"))


def _one(rows: QuerySet, aggregate) -> Subquery:
    return Subquery(rows.values("partner").annotate(found=aggregate).values("found"), output_field=DateField())


def due_on(engagement, policy: Policy) -> date | None:
    """When an engagement from `with_last_shadowed` is next due; `None` where the policy asks for none (POL-8)."""
    months = policy.shadow_every_months
    if months is None or engagement.clock_from is None:
        return None
    return add_months(engagement.clock_from, months)


def first_clock(due: date, months: int) -> date:
    """The earliest start of the clock that falls due on `due` or after; months of several lengths meet here."""
    found = add_months(due, -months)
    return found if add_months(found, months) >= due else found + timedelta(days=1)


def notice_ends(on: date) -> date:
    """The first due day of which nobody is told yet: three months and a day from `on`."""
    return add_months(on, NOTICE_MONTHS) + timedelta(days=1)


class Standing:
    """Where SIPs stand, as the register filters it."""

    OVERDUE, SOON, LATER = "overdue", "soon", "later"


def standing_q(standing: str, *, policies: dict[int, Policy], on: date) -> Q:
    """The engagements of one standing, in SQL; `policies` are those in force, by authority."""
    found = Q(pk__in=())
    for authority_id, policy in policies.items():
        months = policy.shadow_every_months
        if months is None:
            continue
        late, later = first_clock(on, months), first_clock(notice_ends(on), months)
        spans = {
            Standing.OVERDUE: Q(clock_from__lt=late),
            Standing.SOON: Q(clock_from__gte=late, clock_from__lt=later),
            Standing.LATER: Q(clock_from__gte=later),
        }
        found |= Q(authority_id=authority_id) & spans[standing]
    return found


def policies_of(authority_ids: Iterable[int], on: date) -> dict[int, Policy]:
    return {authority_id: policy_on(authority=authority_id, on=on) for authority_id in authority_ids}


def feedback_due_on(*, held_on: date, policy: Policy, calendar: WorkingCalendar) -> date | None:
    """When the written feedback of a shadow visit is due; `None` where the policy asks for none (DL-37)."""
    days = policy.shadow_written_days
    return None if days is None else calendar.add(held_on, days)


def line_managers(engagement_ids: Iterable[int], on: date) -> dict[int, Support]:
    """The line manager of each engagement on a day."""
    rows = Support.objects.running(on).filter(engagement_id__in=engagement_ids, kind=SupportKind.LINE_MANAGER)
    return {row.engagement_id: row for row in rows.filter(user__is_active=True).select_related("user").order_by("-pk")}


def _managers(authority: Authority, on: date) -> tuple[Person, ...]:
    """The SIP managers of an authority; the mailbox of the role where nobody holds it (D-28, D-40)."""
    found = tuple(person(user) for user in holders(role=Role.MANAGER, authority=authority, on=on))
    return found or (Person(authority.mailbox or f"manager@{authority.code}", "SIP manager"),)


def person(user) -> Person:
    return Person(user.email, user.full_name, user.pk)


def owed(*, partition: str, on: date) -> list[Due]:
    """What is owed on shadow visits in one authority (DL-36, DL-37)."""
    authority = authority_of(partition)
    if authority is None:
        return []
    managers = _managers(authority, on)
    return [*_visits_owed(authority, managers, on), *_feedback_owed(authority, managers, on)]


def _visits_owed(authority: Authority, managers: tuple[Person, ...], on: date) -> Iterable[Due]:
    policy = policy_on(authority=authority, on=on)
    if policy.shadow_every_months is None:
        return
    rows = with_last_shadowed(Engagement.objects.running(on).filter(authority=authority)).select_related("partner")
    rows = rows.filter(clock_from__lt=first_clock(notice_ends(on), policy.shadow_every_months)).order_by("pk")
    # Somebody with no school here has no visit to go along to.
    at_work = Deployment.objects.active(on).filter(authority=authority).values("partner_id")
    rows = list(rows.filter(partner_id__in=at_work))
    supported = line_managers([row.pk for row in rows], on)
    for row in rows:
        due = due_on(row, policy)
        support = supported.get(row.pk)
        yield Due(
            rule=SHADOW_VISIT.rule,
            subject=f"partner:{row.partner.reference}",
            says=f"Shadow {row.partner.full_name} on a visit",
            why=f"{'Last shadowed' if row.last_shadowed_on else 'Began here'} on {day(row.clock_from)}.",
            url=f"{reverse('qa:shadow-plan')}?partner={row.partner.reference}",
            owner=person(support.user) if support else managers[0],
            due_on=due,
            state=state_on(on, due, None),
            stage="3m",
            escalate_to=managers,
            authority_id=authority.pk,
        )


def _feedback_owed(authority: Authority, managers: tuple[Person, ...], on: date) -> Iterable[Due]:
    rows = ShadowVisit.objects.filter(authority=authority, status=ShadowStatus.HELD, written_due_on__isnull=False)
    rows = list(rows.select_related("partner", "school", "observer").order_by("pk"))
    if not rows:
        return
    calendar = working_calendar(authority=authority, on=on, policy=policy_on(authority=authority, on=on))
    for row in rows:
        reached = [n for n in WRITTEN_FEEDBACK.remind if on >= calendar.add(row.held_on, n)]
        yield Due(
            rule=WRITTEN_FEEDBACK.rule,
            subject=f"shadowvisit:{row.pk}",
            says=f"Write to {row.partner.full_name} about the shadow visit to {row.school.name}",
            why=f"The visit was on {day(row.held_on)}.",
            url=reverse("qa:shadow-detail", args=[row.pk]),
            owner=person(row.observer),
            due_on=row.written_due_on,
            state=state_on(on, row.written_due_on, row.written_on),
            stage=f"day-{reached[-1]}" if reached else "",
            escalate_to=managers,
            authority_id=authority.pk,
        )


def is_to_be_read_by_the_sip(shadow: ShadowVisit) -> bool:
    """Feedback is the SIP's to read once it is sent, not while it is being written (ROL-30)."""
    return shadow.status == ShadowStatus.FEEDBACK_SENT


__all__ = [
    "Standing", "due_on", "feedback_due_on", "first_clock", "is_to_be_read_by_the_sip", "line_managers",
    "notice_ends", "owed", "policies_of", "standing_q", "with_last_shadowed",
]  # fmt: skip
