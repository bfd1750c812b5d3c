"""Agreements between an authority and a SIP, what was signed of them, extra work and breaches (section 11)."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from accounts.access import Scope, Scoped, ScopedQuerySet, everything
from accounts.models import LocalPolicy, User
from accounts.permissions import Permission, Role
from schools.models import School
from sipmanager.core.models import StoredDocument

from .engagement import Engagement
from .grants import BriefEdition
from .reach import by_this_partner, own_or_looked_after

P = Permission
RESERVED_DAYS = Decimal(4)  # days that are for no school, in every agreement (AGR-9)


class AgreementStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    SENT = "sent", "Sent to the SIP"
    SIGNED = "signed", "Signed by the SIP"
    IN_FORCE = "in_force", "In force"
    ENDED = "ended", "Ended"
    DECLINED = "declined", "Declined"
    REPLACED = "replaced", "Replaced"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Basis(models.TextChoices):
    """As what a SIP works for the authority (AGR-1)."""

    EMPLOYEE = "employee", "Employee of the authority"
    CONTRACTOR = "contractor", "Independent contractor"
    COMPANY = "company", "Staff of a company"


class Paid(models.TextChoices):
    """How travel and development days are paid (AGR-6)."""

    SEPARATE = "separate", "Paid separately"
    IN_RATE = "in_rate", "Within the daily rate"


class AgreementQuerySet(ScopedQuerySet):
    def concluded(self):
        """Signed by both sides at some time."""
        return self.filter(in_force_on__isnull=False)

    def in_force(self, on):
        """Those that hold on a day: dates decide, not the state (D-3)."""
        return self.concluded().filter(starts_on__lte=on, last_on__gte=on)


def _not_before_it_is_sent(permission, role, viewer) -> Q:
    """A SIP never sees what is still being drawn up."""
    return ~Q(status=AgreementStatus.DRAFT) & Q(version__gt=0) if role is Role.SIP else everything()


class Agreement(Scoped):
    """What an authority and a SIP agree for a year: schools and days, rates, reserved days, duties (AGR-15).

    `version` counts the texts that were sent; each is an `AgreementVersion`, and signatures belong to a version.
    `last_on` is the last day on which a concluded agreement holds; notice, breach or a newer one move it forward.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="agreements")
    policy = models.ForeignKey(LocalPolicy, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    renews = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="renewals")
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replacements")
    status = models.CharField(max_length=10, choices=AgreementStatus, default=AgreementStatus.DRAFT)
    version = models.PositiveSmallIntegerField(default=0)
    # Raised by every change and every move, and compared first: of two who act at once one has an effect (D-31).
    sequence = models.PositiveIntegerField(default=0)
    basis = models.CharField(max_length=12, choices=Basis)
    starts_on = models.DateField()
    ends_on = models.DateField()
    last_on = models.DateField(null=True, blank=True)
    sip_rate = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    nca_rate = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    travel = models.CharField(max_length=10, choices=Paid, default=Paid.SEPARATE)
    development = models.CharField(max_length=10, choices=Paid, default=Paid.SEPARATE)
    reserved_days = models.DecimalField(max_digits=5, decimal_places=2, default=RESERVED_DAYS)
    other_days = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    other_days_for = models.CharField(max_length=300, blank=True)
    extra_responsibilities = models.TextField(blank=True)
    needs_accreditation = models.BooleanField(default=True)
    override_reason = models.CharField(max_length=300, blank=True)
    # The edition of the national brief that it cites: the one in force on its first day (COG-C).
    brief = models.ForeignKey(BriefEdition, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    in_force_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)
    notice_on = models.DateField(null=True, blank=True)
    notice_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    notice_says = models.CharField(max_length=1000, blank=True)
    earliest_end_on = models.DateField(null=True, blank=True)

    objects = AgreementQuerySet.as_manager()

    scope = Scope(
        authority="engagement__authority_id",
        own=lambda viewer, capacities: own_or_looked_after(capacities, "engagement__partner_id", "engagement__authority_id"),
        own_work=lambda viewer: by_this_partner(viewer, "engagement__partner_id"),
        limit=_not_before_it_is_sent,
    )
    view_permissions = (P.AGREEMENT_VIEW,)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(in_force_on=None, last_on=None) | Q(in_force_on__isnull=False, last_on__isnull=False),
                name="concluded_agreement_has_its_last_day",
            ),
            models.CheckConstraint(
                condition=Q(notice_on=None, earliest_end_on=None) | Q(notice_on__isnull=False, earliest_end_on__isnull=False),
                name="notice_has_its_earliest_end",
            ),
        ]
        indexes = [models.Index(fields=["engagement", "starts_on"]), models.Index(fields=["status", "ends_on"])]

    def __str__(self):
        return f"Agreement {self.pk}"

    def audit_scope(self):
        return self.engagement.audit_scope()


