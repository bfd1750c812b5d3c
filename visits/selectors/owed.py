"""What is owed on visits and notes in one authority on one day: the queries of `deadlines.py` (D-30, DL-0)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.urls import reverse

from accounts.models import Authority
from accounts.presets import Policy
from accounts.selectors import authority_of
from schools.selectors import working_calendar
from sipmanager.core import audit
from sipmanager.core.deadlines import Due, DueState, Person
from sipmanager.core.jobs import NATIONAL
from sipmanager.core.workdays import WorkingCalendar

from ..deadlines import NOTE_DEADLINES, UNRECORDED, NoteDeadline, days_of, stage_on, standing
from ..models import Note, Visit
from ..states import OPEN_VISITS
from .people import People, owner_of


def owed(*, partition: str, on: date) -> list[Due]:
    """Everything owed on visits and notes in an authority. Nobody at a school is named in what concerns a draft that
    has not reached them (DL-0, D-25)."""
    if partition == NATIONAL:
        return []
    authority = authority_of(partition)
    if authority is None:
        return []
    days = Calendars(authority, on)
    return [*owed_on_notes(authority, on, days), *owed_on_visits(authority, on, days)]


@dataclass
class Calendars:
    """The working days of an authority under each way of counting, worked out once."""

    authority: Authority
    on: date
    known: dict[str, WorkingCalendar] = field(default_factory=dict)

    def under(self, policy: Policy) -> WorkingCalendar:
        counting = policy.day_counting
        if counting not in self.known:
            self.known[counting] = working_calendar(self.authority, self.on, policy)
        return self.known[counting]


def owed_on_notes(authority: Authority, on: date, days: Calendars) -> Iterator[Due]:
    wanted = Q(pk__in=())
    for deadline in NOTE_DEADLINES:
        wanted |= Q(**{f"{deadline.due}__isnull": False}) & (
            Q(**{f"{deadline.met}__isnull": True}) | Q(**{f"{deadline.due}__gte": on})
        )  # fmt: skip
    rows = Note.objects.filter(wanted, authority=authority, visit__voided_on=None, visit__held_on__lte=on)
    notes = list(rows.select_related("visit__deployment", "school", "partner__user", "authority", "policy_row").order_by("pk"))
    people = People.around(notes, on)
    for note in notes:
        policy = note.policy
        for deadline in NOTE_DEADLINES:
            if deadline.rule in policy.note_deadlines:
                yield from _of_note(deadline, note, policy, on, days.under(policy), people)


def _of_note(
    deadline: NoteDeadline, note: Note, policy: Policy, on: date, calendar: WorkingCalendar, people: People
) -> Iterator[Due]:
    due_on, met_on = getattr(note, deadline.due), getattr(note, deadline.met)
    if due_on is None or (met_on is None and deadline.states and note.status not in deadline.states):
        return
    state = standing(on=on, due_on=due_on, met_on=met_on)
    if state is None:
        return
    owner = people.of(deadline.owner, note)
    # A writer's deadline runs on while the note lies with somebody else: then it says with whom.
    now_with = owner_of(note=note, on=on, people=people)
    elsewhere = f". Now with {now_with.name}" if deadline.owner == "sip" and met_on is None and now_with != owner else ""
    told = _told(deadline, note, policy, people, owner)
    days = days_of(deadline, policy) or deadline.days or 0
    yield Due(
        rule=deadline.rule,
        subject=audit.subject_of(note),
        says=f"{deadline.says} for {note.school.name}",
        why=f"{days} {'days' if policy.day_counting == 'calendar' else 'working days'} after {deadline.clock}{elsewhere}",
        url=reverse(_page(deadline, note), args=[note.pk]),
        owner=owner,
        due_on=due_on,
        state=state,
        stage="" if state is DueState.MET else stage_on(deadline, on=on, due_on=due_on, days=days, calendar=calendar),
        escalate_to=told if state is DueState.OVERDUE else (),
        authority_id=note.authority_id,
        waiting=(people.sip(note),) if deadline.owner != "sip" else (people.reader(note),),
        for_school=deadline.for_school and owner == _head_of(note, people),
    )


def _head_of(note: Note, people: People) -> Person | None:
    post = people.heads.get(note.school_id)
    return Person(post.user.email, post.user.full_name, post.user.pk) if post and post.user else None


def _told(
    deadline: NoteDeadline, note: Note, policy: Policy, people: People, owner: Person
) -> tuple[Person, ...]:  # fmt: skip
    """Who hears that the day has passed: the row's roles, and the manager where silence is to be pressed (POL-35)."""
    roles = list(deadline.overdue_to)
    if deadline.for_school and policy.head_silence == "escalate":
        roles.append("manager")
    return tuple(dict.fromkeys(people.of(role, note) for role in roles))


def _page(deadline: NoteDeadline, note: Note) -> str:
    return "visits:note-draft" if deadline.owner == "sip" and note.status == "drafting" else "visits:note-detail"


def owed_on_visits(authority: Authority, on: date, days: Calendars) -> Iterator[Due]:
    """Planned days that have passed without a word: due the next working day (D-23)."""
    rows = Visit.objects.filter(
        authority=authority, status__in=sorted(OPEN_VISITS), voided_on=None, planned_on__lt=on
    ).select_related("deployment__policy", "school", "partner__user", "authority")
    visits = list(rows.order_by("planned_on", "pk"))
    people = People.around(visits, on)
    for visit in visits:
        row = visit.deployment.policy
        calendar = days.under(row.policy if row else Policy("national"))
        due_on = calendar.add(visit.planned_on, 1)
        state = standing(on=on, due_on=due_on, met_on=None)
        yield Due(
            rule=UNRECORDED.rule,
            subject=audit.subject_of(visit),
            says=f"Record the visit to {visit.school.name}",
            why="The planned day has passed",
            url=reverse("visits:visit-detail", args=[visit.pk]),
            owner=people.sip(visit),
            due_on=due_on,
            state=state or DueState.OVERDUE,
            stage=stage_on(UNRECORDED, on=on, due_on=due_on, days=1, calendar=calendar),
            escalate_to=(people.line_manager(visit),) if state is DueState.OVERDUE else (),
            authority_id=authority.pk,
        )
