"""Running a deployment on beyond the last day on record, up to the last lawful day (DEP-10, DEP-18)."""

from datetime import date, datetime

from accounts.models import User
from accounts.permissions import Permission
from partners import emails
from partners.models import Deployment
from partners.selectors import renewals
from sipmanager.core import audit
from sipmanager.core.workflow import MoveRefused

from ..permitting import refuse_own_work, require
from .deploying import held, settle_leads

P = Permission


def renew_deployment(
    *, deployment: Deployment, by: User | None, at: datetime, until: date | None = None, permission: P = P.DEPLOYMENT_CONFIRM
) -> None:  # fmt: skip
    """Set a later last day, `until`, or a year on and no later than the last lawful day.

    It stays one deployment: the three years go on counting, and the contractor, who knows the SIP, is told nothing new.
    Raises `MoveRefused` with every rule that would be broken on the day after the present last day, or by the new one.
    """
    require(by=by, permission=permission, record=deployment, at=at)
    refuse_own_work(by=by, partner=deployment.partner)
    with held(deployment.school_id, deployment.partner_id):
        deployment.refresh_from_db()
        (renewal,) = renewals([deployment], until=until)
        if renewal.because:
            raise MoveRefused(renewal.because)
        before = deployment.ends_on
        Deployment.objects.filter(pk=deployment.pk).update(ends_on=renewal.until)
        deployment.ends_on = renewal.until
        settle_leads(record=deployment)
        audit.record(what="deployment.renew", subject=deployment, by=by, at=at, about_on=renewal.until, before=before)
        emails.renewal(deployment=deployment, at=at)
