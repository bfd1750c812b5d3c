"""Which schools a school came from and went into, for tenure that follows a school (D-15)."""

from collections.abc import Iterable

from django.db import connection

from sipmanager.core import readings

from ..models import SchoolLink


@readings.of_each
def lineage(school_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Each school with all its predecessors and all its successors, itself included; one query.

    Two schools that merged into a third are in its lineage and it in theirs; they are not in each other's.
    """
    seeds = sorted(set(school_ids))
    found = {seed: {seed} for seed in seeds}
    if not seeds:
        return {}
    links = SchoolLink._meta.db_table
    marks = ", ".join(["%s"] * len(seeds))
    # from_school is the later school, to_school the one it came from (SchoolLink).
    statement = f"""
        WITH RECURSIVE
        earlier(seed, id) AS (
            SELECT from_school_id, to_school_id FROM {links} WHERE from_school_id IN ({marks})
            UNION
            SELECT earlier.seed, link.to_school_id FROM earlier JOIN {links} link ON link.from_school_id = earlier.id
        ),
        later(seed, id) AS (
            SELECT to_school_id, from_school_id FROM {links} WHERE to_school_id IN ({marks})
            UNION
            SELECT later.seed, link.from_school_id FROM later JOIN {links} link ON link.to_school_id = later.id
        )
        SELECT seed, id FROM earlier UNION SELECT seed, id FROM later
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [*seeds, *seeds])
        for seed, other in cursor.fetchall():
            found[seed].add(other)
    return {seed: frozenset(ids) for seed, ids in found.items()}
