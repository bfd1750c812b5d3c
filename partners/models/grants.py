"""What an authority keeps behind its conditions of grant, and what was known of them each night (section 12)."""

from django.db import models
from django.db.models import Q

from accounts.access import Scope, Scoped, everything
from accounts.models import Authority, RunningQuerySet, User, dated
from accounts.permissions import Permission, Role
from partners.conditions import USE_NAMES, deciding
from schools.models import Programme, choices
from sipmanager.core.models import StoredDocument

P = Permission
BY_AUTHORITY = Scope(authority="authority_id", region="authority__region_id")


class BriefEdition(models.Model):
    """An edition of the national brief for SIPs, and from which day it holds (COG-C)."""

    edition = models.CharField(max_length=60, unique=True)
    starts_on = models.DateField(unique=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self):
        return self.edition


class OfProgramme(Scoped):
    """A record of one authority about one programme."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    programme = models.CharField(max_length=10, choices=Programme)

    scope = BY_AUTHORITY
    view_permissions = (P.CONDITIONS_VIEW,)

    class Meta:
        abstract = True


class Logged(OfProgramme):
    """A record that is written once; one entered in error is struck out with a reason."""

    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    strike_reason = models.CharField(max_length=300, blank=True)

    view_permissions = (P.GRANT_RECORD_VIEW,)

    class Meta:
        abstract = True


class ProgrammeContact(OfProgramme):
    """The person who is the contractor's main contact for a programme, between two dates, and when it was told (COG-F)."""

    full_name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    notified_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = RunningQuerySet.as_manager()

    view_permissions = (P.GRANT_RECORD_VIEW,)

    class Meta:
        constraints = [
            dated("contact_dates"),
            models.UniqueConstraint(fields=["authority", "programme"], condition=Q(ends_on=None), name="one_current_contact"),
        ]

    def __str__(self):
        return f"{self.full_name} for {self.programme}"

    @property
    def audit_subject(self):
        return f"contact:{self.pk}"


class InformationShare(Logged):
    """Information that the authority and the contractor shared, and what for (COG-I)."""

    shared_on = models.DateField()
    use = models.CharField(max_length=20, choices=choices(USE_NAMES))
    items = models.CharField(max_length=1000)
    recipient = models.CharField(max_length=200)
    notes = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["authority", "programme", "-shared_on"])]

    def __str__(self):
        return f"{self.get_use_display()} on {self.shared_on}"

    @property
    def audit_subject(self):
        return f"share:{self.pk}"


class YearlyStatement(Logged):
    """The SIP manager's yearly word on how information was used (COG-I)."""

    stated_on = models.DateField()
    text = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["authority", "programme", "-stated_on"])]

    def __str__(self):
        return f"Statement of {self.stated_on}"

    @property
    def audit_subject(self):
        return f"statement:{self.pk}"


class Endeavour(Logged):
    """What was done about a shortfall: best endeavours are shown by these (COG-D, COG-E)."""

    condition = models.CharField(max_length=20)
    done_on = models.DateField()
    says = models.CharField(max_length=2000)
    who = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["authority", "programme", "condition", "-done_on"])]

    def __str__(self):
        return f"{self.condition} on {self.done_on}"


class SanctionKind(models.TextChoices):
    SUSPENDED = "suspended", "Payments suspended"
    WITHHELD = "withheld", "Payments withheld"
    WITHDRAWN = "withdrawn", "Assistance withdrawn"
    RECOVERED = "recovered", "Payments recovered"


class Sanction(Logged):
    """An action that was taken because conditions were not kept (COG-K)."""

    kind = models.CharField(max_length=10, choices=SanctionKind)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    amount = models.DecimalField(max_digits=11, decimal_places=2, null=True, blank=True)
    says = models.CharField(max_length=1000)

    objects = RunningQuerySet.as_manager()

    class Meta:
        constraints = [dated("sanction_dates")]
        indexes = [models.Index(fields=["authority", "programme", "starts_on"])]

    def __str__(self):
        return f"{self.get_kind_display()} from {self.starts_on}"


class ConcernStatus(models.TextChoices):
    RAISED = "raised", "Noted by the coordinator"
    SHARED = "shared", "Shared with the SIP manager"
    WITH_DIRECTOR = "with_director", "With the senior regional director"
    WITH_DCS = "with_dcs", "Taken up with the director of children's services"
    CLOSED = "closed", "Closed"


