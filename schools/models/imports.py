"""The loads of files into registers."""

from django.db import models

from accounts.access import Scope, Scoped
from accounts.models import Authority, User
from accounts.permissions import Permission

P = Permission


class ImportRun(Scoped):
    """One load of a file into a register: what it did, and what it refused and why."""

    authority = models.ForeignKey(Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    file_name = models.CharField(max_length=200)
    as_at = models.DateField(null=True, blank=True)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    result = models.JSONField(default=dict)

    scope = Scope(authority="authority_id")
    view_permissions = (P.SCHOOL_IMPORT, P.PARTNER_IMPORT)

    def __str__(self):
        return f"{self.kind} {self.file_name}"
