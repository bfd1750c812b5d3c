"""Visits, notes of visit by section, recommendations, the head's answers, issued versions and who received them."""

from datetime import timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.access import Scope, Scoped
from accounts.models import Authority, LocalPolicy, User
from accounts.permissions import Permission, Role
from accounts.presets import Policy
from partners.models import Deployment, Engagement, Partner, by_this_partner, own_or_looked_after
from schools.models import School, SchoolService, SharingOptOut, choices
from sipmanager.core.models import OutgoingEmail, StoredDocument

from .states import ISSUED, NOTE_STATE_NAMES, VISIT_STATE_NAMES, NoteState, VisitState

P = Permission

SEASONS = [("autumn", "Autumn"), ("spring", "Spring"), ("summer", "Summer")]


def with_their_note(capacities) -> Q:
    """Visits of others whose note has been handed to a SIP, who then needs what was known before the visit (D-28)."""
    return Q(note__partner_id__in=sorted(c.partner_id for c in capacities if c.role is Role.SIP and c.partner_id is not None))


class Visit(Scoped):
    """One visit of a SIP to a school (VIS-8). It freezes its authority and its deployment (D-2)."""

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="visits")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="visits")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="visits")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="visits")
    season = models.CharField(max_length=10, choices=SEASONS)
    academic_year = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=12, choices=choices(VISIT_STATE_NAMES), default=VisitState.PLANNED)
    planned_on = models.DateField()
    focus = models.CharField(max_length=500, blank=True)
    confirmed_on = models.DateField(null=True, blank=True)
    confirmation_waived = models.CharField(max_length=300, blank=True)
    held_on = models.DateField(null=True, blank=True)
    hours_in_school = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    people_present = models.CharField(max_length=500, blank=True)
    governor_invited_on = models.DateField(null=True, blank=True)
    governor_reason = models.CharField(max_length=300, blank=True)
    was_governor_present = models.BooleanField(default=False)
    rescheduled_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    status_reason = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    voided_on = models.DateField(null=True, blank=True)
    void_reason = models.CharField(max_length=300, blank=True)

    scope = Scope(
        authority="authority_id",
        school=lambda ids, on: Q(school_id__in=ids),
        own=lambda viewer, capacities: own_or_looked_after(capacities) | with_their_note(capacities),
        own_work=lambda viewer: by_this_partner(viewer),
    )
    view_permissions = (P.VISIT_VIEW,)

    class Meta:
        indexes = [
            models.Index(fields=["authority", "status", "planned_on"]),
            models.Index(fields=["partner", "planned_on"]),
            models.Index(fields=["school", "planned_on"]),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(status="held") | Q(held_on__isnull=False), name="held_visit_has_its_day")
        ]

    def __str__(self):
        return f"{self.get_season_display()} visit to {self.school}"


# A draft that the head has had before them stays theirs to read in these states (D-24, D-25): the text they were given,
# and nothing newer. What is shown of it comes from `ReleasedText`, never from the live sections.
WITH_THE_HEAD = (
    NoteState.DRAFTING, NoteState.LA_REVIEW, NoteState.HEAD_REVIEW, NoteState.AGREED, NoteState.DISPUTED,
    NoteState.MODERATED, NoteState.FINAL, NoteState.POST_APPROVAL_REVIEW,
)  # fmt: skip
HANDOVER = timedelta(days=30)  # a SIP keeps the notes of a school left behind for so long (ROL-31)
KEPT_AFTER_TRANSFER = timedelta(days=2 * 365)  # how far back a new authority reads (D-2)
HEAD_COMES_LATER = ~Q(head_released_at=None) & Q(visit__voided_on=None)


def sent_to(recipient) -> Q:
    """Notes of which some version went to a kind of recipient."""
    return Q(pk__in=Distribution.objects.filter(recipient=recipient).values("note_id"))


def not_opted_out(recipient, on) -> Q:
    """Notes of schools that share with this recipient (NOV-36, ROL-27)."""
    opted_out = SharingOptOut.objects.running(on).filter(recipient=recipient).values("school_id")
    return ~Q(school_id__in=opted_out)


