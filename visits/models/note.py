"""The note of a visit: its sections, what somebody meant by a remark, what was handed to the head (D-26)."""

from django.db import models

from accounts.access import Scope, Scoped
from accounts.models import Authority, LocalPolicy, User
from accounts.permissions import Permission
from accounts.presets import Policy
from partners.models import Partner, by_this_partner
from schools.models import School, choices

from ..states import NOTE_STATE_NAMES, NoteState
from .reach import held_by_authorities, own_notes, what_a_role_may_reach
from .visit import Visit

P = Permission


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
