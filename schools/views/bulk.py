"""One change to many schools: what, which value, what it would do, once (SCH-9, SCH-13, SCH-21). A GET changes nothing."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import fetch, requires
from accounts.actions import Refused
from accounts.models import Authority
from accounts.permissions import P
from accounts.selectors import policy_on
from sipmanager.core import clock
from sipmanager.core.listing import page_number, pages_of
from sipmanager.core.once import once
from sipmanager.core.parts import Tag
from sipmanager.core.wording import counted

from .. import actions
from ..actions.bulk_fields import FIELDS
from ..forms import BulkValueForm, BulkWhatForm, ConfirmBulkForm
from ..models import BulkChange, School, SchoolService
from .shared import posted

change_methods = require_http_methods(["GET", "POST"])
A_PAGE = 100
TAGS = {
    "changed": Tag("Changed", "green"), "refused": Tag("Refused", "orange"), "meanwhile": Tag("Changed meanwhile", "yellow"),
    "same": Tag("The same already", "grey"), "": Tag("Will change", "blue"),
}  # fmt: skip
# What stands first: whatever somebody has to look at.
ORDER = ("refused", "meanwhile", "", "changed", "same")


def change_of(request, pk: int) -> BulkChange:
    return fetch(request.viewer, P.SCHOOL_EDIT, BulkChange.objects.select_related("made_by", "undoes"), pk=pk)


def url(name: str, change: BulkChange) -> str:
    return reverse(f"schools:bulk-{name}", args=[change.pk])


def trail() -> list[tuple[str, str]]:
    return [("My work", "/"), ("Schools", reverse("schools:school-list"))]


@change_methods
@requires(P.SCHOOL_EDIT)
def bulk_what(request, pk):
    """What is to change on the chosen schools."""
    change = change_of(request, pk)
    if change.done_at is not None:
        return redirect(url("done", change))
    form = BulkWhatForm(posted(request), initial={"what": change.what})
    if form.is_valid():
        return redirect(f"{url('value', change)}?what={form.cleaned_data['what']}")
    return render(request, "schools/bulk/form.html", {"form": form, "breadcrumbs": trail(), **said(change)})


def said(change: BulkChange) -> dict:
    left = change.left_out
    return {
        "heading": f"Change {counted(len(change.rows), 'school')}",
        "left_out": f"{counted(left, 'school')} of those chosen left out: you may see them and not change them."
        if left
        else "",
    }


@change_methods
@requires(P.SCHOOL_EDIT)
def bulk_value(request, pk):
    """The new value; sent, it is tried on each school and nothing is written but the preview."""
    change = change_of(request, pk)
    if change.done_at is not None:
        return redirect(url("done", change))
    field = FIELDS.get(request.GET.get("what", ""))
    if field is None:
        return redirect(url("what", change))
    on = request.viewer.on
    form = BulkValueForm(posted(request), field=field, on=on, categories=categories_of(change, on), initial={"starts_on": on})
    if form.is_valid():
        given = form.cleaned_data
        actions.preview_bulk(
            change=change, what=field.key, value=given["value"], starts_on=given.get("starts_on"), on=on, at=clock.now()
        )
        return redirect(url("check", change))
    return render(request, "schools/bulk/form.html", {"form": form, "breadcrumbs": trail(), **said(change)})


def categories_of(change: BulkChange, on) -> list[str]:
    """Every category of the local policies of the authorities that serve the chosen schools."""
    ids = [row["school"] for row in change.rows]
    serving = SchoolService.objects.running(on).filter(school_id__in=ids).values("authority_id")
    local = School.objects.filter(pk__in=ids).values("local_authority_id")
    authorities = Authority.objects.filter(pk__in=serving) | Authority.objects.filter(pk__in=local)
    found = [name for row in authorities.order_by("pk") for name in policy_on(authority=row, on=on).categories]
    return list(dict.fromkeys(found))


@change_methods
@requires(P.SCHOOL_EDIT)
def bulk_check(request, pk):
    """Row by row what the change would do; one confirmation carries it out, once."""
    change = change_of(request, pk)
    if change.done_at is not None:
        return redirect(url("done", change))
    if change.previewed_at is None:
        return redirect(url("what", change))
    form = ConfirmBulkForm(posted(request))
    if form.is_valid():
        at = clock.now()

        def effect():
            actions.carry_out_bulk(change=change, by=request.user, on=request.viewer.on, at=at)
            return url("done", change)

        try:
            address, is_new = once(key=form.cleaned_data["form_key"], by=request.user, at=at, effect=effect)
        except Refused:
            # A second window was first: what it did is shown.
            return redirect(url("done", change))
        if is_new:
            messages.success(request, "The change is carried out")
        return redirect(address)
    rows = listed(change)
    will = sum(row["state"] == "" for row in rows)
    context = shown(request, change, rows) | {
        "form": form,
        "will_change": will,
        "button": f"Change {counted(will, 'school')}",
        "back_url": url("what", change),
    }
    return render(request, "schools/bulk/check.html", context)


@require_http_methods(["GET"])
@requires(P.SCHOOL_EDIT)
def bulk_done(request, pk):
    """What became of each school, and the way to undo it."""
    change = change_of(request, pk)
    if change.done_at is None:
        return redirect(url("what", change))
    rows = listed(change)
    context = shown(request, change, rows) | {
        "can_undo": any(row["state"] == "changed" for row in rows),
        "undo_url": url("undo", change),
    }
    return render(request, "schools/bulk/done.html", context)


@require_POST
@requires(P.SCHOOL_EDIT)
def bulk_undo(request, pk):
    """A second change with the earlier values, to be looked at and confirmed."""
    change = change_of(request, pk)
    try:
        made = actions.undo_bulk(change=change, by=request.user, on=request.viewer.on, at=clock.now())
    except Refused as refused:
        messages.warning(request, " ".join(refused.sentences))
        return redirect(url("done", change))
    return redirect(url("check", made))


def listed(change: BulkChange) -> list[dict]:
    """The rows as the page shows them, those first at which somebody has to look."""
    found = [row | {"state": state_of(row)} for row in change.rows]
    return sorted(found, key=lambda row: ORDER.index(row["state"]))


def state_of(row: dict) -> str:
    if "outcome" in row:
        return row["outcome"]
    if row["was"] == row["becomes"]:
        return "same"
    return "refused" if row["because"] else ""


def shown(request, change: BulkChange, rows: list[dict]) -> dict:
    field = FIELDS[change.what]
    paginator = Paginator(rows, A_PAGE)
    number = page_number(request.GET, paginator)
    page = list(paginator.page(number))
    schools = School.objects.in_bulk([row["school"] for row in page])
    counts = {state: sum(row["state"] == state for row in rows) for state in ORDER}
    return {
        "change": change,
        "field": field,
        "rows": [
            {
                "school": schools[row["school"]],
                "was": field.words(row["was"]),
                "becomes": field.words(row["becomes"]),
                "now": field.words(row["now"]) if "now" in row else "",
                "because": row.get("because", []),
                "tag": TAGS[row["state"]],
            }
            for row in page
        ],
        "counts": [f"{counted(many, 'school')}: {TAGS[state].label.lower()}" for state, many in counts.items() if many],
        "pages": pages_of(request.GET.copy(), number, paginator.num_pages),
        "breadcrumbs": trail(),
    }
