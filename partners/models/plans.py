"""Plans of a whole deployment that the planner found, each kept as it was found (DEP-3)."""

from django.db import models

from accounts.access import Scope, Scoped
from accounts.models import Authority, User
from accounts.permissions import Permission
from partners.conditions import PROGRAMMES
from schools.models import School

from .people import Partner

P = Permission


class PlanStatus(models.TextChoices):
    """What has come of a plan: still looked for, or how good it is."""

    WAITING = "waiting", "Being worked out"
    OPTIMAL = "optimal", "Best possible"
    FEASIBLE = "feasible", "Best found in the time"
    INFEASIBLE = "infeasible", "Not every school"
    FAILED = "failed", "Not worked out"


class DeploymentPlan(Scoped):
    """One question to the planner and its answer: who takes the schools of a programme from a day on.

    `weights` are points by part of a score, `pinned` and `forbidden` pairs of URN and SIP reference, with which it was worked
    out. `next_pinned` and `next_forbidden` are those for the next time: working out again makes a new plan that `follows`.
    `result` holds what is said of the whole.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="deployment_plans")
    programme = models.CharField(max_length=10, choices=[(name, name.capitalize()) for name in PROGRAMMES])
    starts_on = models.DateField()
    weights = models.JSONField(default=dict)
    time_limit = models.PositiveSmallIntegerField(default=30)
    pinned = models.JSONField(default=list, blank=True)
    forbidden = models.JSONField(default=list, blank=True)
    next_pinned = models.JSONField(default=list, blank=True)
    next_forbidden = models.JSONField(default=list, blank=True)
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by")
    status = models.CharField(max_length=10, choices=PlanStatus, default=PlanStatus.WAITING)
    objective = models.PositiveIntegerField(null=True, blank=True)
    bound = models.FloatField(null=True, blank=True)
    schools = models.PositiveIntegerField(null=True, blank=True)
    result = models.JSONField(default=dict, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    solved_at = models.DateTimeField(null=True, blank=True)

    scope = Scope(authority="authority_id", region="authority__region_id")
    view_permissions = (P.DEPLOYMENT_PROPOSE,)

    class Meta:
        indexes = [models.Index(fields=["authority", "made_at"])]

    def __str__(self):
        return f"{self.programme} of {self.authority_id} from {self.starts_on}"

    def audit_scope(self):
        return {"authority_id": self.authority_id}


class PlanRow(Scoped):
    """A SIP for a school in a plan, with the sentence that says why. `outstanding` counts the paperwork still to come."""

    plan = models.ForeignKey(DeploymentPlan, on_delete=models.PROTECT, related_name="rows")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="plan_rows")
    because = models.CharField(max_length=500)
    points = models.PositiveIntegerField()
    is_pinned = models.BooleanField(default=False)
    is_kept = models.BooleanField(default=False)
    warnings = models.JSONField(default=list, blank=True)
    outstanding = models.PositiveSmallIntegerField(default=0)

    scope = Scope(authority="plan__authority_id", region="plan__authority__region_id")
    view_permissions = (P.DEPLOYMENT_PROPOSE,)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "school"], name="one_sip_a_school_in_a_plan")]

    def __str__(self):
        return f"{self.partner} at {self.school}"

    def audit_scope(self):
        return {"authority_id": self.plan.authority_id, "school_id": self.school_id, "partner_id": self.partner_id}
