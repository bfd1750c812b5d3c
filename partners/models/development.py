"""The record of a SIP's development: events, who came, what SIPs did by themselves, notes of review (REG-14, section 24)."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from accounts.access import Scope, Scoped, ScopedQuerySet, everything
from accounts.models import Authority, User
from accounts.permissions import AUTHORITY_ROLES, NATIONAL_ROLES, Permission, Role
from sipmanager.core.academic import Season

from .engagement import Engagement
from .people import Partner
from .reach import by_this_partner, engaged_partners, own_or_looked_after_partner

P = Permission


class EventKind(models.TextChoices):
    """What a development event is (CPD-1 to CPD-5, CPD-9, CPD-21; codes BRF, WKS and PMM of DAY-8)."""

    BRIEFING = "briefing", "Briefing"
    WORKSHOP = "workshop", "Workshop"
    PERFORMANCE = "performance", "Performance meeting"
    TERMLY = "termly", "Termly national meeting"
    MEETING = "meeting", "Meeting of SIPs"
    ONLINE = "online", "Online module"
    INDUCTION = "induction", "Induction"
    SHADOWING = "shadowing", "Shadowing or joint visit"
    OTHER = "other", "Other"


class Host(models.TextChoices):
    AUTHORITY = "authority", "The authority"
    NATIONAL = "national", "National strategies"
    OTHER = "other", "Somebody else"


class EventPhase(models.TextChoices):
    PRIMARY = "primary", "Primary"
    SECONDARY = "secondary", "Secondary"
    SPECIAL = "special", "Special"


SEASONS = [(season.value, season.value.capitalize()) for season in Season]


def _by_whom(permission, role, viewer) -> Q:
    """National staff arrange what is national; an authority what is its own (section 2.3)."""
    if permission != P.CPD_EDIT:
        return everything()
    return Q(authority=None) if role in NATIONAL_ROLES else Q(authority__isnull=False)


def _events_of_own(viewer, capacities) -> Q:
    """Events of the authorities where one is or looks after a SIP, national ones, and those one was invited to."""
    authorities = [capacity.authority_id for capacity in capacities if capacity.authority_id is not None]
    invited = Attendance.objects.filter(own_or_looked_after_partner(capacities), event__isnull=False, voided_on=None)
    return Q(authority=None) | Q(authority_id__in=authorities) | Q(pk__in=invited.values("event_id"))


class DevelopmentEvent(Scoped):
    """Something that SIPs are invited to; national where it has no authority (CPD-14). Cancelled, never deleted."""

    authority = models.ForeignKey(
        Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="development_events"
    )
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=EventKind)
    # For SIPs at work in schools of this phase; blank for all.
    phase = models.CharField(max_length=9, choices=EventPhase, blank=True)
    season = models.CharField(max_length=6, choices=SEASONS)
    held_on = models.DateField()
    days = models.DecimalField(max_digits=4, decimal_places=2)
    is_mandatory = models.BooleanField(default=False)
    is_school_day = models.BooleanField(default=False)
    # The same word on several events of a year: a SIP needs one of the dates.
    alternatives = models.CharField(max_length=40, blank=True)
    host = models.CharField(max_length=9, choices=Host, default=Host.AUTHORITY)
    venue = models.CharField(max_length=200, blank=True)
    places = models.PositiveIntegerField(null=True, blank=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    cancelled_on = models.DateField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    # Raised by every change and every place taken, and compared first (D-31).
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    scope = Scope(
        authority=lambda ids, on: Q(authority_id__in=ids) | Q(authority=None),
        region=lambda ids, on: Q(authority__region_id__in=ids) | Q(authority=None),
        own=_events_of_own,
        limit=_by_whom,
    )
    view_permissions = (P.CPD_VIEW,)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(days__gt=0), name="event_takes_time"),
            models.CheckConstraint(
                condition=Q(cancelled_on=None, cancel_reason="") | Q(cancelled_on__isnull=False) & ~Q(cancel_reason=""),
                name="event_cancelled_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["authority", "held_on"]), models.Index(fields=["held_on", "kind"])]

    def __str__(self):
        return self.title

    @property
    def is_national(self) -> bool:
        return self.authority_id is None

    def audit_scope(self):
        return {"authority_id": self.authority_id}


def _in_regions(ids, on) -> Q:
    engaged = Engagement.objects.filter(authority__region_id__in=ids)
    return Q(event__authority__region_id__in=ids) | Q(partner_id__in=engaged.values("partner_id"))


def _whose_word(permission, role, viewer) -> Q:
    """Who came, and whether an absence is accepted, is said by whoever arranges the event; of national events and own
    entries also by an authority that engages the SIP.
    """
    if permission not in (P.CPD_EDIT, P.CPD_ACCEPT):
        return everything()
    if role in NATIONAL_ROLES:
        return Q(event__isnull=False, event__authority=None)
    if role not in AUTHORITY_ROLES:
        return everything()
    ids = [c.authority_id for c in viewer.capacities if c.role is role and c.authority_id is not None]
    return Q(event__authority_id__in=ids) | Q(event__authority=None)


class AttendanceQuerySet(ScopedQuerySet):
    def standing(self):
        """Lines that count: not struck out."""
        return self.filter(voided_on=None)

    def dated(self):
        """With `day`: of the event, or as the SIP entered it."""
        return self.annotate(day=Coalesce("event__held_on", "held_on"))

    def within(self, first, last):
        """Lines of a span of days, struck-out ones left out."""
        days = Q(event__held_on__range=(first, last)) | Q(event=None, held_on__range=(first, last))
        return self.standing().filter(days)


class Attendance(Scoped):
    """One line of a SIP's record of development: an invitation and what came of it, or an own entry (REG-14, CPD-9).

    An own entry has no event, but a title, kind, day and days of its own, such as an online module (CPD-16). `is_accepted` is
    the word on the reason for an absence, or on an own entry; `due_on` by when it is to be said.
    """

    event = models.ForeignKey(DevelopmentEvent, null=True, blank=True, on_delete=models.PROTECT, related_name="attendances")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="attendances")
    title = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=12, choices=EventKind, blank=True)
    held_on = models.DateField(null=True, blank=True)
    days = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    is_school_day = models.BooleanField(default=False)
    invited_on = models.DateField(null=True, blank=True)
    is_coming = models.BooleanField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    attended = models.BooleanField(null=True, blank=True)
    absence_reason = models.CharField(max_length=300, blank=True)
    is_accepted = models.BooleanField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=300, blank=True)
    due_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    voided_on = models.DateField(null=True, blank=True)

    objects = AttendanceQuerySet.as_manager()

    scope = Scope(
        authority=lambda ids, on: engaged_partners(ids, on) | Q(event__authority_id__in=ids),
        region=_in_regions,
        own=lambda viewer, capacities: own_or_looked_after_partner(capacities),
        own_work=lambda viewer: by_this_partner(viewer),
        limit=_whose_word,
    )
    view_permissions = (P.CPD_VIEW,)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "partner"], condition=Q(voided_on=None), name="invited_once"),
            models.CheckConstraint(
                condition=Q(event__isnull=False, title="", held_on=None, days=None)
                | Q(event=None, held_on__isnull=False, days__gt=0, attended=True) & ~Q(title="") & ~Q(kind=""),
                name="of_an_event_or_entered",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, is_accepted=None) | Q(decided_at__isnull=False, is_accepted__isnull=False),
                name="accepted_or_not_has_its_moment",
            ),
        ]
        indexes = [models.Index(fields=["partner", "held_on"]), models.Index(fields=["due_on", "is_accepted"])]

    def __str__(self):
        return f"{self.partner_id} at {self.event_id or self.title}"

    def audit_scope(self):
        return {"authority_id": self.event.authority_id if self.event else None, "partner_id": self.partner_id}


class DevelopmentReview(Scoped):
    """Notes of a talk about a SIP's development: what went well, barriers, needs (CPD-10)."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="development_reviews")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    reviewed_on = models.DateField()
    went_well = models.TextField()
    barriers = models.TextField(blank=True)
    needs = models.TextField(blank=True)
    reviewer = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    scope = Scope(
        authority="authority_id",
        region="authority__region_id",
        own=lambda viewer, capacities: _reviews_of_own(capacities),
        own_work=lambda viewer: by_this_partner(viewer),
    )
    view_permissions = (P.CPD_VIEW,)

    class Meta:
        indexes = [models.Index(fields=["partner", "reviewed_on"])]

    def __str__(self):
        return f"{self.partner_id} on {self.reviewed_on}"

    def audit_scope(self):
        return {"authority_id": self.authority_id, "partner_id": self.partner_id}


def _reviews_of_own(capacities) -> Q:
    """A SIP reads their own, whoever wrote them; who looks after a SIP those of that authority."""
    found = Q(partner_id__in=[c.partner_id for c in capacities if c.role is Role.SIP and c.partner_id is not None])
    for capacity in capacities:
        if capacity.role is not Role.SIP and capacity.partner_id is not None:
            found |= Q(partner_id=capacity.partner_id, authority_id=capacity.authority_id)
    return found
