"""Who is there for a school beside its lead SIP: cover, a SIP for the head's review, an external SIP (DEP-16, 29, 30)."""

from django.db import models
from django.db.models import Q

from accounts.access import Scope, Scoped, ScopedQuerySet
from accounts.models import Authority, User, dated, running
from accounts.permissions import Permission
from schools.models import School, SipSource

from .people import Partner
from .reach import by_this_partner, own_or_looked_after

P = Permission


class BesideKind(models.TextChoices):
    COVER = "cover", "Contingency cover"
    HTPM = "htpm", "Head's performance management"
    EXTERNAL = "external", "External SIP"


class BesideQuerySet(ScopedQuerySet):
    def running(self, on):
        """What holds on a day."""
        return self.filter(running(on), voided_on=None)


class BesideRole(Scoped):
    """A role at a school beside the lead, between two days. It is no deployment and counts for no condition of grant.

    Cover is a SIP accredited for the school's sector, or an officer of the authority by name or none; the head's review
    another SIP; an external SIP somebody of another body whom the school chose, outside the pre-deployment checks.
    """

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="beside_roles")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="beside_roles")
    kind = models.CharField(max_length=8, choices=BesideKind)
    partner = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="beside_roles")
    # An officer who covers, or the external SIP, and the external SIP's body.
    name = models.CharField(max_length=120, blank=True)
    body = models.CharField(max_length=120, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    # What the school's record says of an external SIP: that the school appointed its SIP itself (SCH-19).
    source = models.ForeignKey(SipSource, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    voided_on = models.DateField(null=True, blank=True)

    objects = BesideQuerySet.as_manager()

    scope = Scope(
        authority="authority_id",
        region="authority__region_id",
        school="school_id",
        own=lambda viewer, capacities: own_or_looked_after(capacities),
        own_work=lambda viewer: by_this_partner(viewer),
    )
    view_permissions = (P.DEPLOYMENT_VIEW,)

    class Meta:
        constraints = [
            dated("beside_role_dates"),
            models.CheckConstraint(
                condition=Q(kind="cover", body="")
                | Q(kind="htpm", partner__isnull=False, name="", body="")
                | Q(kind="external", partner=None) & ~Q(name="") & ~Q(body=""),
                name="beside_role_names_somebody",
            ),
        ]
        indexes = [models.Index(fields=["school", "kind", "starts_on"]), models.Index(fields=["authority", "kind"])]

    def __str__(self):
        return f"{self.get_kind_display()} at {self.school_id}"

    @property
    def who(self) -> str:
        """Who it is, in words; cover without a name is the authority's officers'."""
        if self.partner_id is not None:
            return self.partner.full_name
        if self.kind == BesideKind.EXTERNAL:
            return f"{self.name}, {self.body}"
        return f"{self.name}, officer of the authority" if self.name else "An officer of the authority"
