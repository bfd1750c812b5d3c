"""How a request is answered whose text was kept (D-27): a way to sign in, a page that offers it, or JSON for a script."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from sipmanager.core import clock

from . import parking


def asks_for_json(request) -> bool:
    """A script has sent this, not a person's button."""
    return "X-Autosave" in request.headers or "application/json" in request.headers.get("Accept", "")


def keep(request, token: parking.Token) -> HttpResponse | None:
    """Keep the text of a form that cannot be taken and answer; `None` where nothing was kept."""
    cookie = parking.park(
        token=token,
        cookie=request.COOKIES.get(parking.COOKIE, ""),
        place=request.get_full_path(),
        fields=[(name, value) for name, values in request.POST.lists() for value in values],
        at=clock.real_now(),
    )
    if not cookie:
        return None
    request.text_was_kept = True
    sign_in = f"{reverse('account_login')}?{urlencode({'next': reverse('accounts:kept')})}"
    if asks_for_json(request):
        response = JsonResponse({"parked": True, "sign_in": sign_in}, status=401)
    elif request.user.is_authenticated:
        response = redirect("accounts:kept")
    else:
        response = redirect(sign_in)
    set_cookie(response, cookie)
    return response


def forget_what_arrived(request, response) -> None:
    """A form that was taken needs no kept copy: neither the one it was sent from nor one of the same text."""
    has_arrived = response.status_code in (302, 303) or (response.status_code == 200 and asks_for_json(request))
    ticket = parking.ticket_of(request)
    if getattr(request, "text_was_kept", False) or not has_arrived or not ticket:
        return
    if not request.user.is_authenticated or parking.FIELD not in request.POST:
        return
    token = parking.read(request.POST[parking.FIELD])
    if token is None or token.user_id != request.user.pk:
        return
    at = clock.real_now()
    returned = request.POST.get(parking.RETURNED, "")
    if returned.isdecimal():
        parking.take(user=request.user, ticket=ticket, pk=int(returned), at=at)
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    parking.take_same(user=request.user, ticket=ticket, token=token, fields=fields, at=at)


def set_cookie(response, cookie: str) -> None:
    response.set_cookie(
        parking.COOKIE, cookie, max_age=parking.KEPT_FOR, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
