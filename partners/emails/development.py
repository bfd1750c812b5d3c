"""Mails about development events and a SIP's own entries. Each carries a link and nothing confidential."""

from collections.abc import Iterable
from datetime import datetime

from sipmanager.core import mail

from ..models import Attendance, DevelopmentEvent, Partner


def event_invited(*, event: DevelopmentEvent, people: Iterable[Partner], at: datetime) -> None:
    """Invite SIPs to an event (CPD-12)."""
    _to_all("event_invited", event, people, at)


def event_changed(*, event: DevelopmentEvent, people: Iterable[Partner], at: datetime) -> None:
    """Tell those invited of another day or place."""
    _to_all("event_changed", event, people, at)


def event_cancelled(*, event: DevelopmentEvent, people: Iterable[Partner], at: datetime) -> None:
    """Tell those invited that it is off."""
    _to_all("event_cancelled", event, people, at)


def attendance_decided(*, attendance: Attendance, at: datetime) -> None:
    """Tell the SIP that the manager has decided on an absence or an entry; what, stands behind the link."""
    partner = attendance.partner
    mail.queue(
        to=partner.email, kind="attendance_decided", template="partners/emails/attendance_decided.txt", at=at,
        context={"name": partner.full_name, "path": f"/partners/{partner.reference}/development/"},
        about=f"attendance:{attendance.pk}", authority_id=attendance.event.authority_id if attendance.event else None,
    )  # fmt: skip


def _to_all(template: str, event: DevelopmentEvent, people: Iterable[Partner], at: datetime) -> None:
    for partner in people:
        mail.queue(
            to=partner.email, kind=template, template=f"partners/emails/{template}.txt", at=at, about=f"event:{event.pk}",
            context={"event": event, "name": partner.full_name, "path": f"/partners/events/{event.pk}/"},
            authority_id=event.authority_id,
        )  # fmt: skip
