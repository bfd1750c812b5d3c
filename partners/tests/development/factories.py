"""Development events and attendance for tests, brought about by the real moves."""

from datetime import date
from decimal import Decimal

from partners import actions
from partners.actions import Said
from partners.models import Attendance, DevelopmentEvent

from ..factories import moment

ENTERED_ON = date(2009, 9, 1)  # Tuesday
BRIEFED_ON = date(2009, 11, 12)  # Thursday


def make_event(authority=None, *, on: date = ENTERED_ON, by=None, **more) -> DevelopmentEvent:
    """A mandatory half-day briefing of an authority, or of the national programme, nobody invited yet."""
    values = {"title": "Briefing", "kind": "briefing", "held_on": BRIEFED_ON, "days": Decimal("0.5"), "is_mandatory": True}
    return actions.arrange_event(authority=authority, by=by, at=moment(on), **(values | more))


def invite(event: DevelopmentEvent, partner, *, on: date = ENTERED_ON, by=None) -> Attendance:
    """The partner on the list."""
    actions.add_to_event(event=event, partner=partner, by=by, at=moment(on))
    return event.attendances.standing().get(partner=partner)


def say(row: Attendance, code: str, reason: str = "", *, by=None, on: date | None = None) -> Attendance:
    """Somebody says of a line of the list who came."""
    row.refresh_from_db()
    said = Said(pk=row.pk, was=(actions.code_of(row), row.absence_reason), now=(code, reason))
    actions.record_attendance(event=row.event, said=[said], by=by, at=moment(on or row.event.held_on))
    row.refresh_from_db()
    return row


def came_to(partner, authority=None, code: str = "came", **more) -> Attendance:
    """An event that the partner was invited to, and what came of it."""
    return say(invite(make_event(authority, **more), partner), code)
