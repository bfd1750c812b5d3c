"""The one row of navigation under the header, by role. Pure but for one question: whether an address exists."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.urls import Resolver404, resolve

from sipmanager.core.frame import NavigationItem

from .access import Viewer
from .permissions import SCHOOL_ROLES, Permission, Role

P = Permission


@dataclass(frozen=True)
class Entry:
    """One place: its words, the first of its addresses that exists, the right it needs, and where one is in it."""

    label: str
    addresses: tuple[str, ...]
    permission: Permission
    under: tuple[str, ...]


# fmt: off
HOME = Entry("My work", ("/",), P.HOME, ())
STAFF = (
    HOME,
    Entry("Schools",          ("/schools/",),                 P.SCHOOL_VIEW,     ("/schools/",)),
    Entry("SIPs",             ("/partners/",),                P.PARTNER_VIEW,    ("/partners/", "/accreditations/")),
    Entry("Deployment",       ("/deployments/",),             P.DEPLOYMENT_VIEW, ("/deployments/", "/conditions-of-grant/")),
    Entry("Visits and notes", ("/visits/",),                  P.VISIT_VIEW,      ("/visits/", "/notes/")),
    Entry("Quality",          ("/qa/",),                      P.SHADOW_VIEW,     ("/qa/",)),
    Entry("Reports",          ("/reports/",),                 P.REPORT_VIEW,     ("/reports/", "/deadlines/")),
)
READERS = (
    HOME,
    Entry("Schools",          ("/schools/",),                 P.SCHOOL_VIEW,     ("/schools/",)),
    Entry("Notes",            ("/notes/", "/visits/"),        P.NOTE_VIEW,       ("/notes/", "/visits/")),
    Entry("Reports",          ("/reports/",),                 P.REPORT_VIEW,     ("/reports/",)),
)
SCHOOL = (
    HOME,
    Entry("My school",        ("/schools/",),                 P.SCHOOL_VIEW,     ("/schools/",)),
    Entry("Notes",            ("/notes/", "/visits/"),        P.NOTE_VIEW,       ("/notes/", "/visits/")),
)
PARTNER = (
    HOME,
    Entry("My schools",       ("/schools/",),                 P.SCHOOL_VIEW,     ("/schools/",)),
    Entry("My record",        ("/partners/",),                P.PARTNER_VIEW,    ("/partners/", "/accreditations/")),
    Entry("Visits and notes", ("/visits/",),                  P.VISIT_VIEW,      ("/visits/", "/notes/")),
    Entry("Quality",          ("/qa/",),                      P.SHADOW_VIEW,     ("/qa/",)),
)
# fmt: on

READER_ROLES = frozenset({Role.DIOCESE, Role.READER, Role.ELECTED_MEMBER, Role.OFFICER, Role.TRUST_CHAIR})


def entries_for(role: Role | None) -> Iterable[Entry]:
    """The places that somebody acting in `role` goes to. What they may do there is another question."""
    if role is None:
        return ()
    if role in SCHOOL_ROLES:
        return SCHOOL
    if role is Role.SIP:
        return PARTNER
    return READERS if role in READER_ROLES else STAFF


def navigation_for(viewer: Viewer, path: str) -> tuple[NavigationItem, ...]:
    """The entries of the capacity acted in for which there is a right and a page."""
    items = []
    for entry in entries_for(viewer.acting.role if viewer.acting else None):
        address = next((address for address in entry.addresses if is_a_page(address)), None)
        if address is None or not viewer.has(entry.permission):
            continue
        is_current = path.startswith(entry.under) if entry.under else path == address
        items.append(NavigationItem(entry.label, address, is_current))
    return tuple(items)


def is_a_page(address: str) -> bool:
    """Whether any floor serves `address`."""
    return _is_served(address, settings.ROOT_URLCONF)


@cache
def _is_served(address: str, urlconf: str) -> bool:
    try:
        resolve(address, urlconf)
    except Resolver404:
        return False
    return True
