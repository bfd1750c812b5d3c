"""A school whose SIP is to change, and the people concerned."""

from datetime import date

import pytest

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import handover_sources
from partners.handover_sources import Piece, VisitDay
from partners.tests import factories
from schools.facts import Phase
from schools.tests import factories as schools
from sipmanager.core import documents

from .steps import AT, SEP, confirm, plan


@pytest.fixture
def authority():
    return people.authority("Ashby")


@pytest.fixture
def manager(authority):
    return people.member(Role.MANAGER, at=authority, full_name="Mo Manager")


@pytest.fixture
def school(authority):
    return schools.make_school(authority=authority, name="Hill Road School", phase=Phase.SECONDARY)


@pytest.fixture
def head(school):
    user = people.user("Pat Head", email="pat@school.example")
    schools.make_head(school, user=user, starts_on=date(2005, 9, 1))
    return user


@pytest.fixture
def outgoing(authority, school, head):
    partner = factories.make_partner("Ola Old", authorities=[authority], user=people.user("Ola Old", email="ola@sip.example"))
    return factories.make_deployment(partner, school, authority, starts_on=SEP)


@pytest.fixture
def partner(authority, school):
    made = factories.make_partner("Nat New", authorities=[authority], user=people.user("Nat New", email="nat@sip.example"))
    factories.make_ready(made, school, authority)
    return made


@pytest.fixture
def changed(outgoing, partner, manager):
    """A change that was planned and is confirmed."""
    handover = plan(outgoing, partner, manager)
    confirm(handover.incoming, manager)
    handover.refresh_from_db()
    return handover


@pytest.fixture
def known(monkeypatch):
    """What the floor above says: a note of the window with its PDF, one from before it, and two visits."""
    asked = []

    def notes(schools, since, until):
        asked.append((since, until))
        document = documents.store(content=b"%PDF-1.7 a note", content_type="application/pdf", at=AT)
        yield Piece("Note of visit, autumn 2009/10", date(2009, 10, 6), says="By Ola Old", document=document, name="note.pdf")
        yield Piece("Note of visit, summer 2008/09", date(2009, 6, 2))

    def visits(deployment, since):
        yield VisitDay(date(2010, 1, 19), "Spring visit, planned", is_held=False, url="/visits/1/")
        yield VisitDay(date(2010, 9, 19), "Visit of the year after", is_held=False)

    monkeypatch.setattr(handover_sources, "_notes", [])
    monkeypatch.setattr(handover_sources, "_visits", [])
    for _ in range(2):  # registered twice counts once
        handover_sources.register_notes(notes)
        handover_sources.register_visits(visits)
    return asked
