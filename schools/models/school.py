"""The school itself, who serves it, and whose own it is."""

from django.db import models
from django.db.models import Q

from accounts.access import Scope, Scoped, ScopedQuerySet
from accounts.models import Authority, Diocese, RunningQuerySet, dated
from accounts.permissions import Permission
from sipmanager.core.parts import Tag

from ..facts import GOVERNANCE_NAMES, PHASE_NAMES, STATUS_NAMES, Phase, Status, choices

P = Permission

STATUS_TAGS = {
    Status.OPEN.value: Tag(STATUS_NAMES[Status.OPEN], "green"),
    Status.CLOSED.value: Tag(STATUS_NAMES[Status.CLOSED], "grey"),
    Status.PROPOSED.value: Tag(STATUS_NAMES[Status.PROPOSED], "blue"),
}


def served_by(ids, on) -> Q:
    """Schools that these authorities serve on a day (D-2)."""
    return Q(pk__in=SchoolService.objects.running(on).filter(authority_id__in=ids).values("school_id"))


def served_in_region(ids, on) -> Q:
    return Q(local_authority__region_id__in=ids)


class SchoolQuerySet(ScopedQuerySet):
    pass


class School(Scoped):
    """One school. The columns hold the latest known values, for lists; rules read the dated facts (D-3)."""

    urn = models.CharField(max_length=6, unique=True)
    name = models.CharField(max_length=150)
    # Name, URN and town in lower case, accents and punctuation off: what the search looks in.
    search_name = models.CharField(max_length=200, db_index=True)
    local_authority = models.ForeignKey(Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    establishment_number = models.CharField(max_length=4, blank=True)
    ukprn = models.CharField(max_length=8, blank=True)
    status = models.CharField(max_length=10, choices=choices(STATUS_NAMES))
    phase = models.CharField(max_length=25, choices=choices(PHASE_NAMES))
    deemed_phase = models.CharField(max_length=10, blank=True)
    governance = models.CharField(max_length=20, choices=choices(GOVERNANCE_NAMES))
    type_name = models.CharField(max_length=80, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    diocese = models.ForeignKey(Diocese, null=True, blank=True, on_delete=models.PROTECT, related_name="schools")
    religious_character = models.CharField(max_length=80, blank=True)
    # Whom a SIP may have an interest in beside the school itself (PRE-11).
    trust_name = models.CharField(max_length=150, blank=True)
    federation_name = models.CharField(max_length=150, blank=True)
    low_age = models.PositiveSmallIntegerField(null=True, blank=True)
    high_age = models.PositiveSmallIntegerField(null=True, blank=True)
    has_sixth_form = models.BooleanField(null=True, blank=True)
    pupils = models.PositiveIntegerField(null=True, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    street = models.CharField(max_length=150, blank=True)
    locality = models.CharField(max_length=150, blank=True)
    address3 = models.CharField(max_length=150, blank=True)
    town = models.CharField(max_length=100, blank=True)
    county = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    easting = models.PositiveIntegerField(null=True, blank=True)
    northing = models.PositiveIntegerField(null=True, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    website = models.CharField(max_length=200, blank=True)
    # Kept by officers; the national register knows nothing of them (SCH-1, SCH-7, SCH-9, SCH-12).
    local_code = models.CharField(max_length=20, blank=True)
    diocesan_officer = models.CharField(max_length=200, blank=True)
    # Codes of `stages.Stage`; null where the ages alone speak for them.
    stages = models.JSONField(null=True, blank=True)
    area = models.CharField(max_length=80, blank=True)
    district = models.CharField(max_length=80, blank=True)
    lcsp = models.CharField(max_length=100, blank=True)
    lcsp_manager = models.CharField(max_length=200, blank=True)
    cluster = models.CharField(max_length=100, blank=True)
    category = models.CharField(max_length=40, blank=True)
    is_in_sip_scope = models.BooleanField(default=True)
    agreed_with_dfes_on = models.DateField(null=True, blank=True)
    predecessors = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="successors", through="SchoolLink",
        through_fields=("school", "predecessor"),
    )  # fmt: skip
    last_changed_on = models.DateField(null=True, blank=True)
    last_seen_on = models.DateField(null=True, blank=True)
    # Of the line of the extract that was last taken: the same line again needs no second look.
    line_digest = models.CharField(max_length=16, blank=True)
    # Compared and set first when a SIP is deployed, so that two who race cannot both win (D-31).
    sequence = models.PositiveIntegerField(default=0)

    objects = SchoolQuerySet.as_manager()

    scope = Scope(
        authority=served_by,
        locality="local_authority_id",
        region=served_in_region,
        diocese="diocese_id",
        school="pk",
        own=lambda viewer, capacities: own_schools(viewer, capacities),
    )
    view_permissions = (P.SCHOOL_VIEW,)

    class Meta:
        indexes = [
            models.Index(fields=["local_authority", "status", "phase"]),
            models.Index(fields=["name", "id"]),
            # The register opens with the open schools by name.
            models.Index(fields=["status", "name", "id"]),
        ]
        constraints = [models.CheckConstraint(condition=Q(sequence__gte=0), name="school_sequence")]

    def __str__(self):
        return self.name

    # Lists show these: a look-up, where Django's `get_…_display` makes a dictionary of the choices for each row.

    @property
    def phase_name(self) -> str:
        return PHASE_NAMES[Phase(self.phase)]

    @property
    def status_name(self) -> str:
        return STATUS_NAMES[Status(self.status)]

    @property
    def status_tag(self):
        return STATUS_TAGS[self.status]

    @property
    def audit_subject(self):
        return f"school:{self.urn}"

    def audit_scope(self):
        return {"authority_id": self.local_authority_id, "school_id": self.pk}


# The floor that knows SIPs says which schools are a SIP's own (ROL-22); see `register_own_schools`.
_own_schools = []


def register_own_schools(source) -> None:
    """`source(viewer, capacities) -> Q` over School: the schools of a SIP, and of those who look after SIPs."""
    if source not in _own_schools:
        _own_schools.append(source)


def own_schools(viewer, capacities) -> Q:
    found = Q(pk__in=())
    for source in _own_schools:
        found |= source(viewer, capacities)
    return found


class ServiceSource(models.TextChoices):
    LOCAL_AUTHORITY = "local_authority", "Its local authority"
    AGREEMENT = "agreement", "By agreement"


class SchoolService(models.Model):
    """Who runs the school's SIP: its local authority, or a trust by agreement (D-2)."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="services")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="services")
    source = models.CharField(max_length=20, choices=ServiceSource, default=ServiceSource.LOCAL_AUTHORITY)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    objects = RunningQuerySet.as_manager()

    class Meta:
        constraints = [
            dated("service_dates"),
            models.UniqueConstraint(fields=["school"], condition=Q(ends_on=None), name="one_running_service"),
        ]
        indexes = [models.Index(fields=["authority", "school"])]

    def __str__(self):
        return f"{self.school_id} by {self.authority_id}"
