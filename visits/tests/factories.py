"""Visits and notes for tests, brought to their states by the real moves. Everything is invented."""

from collections import deque
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.access import Viewer, viewer_for
from accounts.models import Authority, User
from accounts.permissions import Permission, Role
from accounts.presets import Policy
from accounts.tests import factories as accounts_factories
from partners.models import Deployment, Familiarisation, SupportKind
from partners.tests.factories import engage, make_deployment, make_partner, support
from schools.models import School
from schools.tests.factories import make_chair, make_head, make_school
from sipmanager.core.models import OutgoingEmail
from sipmanager.core.workflow import Transition, leaving
from visits import actions, jobs
from visits.models import Note, NoteAttachment, Visit
from visits.states import NoteState as S
from visits.workflow import NOTE_WORKFLOW

P = Permission
HELD_ON = date(2009, 11, 10)  # Tuesday


@dataclass
class People:
    """Everybody around a note, each with an account: who makes which move in a test."""

    authority: Authority
    school: School
    deployment: Deployment
    sip: User
    manager: User
    line_manager: User
    senior_adviser: User
    mentor: User
    head: User
    chair: User

    def viewer(self, name: str, on: date = HELD_ON) -> Viewer:
        return viewer_for(getattr(self, name), on=on)


def at(day: date = HELD_ON, hour: int = 12) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def make_people(preset: str = "kent", *, authority: Authority | None = None, **overrides) -> People:
    """An authority under a preset, a school with head and chair, its SIP, and everybody who looks after the SIP."""
    authority = authority or (accounts_factories.trust() if preset == "alpsit" else accounts_factories.authority())
    if not authority.policies.exists():
        accounts_factories.policy(authority, preset, **overrides)
    home = authority if authority.kind == "local_authority" else accounts_factories.authority(mailbox="schools@home.example")
    school = make_school(authority=home, trust=authority if home is not authority else None, diocese=_diocese(preset))
    head, chair = make_head(school).user, make_chair(school).user
    sip = accounts_factories.user()
    partner = make_partner(sectors={"primary": date(2007, 9, 1)}, authorities=[authority], user=sip)
    deployment = make_deployment(partner, school, authority, starts_on=date(2008, 9, 1))
    Familiarisation.objects.filter(deployment=deployment).update(met_on=date(2008, 10, 1))  # they know each other by now
    line_manager, mentor = accounts_factories.user(), accounts_factories.user()
    engagement = engage(partner, authority)
    support(engagement, line_manager)
    support(engagement, mentor, SupportKind.MENTOR)
    return People(
        authority=authority,
        school=school,
        deployment=deployment,
        sip=sip,
        manager=accounts_factories.member(Role.MANAGER, at=authority),
        line_manager=line_manager,
        senior_adviser=accounts_factories.member(Role.SENIOR_ADVISER, at=authority),
        mentor=mentor,
        head=head,
        chair=chair,
    )


def _diocese(preset: str):
    return accounts_factories.diocese(mailbox="schools@diocese.example") if preset == "alpsit" else None


def make_visit(
    people: People | None = None, *, preset: str = "kent", day: date = HELD_ON, season: str = "", is_confirmed: bool = False
) -> Visit:  # fmt: skip
    """A visit planned three weeks before its day, confirmed if asked."""
    people = people or make_people(preset)
    before = day - timedelta(days=21)
    visit = actions.plan_visit(
        deployment=people.deployment, day=day, season=season, focus="Progress in mathematics", by=people.sip, at=at(before)
    )
    if is_confirmed:
        actions.confirm_visit(visit=visit, day=day, focus=visit.focus, viewer=people.viewer("sip", before), at=at(before, 13))
    visit.people = people
    return visit


def hold(visit: Visit, people: People, *, day: date | None = None, **fields) -> Note:
    """Record that the visit took place on its planned day."""
    day = day or visit.planned_on
    told = {
        "people_present": "Headteacher, deputy headteacher", "governor_invited_on": day - timedelta(days=14),
        "was_governor_present": True, "hours_in_school": 4, "confirmation_waived": "" if visit.confirmed_on else "By phone",
        **fields,
    }  # fmt: skip
    return actions.hold_visit(visit=visit, day=day, viewer=people.viewer("sip", day), at=at(day, 16), **told)


