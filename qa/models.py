"""Quality assurance: shadow visits and their feedback (QA-8 to QA-11)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.access import Scope, Scoped
from accounts.models import Authority, User
from accounts.permissions import Permission
from partners.models import Partner, by_this_partner, own_or_looked_after
from schools.models import School
from sipmanager.core.parts import Tag
from visits.models import Visit

P = Permission


class Level(models.TextChoices):
    """Competence levels (ENU-5, QA-5)."""

    HIGHLY_EFFECTIVE = "highly_effective", "Highly effective"
    EFFECTIVE = "effective", "Effective"
    INEFFECTIVE = "ineffective", "Ineffective"


class ShadowStatus(models.TextChoices):
    PLANNED = "planned", "Planned"
    HELD = "held", "Held"
    FEEDBACK_SENT = "feedback_sent", "Feedback sent"
    CANCELLED = "cancelled", "Cancelled"


STATUS_COLOURS = {"planned": "blue", "held": "yellow", "feedback_sent": "green", "cancelled": "grey"}


class ShadowVisit(Scoped):
    """An observer goes with a SIP on a visit and feeds back (QA-8, QA-10, QA-11)."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="shadow_visits")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="shadow_visits")
    visit = models.ForeignKey(Visit, null=True, blank=True, on_delete=models.PROTECT, related_name="shadow_visits")
    observer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=15, choices=ShadowStatus, default=ShadowStatus.PLANNED)
    planned_on = models.DateField()
    school_agreed_on = models.DateField(null=True, blank=True)
    held_on = models.DateField(null=True, blank=True)
    oral_feedback_on = models.DateField(null=True, blank=True)
    written_due_on = models.DateField(null=True, blank=True)
    written_on = models.DateField(null=True, blank=True)
    preparation = models.TextField(blank=True)
    challenge_and_support = models.TextField(blank=True)
    advice = models.TextField(blank=True)
    management = models.TextField(blank=True)
    analyse = models.CharField(max_length=20, choices=Level, blank=True)
    strategies = models.CharField(max_length=20, choices=Level, blank=True)
    interact = models.CharField(max_length=20, choices=Level, blank=True)
    partner_comment = models.TextField(blank=True)
    # Raised by every save of the feedback and of the SIP's comment: a save against an older one is refused (D-26).
    text_version = models.PositiveIntegerField(default=1)
    status_reason = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    scope = Scope(
        authority="authority_id",
        own=lambda viewer, capacities: own_or_looked_after(capacities),
        own_work=lambda viewer: by_this_partner(viewer),
    )
    view_permissions = (P.SHADOW_VIEW,)

    class Meta:
        indexes = [models.Index(fields=["authority", "planned_on"]), models.Index(fields=["partner", "held_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["planned", "cancelled"]) | Q(held_on__isnull=False), name="shadow_has_its_day"
            )
        ]

    def __str__(self):
        return f"Shadow visit with {self.partner}"

    @property
    def status_tag(self):
        return Tag(self.get_status_display(), STATUS_COLOURS[self.status])

    def get_absolute_url(self):
        return reverse("qa:shadow-detail", args=[self.pk])
