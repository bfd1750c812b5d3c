"""Which schools the conditions look at: those of the letters, and what was owed while they were (GRA-6, COG-B to COG-H)."""

from datetime import date

import pytest

from accounts.tests import factories as people
from partners import selectors
from partners.tests import factories
from partners.tests.factories import moment
from schools.facts import Governance, Phase
from schools.models import FactKind, SchoolFact
from schools.tests import factories as schools

pytestmark = pytest.mark.django_db

ON = date(2009, 11, 16)  # Monday
BEGAN = date(2007, 1, 8)  # Monday: three years are over on 7 January 2010
CONVERTED = date(2009, 9, 1)  # Tuesday


@pytest.fixture
def kent():
    return people.authority("Kent")


def led(authority, *, governance=Governance.COMMUNITY, starts_on=BEGAN):
    school = schools.make_school(authority=authority, phase=Phase.SECONDARY, governance=governance)
    partner = factories.make_partner(sectors={"secondary": starts_on - factories.A_YEAR}, authorities=[authority])
    return factories.make_deployment(partner, school, authority, starts_on=starts_on)


def becomes(school, kind, value):
    school.facts.filter(kind=kind, ends_on=None).update(ends_on=date(2009, 8, 31))
    SchoolFact.objects.create(school=school, kind=kind, value=value, starts_on=CONVERTED, recorded_at=moment(CONVERTED))


def answers_of(authority, on=ON):
    report = selectors.conditions_of_grant(authority=authority, programme="secondary", on=on)
    return {row.id: row.verdict for row in report.answers}


@pytest.mark.parametrize(
    "condition", ["COG-A", "COG-B", "COG-C", "COG-D", "COG-E", "COG-E-meetings", "COG-F", "COG-H", "COG-J"]
)
def test_gra_6_an_academy_is_outside_every_condition(kent, condition):
    led(kent, governance=Governance.ACADEMY)
    assert answers_of(kent)[condition].result == "no_data"


def test_gra_6_an_academy_beside_a_school_in_scope_changes_no_figure_of_it(kent):
    led(kent, starts_on=date(2009, 9, 1))
    alone = answers_of(kent)
    led(kent, governance=Governance.ACADEMY)
    beside = answers_of(kent)
    assert {key: dict(one.figures) for key, one in alone.items()} == {key: dict(one.figures) for key, one in beside.items()}
    assert beside["COG-H"].result == "met", "the one who is near three years is at the academy"


def test_cog_d_the_switch_brings_academies_into_the_mix_alone(kent):
    people.policy(kent, "national", POL_38=True)
    led(kent, governance=Governance.ACADEMY)
    found = answers_of(kent)
    assert found["COG-D"].figures["sips"] == 1
    assert found["COG-H"].result == "no_data"


@pytest.mark.parametrize("change", ["academy", "authority"])
def test_cog_b_what_was_owed_before_a_school_left_the_programme_is_still_owed(kent, change):
    deployment = led(kent)
    if change == "academy":
        becomes(deployment.school, FactKind.GOVERNANCE, Governance.ACADEMY.value)
    else:
        becomes(deployment.school, FactKind.LOCAL_AUTHORITY, people.authority("Barford").code)
    found = answers_of(kent)["COG-B"]
    assert (found.result, found.figures["unsent"]) == ("at_risk", 1)
    deployment.notifications.update(effective_on=CONVERTED)
    assert answers_of(kent)["COG-B"].result == "no_data", "from that day on nothing is owed"
    tables = selectors.evidence_of(authority=kent, programme="secondary", on=ON)
    assert not tables.sheet("notifications").rows


def test_cog_b_a_school_of_the_other_programme_owes_nothing_here(kent):
    led(kent)
    report = selectors.conditions_of_grant(authority=kent, programme="primary", on=ON)
    assert next(row for row in report.answers if row.id == "COG-B").result == "no_data"
