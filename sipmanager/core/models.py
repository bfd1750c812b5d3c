"""Rows that every floor uses: the audit, the outbox, notices, documents, holidays, form keys, night runs."""

import uuid

from django.conf import settings
from django.db import models


class AppendOnly(models.QuerySet):
    """Rows that are written once (D-33). PostgreSQL refuses the same by trigger."""

    def update(self, **kwargs):
        raise TypeError("An audit line is never changed.")

    def delete(self):
        raise TypeError("An audit line is never deleted.")


class AuditEvent(models.Model):
    """Something that happened, in plain values that outlive their subject (D-33)."""

    what = models.CharField(max_length=80)
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=200, blank=True)
    capacity = models.CharField(max_length=60, blank=True)
    subject = models.CharField(max_length=80)
    authority_id = models.BigIntegerField(null=True)
    school_id = models.BigIntegerField(null=True)
    partner_id = models.BigIntegerField(null=True)
    about_on = models.DateField(null=True)
    details = models.JSONField(default=dict)

    objects = AppendOnly.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "-at"]),
            models.Index(fields=["authority_id", "-at"]),
            models.Index(fields=["school_id", "-at"]),
            models.Index(fields=["partner_id", "-at"]),
        ]

    def __str__(self):
        return f"{self.what} {self.subject}"

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise TypeError("An audit line is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("An audit line is never deleted.")


class EmailState(models.TextChoices):
    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    HELD = "held", "Held"


class OutgoingEmail(models.Model):
    """A message in the outbox. It never holds text of a note; it holds links (D-32)."""

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    kind = models.CharField(max_length=60)
    about = models.CharField(max_length=80, blank=True)
    authority_id = models.BigIntegerField(null=True)
    queued_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    is_urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=EmailState, default=EmailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "queued_at"])]

    def __str__(self):
        return f"{self.kind} to {self.to}"


class Notice(models.Model):
    """One reminder or escalation, sent once to one recipient (D-30, DL-0)."""

    key = models.CharField(max_length=160)
    recipient = models.EmailField()
    email = models.ForeignKey(OutgoingEmail, on_delete=models.PROTECT, related_name="notices")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "recipient"], name="notice_once_per_recipient")]

    def __str__(self):
        return f"{self.key} to {self.recipient}"


class Digest(models.Model):
    """The one message of reminders that a person gets on a day, over all authorities (DL-0)."""

    on = models.DateField()
    recipient = models.EmailField()
    email = models.OneToOneField(OutgoingEmail, on_delete=models.PROTECT, related_name="digest")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recipient", "on"], name="one_digest_a_person_and_day")]

    def __str__(self):
        return f"{self.on} to {self.recipient}"


class BankHoliday(models.Model):
    """A bank holiday in England; editable, seeded from the `holidays` package (CAL-9)."""

    day = models.DateField(unique=True)
    name = models.CharField(max_length=100)

    def __str__(self):
        return f"{self.day} {self.name}"


class StoredDocument(models.Model):
    """A frozen file, kept under the digest of its bytes (D-38)."""

    digest = models.CharField(max_length=64, unique=True)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    stored_at = models.DateTimeField()

    def __str__(self):
        return self.digest


class UsedFormKey(models.Model):
    """A form that has had its effect: a second click finds it here (D-31)."""

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    used_at = models.DateTimeField()
    went_to = models.CharField(max_length=300, blank=True)

    def __str__(self):
        return str(self.key)


class SavedView(models.Model):
    """The filters and the order of one list, kept by one person under a name (screens: Register)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    register = models.CharField(max_length=200)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "register", "name"], name="one_view_of_a_name")]

    def __str__(self):
        return self.name


class NightlyRun(models.Model):
    """What one night did in one partition: an authority's code, or `national` (D-29)."""

    partition = models.CharField(max_length=20)
    on = models.DateField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reminders_queued = models.PositiveIntegerField(default=0)
    escalations_queued = models.PositiveIntegerField(default=0)
    states_changed = models.PositiveIntegerField(default=0)
    failures = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["on", "partition"])]

    def __str__(self):
        return f"{self.on} {self.partition}"
