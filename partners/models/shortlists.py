"""Shortlists: SIPs put together for a school or a purpose, with a note on each and in an order (REG-20, SPM-4)."""

from django.db import models
from django.db.models import Q

from accounts.access import Scope, Scoped
from accounts.models import Authority, User
from accounts.permissions import AUTHORITY_ROLES, Permission
from schools.models import School

from .people import Partner

P = Permission


def in_region_or_nowhere(ids, on) -> Q:
    """Shortlists of authorities in these regions, and those that belong to no authority: `limit` leaves one's own."""
    return Q(authority__region_id__in=ids) | Q(authority=None)


def own_or_shared(permission, role, viewer) -> Q:
    """One's own shortlists, and those that a colleague shares inside the authority."""
    own = Q(made_by=viewer.user)
    return own | Q(is_shared=True) if role in AUTHORITY_ROLES else own


class Shortlist(Scoped):
    """A list of SIPs that one person keeps, or shares inside their authority; closed when it is no longer wanted."""

    name = models.CharField(max_length=100)
    # National and regional staff keep lists of their own, that belong to no authority.
    authority = models.ForeignKey(Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="shortlists")
    school = models.ForeignKey(School, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_shared = models.BooleanField(default=False)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    scope = Scope(authority="authority_id", region=in_region_or_nowhere, limit=own_or_shared)
    view_permissions = (P.SHORTLIST_USE,)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_shared=False) | Q(authority__isnull=False), name="shared_inside_an_authority"
            ),
        ]
        indexes = [models.Index(fields=["authority", "is_shared"])]

    def __str__(self):
        return self.name

    def audit_scope(self):
        return {"authority_id": self.authority_id, "school_id": self.school_id}


class ShortlistEntry(models.Model):
    """One SIP on a shortlist. Taken off, the entry stays as history."""

    shortlist = models.ForeignKey(Shortlist, on_delete=models.PROTECT, related_name="entries")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="shortlist_entries")
    position = models.PositiveIntegerField()
    note = models.CharField(max_length=500, blank=True)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shortlist", "partner"], condition=Q(removed_at=None), name="once_on_a_shortlist"),
        ]

    def __str__(self):
        return f"{self.partner_id} on {self.shortlist_id}"
