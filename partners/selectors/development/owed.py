"""What is owed about development: days and events by SIPs, lists and words by managers (DL-43 to DL-46, CPD-9 to CPD-16)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from accounts.models import Authority
from accounts.permissions import Role
from accounts.selectors import authority_of, holders, policy_on
from partners.deadlines import ABSENT, FOUR_DAYS, MANDATORY, TEAM, TERMLY, WHO_CAME, WORD
from partners.deadlines.development import half_way, stage_of_days, stage_of_event
from partners.deadlines.standing import stage_since_asked
from partners.development import IN_A_ROW, Part, absent_in_a_row, duties, year_of
from partners.models import Attendance, DevelopmentEvent, Discussion, Engagement, EventKind, Partner, Support, SupportKind
from sipmanager.core.academic import academic_year
from sipmanager.core.deadlines import Due, Person, state_on
from sipmanager.core.jobs import NATIONAL
from sipmanager.core.wording import counted, day

from ..deployment.owed import managers, partner_person, person_of, programme_staff
from .years import part_of, year_days, years_of

ENTRY = "What a SIP enters counts once it is accepted."
ABSENCE = "Leave is given for reasons that would excuse somebody from work."
LOOK_BACK = timedelta(days=365)
LOOK_AHEAD = timedelta(days=14)
BY_KIND = {EventKind.TERMLY: TERMLY, EventKind.MEETING: TEAM}


def owed_of_development(*, partition: str, on: date) -> list[Due]:
    """The dues of an authority about the development of its SIPs; nationally who came to national events."""
    if partition == NATIONAL:
        return list(_lists(None, programme_staff(on), on))
    authority = authority_of(partition)
    if authority is None:
        return []
    told = managers(authority, on)
    offices = tuple(person_of(user) for user in holders(role=Role.ADMINISTRATOR, authority=authority, on=on))
    engaged = Engagement.objects.running(on).filter(authority=authority)
    return [
        *_days(authority, engaged, on),
        *_invitations(authority, engaged, on),
        *_lists(authority, tuple(dict.fromkeys((*told, *offices))), on),
        *_words(authority, engaged, told, on),
        *_absences(authority, engaged, told, on),
    ]


def _days(authority: Authority, engaged, on: date) -> Iterator[Due]:
    """SIPs who are short of the days of the year when it is half over, and in its last months (DL-43)."""
    year = academic_year(on)
    due_on = year_days(year)[1]
    stage = stage_of_days(due_on=due_on, on=on)
    if not stage:
        return
    target = Decimal(policy_on(authority=authority, on=on).cpd_days)
    found = years_of(engaged.values("partner_id"), year=year, target=target)
    blank = year_of((), target=target)
    line_managers = _line_managers(engaged, on)
    for partner in Partner.objects.filter(pk__in=engaged.values("partner_id")).select_related("user").order_by("pk"):
        taken = found.get(partner.pk, blank).counted
        if taken >= half_way(target, stage):
            continue
        so_far = f"{taken.normalize():f} of {target.normalize():f}"
        yield Due(
            rule=FOUR_DAYS.rule, subject=partner.audit_subject,
            says=f"Take your days of development: {so_far} are on record ({authority.name})",
            why="They are for no school, and are yours from the day of appointment.",
            url=f"/partners/{partner.reference}/development/", owner=partner_person(partner), due_on=due_on,
            state=state_on(on, due_on, None), stage=stage, escalate_to=line_managers.get(partner.pk, ()),
            authority_id=authority.pk,
        )  # fmt: skip


def _line_managers(engaged, on: date) -> dict[int, tuple[Person, ...]]:
    rows = Support.objects.running(on).filter(engagement__in=engaged.values("pk"), kind=SupportKind.LINE_MANAGER)
    found: dict[int, list[Person]] = defaultdict(list)
    for row in rows.select_related("user", "engagement").order_by("pk"):
        found[row.engagement.partner_id].append(person_of(row.user))
    return {partner_id: tuple(people) for partner_id, people in found.items()}


def _invitations(authority: Authority, engaged, on: date) -> Iterator[Due]:
    """Mandatory events and termly meetings of the next two weeks to which SIPs have not said no (DL-44 to DL-46)."""
    rows = Attendance.objects.standing().filter(
        Q(event__is_mandatory=True) | Q(event__kind=EventKind.TERMLY),
        Q(is_coming=None) | Q(is_coming=True), Q(event__authority=authority) | Q(event__authority=None),
        attended=None, event__cancelled_on=None, event__held_on__range=(on, on + LOOK_AHEAD),
        partner__in=engaged.values("partner_id"),
    )  # fmt: skip
    for row in rows.select_related("event", "partner__user").order_by("event__held_on", "pk"):
        event = row.event
        deadline = BY_KIND.get(EventKind(event.kind), MANDATORY)
        says = f"Come to “{event.title}” on {day(event.held_on)}"
        yield Due(
            rule=deadline.rule, subject=f"attendance:{row.pk}", says=says if row.is_coming else f"{says}, or say why you cannot",
            why="Leave is given for reasons that would excuse you from work.", url=f"/partners/events/{event.pk}/",
            owner=partner_person(row.partner), due_on=event.held_on, state=state_on(on, event.held_on, None),
            stage=stage_of_event(held_on=event.held_on, on=on), authority_id=authority.pk,
        )  # fmt: skip


def _lists(authority: Authority | None, owners: tuple[Person, ...], on: date) -> Iterator[Due]:
    """Events of the last year on which nobody has said of all invited whether they came (CPD-9)."""
    open_lines = Attendance.objects.standing().filter(
        attended=None, event__alternatives=""
    ) | Attendance.objects.standing().filter(attended=None, is_coming=True)
    rows = DevelopmentEvent.objects.filter(
        authority=authority, cancelled_on=None, held_on__range=(on - LOOK_BACK, on), pk__in=open_lines.values("event_id")
    )
    for event in rows.order_by("held_on", "pk"):
        due_on = event.held_on + timedelta(days=WHO_CAME.days)
        for owner in owners:
            yield Due(
                rule=WHO_CAME.rule, subject=f"event:{event.pk}", says=f"Say who came to “{event.title}” on {day(event.held_on)}",
                why="SIPs show the record at their review.", url=f"/partners/events/{event.pk}/", owner=owner,
                due_on=due_on, state=state_on(on, due_on, None), stage="0d" if on >= due_on else "",
                authority_id=authority.pk if authority else None,
            )  # fmt: skip


def _words(authority: Authority, engaged, told: tuple[Person, ...], on: date) -> Iterator[Due]:
    """Reasons for absence and own entries that wait for the manager (CPD-11, CPD-16)."""
    rows = Attendance.objects.standing().filter(
        Q(event__authority=authority) | Q(event__authority=None, partner__in=engaged.values("partner_id")),
        Q(event=None) | Q(event__cancelled_on=None), due_on__isnull=False, is_accepted=None,
    )  # fmt: skip
    for row in rows.select_related("event", "partner__user").order_by("due_on", "pk"):
        sip = partner_person(row.partner)
        what = f"an entry of {row.partner.full_name}" if row.event is None else f"why {row.partner.full_name} does not come"
        asked_on = row.answered_on or timezone.localtime(row.recorded_at).date()
        for owner in told:
            if owner != sip:
                yield Due(
                    rule=WORD.rule, subject=f"attendance:{row.pk}",
                    says=f"Decide on {what}: “{row.event.title if row.event else row.title}”",
                    why=ENTRY if row.event is None else ABSENCE, url=f"/partners/attendance/{row.pk}/decide/", owner=owner,
                    due_on=row.due_on, state=state_on(on, row.due_on, None), waiting=(sip,), authority_id=authority.pk,
                    stage=stage_since_asked(asked_on=asked_on, due_on=row.due_on, on=on),
                )  # fmt: skip


def _absences(authority: Authority, engaged, told: tuple[Person, ...], on: date) -> Iterator[Due]:
    """SIPs who missed two mandatory events in a row without an accepted reason, until it has been talked over (CPD-11)."""
    rows = Attendance.objects.standing().filter(
        Q(event__authority=authority) | Q(event__authority=None), event__is_mandatory=True, event__cancelled_on=None,
        event__held_on__range=(on - LOOK_BACK, on), partner__in=engaged.values("partner_id"),
    )  # fmt: skip
    lines: dict[int, list[Part]] = defaultdict(list)
    for row in rows.select_related("event").order_by("pk"):
        lines[row.partner_id].append(part_of(row))
    found = {partner_id: absent_in_a_row(parts) for partner_id, parts in lines.items() if len(duties(parts)) >= IN_A_ROW}
    found = {partner_id: row for partner_id, row in found.items() if row}
    talks = Discussion.objects.filter(authority=authority, partner__in=found).order_by("held_on")
    talked_on = dict(talks.values_list("partner_id", "held_on"))
    for partner in Partner.objects.filter(pk__in=found).select_related("user").order_by("full_name", "pk"):
        missed = found[partner.pk]
        second_on = missed[IN_A_ROW - 1].last_on
        if talked_on.get(partner.pk, date.min) >= second_on:
            continue
        many, days = counted(len(missed), "mandatory event"), day(missed[-1].last_on)
        for owner in told:
            if owner != partner_person(partner):
                yield Due(
                    rule=ABSENT.rule, subject=partner.audit_subject,
                    says=f"Talk with {partner.full_name}, who missed {many} in a row, the last on {days}",
                    why="Continual absence without good cause may be misconduct. A record of the discussion settles this.",
                    url=f"/partners/{partner.reference}/development/", owner=owner, due_on=second_on,
                    state=state_on(on, second_on, None), stage="0d", authority_id=authority.pk,
                )  # fmt: skip
