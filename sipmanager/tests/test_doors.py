"""Every address of the service: a right, or a place on the list of doors (D-35)."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from accounts.doors import CLOSED, DOORS, OPEN, OWN
from accounts.permissions import ROWS

# Only where the Django admin is on, which is never in production; only where a council's directory is set.
SOMETIMES = ("admin:", "openid_connect_")


def every_pattern(resolver=None, namespaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """Each pattern of the URLconf with its full name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from every_pattern(pattern, inner)
        else:
            yield ":".join([*namespaces, pattern.name or ""]), pattern


def ours() -> list[tuple[str, URLPattern]]:
    return [(name, pattern) for name, pattern in every_pattern() if not name.startswith("admin:")]


def test_every_address_has_a_name_of_its_own():
    names = [name for name, _ in ours()]
    nameless = [str(pattern.pattern) for name, pattern in ours() if name.endswith(":") or not name]
    assert not nameless
    assert sorted(names) == sorted(set(names))


def test_every_view_names_a_permission_or_stands_on_the_list_of_doors():
    neither = [
        f"{name} ({pattern.pattern})"
        for name, pattern in ours()
        if name not in DOORS and getattr(pattern.callback, "permission", None) not in ROWS
    ]
    assert not neither, "decorate these with @requires(P.X), or put their names into accounts/doors.py and say why"


def test_no_view_does_both():
    both = [name for name, pattern in ours() if name in DOORS and hasattr(pattern.callback, "permission")]
    assert not both


def test_the_list_of_doors_names_nothing_that_is_gone():
    names = {name for name, _ in every_pattern()}
    assert not {door for door in DOORS if door not in names and not door.startswith(SOMETIMES)}
    assert not (OPEN & CLOSED | OPEN & OWN | CLOSED & OWN)


def test_only_open_and_closed_doors_let_strangers_in():
    for name, pattern in ours():
        is_guarded = getattr(pattern.callback, "login_required", True)
        assert is_guarded is (name not in OPEN | CLOSED), name
