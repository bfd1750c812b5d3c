"""What a SIP tells the national programme and the SIP manager in private (REG-19, DL-67)."""

from django.db import models
from django.db.models import Q

from accounts.access import Scope, Scoped
from accounts.models import User
from accounts.permissions import Permission

from .people import Partner
from .reach import engaged_partners, own_or_looked_after_partner

P = Permission


class DeclarationKind(models.TextChoices):
    CHARGE = "charge", "A criminal charge or inquiry"
    CHILD_PROTECTION = "child", "A child protection matter"
    CONDUCT = "conduct", "A question about conduct"
    PUBLICITY = "publicity", "Bad publicity, now or likely"
    OTHER = "other", "Something else that could touch public confidence"


class SelfDeclaration(Scoped):
    """A private word of a SIP about themself. National staff and the managers of the SIP's authorities read it, nobody else."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="declarations")
    kind = models.CharField(max_length=9, choices=DeclarationKind)
    text = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    scope = Scope(authority=engaged_partners, own=lambda viewer, capacities: own_or_looked_after_partner(capacities))
    view_permissions = (P.SELF_DECLARATION_VIEW,)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, answer="") | Q(closed_at__isnull=False) & ~Q(answer=""), name="closed_with_answer"
            ),
        ]

    def __str__(self):
        return f"declaration {self.pk}"

    @property
    def audit_subject(self):
        return f"declaration:{self.pk}"

    def audit_scope(self):
        """No place and no SIP: the line must not tell those who read records of events that there is a declaration."""
        return {"authority_id": None, "school_id": None, "partner_id": None}
