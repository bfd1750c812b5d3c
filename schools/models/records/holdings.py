"""Which papers of a school are held, and from which day they are (SCH-16, SCH-22, HND-12)."""

from django.db import models

from accounts.permissions import Permission

from ...facts import choices
from ...pack import PAPER_NAMES, SUPPLIERS
from .base import DatedRecord

P = Permission


class HeldPaper(DatedRecord):
    """One version of a paper. `starts_on` is the day that it bears; a later one takes its place."""

    paper = models.CharField(max_length=20, choices=choices(PAPER_NAMES))
    version = models.CharField(max_length=60, blank=True)
    supplied_by = models.CharField(max_length=10, choices=list(SUPPLIERS.items()))
    kept_at = models.CharField(max_length=300, blank=True)

    view_permissions = (P.SCHOOL_VIEW,)

    class Meta(DatedRecord.Meta):
        indexes = [models.Index(fields=["school", "paper", "starts_on"])]

    @property
    def title(self):
        return self.get_paper_display()

    def lines(self):
        found = [f"Version {self.version}" if self.version else "", f"From {self.get_supplied_by_display().lower()}"]
        return [line for line in [*found, self.kept_at] if line]
