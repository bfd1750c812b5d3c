"""The register of interests: what ties a SIP to schools, trusts and employers, and what that touches (REG-10, PRE-11)."""

from django.db import models
from django.db.models import Q

from accounts.access import Scope, Scoped
from accounts.models import RunningQuerySet, User, dated
from accounts.permissions import Permission
from schools.models import School

from .people import Partner
from .reach import by_this_partner, engaged_partners, own_or_looked_after_partner

P = Permission


class InterestKind(models.TextChoices):
    SCHOOL = "school", "A link with a school"
    TRUST = "trust", "A link with a trust or federation"
    EMPLOYER = "employer", "An employer, now or before"
    COMPANY = "company", "A company owned, led or worked through"
    FAMILY = "family", "Family or a close friend"
    FORMER_POST = "former_post", "A post held before"
    OTHER = "other", "Something else"


class Interest(Scoped):
    """One declared interest, between two dates. It names a school of the register, or a school, trust, employer or
    company by its name as typed.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="interests")
    kind = models.CharField(max_length=12, choices=InterestKind, default=InterestKind.SCHOOL)
    school = models.ForeignKey(School, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    named = models.CharField(max_length=150, blank=True)
    # `named` as names are compared (partners.interests.comparable).
    search_name = models.CharField(max_length=150, blank=True, db_index=True)
    says = models.CharField(max_length=300)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    scope = Scope(
        authority=engaged_partners,
        own=lambda viewer, capacities: own_or_looked_after_partner(capacities),
        own_work=lambda viewer: by_this_partner(viewer),
    )
    view_permissions = (P.INTEREST_VIEW,)

    objects = RunningQuerySet.as_manager()

    class Meta:
        constraints = [
            dated("interest_dates"),
            models.CheckConstraint(condition=Q(school__isnull=False) | ~Q(named=""), name="interest_names_something"),
        ]
        indexes = [models.Index(fields=["school", "partner"])]

    def __str__(self):
        return f"{self.partner_id} and {self.school_id or self.named}"

    @property
    def with_whom(self) -> str:
        return self.school.name if self.school else self.named

    def audit_scope(self):
        return {"partner_id": self.partner_id, "school_id": self.school_id}
