"""Awards, and the questions to authorities that bear on them (ACC-9, ACC-28, D-16)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from partners.accreditation import Asked, Award
from partners.models import Accreditation, RecordsRequest
from sipmanager.core import readings


def awards_of(partner_ids: Iterable[int]) -> dict[int, list[Award]]:
    """The awards of some SIPs, oldest first; one query."""
    found: dict[int, list[Award]] = defaultdict(list)
    rows = Accreditation.objects.filter(partner__in=partner_ids).order_by("accredited_on", "pk")
    for partner_id, *award in rows.values_list("partner_id", "sector", "accredited_on", "removed_on", "reference"):
        found[partner_id].append(Award(*award))
    return found


@readings.kept
def open_requests(on: date) -> list[tuple[int, Asked]]:
    """The authorities that were asked by `on` whether their record of deployments is right and have not said (D-16)."""
    rows = RecordsRequest.objects.filter(Q(answered_on=None) | Q(answered_on__gt=on), asked_on__lte=on)
    columns = ("authority_id", "authority__name", "asked_on", "answered_on")
    return [(pk, Asked(*rest)) for pk, *rest in rows.order_by("pk").values_list(*columns)]
