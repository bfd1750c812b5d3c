"""Saved views: the filters and the order of a list, kept by one person under a name (screens: Register)."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from django.db import transaction

from .models import SavedView

MOST = 20
LONGEST_NAME, LONGEST_QUERY = 60, 2000


@dataclass(frozen=True)
class View:
    """One saved view as the list shows it."""

    pk: int
    name: str
    url: str
    is_current: bool


def views_of(*, user, register: str, shown: str) -> tuple[View, ...]:
    """What a person has saved of the list at an address; `shown` is the query now on the screen."""
    rows = SavedView.objects.filter(user=user, register=register).order_by("name", "pk")
    return tuple(View(row.pk, row.name, f"?{row.query}", is_same(row.query, shown)) for row in rows)


def is_same(one: str, other: str) -> bool:
    """Whether two queries ask for the same list, in whatever order their parts stand."""
    return sorted(parse_qsl(one)) == sorted(parse_qsl(other))


def save(*, user, register: str, name: str, query: str, at: datetime) -> str:
    """Keep a view; a name that is there already stands for the new one. Returns why not, or nothing."""
    name = " ".join(name.split())
    if not name:
        return "Enter a name for this view"
    if len(name) > LONGEST_NAME:
        return f"Name of the view must be {LONGEST_NAME} characters or less"
    if len(query) > LONGEST_QUERY:
        return "These filters are too many to save in one view"
    with transaction.atomic():
        of_list = SavedView.objects.filter(user=user, register=register)
        if of_list.exclude(name=name).count() >= MOST:
            return f"{MOST} views of this list are saved: remove one before you save another"
        SavedView.objects.update_or_create(
            user=user, register=register, name=name, defaults={"query": query, "saved_at": at}
        )  # fmt: skip
    return ""


def forget(*, user, register: str, key: str) -> None:
    """Remove one of a person's own views; somebody else's, or none, is left alone."""
    if key.isascii() and key.isdigit() and len(key) < 19:
        SavedView.objects.filter(user=user, register=register, pk=int(key)).delete()
