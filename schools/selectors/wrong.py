"""Kinds of problem that schools can have, asked for together: two queries for any number of kinds and schools."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet, Value

from ..models import School

Problem = tuple[str, str, str]


@dataclass(frozen=True)
class Wrong:
    """A kind of problem, the schools that have it, and the cure: words, or what makes them of a school."""

    kind: str
    schools: QuerySet[School]
    cure: str | Callable[[School], str]

    def said_of(self, school: School) -> Problem:
        cure = self.cure if isinstance(self.cure, str) else self.cure(school)
        return self.kind, school.audit_subject, cure


def found_among(kinds: Iterable[Wrong]) -> Iterator[Problem]:
    """Each kind in turn, its schools in order of name, as kind, subject and cure."""
    kinds = list(kinds)
    asked = [one.schools.order_by().annotate(of=Value(place)).values_list("of", "pk") for place, one in enumerate(kinds)]
    found: dict[int, set[int]] = defaultdict(set)
    for place, pk in asked[0].union(*asked[1:], all=True):
        found[place].add(pk)
    if not found:
        return
    schools = list(School.objects.filter(pk__in=set().union(*found.values())).order_by("name", "pk"))
    for place, one in enumerate(kinds):
        yield from (one.said_of(school) for school in schools if school.pk in found[place])
