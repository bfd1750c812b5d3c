"""Visits, each frozen to its authority and deployment (VIS-8, D-2)."""

from django.db import models
from django.db.models import Q

from accounts.access import Scope, Scoped
from accounts.models import Authority, User
from accounts.permissions import Permission, Role
from partners.models import Deployment, Partner, by_this_partner, own_or_looked_after
from schools.models import School, choices

from ..states import VISIT_STATE_NAMES, VisitState

P = Permission

SEASONS = [("autumn", "Autumn"), ("spring", "Spring"), ("summer", "Summer")]


def with_their_note(capacities) -> Q:
    """Visits of others whose note has been handed to a SIP, who then needs what was known before the visit (D-28)."""
    return Q(note__partner_id__in=sorted(c.partner_id for c in capacities if c.role is Role.SIP and c.partner_id is not None))


class Visit(Scoped):
    """One visit of a SIP to a school (VIS-8). It freezes its authority and its deployment (D-2)."""

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="visits")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="visits")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="visits")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="visits")
    season = models.CharField(max_length=10, choices=SEASONS)
    academic_year = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=12, choices=choices(VISIT_STATE_NAMES), default=VisitState.PLANNED)
    planned_on = models.DateField()
    focus = models.CharField(max_length=500, blank=True)
    confirmed_on = models.DateField(null=True, blank=True)
    confirmation_waived = models.CharField(max_length=300, blank=True)
    held_on = models.DateField(null=True, blank=True)
    hours_in_school = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    people_present = models.CharField(max_length=500, blank=True)
    governor_invited_on = models.DateField(null=True, blank=True)
    governor_reason = models.CharField(max_length=300, blank=True)
    was_governor_present = models.BooleanField(default=False)
    rescheduled_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    status_reason = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    voided_on = models.DateField(null=True, blank=True)
    void_reason = models.CharField(max_length=300, blank=True)

    scope = Scope(
        authority="authority_id",
        school=lambda ids, on: Q(school_id__in=ids),
        own=lambda viewer, capacities: own_or_looked_after(capacities) | with_their_note(capacities),
        own_work=lambda viewer: by_this_partner(viewer),
    )
    view_permissions = (P.VISIT_VIEW,)

    class Meta:
        indexes = [
            models.Index(fields=["authority", "status", "planned_on"]),
            models.Index(fields=["partner", "planned_on"]),
            models.Index(fields=["school", "planned_on"]),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(status="held") | Q(held_on__isnull=False), name="held_visit_has_its_day")
        ]

    def __str__(self):
        return f"{self.get_season_display()} visit to {self.school}"


# A draft that the head has had before them stays theirs to read in these states (D-24, D-25): the text they were given,
