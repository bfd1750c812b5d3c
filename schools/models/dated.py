"""Dated facts of a school, and who owns a column that the national register also holds (D-3)."""

from django.db import models
from django.db.models import Q

from accounts.models import RunningQuerySet, User, dated

from .school import School


class FactKind(models.TextChoices):
    STATUS = "status", "Status"
    LOCAL_AUTHORITY = "local_authority", "Local authority"
    GOVERNANCE = "governance", "Type"
    PHASE = "phase", "Phase"
    DEEMED_PHASE = "deemed_phase", "Deemed phase"
    CATEGORY = "category", "Support category"
    NAME = "name", "Name"


class FactSource(models.TextChoices):
    GIAS = "gias", "National register"
    OFFICER = "officer", "Officer"
    SCHOOL = "school", "School"


class SchoolFact(models.Model):
    """One dated value of one fact; `starts_on` null is always, `ends_on` null is still (D-3).

    A local authority is held by its code. Spells of one kind follow each other without overlap.
    """

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="facts")
    kind = models.CharField(max_length=20, choices=FactKind)
    value = models.CharField(max_length=150)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=10, choices=FactSource, default=FactSource.GIAS)
    recorded_at = models.DateTimeField()

    objects = RunningQuerySet.as_manager()

    class Meta:
        constraints = [
            dated("fact_dates"),
            models.UniqueConstraint(fields=["school", "kind"], condition=Q(ends_on=None), name="one_running_fact_of_a_kind"),
        ]
        indexes = [models.Index(fields=["kind", "value"])]

    def __str__(self):
        return f"{self.school_id} {self.kind} {self.value}"


class FieldOwner(models.Model):
    """A column of the school that an officer keeps, or the school through an accepted correction.

    Imports of the national register leave such a column alone until it is given back (issue 3, SCH-1). `field` is the
    column's name on `School`.
    """

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="field_owners")
    field = models.CharField(max_length=40)
    source = models.CharField(max_length=10, choices=FactSource, default=FactSource.OFFICER)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "field"], name="one_owner_of_a_field"),
            models.CheckConstraint(condition=~Q(source="gias"), name="owned_by_a_person"),
        ]

    def __str__(self):
        return f"{self.school_id} {self.field}"
