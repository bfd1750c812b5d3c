"""One search box over what a person may see: schools, SIPs, notes (screens: Frame)."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

import visits.selectors
from accounts.access import Viewer
from accounts.permissions import Permission
from partners.models import Partner
from schools.models import School
from sipmanager.core.parts import Link
from sipmanager.core.searching import words_begin
from sipmanager.core.wording import day

P = Permission
SHOWN = 10


@dataclass(frozen=True)
class Group:
    """One kind of thing found: the first few, whether there are more, and where all of them are."""

    title: str
    rows: list[tuple[Link, str]]
    all_url: str = ""


def search(viewer: Viewer, asked: str) -> list[Group]:
    """What matches, by kind; each kind only where the person may see any of it."""
    groups = []
    if viewer.has(P.SCHOOL_VIEW):
        groups.append(_schools(viewer, asked))
    if viewer.has(P.PARTNER_VIEW):
        groups.append(_partners(viewer, asked))
    if viewer.has(P.NOTE_VIEW) or viewer.has(P.NOTE_DRAFT_VIEW):
        groups.append(_notes(viewer, asked))
    return groups


def _group(title: str, rows, link, url: str) -> Group:
    found = list(rows[: SHOWN + 1])
    return Group(title, [link(row) for row in found[:SHOWN]], url if len(found) > SHOWN else "")


def _schools(viewer: Viewer, asked: str) -> Group:
    rows = School.objects.visible_to(viewer).filter(words_begin("search_name", asked) | Q(urn=asked))
    rows = rows.order_by("name", "pk")
    return _group("Schools", rows, lambda school: (
        Link(school.name, reverse("schools:school-detail", args=[school.urn])),
        ", ".join(filter(None, [school.get_phase_display(), school.town, f"URN {school.urn}"])),
    ), f"{reverse('schools:school-list')}?{urlencode({'q': asked, 'applied': 1})}")  # fmt: skip


def _partners(viewer: Viewer, asked: str) -> Group:
    rows = Partner.objects.visible_to(viewer).filter(words_begin("search_name", asked) | Q(reference__iexact=asked))
    rows = rows.order_by("full_name", "pk")
    return _group("School Improvement Partners (SIPs)", rows, lambda partner: (
        Link(partner.full_name, reverse("partners:partner-detail", args=[partner.reference])), partner.reference,
    ), f"{reverse('partners:partner-list')}?{urlencode({'q': asked, 'applied': 1})}")  # fmt: skip


def _notes(viewer: Viewer, asked: str) -> Group:
    rows = visits.selectors.search_notes(viewer=viewer, text=asked)
    return _group("Notes of visit", rows, lambda note: (
        Link(f"{note.visit.get_season_display()} visit to {note.school.name}", reverse("visits:note-detail", args=[note.pk])),
        f"Visit on {day(note.visit.held_on)}",
    ), f"{reverse('visits:note-list')}?{urlencode({'q': asked, 'applied': 1})}")  # fmt: skip
