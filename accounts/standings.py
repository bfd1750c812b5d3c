"""What people are by a post or a record on a higher floor, as the pages of people show it (D-4)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from .access import Viewer, nothing
from .permissions import ROLE_NAMES, Role


@dataclass(frozen=True)
class Standing:
    """One source of roles: `rows` fetches them with the people, as far as the viewer may know of them, and `words` says them.

    `holders` answers the ids of those who have a role by this source today.
    """

    roles: frozenset[Role]
    rows: Callable[[Viewer], Prefetch]
    words: Callable[[Any], Iterable[str]]
    holders: Callable[[Iterable[str], Viewer], QuerySet]


_standings: dict[str, Standing] = {}


def register_standing(name: str, standing: Standing) -> None:
    """A floor above says what makes an account a head, a governor, a SIP."""
    _standings[name] = standing


def prefetches(viewer: Viewer) -> list[Prefetch]:
    return [standing.rows(viewer) for standing in _standings.values()]


def words_of(person) -> list[str]:
    """What the sources say of a person fetched with `prefetches`, each thing once."""
    return list(dict.fromkeys(words for standing in _standings.values() for words in standing.words(person)))


def holders_of(roles: Iterable[str], viewer: Viewer) -> Q:
    """The accounts that have one of some roles by a post or a record."""
    wanted, found = set(roles), nothing()
    for standing in _standings.values():
        if asked := wanted & {role.value for role in standing.roles}:
            found |= Q(pk__in=standing.holders(asked, viewer))
    return found


def role_choices() -> list[tuple[str, str]]:
    """The roles that a post or a record gives, to filter by."""
    return [(role.value, ROLE_NAMES[role]) for standing in _standings.values() for role in standing.roles]
