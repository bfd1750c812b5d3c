"""Ending several deployments at once, each by the same rules as one alone (DEP-18, SPM-6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from partners.models import Deployment
from sipmanager.core.workflow import MoveRefused

from .deploying import end_deployment

MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Ending:
    """What became, or would become, of one deployment; `because` says why it stays, and is empty where it ends."""

    deployment: Deployment
    because: tuple[str, ...] = ()


def end_deployments(
    *, deployments: Iterable[Deployment], on: date, reason: str, by: User, at: datetime, is_trial: bool = False
) -> list[Ending]:
    """End each on the same last day, and leave those that may not end as they are; one at a time, so that none is half done.

    With `is_trial` every rule is asked and nothing stays written: what the preview says is what the rules say.
    """
    return [_end(deployment, on, reason, by, at, is_trial) for deployment in deployments]


def _end(deployment: Deployment, on: date, reason: str, by: User, at: datetime, is_trial: bool) -> Ending:
    with transaction.atomic():
        try:
            with transaction.atomic():
                end_deployment(deployment=deployment, on=on, reason=reason, by=by, at=at)
        except MoveRefused as refused:
            return Ending(deployment, tuple(refused.reasons))
        finally:
            transaction.set_rollback(is_trial)
    return Ending(deployment)
