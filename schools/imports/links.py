"""Which school came from which, where an extract says so (D-15)."""

from collections.abc import Iterable

from ..models import School, SchoolLink

BATCH = 1000


def add_links(pairs: Iterable[tuple[str, str]]) -> list[SchoolLink]:
    """Add the (earlier URN, later URN) pairs between schools that are held. Returns those that are new."""
    ordered = sorted(pairs)
    added = []
    for start in range(0, len(ordered), BATCH):
        batch = ordered[start : start + BATCH]
        urns = {urn for pair in batch for urn in pair}
        ids = dict(School.objects.filter(urn__in=urns).values_list("urn", "pk"))
        wanted = {(ids[later], ids[earlier]) for earlier, later in batch if later in ids and earlier in ids}
        held = SchoolLink.objects.filter(school_id__in=[pair[0] for pair in wanted])
        wanted -= set(held.values_list("school_id", "predecessor_id"))
        new = [SchoolLink(school_id=later, predecessor_id=earlier) for later, earlier in sorted(wanted)]
        SchoolLink.objects.bulk_create(new, ignore_conflicts=True)
        added += new
    return added
