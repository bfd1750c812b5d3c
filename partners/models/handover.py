"""A change of SIP: the handover, getting to know the school, what the school says of the SIP who leaves (HND, DEP-17)."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from accounts.access import Scope, Scoped
from accounts.models import Authority, User
from accounts.permissions import Permission, Role
from schools.models import Post, School

from .deployment import Deployment
from .reach import by_this_partner, own_or_looked_after

P = Permission
# How long a SIP who has left a school can still hand it over (ROL-31).
TO_HAND_OVER = timedelta(days=30)


class Briefing(models.TextChoices):
    PHONE = "phone", "By phone"
    MEETING = "meeting", "At a meeting"


def _between_the_two(viewer, capacities) -> Q:
    """The SIP who leaves, for as long as handing over takes; the one who comes, from the first day on; who looks after them."""
    leaves = own_or_looked_after(capacities, "outgoing__partner_id", "authority_id")
    still = Q(outgoing__ends_on=None) | Q(outgoing__ends_on__gte=viewer.on - TO_HAND_OVER)
    comes = own_or_looked_after(capacities, "incoming__partner_id", "authority_id") & Q(starts_on__lte=viewer.on)
    return ((leaves & still) | comes) & Q(confirmed_on__isnull=False)


class Handover(Scoped):
    """A school goes from one SIP to the next (ACT-15). Planned until the incoming deployment is confirmed.

    `starts_on` is the first day of the incoming SIP, from which the two years of notes are counted back (HND-7); `last_on`
    the last day of the outgoing one. `due_on` is DL-24, `met_on` the day on which everything was handed over.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="handovers")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="handovers")
    outgoing = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="handed_to")
    # Empty only inside the transaction that plans the change.
    incoming = models.OneToOneField(Deployment, null=True, blank=True, on_delete=models.PROTECT, related_name="took_over")
    starts_on = models.DateField()
    last_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    hard_copy_on = models.DateField(null=True, blank=True)
    briefed_on = models.DateField(null=True, blank=True)
    briefing = models.CharField(max_length=10, choices=Briefing, blank=True)
    joint_visit_on = models.DateField(null=True, blank=True)
    remarks = models.TextField(max_length=3000, blank=True)
    met_on = models.DateField(null=True, blank=True)
    met_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    scope = Scope(authority="authority_id", own=_between_the_two)
    view_permissions = (P.HANDOVER_VIEW,)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_on=None, due_on=None, met_on=None) | Q(confirmed_on__isnull=False, due_on__isnull=False),
                name="handover_is_due_once_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(briefed_on=None, briefing="") | (Q(briefed_on__isnull=False) & ~Q(briefing="")),
                name="handover_briefing_has_its_day",
            ),
        ]
        indexes = [models.Index(fields=["authority", "met_on", "due_on"]), models.Index(fields=["school", "starts_on"])]

    def __str__(self):
        return f"{self.outgoing_id} to {self.incoming_id}"

    def audit_scope(self):
        return {"authority_id": self.authority_id, "school_id": self.school_id, "partner_id": self.outgoing.partner_id}


class GettingStarted(models.TextChoices):
    NEW_SIP = "new_sip", "New SIP"
    NEW_HEAD = "new_head", "New head"


class Familiarisation(Scoped):
    """Getting to know a school: the list of a new SIP's first term, or of a new head's (HND-8 to HND-11, DEP-20, DL-16).

    `days` are what the school's SIP has on top for it (DAY-3). `met_on` is the day on which the last item was done.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="familiarisations")
    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="familiarisations")
    reason = models.CharField(max_length=10, choices=GettingStarted)
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    days = models.DecimalField(max_digits=4, decimal_places=2)
    starts_on = models.DateField()
    due_on = models.DateField()
    met_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()

    scope = Scope(
        authority="authority_id",
        own=lambda viewer, capacities: own_or_looked_after(capacities, "deployment__partner_id", "authority_id"),
    )
    view_permissions = (P.HANDOVER_VIEW,)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deployment"], condition=Q(reason="new_sip"), name="one_familiarisation_of_a_new_sip"
            ),
            models.UniqueConstraint(
                fields=["deployment", "post"], condition=Q(reason="new_head"), name="one_familiarisation_of_a_new_head"
            ),
            models.CheckConstraint(
                condition=Q(reason="new_sip", post=None) | Q(reason="new_head", post__isnull=False),
                name="familiarisation_with_a_new_head_names_them",
            ),
        ]
        indexes = [models.Index(fields=["authority", "met_on", "due_on"])]

    def __str__(self):
        return f"{self.get_reason_display()} of {self.deployment_id}"

    def audit_scope(self):
        return {
            "authority_id": self.authority_id,
            "school_id": self.deployment.school_id,
            "partner_id": self.deployment.partner_id,
        }


class FamiliarisationTick(models.Model):
    """One item of the list that was done: when, by whom, with a word on it. Taken back, it stays."""

    familiarisation = models.ForeignKey(Familiarisation, on_delete=models.PROTECT, related_name="ticks")
    item = models.CharField(max_length=20)
    done_on = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    ticked_at = models.DateTimeField()
    ticked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["familiarisation", "item"], condition=Q(taken_back_at=None), name="one_tick_an_item"
            )
        ]

    def __str__(self):
        return f"{self.item} of {self.familiarisation_id}"

    def audit_scope(self):
        return self.familiarisation.audit_scope()


def _once_released(permission, role, viewer) -> Q:
    """The SIP whom it is about reads it only where the SIP manager has shared it (DEP-17)."""
    return Q(released_at__isnull=False) if role is Role.SIP else Q(pk__isnull=False)


class LeavingFeedback(Scoped):
    """What a school says of the SIP who leaves: a short form, more if the head likes, and the manager's evaluation (DEP-17)."""

    handover = models.OneToOneField(Handover, on_delete=models.PROTECT, related_name="feedback")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="leaving_feedback")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="leaving_feedback")
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    # Question -> grade from 1 to 4.
    answers = models.JSONField(default=dict, blank=True)
    comment = models.TextField(max_length=1000, blank=True)
    fuller = models.TextField(max_length=10000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    evaluation = models.TextField(max_length=4000, blank=True)
    evaluated_at = models.DateTimeField(null=True, blank=True)
    evaluated_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    scope = Scope(
        authority="authority_id",
        school="school_id",
        own=lambda viewer, capacities: own_or_looked_after(capacities, "handover__outgoing__partner_id", "authority_id"),
        own_work=lambda viewer: by_this_partner(viewer, "handover__outgoing__partner_id"),
        limit=_once_released,
    )
    view_permissions = (P.LEAVING_FEEDBACK_VIEW,)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(evaluated_at=None) | Q(answered_at__isnull=False), name="feedback_evaluated_once_answered"
            ),
            models.CheckConstraint(
                condition=Q(released_at=None) | Q(evaluated_at__isnull=False), name="feedback_released_once_evaluated"
            ),
        ]
        indexes = [models.Index(fields=["authority", "answered_at", "due_on"])]

    def __str__(self):
        return f"Feedback of {self.school_id} at handover {self.handover_id}"

    def audit_scope(self):
        return {
            "authority_id": self.authority_id,
            "school_id": self.school_id,
            "partner_id": self.handover.outgoing.partner_id,
        }
