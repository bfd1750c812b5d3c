"""What stands between the door and every page: who is looking, how long they have been idle, their second factor."""

from django.utils.functional import SimpleLazyObject

from sipmanager.core import clock

from .access import Viewer, viewer_for

ACTING = "acting"


class ViewerMiddleware:
    """`request.viewer`: built once, when first asked for (D-6). The capacity acted in goes onto the audit lines."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.viewer = SimpleLazyObject(lambda: viewer_of(request))
        return self.get_response(request)


def viewer_of(request) -> Viewer:
    """Who is looking, in the capacity they chose in the header."""
    acting_key = request.session.get(ACTING, "") if request.user.is_authenticated else ""
    viewer = viewer_for(request.user, on=clock.today(), acting_key=acting_key)
    request.user.acting_as = viewer.acting.role.value if viewer.acting else ""
    return viewer
