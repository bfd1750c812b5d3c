"""Adding a SIP by the page: the register's row, the engagement with who adds them, and where they will work, at once."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Authority, Region, User
from accounts.permissions import P
from partners.models import Partner

from .engaging import engage_partner
from .register import add_willingness, record_headship, register_partner


def take_on_partner(
    *, full_name: str, email: str, kind: str, by: User | None, at: datetime, authority: Authority | None = None,
    reference: str = "", regions: Iterable[Region] = (), is_willing_here: bool = False,
    headships: Mapping[str, str] | None = None, **details: Any,
) -> Partner:  # fmt: skip
    """Add a SIP whom `authority` engages, with the headships held (`serving` or `former`, by sector).

    `is_willing_here` names the authority itself among the places where the SIP will work. Raises `MoveRefused` where
    the reference or the e-mail address is another SIP's.
    """
    with transaction.atomic():
        partner = register_partner(
            full_name=full_name, email=email, kind=kind, reference=reference, authority=authority, by=by, at=at, **details
        )
        if authority is not None:
            engage_partner(partner=partner, authority=authority, by=by, at=at, permission=P.PARTNER_IMPORT)
        for region in regions:
            add_willingness(partner=partner, region=region, by=by, at=at)
        if is_willing_here and authority is not None:
            add_willingness(partner=partner, authority=authority, by=by, at=at)
        for sector, held in (headships or {}).items():
            if held:
                record_headship(partner=partner, sector=sector, is_former=held == "former", by=by, at=at)
    return partner
