"""A SIP's account: invited by the authority that engages them, claimed on acceptance (D-4, D-8)."""

from datetime import datetime

from accounts.actions import invite
from accounts.invitations import CannotClaim
from accounts.models import Authority, Invitation, User
from accounts.permissions import P, Role
from partners.models import Partner
from partners.selectors import partner_called
from sipmanager.core import audit

from ..permitting import refuse, require


def invite_partner(
    *, partner: Partner, authority: Authority, by: User | None, at: datetime, expires_at: datetime
) -> Invitation:
    """Invite a SIP to an account of their own; `expires_at` is a moment by the wall (D-34).

    Raises `MoveRefused` where the SIP has an account, or where somebody would invite themself.
    """
    require(by=by, permission=P.PARTNER_EDIT, record=partner, at=at)
    if partner.user_id is not None:
        refuse(f"{partner.full_name} has an account already.")
    if by is not None and partner.email.casefold() == by.email.casefold():
        refuse("Nobody invites themself: ask a colleague.")
    invitation, _secret = invite(
        email=partner.email, role=Role.SIP, by=by, at=at, expires_at=expires_at, authority=authority,
        claims=partner.audit_subject,
    )  # fmt: skip
    return invitation


def claim_partner(*, key: str, user: User, by: User, at: datetime) -> None:
    """The account of an accepted invitation belongs to the SIP. Raises `CannotClaim`."""
    partner = partner_called(key)
    taken = CannotClaim("The SIP that this invitation is for has another account")
    if partner is None or Partner.everyone.filter(user=user).exclude(pk=partner.pk).exists():
        raise taken
    # Two acceptances at once: only one finds the SIP free.
    if partner.user_id != user.pk and not Partner.objects.filter(pk=partner.pk, user=None).update(user=user):
        raise taken
    audit.record(what="partner.claim", subject=partner, by=by, at=at, user=user.pk)


def readdress_partner(*, user: User, old: str, new: str, by: User, at: datetime) -> None:
    """The record of a SIP whose e-mail address changes takes the new one over."""
    for partner in Partner.objects.filter(user=user, email__iexact=old):
        Partner.objects.filter(pk=partner.pk).update(email=new)
        audit.record(what="partner.change", subject=partner, by=by, at=at, fields=["email"])


def says_partner(*, key: str) -> str:
    """Whom an invitation is for, for its page and its message."""
    partner = partner_called(key)
    return f"School Improvement Partner (SIP) {partner.full_name}" if partner else ""
