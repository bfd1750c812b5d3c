"""A past day as it was known then and as it is known now, and how the conditions stood month by month (D-21)."""

from dataclasses import dataclass
from datetime import date

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.permissions import P
from partners import selectors
from partners.conditions import RESULT_NAMES, Result, deciding, figure_said, figure_words
from partners.forms import AsAtForm
from partners.models import GrantSnapshot
from partners.selectors import GRANT, Difference
from partners.wording import event_sentence, event_text
from sipmanager.core.academic import add_months
from sipmanager.core.parts import Event, Link
from sipmanager.core.wording import day, in_sentence

from ..shared import READ
from .shared import (
    authority_for,
    caption,
    conditions_url,
    letter_of,
    programme_links,
    tag_for,
    trail,
    url_at,
)

MONTHS_SHOWN = 24
ORDER = (Result.NOT_MET, Result.AT_RISK, Result.NO_DATA, Result.MET)
# The chart, in its own units.
STEP, BAR, HEIGHT, LEFT, TOP = 30, 20, 132, 24, 8


@require_http_methods(READ)
@requires(P.CONDITIONS_VIEW)
def conditions_history(request, code, programme):
    """A chosen past day, then and now, with what explains the difference; beneath, the months up to it."""
    authority = authority_for(request, P.CONDITIONS_VIEW, code, programme)
    viewer = request.viewer
    given = request.GET if any(name.startswith("on") for name in request.GET) else None
    form = AsAtForm(given, on=viewer.on, initial={"on": viewer.on})
    on = viewer.on
    if form.is_bound:
        on = form.cleaned_data["on"] if form.is_valid() else None
    months = selectors.months_of(authority, programme, on or viewer.on, add_months(on or viewer.on, -MONTHS_SHOWN))
    context = {
        "form": form,
        "heading": "History of the conditions",
        "caption": caption(authority, programme),
        "tabs": programme_links("conditions-history", authority, programme, f"?on={on.isoformat()}" if on else ""),
        "on": on,
        "chart": chart(months),
        "months": [month_row(row, authority, programme) for row in reversed(months)],
        "breadcrumbs": trail(authority, programme),
    }
    if on is not None:
        context |= of_day(request, authority, programme, on)
    return render(request, "partners/conditions/history.html", context)


def of_day(request, authority, programme: str, on: date) -> dict:
    """The chosen day: each condition then and now, and the differences with their reasons."""
    found = selectors.compare(authority=authority, programme=programme, on=on)
    then = {row["id"]: row for row in found.then.answers} if found.then else {}
    sees_rows = request.viewer.has(P.DEPLOYMENT_VIEW)
    before, after = selectors.nearest_snapshots(authority, programme, on) if found.then is None else (None, None)
    here = url_at("conditions-history", authority, programme)
    return {
        "taken_at": found.then.taken_at if found.then else None,
        "nearest": [Link(day(one), f"{here}?on={one.isoformat()}") for one in (before, after) if one],
        "rows": [row_of(answer, then.get(answer.id), programme) for answer in found.now.answers],
        "differences": [difference_row(one, sees_rows) for one in found.differences],
        "unexplained": [title_of(one.condition) for one in found.unexplained],
        "page_url": conditions_url(authority, programme, on),
    }


def row_of(answer, then: dict | None, programme: str) -> dict:
    return {
        "letter": letter_of(answer.id),
        "says": answer.says,
        "then": tag_for(then["result"], then["strength"]) if then else None,
        "then_figure": deciding(answer.id, programme, then["result"], then["figures"]) if then else "",
        "since": day(date.fromisoformat(then["since"])) if then else "",
        "now": tag_for(answer.result, answer.strength),
        "now_figure": deciding(answer.id, programme, answer.result, answer.verdict.figures),
    }


def title_of(condition: str) -> str:
    return "The grant" if condition == GRANT else letter_of(condition)


def difference_row(one: Difference, sees_rows: bool) -> dict:
    """What differs in one condition, in words, and the lines of the record that explain it."""
    changed = (
        [f"Result: {name(one.then)} then, {name(one.now)} now."] if one.then.get("result") != one.now.get("result") else []
    )
    if one.condition == GRANT:
        changed = [f"Amount: {one.then['amount']} then, {one.now['amount']} now."]
    figures, now = one.then.get("figures", {}), one.now.get("figures", {})
    changed += [
        f"{figure_words(key)}: {said(key, figures.get(key))} then, {said(key, now.get(key))} now."
        for key in dict.fromkeys([*figures, *now])
        if figures.get(key) != now.get(key)
    ]
    if sees_rows:
        changed += findings_changed(one)
    return {
        "title": title_of(one.condition),
        "changed": changed or ["The words of what stands in its way."],
        "is_explained": one.is_explained,
        "lines": [
            Event(event_sentence(line), line.at, by=line.by_name, text=event_text(line)) for line in reversed(one.lines)
        ],
    }


def said(figure: str, value) -> str:
    """A figure inside a sentence; the name of an edition keeps its letters."""
    words = figure_said(figure, value)
    return words if isinstance(value, str) else in_sentence(words)


def name(row) -> str:
    return RESULT_NAMES[Result(row["result"])].lower() if row else "not asked"


def findings_changed(one: Difference) -> list[str]:
    then = [row["because"] for row in one.then.get("findings", [])]
    now = [row["because"] for row in one.now.get("findings", [])]
    gone = [f"Only then: {words}" for words in then if words not in now]
    return gone + [f"Only now: {words}" for words in now if words not in then]


def month_row(row: GrantSnapshot, authority, programme: str) -> dict:
    return {
        "month": f"{row.on:%B %Y}",
        "link": Link(day(row.on), f"{url_at('conditions-history', authority, programme)}?on={row.on.isoformat()}"),
        "counts": [(RESULT_NAMES[result], getattr(row, result.value)) for result in ORDER],
    }


@dataclass(frozen=True)
class Segment:
    """One part of a bar: how many conditions stand so in a month."""

    kind: str
    x: int
    y: float
    width: int
    height: float
    says: str


@dataclass(frozen=True)
class Chart:
    """A stacked bar for each month, drawn by the template as SVG; the table beneath says the same."""

    width: int
    height: int
    base: int
    segments: tuple[Segment, ...]
    labels: tuple[tuple[int, str], ...]
    scale: tuple[tuple[int, int], ...]
    key: tuple[tuple[str, str], ...]


def chart(months: list[GrantSnapshot]) -> Chart | None:
    """The months as bars; nothing where there are none."""
    most = max((sum(getattr(row, result.value) for result in ORDER) for row in months), default=0)
    if not most:
        return None
    segments, labels = [], []
    for index, row in enumerate(months):
        x, y = LEFT + index * STEP, float(TOP + HEIGHT)
        for result in reversed(ORDER):
            many = getattr(row, result.value)
            if many:
                height = round(HEIGHT * many / most, 1)
                y = round(y - height, 1)
                says = f"{row.on:%B %Y}: {many} {RESULT_NAMES[result].lower()}"
                segments.append(Segment(result.value.replace("_", "-"), x, y, BAR, height, says))
        if index % 3 == 0 or (index == len(months) - 1 and index % 3 == 2):
            labels.append((x, f"{row.on:%b %y}"))
    key = tuple((result.value.replace("_", "-"), RESULT_NAMES[result]) for result in ORDER)
    scale = ((TOP + 10, most), (TOP + HEIGHT, 0))
    width = LEFT + len(months) * STEP + 24
    return Chart(width, TOP + HEIGHT + 24, TOP + HEIGHT, tuple(segments), tuple(labels), scale, key)