def make_note(
    state: str = S.DRAFTING, *, preset: str = "kent", people: People | None = None, day: date = HELD_ON, season: str = "",
    is_written: bool = True, is_contested: bool = False, recommendations: int = 1, by_name: str = "",
) -> Note:  # fmt: skip
    """A note in any state that its preset knows, reached by the moves that people make. `note.people` are the people.

    `is_contested` says that disagreement is likely. `by_name` is a last move to make where two lead to the same state.
    """
    people = people or make_people(preset)
    note = hold(make_visit(people, day=day, season=season), people)
    note.people = people
    if is_written:
        write(note, recommendations=recommendations)
    if is_contested:
        actions.mark_disagreement_likely(note=note, is_likely=True, by=people.sip, at=at(day, 18))
    bring_to(note, S(state), day=day)
    return note


def write(note: Note, *, recommendations: int = 1) -> Note:
    """Text in every section, an outcome for every earlier recommendation, and some recommendations."""
    sip, moment = note.people.sip, at(note.visit.held_on, 17)
    for section in note.sections.order_by("position"):
        actions.save_section(
            note=note, key=section.key, text=f"What was seen of {section.key}.", version=section.version, by=sip, at=moment
        )
    for review in note.reviews.order_by("pk"):
        actions.review_recommendation(review=review, outcome="met", impact="It is in place.", by=sip, at=moment)
    for number in range(recommendations):
        actions.add_recommendation(note=note, text=f"Do the thing number {number + 1}.", by=sip, at=moment)
    note.refresh_from_db()
    return note


A_REASON = "For the reason that was given in the meeting."


def move(note: Note, name: str, who: str, *, day: date | None = None, comment: str | None = None, hour: int = 12) -> Note:
    """One move by one of the note's people; what is to be issued is issued at once."""
    day = day or note.visit.held_on
    people = note.people
    note.refresh_from_db()
    row = next((row for row in NOTE_WORKFLOW if row.name == name), None)
    if comment is None:
        comment = A_REASON if row is not None and (row.comment == "required" or name == "ask_correction") else ""
    told = {"note": note, "viewer": people.viewer(who, day), "at": at(day, hour), "version": note.content_version}
    if name == "amend":
        first = note.sections.order_by("position").first()
        actions.amend_note(changes={first.key: f"{first.text} Corrected."}, reason=comment, **told)
    else:
        actions.move_note(name=name, comment=comment, **told)
    for request in note.issue_requests.filter(done_at=None, refused_at=None):
        jobs.issue_note(request_id=request.pk, at=at(day, hour))
    note.refresh_from_db()
    return note


def bring_to(note: Note, state: S, *, day: date = HELD_ON) -> Note:
    """Move the note by the shortest way through the table of its policy."""
    for row in way_to(state, note.policy, is_contested=note.is_disagreement_likely, start=S(note.status)):
        if not row.by_system:
            move(note, row.name, who_makes(row), day=day)
    if note.status != state:
        raise AssertionError(f"the note stands at {note.status}, not at {state}")
    return note


def attach(
    note: Note, who: str = "head", *, name: str = "figures.txt", content: bytes = b"", says: str = "", day: date = HELD_ON
) -> NoteAttachment:  # fmt: skip
    """A document attached by one of the note's people; without `content`, a text of its own."""
    content = content or f"Figures of {name}, note {note.pk}.".encode()
    viewer = note.people.viewer(who, day)
    return actions.attach_document(note=note, content=content, name=name, viewer=viewer, at=at(day, 13), says=says)


def way_to(state: S, policy: Policy, *, is_contested: bool = False, start: S = S.DRAFTING) -> list[Transition]:
    """The rows from one state to another under a policy, the fewest; `KeyError` where no way leads there."""
    ways: dict[str, list[Transition]] = {start: []}
    queue = deque([start])
    while queue:
        at_state = queue.popleft()
        for row in leaving(NOTE_WORKFLOW, at_state, policy):
            contested_way = row.name == "submit" or row.to != S.HEAD_REVIEW
            if at_state == S.DRAFTING and policy.review_order == "head_first" and contested_way != is_contested:
                continue
            if row.to not in ways:
                ways[row.to] = [*ways[at_state], row]
                queue.append(row.to)
    return ways[state]


def who_makes(row: Transition) -> str:
    """Which of the people makes a row."""
    if row.permission is P.NOTE_WRITE:
        return "sip"
    if row.permission is P.NOTE_ANSWER:
        return "head"
    if row.permission is P.NOTE_MODERATE or Role.SENIOR_ADVISER in row.extra.get("roles", ()):
        return "senior_adviser"
    return "line_manager" if row.permission is P.NOTE_AGREE else "manager"


def kinds_to(user, note) -> list[str]:
    """The kinds of mail that somebody had about a note, in order."""
    mails = OutgoingEmail.objects.filter(to=user.email, about=f"note:{note.pk}")
    return list(mails.order_by("pk").values_list("kind", flat=True))
