"""The SIP register and deployment: SIPs and their dated facts, engagements, checks, contracts, deployments."""

from django.db import models
from django.db.models import F, Q

from accounts.access import Scope, Scoped, ScopedQuerySet, everything
from accounts.models import Authority, LocalPolicy, Region, RunningQuerySet, User, dated, running
from accounts.permissions import Permission, Role
from schools.facts import PHASE_NAMES, SECTOR_NAMES
from schools.models import School, choices

P = Permission


def looking_after(capacities) -> Q:
    """SIPs that these capacities are, or look after as line manager, reviewer or mentor (D-4)."""
    return Q(pk__in=[capacity.partner_id for capacity in capacities if capacity.partner_id is not None])


def within_reach_of_authorities(ids, on) -> Q:
    """SIPs engaged by these authorities, or willing to work for them or in their regions (D-7)."""
    regions = Authority.objects.filter(pk__in=ids).values("region_id")
    willing = Willingness.objects.running(on).filter(Q(authority_id__in=ids) | Q(region_id__in=regions))
    return Q(pk__in=willing.values("partner_id")) | engaged_by(ids, on)


def within_reach_of_regions(ids, on) -> Q:
    willing = Willingness.objects.running(on).filter(Q(region_id__in=ids) | Q(authority__region_id__in=ids))
    engaged = Engagement.objects.filter(authority__region_id__in=ids)
    return Q(pk__in=willing.values("partner_id")) | Q(pk__in=engaged.values("partner_id"))


def engaged_by(ids, on) -> Q:
    return Q(pk__in=Engagement.objects.running(on).filter(authority_id__in=ids).values("partner_id"))


def deployed_at(ids, on) -> Q:
    return Q(pk__in=Deployment.objects.active(on).filter(school_id__in=ids).values("partner_id"))


def only_own_engagements(permission, role, viewer) -> Q:
    """An authority changes a SIP's record, or sees what is private, only while it engages the SIP (D-7)."""
    if permission not in {P.PARTNER_EDIT, P.PARTNER_PRIVATE}:
        return everything()
    if role in {Role.MANAGER, Role.ADMINISTRATOR, Role.SENIOR_ADVISER}:
        ids = {c.authority_id for c in viewer.capacities if c.role is role and c.authority_id is not None}
        return engaged_by(sorted(ids), viewer.on)
    return everything()


