"""Where each shortfall of a condition is mended, as far as the viewer may do or see it there."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from accounts.access import Viewer
from accounts.models import Authority
from accounts.permissions import P
from partners.conditions import GrantCase, Shortfall
from schools.models import School
from sipmanager.core.parts import Link

from .shared import url_at


@dataclass(frozen=True)
class Places:
    """Whose page it is, and for whom."""

    viewer: Viewer
    authority: Authority
    programme: str
    case: GrantCase

    @cached_property
    def partner_of_agreement(self) -> dict[str, str]:
        return {str(row.agreement_id): row.partner for row in self.case.agreed or ()}

    @cached_property
    def _reached(self) -> dict[P, frozenset[str]]:
        return {}

    def reaches(self, permission: P, urn: str) -> bool:
        """Whether the viewer has `permission` at this school: the grant counts schools that a trust looks after (D-2)."""
        if permission not in self._reached:
            urns = {row.urn for row in (*self.case.schools, *(self.case.access or ()))}
            found = School.objects.visible_to(self.viewer, permission).filter(urn__in=urns).values_list("urn", flat=True)
            self._reached[permission] = frozenset(found)
        return urn in self._reached[permission]


def _first(places: Places, *ways: tuple[P, str, Callable[[], str]]) -> tuple[str, str] | None:
    return next(((label, url()) for permission, label, url in ways if places.viewer.has(permission)), None)


def _school(key: str, condition: str, places: Places):
    ways = (
        (P.DEPLOYMENT_PROPOSE, "Find a SIP for it", lambda: reverse("partners:deploy-candidates", args=[key])),
        (P.SCHOOL_VIEW, "Look at the school", lambda: reverse("schools:school-detail", args=[key])),
    )
    return _first(places, *(way for way in ways if places.reaches(way[0], key)))


def _people(key: str, condition: str, places: Places):
    if not places.reaches(P.SCHOOL_PEOPLE, key):
        return None
    return _first(places, (P.SCHOOL_PEOPLE, "Invite them", lambda: reverse("schools:school-people", args=[key])))


def _deployment(key: str, condition: str, places: Places):
    unsent = f"{reverse('partners:notification-list')}?applied=1&sent=no"
    ways = [(P.DEPLOYMENT_VIEW, "Look at the deployment", lambda: reverse("partners:deployment-detail", args=[key]))]
    if condition == "COG-B":
        ways.insert(0, (P.NOTIFICATION_SEND, "Record that the contractor was told", lambda: unsent))
    return _first(places, *ways)


def _agreement(key: str, condition: str, places: Places):
    reference = places.partner_of_agreement.get(key, "")
    if not reference:
        return None
    return _first(
        places,
        (P.AGREEMENT_VIEW, "Look at the agreement", lambda: reverse("partners:agreement-detail", args=[reference, key])),
    )


def _partner(key: str, condition: str, places: Places):
    if condition == "COG-E-meetings":
        tab = (P.CPD_VIEW, "Look at the development", lambda: reverse("partners:partner-development", args=[key]))
    else:
        tab = (P.AGREEMENT_EDIT, "Draw up an agreement", lambda: reverse("partners:partner-checks", args=[key]))
    return _first(places, tab, (P.PARTNER_VIEW, "Look at the SIP", lambda: reverse("partners:partner-detail", args=[key])))


def _contact(key: str, condition: str, places: Places):
    url = url_at("contact-list", places.authority, places.programme)
    return _first(
        places, (P.CONDITIONS_KEEP, "Name the contact", lambda: url), (P.GRANT_RECORD_VIEW, "See the contacts", lambda: url)
    )


def _sharing(key: str, condition: str, places: Places):
    url = url_at("sharing", places.authority, places.programme)
    return _first(
        places, (P.CONDITIONS_KEEP, "Log it", lambda: url), (P.GRANT_RECORD_VIEW, "See the sharing log", lambda: url)
    )


def _authority(key: str, condition: str, places: Places):
    if condition == "COG-F":
        return _contact(key, condition, places)
    return _first(places, (P.SHORTLIST_USE, "Find a SIP", lambda: reverse("partners:find")))


MENDS = {
    "school": _school, "people": _people, "deployment": _deployment, "agreement": _agreement, "partner": _partner,
    "contact": _contact, "sharing": _sharing, "authority": _authority,
}  # fmt: skip
# What a floor above tells of, and the right to see it there.
FROM_ABOVE = {"visit": (P.VISIT_VIEW, "Look at the visit")}


def mend(shortfall: Shortfall, condition: str, places: Places) -> Link | None:
    """The link that mends one shortfall; `None` where the viewer can neither mend nor see it."""
    kind, _, key = shortfall.subject.partition(":")
    if shortfall.url:
        permission, label = FROM_ABOVE.get(kind, (P.CONDITIONS_VIEW, "Look at it"))
        return Link(label, shortfall.url, shortfall.because) if places.viewer.has(permission) else None
    way = MENDS.get(kind)
    found = way(key, condition, places) if way else None
    return Link(*found, shortfall.because) if found else None
