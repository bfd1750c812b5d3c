"""Carry out plans: schools, their dated facts, who serves them and who leads them. One transaction a call."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from sipmanager.core import audit

from .. import facts
from ..actions import forget_closures, raise_tasks
from ..changes import Change
from ..models import FactKind, FactSource, ImportRun, Post, PostKind, School, SchoolFact, SchoolService, ServiceSource
from ..searching import search_words
from ..spells import ONE_DAY, FactBook, first_status, next_status
from .heads import Head
from .noticing import changes_in, new_head
from .places import NEW_DIOCESE, Places
from .plans import COMPARED, CREATE, UPDATE, Plan, head_key

WRITTEN = ["search_name", "line_digest", "deemed_phase", "last_seen_on", *(column.removesuffix("_id") for column in COMPARED)]
FACT_KINDS = (
    FactKind.STATUS, FactKind.LOCAL_AUTHORITY, FactKind.GOVERNANCE, FactKind.PHASE, FactKind.NAME,
    FactKind.DEEMED_PHASE,
)  # fmt: skip


@transaction.atomic
def carry_out(
    plans: Iterable[Plan], *, places: Places, as_at: date, by: Any, at: datetime, source: str = FactSource.GIAS,
    run: ImportRun | None = None,
) -> list[School]:  # fmt: skip
    """Create and update the schools of `plans` (those of another kind are passed over). Returns the schools touched.

    `by` is a user, or `audit.SYSTEM` for the command line; `source` is whose word it is. What changed at a school that
    was held raises tasks for what it touches, in the same transaction; `run` is the load that brought it.
    """
    new = [plan for plan in plans if plan.kind == CREATE]
    old = [plan for plan in plans if plan.kind == UPDATE]
    created = _create(new, places, as_at, at, source)
    updated = _update(old, places, as_at, by, at)
    changed = list(zip(updated, old, strict=True))
    changes = changes_in(changed, places=places, as_at=as_at)
    changes += _write_heads([*zip(created, new, strict=True), *changed], as_at, by, at, source)
    raise_tasks(changes=changes, run=run, on=timezone.localtime(at).date(), at=at)
    reopened = [school.pk for school, plan in changed if "status" in plan.changes and not plan.closes]
    if reopened:
        forget_closures(schools=reopened, at=at)
    return [*created, *updated]


def _create(plans: list[Plan], places: Places, as_at: date, at: datetime, source: str) -> list[School]:
    schools = []
    for plan in plans:
        school = School(urn=plan.row.urn, last_seen_on=as_at, line_digest=plan.row.digest)
        _assign(school, plan.changes)
        if plan.row.diocese:
            school.diocese_id = places.diocese(plan.row.diocese)
        school.deemed_phase = facts.deemed_phase(school.phase)
        schools.append(school)
    School.objects.bulk_create(schools)
    book = FactBook((), at=at, source=source)
    services = []
    for school in schools:
        first_status(book, school.pk, school.status, school.opened_on, school.closed_on)
        book.add(school.pk, FactKind.GOVERNANCE, school.governance)
        book.add(school.pk, FactKind.PHASE, school.phase)
        if school.local_authority_id:
            book.add(school.pk, FactKind.LOCAL_AUTHORITY, places.codes[school.local_authority_id])
            services.append(SchoolService(school=school, authority_id=school.local_authority_id))
    book.save()
    SchoolService.objects.bulk_create(services)
    return schools


def _assign(school: School, values: dict[str, Any]) -> None:
    for column, value in values.items():
        setattr(school, column, value)
    if "name" in values or "town" in values:
        school.search_name = search_words(school.name, school.urn, school.town)


def _update(plans: list[Plan], places: Places, as_at: date, by: Any, at: datetime) -> list[School]:
    held = School.objects.in_bulk([plan.school_id for plan in plans])
    schools = [held[plan.school_id] for plan in plans]
    dated = [plan for plan in plans if plan.changes.keys() & DATED]
    known = SchoolFact.objects.filter(school_id__in=[plan.school_id for plan in dated], kind__in=FACT_KINDS)
    book = FactBook(known, at=at)
    services = ServiceBook(plan.school_id for plan in dated if "local_authority_id" in plan.changes)
    for plan, school in zip(plans, schools, strict=True):
        before = {column: getattr(school, column) for column in DATED}
        _assign(school, plan.changes)
        if school.diocese_id == NEW_DIOCESE:
            school.diocese_id = places.diocese(plan.row.diocese)
        school.last_seen_on, school.line_digest = as_at, plan.row.digest
        if plan.changes.keys() & DATED:
            _change_facts(school, plan, before, book, services, places, as_at, by, at)
    book.save()
    services.save()
    if schools:
        School.objects.bulk_create(schools, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN)
    return schools


# Columns whose change is a change of a dated fact.
DATED = frozenset({"status", "opened_on", "closed_on", "local_authority_id", "governance", "phase", "name"})


def _change_facts(school, plan, before, book, services, places, as_at, by, at) -> None:
    changes = plan.changes
    if changes.keys() & {"status", "opened_on", "closed_on"}:
        since = next_status(book, school.pk, school.status, school.opened_on, school.closed_on, as_at)
        if "status" in changes:
            audit.record(
                what="school.status", subject=school, by=by, at=at, about_on=since,
                was=before["status"], now=school.status,
            )  # fmt: skip
    if "local_authority_id" in changes:
        _move(school, before["local_authority_id"], book, services, places, as_at, by, at)
    for column, kind in (("governance", FactKind.GOVERNANCE), ("phase", FactKind.PHASE)):
        if column in changes:
            book.change(school.pk, kind, changes[column], as_at)
    if "name" in changes:
        if not book.spells(school.pk, FactKind.NAME):
            # Most schools never change their name: the first spell is written when there is a second.
            book.add(school.pk, FactKind.NAME, before["name"])
        book.change(school.pk, FactKind.NAME, changes["name"], as_at)
    if "phase" in changes:
        set_by_officer = book.running(school.pk, FactKind.DEEMED_PHASE)
        school.deemed_phase = facts.deemed_phase(school.phase) or (set_by_officer.value if set_by_officer else "")


def _move(school, old_id, book, services, places, as_at, by, at) -> None:
    """The school lies in another authority, which serves it unless a trust does by agreement (D-2)."""
    new_id = school.local_authority_id
    since = places.moves_on(old_id, new_id, as_at)
    book.change(school.pk, FactKind.LOCAL_AUTHORITY, places.codes[new_id], since)
    services.change(school.pk, new_id, since)
    audit.record(
        what="school.transfer", subject=school, by=by, at=at, about_on=since,
        was=places.codes.get(old_id, ""), now=places.codes[new_id],
    )  # fmt: skip


class ServiceBook:
    """Who serves some schools, with what has to be written."""

    def __init__(self, school_ids: Iterable[int]):
        rows = SchoolService.objects.filter(school_id__in=list(school_ids), ends_on=None)
        self.running = {row.school_id: row for row in rows}
        self.changed: list[SchoolService] = []
        self.new: list[SchoolService] = []

    def change(self, school_id: int, authority_id: int, on: date) -> None:
        """Its local authority is another one from `on`; a trust that serves it goes on doing so."""
        running = self.running.get(school_id)
        if running is None:
            self.new.append(SchoolService(school_id=school_id, authority_id=authority_id, starts_on=on))
            return
        if running.source != ServiceSource.LOCAL_AUTHORITY:
            return
        if running.starts_on is not None and running.starts_on >= on:
            running.authority_id = authority_id
        else:
            running.ends_on = on - ONE_DAY
            self.new.append(SchoolService(school_id=school_id, authority_id=authority_id, starts_on=on))
        self.changed.append(running)

    def save(self) -> None:
        if self.changed:
            SchoolService.objects.bulk_update(self.changed, ["authority", "ends_on"], batch_size=200)
        SchoolService.objects.bulk_create(self.new)


# Heads.


def _write_heads(
    pairs: list[tuple[School, Plan]], as_at: date, by: Any, at: datetime, source: str
) -> list[Change]:  # fmt: skip
    """Write who leads each school; returns the changes of headteacher."""
    named = {school.pk: plan.row.heads for school, plan in pairs if plan.heads_differ}
    if not named:
        return []
    held: dict[int, list[Post]] = {pk: [] for pk in named}
    known = Post.objects.filter(school_id__in=named, kind=PostKind.HEAD).select_related("school")
    for post in known.order_by("pk"):
        held[post.school_id].append(post)
    new, changed = [], []
    for school_id, heads in named.items():
        _change_heads(school_id, heads, held[school_id], new, changed, as_at, at, source)
    Post.objects.bulk_update(changed, ["job_title", "is_acting", "ends_on"], batch_size=200)
    Post.objects.bulk_create(new)
    for post in changed:
        if post.user_id and post.ends_on:
            audit.record(what="post.end", subject=post, by=by, at=at, about_on=post.ends_on, post=post.kind)
    return _new_heads(pairs, held, new, changed, as_at)


def _new_heads(pairs, held: dict[int, list[Post]], new: list[Post], changed: list[Post], as_at: date) -> list[Change]:
    """A head where there was another before, or none any more; the first that is known of a school is no change."""
    begun: dict[int, list[Post]] = {}
    for post in new:
        if held[post.school_id]:
            begun.setdefault(post.school_id, []).append(post)
    ended: dict[int, list[Post]] = {}
    for post in changed:
        if post.ends_on is not None:
            ended.setdefault(post.school_id, []).append(post)
    schools = {school.pk: school for school, _plan in pairs}
    return [new_head(schools[pk], ended.get(pk, []), posts, as_at) for pk, posts in begun.items()]


def _change_heads(
    school_id: int, heads: tuple[Head, ...], held: list[Post], new: list[Post], changed: list[Post], as_at: date,
    at: datetime, source: str,
) -> None:  # fmt: skip
    """Whoever is named still goes on; who is not ends the day before; who is new starts, the first of all always."""
    running = {head_key(post.full_name): post for post in held if post.ends_on is None}
    given = {head.key: head for head in heads}
    for key, post in running.items():
        head = given.get(key)
        if head is None:
            last_day = as_at - timedelta(days=1)
            post.ends_on = max(last_day, post.starts_on) if post.starts_on else last_day
            changed.append(post)
        elif (post.job_title, post.is_acting) != (head.job_title, head.is_acting):
            post.job_title, post.is_acting = head.job_title, head.is_acting
            changed.append(post)
    new += [
        Post(
            school_id=school_id,
            kind=PostKind.HEAD,
            full_name=head.full_name,
            job_title=head.job_title,
            is_acting=head.is_acting,
            source=source,
            starts_on=as_at if held else None,
            recorded_at=at,
        )
        for key, head in given.items()
        if key not in running
    ]
