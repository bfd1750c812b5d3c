"""Compare lines of an extract with what is held, and say what would be done to each school. Writes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sipmanager.core.wording import in_sentence, listed

from ..facts import Status
from ..models import FactKind, FactSource, Post, PostKind, School, SchoolFact
from ..searching import same
from ..selectors import owned_fields
from .labels import LABELS, words
from .places import Places
from .rows import SchoolRow, new_school_defaults

CREATE, UPDATE, KEEP, SKIP, REJECT = "created", "updated", "unchanged", "skipped", "rejected"

# Columns of School that an extract may fill. Officers own the others.
COMPARED = (
    "name", "local_authority_id", "establishment_number", "ukprn", "status", "phase", "governance", "type_name",
    "opened_on", "closed_on", "diocese_id", "religious_character", "trust_name", "federation_name", "low_age", "high_age",
    "has_sixth_form", "pupils", "capacity", "street", "locality", "address3", "town", "county", "postcode", "easting",
    "northing", "phone", "website", "last_changed_on",
)  # fmt: skip
LOADED = ("pk", "urn", "last_seen_on", *COMPARED)

# Columns that are dated facts; an officer's word on one of them stands against the extract's.
FACT_OF = {
    "status": FactKind.STATUS,
    "local_authority_id": FactKind.LOCAL_AUTHORITY,
    "governance": FactKind.GOVERNANCE,
    "phase": FactKind.PHASE,
    "name": FactKind.NAME,
}

OTHER_AUTHORITY = "another authority"
OLDER = "older than what is held"


@dataclass
class Plan:
    """What one line does. `changes` are columns of School; `reason` says why it is skipped or rejected."""

    row: SchoolRow
    kind: str
    school_id: int | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    heads_differ: bool = False
    heads_before: tuple[str, ...] = ()
    reason: str = ""
    # Nothing is left to do, because an officer has the last word: the line counts as taken.
    is_heard: bool = False
    warnings: list[str] = field(default_factory=list)

    @property
    def closes(self) -> bool:
        """Whether a school that was held as not closed becomes closed."""
        return self.kind == UPDATE and self.changes.get("status") == Status.CLOSED

    @property
    def moves(self) -> bool:
        return self.kind == UPDATE and "local_authority_id" in self.changes and bool(self.before["local_authority_id"])


@dataclass(frozen=True)
class Limits:
    """What a run may touch: one authority's rows only, and whether it may take schools from other authorities."""

    authority_id: int | None = None
    served_urns: frozenset[str] | None = None
    may_take_schools: bool = True


def plans_for(rows: list[SchoolRow], *, places: Places, as_at: date, limits: Limits) -> list[Plan]:
    """A plan for each row, in the same order; four queries at most."""
    stored = {row["urn"]: row for row in School.objects.filter(urn__in=[row.urn for row in rows]).values(*LOADED).order_by()}
    heads = _heads_held(rows, stored)
    plans = [_plan(row, stored.get(row.urn), heads, places, as_at, limits) for row in rows]
    updates = [plan for plan in plans if plan.kind == UPDATE]
    _leave_to_officers(updates)
    _leave_to_owners(updates, places)
    return plans


def _plan(row: SchoolRow, held, heads, places: Places, as_at: date, limits: Limits) -> Plan:
    plan = Plan(row, KEEP, warnings=list(row.warnings))
    if held is None and row.not_held:
        return _ending(plan, SKIP, row.not_held)
    values = dict(row.values)
    try:
        _place(row, values, places)
    except KeyError:
        return _ending(plan, REJECT, f"There is no authority {row.authority_code or row.authority_name}")
    if not _is_within(row, values, held, limits):
        return _ending(plan, SKIP, OTHER_AUTHORITY)
    if held is None:
        return _plan_new(plan, values)
    plan.school_id, plan.before = held["pk"], held
    if _is_stale(values, held, as_at):
        plan.warnings.append("The row is older than what is held and was left out")
        return _ending(plan, SKIP, OLDER)
    if row.diocese is not None:
        values["diocese_id"] = places.known_diocese(row.diocese)
    plan.changes = differences(values, held)
    if plan.changes.get("local_authority_id", ...) is None:
        del plan.changes["local_authority_id"]  # a place that is not given takes no school out of its authority
    if not limits.may_take_schools and _takes(plan.changes, held, places):
        holder = places.names[held["local_authority_id"]]
        return _ending(plan, REJECT, f"The school is in {holder}; national staff can move it")
    heads_held = heads.get(held["pk"], [])
    plan.heads_before = tuple(head.name for head in heads_held)
    plan.heads_differ = _heads_differ(plan, values.get("status", held["status"]), heads_held)
    if plan.changes or plan.heads_differ:
        plan.kind = UPDATE
    return plan


def _ending(plan: Plan, kind: str, reason: str) -> Plan:
    plan.kind, plan.reason = kind, reason
    return plan


def _place(row: SchoolRow, values: dict, places: Places) -> None:
    if row.authority_code is not None or row.authority_name is not None:
        values["local_authority_id"] = places.authority_of(row.authority_code, row.authority_name)


