"""Who may do it: asked by every action, so that a page that forgot to ask changes nothing (D-6)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.access import can, viewer_for
from accounts.actions.refusals import Refused
from accounts.models import User
from accounts.permissions import Permission, Reach
from partners.models import Partner
from sipmanager.core.workflow import MoveRefused


def day_of(at: datetime) -> date:
    """The day in London of a moment."""
    return timezone.localtime(at).date()


def require(*, by: User | None, permission: Permission, record, at: datetime) -> None:
    """Raise `PermissionDenied` unless `by` has the right on `record`. A command (`by` is `None`) has every right."""
    if not is_permitted(by=by, permission=permission, record=record, at=at):
        raise PermissionDenied(f"{permission} is not given here")


def is_permitted(*, by: User | None, permission: Permission, record, at: datetime) -> bool:
    """Whether `by` has the right on `record`."""
    return by is None or can(viewer_for(by, on=day_of(at)), permission, record)


def is_national(*, by: User | None, permission: Permission, at: datetime) -> bool:
    """Whether `by` has the right everywhere."""
    if by is None:
        return True
    granted = viewer_for(by, on=day_of(at)).granted(permission)
    return any(reach is Reach.EVERYWHERE for _, reach in granted)


def refuse_own_work(*, by: User | None, partner: Partner) -> None:
    """Nobody deploys, checks, contracts or ends themself, in whatever capacity (D-6)."""
    if by is not None and partner.user_id is not None and partner.user_id == by.pk:
        raise PermissionDenied("Nobody decides on their own work")


@contextmanager
def of_the_schools_record() -> Iterator[None]:
    """What the school's record refuses inside the block is refused here, in the same words."""
    try:
        yield
    except Refused as refused:
        raise MoveRefused([f"{sentence}." for sentence in refused.sentences]) from refused


def refuse(*reasons: str) -> None:
    raise MoveRefused([reason for reason in reasons if reason])
