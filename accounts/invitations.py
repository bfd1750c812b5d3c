"""What an invitation may be for: a role at a place, or a post or a SIP of a floor above, claimed on acceptance (D-4, D-8).

A floor above registers each kind of record that an account can belong to, from its `ready()`:

    invitations.register_claim("post", claim_post, says=says_post)

`claim_post(key=, user=, by=, at=)` links the record to the account, in the transaction of the acceptance, and raises
`CannotClaim` with a sentence if it cannot. `says_post(key=)` names it for the invitation's page and message, or returns "".
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from .models import Invitation
from .sealing import fingerprint

LASTS = timedelta(days=14)


class CannotClaim(Exception):
    """The post or the SIP that an invitation names is somebody else's by now, or gone."""


@dataclass(frozen=True)
class Claim:
    """One kind of record that an account can belong to."""

    take: Callable[..., None]
    says: Callable[..., str]


_claims: dict[str, Claim] = {}


def register_claim(kind: str, take: Callable[..., None], *, says: Callable[..., str] = lambda key: "") -> None:
    """A floor above adds a kind of record; `claims` of an invitation is `kind:key`."""
    _claims[kind] = Claim(take, says)


def claim_of(claims: str) -> tuple[Claim, str] | None:
    """The registered claim and the key of `kind:key`; `None` where no floor knows the kind."""
    kind, _, key = claims.partition(":")
    claim = _claims.get(kind)
    return (claim, key) if claim and key else None


def place_of(invitation: Invitation) -> str:
    """Where the invited role is, for people: an authority, a region, a diocese, or what the claim says."""
    place = invitation.authority or invitation.region or invitation.diocese
    found = claim_of(invitation.claims)
    said = found[0].says(key=found[1]) if found else ""
    return said or (place.name if place else "")


def is_open(invitation: Invitation, *, at: datetime) -> bool:
    """Whether it can still be accepted. `at` is the moment by the wall (D-34)."""
    return invitation.accepted_at is None and invitation.revoked_at is None and at < invitation.expires_at


def called(secret: str) -> Invitation | None:
    """The invitation of an address; `None` where there is none, or where it was sent again under a new address."""
    return Invitation.objects.select_related("authority", "region", "diocese").filter(token=fingerprint(secret)).first()
