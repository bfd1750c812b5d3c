"""The loads of files into registers."""

from django.db import models

from accounts.access import Scope, Scoped
from accounts.models import Authority, User
from accounts.permissions import Permission
from sipmanager.core.parts import Tag

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


class PreviewState(models.TextChoices):
    READING = "reading", "Being read"
    READY = "ready", "Ready to look at"
    LOADING = "loading", "Being loaded"
    DONE = "done", "Loaded"
    REFUSED = "refused", "Refused"


class ImportPreview(Scoped):
    """A file that somebody has handed in and looks at before it is loaded, four hours at most.

    Its bytes lie in the private storage under `shelf_key`. `fingerprint` stands for everything that the file would do:
    what is loaded is what was looked at, or nothing. A large file is read and loaded by the worker (D-32).
    """

    kind = models.CharField(max_length=20)
    authority = models.ForeignKey(Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    as_at = models.DateField(null=True, blank=True)
    options = models.JSONField(default=dict)
    shelf_key = models.CharField(max_length=32)
    state = models.CharField(max_length=10, choices=PreviewState, default=PreviewState.READING)
    report = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64, blank=True)
    # The register was another when the file was to be loaded than when it was looked at.
    has_changed = models.BooleanField(default=False)
    problem = models.CharField(max_length=500, blank=True)
    lines_done = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(ImportRun, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    scope = Scope(authority="authority_id")
    view_permissions = (P.SCHOOL_IMPORT, P.PARTNER_IMPORT)

    def __str__(self):
        return f"{self.kind} {self.file_name}"


class RowKind(models.TextChoices):
    CREATED = "created", "New"
    CLOSED = "closed", "Closed"
    MOVED = "moved", "Moved to another authority"
    HEAD = "head", "New headteacher"
    UPDATED = "updated", "Changed"
    REJECTED = "rejected", "Rejected"
    BREACH = "breach", "Rule broken"
    WARNING = "warning", "Warning"


ROW_COLOURS = {
    RowKind.CREATED: "green",
    RowKind.CLOSED: "grey",
    RowKind.MOVED: "orange",
    RowKind.HEAD: "purple",
    RowKind.UPDATED: "blue",
    RowKind.REJECTED: "red",
    RowKind.BREACH: "red",
    RowKind.WARNING: "yellow",
}


class PreviewRow(models.Model):
    """One line of what a file would do: a school, SIP or deployment, with each field before and after."""

    preview = models.ForeignKey(ImportPreview, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    line = models.PositiveIntegerField(null=True, blank=True)
    key = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=10, choices=RowKind)
    says = models.TextField(blank=True)
    # [field, before, after], as people read them.
    changes = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["preview", "kind", "position"])]

    def __str__(self):
        return f"{self.kind} {self.key}"

    @property
    def tag(self) -> Tag:
        return Tag(self.get_kind_display(), ROW_COLOURS[RowKind(self.kind)])
