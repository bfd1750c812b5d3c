"""More of a SIP's record: expertise, skills audits, standing down, National Challenge work, and what a SIP asks or is asked
to confirm (REG-1, REG-8, REG-9, REG-16, REG-18, ROL-21).
"""

from django.db import models
from django.db.models import Q

from accounts.access import Scope, Scoped
from accounts.models import Authority, RunningQuerySet, User, dated
from accounts.permissions import Permission

from .engagement import Engagement
from .people import Partner
from .reach import by_this_partner, engaged_partners, own_or_looked_after_partner

P = Permission


class ExpertiseKind(models.TextChoices):
    CONTEXT = "context", "Contexts worked in"
    OFSTED = "ofsted", "Ofsted positions worked with"
    SUBJECT = "subject", "Subject strengths"
    FAITH = "faith", "In sympathy with schools of"
    SERVICE = "service", "Extra services offered"


class Expertise(models.Model):
    """One thing a SIP brings: a context worked in, a subject, a service (REG-9). What no longer holds is taken away."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="expertise")
    kind = models.CharField(max_length=8, choices=ExpertiseKind)
    value = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "kind", "value"], name="expertise_once")]
        indexes = [models.Index(fields=["kind", "value"])]

    def __str__(self):
        return f"{self.partner_id} {self.kind} {self.value}"


class SkillsAudit(Scoped):
    """A SIP's yearly look at their own strengths, expertise and gaps (REG-8, DL-47)."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="skills_audits")
    made_on = models.DateField()
    strengths = models.TextField()
    expertise = models.TextField(blank=True)
    gaps = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    scope = Scope(
        authority=engaged_partners,
        own=lambda viewer, capacities: own_or_looked_after_partner(capacities),
        own_work=lambda viewer: by_this_partner(viewer),
    )
    view_permissions = (P.PARTNER_PRIVATE,)

    def __str__(self):
        return f"{self.partner_id} on {self.made_on}"

    def audit_scope(self):
        return {"partner_id": self.partner_id}


class StandDownKind(models.TextChoices):
    SUSPENDED = "suspended", "Suspended"
    WITHDRAWN = "withdrawn", "Withdrawn"


class StandDown(models.Model):
    """A time in which a SIP takes no new school: suspended by an authority or the programme, or withdrawn (REG-1)."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="stand_downs")
    kind = models.CharField(max_length=10, choices=StandDownKind)
    reason = models.CharField(max_length=300)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = RunningQuerySet.as_manager()

    class Meta:
        constraints = [
            dated("stand_down_dates"),
            models.UniqueConstraint(fields=["partner"], condition=Q(ends_on=None), name="one_running_stand_down"),
        ]

    def __str__(self):
        return f"{self.partner_id} {self.kind}"


class NcaTerm(models.Model):
    """A SIP's time as National Challenge Adviser for an authority, and the contract behind it (REG-16, ROL-17)."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="nca_terms")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    contract_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = RunningQuerySet.as_manager()

    class Meta:
        constraints = [
            dated("nca_term_dates"),
            models.UniqueConstraint(fields=["engagement"], condition=Q(ends_on=None), name="one_running_nca_term"),
        ]

    def __str__(self):
        return f"{self.engagement_id} from {self.starts_on}"

    def audit_scope(self):
        return self.engagement.audit_scope()


class ConfirmationKind(models.TextChoices):
    DETAILS = "details", "Details"
    INTERESTS = "interests", "Register of interests"
    SKILLS = "skills", "Skills audit"


class Confirmation(Scoped):
    """What a SIP is asked to confirm or do anew each term or year, and when it was (REG-8, REG-10, REG-18).

    An authority that engages the SIP asks; a word that nobody had asked for yet has no authority. `for_on` is the day from
    which the period runs: the first of a term, 1 September, the day a skills audit falls due.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="confirmations")
    authority = models.ForeignKey(Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=ConfirmationKind)
    for_on = models.DateField()
    asked_on = models.DateField()
    due_on = models.DateField()
    met_on = models.DateField(null=True, blank=True)
    met_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_nothing_to_declare = models.BooleanField(default=False)

    scope = Scope(authority="authority_id")
    view_permissions = (P.PARTNER_FACT_CONFIRM,)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "authority", "kind", "for_on"], name="asked_once_a_period"),
            models.CheckConstraint(condition=Q(met_on=None) | Q(met_on__gte=models.F("asked_on")), name="met_after_asked"),
        ]
        indexes = [models.Index(fields=["authority", "met_on", "kind"]), models.Index(fields=["partner", "kind", "met_on"])]

    def __str__(self):
        return f"{self.kind} of {self.partner_id} for {self.for_on}"

    def audit_scope(self):
        return {"partner_id": self.partner_id}


class FactOutcome(models.TextChoices):
    CONFIRMED = "confirmed", "Confirmed"
    DECLINED = "declined", "Declined"
    REPLACED = "replaced", "Replaced by a later one"


class FactChange(Scoped):
    """A fact that rules use, as a SIP says it now is; it is written only when the authority confirms it (ROL-21, D-7).

    `payload` holds what is to be written, as codes, keys and dates; `before` the words of what it would replace.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="fact_changes")
    field = models.CharField(max_length=30)
    payload = models.JSONField()
    before = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=9, choices=FactOutcome, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    scope = Scope(authority=engaged_partners, own_work=lambda viewer: by_this_partner(viewer))
    view_permissions = (P.PARTNER_FACT_CONFIRM,)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, outcome="") | Q(decided_at__isnull=False) & ~Q(outcome=""),
                name="fact_decided_has_outcome",
            ),
        ]
        indexes = [models.Index(fields=["partner", "decided_at"])]

    def __str__(self):
        return f"{self.field} of {self.partner_id}"

    def audit_scope(self):
        return {"partner_id": self.partner_id}
