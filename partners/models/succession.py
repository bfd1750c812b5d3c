"""Who follows a SIP whose three years at a school come to their end (DEP-10, DEP-11, REP-4)."""

from django.db import models

from accounts.access import Scope
from accounts.models import User
from accounts.permissions import Permission

from .deployment import Deployment, OfDeployment
from .people import Partner
from .reach import by_this_partner

P = Permission


class PlanState(models.TextChoices):
    LOOKING = "looking", "Looking for somebody"
    ASKED = "asked", "Somebody is asked"
    AGREED = "agreed", "Agreed"
    NOT_NEEDED = "not_needed", "Nobody needs to follow"


class SuccessionPlan(OfDeployment):
    """What is planned for a school when its SIP goes: who follows, settled by which day, and how far it has come."""

    deployment = models.OneToOneField(Deployment, on_delete=models.PROTECT, related_name="succession")
    state = models.CharField(max_length=10, choices=PlanState, default=PlanState.LOOKING)
    follower = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    settle_by = models.DateField()
    notes = models.CharField(max_length=500, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    scope = Scope(
        authority="deployment__authority_id",
        region="deployment__authority__region_id",
        own_work=lambda viewer: by_this_partner(viewer, "deployment__partner_id"),
    )
    view_permissions = (P.SUCCESSION_VIEW,)

    class Meta:
        indexes = [models.Index(fields=["state", "settle_by"])]

    def __str__(self):
        return f"{self.state} after {self.deployment_id}"
