"""What was agreed with and about a school: its all-age sector, and with whom its reports are not shared."""

from django.db import models

from accounts.models import RunningQuerySet, User, dated

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


class Recipient(models.TextChoices):
    DIOCESE = "diocese", "The diocese"
    AUTHORITY = "locality_authority", "The local authority"


class SharingOptOut(models.Model):
    """A school's word that its reports are not shared with the diocese or its authority (SCH-18, NOV-36)."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="opt_outs")
    recipient = models.CharField(max_length=20, choices=Recipient)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = RunningQuerySet.as_manager()

    class Meta:
        constraints = [dated("opt_out_dates")]

    def __str__(self):
        return f"{self.school_id} not to {self.recipient}"
