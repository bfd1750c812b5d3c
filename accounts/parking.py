"""Text is never lost (D-27): what arrives on a dead or rotated session waits, sealed, for its writer to sign in.

A form that holds text carries `{% parking_token %}`: signed, it says whose form this is and what is written in it. What
comes with it and cannot be taken is kept for that person and nobody else, in the browser that sent it and no other.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db.models import QuerySet

from .models import ParkedText, User
from .sealing import CannotOpen, fingerprint, seal, unseal

FIELD = "parking_token"
RETURNED = "parked_ticket"
COOKIE = "kept"
KEPT_FOR = timedelta(days=7)
SALT = "accounts.parking"
PURPOSE = "parked text"
NOT_TEXT = frozenset({"csrfmiddlewaretoken", FIELD, RETURNED})
MOST_CHARACTERS = 1_000_000
MOST_FOR_ONE_PERSON = 100


@dataclass(frozen=True)
class Token:
    """What a form says of itself: whose it is, what is written in it, where it goes, the page it stands on."""

    user_id: int
    section: str = ""
    place: str = ""
    page: str = ""


@dataclass(frozen=True)
class Kept:
    """One parked form, opened: its fields as pairs in the order in which they came."""

    pk: int
    place: str
    page: str
    section: str
    parked_at: datetime
    fields: tuple[tuple[str, str], ...]


def sign(token: Token) -> str:
    values = [token.user_id, token.section, token.place, token.page]
    return signing.dumps(values, salt=SALT, compress=True)


def read(signed: str) -> Token | None:
    """The token of a form; `None` where it is missing, older than a kept text may become, or not ours."""
    try:
        user_id, section, place, page = signing.loads(signed, salt=SALT, max_age=KEPT_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Token(user_id, section, place, page)


def local(path: str) -> str:
    """An address of this service, whatever was asked for: `//elsewhere/x` names no host any more."""
    return "/" + path.lstrip("/\\")


def ticket_of(request) -> str:
    """What the browser's opaque cookie is known by; empty without one."""
    cookie = request.COOKIES.get(COOKIE, "")
    return fingerprint(cookie) if cookie else ""


def park(*, token: Token, cookie: str, place: str, fields: list[tuple[str, str]], at: datetime) -> str:
    """Keep what was sent; returns the value of the cookie that it is bound to, empty where nothing was kept.

    A second sending from the same place replaces the first. `at` is the moment by the wall, never a pretended one.
    """
    text = [(name, value) for name, value in fields if name not in NOT_TEXT]
    is_too_much = sum(len(value) for _, value in text) > MOST_CHARACTERS
    if is_too_much or not text or not User.objects.filter(pk=token.user_id, is_active=True).exists():
        return ""
    cookie = cookie or secrets.token_urlsafe(32)
    which = {
        "ticket": fingerprint(cookie),
        "user_id": token.user_id,
        "place": local(token.place or place),
        "section": token.section,
    }
    is_full = ParkedText.objects.filter(user_id=token.user_id, taken_at=None).count() >= MOST_FOR_ONE_PERSON
    if len(which["place"]) > 500 or (is_full and not ParkedText.objects.filter(**which).exists()):
        return ""
    sealed = seal(json.dumps({"page": local(token.page) if token.page else "", "fields": text}), purpose=PURPOSE)
    ParkedText.objects.update_or_create(**which, defaults={"sealed": sealed, "parked_at": at, "taken_at": None})
    return cookie


def kept_for(*, user: User, ticket: str) -> QuerySet:
    """What waits for a person in the browser that holds the ticket, newest first."""
    if not ticket or not user.is_authenticated:
        return ParkedText.objects.none()
    return ParkedText.objects.filter(user_id=user.pk, ticket=ticket, taken_at=None).order_by("-parked_at", "-pk")


def opened(row: ParkedText) -> Kept | None:
    """A parked row as its writer may read it; `None` where its key is gone."""
    try:
        inside = json.loads(unseal(row.sealed, purpose=PURPOSE))
    except CannotOpen:
        return None
    fields = tuple((name, value) for name, value in inside["fields"])
    return Kept(row.pk, row.place, inside["page"], row.section, row.parked_at, fields)


def take(*, user: User, ticket: str, pk: int, at: datetime) -> bool:
    """The writer has it back, or does not want it: the text is gone from here. Says whether there was any."""
    rows = kept_for(user=user, ticket=ticket).filter(pk=pk)
    return bool(rows.update(taken_at=at, sealed=""))


def take_same(*, user: User, ticket: str, token: Token, fields: list[tuple[str, str]], at: datetime) -> None:
    """A form has arrived after all, by another way: a kept copy of the very same text is not offered again."""
    if not ticket:
        return
    sent = [pair for pair in fields if pair[0] not in NOT_TEXT]
    for row in kept_for(user=user, ticket=ticket).filter(section=token.section):
        kept = opened(row)
        if kept and list(kept.fields) == sent:
            take(user=user, ticket=ticket, pk=row.pk, at=at)


def throw_away_old(*, at: datetime) -> int:
    """What nobody came back for in seven days, and what was taken, is deleted. Returns how many."""
    old = ParkedText.objects.filter(parked_at__lt=at - KEPT_FOR) | ParkedText.objects.exclude(taken_at=None)
    return old.delete()[0]