class Partner(Scoped):
    """A School Improvement Partner: one row a person in the whole deployment (D-7)."""

    reference = models.CharField(max_length=20, unique=True)
    full_name = models.CharField(max_length=200)
    search_name = models.CharField(max_length=200, db_index=True)
    email = models.EmailField(unique=True)
    phone = models.CharField(max_length=30, blank=True)
    user = models.OneToOneField(User, null=True, blank=True, on_delete=models.PROTECT, related_name="partner")
    company = models.CharField(max_length=150, blank=True)
    own_school = models.ForeignKey(School, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    headship_years = models.PositiveSmallIntegerField(null=True, blank=True)
    has_outside_experience = models.BooleanField(default=False)
    days_available = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    last_practised_on = models.DateField(null=True, blank=True)
    pen_portrait = models.TextField(blank=True)
    made_at = models.DateTimeField()
    # Compared and set first when the SIP is deployed (D-31).
    sequence = models.PositiveIntegerField(default=0)

    scope = Scope(
        authority=within_reach_of_authorities,
        region=within_reach_of_regions,
        school=deployed_at,
        own=lambda viewer, capacities: looking_after(capacities),
        own_work=lambda viewer: Q(pk=viewer.partner_id) if viewer.partner_id else Q(pk__in=()),
        limit=only_own_engagements,
    )
    view_permissions = (P.PARTNER_VIEW,)

    class Meta:
        indexes = [models.Index(fields=["full_name", "id"])]

    def __str__(self):
        return self.full_name

    @property
    def audit_subject(self):
        return f"partner:{self.reference}"

    def audit_scope(self):
        return {"partner_id": self.pk}


class Kind(models.TextChoices):
    SERVING_HEAD = "serving_head", "Serving headteacher"
    FORMER_HEAD = "former_head", "Former headteacher"
    CONSULTANT = "consultant", "Consultant"
    LA_OFFICER = "la_officer", "Authority officer"


class PartnerKind(models.Model):
    """What kind of SIP a person is, between two dates (REG-2)."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="kinds")
    kind = models.CharField(max_length=20, choices=Kind)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    objects = RunningQuerySet.as_manager()

    class Meta:
        constraints = [
            dated("kind_dates"),
            models.UniqueConstraint(fields=["partner"], condition=Q(ends_on=None), name="one_running_kind"),
        ]

    def __str__(self):
        return f"{self.partner_id} {self.kind}"


class Headship(models.Model):
    """A headship held, in a sector, between two dates; open at both ends where they are not known (REG-3)."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="headships")
    sector = models.CharField(max_length=10, choices=choices(SECTOR_NAMES))
    school = models.ForeignKey(School, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # A former headship whose end is not known: it ended before anything that is asked.
    is_former = models.BooleanField(default=False)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    objects = RunningQuerySet.as_manager()

    class Meta:
        constraints = [dated("headship_dates")]

    def __str__(self):
        return f"{self.partner_id} {self.sector}"


class Accreditation(models.Model):
    """A national pass for one sector (ACC-4, ACC-6). States are worked out from dates (D-3, D-16)."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="accreditations")
    sector = models.CharField(max_length=10, choices=choices(SECTOR_NAMES))
    reference = models.CharField(max_length=40, blank=True)
    accredited_on = models.DateField()
    removed_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "sector", "accredited_on"], name="one_award_a_day"),
            models.CheckConstraint(
                condition=Q(removed_on=None) | Q(removed_on__gte=F("accredited_on")), name="accreditation_dates"
            ),
        ]

    def __str__(self):
        return f"{self.partner_id} {self.sector}"


class Willingness(models.Model):
    """A region or an authority where a SIP will work, between two dates (REG-6, PRE-7)."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="willingness")
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    authority = models.ForeignKey(Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    objects = RunningQuerySet.as_manager()

    class Meta:
        constraints = [
            dated("willingness_dates"),
            models.CheckConstraint(
                condition=Q(region=None, authority__isnull=False) | Q(region__isnull=False, authority=None),
                name="willing_at_one_place",
            ),
        ]

    def __str__(self):
        return f"{self.partner_id} in {self.region or self.authority}"


class Conflict(models.Model):
    """A link between a SIP and a school that stands in the way of deployment (REG-10, PRE-11)."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="conflicts")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    says = models.CharField(max_length=300)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    declared_at = models.DateTimeField()

    objects = RunningQuerySet.as_manager()

    class Meta:
        constraints = [dated("conflict_dates")]

    def __str__(self):
        return f"{self.partner_id} and {self.school_id}"


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


def own_or_looked_after(capacities, partner="partner_id", authority="authority_id") -> Q:
    """Rows of the SIP, whatever the authority, and of looked-after SIPs at the authority that asked for it."""
    own = {c.partner_id for c in capacities if c.role is Role.SIP and c.partner_id is not None}
    found = Q(**{f"{partner}__in": sorted(own)})
    looked_after: dict[int, set[int]] = {}
    for capacity in capacities:
        if capacity.role is not Role.SIP and capacity.partner_id is not None and capacity.authority_id is not None:
            looked_after.setdefault(capacity.authority_id, set()).add(capacity.partner_id)
    for authority_id, partner_ids in sorted(looked_after.items()):
        found |= Q(**{authority: authority_id, f"{partner}__in": sorted(partner_ids)})
    return found


def by_this_partner(viewer, partner="partner_id") -> Q:
    """The viewer's own work as a SIP, left out of rights marked `*` (D-6)."""
    return Q(**{partner: viewer.partner_id}) if viewer.partner_id else Q(pk__in=())


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


class Check(Scoped):
    """One pre-deployment check on record: when, until when, on what evidence, and who looked (PRE-1 to PRE-13)."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=10, choices=CheckKind)
    checked_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=300, blank=True)
    is_not_applicable = models.BooleanField(default=False)
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

    def audit_scope(self):
        return self.engagement.audit_scope()


class Contract(models.Model):
    """A confirmed contract for one school (PRE-6, D-14)."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="contracts")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    confirmed_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engagement", "school"], name="one_contract_a_school")]

    def __str__(self):
        return f"{self.engagement_id} for {self.school_id}"

    def audit_scope(self):
        return {**self.engagement.audit_scope(), "school_id": self.school_id}


class DeploymentStatus(models.TextChoices):
    PROPOSED = "proposed", "Proposed"
    AGREED = "agreed", "Agreed"
    CONFIRMED = "confirmed", "Confirmed"
    ENDED = "ended", "Ended"
    WITHDRAWN = "withdrawn", "Withdrawn"


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
                condition=Q(status="proposed", confirmed_on=None)
                | Q(status="agreed", confirmed_on=None)
                | Q(status="withdrawn", confirmed_on=None)
                | Q(status__in=["confirmed", "ended"], confirmed_on__isnull=False),
                name="confirmed_has_its_day",
            ),
            models.CheckConstraint(condition=Q(days__gte=0), name="deployment_days"),
        ]
        indexes = [
            models.Index(fields=["authority", "status", "starts_on"]),
            models.Index(fields=["partner", "starts_on"]),
            models.Index(fields=["school", "starts_on"]),
        ]

    def __str__(self):
        return f"{self.partner} at {self.school}"

    @property
    def is_void(self) -> bool:
        return self.voided_on is not None


class NotificationKind(models.TextChoices):
    START = "start", "Start"
    REPLACEMENT = "replacement", "Replacement"
    END = "end", "End"
    CORRECTION = "correction", "Correction"


class NationalNotification(Scoped):
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

    scope = Scope(authority="deployment__authority_id", region="deployment__authority__region_id")
    view_permissions = (P.NOTIFICATION_VIEW,)

    class Meta:
        indexes = [models.Index(fields=["sent_on", "effective_on"])]

    def __str__(self):
        return f"{self.kind} of {self.deployment_id}"

    def audit_scope(self):
        deployment = self.deployment
        return {
            "authority_id": deployment.authority_id,
            "school_id": deployment.school_id,
            "partner_id": deployment.partner_id,
        }


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


__all__ = [
    "PHASE_NAMES", "Accreditation", "Check", "CheckKind", "Conflict", "Contract", "Deployment", "DeploymentStatus",
    "Engagement", "Headship", "Kind", "NationalNotification", "NotificationKind", "Partner", "PartnerKind", "RecordsRequest",
    "Support", "SupportKind", "Willingness",
]  # fmt: skip
