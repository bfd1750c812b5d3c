"""Many deployments made, moved, renewed or ended at once: what was looked at, and what became of each row (DEP-18, DEP-19)."""

from django.db import models

from accounts.access import Scope, Scoped
from accounts.models import Authority, User
from accounts.permissions import Permission
from schools.models import School

from .deployment import Deployment
from .people import Partner

P = Permission


class BulkKind(models.TextChoices):
    DEPLOY = "deploy", "Deploy"
    MOVE = "move", "Move to another SIP"
    RENEW = "renew", "Renew"
    END = "end", "End"


class BulkState(models.TextChoices):
    """How far a run is; each step is a compare and set of this column."""

    LOOKING = "looking", "Being looked at"
    READY = "ready", "Ready to confirm"
    WORKING = "working", "Being carried out"
    DONE = "done", "Carried out"
    LAPSED = "lapsed", "Not carried out"


class BulkOutcome(models.TextChoices):
    """What would become of a row before the confirmation, and what became of it after."""

    OPEN = "open", "Not looked at yet"
    GOES = "goes", "Goes through"
    STAYS = "stays", "Stays as it is"
    MADE = "made", "Gone through"
    PASSED = "passed", "Done already"


class BulkRun(Scoped):
    """One thing done to many schools of an authority: looked at, confirmed once, carried out row by row.

    `reason` stands for each rule of weight "should" that asks for one; `why` says why schools move or deployments end.
    `last_on` is the last day of those that end, or until when those that are renewed run on; without one, for another year.
    `effects` are the conditions of grant before and after, as the preview found them for the day `effects_on`.
    """

    kind = models.CharField(max_length=6, choices=BulkKind)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="bulk_runs")
    state = models.CharField(max_length=7, choices=BulkState, default=BulkState.LOOKING)
    many = models.PositiveIntegerField()
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    days = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    consulted_on = models.DateField(null=True, blank=True)
    last_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    why = models.CharField(max_length=300, blank=True)
    effects = models.JSONField(default=list, blank=True)
    effects_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)

    scope = Scope(authority="authority_id", region="authority__region_id")
    view_permissions = (P.DEPLOYMENT_PROPOSE,)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed_at=None, confirmed_by=None)
                | models.Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="bulk_run_is_confirmed_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["authority", "made_at"]), models.Index(fields=["authority", "state"])]

    def __str__(self):
        return f"{self.get_kind_display()} {self.many}"

    def audit_scope(self):
        return {"authority_id": self.authority_id}


class BulkRow(Scoped):
    """One school of a run. `deployment` is the one that moves, runs on or ends; `made` what came of it.

    `seen_on` is the last day that the deployment had when it was looked at, `until` the one that it would have.
    """

    run = models.ForeignKey(BulkRun, on_delete=models.PROTECT, related_name="rows")
    position = models.PositiveIntegerField()
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="bulk_rows")
    deployment = models.ForeignKey(Deployment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made = models.ForeignKey(Deployment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=6, choices=BulkOutcome, default=BulkOutcome.OPEN)
    note = models.CharField(max_length=200, blank=True)
    because = models.JSONField(default=list, blank=True)
    seen_on = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    scope = Scope(authority="run__authority_id", region="run__authority__region_id")
    view_permissions = (P.DEPLOYMENT_PROPOSE,)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="one_row_a_position_in_a_run")]
        indexes = [models.Index(fields=["run", "outcome", "position"])]

    def __str__(self):
        return f"{self.partner} at {self.school}"

    @property
    def because_words(self) -> str:
        return " ".join(self.because)

    def audit_scope(self):
        return {"authority_id": self.run.authority_id, "school_id": self.school_id, "partner_id": self.partner_id}
