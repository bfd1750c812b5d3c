"""What worries an authority about a school: concerns, finance, what inspectors found (SCH-14, SCH-15, SCH-17)."""

from django.db import models
from django.db.models import Q

from accounts.permissions import SCHOOL_ROLES, Permission
from sipmanager.core.wording import counted, day

from ...facts import choices
from ...finances import TRIGGER_NAMES, Trigger
from ...inspecting import GRADE_NAMES, INSPECTION_NAMES, LINE_NAMES, VERDICT_NAMES, Verdict
from .base import DatedRecord, through_school

P = Permission

FEWEST_DAYS, MOST_DAYS = 6, 20  # of a National Challenge Adviser (SCH-14)


class Concern(models.TextChoices):
    CAUSING_CONCERN = "causing_concern", "Causing concern"
    JEM = "jem", "JEM school"
    NATIONAL_CHALLENGE = "national_challenge", "National Challenge school"
    RAYS = "rays", "On RAYS"
    ISP = "isp", "On ISP"
    ENSURING_SUCCESS = "ensuring_success", "On Ensuring Success"


class Risk(models.TextChoices):
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class ConcernFlag(DatedRecord):
    """A concern about a school or a programme it is in on account of one, since when and why (SCH-14)."""

    concern = models.CharField(max_length=20, choices=Concern)
    reason = models.TextField(max_length=2000, blank=True)
    risk = models.CharField(max_length=10, choices=Risk, blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)

    view_permissions = (P.CONCERN_VIEW,)

    class Meta(DatedRecord.Meta):
        constraints = [
            *DatedRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["school", "concern"], condition=Q(ends_on=None, voided_at=None), name="one_running_flag_of_a_concern"
            ),
            models.CheckConstraint(
                condition=Q(days=None) | Q(days__gte=FEWEST_DAYS, days__lte=MOST_DAYS), name="days_of_national_challenge"
            ),
        ]

    @property
    def title(self):
        return self.get_concern_display()

    def lines(self):
        found = [f"Risk rating: {self.get_risk_display().lower()}" if self.risk else ""]
        found.append(f"{counted(self.days, 'day')} of support" if self.days else "")
        return [line for line in [*found, self.reason] if line]


def kept_from_schools(permission, role, viewer) -> Q:
    """A school is not told that its conduct is looked into; its SIP is told that, and not why (FIN-3)."""
    if role in SCHOOL_ROLES:
        return ~Q(trigger=Trigger.IMPROPRIETY.value)
    return Q()


class FinanceFlag(DatedRecord):
    """One of the eight triggers for more officer involvement, with the officer who set it (FIN-3, SCH-17)."""

    trigger = models.CharField(max_length=20, choices=choices(TRIGGER_NAMES))
    officer = models.CharField(max_length=200)
    details = models.TextField(max_length=2000, blank=True)

    scope = through_school(limit=kept_from_schools)
    view_permissions = (P.CONCERN_VIEW,)

    class Meta(DatedRecord.Meta):
        constraints = [
            *DatedRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["school", "trigger"], condition=Q(ends_on=None, voided_at=None), name="one_running_flag_of_a_trigger"
            ),
        ]

    @property
    def is_confidential(self) -> bool:
        """Whether its details are for those alone who may see what a finance flag is about."""
        return self.trigger == Trigger.IMPROPRIETY

    @property
    def title(self):
        return self.get_trigger_display()

    def lines(self):
        found = [f"Officer: {self.officer}"]
        return found if self.is_confidential or not self.details else [*found, self.details]


class CategoryOfOfsted(DatedRecord):
    """Special measures or a notice to improve, from the day the school entered it to the day it left (SCH-15, ENU-4)."""

    category = models.CharField(max_length=20, choices=choices(VERDICT_NAMES))

    view_permissions = (P.SCHOOL_VIEW,)

    class Meta(DatedRecord.Meta):
        constraints = [
            *DatedRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["school"], condition=Q(ends_on=None, voided_at=None), name="one_running_category_of_ofsted"
            ),
        ]

    @property
    def title(self):
        return VERDICT_NAMES[Verdict(self.category)]


class Inspection(DatedRecord):
    """One inspection: from its first to its last day, its grades by line and what it asks of the school (SCH-15).

    `grades` holds lines of `inspecting.GRADE_LINES` with a grade from 1 to 4.
    """

    inspection_type = models.CharField(max_length=20, choices=choices(INSPECTION_NAMES))
    published_on = models.DateField(null=True, blank=True)
    is_reduced_tariff = models.BooleanField(default=False)
    key_issues = models.TextField(max_length=4000, blank=True)
    grades = models.JSONField(default=dict, blank=True)

    view_permissions = (P.SCHOOL_VIEW,)

    class Meta(DatedRecord.Meta):
        constraints = [
            *DatedRecord.Meta.constraints,
            models.CheckConstraint(condition=Q(starts_on__isnull=False, ends_on__isnull=False), name="inspection_has_days"),
            models.CheckConstraint(
                condition=Q(published_on=None) | Q(published_on__gte=models.F("starts_on")), name="published_after_inspection"
            ),
        ]

    @property
    def title(self):
        return self.get_inspection_type_display()

    def lines(self):
        found = [self.overall, "Reduced tariff" if self.is_reduced_tariff else ""]
        found.append(f"Report published on {day(self.published_on)}" if self.published_on else "Report not published yet")
        found.append(f"Key issues: {self.key_issues}" if self.key_issues else "")
        return [line for line in found if line]

    @property
    def overall(self) -> str:
        """The grade of overall effectiveness in words, where there is one."""
        grade = self.grades.get("overall")
        return f"Overall effectiveness: {grade_words(grade)}" if grade else ""

    def graded_lines(self) -> list[tuple[str, str]]:
        """Every line that was graded, in the order of the form, with its grade in words."""
        return [(says, grade_words(self.grades[code])) for code, says in LINE_NAMES.items() if code in self.grades]


def grade_words(grade: int) -> str:
    return f"{grade}, {GRADE_NAMES[grade].lower()}"
