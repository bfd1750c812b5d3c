"""My work: what is mine to do, what I wait for, and how my authority stands (DL-0, D-28, D-29)."""

from collections.abc import Iterable, Set
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.db.models import QuerySet
from django.urls import resolve, reverse

import visits.selectors
from accounts.access import Viewer
from accounts.models import Authority
from accounts.navigation import is_a_page
from accounts.permissions import NATIONAL_ROLES, REGION_ROLES, Permission, Role
from partners.models import CaseStatus, Claim, ClaimStatus, Engagement, Handover, RemovalCase
from partners.selectors import papers_in_hand
from qa.models import ShadowStatus, ShadowVisit
from schools.models import RegisterTask, School, SchoolService
from schools.selectors import corrections_in_hand
from sipmanager.core import audit, deadlines
from sipmanager.core.deadlines import Due, DueState, Person
from sipmanager.core.jobs import NATIONAL
from sipmanager.core.parts import Link, Tag, Task
from sipmanager.core.wording import counted, day, listed, short_day
from visits.states import NoteState

SOON = timedelta(days=7)
NO_DATE = Tag("To do", "grey")
TASKS_SHOWN = 5  # a load may raise hundreds: the queue is the place for them


@dataclass(frozen=True)
class Work:
    """One person's work on one day, in the order in which it is due; `undated` has no day set by rule or policy."""

    on: date
    overdue: list[Due]
    this_week: list[Due]
    warned: list[Due]
    later: list[Due]
    undated: list[Task]
    waiting: list[Due]
    # All that is open in each partition asked, whoever owes it: the numbers beside the work count it too.
    owed: dict[str, list[Due]] = field(default_factory=dict)

    @property
    def dues(self) -> list[Due]:
        return [*self.overdue, *self.this_week, *self.warned, *self.later]

    @property
    def groups(self) -> list[tuple[str, list[Task]]]:
        dated = [
            ("Overdue", self.overdue),
            ("Due this week", self.this_week),
            ("Warnings that stand", self.warned),
            ("Later", self.later),
        ]
        named = [(title, tasks(dues, self.on)) for title, dues in dated]
        return [(title, rows) for title, rows in [*named, ("No date set", self.undated)] if rows]

    @property
    def is_empty(self) -> bool:
        return not self.groups


def partitions_of(viewer: Viewer) -> list[str]:
    """Where something can be owed by or to this person: their authorities, or the national partition."""
    ids = set(viewer.authority_ids)
    partner_ids = {c.partner_id for c in viewer.capacities if c.partner_id is not None}
    if partner_ids:
        ids |= set(Engagement.objects.filter(partner_id__in=partner_ids).values_list("authority_id", flat=True))
    if viewer.school_ids:
        served = SchoolService.objects.running(viewer.on).filter(school_id__in=viewer.school_ids)
        ids |= set(served.values_list("authority_id", flat=True))
    codes = list(Authority.objects.filter(pk__in=ids).order_by("code").values_list("code", flat=True))
    is_national = bool(viewer.roles() & (NATIONAL_ROLES | REGION_ROLES))
    return [NATIONAL, *codes] if is_national else codes


def work_of(viewer: Viewer) -> Work:
    """What `viewer` is to do, and what others owe that they wait for or are told of."""
    on = viewer.on
    owed = {
        partition: [due for due in deadlines.owed(partition=partition, on=on) if due.state is not DueState.MET]
        for partition in partitions_of(viewer)
    }
    open_dues = [due for dues in owed.values() for due in dues]
    mine = [due for due in open_dues if is_person(due.owner, viewer)]
    mine.sort(key=lambda due: (due.due_on, due.rule, due.subject))
    waiting = [due for due in open_dues if not is_person(due.owner, viewer) and is_waited_for(due, viewer)]
    waiting.sort(key=lambda due: (due.due_on, due.rule, due.subject))
    waiting = one_each(waiting)
    return Work(
        on=on,
        overdue=[due for due in mine if due.state is DueState.OVERDUE],
        this_week=[due for due in mine if on <= due.due_on <= on + SOON],
        warned=[due for due in mine if due.due_on < on and due.state is not DueState.OVERDUE],
        later=[due for due in mine if due.due_on > on + SOON],
        undated=undated(viewer, {due.subject for due in mine}),
        waiting=waiting,
        owed=owed,
    )


