"""Which school came from which (D-15)."""

from django.db import models

from .school import School


class LinkKind(models.TextChoices):
    SUCCESSOR = "successor", "Succeeded"
    MERGED = "merged", "Merged"
    AMALGAMATED = "amalgamated", "Amalgamated"


class SchoolLink(models.Model):
    """One school came from another: its successor, or what it merged or amalgamated into; `since_on` its first day as that.

    The table of `School.predecessors`. An extract knows the pair alone; the national file of links knows kind and day.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="links_back", db_column="from_school_id")
    predecessor = models.ForeignKey(School, on_delete=models.CASCADE, related_name="links_on", db_column="to_school_id")
    kind = models.CharField(max_length=12, choices=LinkKind, default=LinkKind.SUCCESSOR)
    since_on = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "schools_school_predecessors"
        unique_together = [("school", "predecessor")]

    def __str__(self):
        return f"{self.school_id} from {self.predecessor_id}"
