"""What the floors above add to a school's page; each registers it from its `ready()`.

    panels.register("sip", 10, current_sips)

`current_sips(viewer, school, on)` returns `{"template": …, "context": {…}}`, or `None` where there is nothing to show
or the viewer may not see it. An essential is `(label, text)` or `(label, text, url)` for the line under the heading.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from accounts.access import Viewer

from .models import School

OVERVIEW, SIP, VISITS = "overview", "sip", "visits"
TABS = (OVERVIEW, SIP, VISITS)

Source = Callable[[Viewer, School, date], Any]
_panels: dict[str, list[tuple[int, Source]]] = {tab: [] for tab in TABS}
_essentials: list[tuple[int, Source]] = []


def register(tab: str, order: int, source: Source) -> None:
    """Add a panel to a tab; a lower `order` stands higher."""
    _add(_panels[tab], order, source)


def register_essential(order: int, source: Source) -> None:
    """Add a word to the line of essentials; a lower `order` stands further left."""
    _add(_essentials, order, source)


def _add(rows: list[tuple[int, Source]], order: int, source: Source) -> None:
    rows[:] = sorted([row for row in rows if row[1] is not source] + [(order, source)], key=lambda row: row[0])


def has_panels(tab: str) -> bool:
    """Whether any floor has something for a tab."""
    return bool(_panels[tab])


def panels_of(tab: str, viewer: Viewer, school: School, on: date) -> list[dict[str, Any]]:
    """The panels of a tab for this viewer, in order."""
    found = (source(viewer, school, on) for _order, source in _panels[tab])
    return [panel for panel in found if panel is not None]


def essentials_of(viewer: Viewer, school: School, on: date) -> list[tuple[str, str, str]]:
    """The essentials the floors above know, as label, text and address (blank without one)."""
    found = (source(viewer, school, on) for _order, source in _essentials)
    return [(*essential, "")[:3] for essential in found if essential is not None]
