"""The frame of every page: whose service it is, who is signed in and as what, where they can go."""

from dataclasses import replace

from django.conf import settings
from django.db import DatabaseError
from django.urls import NoReverseMatch, reverse

from sipmanager.core.frame import Capacity, Frame

from .navigation import is_a_page, navigation_for
from .permissions import Permission

SEARCH_PAGE = "/search/"
MENU_PAGE = "/menu/"


def frame(request) -> dict:
    """`{"frame": …}` for `base.html`; the bare one where nobody is signed in or the database does not answer."""
    try:
        return {"frame": frame_of(request)}
    except DatabaseError:
        return {"frame": Frame()}


def frame_of(request) -> Frame:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not hasattr(request, "viewer"):
        sign_in = address_of("account_login")
        return Frame(sign_in_url="" if request.path == sign_in else sign_in)
    viewer = request.viewer
    acting = viewer.acting
    offered = choices_of(viewer)
    can_search = viewer.has(Permission.SEARCH) and is_a_page(SEARCH_PAGE)
    return Frame(
        authority_name=(acting.authority_name or acting.place) if acting else "",
        authority_phone=acting.authority_phone if acting else "",
        navigation=navigation_for(viewer, request.path),
        user_name=user.full_name or user.email,
        capacity_label=next((one.label for one in offered if one.is_current), ""),
        capacities=offered,
        switch_url=address_of("accounts:capacity-switch"),
        sign_out_url=address_of("account_logout"),
        account_url=address_of("accounts:own-details"),
        search_url=SEARCH_PAGE if can_search else "",
        menu_url=MENU_PAGE if is_a_page(MENU_PAGE) else "",
        timeout_seconds=settings.SESSION_IDLE_MINUTES * 60,
        extend_url=address_of("accounts:session-extend"),
    )


def choices_of(viewer) -> tuple[Capacity, ...]:
    """What the switch in the header offers. Somebody who looks after ten SIPs of an authority does so in one capacity."""
    alike: dict[tuple, list] = {}
    for one in viewer.capacities:
        alike.setdefault((one.role, one.authority_id, one.region_id, one.diocese_id, one.school_id), []).append(one)
    found = []
    for group in alike.values():
        first = viewer.acting if viewer.acting in group else group[0]
        place = first.authority_name if len(group) > 1 else first.place
        found.append(Capacity(first.key, replace(first, place=place).label, first == viewer.acting))
    return tuple(found)


def address_of(name: str) -> str:
    """The address of `name`, or nothing while no page answers to it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
