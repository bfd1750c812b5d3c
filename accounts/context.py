"""The frame of every page: whose service it is, who is signed in and as what, where they can go."""

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
    can_search = viewer.has(Permission.SEARCH) and is_a_page(SEARCH_PAGE)
    return Frame(
        authority_name=(acting.authority_name or acting.place) if acting else "",
        authority_phone=acting.authority_phone if acting else "",
        navigation=navigation_for(viewer, request.path),
        user_name=user.full_name or user.email,
        capacity_label=acting.label if acting else "",
        capacities=tuple(Capacity(one.key, one.label, one == acting) for one in viewer.capacities),
        switch_url=address_of("accounts:capacity-switch"),
        sign_out_url=address_of("account_logout"),
        account_url=address_of("accounts:own-details"),
        search_url=SEARCH_PAGE if can_search else "",
        menu_url=MENU_PAGE if is_a_page(MENU_PAGE) else "",
        timeout_seconds=settings.SESSION_IDLE_MINUTES * 60,
        extend_url=address_of("accounts:session-extend"),
    )


def address_of(name: str) -> str:
    """The address of `name`, or nothing while no page answers to it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
