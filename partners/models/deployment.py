"""Deployments, what the national contractor is told of them, and whether an authority's record of them is right (section 9)."""

from datetime import date

from django.db import models
from django.db.models import Q

from accounts.access import Scope, Scoped, ScopedQuerySet
from accounts.models import Authority, LocalPolicy, User, dated, running
from accounts.permissions import Permission
from schools.models import School

from .people import Partner
from .reach import by_this_partner, own_or_looked_after

P = Permission


class DeploymentStatus(models.TextChoices):
    """Where a deployment stands (DEP-1): what may be done next. What holds on a day is read from its dates (D-3)."""

    PROPOSED = "proposed", "Proposed"
    CONSULTED = "consulted", "Consulted"
    OBJECTED = "objected", "Objected to"
    UPHELD = "upheld", "Objection upheld"
    REJECTED = "rejected", "Objection rejected"
    AGREED = "agreed", "Agreed"
    CONFIRMED = "confirmed", "Confirmed"
    ACTIVE = "active", "Active"
    ENDING = "ending", "Ending"
    ENDED = "ended", "Ended"
    WITHDRAWN = "withdrawn", "Withdrawn"


_STATUS = DeploymentStatus
# Not confirmed yet and may still be; confirmed and not ended; goes no further and never was.
OPEN_STATES = (_STATUS.PROPOSED, _STATUS.CONSULTED, _STATUS.OBJECTED, _STATUS.REJECTED, _STATUS.AGREED)
RUNNING_STATES = (_STATUS.CONFIRMED, _STATUS.ACTIVE, _STATUS.ENDING)
CLOSED_STATES = (_STATUS.UPHELD, _STATUS.WITHDRAWN)


def standing_status(*, starts_on: date, ends_on: date | None, on: date) -> str:
    """The state of a confirmed deployment by its dates: what the night makes of it, for records that come in at once."""
    if ends_on is not None and ends_on < on:
        return DeploymentStatus.ENDED.value
    return (DeploymentStatus.ACTIVE if starts_on <= on else DeploymentStatus.CONFIRMED).value


class DeploymentQuerySet(ScopedQuerySet):
    def standing(self):
        """Confirmed at some time and not struck out: what counts for tenure, lapse, grant and conditions (D-18)."""
        return self.filter(confirmed_on__isnull=False, voided_on=None)

    def active(self, on):
        """At work in the school on a day."""
        return self.standing().filter(running(on))

    def leading(self, on):
        """The lead of each school on a day (D-31)."""
        return self.standing().filter(running(on, starts="lead_from", ends="lead_until"), lead_from__isnull=False)


class Deployment(Scoped):
    """One SIP at one school for a period (section 9). Rules read the dates; `status` says what may be done next."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="deployments")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="deployments")
    # Frozen: after a transfer the old authority keeps its records (D-2).
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="deployments")
    policy = models.ForeignKey(LocalPolicy, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=DeploymentStatus, default=DeploymentStatus.PROPOSED)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    lead_from = models.DateField(null=True, blank=True)
    lead_until = models.DateField(null=True, blank=True)
    days = models.DecimalField(max_digits=5, decimal_places=2)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    consulted_on = models.DateField(null=True, blank=True)
    agreed_on = models.DateField(null=True, blank=True)
    agreed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_on = models.DateField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # Why this SIP, as the school reads it, and what was done about what the school said (DEP-3, DEP-5).
    why = models.CharField(max_length=600, blank=True)
    done_about_views = models.CharField(max_length=600, blank=True)
    # Why a rule of weight "should" was set aside, by rule id.
    reasons = models.JSONField(default=dict, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)
    is_historic = models.BooleanField(default=False)
    voided_on = models.DateField(null=True, blank=True)
    voided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    void_reason = models.CharField(max_length=300, blank=True)

    objects = DeploymentQuerySet.as_manager()

    scope = Scope(
        authority="authority_id",
        region="authority__region_id",
        school=lambda ids, on: Q(school_id__in=ids, confirmed_on__isnull=False),
        own=lambda viewer, capacities: own_or_looked_after(capacities),
        own_work=lambda viewer: by_this_partner(viewer),
    )
    view_permissions = (P.DEPLOYMENT_VIEW,)

    class Meta:
        constraints = [
            dated("deployment_dates"),
            dated("lead_dates", starts="lead_from", ends="lead_until"),
            models.CheckConstraint(
                condition=Q(status__in=[*OPEN_STATES, *CLOSED_STATES], confirmed_on=None)
                | Q(status__in=[*RUNNING_STATES, _STATUS.ENDED], confirmed_on__isnull=False),
                name="confirmed_has_its_day",
            ),
            models.CheckConstraint(condition=Q(days__gte=0), name="deployment_days"),
        ]
        indexes = [
            models.Index(fields=["authority", "status", "starts_on"]),
            models.Index(fields=["partner", "starts_on"]),
            models.Index(fields=["school", "starts_on"]),
            # The national list, the latest first: its first page is read from here.
            models.Index(fields=["-starts_on", "id"]),
        ]

    def __str__(self):
        return f"{self.partner} at {self.school}"

    @property
    def is_void(self) -> bool:
        return self.voided_on is not None


class OfDeployment(Scoped):
    """A row of one deployment; what happens to it is audited with the deployment's places."""

    class Meta:
        abstract = True

    def audit_scope(self):
        deployment = self.deployment
        return {
            "authority_id": deployment.authority_id,
            "school_id": deployment.school_id,
            "partner_id": deployment.partner_id,
        }


class NotificationKind(models.TextChoices):
    START = "start", "Start"
    REPLACEMENT = "replacement", "Replacement"
    END = "end", "End"
    CORRECTION = "correction", "Correction"


class NationalNotification(OfDeployment):
    """What the national contractor is to be told of a deployment, and when it was (DEP-15, COG-B)."""

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="notifications")
    kind = models.CharField(max_length=12, choices=NotificationKind)
    effective_on = models.DateField()
    raised_at = models.DateTimeField()
    sent_on = models.DateField(null=True, blank=True)
    method = models.CharField(max_length=60, blank=True)
    sent_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # A historic row was notified elsewhere (D-17).
    is_elsewhere = models.BooleanField(default=False)
    # Working days from when it took effect to when the contractor was told; while it waits, to last night (DL-25).
    waited = models.PositiveSmallIntegerField(default=0)
    # The notice that told of it, where one was made of all that waited (DEP-15).
    notice = models.ForeignKey(
        "partners.Letter", null=True, blank=True, on_delete=models.PROTECT, related_name="notifications"
    )

    scope = Scope(authority="deployment__authority_id", region="deployment__authority__region_id")
    view_permissions = (P.NOTIFICATION_VIEW,)

    class Meta:
        indexes = [models.Index(fields=["sent_on", "effective_on"]), models.Index(fields=["waited"])]

    def __str__(self):
        return f"{self.kind} of {self.deployment_id}"


class RecordsRequest(Scoped):
    """An authority was asked whether its record of deployments is right, and answered or not (ACC-28, D-16)."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="records_requests")
    asked_on = models.DateField()
    asked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    scope = Scope(authority="authority_id", region="authority__region_id")
    view_permissions = (P.NOTIFICATION_VIEW,)

    class Meta:
        constraints = [
            dated("records_request_dates", starts="asked_on", ends="answered_on"),
            models.UniqueConstraint(fields=["authority"], condition=Q(answered_on=None), name="one_open_records_request"),
        ]

    def __str__(self):
        return f"{self.authority_id} asked on {self.asked_on}"
