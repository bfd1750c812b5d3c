"""Corrections that a school suggests, and the queue in which officers decide on them."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import can, fetch, requires
from accounts.actions import Refused
from accounts.permissions import P
from sipmanager.core import clock
from sipmanager.core.parts import Link, SummaryRow
from sipmanager.core.wording import day, moment

from .. import actions
from ..columns import COLUMNS, GROUP_BY_KEY, GROUPS
from ..correction_register import CorrectionRegister
from ..forms import DeclineForm, SuggestForm
from ..models import Correction
from ..showing import shown
from .shared import form_page, posted, school_of

correction_list = requires(P.SCHOOL_EDIT)(CorrectionRegister.as_view())


@require_safe
@requires(P.SCHOOL_SUGGEST)
def suggestion_list(request, urn):
    """What the school has suggested and what came of it, with the way to another suggestion."""
    school = school_of(request, P.SCHOOL_SUGGEST, urn)
    rows = Correction.objects.filter(school=school).order_by("-suggested_at", "-pk").select_related("suggested_by")
    context = {
        "school": school,
        "groups": [
            Link(group.title, reverse("schools:suggest", args=[urn, group.key])) for group in GROUPS if group.by_school
        ],
        "other_url": reverse("schools:suggest-other", args=[urn]),
        "suggestions": [(row.state_tag, row.title, asked_of(row), changes_of(row)) for row in rows],
        "breadcrumbs": [(school.name, reverse("schools:school-detail", args=[urn]))],
    }  # fmt: skip
    return render(request, "schools/suggestions.html", context)


def in_order(correction: Correction) -> list[tuple[str, object]]:
    """The proposed values in the order of the form, whatever order a database keeps them in."""
    return [(name, correction.values[name]) for name in COLUMNS if name in correction.values]


def asked_of(correction: Correction) -> str:
    says = f"Suggested by {correction.suggested_by.full_name} on {day(correction.suggested_at)}"
    return f"{says}, decided on {day(correction.decided_at)}" if correction.decided_at else says


def changes_of(correction: Correction) -> list[SummaryRow]:
    """What it would change, what the school says, and why it was declined."""
    rows = [
        SummaryRow(
            COLUMNS[name].label, shown(name, value), note=f"Before: {shown(name, correction.was.get(name)) or 'nothing'}"
        )
        for name, value in in_order(correction)
    ]
    if correction.says:
        rows.append(SummaryRow("What the school says", correction.says))
    if correction.reason:
        rows.append(SummaryRow("Why the record stays as it is", correction.reason))
    return rows


@require_http_methods(["GET", "POST"])
@requires(P.SCHOOL_SUGGEST)
def suggest(request, urn, group=""):
    """Say what the record of one's own school should hold."""
    school = school_of(request, P.SCHOOL_SUGGEST, urn)
    found = GROUP_BY_KEY.get(group)
    if found is not None and not found.by_school:
        return redirect("schools:suggestion-list", urn=urn)
    form = SuggestForm(posted(request), group=found, school=school)

    def act(by, at, says, **values):
        actions.suggest_correction(school=school, group=group, values=values, says=says, by=by, at=at)

    return form_page(
        request, form, heading=f"Correct the record: {found.title.lower() if found else 'something else'}",
        back=reverse("schools:suggestion-list", args=[urn]), act=act,
        says="Your suggestion is with the authority. You will be told by email when it has been decided on",
        text="Change what is wrong and leave the rest. An officer looks at it before the record changes."
        if found else "An officer reads it and puts the record right.",
    )  # fmt: skip


def correction_of(request, pk) -> Correction:
    rows = Correction.objects.select_related("school", "suggested_by", "decided_by")
    return fetch(request.viewer, P.SCHOOL_EDIT, rows, pk=pk)


@require_safe
@requires(P.SCHOOL_EDIT)
def correction_detail(request, pk):
    """What a school suggests beside what the record holds now, and the two answers."""
    return _detail(request, correction_of(request, pk))


def _detail(request, correction: Correction, refusals=()):
    school = correction.school
    changes = [
        SummaryRow(
            COLUMNS[name].label, shown(name, value),
            note=f"The record holds: {shown(name, getattr(school, name)) or 'nothing'}"
            if correction.is_open
            else f"Before: {shown(name, correction.was.get(name)) or 'nothing'}",
        )
        for name, value in in_order(correction)
    ]  # fmt: skip
    about = [
        SummaryRow("School", school.name),
        SummaryRow("Suggested by", correction.suggested_by.full_name if _sees_people(request, correction) else "The school"),
        SummaryRow("Suggested", moment(correction.suggested_at)),
        SummaryRow("What the school says", correction.says or "Nothing more"),
    ]
    if not correction.is_open:
        about += [
            SummaryRow("Decided by", correction.decided_by.full_name),
            SummaryRow("Decided", moment(correction.decided_at)),
            SummaryRow("Reason", correction.reason) if correction.reason else None,
        ]
    context = {
        "correction": correction,
        "title": correction.title,
        "tag": correction.state_tag,
        "about": [row for row in about if row],
        "changes": changes,
        "accept_url": reverse("schools:correction-accept", args=[correction.pk]),
        "decline_url": reverse("schools:correction-decline", args=[correction.pk]),
        "accept_label": "Accept and change the record" if correction.values else "Accept: the record has been put right",
        "school_url": reverse("schools:school-detail", args=[school.urn]),
        "errors": [(sentence, "") for sentence in refusals],
        "breadcrumbs": [
            ("Schools", reverse("schools:school-list")),
            ("Corrections", reverse("schools:correction-list")),
        ],
    }
    return render(request, "schools/correction.html", context, status=409 if refusals else 200)


def _sees_people(request, correction: Correction) -> bool:
    return can(request.viewer, P.SCHOOL_PEOPLE, correction.school)


@require_POST
@requires(P.SCHOOL_EDIT)
def correction_accept(request, pk):
    """What the school said is right."""
    correction = correction_of(request, pk)
    try:
        actions.accept_correction(correction=correction, on=request.viewer.on, by=request.user, at=clock.now())
    except Refused as refused:
        return _detail(request, correction_of(request, pk), refused.sentences)
    return redirect("schools:correction-detail", pk=pk)


@require_http_methods(["GET", "POST"])
@requires(P.SCHOOL_EDIT)
def correction_decline(request, pk):
    """The record stays as it is."""
    correction = correction_of(request, pk)
    form = DeclineForm(posted(request))

    def act(reason, by, at):
        actions.decline_correction(correction=correction, reason=reason, by=by, at=at)

    return form_page(
        request, form, heading="Leave the record as it is", back=reverse("schools:correction-detail", args=[pk]), act=act,
        says="You have declined the correction. The school is told by email",
        text=f"{correction.title} of {correction.school.name}",
    )  # fmt: skip
