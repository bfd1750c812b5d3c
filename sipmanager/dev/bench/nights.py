"""How long the nightly re-check takes: one large authority, and all of them one after another (DEP-10, DEP-12, PRE-13)."""

import time
from datetime import date

MOST_QUERIES = 45  # for reading one authority, however many schools it has
MOST_SECONDS = 10.0  # for the largest authority of the bench
MOST_OF_AVERAGE = 2  # a deployment in the largest authority beside one in all: the work grows with the rows and no faster


def measure_recheck(on: date) -> list[str]:
    """Read and judge every deployment at work, without writing; the broken promises."""
    from django.db import connection
    from django.db.models import Count
    from django.test.utils import CaptureQueriesContext

    from accounts.models import Authority
    from partners.models import Deployment

    many = Deployment.objects.active(on).order_by().values("authority").annotate(n=Count("pk")).order_by("-n", "authority")
    counts = {row["authority"]: row["n"] for row in many}
    if not counts:
        print("nightly re-check: no deployment is at work")
        return []
    authorities = Authority.objects.in_bulk(counts)
    largest = next(iter(counts))
    with CaptureQueriesContext(connection) as queries:
        seconds = _judged(authorities[largest], on)
    print(f"nightly re-check of {counts[largest]} deployments: {seconds:.2f} s, {len(queries)} queries")
    total = sum(_judged(authorities[pk], on) for pk in counts)
    print(f"nightly re-check of {sum(counts.values())} deployments in {len(counts)} authorities: {total:.1f} s in one process")
    in_largest, on_average = seconds / counts[largest], total / sum(counts.values())
    print(f"a deployment in the largest authority costs {in_largest / on_average:.2f} of one in all of them\n", flush=True)
    broken = []
    if in_largest > MOST_OF_AVERAGE * on_average:
        broken.append(f"a deployment in the largest authority costs {in_largest / on_average:.1f} of one in all of them")
    if len(queries) > MOST_QUERIES:
        broken.append(f"the re-check of one authority takes {len(queries)} queries, not {MOST_QUERIES}")
    if seconds > MOST_SECONDS:
        broken.append(f"the re-check of one authority takes {seconds:.1f} s, not {MOST_SECONDS:.0f}")
    return broken


def _judged(authority, on: date) -> float:
    from partners.actions import compare
    from partners.selectors import looked_at

    began = time.perf_counter()
    for looked in looked_at(authority, on):
        compare(looked)
    return time.perf_counter() - began
