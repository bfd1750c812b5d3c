"""An authority's school years, and when its programmes start."""

from django.db import models
from django.db.models import F, Q

from accounts.access import Scope, Scoped
from accounts.models import Authority, User
from accounts.permissions import Permission

P = Permission


class AcademicYear(Scoped):
    """An authority's calendar for one school year: terms, seasons, closures (D-12, CAL-1)."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="academic_years")
    year = models.PositiveSmallIntegerField()

    scope = Scope(authority="authority_id", region="authority__region_id")
    view_permissions = (P.HOME,)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "year"], name="one_calendar_a_year")]

    def __str__(self):
        return f"{self.authority_id} {self.year}"


class TermDates(models.Model):
    """One term; both days belong to it."""

    academic_year = models.ForeignKey(AcademicYear, on_delete=models.CASCADE, related_name="terms")
    number = models.PositiveSmallIntegerField()
    season = models.CharField(max_length=10, choices=[("autumn", "Autumn"), ("spring", "Spring"), ("summer", "Summer")])
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="term_dates"),
            models.UniqueConstraint(fields=["academic_year", "number"], name="one_term_of_a_number"),
        ]

    def __str__(self):
        return f"Term {self.number}"


class Closure(models.Model):
    """Days on which the authority's schools are closed inside a term; counted where the policy says so (POL-22)."""

    academic_year = models.ForeignKey(AcademicYear, on_delete=models.CASCADE, related_name="closures")
    name = models.CharField(max_length=100)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="closure_dates")]

    def __str__(self):
        return self.name


class Programme(models.TextChoices):
    PRIMARY = "primary", "Primary"
    SECONDARY = "secondary", "Secondary"


class ProgrammeStart(Scoped):
    """When a programme starts at an authority: the letter and the deadline for coverage (D-20).

    Who its contact is, is a dated record of its own (COG-F).
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="programme_starts")
    programme = models.CharField(max_length=10, choices=Programme)
    letter_on = models.DateField(null=True, blank=True)
    coverage_by = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    scope = Scope(authority="authority_id", region="authority__region_id")
    view_permissions = (P.CONDITIONS_VIEW, P.SCHOOL_IMPORT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "programme"], name="one_start_a_programme")]

    def __str__(self):
        return f"{self.authority_id} {self.programme}"
