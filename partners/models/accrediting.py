"""The way to an accreditation and back to one: applications, attempts, claims, the clock in force (ACC-1 to ACC-15, ACC-27)."""

from django.db import models
from django.db.models import F, Q

from accounts.access import Scope, Scoped, ScopedQuerySet
from accounts.models import Authority, User
from accounts.permissions import Permission
from schools.facts import SECTOR_NAMES
from schools.models import School, choices

from .people import Accreditation, Partner
from .reach import by_this_partner, engaged_by, engaged_in, of_these_partners

P = Permission


class ApplicationStatus(models.TextChoices):
    APPLIED = "applied", "Applied"
    APPLICATION_PASSED = "application_passed", "Application accepted"
    ONLINE_PASSED = "online_passed", "Online assessment passed"
    RESIDENTIAL_PASSED = "residential_passed", "Accredited"
    TURNED_DOWN = "turned_down", "Turned down"
    WITHDRAWN = "withdrawn", "Withdrawn"


RUNNING = (ApplicationStatus.APPLIED, ApplicationStatus.APPLICATION_PASSED, ApplicationStatus.ONLINE_PASSED)


class ApplicationQuerySet(ScopedQuerySet):
    def running(self):
        """Those on their way."""
        return self.filter(status__in=RUNNING)


class Application(Scoped):
    """One person's application for one sector, from stage 1 to the award (ACC-2, REC-15)."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="applications")
    sector = models.CharField(max_length=10, choices=choices(SECTOR_NAMES))
    status = models.CharField(max_length=20, choices=ApplicationStatus, default=ApplicationStatus.APPLIED)
    applied_on = models.DateField()
    accepted_on = models.DateField(null=True, blank=True)
    online_passed_on = models.DateField(null=True, blank=True)
    residential_passed_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    close_reason = models.CharField(max_length=500, blank=True)
    award = models.OneToOneField(Accreditation, null=True, blank=True, on_delete=models.PROTECT, related_name="application")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ApplicationQuerySet.as_manager()

    scope = Scope(
        authority=lambda ids, on: Q(partner__in=Partner.objects.filter(engaged_by(ids, on))),
        region=lambda ids, on: Q(partner__in=Partner.objects.filter(engaged_in(ids))),
        own=lambda viewer, capacities: of_these_partners(capacities),
        own_work=lambda viewer: by_this_partner(viewer),
    )
    view_permissions = (P.ACCREDITATION_VIEW,)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "sector"], condition=Q(status__in=RUNNING), name="one_running_application_a_sector"
            ),
            models.CheckConstraint(
                condition=Q(status="residential_passed", award__isnull=False)
                | (~Q(status="residential_passed") & Q(award=None)),
                name="passing_the_residential_makes_the_award",
            ),
        ]

    def __str__(self):
        return f"{self.partner_id} for {self.sector}"


class Referee(models.Model):
    """A reference of stage 1: asked for, then received (REC-15)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="referees")
    full_name = models.CharField(max_length=200)
    requested_on = models.DateField()
    received_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(received_on=None) | Q(received_on__gte=F("requested_on")), name="reference_after_its_request"
            ),
        ]

    def __str__(self):
        return f"reference for {self.application_id}"


class Stage(models.TextChoices):
    """The stages that are sat and may be sat again (ACC-5)."""

    ONLINE = "online", "Online assessment"
    RESIDENTIAL = "residential", "Residential assessment"


class StageAttempt(models.Model):
    """One sitting of stage 2 or 3, its result, and the day on which the person was told of it (ACC-5)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="attempts")
    stage = models.CharField(max_length=12, choices=Stage)
    taken_on = models.DateField()
    is_passed = models.BooleanField()
    result_on = models.DateField()
    notified_on = models.DateField(null=True, blank=True)
    # The first day of a further attempt, once a second or later fail is notified (DL-31).
    opens_again_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "stage", "taken_on"], name="one_sitting_a_day"),
            models.CheckConstraint(condition=Q(result_on__gte=F("taken_on")), name="result_after_the_sitting"),
            models.CheckConstraint(
                condition=Q(notified_on=None) | Q(notified_on__gte=F("result_on")), name="notice_after_the_result"
            ),
        ]

    def __str__(self):
        return f"{self.stage} on {self.taken_on}"


class ClaimStatus(models.TextChoices):
    CLAIMED = "claimed", "Waiting for a decision"
    RESTORED = "restored", "Restored"
    DECLINED = "declined", "Declined"
    TAKEN_BACK = "taken_back", "Taken back"


class Claim(Scoped):
    """A claim that the records were wrong, and the accreditation lapses or lapsed wrongly (ACC-13, ACC-14)."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="claims")
    # The authority that claims for the SIP; none where the SIP claims.
    authority = models.ForeignKey(Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, choices=ClaimStatus, default=ClaimStatus.CLAIMED)
    says = models.TextField()
    # What the clock said when the claim was made.
    lapses_on = models.DateField()
    made_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)

    scope = Scope(
        authority=lambda ids, on: Q(authority_id__in=ids) | Q(partner__in=Partner.objects.filter(engaged_by(ids, on))),
        region=lambda ids, on: Q(partner__in=Partner.objects.filter(engaged_in(ids))),
        own=lambda viewer, capacities: of_these_partners(capacities),
        own_work=lambda viewer: by_this_partner(viewer),
    )
    view_permissions = (P.ACCREDITATION_VIEW,)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner"], condition=Q(status="claimed"), name="one_open_claim"),
            models.CheckConstraint(
                condition=Q(status="claimed", decided_on=None) | (~Q(status="claimed") & Q(decided_on__isnull=False)),
                name="decided_claim_has_its_day",
            ),
        ]

    def __str__(self):
        return f"claim of {self.partner_id} on {self.made_on}"


class ClaimedPractice(models.Model):
    """A period of practice as a SIP that a claim shows; it enters the clock once the claim is granted (ACC-14)."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="practice")
    sector = models.CharField(max_length=10, choices=choices(SECTOR_NAMES))
    school = models.ForeignKey(School, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField()
    evidence = models.CharField(max_length=500)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="claimed_practice_dates")]
        indexes = [models.Index(fields=["claim", "starts_on"])]

    def __str__(self):
        return f"{self.place}, {self.starts_on} to {self.ends_on}"


class LapseClock(models.Model):
    """How the lapse clock runs from a day on: one for the person, or one for each sector (ACC-9, D-16).

    One for the whole country, because an accreditation is. None in force means one for the person.
    """

    starts_on = models.DateField(unique=True)
    is_per_sector = models.BooleanField()
    reason = models.CharField(max_length=500)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self):
        return f"{'per sector' if self.is_per_sector else 'per person'} from {self.starts_on}"
