"""What the pages of schools have in common: one form, one action, one page to go back to."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import fetch
from accounts.actions import Refused
from accounts.permissions import Permission
from sipmanager.core import clock
from sipmanager.core.once import once

from ..models import School

SCHOOLS = School.objects.select_related("local_authority", "diocese")


def school_of(request: HttpRequest, permission: Permission, urn: str) -> School:
    """The school of an address, for those who have the right there: 404 to strangers, 403 to those who may only look."""
    return fetch(request.viewer, permission, SCHOOLS, urn=urn)


def posted(request: HttpRequest):
    """What was sent, for a form; an empty answer is an answer too."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: HttpRequest, form, *, heading: str, back: str, says: str, act: Callable[..., object], text: str = "",
    rows=(), is_destructive: bool = False, more: str = "", extra: dict | None = None,
) -> HttpResponse:  # fmt: skip
    """Show a form, or do what it asks and go back. `act` takes the form's values, and `by=` and `at=`.

    A form with a key has its effect once, however often it is sent (D-31). A refusal is shown with what was typed.
    `more` is a template that stands below the form, with `extra` in its context.
    """
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        key = given.pop("form_key", None)
        try:
            is_new = True
            if key is None:
                act(**given, by=request.user, at=clock.now())
            else:
                back, is_new = _once(request, key, back, act, given)
        except Refused as refused:
            form.add_error(None, list(refused.sentences))
        else:
            if is_new:
                messages.success(request, says)
            return redirect(back)
    context = {
        "form": form, "heading": heading, "text": text, "rows": rows, "back": back, "is_destructive": is_destructive,
        "more": more, **(extra or {}),
    }  # fmt: skip
    return render(request, "schools/form_page.html", context)


def _once(request, key, back, act, given) -> tuple[str, bool]:
    def effect():
        act(**given, by=request.user, at=clock.now())
        return back

    return once(key=key, by=request.user, at=clock.now(), effect=effect)
