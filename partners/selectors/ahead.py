"""What many sources ask about one authority piece by piece, read for all of it at once (D-37)."""

from datetime import date

from accounts.models import Authority, AuthorityKind
from schools.selectors import facts_lying_in

from .accreditation.standing import partners_at, standings_of
from .papers.checks import kinds_on


def read_ahead(authority: Authority, on: date) -> None:
    """Read where all SIPs of an authority stand and what its schools are.

    Within `readings.shared()` alone: elsewhere nobody would have it.
    """
    partner_ids = {partner.pk for partner in partners_at(authority.pk, on)}
    standings_of(partner_ids, on)
    kinds_on(partner_ids, on)
    if authority.kind == AuthorityKind.LOCAL_AUTHORITY:
        facts_lying_in(authority.code, on)
