"""Discussions of a concern with a SIP, and cases to remove an accreditation (ACC-16 to ACC-26)."""

from django.db import models
from django.db.models import F, Q

from accounts.access import Scope, Scoped
from accounts.models import Authority, User
from accounts.permissions import Permission
from sipmanager.core.models import StoredDocument

from .people import Partner
from .reach import by_this_partner, own_or_looked_after

P = Permission


class Criterion(models.TextChoices):
    """ENU-6 without the lapse, which ends an accreditation by itself and needs no case (ACC-10, ACC-16)."""

    CONDUCT = "conduct", "Conduct"
    COMPETENCE = "competence", "Competence"
    PUBLIC_CONFIDENCE = "public_confidence", "Public confidence"


class ConductItem(models.TextChoices):
    """What conduct covers (ACC-17)."""

    DISCOURTESY = "discourtesy", "Discourtesy"
    NOT_OPEN = "not_open", "Lack of openness with schools"
    LAW = "law", "Breaking the law"
    OVERSTEPPING = "overstepping", "Overstepping the role"
    COMMUNICATION = "communication", "Not respecting the communication that a school requires"
    LATENESS = "lateness", "Missing required visits, or arriving late"
    FACTS = "facts", "False or missing facts in the application or pen portrait"
    CPD = "cpd", "Continual absence from development without good cause"
    SHORT_NOTICE = "short_notice", "Withdrawing at short notice from a commitment without good cause"


class CaseStatus(models.TextChoices):
    RAISED = "raised", "Raised"
    SIP_TOLD = "sip_told", "SIP told"
    UNDER_REVIEW = "under_review", "Under review"
    HEARING_CALLED = "hearing_called", "Hearing called"
    HEARD = "heard", "Heard"
    REMOVED = "removed", "Removed"
    RETAINED = "retained", "Retained"
    DROPPED = "dropped", "Dropped"


CLOSED_CASES = (CaseStatus.REMOVED, CaseStatus.RETAINED, CaseStatus.DROPPED)


def once_told(permission, role, viewer) -> Q:
    """Nobody reads a case about themself before they are told of it, in whatever capacity (ACC-21)."""
    if viewer.partner_id is None:
        return Q(pk__isnull=False)
    return ~Q(partner_id=viewer.partner_id) | Q(sip_told_on__isnull=False)


class RemovalCase(Scoped):
    """A case to remove a SIP's accreditation, from the first word to the decision (ACC-21)."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="removal_cases")
    # Where the concern arose.
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    criterion = models.CharField(max_length=20, choices=Criterion)
    items = models.JSONField(default=list, blank=True)
    circumstances = models.TextField()
    # Competence alone: what was done to bring rapid improvement about (ACC-18).
    support_given = models.TextField(blank=True)
    # Facts withheld or misstated so that the appointment was affected: alleged, then found or not (ACC-20).
    is_withholding_alleged = models.BooleanField(default=False)
    is_withholding_found = models.BooleanField(null=True, blank=True)
    mitigation = models.TextField(blank=True)
    status = models.CharField(max_length=15, choices=CaseStatus, default=CaseStatus.RAISED)
    opened_on = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sip_told_on = models.DateField(null=True, blank=True)
    sip_told_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    director_told_on = models.DateField(null=True, blank=True)
    director_told_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    hearing_on = models.DateField(null=True, blank=True)
    heard_on = models.DateField(null=True, blank=True)
    # Who heard the case: [{"name", "body"}], the body one of NCSL, NS and DfES (ACC-26).
    members = models.JSONField(default=list, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    removed_from = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True)
    # The decision as it was sent, frozen.
    document = models.ForeignKey(StoredDocument, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    scope = Scope(
        authority="authority_id",
        region="authority__region_id",
        own=lambda viewer, capacities: own_or_looked_after(capacities),
        own_work=lambda viewer: by_this_partner(viewer),
        limit=once_told,
    )
    view_permissions = (P.REMOVAL_VIEW,)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner"], condition=~Q(status__in=CLOSED_CASES), name="one_open_removal_case"),
            models.CheckConstraint(
                condition=(Q(status__in=CLOSED_CASES) & Q(decided_on__isnull=False))
                | (~Q(status__in=CLOSED_CASES) & Q(decided_on=None)),
                name="closed_case_has_its_day",
            ),
            models.CheckConstraint(
                condition=(Q(status="removed") & Q(removed_from__isnull=False))
                | (~Q(status="removed") & Q(removed_from=None)),
                name="removal_has_its_day",
            ),
        ]

    def __str__(self):
        return f"case of {self.partner_id}, {self.criterion}"

    @property
    def is_open(self) -> bool:
        return self.status not in CLOSED_CASES


class Discussion(Scoped):
    """The written record of one discussion of a concern with a SIP, copied to them when it was made (ACC-21, ACC-22).

    `document` is the record as it was copied, frozen; `answer_document` the SIP's answer.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="discussions")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    criterion = models.CharField(max_length=20, choices=Criterion)
    is_about_removal = models.BooleanField(default=False)
    held_on = models.DateField()
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    copied_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True, blank=True)
    answer_due_on = models.DateField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answer_document = models.ForeignKey(StoredDocument, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    scope = Scope(
        authority="authority_id",
        region="authority__region_id",
        own=lambda viewer, capacities: own_or_looked_after(capacities),
        own_work=lambda viewer: by_this_partner(viewer),
    )
    view_permissions = (P.REMOVAL_VIEW,)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_on=None, answer_document=None)
                | Q(answered_on__isnull=False, answer_document__isnull=False),
                name="answer_has_its_day_and_text",
            ),
            models.CheckConstraint(condition=Q(answer_due_on__gte=F("held_on")), name="answer_after_the_discussion"),
        ]
        indexes = [models.Index(fields=["partner", "held_on"])]

    def __str__(self):
        return f"discussion with {self.partner_id} on {self.held_on}"
