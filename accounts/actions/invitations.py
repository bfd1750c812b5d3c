"""Inviting people and accepting (D-8). Secrets are in the addresses alone; the database holds their digests."""

import secrets
from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from accounts import emails, invitations
from accounts.models import Authority, Diocese, Invitation, Membership, Region, User
from accounts.permissions import (
    AUTHORITY_ROLES,
    DIOCESE_ROLES,
    MEMBERSHIP_ROLES,
    REGION_ROLES,
    ROLE_NAMES,
    Role,
)
from accounts.sealing import fingerprint
from sipmanager.core import audit

from .refusals import Refused


def wrong_place(role: Role, *, authority, region, diocese, claims: str) -> str | None:
    """Why a role cannot stand where it is put, as a sentence; `None` when it can."""
    given = [name for name, place in (("authority", authority), ("region", region), ("diocese", diocese)) if place]
    needs = {"authority": AUTHORITY_ROLES, "region": REGION_ROLES, "diocese": DIOCESE_ROLES}
    if role in MEMBERSHIP_ROLES:
        wanted = [name for name, roles in needs.items() if role in roles]
        if given == wanted:
            return None
        what = f"an {wanted[0]}" if wanted == ["authority"] else f"a {wanted[0]}" if wanted else "no place"
        return f"{ROLE_NAMES[role]} needs {what}"
    if not claims:
        return f"{ROLE_NAMES[role]} needs the post or the record that the account is for"
    return None


def invite(
    *,
    email: str,
    role: Role,
    by: User | None,
    at: datetime,
    expires_at: datetime,
    authority: Authority | None = None,
    region: Region | None = None,
    diocese: Diocese | None = None,
    claims: str = "",
) -> tuple[Invitation, str]:
    """Invite an address to a role and queue the message. Returns the invitation and its secret.

    `claims` (`post:12`, `partner:P000123`) names what the account is for; the authority may be given beside it, so that
    the invitation shows on that authority's page. `expires_at` is a moment by the wall (D-34). Raises `Refused`.
    """
    email = email.strip().casefold()
    fault = wrong_place(role, authority=authority, region=region, diocese=diocese, claims=claims)
    if fault:
        raise Refused(fault)
    if claims and invitations.claim_of(claims) is None:
        raise Refused(f"There is nothing called {claims}")
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        earlier = Invitation.objects.filter(
            email=email, role=role.value, authority=authority, region=region, diocese=diocese, claims=claims,
            accepted_at=None, revoked_at=None,
        )  # fmt: skip
        earlier.update(revoked_at=at)
        invitation = Invitation.objects.create(
            email=email, role=role.value, authority=authority, region=region, diocese=diocese, claims=claims,
            token=fingerprint(secret), invited_at=at, invited_by=by, expires_at=expires_at,
        )  # fmt: skip
        emails.invite(invitation, secret=secret, at=at)
        audit.record(what="invitation.send", subject=invitation, by=by, at=at, role=role.value, claims=claims)
    return invitation, secret


def resend(*, invitation: Invitation, by: User, at: datetime, expires_at: datetime) -> str:
    """Send it again under a new address; the old one no longer works, and `invited_at` says when it went out last.

    Raises `Refused` once accepted or revoked.
    """
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        _settle(invitation, token=fingerprint(secret), invited_at=at, expires_at=expires_at)
        invitation.refresh_from_db()
        emails.invite(invitation, secret=secret, at=at)
        audit.record(what="invitation.resend", subject=invitation, by=by, at=at)
    return secret


def revoke(*, invitation: Invitation, by: User, at: datetime) -> None:
    """Take it back. Raises `Refused` once accepted or revoked."""
    with transaction.atomic():
        _settle(invitation, revoked_at=at)
        invitation.revoked_at = at
        audit.record(what="invitation.revoke", subject=invitation, by=by, at=at)


def accept(
    *,
    invitation: Invitation,
    full_name: str,
    password: str,
    on: date,
    at: datetime,
    real_at: datetime,
    user: User | None = None,
) -> User:
    """Take up an invitation: as `user`, or as a new person with that name and password. Returns the person.

    An address that has an account already is accepted by that account alone. `real_at` is the moment by the wall.
    Raises `Refused`.
    """
    if not invitations.is_open(invitation, at=real_at):
        raise Refused("This invitation has been used or is too old")
    try:
        with transaction.atomic():
            person = _person(invitation, user=user, full_name=full_name, password=password)
            _settle(invitation, accepted_at=at, accepted_by=person)
            invitation.refresh_from_db()
            if Role(invitation.role) in MEMBERSHIP_ROLES:
                _become_member(invitation, person, on=on)
            if found := invitations.claim_of(invitation.claims):
                claim, key = found
                claim.take(key=key, user=person, by=person, at=at)
            audit.record(what="invitation.accept", subject=invitation, by=person, at=at, user=person.pk)
            return person
    except invitations.CannotClaim as error:
        raise Refused(str(error)) from error
    except IntegrityError as error:  # two acceptances of one address at once
        raise Refused("This address has an account by now: sign in and open the invitation again") from error


def _person(invitation: Invitation, *, user: User | None, full_name: str, password: str) -> User:
    there_already = User.objects.filter(email__iexact=invitation.email).first()
    if there_already is None and user is None:
        person = User.objects.create_user(invitation.email, password, full_name=full_name)
        # The message reached this address, so nobody need prove again that it is theirs.
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        return person
    if user is None or there_already is None or there_already.pk != user.pk or not user.is_active:
        raise Refused("Sign in with the account of the invited address, then open the invitation again")
    return user


def _become_member(invitation: Invitation, person: User, *, on: date) -> None:
    place = {"authority": invitation.authority, "region": invitation.region, "diocese": invitation.diocese}
    rows = Membership.objects.filter(user=person, role=invitation.role, **place)
    if not rows.running(on).exists():
        Membership.objects.create(user=person, role=invitation.role, starts_on=on, **place)


def _settle(invitation: Invitation, **values) -> None:
    """Compare and set: an invitation that was used or taken back meanwhile changes nothing."""
    if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(**values):
        raise Refused("This invitation has been used or taken back")
