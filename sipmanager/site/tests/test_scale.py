"""The country in bulk: as many rows as asked for, of the kind that rules and lists read."""

from datetime import date

import pytest

from accounts.permissions import Role
from partners.models import Deployment, Partner
from partners.selectors import conditions_of_grant
from schools.models import School
from schools.selectors import facts_on
from sipmanager.site.demonstration.scale import FIRST_URN, make_national_scale
from visits.models import Note
from visits.selectors import reading
from visits.states import NoteState
from visits.tests.factories import make_note

pytestmark = pytest.mark.django_db

DAY = date(2009, 11, 16)  # Monday


def test_the_country_is_there_in_the_size_asked_for_and_its_facts_can_be_asked():
    make_note(state=NoteState.DISTRIBUTED, preset="kent")
    before = Note.objects.count()
    make_national_scale(write=lambda _line: None, schools=300, partners=150, notes=450)
    schools = School.objects.filter(urn__gte=str(FIRST_URN))
    assert (schools.count(), Partner.objects.filter(reference__startswith="N").count()) == (300, 150)
    assert Note.objects.count() - before == 450
    facts = facts_on(list(schools.values_list("pk", flat=True)), DAY)
    assert {one.programme for one in facts.values()} == {"primary", "secondary"}
    assert Deployment.objects.active(DAY).filter(school__in=schools).count() == 300
    authority = schools.first().local_authority
    report = conditions_of_grant(authority=authority, programme="primary", on=DAY)
    covered = next(answer for answer in report.answers if answer.id == "COG-A")
    assert (covered.verdict.figures["covered"], covered.verdict.figures["in_scope"]) == (1, 1)


def test_a_note_of_the_country_can_be_read(viewer):
    note = make_note(state=NoteState.DISTRIBUTED, preset="kent")
    make_national_scale(write=lambda _line: None, schools=150, partners=150, notes=150)
    copy = Note.objects.exclude(pk=note.pk).order_by("-pk").first()
    seen = reading(note=copy, viewer=viewer(role=Role.MANAGER, at=copy.authority, on=DAY))
    assert len(seen.sections) == 1
    assert seen.sections[0].text