class AgreementSchool(models.Model):
    """A school on an agreement's schedule, with its days (AGR-15)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="schedule")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    days = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "school"], name="school_once_in_a_schedule"),
            models.CheckConstraint(condition=Q(days__gt=0), name="scheduled_days"),
        ]

    def __str__(self):
        return f"{self.school_id} in {self.agreement_id}"


class AgreementVersion(models.Model):
    """The exact text that was sent to be signed, frozen with its digest; once both have signed, with its document."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(StoredDocument, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "number"], name="agreement_version_once")]

    def __str__(self):
        return f"{self.agreement_id}, version {self.number}"


class Side(models.TextChoices):
    PARTNER = "partner", "School Improvement Partner"
    AUTHORITY = "authority", "Authority"


class AgreementSignature(models.Model):
    """Who signed which text, in what name and when; never the same person for both sides."""

    version = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=10, choices=Side)
    typed_name = models.CharField(max_length=200)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "side"], name="one_signature_a_side"),
            models.UniqueConstraint(fields=["version", "signed_by"], name="nobody_signs_for_both_sides"),
        ]

    def __str__(self):
        return f"{self.side} of {self.version_id}"


class ExtraWorkStatus(models.TextChoices):
    ASKED = "asked", "Asked"
    CONFIRMED = "confirmed", "Confirmed"
    REFUSED = "refused", "Refused"
    NOTED = "noted", "Noted"


class ExtraWork(models.Model):
    """Work at an assigned school outside the schedule, and the authority's written word on it (AGR-7, POL-9)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="extra_work")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    days = models.DecimalField(max_digits=5, decimal_places=2)
    says = models.CharField(max_length=500)
    status = models.CharField(max_length=10, choices=ExtraWorkStatus, default=ExtraWorkStatus.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(days__gt=0), name="extra_days")]

    def __str__(self):
        return f"{self.days} days at {self.school_id}"

    def audit_scope(self):
        return {**self.agreement.audit_scope(), "school_id": self.school_id}


class BreachStatus(models.TextChoices):
    OPEN = "open", "To be reviewed"
    CONTINUED = "continued", "Agreement continues"
    CONDITIONS = "conditions", "Continues under conditions"
    TERMINATED = "terminated", "Agreement ended"


class AgreementBreach(models.Model):
    """A breach of an agreement, the meeting that reviewed it, and what came of it (AGR-12)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="breaches")
    clause = models.CharField(max_length=20)
    happened_on = models.DateField()
    says = models.TextField()
    status = models.CharField(max_length=10, choices=BreachStatus, default=BreachStatus.OPEN)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    review_due_on = models.DateField()
    reviewed_on = models.DateField(null=True, blank=True)
    review_says = models.TextField(blank=True)
    conditions = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", reviewed_on=None) | (~Q(status="open") & Q(reviewed_on__isnull=False)),
                name="reviewed_breach_has_its_day",
            ),
        ]

    def __str__(self):
        return f"Breach of {self.agreement_id} on {self.happened_on}"

    def audit_scope(self):
        return self.agreement.audit_scope()
