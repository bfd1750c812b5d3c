"""Which school came from which, where an extract says so (D-15)."""

from collections.abc import Iterable

from ..models import School

BATCH = 1000


def add_links(pairs: Iterable[tuple[str, str]]) -> int:
    """Add the (earlier URN, later URN) pairs between schools that are held. Returns how many are new."""
    ordered = sorted(pairs)
    through = School.predecessors.through
    added = 0
    for start in range(0, len(ordered), BATCH):
        batch = ordered[start : start + BATCH]
        urns = {urn for pair in batch for urn in pair}
        ids = dict(School.objects.filter(urn__in=urns).values_list("urn", "pk"))
        wanted = {(ids[later], ids[earlier]) for earlier, later in batch if later in ids and earlier in ids}
        held = through.objects.filter(from_school_id__in=[pair[0] for pair in wanted])
        wanted -= set(held.values_list("from_school_id", "to_school_id"))
        through.objects.bulk_create(
            [through(from_school_id=later, to_school_id=earlier) for later, earlier in sorted(wanted)],
            ignore_conflicts=True,
        )
        added += len(wanted)
    return added
