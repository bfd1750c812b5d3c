"""SIPs side by side: what a person weighs, read in a fixed number of queries (DEP-3, SPM-4)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from partners.accreditation import Standing
from partners.models import Engagement, Expertise, ExpertiseKind, Headship, Partner, Willingness
from schools.models import School
from sipmanager.core.wording import span

from ..accreditation.standing import standings_of
from ..deployment.candidates import Candidate, with_reasons
from ..deployment.places import place_of


@dataclass
class Side:
    """One SIP as compared; `candidate` says how they fit the school that was asked for."""

    partner: Partner
    standings: Sequence[Standing] = ()
    headships: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    expertise: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    is_engaged: bool = False
    candidate: Candidate | None = None


def side_by_side(partners: QuerySet, *, authority_ids, on: date, school: School | None = None) -> list[Side]:
    """The SIPs of `partners`, in its order, each with what is known of them on a day."""
    sides = {partner.pk: Side(partner) for partner in partners}
    ids = list(sides)
    for pk, standings in standings_of(ids, on).items():
        sides[pk].standings = standings
    for row in Headship.objects.filter(partner_id__in=ids).select_related("school").order_by("sector", "pk"):
        sides[row.partner_id].headships.append(_headship_words(row, on))
    places = Willingness.objects.running(on).filter(partner_id__in=ids).select_related("region", "authority")
    for row in places.order_by("pk"):
        sides[row.partner_id].places.append((row.region or row.authority).name)
    for row in Expertise.objects.filter(partner_id__in=ids).order_by("kind", "value"):
        sides[row.partner_id].expertise[ExpertiseKind(row.kind)].append(row.value)
    engaged = Engagement.objects.running(on).filter(partner_id__in=ids, authority_id__in=authority_ids)
    for pk in engaged.values_list("partner_id", flat=True):
        sides[pk].is_engaged = True
    if school is not None:
        place = place_of(school, starts_on=on, on=on)
        found = with_reasons([side.partner for side in sides.values()], place, starts_on=on, on=on)
        for candidate in found:
            sides[candidate.partner.pk].candidate = candidate
    return list(sides.values())


def _headship_words(row: Headship, on: date) -> str:
    is_running = not row.is_former and (row.ends_on is None or row.ends_on >= on)
    said = f"{'Serving' if is_running else 'Former'} head, {row.get_sector_display().lower()}"
    where = f", {row.school.name}" if row.school else ""
    when = span(row.starts_on, row.ends_on)
    return f"{said}{where}{f' ({when})' if when else ''}"
