"""What a change in the national register asks somebody to settle."""

from django.db import models
from django.db.models import Q

from accounts.access import Scope, Scoped
from accounts.models import Authority, User
from accounts.permissions import Permission
from sipmanager.core.parts import Tag

from .imports import ImportRun
from .school import School

P = Permission


class TaskKind(models.TextChoices):
    NEW_HEAD = "new_head", "New headteacher"
    CLOSURE = "closure", "School closed"
    CONVERSION = "conversion", "Converted to an academy"
    MERGER = "merger", "Merged or succeeded"
    TRANSFER = "transfer", "Moved to another authority"


class TaskOutcome(models.TextChoices):
    DONE = "done", "Done: the records say what is true now"
    NOTHING = "nothing", "Nothing had to be done"
    MISTAKEN = "mistaken", "The national register is mistaken"
    OVERTAKEN = "overtaken", "Overtaken by a later change"


class RegisterTask(Scoped):
    """One deployment, post or recipient that a change in the national register touches, for an administrator to settle.

    `subject` is what is touched (D-40) and `url` its page; `says` what to do; `was`, `now` and `about_on` what changed.
    `key` is the same for the same change of the same thing, so that a file loaded twice raises nothing twice.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="register_tasks")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="register_tasks")
    kind = models.CharField(max_length=12, choices=TaskKind)
    subject = models.CharField(max_length=80)
    says = models.CharField(max_length=400)
    url = models.CharField(max_length=200)
    was = models.CharField(max_length=400, blank=True)
    now = models.CharField(max_length=400, blank=True)
    about_on = models.DateField(null=True, blank=True)
    key = models.CharField(max_length=200, unique=True)
    raised_at = models.DateTimeField()
    run = models.ForeignKey(ImportRun, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=TaskOutcome, blank=True)
    note = models.CharField(max_length=500, blank=True)

    scope = Scope(authority="authority_id")
    view_permissions = (P.TASK_VIEW,)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None, outcome="") | (Q(settled_at__isnull=False) & ~Q(outcome="")),
                name="settled_with_an_outcome",
            )
        ]
        indexes = [
            models.Index(fields=["authority", "settled_at", "raised_at"]),
            models.Index(fields=["school", "settled_at"]),
        ]

    def __str__(self):
        return f"{self.kind} {self.subject}"

    @property
    def is_open(self) -> bool:
        return self.settled_at is None

    @property
    def state_tag(self) -> Tag:
        return Tag("To settle", "yellow") if self.is_open else Tag("Settled", "green")

    @property
    def audit_subject(self):
        return f"task:{self.pk}"
