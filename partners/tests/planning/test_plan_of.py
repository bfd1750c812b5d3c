"""The planner's question from the records, and its answer: who is planned, by which rules, and what is said (DEP-3, COG-D)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuthorityKind
from accounts.tests import factories as people
from partners import selectors
from partners.actions import propose_deployment
from partners.deployment_rules import findings, may_propose
from partners.models import Headship, Interest, InterestKind, StandDown
from partners.planning import Status
from partners.selectors import Wanted, plan_of, question_of
from partners.tests.factories import engage, make_deployment, make_partner, moment
from schools.facts import Phase
from schools.models import School
from schools.tests.factories import make_school

pytestmark = pytest.mark.django_db

SEP = date(2010, 9, 1)
TODAY = date(2009, 11, 16)


def a_sip(authority, name: str, *, days=20, sector="primary", serving=True, **more):
    more.setdefault("regions", [authority.region])
    found = make_partner(name, sectors={sector: date(2009, 1, 1)}, days_available=days, **more)
    if serving:
        Headship.objects.create(partner=found, sector=sector)
    return found


def a_school(authority, name: str, phase=Phase.PRIMARY, **more) -> School:
    return make_school(authority=authority, name=name, phase=phase, **more)


def plan(authority, programme="primary", starts_on=SEP, **more):
    return plan_of(Wanted(authority, programme, starts_on, **more), on=TODAY, time_limit=10)


def who(found) -> dict[str, str]:
    return {row.school: row.partner for row in found.assignments}


def test_every_school_without_a_sip_is_given_one_that_the_rules_allow(authority):
    schools = [a_school(authority, name) for name in ("Ash", "Beech", "Cedar")]
    served = a_school(authority, "Dale")
    make_deployment(a_sip(authority, "Ann"), served, authority, starts_on=date(2009, 9, 1))
    a_school(authority, "Upper", phase=Phase.SECONDARY)
    a_sip(authority, "Ben")
    a_sip(authority, "Sid", sector="secondary")
    found = plan(authority)
    assert found.status is Status.OPTIMAL
    assert found.objective == found.bound
    assert set(who(found)) == {school.name for school in schools}
    assert set(who(found).values()) <= {"Ann", "Ben"}
    assert all(row.because.startswith(row.partner) and row.because.endswith(".") for row in found.assignments)


def test_days_not_planned_leave_a_sip_out_and_are_counted(authority):
    a_school(authority, "Ash")
    engage(a_sip(authority, "Ann", days=None), authority)
    found = plan(authority)
    assert found.status is Status.INFEASIBLE
    assert found.not_planned == 1
    assert "No SIP with days planned" in found.unassigned[0]["because"]


def test_days_already_given_or_proposed_are_not_given_twice(authority):
    """D-7."""
    ann = a_sip(authority, "Ann", days=12)
    make_deployment(ann, a_school(authority, "Dale"), authority, starts_on=date(2009, 9, 1))
    waits = a_school(authority, "Elm")
    propose_deployment(school=waits, partner=ann, starts_on=SEP, by=None, at=moment(TODAY), days=Decimal(5))
    a_school(authority, "Ash")
    found = plan(authority)
    assert found.underway == 1
    assert not found.assignments
    (conflict,) = found.conflicts
    assert conflict["rules"] == ["COG-A", "POL-13"]
    assert "3 days more of Ann" in conflict["mend"][0]


def test_a_school_for_which_somebody_is_proposed_from_a_later_day_is_not_planned_again(authority):
    """DEP-3: a row that could not be accepted is no plan."""
    ann, waits = a_sip(authority, "Ann"), a_school(authority, "Elm")
    propose_deployment(school=waits, partner=ann, starts_on=SEP + timedelta(days=120), by=None, at=moment(TODAY))
    found = plan(authority)
    assert (found.underway, found.assignments, found.conflicts) == (1, (), ())


def test_a_school_that_nobody_may_take_says_what_the_rules_say_of_the_nearest_sip(authority):
    a_school(authority, "Ash")
    a_sip(authority, "Sid", sector="secondary")
    found = plan(authority)
    assert found.status is Status.INFEASIBLE
    (conflict,) = found.conflicts
    assert conflict["rules"] == ["COG-A", "PRE-1"]
    assert "Nearest is Sid" in conflict["says"]
    assert conflict["mend"] == ["Accredit Sid for primary, or find a SIP who is."]


def test_a_sip_whose_three_years_are_over_is_replaced_only_once_the_deployment_is_ended(authority):
    """DEP-9, DEP-10."""
    school = a_school(authority, "Ash")
    old = a_sip(authority, "Old")
    old.accreditations.update(accredited_on=date(2007, 1, 1))
    past = make_deployment(old, school, authority, starts_on=date(2007, 9, 3))
    a_sip(authority, "New")
    later = date(2010, 10, 1)
    found = plan(authority, starts_on=later)
    assert "DEP-9" in found.conflicts[0]["rules"]
    past.ends_on = date(2010, 9, 2)
    past.save()
    assert who(plan(authority, starts_on=later)) == {"Ash": "New"}


def test_the_sip_until_now_is_kept_where_the_weights_say_so(authority):
    school = a_school(authority, "Ash")
    make_deployment(a_sip(authority, "Zoe"), school, authority, starts_on=date(2009, 9, 1), ends_on=date(2010, 8, 31))
    a_sip(authority, "Ann")
    found = plan(authority)
    assert who(found) == {"Ash": "Zoe"}
    assert found.assignments[0].is_kept
    assert "the school's SIP until now" in found.assignments[0].because


def test_a_pin_and_a_forbidden_pair_are_kept(authority):
    school = a_school(authority, "Ash")
    ann, ben = a_sip(authority, "Ann"), a_sip(authority, "Ben")
    assert who(plan(authority, pinned=[(school.urn, ben.reference)])) == {"Ash": "Ben"}
    assert plan(authority, pinned=[(school.urn, ben.reference)]).assignments[0].is_pinned
    assert who(plan(authority, forbidden=[(school.urn, ann.reference)])) == {"Ash": "Ben"}
    nobody = plan(authority, forbidden=[(school.urn, ann.reference), (school.urn, ben.reference)])
    assert nobody.status is Status.INFEASIBLE
    assert "forbidden" in nobody.conflicts[0]["rules"]
    assert "could be allowed there again" in nobody.conflicts[0]["mend"][0]


def test_serving_heads_are_needed_in_the_primary_programme(authority):
    """COG-D."""
    a_school(authority, "Ash")
    a_sip(authority, "Ann", serving=False, own_school=None)
    found = plan(authority)
    assert found.status is Status.INFEASIBLE
    assert found.conflicts[0]["rules"] == ["COG-D"]
    assert who(found) == {"Ash": "Ann"}


def test_the_secondary_ratio_counts_the_deployments_that_run_on(authority):
    """COG-D: three heads at work allow one who never was."""
    for number in range(3):
        school = a_school(authority, f"Upper {number}", phase=Phase.SECONDARY)
        head = a_sip(authority, f"Head {number}", sector="secondary", days=5)
        make_deployment(head, school, authority, starts_on=date(2009, 9, 1))
    a_school(authority, "Upper X", phase=Phase.SECONDARY)
    a_sip(authority, "Never", sector="secondary", serving=False)
    found = plan(authority, "secondary")
    assert found.status is Status.OPTIMAL
    assert who(found) == {"Upper X": "Never"}


def test_a_ratio_that_schools_would_break_leaves_them_over_and_names_both(authority):
    """COG-A against COG-D."""
    for number in range(2):
        a_school(authority, f"Upper {number}", phase=Phase.SECONDARY)
    a_sip(authority, "Head", sector="secondary", days=5)
    a_sip(authority, "Never", sector="secondary", serving=False)
    found = plan(authority, "secondary")
    assert found.status is Status.INFEASIBLE
    assert list(who(found).values()) == ["Head"]
    assert found.conflicts[0]["rules"] == ["COG-A", "COG-D"]
    assert "One more SIP who is or was a secondary head, with 5 days for 1 school, would do." in found.conflicts[0]["mend"]


def test_a_trust_has_no_mix(authority):
    trust = people.authority("Trust", kind=AuthorityKind.TRUST)
    school = a_school(authority, "Ash")
    school.services.update(ends_on=date(2010, 8, 31))
    school.services.create(authority=trust, source="agreement", starts_on=SEP)
    a_sip(authority, "Ann", serving=False)
    assert who(plan(trust)) == {"Ash": "Ann"}
    assert not plan(authority).assignments


def test_nothing_to_plan_is_a_plan(authority):
    found = plan(authority)
    assert (found.status, found.schools, found.gap) == (Status.OPTIMAL, 0, 0)
    assert found.is_near_enough


# ------------------------------------------------------------------------------------------------- the same rule tables


def a_crowd(authority):
    """SIPs and schools with everything that can tie or part them."""
    schools = [a_school(authority, name) for name in ("Ash", "Beech", "Cedar", "Dale")]
    a_sip(authority, "Own", own_school=schools[0])
    tied = a_sip(authority, "Tied")
    Interest.objects.create(
        partner=tied, kind=InterestKind.EMPLOYER, says="Works there", school=schools[1], declared_at=moment(TODAY)
    )
    named = a_sip(authority, "Named")
    Interest.objects.create(
        partner=named, kind=InterestKind.COMPANY, says="Sells to it", named="Cedar", search_name="cedar",
        declared_at=moment(TODAY),
    )  # fmt: skip
    away = a_sip(authority, "Away")
    StandDown.objects.create(partner=away, kind="suspended", reason="x", starts_on=TODAY, recorded_at=moment(TODAY))
    a_sip(authority, "Far", regions=[people.region("Far Away")])
    engage(a_sip(authority, "Engaged far", regions=[people.region("Farther")]), authority)
    a_sip(authority, "Wrong", sector="secondary")
    stayed = a_sip(authority, "Stayed")
    stayed.accreditations.update(accredited_on=date(2006, 1, 1))
    make_deployment(stayed, schools[2], authority, starts_on=date(2007, 9, 1), ends_on=date(2010, 8, 31))
    leaver = a_sip(authority, "Leaver")
    make_deployment(leaver, schools[3], authority, starts_on=date(2009, 9, 1))
    return schools


def test_every_pair_of_the_pool_is_decided_as_the_rules_decide_it_alone(authority):
    """D-14: candidates and planner look at stage `propose` through the same table."""
    schools = a_crowd(authority)
    places = selectors.places_of(schools, starts_on=SEP, on=TODAY)
    pool = selectors.Pool(selectors.within_reach(places, SEP), places, starts_on=SEP, on=TODAY)
    refused = set()
    for place in places.values():
        for partner in pool.partners:
            case = selectors.deployment_case(partner=partner, school=place.school, starts_on=SEP, on=TODAY)
            assert pool.allows(partner, place) is may_propose(findings(case)), (partner, place.school)
            refused |= set(pool.refused_by(partner, place))
    assert {"PRE-1", "PRE-7", "PRE-11", "REG-1", "DEP-9", "DEP-10"} <= refused


def test_the_points_of_a_pair_are_those_of_its_parts(authority):
    a_crowd(authority)
    question = question_of(Wanted(authority, "primary", SEP), on=TODAY)
    assert question.instance.pairs
    for pair in question.instance.pairs:
        assert pair.cost == sum(part.loss for part in question.parts(pair.key))


def test_the_number_of_queries_grows_neither_with_schools_nor_with_sips(authority):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            question_of(Wanted(authority, "primary", SEP), on=TODAY)
        return len(queries)

    # Each kind of tie is there once: a question without any answer is not put to the database.
    a_crowd(authority)
    before = cost()
    a_crowd(authority)
    for number in range(5):
        engage(a_sip(authority, f"More {number}"), authority)
        a_school(authority, f"Wood {number}")
    assert cost() == before


def test_d_2_schools_here_whose_sip_a_trust_runs_are_counted_and_not_planned(authority):
    """The condition asks about them all the same: COG-A counts every school that lies in the authority."""
    a_school(authority, "Ash")
    make_school(authority=authority, trust=people.trust(), name="Beech", phase=Phase.PRIMARY)
    a_sip(authority, "Ann")
    found = plan(authority)
    assert (who(found), found.schools, found.elsewhere) == ({"Ash": "Ann"}, 1, 1)


def test_what_is_the_same_for_many_schools_is_said_once(authority):
    urns = [a_school(authority, name).urn for name in ("Ash", "Beech", "Cedar")]
    found = plan(authority)
    (conflict,) = found.conflicts
    assert sorted(conflict["schools"]) == sorted(urns)
    assert conflict["says"].startswith("No SIP with days planned")
    assert len(found.unassigned) == 3


@pytest.mark.parametrize("pinned", ["P999999", "conflicted"])
def test_a_pin_that_the_rules_refuse_is_the_only_thing_that_is_said(authority, pinned):
    """A SIP whom the rules refuse, or who is not there at all; others could take the school."""
    ash = a_school(authority, "Ash")
    a_sip(authority, "Ben")
    if pinned == "conflicted":
        pinned = a_sip(authority, "Ann", conflicts=[ash]).reference
    found = plan(authority, pinned=[(ash.urn, pinned)])
    (conflict,) = found.conflicts
    assert conflict["rules"] == ["pin"]
    assert conflict["says"].endswith("cannot be pinned: the rules refuse it.")
    assert found.unassigned[0]["because"] == "Nobody is given Ash while the pins cannot be kept."


def test_all_conflicted_and_all_beyond_three_years_say_the_rule_of_the_nearest(authority):
    ash, beech = a_school(authority, "Ash"), a_school(authority, "Beech")
    a_sip(authority, "Ann", conflicts=[ash, beech])
    found = plan(authority)
    assert [conflict["rules"] for conflict in found.conflicts] == [["COG-A", "PRE-11"]] * 2
    assert found.conflicts[0]["mend"] == ["A SIP without a link to Ash is needed."]
