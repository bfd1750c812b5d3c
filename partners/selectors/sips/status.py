"""What each SIP is on the register on a day (REG-1)."""

from collections.abc import Iterable
from datetime import date

from partners.models import Deployment, Partner, StandDown
from partners.status import RegisterStatus, status_of

from ..accreditation.standing import standings_of


def statuses_of(partner_ids: Iterable[int], on: date) -> dict[int, RegisterStatus]:
    """The status of some SIPs on a day; the number of queries does not grow with them."""
    ids = sorted(set(partner_ids))
    down = dict(StandDown.objects.running(on).filter(partner__in=ids).order_by("pk").values_list("partner_id", "kind"))
    at_work = set(Deployment.objects.active(on).filter(partner__in=ids).values_list("partner_id", flat=True))
    worked = Deployment.objects.standing().filter(partner__in=ids, starts_on__lte=on)
    has_worked = set(worked.values_list("partner_id", flat=True))
    has_worked |= set(Partner.objects.filter(pk__in=ids, last_practised_on__lte=on).values_list("pk", flat=True))
    standings = standings_of(ids, on)
    return {
        pk: status_of(
            standings=standings.get(pk, ()), stood_down=down.get(pk, ""), is_at_work=pk in at_work, has_worked=pk in has_worked
        )
        for pk in ids
    }
