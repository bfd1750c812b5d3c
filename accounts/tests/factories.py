"""Authorities, people and policies for tests. Everything is invented; codes start with X, and with T for trusts."""

import itertools
import string
from datetime import date, datetime

from accounts.models import (
    Authority,
    AuthorityKind,
    Diocese,
    LocalPolicy,
    Membership,
    Region,
    User,
)
from accounts.permissions import (
    AUTHORITY_ROLES,
    DIOCESE_ROLES,
    REGION_ROLES,
    Role,
)
from sipmanager.core import clock

PASSWORD = "a long and homely passphrase"
LONG_AGO = date(2004, 9, 1)  # Wednesday

_numbers = itertools.count(1)
_FIGURES = string.digits + string.ascii_uppercase


def region(name: str = "", **fields) -> Region:
    """A region; the same one for the same name."""
    name = name or f"Region {next(_numbers)}"
    fields.setdefault("code", name.lower().replace(" ", "-"))
    return Region.objects.get_or_create(name=name, defaults=fields)[0]


def _code(number: int) -> str:
    """X and two figures or letters: codes of figures alone mean something to the register of schools (701 is overseas)."""
    tens, ones = divmod(number % len(_FIGURES) ** 2, len(_FIGURES))
    return f"X{_FIGURES[tens]}{_FIGURES[ones]}"


def authority(name: str = "", **fields) -> Authority:
    """A local authority with an unused code, which no real one has, in a region of its own unless one is given."""
    number = next(_numbers)
    fields.setdefault("code", _code(number))
    while Authority.objects.filter(code=fields["code"]).exists():
        fields["code"] = _code(next(_numbers))
    if "region" not in fields:
        fields["region"] = region()
    return Authority.objects.create(name=name or f"Authority {number}", **fields)


def trust(name: str = "", **fields) -> Authority:
    """A school trust: its code begins with T, and it has no region unless one is given."""
    fields.setdefault("code", f"T{next(_numbers) % 100:02}")
    return authority(
        name or "Invented Schools Trust",
        kind=AuthorityKind.TRUST,
        **{"region": None, **fields},
    )


def diocese(name: str = "", **fields) -> Diocese:
    number = next(_numbers)
    return Diocese.objects.create(name=name or f"Diocese {number}", **{"code": f"diocese-{number}", **fields})


def user(full_name: str = "", *, password: str | None = None, **fields) -> User:
    """A person with an account. `password` is worth giving only where they sign in by the page."""
    number = next(_numbers)
    fields.setdefault("email", f"person{number}@example.org")
    return User.objects.create_user(full_name=full_name or f"Person {number}", password=password, **fields)


def membership(
    role: Role = Role.MANAGER, *, at=None, of: User | None = None, starts_on: date = LONG_AGO, ends_on: date | None = None
) -> Membership:  # fmt: skip
    """A person's role at the kind of place that it belongs to; both are made where not given."""
    place = {}
    if role in AUTHORITY_ROLES:
        place = {"authority": at or authority()}
    elif role in REGION_ROLES:
        place = {"region": at or region()}
    elif role in DIOCESE_ROLES:
        place = {"diocese": at or diocese()}
    return Membership.objects.create(
        user=of or user(), role=role.value, starts_on=starts_on, ends_on=ends_on, **place
    )  # fmt: skip


def member(role: Role = Role.MANAGER, *, at=None, **fields) -> User:
    """A person who holds a role."""
    return membership(role, at=at, of=user(**fields)).user


def policy(
    authority: Authority, preset: str = "national", *, starts_on: date = LONG_AGO, made_at: datetime | None = None, **overrides
) -> LocalPolicy:  # fmt: skip
    """An authority's policy from a day on; overrides by id with an underscore: `POL_2=10`."""
    return LocalPolicy.objects.create(
        authority=authority,
        starts_on=starts_on,
        preset=preset,
        overrides={pol_id.replace("_", "-"): value for pol_id, value in overrides.items()},
        made_at=made_at or clock.now(),
    )
