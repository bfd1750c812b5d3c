"""Roles given and ended, accounts closed and opened again, a person's own details."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import F

from accounts.access import Capacity, Viewer, dioceses_of
from accounts.models import Authority, Diocese, Membership, Region, User
from accounts.permissions import GIVES, Permission, Role
from sipmanager.core import audit

from .invitations import wrong_place
from .refusals import Refused


def may_give(viewer: Viewer, role: Role, *, authority: Authority | None, diocese: Diocese | None = None) -> bool:
    """Whether the viewer may give `role`, at `authority` where it is an authority's, for `diocese` where it is a diocese's."""
    for capacity, _reach in viewer.granted(Permission.USER_MANAGE):
        if role in GIVES.get(capacity.role, ()) and _is_there(capacity, authority, diocese, viewer.on):
            return True
    return False


def _is_there(capacity: Capacity, authority: Authority | None, diocese: Diocese | None, on: date) -> bool:
    if capacity.authority_id is None:
        return True
    if diocese is not None:
        return Diocese.objects.filter(dioceses_of([capacity.authority_id], on), pk=diocese.pk).exists()
    return authority is not None and capacity.authority_id == authority.pk


def give_role(
    *, user: User, role: Role, starts_on: date, viewer: Viewer, by: User, at: datetime, ends_on: date | None = None,
    authority: Authority | None = None, region: Region | None = None, diocese: Diocese | None = None,
) -> Membership:  # fmt: skip
    """Give a person a role between two dates. Nobody gives one to themself or beyond their own. Raises `Refused`."""
    if user.pk == by.pk:
        raise Refused("Nobody changes their own roles: ask a colleague")
    if not may_give(viewer, role, authority=authority, diocese=diocese):
        raise Refused("Your role does not allow you to give this one")
    fault = wrong_place(role, authority=authority, region=region, diocese=diocese, claims="")
    if fault:
        raise Refused(fault)
    if ends_on is not None and ends_on < starts_on:
        raise Refused("A role must end on or after the day it starts")
    place = {"authority": authority, "region": region, "diocese": diocese}
    same = Membership.objects.filter(user=user, role=role.value, **place).exclude(ends_on__lt=starts_on)
    if (same.exclude(starts_on__gt=ends_on) if ends_on else same).exists():
        raise Refused("This person has that role already in that time")
    with transaction.atomic():
        row = Membership.objects.create(user=user, role=role.value, starts_on=starts_on, ends_on=ends_on, **place)
        audit.record(
            what="membership.give", subject=row, by=by, at=at, about_on=starts_on, user=user.pk, role=role.value,
            ends_on=ends_on,
        )  # fmt: skip
    return row


def end_role(*, membership: Membership, ends_on: date, viewer: Viewer, by: User, at: datetime, on: date) -> None:
    """Let a role end on a day, the day before at the earliest, so that it is gone at the next click. Raises `Refused`."""
    if membership.user_id == by.pk:
        raise Refused("Nobody changes their own roles: ask a colleague")
    if not may_give(viewer, Role(membership.role), authority=membership.authority, diocese=membership.diocese):
        raise Refused("Your role does not allow you to end this one")
    if membership.ends_on is not None and membership.ends_on < on:
        raise Refused("This role has ended already")
    if ends_on < on - timedelta(days=1):
        raise Refused("A role cannot end before yesterday: what was done in it stays true")
    with transaction.atomic():
        if ends_on < membership.starts_on:
            _never_begun(membership, by=by, at=at)
            return
        Membership.objects.filter(pk=membership.pk).update(ends_on=ends_on)
        membership.ends_on = ends_on
        audit.record(
            what="membership.end", subject=membership, by=by, at=at, about_on=ends_on, user=membership.user_id,
            role=membership.role,
        )  # fmt: skip


def _never_begun(membership: Membership, *, by: User, at: datetime) -> None:
    """A role ended on or before its first day: nothing was done in it, and the line in the record says that it was."""
    audit.record(
        what="membership.withdraw", subject=membership, by=by, at=at, about_on=membership.starts_on,
        user=membership.user_id, role=membership.role,
    )  # fmt: skip
    membership.delete()


def disable(*, user: User, of: Viewer, viewer: Viewer, by: User, at: datetime) -> None:
    """Close an account; every session of it ends with the next click.

    `of` is the person as a viewer: whoever works elsewhere too is not shut out by one authority alone. Raises `Refused`.
    """
    if user.pk == by.pk:
        raise Refused("Nobody closes their own account: ask a colleague")
    if not _reaches_all_of(viewer, of):
        raise Refused("This person also works elsewhere: end their roles here instead")
    with transaction.atomic():
        closed = User.objects.filter(pk=user.pk, is_active=True)
        if not closed.update(is_active=False, disabled_at=at, session_epoch=F("session_epoch") + 1):
            raise Refused("This account is closed already")
        audit.record(what="user.disable", subject=user, by=by, at=at)


def enable(*, user: User, of: Viewer, viewer: Viewer, by: User, at: datetime) -> None:
    """Open a closed account again. Sessions of before stay dead. Raises `Refused`."""
    if not _reaches_all_of(viewer, of):
        raise Refused("This person also works elsewhere: their national administrator can open the account")
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True, disabled_at=None):
            raise Refused("This account is open already")
        audit.record(what="user.enable", subject=user, by=by, at=at)


def ask_for_new_password(*, user: User, by: User, at: datetime, send: Callable[[str], object]) -> None:
    """Have the link to set a new password sent to the person's own address; whoever asks never sees it (SPM-10).

    `send` takes the address, after the commit. The password of today goes on working until the link is used.
    """
    with transaction.atomic():
        audit.record(what="user.reset", subject=user, by=by, at=at)
        transaction.on_commit(partial(send, user.email), robust=True)


def remove_second_factor(*, user: User, of: Viewer, viewer: Viewer, by: User, at: datetime) -> None:
    """For somebody who has lost phone and recovery codes: they sign in with their password and set it up anew.

    Every session of theirs ends. Raises `Refused`.
    """
    if user.pk == by.pk:
        raise Refused("Nobody removes their own second factor here: ask a colleague")
    if not _reaches_all_of(viewer, of):
        raise Refused("This person also works elsewhere: their national administrator can do this")
    with transaction.atomic():
        if not Authenticator.objects.filter(user_id=user.pk).delete()[0]:
            raise Refused("This person has no second factor")
        User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
        audit.record(what="user.remove_second_factor", subject=user, by=by, at=at)


def _reaches_all_of(viewer: Viewer, of: Viewer) -> bool:
    """Whether the viewer manages accounts at every place where the person works."""
    managing = [capacity for capacity, _reach in viewer.granted(Permission.USER_MANAGE)]
    if any(capacity.role is Role.PROGRAMME for capacity in managing):
        return True
    here = {capacity.authority_id for capacity in managing}
    return all(
        capacity.authority_id in here if capacity.authority_id else not (capacity.region_id or capacity.diocese_id)
        and capacity.role not in GIVES[Role.PROGRAMME]
        for capacity in of.capacities
    )  # fmt: skip


def change_own_details(*, user: User, full_name: str, at: datetime) -> None:
    """A person's own name, as it stands in notes from now on."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(full_name=full_name)
        audit.record(what="user.change_details", subject=user, by=user, at=at)
    user.full_name = full_name
