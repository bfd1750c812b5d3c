"""SIPs and their dated facts: kind, headships, accreditation, where they will work (section 5, D-3)."""

from django.db import models
from django.db.models import F, Q

from accounts.access import Scope, Scoped, ScopedQuerySet
from accounts.models import Authority, Region, RunningQuerySet, User, dated
from accounts.permissions import Permission
from schools.facts import SECTOR_NAMES
from schools.models import School, choices

from .reach import (
    deployed_at,
    looking_after,
    only_own_engagements,
    within_reach_of_authorities,
    within_reach_of_regions,
)

P = Permission


class PartnerManager(models.Manager.from_queryset(ScopedQuerySet)):
    """One record a person: what was merged into another record is left out (`Partner.everyone` has that too)."""

    def get_queryset(self):
        return super().get_queryset().filter(merged_into=None)


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
    outside_experience = models.TextField(blank=True)
    is_htpm_trained = models.BooleanField(default=False)
    days_available = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    last_practised_on = models.DateField(null=True, blank=True)
    # Two documents: what schools read, and what goes to the national programme (REG-7).
    pen_portrait = models.TextField(blank=True)
    national_portrait = models.TextField(blank=True)
    application_form_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()
    # Compared and set first when the SIP is deployed (D-31).
    sequence = models.PositiveIntegerField(default=0)
    # Two records of one person: this one was taken into the other, and its reference leads there.
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from")

    objects = PartnerManager()
    everyone = models.Manager()

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
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="partner_not_merged_into_itself"
            ),
        ]

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
    """What kind of SIP a person is and through which company, between two dates (REG-2).

    `Partner.company` holds the company of the kind that runs.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="kinds")
    kind = models.CharField(max_length=20, choices=Kind)
    company = models.CharField(max_length=150, blank=True)
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
