"""What stands between the door and every page: who is looking, how long they were idle, their second factor, lost text."""

from django.conf import settings
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from sipmanager.core import clock

from . import kept_answers, parking, second_factor
from .access import Viewer, viewer_for

ACTING = "acting"
SEEN = "seen_at"
HAS_SECOND_FACTOR = "has_second_factor"
# How often the session's clock is written, and the time by which it may therefore run slow.
WRITE_EVERY = 60


class ViewerMiddleware:
    """`request.viewer`: built once, when first asked for (D-6). The capacity acted in goes onto the audit lines."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.viewer = SimpleLazyObject(lambda: viewer_of(request))
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """The first page of somebody who has no role at present is the one that says so."""
        if request.path == settings.LOGIN_REDIRECT_URL and request.user.is_authenticated and not request.viewer.capacities:
            return redirect("accounts:own-details")
        return None


def viewer_of(request) -> Viewer:
    """Who is looking, in the capacity they chose in the header."""
    acting_key = request.session.get(ACTING, "") if request.user.is_authenticated else ""
    viewer = viewer_for(request.user, on=clock.today(), acting_key=acting_key)
    request.user.acting_as = viewer.acting.role.value if viewer.acting else ""
    return viewer


class IdleMiddleware:
    """Ends a session that nobody has used for `SESSION_IDLE_MINUTES` (SPM-17). Comes after authentication.

    Every request counts as use, but for one whose view has called `accounts.sessions.is_no_activity`.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        now = clock.real_now().timestamp()
        if request.user.is_authenticated and self.is_over(request, now):
            logout(request)
        response = self.get_response(request)
        is_used = request.user.is_authenticated and getattr(request, "is_activity", True)
        if is_used and now - request.session.get(SEEN, 0) >= WRITE_EVERY:
            request.session[SEEN] = now
        return response

    def is_over(self, request, now: float) -> bool:
        idle = now - request.session.get(SEEN, now)
        return idle > settings.SESSION_IDLE_MINUTES * 60 + WRITE_EVERY


class NoStoreMiddleware:
    """Nothing that a signed-in person saw stays in the browser: school machines are shared (D-27)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class ParkingMiddleware:
    """Keeps the text of a form that arrives on a session which is not its writer's (D-27). Comes before the sign-in guard."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method == "POST":
            kept_answers.forget_what_arrived(request, response)
        return response

    def process_view(self, request, view, args, kwargs):
        if request.method != "POST" or parking.FIELD not in request.POST:
            return None
        token = parking.read(request.POST[parking.FIELD])
        if token is None or token.user_id == request.user.pk:
            return None
        return kept_answers.keep(request, token)


class SecondFactorMiddleware:
    """Leads those who owe a second factor to setting it up, and nowhere else until it is (D-8)."""

    OPEN = frozenset(
        {
            "mfa_activate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes",
            "account_reauthenticate",
            "mfa_reauthenticate",
            "account_logout",
            "accounts:session-extend",
        }
    )

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        if request.resolver_match.view_name in self.OPEN or request.session.get(HAS_SECOND_FACTOR):
            return None
        if not second_factor.viewer_owes(request.viewer):
            return None
        if second_factor.is_on_for(request.user):
            request.session[HAS_SECOND_FACTOR] = True
            return None
        return redirect("mfa_activate_totp")
