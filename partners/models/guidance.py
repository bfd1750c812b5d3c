"""What an authority tells its SIPs and its schools about how things are done locally (HND-5)."""

from django.db import models
from django.db.models import Q

from accounts.access import Scope, Scoped, everything
from accounts.models import Authority, User
from accounts.permissions import Permission, Role

from .consulting import authorities_engaging, authorities_of_schools

P = Permission


class GuidanceKind(models.TextChoices):
    LOCAL_ISSUES = "local_issues", "County and local issues"
    ENTITLEMENT = "entitlement", "What a school is entitled to"
    EXTRA_SUPPORT = "extra_support", "Criteria for extra support"
    COMMISSIONING = "commissioning", "How to commission extra support"
    QUALITY = "quality", "How the work of SIPs is quality-assured"


# Told to SIPs alone; everything else is told to headteachers, and SIPs read what their schools have been told.
FOR_SIPS = frozenset({GuidanceKind.LOCAL_ISSUES})


def _what_one_is_told(permission: P, role: Role, viewer) -> Q:
    """Heads read what is for heads; what was withdrawn only those read who look after it."""
    if role in {Role.MANAGER, Role.ADMINISTRATOR, Role.SENIOR_ADVISER}:
        return everything()
    still = Q(withdrawn_on=None)
    return still & ~Q(kind__in=sorted(FOR_SIPS)) if role is Role.HEAD else still


class Guidance(Scoped):
    """One thing that an authority published, on a day, to its SIPs or its heads. It is not changed: a later one follows it."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="guidance")
    kind = models.CharField(max_length=14, choices=GuidanceKind)
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=8000)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdraw_reason = models.CharField(max_length=300, blank=True)

    scope = Scope(authority="authority_id", school=authorities_of_schools, own=authorities_engaging, limit=_what_one_is_told)
    view_permissions = (P.GUIDANCE_VIEW,)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdraw_reason="") | Q(withdrawn_on__isnull=False) & ~Q(withdraw_reason=""),
                name="withdrawn_guidance_says_why",
            )
        ]
        indexes = [models.Index(fields=["authority", "-published_at"])]

    def __str__(self):
        return self.title

    @property
    def is_for_sips(self) -> bool:
        return self.kind in FOR_SIPS
