"""What a school says is wrong in its record, and what came of it."""

from django.db import models
from django.db.models import Q

from accounts.access import Scope, Scoped
from accounts.models import User
from accounts.permissions import Permission
from sipmanager.core.parts import Tag

from .records.base import schools_of_ones_own, schools_served
from .school import School

P = Permission


class ColumnGroup(models.TextChoices):
    """Parts of a school's record that are changed, or corrected, on one page (`columns.GROUPS`)."""

    IDENTITY = "identity", "Identity"
    ADDRESS = "address", "Address"
    FAITH = "faith", "Faith and diocese"
    STAGES = "stages", "Stages offered"
    SIZE = "size", "Size"
    LOCALITY = "locality", "Area and cluster"


class CorrectionState(models.TextChoices):
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"


STATE_TAGS = {
    "": Tag("To decide", "yellow"),
    CorrectionState.ACCEPTED.value: Tag(CorrectionState.ACCEPTED.label, "green"),
    CorrectionState.DECLINED.value: Tag(CorrectionState.DECLINED.label, "grey"),
}


class Correction(Scoped):
    """A head or chair says what the record of the school should hold; an officer accepts or declines.

    `group` is blank for what only words can say. `values` are the columns proposed and
    `was` what they held then, as JSON can hold them.
    """

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="corrections")
    group = models.CharField(max_length=20, choices=ColumnGroup, blank=True)
    values = models.JSONField(default=dict)
    was = models.JSONField(default=dict)
    says = models.TextField(max_length=1000, blank=True)
    suggested_at = models.DateTimeField()
    suggested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=CorrectionState, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    scope = Scope(
        authority=schools_served,
        locality="school__local_authority_id",
        region="school__local_authority__region_id",
        school="school_id",
        own=schools_of_ones_own,
    )
    view_permissions = (P.SCHOOL_EDIT, P.SCHOOL_SUGGEST)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None, decided_by=None)
                | (~Q(outcome="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="correction_decided_by_someone",
            ),
            models.CheckConstraint(condition=~Q(outcome="declined") | ~Q(reason=""), name="declined_with_a_reason"),
        ]
        indexes = [models.Index(fields=["school", "decided_at"]), models.Index(fields=["outcome", "suggested_at"])]

    def __str__(self):
        return f"{self.school_id} {self.group}"

    @property
    def title(self) -> str:
        """Which part of the record it is about."""
        return self.get_group_display() or "Something else"

    @property
    def is_open(self) -> bool:
        return self.decided_at is None

    @property
    def state_tag(self) -> Tag:
        return STATE_TAGS[self.outcome]

    def audit_scope(self):
        return {"authority_id": self.school.local_authority_id, "school_id": self.school_id}