# fmt: off
NEXT_STEPS: dict[NoteState, str] = {
    NoteState.DRAFTING:             "Write the note for {}",
    NoteState.LA_REVIEW:            "Agree or return the draft for {}",
    NoteState.HEAD_REVIEW:          "Answer the draft note for {}",
    NoteState.AGREED:               "Make the note final for {}",
    NoteState.DISPUTED:             "Settle the dispute over the note for {}",
    NoteState.MODERATED:            "Make the note final for {}",
    NoteState.FINAL:                "Issue the note for {}",
    NoteState.POST_APPROVAL_REVIEW: "Release the report for {}",
}
# fmt: on


def undated(viewer: Viewer, dated: Set[str]) -> list[Task]:
    """Notes whose next step lies with this person, shadow visits they owe feedback on, changes in the national register,
    corrections that schools suggest, checks and agreements that wait for them, and decisions about accreditation, without
    a day in `dated`.
    """
    return [
        *_notes_in_hand(viewer, dated),
        *_feedback_in_hand(viewer, dated),
        *_decisions_in_hand(viewer),
        *_register_tasks(viewer),
        *_corrections_in_hand(viewer),
        *papers_in_hand(viewer),
    ]


def _notes_in_hand(viewer: Viewer, dated: Set[str]) -> Iterable[Task]:
    rows = visits.selectors.notes_list(viewer=viewer).filter(status__in=[state.value for state in NEXT_STEPS])
    notes = list(rows.filter(visit__voided_on=None).order_by("visit__held_on", "pk"))
    people = visits.selectors.People.around(notes, viewer.on)
    for note in notes:
        if audit.subject_of(note) in dated:
            continue
        if is_person(visits.selectors.owner_of(note=note, on=viewer.on, people=people), viewer):
            says = NEXT_STEPS[NoteState(note.status)].format(note.school.name)
            page = "visits:note-draft" if note.status == NoteState.DRAFTING else "visits:note-detail"
            yield Task(says, reverse(page, args=[note.pk]), f"Visit on {day(note.visit.held_on)}", tag=NO_DATE)


# What is next to do with a removal case, and whose right it is.
CASE_STEPS = {
    CaseStatus.RAISED: (Permission.REMOVAL_OPEN, "Tell {} that removal is possible"),
    CaseStatus.SIP_TOLD: (Permission.REMOVAL_OPEN, "Tell the national director of the case about {}"),
    CaseStatus.UNDER_REVIEW: (Permission.REMOVAL_DECIDE, "Call the hearing of the case about {}"),
    CaseStatus.HEARING_CALLED: (Permission.REMOVAL_DECIDE, "Record the hearing of the case about {}"),
    CaseStatus.HEARD: (Permission.REMOVAL_DECIDE, "Decide the case about {}"),
}


def _decisions_in_hand(viewer: Viewer) -> Iterable[Task]:
    """Claims and removal cases whose next step is this person's (ACC-14, ACC-21)."""
    if viewer.has(Permission.ACCREDITATION_RESTORE):
        claims = Claim.objects.visible_to(viewer, Permission.ACCREDITATION_RESTORE).filter(status=ClaimStatus.CLAIMED)
        for claim in claims.select_related("partner").order_by("made_on", "pk"):
            url = reverse("partners:claim-detail", args=[claim.pk])
            says = f"Decide the claim about the accreditation of {claim.partner.full_name}"
            yield Task(says, url, f"Made on {day(claim.made_on)}", tag=NO_DATE)
    for right in (Permission.REMOVAL_OPEN, Permission.REMOVAL_DECIDE):
        if not viewer.has(right):
            continue
        states = [state for state, (of, _) in CASE_STEPS.items() if of is right]
        cases = RemovalCase.objects.visible_to(viewer, right).filter(status__in=states)
        for case in cases.select_related("partner").order_by("opened_on", "pk"):
            says = CASE_STEPS[CaseStatus(case.status)][1].format(case.partner.full_name)
            yield Task(says, reverse("partners:case-detail", args=[case.pk]), f"Opened on {day(case.opened_on)}", tag=NO_DATE)


def _feedback_in_hand(viewer: Viewer, dated: Set[str]) -> Iterable[Task]:
    rows = ShadowVisit.objects.visible_to(viewer).filter(observer=viewer.user, status=ShadowStatus.HELD)
    for shadow in rows.select_related("partner").order_by("held_on", "pk"):
        if audit.subject_of(shadow) not in dated:
            says = f"Write to {shadow.partner.full_name} about the shadow visit"
            yield Task(says, shadow.get_absolute_url(), f"Visit on {day(shadow.held_on)}", tag=NO_DATE)


