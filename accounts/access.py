"""The door: who the viewer is, what they reach, and the only ways to a record (D-4, D-6).

A model says once, in its `scope`, how each reach finds its rows. `visible_to` filters by it, `belongs_to`
asks the same question of one row, `fetch` gives a page its record, `requires` guards a view.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.http import Http404

from .permissions import MEMBERSHIP_ROLES, ROLE_NAMES, ROWS, SCHOOL_ROLES, Permission, Reach, Role, reach_of


@dataclass(frozen=True)
class Capacity:
    """One thing a person is: a role, and the place that it is tied to."""

    role: Role
    authority_id: int | None = None
    region_id: int | None = None
    diocese_id: int | None = None
    school_id: int | None = None
    partner_id: int | None = None
    place: str = ""
    # Whose name stands in the header, where that is not the place.
    authority_name: str = ""
    authority_phone: str = ""

    @property
    def key(self) -> str:
        """A name for the header's switch that survives from one request to the next."""
        places = (self.authority_id, self.region_id, self.diocese_id, self.school_id, self.partner_id)
        return "-".join([self.role.value, *(str(place or 0) for place in places)])

    @property
    def label(self) -> str:
        return f"{ROLE_NAMES[self.role]}, {self.place}" if self.place else ROLE_NAMES[self.role]


@dataclass(frozen=True)
class Viewer:
    """Who is looking, frozen for one request. Rights are the union of the capacities (D-6)."""

    user: Any
    capacities: tuple[Capacity, ...]
    on: date
    school_ids: frozenset[int] = frozenset()
    partner_id: int | None = None
    acting: Capacity | None = None

    def granted(self, permission: Permission) -> list[tuple[Capacity, Reach]]:
        """The capacities that give `permission`, each with how far it reaches."""
        pairs = ((capacity, reach_of(capacity.role, permission)) for capacity in self.capacities)
        return [(capacity, reach) for capacity, reach in pairs if reach is not None]

    def has(self, permission: Permission) -> bool:
        return bool(self.granted(permission))

    def only(self, roles: Iterable[Role]) -> "Viewer":
        """The same person with these roles alone: what a right of some roles reaches."""
        kept = frozenset(roles)
        return replace(self, capacities=tuple(c for c in self.capacities if c.role in kept))

    def roles(self) -> frozenset[Role]:
        return frozenset(capacity.role for capacity in self.capacities)

    @property
    def authority_ids(self) -> frozenset[int]:
        return frozenset(c.authority_id for c in self.capacities if c.authority_id is not None)


NOBODY_ON = Viewer(user=None, capacities=(), on=date.min)

CapacitySource = Callable[..., Iterable[Capacity]]
_sources: list[CapacitySource] = []


def register_capacities(source: CapacitySource) -> None:
    """A floor above adds what people may be: `source(user=, on=) -> capacities`, one query each (D-4)."""
    if source not in _sources:
        _sources.append(source)


def by_standing(capacity: Capacity) -> int:
    """The order in which somebody's capacities are offered: posts of staff, then SIP, then school, then looking after SIPs."""
    if capacity.role in MEMBERSHIP_ROLES:
        return 0
    if capacity.role is Role.SIP:
        return 1
    return 2 if capacity.role in SCHOOL_ROLES else 3


def viewer_for(user: Any, *, on: date, acting_key: str = "", even_if_closed: bool = False) -> Viewer:
    """Build the viewer: one query for memberships and one for each registered source.

    A closed account is nobody, but for the question what its person would be (`even_if_closed`).
    """
    if user is None or not user.is_authenticated or not (user.is_active or even_if_closed):
        return Viewer(user=user, capacities=(), on=on)
    found = [capacity for source in _sources for capacity in source(user=user, on=on)]
    capacities = tuple(sorted(found, key=by_standing))
    acting = next((c for c in capacities if c.key == acting_key), capacities[0] if capacities else None)
    return Viewer(
        user=user,
        capacities=capacities,
        on=on,
        school_ids=frozenset(c.school_id for c in capacities if c.school_id is not None),
        partner_id=next((c.partner_id for c in capacities if c.role is Role.SIP), None),
        acting=acting,
    )


PeopleSource = Callable[[Iterable[int], date], models.QuerySet]
_people: list[PeopleSource] = []


def register_people(source: PeopleSource) -> None:
    """A floor above says whose accounts belong to authorities: `source(authority_ids, on) -> ids of users`."""
    if source not in _people:
        _people.append(source)


def people_of(authority_ids: Iterable[int], on: date) -> Q:
    """The accounts of the people of some authorities, by any of the registered sources."""
    found = nothing()
    for source in _people:
        found |= Q(pk__in=source(authority_ids, on))
    return found


DioceseSource = Callable[[Iterable[int], date], Iterable[int] | models.QuerySet]
_dioceses: list[DioceseSource] = []


def register_dioceses(source: DioceseSource) -> None:
    """A floor above says which dioceses some authorities speak for: `source(authority_ids, on) -> ids of dioceses` (D-5).

    A diocesan officer reads what is issued of every school of the diocese, and nobody gives more than they hold: an authority
    speaks for a diocese only where it runs the SIP of all its schools, as the diocese's own trust does (ROL-15).
    """
    if source not in _dioceses:
        _dioceses.append(source)


