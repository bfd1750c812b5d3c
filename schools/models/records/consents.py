"""What a school has agreed to share and to buy, and who appoints its SIP (SCH-18, SCH-19)."""

from django.db import models
from django.db.models import Q

from accounts.permissions import Permission
from sipmanager.core.academic import academic_label

from .base import DatedRecord

P = Permission


class Recipient(models.TextChoices):
    DIOCESE = "diocese", "The diocese"
    AUTHORITY = "locality_authority", "The local authority"


class SharingOptOut(DatedRecord):
    """A school's word that its reports are not shared with the diocese or its authority (SCH-18, NOV-36)."""

    recipient = models.CharField(max_length=20, choices=Recipient)

    view_permissions = (P.SCHOOL_VIEW,)

    @property
    def title(self):
        return self.get_recipient_display()


class DataConsent(DatedRecord):
    """A school's signed consent that its data are shared with those who run its SIP (SCH-18)."""

    signed_by = models.CharField(max_length=200)

    view_permissions = (P.SCHOOL_VIEW,)

    @property
    def title(self):
        return "Consent to share data"

    def lines(self):
        return [f"Signed by {self.signed_by}"]


class ServiceYear(DatedRecord):
    """Whether a school was a member in an academic year and bought the SIP service (SCH-18)."""

    year = models.PositiveSmallIntegerField()
    is_member = models.BooleanField(default=False)
    buys_sip_service = models.BooleanField(default=False)

    view_permissions = (P.SCHOOL_VIEW,)

    class Meta(DatedRecord.Meta):
        constraints = [
            *DatedRecord.Meta.constraints,
            models.UniqueConstraint(fields=["school", "year"], condition=Q(voided_at=None), name="one_service_year"),
        ]

    @property
    def title(self):
        return academic_label(self.year)

    def lines(self):
        return [
            "Member" if self.is_member else "Not a member",
            "Buys the SIP service" if self.buys_sip_service else "Does not buy the SIP service",
        ]


class SourceKind(models.TextChoices):
    AUTHORITY = "authority", "Appointed by the authority"
    TRUST = "trust", "From the trust"
    EXTERNAL = "external", "External, appointed by the school itself"


class SipSource(DatedRecord):
    """Who appoints the school's School Improvement Partner, between two days (SCH-19)."""

    appointed_by = models.CharField(max_length=10, choices=SourceKind)
    note = models.CharField(max_length=500, blank=True)

    view_permissions = (P.SCHOOL_VIEW,)

    class Meta(DatedRecord.Meta):
        constraints = [
            *DatedRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["school"], condition=Q(ends_on=None, voided_at=None), name="one_running_sip_source"
            ),
        ]

    @property
    def title(self):
        return self.get_appointed_by_display()

    def lines(self):
        return [self.note] if self.note else []
