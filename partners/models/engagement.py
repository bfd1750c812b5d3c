"""A SIP's standing with an authority: engagement, those who look after the SIP, checks and contracts (D-7, section 8)."""

from django.db import models
from django.db.models import Q

from accounts.access import Scope, Scoped
from accounts.models import Authority, RunningQuerySet, User, dated
from accounts.permissions import Permission
from partners.checks import Verified
from schools.models import School

from .people import Partner
from .reach import by_this_partner, own_or_looked_after

P = Permission


class Engagement(Scoped):
    """One SIP's standing with one authority: its checks, contracts, line manager and days hang here (D-7)."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="engagements")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="engagements")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    contracted_days = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)

    scope = Scope(
        authority="authority_id",
        region="authority__region_id",
        own=lambda viewer, capacities: own_or_looked_after(capacities),
        own_work=lambda viewer: by_this_partner(viewer),
    )
    view_permissions = (P.PARTNER_PRIVATE,)

    objects = RunningQuerySet.as_manager()

    class Meta:
        constraints = [
            dated("engagement_dates"),
            models.UniqueConstraint(fields=["partner", "authority"], condition=Q(ends_on=None), name="one_running_engagement"),
        ]

    def __str__(self):
        return f"{self.partner_id} with {self.authority_id}"

    def audit_scope(self):
        return {"authority_id": self.authority_id, "partner_id": self.partner_id}


class SupportKind(models.TextChoices):
    LINE_MANAGER = "line_manager", "Line manager"
    REVIEWER = "reviewer", "Reviewer"
    MENTOR = "mentor", "Mentor"


class Support(models.Model):
    """Who looks after a SIP at an authority, between two dates (REG-12, D-4)."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="support")
    kind = models.CharField(max_length=15, choices=SupportKind)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="supporting")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = RunningQuerySet.as_manager()

    class Meta:
        constraints = [dated("support_dates")]

    def __str__(self):
        return f"{self.user} as {self.get_kind_display()}"

    def audit_scope(self):
        return self.engagement.audit_scope()


class CheckKind(models.TextChoices):
    """Pre-deployment checks that are recorded once for an engagement (section 8)."""

    CRIMINAL_RECORD = "PRE-2", "Criminal record check"
    GOVERNORS = "PRE-3", "Agreement of own governors"
    COVER = "PRE-4", "Cover at own school"
    INDEMNITY = "PRE-5", "Professional indemnity"
    CONFIDENTIALITY = "PRE-8", "Confidentiality accepted"
    REFERENCES = "PRE-9", "References and interview"
    BRIEFING = "PRE-10", "Briefing on priorities"
    TRAINING = "PRE-12", "Initial training"


class CheckStatus(models.TextChoices):
    """Where what was handed in stands; what of it holds on a day is `partners.checks.state_of`."""

    RECEIVED = "received", "Received"
    VERIFIED = "verified", "Verified"
    RETURNED = "returned", "Returned"


class IndemnitySource(models.TextChoices):
    """Who insures the SIP (PRE-5)."""

    AUTHORITY = "authority", "Cover by the authority"
    OWN = "own", "The SIP's own policy"


class Check(Scoped):
    """One pre-deployment check on record: when, until when, on what evidence, and who looked (PRE-1 to PRE-13).

    What a SIP hands in, or an administrator records, is received; it counts once a SIP manager has verified it.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=10, choices=CheckKind)
    checked_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=300, blank=True)
    is_not_applicable = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=CheckStatus, default=CheckStatus.VERIFIED)
    source = models.CharField(max_length=10, choices=IndemnitySource, blank=True)
    insurer = models.CharField(max_length=150, blank=True)
    handed_in_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(null=True, blank=True)
    return_reason = models.CharField(max_length=300, blank=True)
    checked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    voided_on = models.DateField(null=True, blank=True)

    scope = Scope(
        authority="engagement__authority_id",
        own=lambda viewer, capacities: own_or_looked_after(capacities, "engagement__partner_id", "engagement__authority_id"),
        own_work=lambda viewer: by_this_partner(viewer, "engagement__partner_id"),
    )
    view_permissions = (P.CHECK_VIEW,)

    class Meta:
        constraints = [dated("check_dates", starts="checked_on", ends="expires_on")]

    def __str__(self):
        return f"{self.kind} on {self.checked_on}"

    @property
    def facts(self) -> Verified:
        """What the rules look at."""
        return Verified(self.checked_on, self.expires_on, self.is_not_applicable)

    def audit_scope(self):
        return self.engagement.audit_scope()


class Contract(models.Model):
    """A confirmed contract for one school (PRE-6, D-14); one that an agreement makes ends with it."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="contracts")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    confirmed_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    agreement = models.ForeignKey(
        "partners.Agreement", null=True, blank=True, on_delete=models.PROTECT, related_name="contracts"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engagement", "school"], name="one_contract_a_school")]

    def __str__(self):
        return f"{self.engagement_id} for {self.school_id}"

    def audit_scope(self):
        return {**self.engagement.audit_scope(), "school_id": self.school_id}
