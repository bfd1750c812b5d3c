"""Plays the demonstration's visits and notes: every state is reached by the moves that people make (D-24)."""

from collections import deque
from datetime import date, timedelta

from accounts.access import viewer_for
from accounts.models import User
from accounts.permissions import Permission, Role
from accounts.presets import Policy
from partners.models import Deployment
from schools.selectors import head_on
from sipmanager.core.workflow import Transition, leaving
from visits import actions, selectors
from visits.jobs import issue_waiting
from visits.models import Note, Visit
from visits.states import NoteState as S
from visits.workflow import NOTE_WORKFLOW

from .build import Made, moment
from .people import DEMONSTRATION_DAY
from .story import RECOMMENDATIONS, STORIES, Episode
from .words import LEFT_EMPTY, words_for

P = Permission
SATURDAY = 5


def play_story(made: Made) -> list[Visit]:
    """Every episode of the authority's story, in the order of its days."""
    return [play_episode(made, one) for one in sorted(STORIES[made.invented.preset], key=lambda one: one.day)]


def play_episode(made: Made, episode: Episode) -> Visit:
    school = made.schools[episode.school]
    deployment = Deployment.objects.active(episode.day).select_related("partner__user").get(school=school)
    sip = deployment.partner.user
    planned_at = moment(min(episode.day, DEMONSTRATION_DAY) - timedelta(days=14))
    focus = "Outcomes of the last tests, targets and the year's priorities"
    visit = actions.plan_visit(deployment=deployment, day=episode.day, focus=focus, by=sip, at=planned_at)
    if episode.is_confirmed or episode.note is not None:
        actions.confirm_visit(
            visit=visit, day=episode.day, focus=focus, viewer=viewer(sip, episode.day), at=planned_at + timedelta(days=1)
        )
    if episode.note is not None:
        note = actions.hold_visit(
            visit=visit, day=episode.day, people_present="Headteacher, deputy head, chair of governors",
            hours_in_school=4, governor_invited_on=planned_at.date(), was_governor_present=True,
            viewer=viewer(sip, episode.day), at=moment(episode.day, 16),
        )  # fmt: skip
        write(note, sip, episode)
        bring_to(note, episode.note, made, episode)
    visit.refresh_from_db()
    return visit


def viewer(user: User, on: date):
    return viewer_for(user, on=on)


def write(note: Note, sip: User, episode: Episode) -> None:
    """What the SIP has written in the evening after the visit."""
    at = moment(episode.day + timedelta(days=1), 20)
    sections = list(note.sections.order_by("position"))
    written = sections[: len(sections) // 2] if episode.is_half_written else sections
    for section in written:
        if section.key in LEFT_EMPTY:
            continue
        text = words_for(section.key, episode.school)
        actions.save_section(note=note, key=section.key, text=text, version=section.version, by=sip, at=at)
        note.refresh_from_db()
    if episode.is_half_written:
        return
    for review in note.reviews.order_by("pk"):
        actions.review_recommendation(
            review=review,
            outcome="part_met",
            impact="Begun in two year groups; the effect shows in the books seen.",
            by=sip,
            at=at,
        )
        note.refresh_from_db()
    for text, owner, measure in RECOMMENDATIONS:
        actions.add_recommendation(
            note=note,
            text=text,
            owner_role=owner,
            due_on=episode.day + timedelta(days=120),
            success_measure=measure,
            by=sip,
            at=at,
        )
        note.refresh_from_db()
    if episode.is_disagreement_likely:
        actions.mark_disagreement_likely(note=note, is_likely=True, by=sip, at=at)
        note.refresh_from_db()


COMMENTS = {
    "dispute": "The judgement on teaching rests on three lessons of one morning. Our own record over the year is stronger.",
    "moderate": "The SIP's judgement stands: it is supported by the work samples. The head's view is kept with the note.",
    "amend": "The number of pupils on roll was wrong.",
    "withdraw": "The note was issued for the wrong visit.",
}


def bring_to(note: Note, wanted: S, made: Made, episode: Episode) -> None:
    """Move the note on, a day a move, until it stands where the story says."""
    policy = selectors.policy_of(note=note)
    day = episode.day + timedelta(days=1)
    for row in way_to(wanted, policy, is_contested=episode.is_disagreement_likely):
        if row.by_system:
            continue
        day = min(next_working_day(day), DEMONSTRATION_DAY)
        note.refresh_from_db()
        mover = viewer(actor(row, note, made, day), day)
        comment = COMMENTS.get(row.name, "")
        told = {"note": note, "viewer": mover, "at": moment(day, 11), "version": note.content_version}
        if row.name == "amend":
            section = note.sections.order_by("position").first()
            actions.amend_note(changes={section.key: f"{section.text} There are 212 pupils on roll."}, reason=comment, **told)
        elif row.name == "withdraw":
            actions.withdraw_note(reason=comment, **told)
        else:
            actions.move_note(name=row.name, comment=comment, **told)
        issue_waiting(at=moment(day, 11))
    note.refresh_from_db()
    if note.status != wanted:
        raise RuntimeError(f"{note} stands at {note.status}, not at {wanted}")


def way_to(wanted: S, policy: Policy, *, is_contested: bool = False) -> list[Transition]:
    """The shortest way from the first draft to a state under a policy, as rows of the table."""
    start = S.DRAFTING
    ways: dict[str, list[Transition]] = {start: []}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        for row in leaving(NOTE_WORKFLOW, state, policy):
            is_detour = state == S.DRAFTING and policy.review_order == "head_first" and (row.to == S.LA_REVIEW) != is_contested
            if row.to not in ways and not is_detour:
                ways[row.to] = [*ways[state], row]
                queue.append(row.to)
    return ways[wanted]


def actor(row: Transition, note: Note, made: Made, on: date) -> User:
    """Whoever makes this move in the story."""
    roles = row.extra.get("roles", ())
    if row.permission is P.NOTE_WRITE:
        return note.partner.user
    if row.permission is P.NOTE_ANSWER:
        return head_on(note.school, on).user
    if row.permission is P.NOTE_MODERATE or Role.SENIOR_ADVISER in roles:
        return made.staff["senior.adviser"]
    return made.staff["line.manager"] if row.permission is P.NOTE_AGREE else made.manager


def next_working_day(day: date) -> date:
    day += timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day
