"""Shortlists of SIPs: opened, filled, put in order, shared inside the authority, closed (REG-20, SPM-4)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from accounts.access import viewer_for
from accounts.models import Authority, User
from accounts.permissions import P
from partners.models import Partner, Shortlist, ShortlistEntry
from schools.models import School
from sipmanager.core import audit
from sipmanager.core.wording import counted
from sipmanager.core.workflow import OutOfDate

from ..permitting import day_of, refuse, require

MOST_ENTRIES = 100
CLOSED = "This shortlist has been closed. Open another one."
GONE = "This SIP is no longer on the shortlist. Look at it again."


def open_shortlist(
    *, name: str, by: User, at: datetime, authority: Authority | None = None, school: School | None = None,
    is_shared: bool = False,
) -> Shortlist:  # fmt: skip
    """Open a shortlist. One that is shared belongs to an authority of its maker; others may belong to none."""
    if authority is not None:
        require(by=by, permission=P.SHORTLIST_USE, record=authority, at=at)
    elif not viewer_for(by, on=day_of(at)).has(P.SHORTLIST_USE):
        raise PermissionDenied("Shortlists are not given here")
    _refuse_unsound(name, authority, is_shared)
    with transaction.atomic():
        found = Shortlist.objects.create(
            name=name.strip(), authority=authority, school=school, is_shared=is_shared, made_by=by, made_at=at
        )
        audit.record(what="shortlist.open", subject=found, by=by, at=at, is_shared=is_shared)
    return found


def change_shortlist(
    *, shortlist: Shortlist, name: str, is_shared: bool, by: User, at: datetime, school: School | None
) -> None:
    """Rename a shortlist, say for which school it is, or share it. Its maker alone shares it, or takes it back."""
    _require_open(shortlist, by, at)
    _refuse_unsound(name, shortlist.authority, is_shared)
    if is_shared != shortlist.is_shared and shortlist.made_by_id != by.pk:
        refuse("Whoever opened the shortlist decides whether it is shared.")
    with transaction.atomic():
        Shortlist.objects.filter(pk=shortlist.pk).update(name=name.strip(), is_shared=is_shared, school=school)
        shortlist.name, shortlist.is_shared, shortlist.school = name.strip(), is_shared, school
        audit.record(what="shortlist.change", subject=shortlist, by=by, at=at, is_shared=is_shared)


def add_to_shortlist(*, shortlist: Shortlist, partners: Iterable[Partner], by: User, at: datetime) -> int:
    """Put SIPs at the end of a shortlist and return how many are new on it. Those out of reach are left out."""
    _require_open(shortlist, by, at)
    wanted = Partner.objects.filter(pk__in=[partner.pk for partner in partners])
    reached = wanted.visible_to(viewer_for(by, on=day_of(at)), P.SHORTLIST_USE).order_by("full_name", "pk")
    with transaction.atomic():
        running = shortlist.entries.filter(removed_at=None)
        held = set(running.values_list("partner_id", flat=True))
        new = [partner for partner in reached if partner.pk not in held]
        if len(held) + len(new) > MOST_ENTRIES:
            refuse(f"A shortlist holds {counted(MOST_ENTRIES, 'SIP')} at most. Narrow your choice.")
        last = running.aggregate(last=Max("position"))["last"] or 0
        ShortlistEntry.objects.bulk_create(
            [
                ShortlistEntry(shortlist=shortlist, partner=partner, position=last + number, added_by=by, added_at=at)
                for number, partner in enumerate(new, start=1)
            ],
            # Somebody may add the same SIP to a shared list at the same moment: one entry is enough.
            ignore_conflicts=True,
        )
        if new:
            references = [partner.reference for partner in new]
            audit.record(what="shortlist.add", subject=shortlist, by=by, at=at, partners=references)
    return len(new)


def put_on_shortlist(
    *, shortlist: Shortlist | None, partners: Iterable[Partner], by: User, at: datetime, **new: Any
) -> Shortlist:  # fmt: skip
    """Put SIPs on an open shortlist, or on a new one of `new` (`name`, `school`, `authority`, `is_shared`); at once."""
    with transaction.atomic():
        found = shortlist or open_shortlist(by=by, at=at, **new)
        add_to_shortlist(shortlist=found, partners=partners, by=by, at=at)
    return found


def note_on_shortlist(*, entry: ShortlistEntry, note: str, by: User, at: datetime) -> None:
    """Say in a line why a SIP is on the list. The audit does not hold the words."""
    _require_open(entry.shortlist, by, at)
    with transaction.atomic():
        if not ShortlistEntry.objects.filter(pk=entry.pk, removed_at=None).update(note=note.strip()):
            raise OutOfDate([GONE])
        _recorded("shortlist.note", entry, by, at)


def place_on_shortlist(*, entry: ShortlistEntry, place: int, by: User, at: datetime) -> None:
    """Put a SIP at the given place, 1 for the first; the others close up. The same again changes nothing."""
    _require_open(entry.shortlist, by, at)
    with transaction.atomic():
        rows = list(entry.shortlist.entries.filter(removed_at=None).order_by("position", "pk"))
        moved = next((row for row in rows if row.pk == entry.pk), None)
        if moved is None:
            raise OutOfDate([GONE])
        rows.remove(moved)
        rows.insert(max(place, 1) - 1, moved)
        for number, row in enumerate(rows, start=1):
            row.position = number
        ShortlistEntry.objects.bulk_update(rows, ["position"])
        _recorded("shortlist.place", entry, by, at, place=place)


def take_off_shortlist(*, entry: ShortlistEntry, by: User, at: datetime) -> None:
    """Take a SIP off a shortlist; the entry stays as history."""
    _require_open(entry.shortlist, by, at)
    with transaction.atomic():
        if not ShortlistEntry.objects.filter(pk=entry.pk, removed_at=None).update(removed_at=at):
            raise OutOfDate([GONE])
        _recorded("shortlist.take_off", entry, by, at)


def close_shortlist(*, shortlist: Shortlist, by: User, at: datetime) -> None:
    """Close a shortlist that is no longer wanted. Its maker alone may."""
    _require_open(shortlist, by, at)
    if shortlist.made_by_id != by.pk:
        refuse("Whoever opened the shortlist closes it.")
    with transaction.atomic():
        if not Shortlist.objects.filter(pk=shortlist.pk, closed_at=None).update(closed_at=at):
            raise OutOfDate([CLOSED])
        shortlist.closed_at = at
        audit.record(what="shortlist.close", subject=shortlist, by=by, at=at)


def _require_open(shortlist: Shortlist, by: User, at: datetime) -> None:
    require(by=by, permission=P.SHORTLIST_USE, record=shortlist, at=at)
    if shortlist.closed_at is not None:
        raise OutOfDate([CLOSED])


def _refuse_unsound(name: str, authority: Authority | None, is_shared: bool) -> None:
    if not name.strip():
        refuse("Enter a name for the shortlist.")
    if is_shared and authority is None:
        refuse("A shortlist is shared inside an authority, and this one belongs to none.")


def _recorded(what: str, entry: ShortlistEntry, by: User, at: datetime, **details) -> None:
    audit.record(what=what, subject=entry.shortlist, by=by, at=at, partner=entry.partner.reference, **details)
