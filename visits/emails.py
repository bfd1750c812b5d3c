"""The messages of visits and notes. They carry links, never text of a note (D-32); none concerns a draft that the
person may not open (DL-0, D-25)."""

from datetime import date, datetime

from django.urls import reverse

from sipmanager.core import audit, mail
from sipmanager.core.deadlines import Person
from sipmanager.core.models import OutgoingEmail

from .models import IssuedVersion, Note, Visit
from .selectors import Recipient


def can_receive(person: Person) -> bool:
    """Whether mail reaches a person: a role that nobody holds (`manager@886`) has no mailbox."""
    return "." in person.email.rpartition("@")[2]


def _about_note(note: Note, person: Person, kind: str, at: datetime, **context) -> OutgoingEmail | None:
    if not can_receive(person):
        return None
    return mail.queue(
        to=person.email, kind=f"note_{kind}", template=f"visits/emails/{kind}.txt", at=at,
        context={"person": person, "note": note, "url": reverse("visits:note-detail", args=[note.pk]), **context},
        about=audit.subject_of(note), authority_id=note.authority_id,
    )  # fmt: skip


def visit_confirmed(*, visit: Visit, name: str, email: str, at: datetime) -> OutgoingEmail:
    """VIS-2: date and focus, to the head."""
    return mail.queue(
        to=email, kind="visit_confirmed", template="visits/emails/visit_confirmed.txt", at=at,
        context={"visit": visit, "name": name, "url": reverse("visits:visit-detail", args=[visit.pk])},
        about=audit.subject_of(visit), authority_id=visit.authority_id,
    )  # fmt: skip


def submitted(*, note: Note, person: Person, at: datetime) -> None:
    """To whoever reads it for the authority."""
    _about_note(note, person, "submitted", at, due_on=note.agree_due_on)


def released(*, note: Note, person: Person, is_head: bool, at: datetime) -> None:
    """To the head; where there is none with an account, to the SIP manager, who sees to it (D-28)."""
    due_on: date | None = note.answer_due_on or note.approve_due_on
    _about_note(note, person, "released" if is_head else "nobody_to_answer", at, due_on=due_on)


def handed_over(*, note: Note, at: datetime) -> None:
    """To the SIP who has the note from now on (D-28)."""
    user = note.partner.user
    if user is not None:
        _about_note(note, Person(user.email, user.full_name, user.pk), "handed_over", at)


def recalled(*, note: Note, person: Person, at: datetime) -> None:
    """To the head who had it."""
    _about_note(note, person, "recalled", at)


def moved(*, note: Note, person: Person, says: str, at: datetime) -> None:
    """To the writer: what somebody did with the note. `says` is a sentence without any of its text."""
    _about_note(note, person, "moved", at, says=says)


def disputed(*, note: Note, person: Person, at: datetime) -> None:
    """To the senior adviser, who decides (NOV-33)."""
    _about_note(note, person, "disputed", at, due_on=note.moderate_due_on)


def moderated(*, note: Note, person: Person, at: datetime) -> None:
    """To the head: the dispute is decided."""
    _about_note(note, person, "moderated", at)


def waiting_for_release(*, note: Note, person: Person, at: datetime) -> None:
    """To the Trust Advisor: an approved report waits (NOV-36)."""
    _about_note(note, person, "waiting_for_release", at)


def issued(*, note: Note, issue: IssuedVersion, recipient: Recipient, at: datetime) -> OutgoingEmail:
    """To one recipient: the note, a new version of it, or its withdrawal (NOV-38, NOV-40)."""
    return mail.queue(
        to=recipient.email, kind=f"note_{note.status}", template=f"visits/emails/{note.status}.txt", at=at,
        context={
            "note": note, "issue": issue, "recipient": recipient,
            "url": reverse("visits:note-detail", args=[note.pk]),
        },
        about=audit.subject_of(note), authority_id=note.authority_id,
    )  # fmt: skip
