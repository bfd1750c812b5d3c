"""What the SIP register holds of the people of a file, read in a few queries, and how one row differs from it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models.functions import Lower

from accounts.models import Authority, Region
from accounts.selectors import authority_called
from partners.models import (
    Accreditation,
    Check,
    Engagement,
    Headship,
    Partner,
    PartnerKind,
    Willingness,
)
from schools.models import School
from sipmanager.core.wording import searchable


@dataclass
class Held:
    """One SIP as the register holds them on the day of the import."""

    partner: Partner
    kind: PartnerKind | None = None
    headships: list[Headship] = field(default_factory=list)
    accreditations: list[Accreditation] = field(default_factory=list)
    willingness: list[Willingness] = field(default_factory=list)
    engagements: dict[int, Engagement] = field(default_factory=dict)
    checks: dict[tuple[int, str], list[Check]] = field(default_factory=dict)
    # In small letters, those of the records that were merged into this one among them.
    references: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)

    def is_called(self, partner: Partner) -> None:
        """A file may name this SIP as `partner` is named."""
        self.references.add(partner.reference.casefold())
        self.emails.add(partner.email.casefold())


class Places:
    """The regions and authorities that files name, by any of their spellings."""

    def __init__(self) -> None:
        self.regions = {searchable(region.name): region for region in Region.objects.order_by("pk")}
        self.by_code = {region.code: region for region in self.regions.values()}
        self._authorities: dict[str, Authority | None] = {}

    def region(self, text: str) -> Region | None:
        return self.regions.get(searchable(text)) or self.by_code.get(text.strip().lower())

    def authority(self, text: str) -> Authority | None:
        if text not in self._authorities:
            self._authorities[text] = authority_called(text)
        return self._authorities[text]


def partners_named(references: Iterable[str], emails: Iterable[str], on: date) -> list[Held]:
    """The SIPs of some references or e-mail addresses, with their facts on a day; seven queries."""
    anybody = Partner.everyone.annotate(small_reference=Lower("reference"))
    named = [
        *anybody.filter(small_reference__in=[text.lower() for text in references]),
        *anybody.filter(email__in=list(emails)),
    ]
    known = {partner.merged_into_id or partner.pk for partner in named}
    found = {partner.pk: Held(partner) for partner in Partner.objects.filter(pk__in=known).order_by("pk")}
    for partner in [*named, *(held.partner for held in found.values())]:
        found[partner.merged_into_id or partner.pk].is_called(partner)
    for row in PartnerKind.objects.running(on).filter(partner_id__in=known).order_by("pk"):
        found[row.partner_id].kind = row
    for model, name in ((Headship, "headships"), (Accreditation, "accreditations")):
        for row in model.objects.filter(partner_id__in=known).order_by("pk"):
            getattr(found[row.partner_id], name).append(row)
    for row in Willingness.objects.running(on).filter(partner_id__in=known).order_by("pk"):
        found[row.partner_id].willingness.append(row)
    for row in Engagement.objects.running(on).filter(partner_id__in=known).order_by("pk"):
        found[row.partner_id].engagements[row.authority_id] = row
    _read_checks(found, known)
    return list(found.values())


def _read_checks(found: dict[int, Held], known: set[int]) -> None:
    checks: dict[int, dict[tuple[int, str], list[Check]]] = defaultdict(lambda: defaultdict(list))
    rows = Check.objects.filter(engagement__partner_id__in=known, voided_on=None).select_related("engagement")
    for row in rows.order_by("checked_on", "pk"):
        checks[row.engagement.partner_id][row.engagement.authority_id, row.kind].append(row)
    for partner_id, by_kind in checks.items():
        found[partner_id].checks = by_kind


def schools_by_urn(urns: Iterable[str]) -> dict[str, School]:
    return {school.urn: school for school in School.objects.filter(urn__in=[urn for urn in urns if urn])}
