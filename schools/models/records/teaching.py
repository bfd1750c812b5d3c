"""What a school is like: specialisms, its faith's wish, its size and context (SCH-7, SCH-8, SCH-11)."""

from django.db import models
from django.db.models import Q

from accounts.permissions import Permission
from sipmanager.core.academic import academic_label
from sipmanager.core.wording import day, listed

from ...stages import name_of, youngest_first
from .base import DatedRecord

P = Permission


class Specialism(DatedRecord):
    """A specialism with the days of its designation and of the last redesignation (SCH-8)."""

    specialism = models.CharField(max_length=100)
    redesignated_on = models.DateField(null=True, blank=True)
    is_leading = models.BooleanField(default=False)

    view_permissions = (P.SCHOOL_VIEW,)

    class Meta(DatedRecord.Meta):
        constraints = [
            *DatedRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["school", "specialism"], condition=Q(ends_on=None, voided_at=None), name="one_running_specialism"
            ),
            models.CheckConstraint(
                condition=Q(redesignated_on=None) | Q(starts_on=None) | Q(redesignated_on__gte=models.F("starts_on")),
                name="redesignated_after_designation",
            ),
        ]

    @property
    def title(self):
        return self.specialism

    def lines(self):
        found = ["Leading status" if self.is_leading else ""]
        found.append(f"Redesignated on {day(self.redesignated_on)}" if self.redesignated_on else "")
        return [line for line in found if line]


class FaithRequest(DatedRecord):
    """The school asked for a SIP in sympathy with its faith: a wish that binds nobody (SCH-7)."""

    note = models.CharField(max_length=500, blank=True)

    view_permissions = (P.SCHOOL_VIEW,)

    class Meta(DatedRecord.Meta):
        constraints = [
            *DatedRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["school"], condition=Q(ends_on=None, voided_at=None), name="one_running_faith_request"
            ),
        ]

    @property
    def title(self):
        return "Asked for a SIP in sympathy with its faith"

    def lines(self):
        return [self.note] if self.note else []


class SchoolContext(DatedRecord):
    """Roll, cohorts and context of one academic year, as filled in at the autumn visit (SCH-11).

    `cohorts` holds year groups of `stages.year_groups` with the number of pupils.
    """

    year = models.PositiveSmallIntegerField()
    roll = models.PositiveIntegerField(null=True, blank=True)
    cohorts = models.JSONField(default=dict, blank=True)
    notes = models.TextField(max_length=4000, blank=True)

    view_permissions = (P.SCHOOL_VIEW,)

    class Meta(DatedRecord.Meta):
        constraints = [
            *DatedRecord.Meta.constraints,
            models.UniqueConstraint(fields=["school", "year"], condition=Q(voided_at=None), name="one_context_a_year"),
        ]

    @property
    def title(self):
        return academic_label(self.year)

    def lines(self):
        found = [f"{self.roll:,} pupils on roll" if self.roll is not None else ""]
        found.append(listed([f"{name_of(code)}: {self.cohorts[code]}" for code in youngest_first(self.cohorts)]))
        return [line for line in [*found, self.notes] if line]