def issued_to(role, viewer) -> Q:
    """The issued notes that a role may read: those outside the authority and the school only what was sent to them."""
    issued = Q(status__in=sorted(ISSUED))
    recipient = {Role.DIOCESE: "diocese", Role.READER: "locality_authority"}.get(role)
    return issued & sent_to(recipient) & not_opted_out(recipient, viewer.on) if recipient else issued


def what_a_role_may_reach(permission, role, viewer) -> Q:
    """Which notes a right can concern at all: issued ones for readers, drafts for those who work on them.

    A head reaches a draft from the day it was handed over (D-25), a SIP writes in their own notes alone, and an
    authority to which a school moved reads what was issued and changes nothing (D-2).
    """
    issued = Q(status__in=sorted(ISSUED))
    if permission == P.NOTE_VIEW:
        return issued_to(role, viewer)
    if permission == P.NOTE_WRITE:
        return by_this_partner(viewer)
    if permission == P.NOTE_ANSWER:
        return issued | (HEAD_COMES_LATER & Q(status__in=WITH_THE_HEAD))
    if permission == P.NOTE_AMEND:
        return issued & Q(authority_id__in=sorted(c.authority_id for c in viewer.capacities if c.role is role))
    if role is Role.HEAD:
        return HEAD_COMES_LATER & Q(status__in=WITH_THE_HEAD)
    return ~issued & by_this_partner(viewer) if role is Role.SIP else ~issued


def held_by_authorities(ids, on) -> Q:
    """An authority's own notes, and the issued ones of the last two years of schools that have come to it (D-2)."""
    came = Q(
        status__in=sorted(ISSUED), visit__held_on__gt=on - KEPT_AFTER_TRANSFER,
        school_id__in=SchoolService.objects.running(on).filter(authority_id__in=ids).values("school_id"),
    )  # fmt: skip
    return Q(authority_id__in=ids) | came


def taken_on(on) -> Q:
    """Notes handed to a SIP who works for the authority still, or in the school (D-28)."""
    engaged = Engagement.objects.running(on).filter(partner_id=OuterRef("partner_id"), authority_id=OuterRef("authority_id"))
    at_work = Deployment.objects.active(on).filter(partner_id=OuterRef("partner_id"), school_id=OuterRef("school_id"))
    return Q(handed_over_at__isnull=False) & (Q(Exists(engaged)) | Q(Exists(at_work)))


def own_notes(viewer, capacities) -> Q:
    """A SIP's notes until a while after leaving the school, the issued ones of the schools they work in now, and the
    notes of SIPs whom the viewer looks after (ROL-22, ROL-30, ROL-31)."""
    own = [c for c in capacities if c.role is Role.SIP]
    others = [c for c in capacities if c.role is not Role.SIP]
    still = Q(visit__deployment__ends_on=None) | Q(visit__deployment__ends_on__gte=viewer.on - HANDOVER)
    still = (Q(handed_over_at=None) & still) | taken_on(viewer.on)
    here = Deployment.objects.active(viewer.on).filter(partner_id__in=[c.partner_id for c in own]).values("school_id")
    return (own_or_looked_after(own) & still) | Q(status__in=sorted(ISSUED), school_id__in=here) | own_or_looked_after(others)


