"""What the floors above know of a school that is handed over; each registers it from its `ready()` (HND-1, DAY-3).

    handover_sources.register_notes(issued_notes)
    handover_sources.register_visits(visits_of)

`issued_notes(schools, since, until)` yields a `Piece` for each note that was issued of visits between two days, both
included; `visits_of(deployment, since)` the `VisitDay`s of a deployment, held and planned.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from partners.models import Deployment
from sipmanager.core.models import StoredDocument


@dataclass(frozen=True)
class Piece:
    """One paper of a pack: what it is, of which day, and the file where there is one; `name` is the file's name."""

    title: str
    on: date
    says: str = ""
    url: str = ""
    document: StoredDocument | None = None
    name: str = ""


@dataclass(frozen=True)
class VisitDay:
    """A visit of the deployment, held or planned."""

    on: date
    says: str
    is_held: bool
    url: str = ""


NotesSource = Callable[[Iterable[int], date, date], Iterable[Piece]]
VisitsSource = Callable[[Deployment, date], Iterable[VisitDay]]
_notes: list[NotesSource] = []
_visits: list[VisitsSource] = []


def register_notes(source: NotesSource) -> None:
    if source not in _notes:
        _notes.append(source)


def register_visits(source: VisitsSource) -> None:
    if source not in _visits:
        _visits.append(source)


def notes_of(schools: Iterable[int], since: date, until: date) -> list[Piece]:
    """The issued notes of some schools, the latest first."""
    found = [piece for source in _notes for piece in source(schools, since, until)]
    return sorted(found, key=lambda piece: (piece.on, piece.title), reverse=True)


def visits_of(deployment: Deployment, since: date) -> list[VisitDay]:
    """The visits of a deployment from a day on, the earliest first."""
    found = [visit for source in _visits for visit in source(deployment, since)]
    return sorted(found, key=lambda visit: (visit.on, visit.says))
