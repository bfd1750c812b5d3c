"""What is said of a note: recommendations and what became of them, the head's answers, comments."""

from django.db import models

from accounts.models import User
from accounts.permissions import Permission

from .note import Note

P = Permission


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
