"""The school register: schools and their dated facts, posts, services, calendar and what SIP deployment asks of them."""

from django.db import models
from django.db.models import F, Q

from accounts.access import Scope, Scoped, ScopedQuerySet
from accounts.models import Authority, Diocese, RunningQuerySet, User, dated, running
from accounts.permissions import Permission, Role
from sipmanager.core.parts import Tag

from .facts import GOVERNANCE_NAMES, PHASE_NAMES, SECTOR_NAMES, STATUS_NAMES, Status

P = Permission

STATUS_TAGS = {
    Status.OPEN.value: Tag(STATUS_NAMES[Status.OPEN], "green"),
    Status.CLOSED.value: Tag(STATUS_NAMES[Status.CLOSED], "grey"),
    Status.PROPOSED.value: Tag(STATUS_NAMES[Status.PROPOSED], "blue"),
}


def choices(names) -> list[tuple[str, str]]:
    return [(value.value, name) for value, name in names.items()]


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
    category = models.CharField(max_length=20, blank=True)
    is_in_sip_scope = models.BooleanField(default=True)
    agreed_with_dfes_on = models.DateField(null=True, blank=True)
    predecessors = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="successors")
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


class FactKind(models.TextChoices):
    STATUS = "status", "Status"
    LOCAL_AUTHORITY = "local_authority", "Local authority"
    GOVERNANCE = "governance", "Type"
    PHASE = "phase", "Phase"
    DEEMED_PHASE = "deemed_phase", "Deemed phase"
    CATEGORY = "category", "Support category"
    NAME = "name", "Name"


class FactSource(models.TextChoices):
    GIAS = "gias", "National register"
    OFFICER = "officer", "Officer"
    SCHOOL = "school", "School"


class SchoolFact(models.Model):
    """One dated value of one fact; `starts_on` null is always, `ends_on` null is still (D-3).

    A local authority is held by its code. Spells of one kind follow each other without overlap.
    """

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="facts")
    kind = models.CharField(max_length=20, choices=FactKind)
    value = models.CharField(max_length=150)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=10, choices=FactSource, default=FactSource.GIAS)
    recorded_at = models.DateTimeField()

    objects = RunningQuerySet.as_manager()

    class Meta:
        constraints = [
            dated("fact_dates"),
            models.UniqueConstraint(fields=["school", "kind"], condition=Q(ends_on=None), name="one_running_fact_of_a_kind"),
        ]
        indexes = [models.Index(fields=["kind", "value"])]

    def __str__(self):
        return f"{self.school_id} {self.kind} {self.value}"


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


class PostKind(models.TextChoices):
    HEAD = Role.HEAD.value, "Headteacher"
    CHAIR = Role.CHAIR.value, "Chair of governors"
    GOVERNOR = Role.GOVERNOR.value, "Governor"


class Post(models.Model):
    """Who leads or governs a school, between two dates; may hold an account (D-4, SCH-10)."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=10, choices=PostKind)
    full_name = models.CharField(max_length=200)
    job_title = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    is_acting = models.BooleanField(default=False)
    source = models.CharField(max_length=10, choices=FactSource, default=FactSource.OFFICER)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    objects = RunningQuerySet.as_manager()

    class Meta:
        constraints = [dated("post_dates")]
        indexes = [models.Index(fields=["school", "kind"])]

    def __str__(self):
        return f"{self.full_name}, {self.get_kind_display()}"

    @property
    def audit_subject(self):
        return f"post:{self.pk}"

    def audit_scope(self):
        return {"authority_id": self.school.local_authority_id, "school_id": self.school_id}


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


class AcademicYear(Scoped):
    """An authority's calendar for one school year: terms, seasons, closures (D-12, CAL-1)."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="academic_years")
    year = models.PositiveSmallIntegerField()

    scope = Scope(authority="authority_id", region="authority__region_id")
    view_permissions = (P.HOME,)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "year"], name="one_calendar_a_year")]

    def __str__(self):
        return f"{self.authority_id} {self.year}"


class TermDates(models.Model):
    """One term; both days belong to it."""

    academic_year = models.ForeignKey(AcademicYear, on_delete=models.CASCADE, related_name="terms")
    number = models.PositiveSmallIntegerField()
    season = models.CharField(max_length=10, choices=[("autumn", "Autumn"), ("spring", "Spring"), ("summer", "Summer")])
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="term_dates"),
            models.UniqueConstraint(fields=["academic_year", "number"], name="one_term_of_a_number"),
        ]

    def __str__(self):
        return f"Term {self.number}"


class Closure(models.Model):
    """Days on which the authority's schools are closed inside a term; counted where the policy says so (POL-22)."""

    academic_year = models.ForeignKey(AcademicYear, on_delete=models.CASCADE, related_name="closures")
    name = models.CharField(max_length=100)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="closure_dates")]

    def __str__(self):
        return self.name


class Programme(models.TextChoices):
    PRIMARY = "primary", "Primary"
    SECONDARY = "secondary", "Secondary"


class ProgrammeStart(Scoped):
    """When a programme starts at an authority: the letter, the deadline for coverage, the contact (D-20, COG-F)."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="programme_starts")
    programme = models.CharField(max_length=10, choices=Programme)
    letter_on = models.DateField(null=True, blank=True)
    coverage_by = models.DateField(null=True, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    scope = Scope(authority="authority_id", region="authority__region_id")
    view_permissions = (P.CONDITIONS_VIEW, P.SCHOOL_IMPORT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "programme"], name="one_start_a_programme")]

    def __str__(self):
        return f"{self.authority_id} {self.programme}"


class ImportRun(Scoped):
    """One load of a file into a register: what it did, and what it refused and why."""

    authority = models.ForeignKey(Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    file_name = models.CharField(max_length=200)
    as_at = models.DateField(null=True, blank=True)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    result = models.JSONField(default=dict)

    scope = Scope(authority="authority_id")
    view_permissions = (P.SCHOOL_IMPORT, P.PARTNER_IMPORT)

    def __str__(self):
        return f"{self.kind} {self.file_name}"


__all__ = [
    "AcademicYear", "AllAgeAgreement", "Closure", "FactKind", "FactSource", "ImportRun", "Post", "PostKind",
    "Programme", "ProgrammeStart", "Recipient", "School", "SchoolFact", "SchoolService", "ServiceSource",
    "SharingOptOut", "TermDates", "running",
]  # fmt: skip
