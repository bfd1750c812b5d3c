"""What of an import matters beyond the school itself: new heads, closures, conversions, transfers, schools that follow others."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from ..changes import Change
from ..facts import GOVERNANCE_NAMES, STATUS_NAMES, Governance, Status
from ..models import Post, School, SchoolLink, TaskKind
from ..selectors import schools_with_links
from .places import Places
from .plans import Plan

ONE_DAY = timedelta(days=1)
Pair = tuple[School, Plan]


def changes_in(pairs: Sequence[Pair], *, places: Places, as_at: date) -> list[Change]:
    """The closures, conversions and transfers among schools that were written, each as its `Change`."""
    found = []
    closures = [(school, plan) for school, plan in pairs if plan.closes]
    following = schools_with_links([school.pk for school, _plan in closures]) if closures else {}
    for school, plan in pairs:
        if plan.closes:
            since = school.closed_on + ONE_DAY if school.closed_on else as_at
            next_ones = following.get(school.pk, [])
            found += [followed(school, next_one, since) for next_one in next_ones] or [_closed(school, plan, since)]
        was_academy = plan.before["governance"] == Governance.ACADEMY
        if plan.changes.get("governance") == Governance.ACADEMY and not was_academy and not plan.closes:
            was, now = GOVERNANCE_NAMES[plan.before["governance"]], school.type_name or GOVERNANCE_NAMES[Governance.ACADEMY]
            found.append(Change(TaskKind.CONVERSION, school, as_at, was, now, f"conversion:{school.urn}:{as_at}"))
        if plan.moves:
            old_id, new_id = plan.before["local_authority_id"], school.local_authority_id
            since = places.moves_on(old_id, new_id, as_at)
            key = f"transfer:{school.urn}:{places.codes[new_id]}:{since}"
            found.append(Change(TaskKind.TRANSFER, school, since, places.names[old_id], places.names[new_id], key))
    return found


def _closed(school: School, plan: Plan, since: date) -> Change:
    was, now = STATUS_NAMES[plan.before["status"]], STATUS_NAMES[Status.CLOSED]
    return Change(TaskKind.CLOSURE, school, since, was, now, f"closure:{school.urn}:{since}")


def followed(school: School, successor: School, since: date, *, is_alone: bool = True) -> Change:
    """A school that went into another: converted where it alone became an academy, merged or succeeded otherwise."""
    is_conversion = is_alone and successor.governance == Governance.ACADEMY and school.governance != Governance.ACADEMY
    kind = TaskKind.CONVERSION if is_conversion else TaskKind.MERGER
    now = f"{successor.name} ({successor.urn})"
    return Change(kind, school, since, school.name, now, f"followed:{school.urn}:{successor.urn}")


def new_head(school: School, ended: Iterable[Post], begun: Iterable[Post], as_at: date) -> Change:
    """Another head than the one before."""
    was, now = (", ".join(sorted(post.full_name for post in posts)) for posts in (ended, begun))
    return Change(TaskKind.NEW_HEAD, school, as_at, was, now, f"new_head:{school.urn}:{as_at}")


def changes_of_links(links: Sequence[SchoolLink], *, on: date) -> list[Change]:
    """New links between schools as changes at the earlier one: from the day of the link, else of its closing, else `on`."""
    pairs = {(link.school_id, link.predecessor_id) for link in links}
    rows = SchoolLink.objects.filter(school__in=[pair[0] for pair in pairs]).select_related("school", "predecessor")
    read = list(rows.order_by("pk"))
    counted = Counter(link.school_id for link in read)
    found = []
    for link in (link for link in read if (link.school_id, link.predecessor_id) in pairs):
        closed_on = link.predecessor.closed_on
        since = link.since_on or (closed_on + ONE_DAY if closed_on else on)
        found.append(followed(link.predecessor, link.school, since, is_alone=counted[link.school_id] == 1))
    return found
