"""One change to many schools: chosen, looked at row by row, confirmed once (issue: registers in full)."""

from django.db import models
from django.db.models import Q

from accounts.access import Scope, Scoped, everything
from accounts.models import User
from accounts.permissions import Permission

P = Permission


class BulkChange(Scoped):
    """What one person is about to change, or changed, on many schools at once.

    `rows` has one entry a school: `school` its key, `was` and `becomes` the values as the preview showed them, `because` why
    it is refused, and once carried out `outcome`: changed, refused, or meanwhile (somebody else was first).
    """

    what = models.CharField(max_length=30, blank=True)
    value = models.CharField(max_length=150, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    rows = models.JSONField(default=list)
    # How many of the chosen ones were not taken in, because whoever chose them may not change them.
    left_out = models.PositiveIntegerField(default=0)
    undoes = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    previewed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    scope = Scope(
        authority=lambda ids, on: everything(),
        limit=lambda permission, role, viewer: Q(made_by=viewer.user),
    )
    view_permissions = (P.SCHOOL_EDIT,)

    def __str__(self):
        return f"{self.what or 'Nothing yet'} of {len(self.rows)} schools"

    @property
    def audit_subject(self):
        return f"bulk_change:{self.pk}"
