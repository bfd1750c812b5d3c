"""Changing what is known of a school, a group of columns at a time, and giving a column back."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import requires
from accounts.actions import Refused
from accounts.permissions import P
from sipmanager.core import clock
from sipmanager.core.wording import in_sentence

from .. import actions
from ..columns import COLUMNS, GROUP_BY_KEY
from ..forms import ColumnsForm
from ..provenance import Provenance, words_of
from .shared import form_page, posted, school_of


@require_http_methods(["GET", "POST"])
@requires(P.SCHOOL_EDIT)
def school_change(request, urn, group):
    """Change what is known of a school; what the national register holds too belongs to the officer from then on."""
    school = school_of(request, P.SCHOOL_EDIT, urn)
    group = GROUP_BY_KEY[group]
    form = ColumnsForm(posted(request), group=group, on=request.viewer.on, school=school)

    def act(by, at, on=None, **values):
        actions.change_columns(school=school, values=values, on=on, by=by, at=at)

    owned = Provenance(school).owned_of([column.name for column in group.columns])
    is_registered = any(column.from_register for column in group.columns)
    return form_page(
        request, form, heading=f"{group.title} of {school.name}", back=reverse("schools:school-detail", args=[urn]), act=act,
        says="You have changed the record of the school",
        text="What you change stays as you leave it: extracts of the national register no longer fill it." if is_registered else "",
        more="schools/_give_back.html",
        extra={
            "owned": [
                (
                    COLUMNS[owner.field].label,
                    words_of(owner),
                    f"Give back the {in_sentence(COLUMNS[owner.field].label)}",
                    reverse("schools:school-give-back", args=[urn, owner.field]),
                )
                for owner in owned
            ]
        },
    )  # fmt: skip


@require_POST
@requires(P.SCHOOL_EDIT)
def school_give_back(request, urn, column):
    """The national register fills a column again."""
    school = school_of(request, P.SCHOOL_EDIT, urn)
    try:
        actions.give_back(school=school, column=column, by=request.user, at=clock.now())
    except Refused:
        pass  # somebody gave it back a moment before: it is as was asked
    else:
        messages.success(request, f"{COLUMNS[column].label}: the next extract of the national register fills it")
    return redirect("schools:school-detail", urn=urn)
