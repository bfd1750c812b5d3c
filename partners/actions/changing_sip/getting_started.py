"""Getting to know a school: its list is ticked off item by item (HND-6, HND-8 to HND-11)."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.permissions import Permission
from partners.familiarisation import items_for
from partners.models import Familiarisation, FamiliarisationTick
from sipmanager.core import audit
from sipmanager.core.wording import day
from sipmanager.core.workflow import OutOfDate

from ..permitting import day_of, refuse, require

P = Permission


def tick_item(
    *, familiarisation: Familiarisation, item: str, done_on: date, note: str = "", by: User, at: datetime
) -> FamiliarisationTick:  # fmt: skip
    """Record that an item was done. With the last one the list is complete (DL-16)."""
    require(by=by, permission=P.FAMILIARISATION_TICK, record=familiarisation, at=at)
    if item not in {one.key for one in items_for(familiarisation.reason)}:
        refuse("This is not on the list.")
    if done_on > day_of(at):
        refuse(f"The day must be today or in the past; {day(done_on)} is still to come.")
    try:
        with transaction.atomic():
            tick = FamiliarisationTick.objects.create(
                familiarisation=familiarisation,
                item=item,
                done_on=done_on,
                note=note.strip()[:300],
                ticked_at=at,
                ticked_by=by,
            )
            audit.record(what="familiarisation.tick", subject=familiarisation, by=by, at=at, about_on=done_on, item=item)
            _settle(familiarisation, at)
    except IntegrityError as error:
        raise OutOfDate(["This is ticked already."]) from error
    return tick


def take_tick_back(*, familiarisation: Familiarisation, item: str, by: User, at: datetime) -> None:
    """Take a tick back that was made in error; it stays on record as taken back."""
    require(by=by, permission=P.FAMILIARISATION_TICK, record=familiarisation, at=at)
    with transaction.atomic():
        if not familiarisation.ticks.filter(item=item, taken_back_at=None).update(taken_back_at=at):
            raise OutOfDate(["This is not ticked any more."])
        audit.record(what="familiarisation.untick", subject=familiarisation, by=by, at=at, item=item)
        _settle(familiarisation, at)


def _settle(familiarisation: Familiarisation, at: datetime) -> None:
    """Whether the list is complete, and since when."""
    done = familiarisation.ticks.filter(taken_back_at=None).values_list("item", flat=True)
    is_complete = {one.key for one in items_for(familiarisation.reason)} <= set(done)
    met_on = (familiarisation.met_on or day_of(at)) if is_complete else None
    Familiarisation.objects.filter(pk=familiarisation.pk).update(met_on=met_on)
    familiarisation.met_on = met_on
