"""A person's new e-mail address, between asking for it and the link that proves it.

A floor above that keeps a copy of somebody's address beside their account registers what takes the new one over, from its
`ready()`: `register_follower(follow)`, called as `follow(user=, old=, new=, by=, at=)` in the transaction of the change.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from .models import User
from .sealing import CannotOpen, seal, unseal

LASTS = timedelta(hours=3)
PURPOSE = "new address"


@dataclass(frozen=True)
class Asked:
    """What a link says: who asked for which address, which one they had, and how often their sessions had been ended."""

    user_id: int
    old: str
    new: str
    session_epoch: int
    asked_at: datetime

    def is_open_for(self, user: User, *, at: datetime) -> bool:
        """Whether it still changes anything; `at` is the moment by the wall. A change made, or sessions ended, closes it."""
        is_as_it_was = (user.pk, user.email, user.session_epoch) == (self.user_id, self.old, self.session_epoch)
        return is_as_it_was and user.is_active and self.asked_at <= at < self.asked_at + LASTS


def secret_for(*, user: User, new: str, at: datetime) -> str:
    """The secret part of the link; it names nobody to those who see the address in a log."""
    words = [user.pk, user.email, new, user.session_epoch, at.isoformat()]
    return seal(json.dumps(words), purpose=PURPOSE)


def asked_in(secret: str) -> Asked | None:
    """What a link asks for; `None` where it was not made here."""
    try:
        user_id, old, new, session_epoch, asked_at = json.loads(unseal(secret, purpose=PURPOSE))
    except (CannotOpen, UnicodeEncodeError):
        return None
    return Asked(user_id, old, new, session_epoch, datetime.fromisoformat(asked_at))


Follower = Callable[..., None]
_followers: list[Follower] = []


def register_follower(follow: Follower) -> None:
    if follow not in _followers:
        _followers.append(follow)


def follow_all(*, user: User, old: str, new: str, by: User, at: datetime) -> None:
    """Every copy beside the account takes the new address over."""
    for follow in _followers:
        follow(user=user, old=old, new=new, by=by, at=at)
