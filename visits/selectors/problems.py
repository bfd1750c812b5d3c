"""What is wrong around an authority's notes, with who mends it and how (D-28)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Q
from django.utils import timezone

from accounts.models import Authority
from accounts.permissions import Role
from sipmanager.core import audit
from sipmanager.core.deadlines import Person
from sipmanager.core.models import AuditEvent

from ..models import IssueRequest, Note
from ..states import ISSUED
from ..states import NoteState as S
from .people import People, owner_of

LONG = timedelta(days=60)  # a note still not issued so long after its visit is stuck somewhere

Problem = tuple[str, str]


def problems(authority: Authority, on: date) -> list[dict[str, str]]:
    """Every problem as `{kind, subject, owner, cure}` (D-40)."""
    rows = Note.objects.filter(authority=authority, visit__voided_on=None).exclude(status__in=sorted(ISSUED))
    notes = list(rows.select_related("visit__deployment", "school", "partner__user", "authority", "policy_row").order_by("pk"))
    people = People.around(notes, on)
    refused = set(
        Note.objects.filter(pk__in=[note.pk for note in notes], issue_requests__done_at=None)
        .filter(issue_requests__refused_at=None, issue_requests__attempts__gt=0)
        .values_list("pk", flat=True)
    )
    found = []
    for note in notes:
        subject = audit.subject_of(note)
        for kind, cure in _of(note, on, people, note.pk in refused):
            owner = owner_of(note=note, on=on, people=people)
            found.append({"kind": kind, "subject": subject, "owner": owner.email, "cure": cure})
    return found


def _of(note: Note, on: date, people: People, has_failed: bool) -> Iterator[Problem]:
    deployment = note.visit.deployment
    wants_adviser = (note.status == S.LA_REVIEW and note.policy.review_order == "head_first") or (
        note.status == S.DISPUTED and note.policy.dispute_rule == "moderation"
    )
    if wants_adviser and not people.holders(note, Role.SENIOR_ADVISER):
        yield "note_without_senior_adviser", "Give somebody the role of senior adviser: nobody else may decide on this note"
    if note.status == S.HEAD_REVIEW and not _head_can_sign_in(note, people):
        yield "note_for_head_without_account", "Invite the headteacher, so that the note can be answered"
    has_ended = deployment.ends_on is not None and deployment.ends_on < on
    is_left = people.is_gone(note) if note.handed_over_at is not None else has_ended
    if note.status == S.DRAFTING and is_left:
        yield (
            "draft_after_deployment_ended",
            "See that the SIP finishes the note before leaving for good, hand it to another SIP from its page, "
            "or strike out the visit",
        )
    if has_failed:
        yield "note_not_issued", "Issue the note again from its page"
    if note.visit.held_on is not None and note.visit.held_on <= on - LONG:
        yield "note_stuck", "Find out what holds the note up; its page says with whom it lies"


def _head_can_sign_in(note: Note, people: People) -> bool:
    post = people.heads.get(note.school_id)
    return post is not None and post.user is not None and post.user.is_active


@dataclass(frozen=True)
class Stuck:
    """A note that nothing has happened to for a while: where it lies, since when, and with whom."""

    note: Note
    since: datetime
    owner: Person
    is_being_issued: bool

    def as_json(self) -> dict[str, str | bool]:
        return {
            "subject": audit.subject_of(self.note),
            "state": self.note.status,
            "since": timezone.localtime(self.since).date().isoformat(),
            "owner": self.owner.email,
            "is_being_issued": self.is_being_issued,
        }


def stuck(*, on: date, days: int, authority_code: str = "") -> list[Stuck]:
    """Notes not issued yet, or waiting to be, that nothing has been recorded of for so many days, the longest first."""
    rows = Note.objects.filter(visit__voided_on=None).filter(~Q(status__in=sorted(ISSUED)) | Q(pk__in=_being_issued()))
    if authority_code:
        rows = rows.filter(authority__code=authority_code)
    notes = list(rows.select_related("visit__deployment", "school", "partner__user", "authority", "policy_row").order_by("pk"))
    lines = AuditEvent.objects.filter(subject__in=[audit.subject_of(note) for note in notes])
    last = dict(lines.order_by().values_list("subject").annotate(last=Max("at")))
    waiting = set(_being_issued())
    people = People.around(notes, on)
    found = [
        Stuck(
            note=note,
            since=last.get(audit.subject_of(note), note.made_at),
            owner=owner_of(note=note, on=on, people=people),
            is_being_issued=note.pk in waiting,
        )
        for note in notes
    ]
    before = on - timedelta(days=days)
    found = [one for one in found if timezone.localtime(one.since).date() <= before]
    return sorted(found, key=lambda one: (one.since, one.note.pk))


def _being_issued():
    return IssueRequest.objects.filter(done_at=None, refused_at=None).values_list("note_id", flat=True)
