"""Who leads and governs a school, between two dates (SCH-10)."""

from django.db import models

from accounts.models import RunningQuerySet, User, dated
from accounts.permissions import Role

from .dated import FactSource
from .school import School


class PostKind(models.TextChoices):
    HEAD = Role.HEAD.value, "Headteacher"
    CHAIR = Role.CHAIR.value, "Chair of governors"
    GOVERNOR = Role.GOVERNOR.value, "Governor"
    # Of the panel that reviews the head's performance; each of them is a governor too (SCH-10).
    PANEL_CHAIR = "panel_chair", "Chair of the performance management panel"
    PANEL = "panel", "Governor on the performance management panel"
    HEAD_PA = "head_pa", "Headteacher's personal assistant"


# Posts that make somebody what they are when they sign in; the others are kept to be written and spoken to.
ROLES_OF_POSTS = {PostKind.HEAD: Role.HEAD, PostKind.CHAIR: Role.CHAIR, PostKind.GOVERNOR: Role.GOVERNOR}


class Post(models.Model):
    """Who leads or governs a school, between two dates; may hold an account (D-4, SCH-10)."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=12, choices=PostKind)
    full_name = models.CharField(max_length=200)
    # How a message greets them; the first word of the name where it is blank.
    greeting = models.CharField(max_length=60, blank=True)
    job_title = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    # The direct line.
    phone = models.CharField(max_length=30, blank=True)
    mobile = models.CharField(max_length=30, blank=True)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    is_acting = models.BooleanField(default=False)
    is_absent = models.BooleanField(default=False)
    source = models.CharField(max_length=10, choices=FactSource, default=FactSource.OFFICER)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    objects = RunningQuerySet.as_manager()

    class Meta:
        constraints = [dated("post_dates")]
        indexes = [models.Index(fields=["school", "kind"])]

    def __str__(self):
        return f"{self.full_name}, {self.get_kind_display()}"

    @property
    def audit_subject(self):
        return f"post:{self.pk}"

    def audit_scope(self):
        return {"authority_id": self.school.local_authority_id, "school_id": self.school_id}