def _corrections_in_hand(viewer: Viewer) -> Iterable[Task]:
    waiting = corrections_in_hand(viewer)
    if waiting:
        says = f"Decide on {counted(waiting, 'correction')} suggested by schools"
        yield Task(says, reverse("schools:correction-list"), "The school is told by email", tag=NO_DATE)


def _register_tasks(viewer: Viewer) -> Iterable[Task]:
    """What changes in the national register ask of those who settle it, the oldest first; the queue has the others."""
    if viewer.acting is None or viewer.acting.role not in {Role.ADMINISTRATOR, Role.MANAGER}:
        return
    rows = RegisterTask.objects.visible_to(viewer, Permission.TASK_SETTLE).filter(settled_at=None).select_related("school")
    tasks = list(rows.order_by("raised_at", "pk")[: TASKS_SHOWN + 1])
    for task in tasks[:TASKS_SHOWN]:
        why = f"{task.get_kind_display()}, {task.school.name}"
        yield Task(task.says, reverse("schools:task-detail", args=[task.pk]), why, tag=NO_DATE)
    if len(tasks) > TASKS_SHOWN:
        says = f"Settle {counted(rows.count() - TASKS_SHOWN, 'more change', 'more changes')} in the national register"
        yield Task(says, reverse("schools:task-list"), "The whole list", tag=NO_DATE)


def is_person(person, viewer: Viewer) -> bool:
    """Whether a thing is owed by this account; who has none is known by the address alone."""
    if person.user_id is not None:
        return person.user_id == viewer.user.pk
    return bool(person.email) and person.email.lower() == viewer.user.email


def one_each(dues: Iterable[Due]) -> list[Due]:
    """What several people may do is waited for once, with all of them named."""
    found: dict[tuple, list[Due]] = {}
    for due in dues:
        found.setdefault((due.rule, due.subject, due.due_on, due.says), []).append(due)
    return [replace(same[0], owner=any_of([due.owner for due in same])) for same in found.values()]


def any_of(people: list[Person]) -> Person:
    """Several people as one to be named; a single one as they are."""
    if len(people) == 1:
        return people[0]
    return replace(people[0], name=listed([person.name for person in people], last="or"))


def is_waited_for(due: Due, viewer: Viewer) -> bool:
    waits = any(is_person(person, viewer) for person in due.waiting)
    is_told = due.state is DueState.OVERDUE and any(is_person(person, viewer) for person in due.escalate_to)
    return waits or is_told


def lateness(due: Due, on: date) -> Tag:
    """ "2 days late", "Due today", "Due tomorrow" or the day itself; a word beside every colour.

    What is due and not late on a day that has passed is a warning that still stands (DL-29).
    """
    days = (due.due_on - on).days
    if due.state is DueState.OVERDUE:
        return Tag(f"{counted(-days, 'day')} late", "red")
    if days < 0:
        return Tag(f"Warned {short_day(due.due_on)}", "yellow")
    if days == 0:
        return Tag("Due today", "yellow")
    return Tag("Due tomorrow", "blue") if days == 1 else Tag(f"Due {short_day(due.due_on)}", "grey")


def openable(viewer: Viewer, dues: Iterable[Due]) -> frozenset[str]:
    """The addresses among these dues that `viewer` may open: the others are shown without a link."""
    dues = list(dues)
    shown = {
        "note": visits.selectors.notes_list(viewer=viewer),
        # The SIP who comes waits for a handover before they may open it (ROL-31).
        "handover": Handover.objects.visible_to(viewer, Permission.HANDOVER_VIEW),
    }
    hidden = {subject for kind, rows in shown.items() for subject in _unseen(dues, kind, rows)}
    return frozenset(due.url for due in dues if due.subject not in hidden and viewer.has(permission_of(due.url)))


def _unseen(dues: Iterable[Due], kind: str, rows: QuerySet) -> set[str]:
    """The subjects of a kind among these dues that are not among `rows`; one query, none where nothing is of the kind."""
    found = _ids(dues, kind)
    seen = set(rows.filter(pk__in=found).values_list("pk", flat=True)) if found else set()
    return {f"{kind}:{pk}" for pk in found - seen}


def _ids(dues: Iterable[Due], kind: str) -> set[int]:
    return {int(key) for found, _, key in (due.subject.partition(":") for due in dues) if found == kind}