class Note(Scoped):
    """A note of visit: one from the first word to the issued version (D-23, D-24)."""

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="note")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="notes")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="notes")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="notes")
    # The settings under which the note began; later changes do not touch it (POL-34).
    policy_row = models.ForeignKey(LocalPolicy, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    template_key = models.CharField(max_length=40)
    status = models.CharField(max_length=20, choices=choices(NOTE_STATE_NAMES), default=NoteState.DRAFTING)
    content_version = models.PositiveIntegerField(default=1)
    is_disagreement_likely = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    # Handed to another SIP after its writer had left (D-28): `partner` is the new one, the visit stays the first one's.
    handed_over_at = models.DateTimeField(null=True, blank=True)
    handed_from = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    # The version that the head was last given; what came after it is not the head's to read.
    head_released_at = models.DateTimeField(null=True, blank=True)
    head_version = models.PositiveIntegerField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    disputed_at = models.DateTimeField(null=True, blank=True)
    dispute_reason = models.TextField(blank=True)
    moderated_at = models.DateTimeField(null=True, blank=True)
    moderated_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    moderation = models.TextField(blank=True)
    final_at = models.DateTimeField(null=True, blank=True)
    distributed_at = models.DateTimeField(null=True, blank=True)
    # Deadlines are worked out once, when their clock starts (D-30): DL-2, DL-1, DL-3, DL-4, DL-5, DL-6, DL-7 and their ends.
    submit_due_on = models.DateField(null=True, blank=True)
    share_due_on = models.DateField(null=True, blank=True)
    agree_due_on = models.DateField(null=True, blank=True)
    answer_due_on = models.DateField(null=True, blank=True)
    distribute_due_on = models.DateField(null=True, blank=True)
    moderate_due_on = models.DateField(null=True, blank=True)
    approve_due_on = models.DateField(null=True, blank=True)
    submitted_on = models.DateField(null=True, blank=True)
    shared_on = models.DateField(null=True, blank=True)
    agreed_on = models.DateField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    distributed_on = models.DateField(null=True, blank=True)
    moderated_on = models.DateField(null=True, blank=True)

    scope = Scope(
        authority=held_by_authorities,
        locality="school__local_authority_id",
        region="authority__region_id",
        diocese="school__diocese_id",
        school="school_id",
        own=own_notes,
        own_work=lambda viewer: by_this_partner(viewer) | by_this_partner(viewer, "visit__partner_id"),
        limit=what_a_role_may_reach,
    )
    view_permissions = (P.NOTE_VIEW, P.NOTE_DRAFT_VIEW)

    class Meta:
        indexes = [
            models.Index(fields=["authority", "status"]),
            models.Index(fields=["partner", "status"]),
            models.Index(fields=["school", "status"]),
        ]

    def __str__(self):
        return f"Note of {self.visit}"

    @property
    def policy(self) -> Policy:
        """The settings under which the note began (POL-34)."""
        return self.policy_row.policy if self.policy_row_id else Policy("national")


class NoteSection(models.Model):
    """One section of a note, with its own version (D-26)."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="sections")
    key = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    figures = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "key"], name="one_section_of_a_key")]

    def __str__(self):
        return f"{self.note_id} {self.key}"


class MeantRemark(models.Model):
    """A remark of the checker by which the writer stands: shown to whoever reads the draft, until the text changes.

    `stamp` is the version of the section, or what the recommendations were told by when it was said.
    """

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="meant_remarks")
    key = models.CharField(max_length=40)
    stamp = models.CharField(max_length=64)
    remark = models.CharField(max_length=64)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "key", "stamp", "remark"], name="a_remark_is_meant_once")]

    def __str__(self):
        return f"{self.note_id} {self.key} {self.remark}"


class ReleasedText(models.Model):
    """The sections as they stood when the note was handed to somebody: what the head keeps, what a reviewer saw."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="releases")
    to_state = models.CharField(max_length=20)
    content_version = models.PositiveIntegerField()
    sections = models.JSONField()
    recommendations = models.JSONField(default=list)
    reviews = models.JSONField(default=list)
    released_at = models.DateTimeField()
    released_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["note", "to_state", "content_version"], name="one_release_of_a_version")
        ]

    def __str__(self):
        return f"{self.note_id} version {self.content_version} for {self.to_state}"


class Outcome(models.TextChoices):
    MET = "met", "Met"
    PART_MET = "part_met", "Partly met"
    NOT_MET = "not_met", "Not met"
    SUPERSEDED = "superseded", "Superseded"


