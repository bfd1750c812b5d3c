"""What left the house: issued versions, requests to issue, who received what, documents attached (D-38)."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import Permission
from sipmanager.core.models import OutgoingEmail, StoredDocument

from .note import Note

P = Permission


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
