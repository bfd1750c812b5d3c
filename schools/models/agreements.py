"""What was agreed about a school with others than itself: the sector of an all-age school."""

from django.db import models

from accounts.models import User

from ..facts import SECTOR_NAMES, choices
from .school import School


class AllAgeAgreement(models.Model):
    """The talk with the regional coordinator about an all-age school's SIP, and the sector agreed (SCH-4)."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="all_age_agreements")
    discussed_on = models.DateField()
    coordinator = models.CharField(max_length=200)
    sector = models.CharField(max_length=10, choices=[c for c in choices(SECTOR_NAMES) if c[0] != "special"])
    note = models.CharField(max_length=500, blank=True)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    def __str__(self):
        return f"{self.school_id} {self.sector}"
