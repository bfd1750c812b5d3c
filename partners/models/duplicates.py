"""Two records of one person: what somebody said of a pair, and the merges that were made (D-7)."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Authority, User

from .people import Partner


class PairVerdict(models.TextChoices):
    SAME = "same", "The same person"
    NOT_SAME = "not_same", "Two people"


class PairWord(models.Model):
    """What somebody said of two records: two people, or one, whose merge is asked for. The newest word counts.

    The record with the smaller key stands first, so that a pair is written in one way only.
    """

    first = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=8, choices=PairVerdict)
    reason = models.CharField(max_length=300, blank=True)
    said_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    said_for = models.ForeignKey(Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_in_order")]
        indexes = [models.Index(fields=["first", "second"])]

    def __str__(self):
        return f"{self.first_id} and {self.second_id}: {self.verdict}"


class Merge(models.Model):
    """One record taken into another, on a day: what stayed of which, and how much was moved."""

    kept = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="merges")
    gone = models.OneToOneField(Partner, on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    # Which details of the kept record came from the other one, and how many rows of each kind were moved.
    taken = models.JSONField(default=list)
    moved = models.JSONField(default=dict)

    def __str__(self):
        return f"{self.gone_id} into {self.kept_id}"
