from datetime import date

import pytest

from accounts.tests import factories as people
from schools import selectors
from schools.facts import Governance, Phase, Status
from schools.models import AllAgeAgreement, School
from schools.tests.factories import AT, make_post, make_school

pytestmark = pytest.mark.django_db

DAY = date(2009, 11, 16)  # Monday


def test_a_community_primary_school_is_mainstream_and_needs_a_primary_sip():
    school = make_school()
    fact = selectors.fact_on(school, DAY)
    assert (fact.is_mainstream, fact.sector_needed, fact.programme) == (True, "primary", "primary")
    assert (fact.status, fact.is_open, fact.urn) == ("open", True, school.urn)
    assert fact.authority_id == fact.local_authority_id == school.local_authority_id
    assert fact.local_authority_code == school.local_authority.code
    assert fact.region_id == school.local_authority.region_id


@pytest.mark.parametrize(
    ("phase", "governance", "deemed", "sector", "programme"),
    [
        (Phase.MIDDLE_DEEMED_SECONDARY, Governance.AIDED, "", "secondary", "secondary"),
        (Phase.MIDDLE_DEEMED_PRIMARY, Governance.CONTROLLED, "", "primary", "primary"),
        (Phase.SPECIAL, Governance.SPECIAL, "", "special", ""),
        (Phase.PRU, Governance.PRU, "", "secondary", ""),
        (Phase.PRU, Governance.PRU, "primary", "primary", ""),
        (Phase.ALL_AGE, Governance.COMMUNITY, "", "", ""),
        (Phase.PRIMARY, Governance.ACADEMY, "", "primary", ""),
        (Phase.ALL_AGE, Governance.ACADEMY, "", "secondary", ""),
        (Phase.NONE, Governance.ACADEMY, "", "secondary", ""),
        (Phase.NONE, Governance.COMMUNITY, "", "", ""),
    ],
)  # fmt: skip
def test_the_sector_and_the_programme_follow_from_phase_and_type(phase, governance, deemed, sector, programme):
    school = make_school(phase=phase, governance=governance, deemed=deemed)
    fact = selectors.fact_on(school, DAY)
    assert (fact.sector_needed, fact.programme) == (sector, programme)


def test_a_pupil_referral_unit_counts_for_secondary_once_agreed_with_the_department():
    school = make_school(phase=Phase.PRU, agreed_with_dfes_on=date(2009, 10, 1))
    assert selectors.fact_on(school, date(2009, 9, 30)).programme == ""
    assert selectors.fact_on(school, date(2009, 10, 1)).programme == "secondary"


def test_an_all_age_school_takes_the_sector_of_its_record_from_the_day_of_the_discussion():
    school = make_school(phase=Phase.ALL_AGE)
    AllAgeAgreement.objects.create(
        school=school, discussed_on=date(2009, 10, 1), coordinator="R. C.", sector="primary", recorded_at=AT
    )
    assert selectors.fact_on(school, date(2009, 9, 30)).sector_needed == ""
    fact = selectors.fact_on(school, date(2009, 10, 1))
    assert (fact.sector_needed, fact.programme, fact.all_age_discussed_on) == ("primary", "primary", date(2009, 10, 1))


def test_a_school_is_open_on_the_day_it_closes_and_closed_the_day_after():
    school = make_school(status=Status.CLOSED, opened_on=date(1990, 9, 1), closed_on=date(2009, 8, 31))
    on = {day: selectors.fact_on(school, day).status for day in (date(1990, 8, 31), date(2009, 8, 31), date(2009, 9, 1))}
    assert list(on.values()) == ["proposed", "open", "closed"]


def test_a_trust_serves_a_school_and_its_local_authority_still_gives_region_and_programme():
    trust = people.trust()
    school = make_school(trust=trust)
    fact = selectors.fact_on(school, DAY)
    assert (fact.authority_id, fact.local_authority_id) == (trust.pk, school.local_authority_id)
    assert fact.programme == "primary"
    assert selectors.authority_serving(school, DAY) == trust


def test_facts_cost_four_queries_for_one_school_and_for_forty(django_assert_num_queries):
    authority = people.authority()
    schools = [make_school(authority=authority) for _ in range(40)]
    with django_assert_num_queries(4):
        selectors.facts_on([schools[0].pk], DAY)
    with django_assert_num_queries(4):
        assert len(selectors.facts_on([school.pk for school in schools], DAY)) == 40
    with django_assert_num_queries(4):
        assert len(selectors.facts_on(School.objects.filter(local_authority=authority), DAY)) == 40


def test_the_head_is_whoever_is_in_post_on_the_day():
    school = make_school()
    make_post(school, full_name="Ann Early", ends_on=date(2009, 8, 31))
    make_post(school, full_name="Ben Late", starts_on=date(2009, 9, 1))
    assert selectors.head_on(school, date(2009, 8, 31)).full_name == "Ann Early"
    assert selectors.head_on(school, date(2009, 9, 1)).full_name == "Ben Late"
    assert selectors.chair_on(school, DAY) is None


def test_a_head_with_an_account_reaches_the_school_in_one_query(viewer):
    head = make_post(user=people.user("Ann Early"))
    seen = viewer(head.user, on=DAY)
    assert seen.school_ids == {head.school_id}
    assert list(School.objects.visible_to(seen)) == [head.school]


def test_lineage_follows_successors_without_joining_those_who_only_merged(django_assert_num_queries):
    infants, juniors, primary, academy = (make_school() for _ in range(4))
    primary.predecessors.add(infants, juniors)
    academy.predecessors.add(primary)
    with django_assert_num_queries(1):
        found = selectors.lineage([academy.pk, infants.pk])
    assert found[academy.pk] == {infants.pk, juniors.pk, primary.pk, academy.pk}
    assert found[infants.pk] == {infants.pk, primary.pk, academy.pk}
    assert selectors.lineage([]) == {}
