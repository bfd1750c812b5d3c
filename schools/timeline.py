"""The record of a school as sentences: one for each kind of event. Floors above register theirs from `ready()`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any

from accounts.access import Viewer, can
from accounts.models import Authority
from sipmanager.core.models import AuditEvent
from sipmanager.core.parts import Event
from sipmanager.core.wording import capitalised, counted, day, in_london, in_sentence, listed

from .columns import COLUMNS
from .facts import SECTOR_NAMES, STATUS_NAMES
from .kinds import KINDS, RecordKind
from .models import FactSource, PostKind, School, TaskKind

LONGEST = 200

Words = str | Callable[[Mapping[str, Any]], str]


def _change_of(names) -> Callable[[Mapping[str, Any]], str]:
    def says(details):
        now = names.get(details.get("now"), details.get("now") or "none")
        was = names.get(details.get("was"), details.get("was") or "")
        return f"{now}, before that {in_sentence(was)}" if was else f"{now}"

    return says


def _post(verb: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda details: f"{dict(PostKind.choices).get(details.get('post'), 'Post')} {verb}"


def _columns(start: str) -> Callable[[Mapping[str, Any]], str]:
    def says(details):
        labels = [COLUMNS[name].label for name in details.get("columns", ()) if name in COLUMNS]
        given = ", as the school suggested" if details.get("source") == FactSource.SCHOOL else ""
        return f"{start}: {listed([in_sentence(label) for label in labels])}{given}" if labels else start

    return says


def _record(kind: RecordKind, verb: str) -> Callable[[Mapping[str, Any]], str]:
    def says(details):
        thing = kind.names.get(details.get("thing"), "")
        return f"{capitalised(kind.one)} {verb}{f': {in_sentence(thing)}' if thing else ''}"

    return says


RECORD_VERBS = {"add": "recorded", "change": "put right", "end": "ended", "void": "struck out", "open": "read"}


def _names(details: Mapping[str, Any]) -> tuple[str, str]:
    codes = (details.get("was", ""), details.get("now", ""))
    names = dict(Authority.objects.filter(code__in=codes).values_list("code", "name"))
    return names.get(codes[0], "nobody"), names.get(codes[1], codes[1])


def _kind_of_task(details: Mapping[str, Any]) -> str:
    return dict(TaskKind.choices).get(details.get("kind"), "Change in the national register")


def _transfer(details: Mapping[str, Any]) -> str:
    return "Moved from {} to {}".format(*_names(details))


def _service(details: Mapping[str, Any]) -> str:
    return "SIP run by {1}, before that by {0}".format(*_names(details))


_words: dict[str, Words] = {
    "school.status": lambda details: f"Status: {_change_of(STATUS_NAMES)(details)}",
    "school.transfer": _transfer,
    "task.raise": lambda details: (
        f"{_kind_of_task(details)}: {counted(details.get('number', 0), 'thing', 'things')} to settle"
    ),
    "task.settle": lambda details: f"{_kind_of_task(details)}: settled",
    "school.service": _service,
    "school.deemed_phase": lambda details: f"Deemed phase: {_change_of(SECTOR_NAMES)(details)}",
    "school.scope": lambda details: "SIPs serve the school" if details.get("is_in") else "Marked as outside the programme",
    "school.category": lambda details: f"Support category: {_change_of({})(details)}",
    "school.agreed_with_dfes": "Agreement with the Department changed",
    "school.all_age": "Choice of SIP discussed with the regional coordinator",
    "school.change": _columns("Changed"),
    "school.give_back": _columns("Given back to the national register"),
    "correction.suggest": _columns("The school suggested a correction"),
    "correction.accept": _columns("Correction accepted"),
    "correction.decline": "Correction declined",
    "post.start": _post("took up the post"),
    "post.end": _post("left the post"),
    "post.change": _post("details changed"),
    "post.claim": _post("opened an account"),
    **{f"{kind.event}.{name}": _record(kind, verb) for kind in KINDS for name, verb in RECORD_VERBS.items()},
}


def register_words(words: Mapping[str, Words]) -> None:
    """Say what kinds of event are called: a sentence, or a function of the event's details that returns one."""
    _words.update(words)


_left_out: set[str] = set()


def leave_out(kinds: Iterable[str]) -> None:
    """Say which kinds of event are too small for the record of a school, such as each save of a draft."""
    _left_out.update(kinds)


def kept_to(viewer: Viewer, school: School, events):
    """The events without those of records that the viewer may not see."""
    seen = {permission for permission in {kind.view for kind in KINDS} if can(viewer, permission, school)}
    hidden = [f"{kind.event}.{name}" for kind in KINDS if kind.view not in seen for name in RECORD_VERBS]
    return events.exclude(what__in=hidden) if hidden else events


def title_of(event: AuditEvent) -> str:
    """The event in a few words; one that nobody has words for is named by its kind."""
    words = _words.get(event.what)
    if words is None:
        return capitalised(event.what.replace(".", ": ").replace("_", " "))
    return words if isinstance(words, str) else words(event.details)


def events_of(events) -> list[Event]:
    """A queryset of audit lines as the timeline shows them, newest first.

    The same event by the same person, over and over on one day, stands once.
    """
    rows = events.exclude(what__in=_left_out).order_by("-at", "-pk")[:LONGEST]
    found = [Event(title_of(row), row.at, row.by_name or "The service", _when(row.about_on, row.at.date())) for row in rows]
    return [_counted(list(same)) for _key, same in groupby(found, key=_likeness)]


def _likeness(event: Event) -> tuple:
    return event.title, event.by, event.text, in_london(event.at).date()


def _counted(same: list[Event]) -> Event:
    newest = same[0]
    return replace(newest, title=f"{newest.title} ({len(same)} times)") if len(same) > 1 else newest


def _when(about_on: date | None, recorded_on: date) -> str:
    if about_on is None or about_on == recorded_on:
        return ""
    return f"{'For' if about_on > recorded_on else 'As of'} {day(about_on)}"
