"""What every dated record of a school has."""

from django.db import models
from django.db.models import Q

from accounts.access import Scope, Scoped
from accounts.models import RunningQuerySet, User, dated

from ..dated import FactSource
from ..school import School, own_schools, served_by


def schools_served(ids, on) -> Q:
    return Q(school__in=School.objects.filter(served_by(ids, on)))


def schools_of_ones_own(viewer, capacities) -> Q:
    return Q(school__in=School.objects.filter(own_schools(viewer, capacities)))


def through_school(limit=None) -> Scope:
    """Who reaches a school reaches its records, as far as the right to see them goes."""
    return Scope(
        authority=schools_served,
        locality="school__local_authority_id",
        region="school__local_authority__region_id",
        diocese="school__diocese_id",
        school="school_id",
        own=schools_of_ones_own,
        limit=limit,
    )


class RecordQuerySet(RunningQuerySet):
    def standing(self):
        """Those that were not entered in error (D-18)."""
        return self.filter(voided_at=None)

    def running(self, on):
        """Those whose dates hold on a day; what was struck out never did."""
        return super().running(on).standing()


class DatedRecord(Scoped):
    """A fact of a school between two days, who recorded it and when; struck out with a reason, never deleted.

    `starts_on` null is always, `ends_on` null is still (D-3).
    """

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=10, choices=FactSource, default=FactSource.OFFICER)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=500, blank=True)

    objects = RecordQuerySet.as_manager()

    scope = through_school()

    class Meta:
        abstract = True
        constraints = [dated("%(class)s_dates")]
        indexes = [models.Index(fields=["school", "starts_on"])]

    def __str__(self):
        return f"{self.school_id} {self.title}"

    @property
    def title(self) -> str:
        """What the record is, in a few words."""
        raise NotImplementedError

    def lines(self) -> list[str]:
        """What else is known, a sentence or two of words each; dates and source apart."""
        return []

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    def is_running(self, on) -> bool:
        begun = self.starts_on is None or self.starts_on <= on
        return begun and (self.ends_on is None or on <= self.ends_on) and not self.is_void

    def audit_scope(self):
        return {"authority_id": self.school.local_authority_id, "school_id": self.school_id}
