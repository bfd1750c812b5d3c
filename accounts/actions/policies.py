"""Local policy: a new row from a day on, never a change of one that has begun (D-39)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Authority, LocalPolicy, User
from accounts.presets import BY_ID, Policy, refusals
from sipmanager.core import audit

from .refusals import Refused


class BackDated(Refused):
    """The policy would change a past that notes and deployments were made in."""


def set_policy(
    *,
    authority: Authority,
    preset: str,
    overrides: Mapping[str, Any],
    starts_on: date,
    by: User | None,
    at: datetime,
    on: date,
) -> LocalPolicy:
    """Make the authority's policy from `starts_on`: a later day than `on`, or any day for its first. Raises `Refused`.

    Overrides that say what the preset says are left out, so that the row holds what differs.
    """
    faults = refusals(preset, overrides)
    if faults:
        raise Refused(*faults)
    with transaction.atomic():
        existing = LocalPolicy.objects.filter(authority=authority)
        if starts_on <= on and existing.exists():
            raise BackDated("A change of policy must start after today")
        if existing.filter(starts_on=starts_on).exists():
            raise Refused("Another change starts on that day: choose another day, or take that one back first")
        kept = {pol_id: value for pol_id, value in overrides.items() if _differs(preset, pol_id, value)}
        row = LocalPolicy.objects.create(
            authority=authority, starts_on=starts_on, preset=preset, overrides=audit.plain(kept), made_at=at, made_by=by
        )
        audit.record(
            what="policy.set", subject=row, by=by, at=at, about_on=starts_on, preset=preset, overrides=sorted(kept)
        )  # fmt: skip
    return row


def take_back(*, policy: LocalPolicy, by: User, at: datetime, on: date) -> None:
    """Withdraw a change that has not begun. Raises `Refused` for one that has: notes were written under it."""
    if policy.starts_on <= on:
        raise BackDated("This policy has begun and stays on record")
    with transaction.atomic():
        audit.record(
            what="policy.take_back", subject=policy, by=by, at=at, about_on=policy.starts_on, preset=policy.preset,
            overrides=sorted(policy.overrides),
        )  # fmt: skip
        policy.delete()


def _differs(preset: str, pol_id: str, value: Any) -> bool:
    key = BY_ID[pol_id].key
    return getattr(Policy(preset, {pol_id: value}), key) != getattr(Policy(preset), key)