class Recommendation(models.Model):
    """A recommendation of a note (NOV-27); reviewed in the next one (NOV-28)."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="recommendations")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    owner_role = models.CharField(max_length=100, blank=True)
    due_on = models.DateField(null=True, blank=True)
    success_measure = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["note", "position"])]

    def __str__(self):
        return f"{self.note_id} recommendation {self.position}"


class RecommendationReview(models.Model):
    """What became of an earlier recommendation, said in a later note (NOV-28)."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="reviews")
    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="reviews")
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    impact = models.TextField(blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "recommendation"], name="one_review_a_note")]

    def __str__(self):
        return f"{self.note_id} on {self.recommendation_id}"


class Verdict(models.TextChoices):
    ACCURATE = "accurate", "Accurate"
    COMMENT = "comment", "I have a comment"
    CORRECTION = "correction", "Please correct a fact"
    DISPUTE = "dispute", "I dispute this"


class HeadAnswer(models.Model):
    """The head's answer to one section of the version they were given (NOV-35); saved as they go."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="answers")
    section_key = models.CharField(max_length=40, blank=True)
    verdict = models.CharField(max_length=12, choices=Verdict)
    text = models.TextField(blank=True)
    content_version = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "section_key", "content_version"], name="one_answer_a_section")]

    def __str__(self):
        return f"{self.note_id} {self.section_key} {self.verdict}"


class NoteComment(models.Model):
    """A comment on a note: with a move, on a section by a reviewer or mentor, or by the head after issue."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="comments")
    section_key = models.CharField(max_length=40, blank=True)
    move = models.CharField(max_length=40, blank=True)
    text = models.TextField()
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by_role = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()
    content_version = models.PositiveIntegerField(default=0)
    is_for_school = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["note", "at"])]

    def __str__(self):
        return f"{self.note_id} by {self.by_id}"


class IssuedVersion(models.Model):
    """A note as it was issued: frozen text, PDF and digest; a later version never overwrites it (NOV-40)."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="issues")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    content_digest = models.CharField(max_length=64)
    document = models.ForeignKey(StoredDocument, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "number"], name="one_issue_of_a_number")]

    def __str__(self):
        return f"{self.note_id} version {self.number}"


class IssueRequest(models.Model):
    """A person's word that a note be issued, amended or withdrawn; the worker renders the PDF and then records it (D-38).

    It is open until it is done or refused; a note has at most one open request.
    """

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="issue_requests")
    move = models.CharField(max_length=40)
    reason = models.TextField(blank=True)
    # Section key -> new text, for an amendment.
    changes = models.JSONField(default=dict, blank=True)
    content_version = models.PositiveIntegerField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["note"], condition=Q(done_at=None, refused_at=None), name="one_open_issue_request")
        ]

    def __str__(self):
        return f"{self.note_id} {self.move}"


class Distribution(models.Model):
    """One recipient of one issued version: proof of when and to whom (NOV-38)."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="distributions")
    issue = models.ForeignKey(IssuedVersion, on_delete=models.PROTECT, related_name="distributions")
    recipient = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    email_address = models.EmailField(blank=True)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    email = models.ForeignKey(OutgoingEmail, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["note", "recipient"])]

    def __str__(self):
        return f"{self.note_id} to {self.recipient}"


class NoteAttachment(models.Model):
    """A document attached to a disputed note; it stays with the note and goes out with it (NOV-33).

    Reached through its note alone. Taken away while the dispute lasted, the row stays with the moment of that.
    """

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="attachments")
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    says = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_role = models.CharField(max_length=20)
    at = models.DateTimeField()
    content_version = models.PositiveIntegerField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["note", "at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["note", "document"], condition=Q(removed_at=None), name="a_document_is_attached_once"
            )
        ]

    def __str__(self):
        return f"{self.note_id} {self.name}"


__all__ = [
    "Distribution", "HeadAnswer", "IssueRequest", "IssuedVersion", "MeantRemark", "Note", "NoteAttachment", "NoteComment",
    "NoteSection", "Outcome", "Recommendation", "RecommendationReview", "ReleasedText", "Verdict", "Visit",
]  # fmt: skip