def _is_within(row: SchoolRow, values: Mapping, held, limits: Limits) -> bool:
    if limits.served_urns is not None:
        return row.urn in limits.served_urns
    if limits.authority_id is None:
        return True
    given = values.get("local_authority_id", held["local_authority_id"] if held else None)
    return given == limits.authority_id


def _takes(changes: Mapping, held: Mapping, places: Places) -> bool:
    """Whether the row takes the school out of an authority that goes on without it."""
    old = held["local_authority_id"]
    return bool(old and "local_authority_id" in changes and not places.follows(old, changes["local_authority_id"]))


def _plan_new(plan: Plan, values: dict) -> Plan:
    if values.get("local_authority_id") is None:
        return _ending(plan, REJECT, "The authority is missing")
    plan.kind, plan.changes = CREATE, new_school_defaults(values)
    plan.heads_differ = bool(plan.row.heads) and plan.changes["status"] != Status.CLOSED
    return plan


def _is_stale(values: Mapping, held: Mapping, as_at: date) -> bool:
    """Strictly older than the stored `LastChangedDate` or as-at (D-10)."""
    if held["last_seen_on"] and as_at < held["last_seen_on"]:
        return True
    changed_on = values.get("last_changed_on")
    return bool(changed_on and held["last_changed_on"] and changed_on < held["last_changed_on"])


def differences(values: Mapping[str, Any], held: Mapping[str, Any]) -> dict[str, Any]:
    """The columns whose value differs in more than letter case, hyphens and spaces (D-10)."""
    found = {}
    for key, value in values.items():
        old = held[key]
        if old == value:
            continue
        if isinstance(value, str) and isinstance(old, str) and same(old, value):
            continue
        found[key] = value
    return found


# Heads.


@dataclass(frozen=True)
class HeldHead:
    key: str
    name: str
    job_title: str
    is_acting: bool
    source: str


def _heads_held(rows: Iterable[SchoolRow], stored: Mapping) -> dict[int, list[HeldHead]]:
    ids = [stored[row.urn]["pk"] for row in rows if row.heads and row.urn in stored]
    if not ids:
        return {}
    found: dict[int, list[HeldHead]] = {}
    posts = Post.objects.filter(school_id__in=ids, kind=PostKind.HEAD, ends_on=None)
    columns = ("school_id", "full_name", "job_title", "is_acting", "source")
    for school_id, name, job_title, is_acting, source in posts.values_list(*columns).order_by("pk"):
        found.setdefault(school_id, []).append(HeldHead(head_key(name), name, job_title, is_acting, source))
    return found


def head_key(full_name: str) -> str:
    return " ".join(full_name.replace("-", " ").split()).casefold()


def _heads_differ(plan: Plan, status: str, held: list[HeldHead]) -> bool:
    """A closed school keeps the head it had, and no name in the extract ends no headship."""
    given = plan.row.heads
    if not given or status == Status.CLOSED:
        return False
    if any(head.source != FactSource.GIAS for head in held):
        if {head.key for head in given} != {head.key for head in held}:
            plan.warnings.append("The extract names another head than the one an officer entered, who was kept")
        return False
    then = {head.key: (head.job_title.casefold(), head.is_acting) for head in held}
    return {head.key: (head.job_title.casefold(), head.is_acting) for head in given} != then


def _leave_to_officers(plans: list[Plan]) -> None:
    """Take out of the plans what an officer has entered: an extract never overwrites it."""
    touching = {plan.school_id: plan for plan in plans if any(key in plan.changes for key in FACT_OF)}
    if not touching:
        return
    owned = SchoolFact.objects.filter(school_id__in=touching, ends_on=None, kind__in=FACT_OF.values())
    columns = {kind.value: column for column, kind in FACT_OF.items()}
    for school_id, kind in owned.exclude(source=FactSource.GIAS).values_list("school_id", "kind").order_by():
        plan = touching[school_id]
        if plan.changes.pop(columns[kind], None) is not None:
            plan.warnings.append(f"The {FactKind(kind).label.lower()} differs from what an officer entered, which was kept")
        _settle(plan)


def _settle(plan: Plan) -> None:
    """A plan of which nothing is left to do keeps what is held, and remembers the line so that it warns once."""
    if not plan.changes and not plan.heads_differ:
        plan.kind, plan.is_heard = KEEP, True


def _leave_to_owners(plans: list[Plan], places: Places) -> None:
    """Take out of the plans the columns that an officer or the school itself keeps, and say what the extract has there."""
    owned = owned_fields([plan.school_id for plan in plans]) if plans else {}
    for plan in plans:
        theirs = owned.get(plan.school_id, frozenset())
        kept = {key for key in plan.changes if key in theirs or key.removesuffix("_id") in theirs}
        if not kept:
            continue
        given = {key: words(key, plan.changes[key], diocese=plan.row.diocese, places=places) for key in kept}
        says = [f"{in_sentence(label)} {given[key] or 'blank'}" for key, label in LABELS.items() if key in kept]
        plan.warnings.append(f"What an officer or the school keeps was left alone; the extract has {listed(says)}")
        for key in kept:
            del plan.changes[key]
        _settle(plan)