def _once_it_is_shared(permission, role, viewer) -> Q:
    """The authority reads a concern from the day on which the coordinator shared it."""
    return ~Q(status=ConcernStatus.RAISED) & ~Q(shared_on=None) if role is Role.MANAGER else everything()


class GrantConcern(OfProgramme):
    """A regional coordinator's concern about how an authority runs its SIPs, and how far up it went (COG-M)."""

    condition = models.CharField(max_length=20, blank=True)
    says = models.TextField()
    status = models.CharField(max_length=14, choices=ConcernStatus, default=ConcernStatus.RAISED)
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    shared_on = models.DateField(null=True, blank=True)
    shared_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    director = models.CharField(max_length=200, blank=True)
    director_on = models.DateField(null=True, blank=True)
    director_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    dcs_on = models.DateField(null=True, blank=True)
    dcs_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=1000, blank=True)

    scope = Scope(authority="authority_id", region="authority__region_id", limit=_once_it_is_shared)
    view_permissions = (P.GRANT_CONCERN_VIEW,)

    class Meta:
        indexes = [models.Index(fields=["authority", "status"])]

    def __str__(self):
        return f"Concern about {self.authority_id}"


class GrantSnapshot(OfProgramme):
    """What was known of each condition of one authority and programme on one night (D-21). Written once.

    `answers` are those of the command's JSON, each with `since`: the day from which snapshots show the same result.
    """

    on = models.DateField()
    taken_at = models.DateTimeField()
    answers = models.JSONField()
    grant_amount = models.DecimalField(max_digits=11, decimal_places=2, null=True, blank=True)
    # How many conditions stand so, for lists that filter and sort.
    met = models.PositiveSmallIntegerField(default=0)
    at_risk = models.PositiveSmallIntegerField(default=0)
    not_met = models.PositiveSmallIntegerField(default=0)
    no_data = models.PositiveSmallIntegerField(default=0)
    # The conditions that do, as `|COG-A|COG-D|`, for the same lists; and whether this is the latest of its programme.
    risky_ids = models.CharField(max_length=200, blank=True)
    failed_ids = models.CharField(max_length=200, blank=True)
    is_latest = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "programme", "on"], name="one_snapshot_a_night"),
            models.UniqueConstraint(
                fields=["authority", "programme"], condition=Q(is_latest=True), name="one_latest_snapshot"
            ),
        ]

    def __str__(self):
        return f"{self.authority_id} {self.programme} on {self.on}"

    @property
    def decides(self) -> list[str]:
        """The figures that decide coverage, mix and tenure, in words, each behind its letter."""
        rows = {row["id"]: row for row in self.answers}
        found = {
            key.removeprefix("COG-"): deciding(key, self.programme, rows[key]["result"], rows[key]["figures"])
            for key in ("COG-A", "COG-D", "COG-H")
            if key in rows
        }
        return [f"{letter}: {words}" for letter, words in found.items() if words]

    @property
    def unknown_ids(self) -> str:
        """The conditions without data, marked as `failed_ids` are."""
        found = [row["id"] for row in self.answers if row["result"] == "no_data"]
        return f"|{'|'.join(found)}|" if found else ""


class PackStatus(models.TextChoices):
    ASKED = "asked", "Being made"
    MADE = "made", "Ready"
    FAILED = "failed", "Not made"


class EvidencePack(OfProgramme):
    """The evidence of one authority and programme as at a day, asked for by a person and made by the worker (D-38)."""

    on = models.DateField()
    status = models.CharField(max_length=6, choices=PackStatus, default=PackStatus.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)
    document = models.ForeignKey(StoredDocument, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    folder = models.ForeignKey(StoredDocument, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    failure = models.CharField(max_length=300, blank=True)

    view_permissions = (P.EVIDENCE_PACK,)

    class Meta:
        indexes = [models.Index(fields=["authority", "-asked_at"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="made") | Q(document__isnull=False, folder__isnull=False, made_at__isnull=False),
                name="made_pack_has_its_files",
            )
        ]

    def __str__(self):
        return f"Evidence of {self.authority_id} as at {self.on}"

    @property
    def audit_subject(self):
        return f"evidence:{self.pk}"