def dioceses_of(authority_ids: Iterable[int], on: date, *, column: str = "pk") -> Q:
    """The dioceses for which some authorities speak, or what stands at them in `column`."""
    found = nothing()
    for source in _dioceses:
        found |= Q(**{f"{column}__in": source(authority_ids, on)})
    return found


Place = str | Callable[[Iterable[int], date], Q] | None


def nothing() -> Q:
    return Q(pk__in=())


def everything() -> Q:
    """Every row. An empty `Q()` would not do: joined with "or" to another it leaves the other alone."""
    return Q(pk__isnull=False)


@dataclass(frozen=True)
class Scope:
    """How each reach finds the rows of one model.

    A place is a look-up of an id (`"authority_id"`), or a function of the ids and the day for dated facts.
    `own` is told the viewer and the capacities that reach only their own. `own_work` finds the rows that are
    the viewer's own work, left out of rights marked so. `limit` narrows what a role sees of a row under a
    permission (a school never sees an unreleased draft, D-25). A reach without a place finds nothing.
    """

    authority: Place = None
    region: Place = None
    locality: Place = None
    diocese: Place = None
    school: Place = None
    own: Callable[[Viewer, list[Capacity]], Q] | None = None
    own_work: Callable[[Viewer], Q] | None = None
    limit: Callable[[Permission, Role, Viewer], Q] | None = None
    everywhere: bool = field(default=True)

    def q(self, viewer: Viewer, permission: Permission) -> Q:
        """The rows that `viewer` reaches under `permission`."""
        found = nothing()
        by_role: dict[tuple[Role, Reach], list[Capacity]] = {}
        for capacity, reach in viewer.granted(permission):
            by_role.setdefault((capacity.role, reach), []).append(capacity)
        for (role, reach), capacities in by_role.items():
            rows = self._reached(reach, capacities, viewer)
            if rows is None:
                continue
            found |= rows & self.limit(permission, role, viewer) if self.limit else rows
        if ROWS[permission].not_own and self.own_work is not None:
            found &= ~self.own_work(viewer)
        return found

    def _reached(self, reach: Reach, capacities: list[Capacity], viewer: Viewer) -> Q | None:
        if reach is Reach.EVERYWHERE:
            return everything() if self.everywhere else None
        if reach is Reach.OWN:
            return self.own(viewer, capacities) if self.own else None
        place, column = {
            Reach.AUTHORITY: (self.authority, "authority_id"),
            Reach.LOCALITY: (self.locality, "authority_id"),
            Reach.REGION: (self.region, "region_id"),
            Reach.DIOCESE: (self.diocese, "diocese_id"),
            Reach.SCHOOL: (self.school, "school_id"),
        }[reach]
        ids = sorted({getattr(c, column) for c in capacities if getattr(c, column) is not None})
        if place is None or not ids:
            return None
        return Q(**{f"{place}__in": ids}) if isinstance(place, str) else place(ids, viewer.on)


class ScopedQuerySet(models.QuerySet):
    """Rows that know who may see them. The model declares `scope` and `view_permissions`."""

    def visible_to(self, viewer: Viewer, *permissions: Permission):
        """The rows that `viewer` reaches under any of `permissions`; by default the model's own for viewing."""
        found = nothing()
        for permission in permissions or self.model.view_permissions:
            found |= self.model.scope.q(viewer, permission)
        return self.filter(found)


class Scoped(models.Model):
    """A model whose rows are reached through `visible_to` and `belongs_to` alone."""

    scope: Scope
    view_permissions: tuple[Permission, ...] = ()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    def belongs_to(self, viewer: Viewer, *permissions: Permission) -> bool:
        """Whether `visible_to` would find this row."""
        return type(self).objects.filter(pk=self.pk).visible_to(viewer, *permissions).exists()


def can(viewer: Viewer, permission: Permission, subject: Scoped | None = None) -> bool:
    """Whether the viewer has a right, on `subject` if one is given. For actions and templates."""
    if not viewer.has(permission):
        return False
    return True if subject is None else subject.belongs_to(viewer, permission)


def fetch(viewer: Viewer, permission: Permission, queryset: models.QuerySet, **lookup: Any) -> Any:
    """The one record of `lookup`: 404 to those who may not know of it, 403 to those who may only look."""
    found = queryset.visible_to(viewer, permission).filter(**lookup).first()
    if found is not None:
        return found
    if queryset.visible_to(viewer).filter(**lookup).exists():
        raise PermissionDenied(f"{permission} is not given here")
    raise Http404("No such record, or not for this person")


def requires(permission: Permission):
    """Guard a view: whoever has the right in no capacity at all gets 404 if signed in (a stranger learns nothing)."""

    def guard(view):
        @wraps(view, assigned=("__name__", "__doc__", "__module__", "__qualname__"), updated=())
        def guarded(request, *args, **kwargs):
            if not request.viewer.has(permission):
                raise Http404("Not for this person")
            return view(request, *args, **kwargs)

        guarded.permission = permission
        return guarded

    return guard