def permission_of(url: str) -> Permission:
    """The right that the page at `url` asks for."""
    return resolve(url.partition("?")[0]).func.permission


def tasks(dues: Iterable[Due], on: date) -> list[Task]:
    return [Task(due.says, due.url, due.why, tag=lateness(due, on)) for due in dues]


FIRST_STEPS = {
    Role.ADMINISTRATOR: "To begin, load your schools, then a file of your SIPs, then a file of who serves which school. "
    "All functions leads to each; every file is shown line by line before anything is written.",
    Role.MANAGER: "There are no schools yet. Your administrator loads them, then the SIPs and who serves which school.",
}


def what_comes_next(viewer: Viewer) -> str:
    """What somebody with nothing to do can expect, by the capacity they act in."""
    role = viewer.acting.role if viewer.acting else None
    if role in {Role.MANAGER, Role.ADMINISTRATOR} and not School.objects.visible_to(viewer, Permission.SCHOOL_VIEW).exists():
        return FIRST_STEPS[role]
    return {
        Role.SIP: "The next thing will be the visit you plan with one of your schools.",
        Role.HEAD: "You will be told by email when a note of visit is ready for you to read.",
        Role.CHAIR: "You will be told by email when a note of visit of your school is issued.",
        Role.GOVERNOR: "The notes of visit of your school are under Notes once they are issued.",
        Role.MENTOR: "Drafts of the SIPs you mentor are under Drafts to agree, where you can comment on them.",
        Role.COORDINATOR: "The conditions of grant show how each authority of your region stands.",
        Role.READER: "Notes of visit are under Notes once they are issued and sent to you.",
        Role.DIOCESE: "Notes of visit of your schools are under Notes once they are issued and sent to you.",
        Role.MANAGER: "Drafts, late notes and schools without a SIP will appear here when they need you.",
    }.get(role, "You will be told by email when something needs you.")


READERS = frozenset({Role.CHAIR, Role.GOVERNOR, Role.READER, Role.DIOCESE, Role.TRUST_CHAIR})

# fmt: off
SHORTCUTS: tuple[tuple[Permission, frozenset[Role] | None, str, str], ...] = (
    (Permission.DEPLOYMENT_PROPOSE, None, "Deploy a SIP",               "/deployments/new/"),
    (Permission.REPORT_VIEW,        None, "Allocation summary",         "/reports/allocation/"),
    (Permission.PARTNER_VIEW,       frozenset({Role.MANAGER, Role.ADMINISTRATOR}), "Find a SIP", "/partners/find/"),
    (Permission.SCHOOL_IMPORT,      frozenset({Role.ADMINISTRATOR}), "Load a school register", "/schools/import/"),
    (Permission.VISIT_PLAN,         None, "Plan a visit",               "/visits/plan/"),
    (Permission.NOTE_AGREE,         None, "Drafts to agree",            "/notes/to-agree/"),
    (Permission.NOTE_COMMENT,       frozenset({Role.MENTOR}), "Drafts to agree", "/notes/to-agree/"),
    (Permission.NOTE_VIEW,          READERS | {Role.MENTOR}, "Notes of visit", "/notes/"),
    (Permission.SCHOOL_VIEW,        READERS | {Role.COORDINATOR}, "Schools",   "/schools/"),
    (Permission.SHADOW_RECORD,      None, "Plan a shadow visit",        "/qa/shadow-visits/plan/"),
    (Permission.ACCREDITATION_EDIT, None, "Accreditations",             "/accreditations/"),
    (Permission.CONDITIONS_VIEW,    None, "Conditions of grant",        "/conditions-of-grant/"),
    (Permission.GUIDANCE_VIEW,      frozenset({Role.SIP, Role.HEAD}), "Local issues and guidance", "/deployments/guidance/"),
    (Permission.USER_MANAGE,        None, "Manage users",               "/accounts/people/"),
    (Permission.OWN_DETAILS,        None, "Update your details",        "/accounts/you/"),
    (Permission.HOME,               None, "All functions",              "/menu/"),
)
# fmt: on


def shortcuts(viewer: Viewer) -> list[Link]:
    """The places this person goes to most (SPM-2), those that exist and that they may open."""
    role = viewer.acting.role if viewer.acting else None
    rows = [row for row in SHORTCUTS if viewer.has(row[0]) and (row[1] is None or role in row[1])]
    return [Link(label, url) for _, _, label, url in rows if is_a_page(url)]
