"""Who keeps a column that the national register also holds."""

from collections import defaultdict

from ..models import FieldOwner


def owned_fields(school_ids) -> dict[int, frozenset[str]]:
    """The columns of each school that an officer or the school itself keeps; schools with none are left out."""
    found = defaultdict(set)
    for school_id, field in FieldOwner.objects.filter(school_id__in=school_ids).values_list("school_id", "field"):
        found[school_id].add(field)
    return {school_id: frozenset(fields) for school_id, fields in found.items()}
