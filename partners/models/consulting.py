"""What a school is asked about a proposed SIP, what it answers, and the governing body's one objection (DEP-4 to DEP-7)."""

from django.db import models
from django.db.models import Q

from accounts.access import Scope, Scoped, everything, nothing
from accounts.models import Authority, User
from accounts.permissions import Permission, Role
from schools.models import FaithRequest, SchoolService

from ..consulting import ANSWER_NAMES, GROUND_NAMES, PARTY_NAMES, QUESTION_NAMES, Party
from .deployment import Deployment, OfDeployment
from .engagement import Engagement
from .reach import by_this_partner

P = Permission
PARTY_OF_ROLE = {Role.HEAD: Party.HEAD, Role.CHAIR: Party.GOVERNORS}


def only_what_one_was_asked(permission: P, role: Role, viewer) -> Q:
    """Head and chair see what they themselves were asked; other governors nothing of it."""
    if role in PARTY_OF_ROLE:
        return Q(party=PARTY_OF_ROLE[role])
    return nothing() if role is Role.GOVERNOR else everything()


def only_the_chair(permission: P, role: Role, viewer) -> Q:
    """An objection is the governing body's: of the school only its chair sees it."""
    return nothing() if role in {Role.HEAD, Role.GOVERNOR} else everything()


def scope_of_deployment(**more) -> Scope:
    """Rows that belong to one deployment: its authority, its region, its school. The SIP sees none of them."""
    return Scope(
        authority="deployment__authority_id",
        region="deployment__authority__region_id",
        school=lambda ids, on: Q(deployment__school_id__in=ids),
        own_work=lambda viewer: by_this_partner(viewer, "deployment__partner_id"),
        **more,
    )


class Consultation(OfDeployment):
    """Head or governing body was asked about a proposed SIP, until a day, and has answered or not (DEP-5)."""

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="consultations")
    party = models.CharField(max_length=10, choices=list(PARTY_NAMES.items()))
    question = models.CharField(max_length=10, choices=list(QUESTION_NAMES.items()))
    asked_at = models.DateTimeField()
    # The last day on which an answer is waited for (DL-27).
    until = models.DateField()
    answer = models.CharField(max_length=12, choices=list(ANSWER_NAMES.items()), blank=True)
    says = models.TextField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # Given by letter or telephone and entered by the authority.
    is_entered_for = models.BooleanField(default=False)
    # The school's wish that this answer put on its record (DEP-7).
    faith_request = models.ForeignKey(FaithRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    scope = scope_of_deployment(limit=only_what_one_was_asked)
    view_permissions = (P.DEPLOYMENT_VIEW, P.DEPLOYMENT_ANSWER)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deployment", "party"], name="asked_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | ~Q(answer="") & Q(answered_at__isnull=False),
                name="answered_has_its_moment",
            ),
        ]
        indexes = [models.Index(fields=["answered_at", "until"])]

    def __str__(self):
        return f"{self.party} asked about {self.deployment_id}"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None


class ObjectionOutcome(models.TextChoices):
    UPHELD = "upheld", "Upheld"
    REJECTED = "rejected", "Rejected"


class Objection(OfDeployment):
    """A governing body objected: admitted, and then decided by the authority, or not admissible and why (DEP-6, ENU-12)."""

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="objections")
    ground = models.CharField(max_length=12, choices=list(GROUND_NAMES.items()))
    says = models.TextField(max_length=2000)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_entered_for = models.BooleanField(default=False)
    # Why it is not admissible, by the codes of ENU-12; empty where it is.
    refused = models.JSONField(default=list, blank=True)
    is_admitted = models.BooleanField()
    due_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=ObjectionOutcome, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=600, blank=True)

    scope = scope_of_deployment(limit=only_the_chair)
    view_permissions = (P.DEPLOYMENT_VIEW, P.DEPLOYMENT_OBJECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deployment"], condition=Q(is_admitted=True), name="one_objection"),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None) | ~Q(outcome="") & Q(decided_at__isnull=False, is_admitted=True),
                name="objection_decided_has_its_moment",
            ),
        ]
        indexes = [models.Index(fields=["is_admitted", "decided_at", "due_on"])]

    def __str__(self):
        return f"objection to {self.deployment_id}"


def authorities_of_schools(ids, on) -> Q:
    return Q(authority_id__in=SchoolService.objects.running(on).filter(school_id__in=ids).values("authority_id"))


def authorities_engaging(viewer, capacities) -> Q:
    """The authorities that engage the SIP, or those whom these capacities look after."""
    people = [capacity.partner_id for capacity in capacities if capacity.partner_id is not None]
    return Q(authority_id__in=Engagement.objects.running(viewer.on).filter(partner_id__in=people).values("authority_id"))


class DeploymentCriteria(Scoped):
    """How an authority chooses and deploys its SIPs, as published to its schools; the latest holds (DEP-2)."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="deployment_criteria")
    text = models.TextField(max_length=8000)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    scope = Scope(
        authority="authority_id", region="authority__region_id", school=authorities_of_schools, own=authorities_engaging
    )
    view_permissions = (P.DEPLOYMENT_VIEW,)

    class Meta:
        indexes = [models.Index(fields=["authority", "published_at"])]

    def __str__(self):
        return f"criteria of {self.authority_id}"
