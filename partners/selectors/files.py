"""Files kept for SIPs, by what they are about."""

from collections import defaultdict
from collections.abc import Iterable

from accounts.access import Viewer
from partners.models import PartnerFile


def files_about(*, viewer: Viewer, kind: str, subjects: Iterable[str]) -> dict[str, list[PartnerFile]]:
    """The files of a kind that a person may open, oldest first, by `about`; one query. Withdrawn ones are left out."""
    found: dict[str, list[PartnerFile]] = defaultdict(list)
    rows = PartnerFile.objects.visible_to(viewer).filter(kind=kind, about__in=list(subjects), voided_on=None)
    for row in rows.select_related("partner", "uploaded_by").order_by("uploaded_at", "pk"):
        found[row.about].append(row)
    return dict(found)
