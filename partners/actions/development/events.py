"""Development events: arranged, changed, cancelled; who is invited (CPD-12, CPD-14)."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import Authority, User
from accounts.permissions import Permission
from partners import emails, selectors
from partners.development import HALF, in_steps
from partners.models import Attendance, DevelopmentEvent, EventKind, Partner
from schools.selectors import terms
from sipmanager.core import audit
from sipmanager.core.academic import academic_year, season_of
from sipmanager.core.wording import day, has_substance
from sipmanager.core.workflow import OutOfDate

from ..permitting import day_of, is_national, refuse, require

P = Permission
INVITED_AT_ONCE = 50  # SIPs to a transaction
CHANGED = "Somebody has changed this event since you opened it. Look at it again."


def arrange_event(
    *, authority: Authority | None, title: str, kind: str, held_on: date, days: Decimal, by: User | None, at: datetime,
    phase: str = "", is_mandatory: bool = False, is_school_day: bool = False, alternatives: str = "", host: str = "authority",
    venue: str = "", places: int | None = None,
) -> DevelopmentEvent:  # fmt: skip
    """Enter an event of an authority, or a national one where none is given. Nobody is invited yet.

    `days` are in half days. `alternatives` is a word shared by the dates of which a SIP needs one.
    """
    if authority is not None:
        require(by=by, permission=P.CPD_EDIT, record=authority, at=at)
    elif not is_national(by=by, permission=P.CPD_EDIT, at=at):
        raise PermissionDenied("National events are arranged by national staff")
    values = _sound(
        authority, title=title, kind=kind, held_on=held_on, days=days, phase=phase, is_mandatory=is_mandatory,
        is_school_day=is_school_day, alternatives=alternatives, host=host, venue=venue, places=places,
    )  # fmt: skip
    with transaction.atomic():
        event = DevelopmentEvent.objects.create(authority=authority, recorded_at=at, recorded_by=by, **values)
        audit.record(what="event.arrange", subject=event, by=by, at=at, about_on=held_on, kind=event.kind)
    return event


def _sound(authority: Authority | None, **values: Any) -> dict[str, Any]:
    """The columns of an event, or a refusal that says what is wrong."""
    if not values["title"].strip():
        refuse("Enter a title.")
    if not in_steps(values["days"], HALF):
        refuse("Days must be in halves, from half a day to 5 days.")
    if authority is not None and values["kind"] == EventKind.TERMLY:
        refuse("Termly national meetings are arranged by national staff.")
    held_on = values["held_on"]
    known = terms(authority, academic_year(held_on)) if authority else ()
    return values | {
        "title": values["title"].strip()[:120], "kind": EventKind(values["kind"]), "season": season_of(held_on, known),
        "alternatives": values["alternatives"].strip()[:40], "venue": values["venue"].strip()[:200],
    }  # fmt: skip


def change_event(*, event: DevelopmentEvent, version: int, by: User | None, at: datetime, **values: Any) -> list[str]:
    """Change an event and return which columns changed. Those invited are told of another day, place or length.

    Raises `OutOfDate` where the event is no longer as it was when `version` was read, `MoveRefused` where it is cancelled, or
    where somebody has said already who came and its day or days would change.
    """
    require(by=by, permission=P.CPD_EDIT, record=event, at=at)
    if event.cancelled_on is not None:
        refuse("This event is cancelled. Enter a new one.")
    given = {"title", "kind", "held_on", "days", "phase", "is_mandatory", "is_school_day", "alternatives", "host", "venue",
             "places"}  # fmt: skip
    values = _sound(event.authority, **{name: values.get(name, getattr(event, name)) for name in given})
    changed = sorted(name for name, value in values.items() if getattr(event, name) != value)
    if not changed:
        return []
    if {"held_on", "days"} & set(changed) and event.attendances.standing().filter(attended__isnull=False).exists():
        refuse("It is on record who came, so the day and the days stay as they are.")
    with transaction.atomic():
        rows = DevelopmentEvent.objects.filter(pk=event.pk, version=version, cancelled_on=None)
        if not rows.update(version=F("version") + 1, **values):
            raise OutOfDate([CHANGED])
        event.refresh_from_db()
        audit.record(what="event.change", subject=event, by=by, at=at, about_on=event.held_on, fields=changed)
        if {"held_on", "venue", "days"} & set(changed) and event.held_on >= day_of(at):
            emails.event_changed(event=event, people=_invited(event), at=at)
    return changed


def cancel_event(*, event: DevelopmentEvent, reason: str, by: User | None, at: datetime) -> None:
    """Call an event off, with a reason that those invited read. It counts for nobody and stays on record."""
    require(by=by, permission=P.CPD_EDIT, record=event, at=at)
    if not has_substance(reason):
        refuse("Enter a reason: those invited read it.")
    if event.attendances.standing().filter(attended=True).exists():
        refuse("It is on record that somebody came, so the event took place.")
    with transaction.atomic():
        off = {"cancelled_on": day_of(at), "cancel_reason": reason.strip()[:300]}
        if not DevelopmentEvent.objects.filter(pk=event.pk, cancelled_on=None).update(version=F("version") + 1, **off):
            raise OutOfDate(["This event is cancelled already."])
        event.refresh_from_db()
        audit.record(what="event.cancel", subject=event, by=by, at=at, about_on=event.held_on)
        if event.held_on >= day_of(at):
            emails.event_cancelled(event=event, people=_invited(event), at=at)


def _invited(event: DevelopmentEvent) -> list[Partner]:
    return list(Partner.objects.filter(attendances__in=event.attendances.standing()).order_by("full_name", "pk"))


def begin_inviting(*, event: DevelopmentEvent, by: User | None, at: datetime) -> int:
    """Decide that whoever is at work on the day of the event is invited; how many are not yet (CPD-12).

    From here on invitations follow the record of deployments: the worker sends them, and the night goes on where it left off.
    """
    require(by=by, permission=P.CPD_EDIT, record=event, at=at)
    _refuse_cancelled(event)
    with transaction.atomic():
        if DevelopmentEvent.objects.filter(pk=event.pk, invited_at=None).update(invited_at=at):
            audit.record(what="event.begin_inviting", subject=event, by=by, at=at, about_on=event.held_on)
    event.refresh_from_db(fields=["invited_at"])
    return len(selectors.not_invited_to(event))


def invite_to_event(*, event: DevelopmentEvent, by: User | None, at: datetime) -> int:
    """Invite whoever is at work on the day of the event and has not been; how many that are (CPD-12).

    Asked again, by hand, by the worker or at night, it goes on with those who are not invited, also those deployed since. Each
    SIP is invited once, whoever does the same at the moment; a few are one transaction, so that what was begun is kept.
    """
    begin_inviting(event=event, by=by, at=at)
    left = sorted(selectors.not_invited_to(event))
    few = (left[at_ : at_ + INVITED_AT_ONCE] for at_ in range(0, len(left), INVITED_AT_ONCE))
    return sum(_invite(event, ids, by, at) for ids in few)


def add_to_event(*, event: DevelopmentEvent, partner: Partner, by: User | None, at: datetime) -> None:
    """Invite one SIP by name, whether at work on that day or not."""
    require(by=by, permission=P.CPD_EDIT, record=event, at=at)
    _refuse_cancelled(event)
    if not _invite(event, [partner.pk], by, at):
        refuse(f"{partner.full_name} is invited already.")


def _refuse_cancelled(event: DevelopmentEvent) -> None:
    if event.cancelled_on is not None:
        refuse("This event is cancelled.")


def _invite(event: DevelopmentEvent, wanted: Iterable[int], by: User | None, at: datetime) -> int:
    """Put a few SIPs on the list and write to them, in one transaction; how many were not on it."""
    with transaction.atomic():
        new = [row for row in Partner.objects.filter(pk__in=wanted).order_by("pk") if _is_put_on_list(event, row, by, at)]
        if new:
            audit.record(what="event.invite", subject=event, by=by, at=at, about_on=event.held_on, partners=len(new))
            if event.held_on >= day_of(at):
                emails.event_invited(event=event, people=new, at=at)
    return len(new)


def _is_put_on_list(event: DevelopmentEvent, partner: Partner, by: User | None, at: datetime) -> bool:
    """Whether this call put the SIP on the list: the database knows who was first (`invited_once`)."""
    try:
        with transaction.atomic():
            Attendance.objects.create(event=event, partner=partner, invited_on=day_of(at), recorded_at=at, recorded_by=by)
    except IntegrityError:
        return False
    return True


def take_off_event(*, attendance: Attendance, by: User | None, at: datetime) -> None:
    """Take a SIP off the list of an event, as long as nobody has said whether they came."""
    require(by=by, permission=P.CPD_EDIT, record=attendance, at=at)
    with transaction.atomic():
        rows = Attendance.objects.filter(pk=attendance.pk, event__isnull=False, attended=None, voided_on=None)
        if not rows.update(voided_on=day_of(at)):
            raise OutOfDate(["It is on record already whether this SIP came, or they are off the list."])
        audit.record(what="attendance.take_off", subject=attendance, by=by, at=at, about_on=attendance.event.held_on)


def refuse_no_place(event: DevelopmentEvent) -> None:
    """Refuse one more who will come where every place is taken. Asked inside the transaction, the event held first."""
    DevelopmentEvent.objects.filter(pk=event.pk).update(places=F("places"))
    taken = event.attendances.standing().filter(is_coming=True).count()
    if event.places is not None and taken >= event.places:
        refuse(f"Every place on {day(event.held_on)} is taken.")
