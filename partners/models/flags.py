"""Deployments that have become unlawful, each until it is cured or somebody has decided (PRE-11, PRE-13, DEP-10, DEP-12)."""

from django.db import models
from django.db.models import Q

from accounts.access import Scope
from accounts.models import User
from accounts.permissions import Permission

from .deployment import Deployment, OfDeployment
from .interests import Interest
from .reach import by_this_partner

P = Permission
OF_INTEREST = "PRE-11"


class FlagOutcome(models.TextChoices):
    KEPT = "kept", "Kept"
    ENDED = "ended", "Ended"
    REPLACED = "replaced", "Replaced"


class DeploymentFlag(OfDeployment):
    """A rule that a deployment has come to break, or an interest declared later that touches it.

    It is open until it is cured, which the night sees by itself (`cleared_at`), or until somebody has decided. With
    `promised_on` somebody has said by when it will be cured; it stays open, and is due on that day.
    """

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="flags")
    # The rule of `deployment_rules`, and the interest where the flag is about one.
    rule = models.CharField(max_length=16, default=OF_INTEREST)
    interest = models.ForeignKey(Interest, null=True, blank=True, on_delete=models.PROTECT, related_name="flags")
    # The names are alike and not the same: a person says whether they mean the same.
    is_possible = models.BooleanField(default=False)
    says = models.CharField(max_length=600)
    raised_at = models.DateTimeField()
    due_on = models.DateField()
    promised_on = models.DateField(null=True, blank=True)
    cleared_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=8, choices=FlagOutcome, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    scope = Scope(
        authority="deployment__authority_id",
        region="deployment__authority__region_id",
        own_work=lambda viewer: by_this_partner(viewer, "deployment__partner_id"),
    )
    view_permissions = (P.INTEREST_VIEW,)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["interest", "deployment"], condition=Q(cleared_at=None, interest__isnull=False), name="flagged_once"
            ),
            models.UniqueConstraint(
                fields=["deployment", "rule"], condition=Q(cleared_at=None, interest=None), name="rule_flagged_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, outcome="") | Q(decided_at__isnull=False) & ~Q(outcome=""),
                name="flag_decided_has_outcome",
            ),
        ]
        indexes = [models.Index(fields=["cleared_at", "decided_at", "due_on"])]

    def __str__(self):
        return f"{self.rule} at {self.deployment_id}"

    @property
    def is_open(self) -> bool:
        return self.decided_at is None and self.cleared_at is None
