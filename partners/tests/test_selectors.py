"""What the selectors find, and that their number of queries does not grow."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.access import viewer_for
from accounts.tests import factories as people
from partners import actions, selectors
from partners.models import Deployment, Headship, Partner
from partners.tests import factories
from partners.tests.factories import moment
from schools.facts import Governance, Phase
from schools.models import ProgrammeStart, School
from schools.tests import factories as schools
from sipmanager.core.rules import Stage

pytestmark = pytest.mark.django_db

SEP = date(2009, 9, 1)  # Tuesday
NOV = date(2009, 11, 16)  # Monday
SECTORS = {"secondary": date(2008, 9, 1)}


def place(school, on=NOV):
    return selectors.place_of(school, starts_on=on, on=NOV)


# Candidates.


def a_register(authority, school):
    """SIPs in every standing towards the school, by what they are."""
    region, far = authority.region, people.region("Far Away")
    make = factories.make_partner
    elsewhere = schools.make_school(authority=authority, phase=Phase.SECONDARY)
    here = {
        "engaged": make("Engaged", sectors=SECTORS, regions=[region]),
        "willing": make("Willing", sectors=SECTORS, authorities=[authority]),
        "wrong sector": make("Wrong", sectors={"primary": SEP}, regions=[region]),
        "unwilling": make("Unwilling", sectors=SECTORS, regions=[far]),
        "lapsed": make("Lapsed", sectors={"secondary": date(2006, 7, 31)}, regions=[region]),
        "stated": make("Stated", sectors={"secondary": date(2005, 7, 31)}, regions=[region], last_practised_on=SEP),
        "to come": make("To come", sectors={"secondary": date(2010, 1, 1)}, regions=[region]),
        "conflict": make("Conflict", sectors=SECTORS, regions=[region], conflicts=[school]),
        "own school": make("Own", sectors=SECTORS, regions=[region], own_school=school),
        "head here": make("Head", sectors=SECTORS, regions=[region]),
        "own elsewhere": make("Other", sectors=SECTORS, regions=[region], own_school=elsewhere),
        "removed": make("Removed", sectors=SECTORS, regions=[region]),
        "re-awarded": make("Again", sectors={"secondary": date(2006, 1, 1)}, regions=[region]),
        "stayed": make("Stayed", sectors={"secondary": date(2006, 1, 1)}, regions=[region]),
        "at work": make("Worker", sectors={"secondary": date(2006, 1, 1)}, regions=[region]),
    }
    factories.engage(here["engaged"], authority)
    Headship.objects.create(partner=here["head here"], sector="secondary", school=school)
    here["removed"].accreditations.update(removed_on=SEP)
    here["re-awarded"].accreditations.update(removed_on=date(2007, 1, 1))
    here["re-awarded"].accreditations.create(sector="secondary", accredited_on=SEP, recorded_at=moment(SEP))
    factories.make_deployment(here["stayed"], school, authority, starts_on=date(2006, 9, 1), ends_on=date(2009, 8, 31))
    factories.make_deployment(here["at work"], elsewhere, authority, starts_on=date(2008, 9, 1))
    return here


def test_the_database_and_the_rules_agree_on_who_could_take_a_school(authority, school):
    here = a_register(authority, school)
    where = place(school)
    could = set(selectors.could_take(where, starts_on=NOV, on=NOV))
    assert could == {here[name] for name in ("engaged", "willing", "stated", "own elsewhere", "re-awarded", "at work")}
    for candidate in selectors.with_reasons(Partner.objects.all(), where, starts_on=NOV, on=NOV):
        assert candidate.could == (candidate.partner in could), candidate.refusals
    rest = selectors.could_not_take(where, starts_on=NOV, on=NOV)
    assert set(rest) == set(Partner.objects.all()) - could


def test_candidates_come_engaged_first_with_their_load(authority, school):
    here = a_register(authority, school)
    rows = list(selectors.could_take(place(school), starts_on=NOV, on=NOV))
    assert rows[:2] == [here["engaged"], here["at work"]]
    assert [row.full_name for row in rows[2:]] == sorted(row.full_name for row in rows[2:])
    busy = next(row for row in rows if row == here["at work"])
    assert (busy.schools_now, busy.days_given) == (1, Decimal(5))


def test_within_narrows_to_those_somebody_may_see(authority, school):
    here = a_register(authority, school)
    within = Partner.objects.filter(pk__in=[here["willing"].pk, here["lapsed"].pk])
    assert list(selectors.could_take(place(school), starts_on=NOV, on=NOV, within=within)) == [here["willing"]]
    assert list(selectors.could_not_take(place(school), starts_on=NOV, on=NOV, within=within)) == [here["lapsed"]]


def test_while_the_school_itself_is_in_the_way_nobody_could(authority):
    school = schools.make_school(authority=authority, phase=Phase.ALL_AGE)
    partner = factories.make_partner(sectors=SECTORS, authorities=[authority])
    where = place(school)
    assert [row.id for row in selectors.school_findings(where, starts_on=NOV, on=NOV)] == ["SCH-4"]
    assert not selectors.could_take(where, starts_on=NOV, on=NOV).exists()
    assert list(selectors.could_not_take(where, starts_on=NOV, on=NOV)) == [partner]


def test_a_school_with_a_sip_is_free_only_in_a_handover(authority, school):
    first = factories.make_partner("First", sectors=SECTORS, authorities=[authority])
    factories.make_deployment(first, school, authority, starts_on=SEP, ends_on=date(2009, 12, 1))
    second = factories.make_partner("Second", sectors=SECTORS, authorities=[authority])
    assert list(selectors.could_take(place(school), starts_on=NOV, on=NOV)) == [second]
    early = NOV - timedelta(days=30)
    assert [row.id for row in selectors.school_findings(place(school, early), starts_on=early, on=NOV)] == ["DEP-9"]


def test_an_open_proposal_is_not_made_again(authority, school):
    partner = factories.make_partner(sectors=SECTORS, authorities=[authority])
    actions.propose_deployment(school=school, partner=partner, starts_on=NOV, by=None, at=moment(NOV))
    assert not selectors.could_take(place(school), starts_on=NOV, on=NOV).exists()


def test_outstanding_paperwork_and_warnings_are_told_apart(authority, school):
    partner = factories.make_partner(sectors=SECTORS, authorities=[authority])
    (candidate,) = selectors.with_reasons([partner], place(school), starts_on=NOV, on=NOV, days=Decimal(4))
    assert candidate.could
    assert "PRE-6" in {row.id for row in candidate.outstanding}
    assert {row.stage for row in candidate.outstanding} == {Stage.CONFIRM}
    assert [row.id for row in candidate.warnings] == ["DAY-1"]


@pytest.mark.parametrize(
    ("kind", "sector", "why"),
    [
        ({"phase": Phase.PRU, "deemed": "primary"}, "primary", "a pupil referral unit deemed primary"),
        ({"phase": Phase.PRU}, "secondary", "a pupil referral unit not yet deemed either"),
        ({"phase": Phase.MIDDLE_DEEMED_PRIMARY}, "primary", "a middle school deemed primary"),
        (
            {"phase": Phase.SECONDARY, "governance": Governance.ACADEMY}, "secondary",
            "an academy takes the sector of its own phase",
        ),
        ({"phase": Phase.NONE, "governance": Governance.ACADEMY}, "secondary", "an academy without a phase of its own"),
        ({"phase": Phase.SPECIAL}, "special", ""),
    ],
)  # fmt: skip
def test_acc_7_and_acc_8_the_sector_a_school_needs_and_why(authority, kind, sector, why):
    facts = selectors.school_facts(place(schools.make_school(authority=authority, **kind)))
    assert (facts.sector_needed, facts.sector_because, facts.outside) == (sector, why, "")


def test_sch_4_the_sector_of_an_all_age_school_is_the_one_agreed(authority):
    school = schools.make_school(authority=authority, phase=Phase.ALL_AGE)
    school.all_age_agreements.create(discussed_on=SEP, coordinator="C", sector="primary", recorded_at=moment(SEP))
    facts = selectors.school_facts(place(school))
    assert (facts.sector_needed, facts.sector_because) == ("primary", "agreed with the regional coordinator")


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ({"phase": Phase.SIXTEEN_PLUS}, "of phase 16 plus, which SIPs do not serve"),
        ({"phase": Phase.PRIMARY, "is_in_sip_scope": False}, "marked as outside the programme"),
        ({"phase": Phase.NONE}, "no phase on record that names a sector"),
        ({"phase": Phase.PRIMARY, "governance": Governance.OTHER}, "not maintained by an authority and is no academy"),
    ],
)
def test_schools_that_sips_do_not_serve_say_why(authority, kind, says):
    assert says in selectors.school_facts(place(schools.make_school(authority=authority, **kind))).outside


# How many queries.


def test_the_case_of_one_pair_costs_the_same_whatever_is_on_record(authority, school, django_assert_max_num_queries):
    here = a_register(authority, school)
    for partner in (here["willing"], here["stayed"]):
        with django_assert_max_num_queries(26):
            selectors.deployment_case(partner=partner, school=school, starts_on=NOV, on=NOV)


def test_candidates_cost_the_same_for_a_few_as_for_many(authority, school, django_assert_max_num_queries):
    def ask():
        where = place(school)
        rows = list(selectors.could_take(where, starts_on=NOV, on=NOV)[:50])
        selectors.with_reasons(rows, where, starts_on=NOV, on=NOV)
        rest = list(selectors.could_not_take(where, starts_on=NOV, on=NOV)[:50])
        selectors.with_reasons(rest, where, starts_on=NOV, on=NOV)

    def queries():
        with django_assert_max_num_queries(100) as context:
            ask()
        return len(context)

    a_register(authority, school)
    few = queries()
    for _ in range(30):
        factories.make_partner(sectors=SECTORS, authorities=[authority])
        factories.make_partner(sectors={"primary": SEP}, authorities=[authority])
    assert queries() == few <= 65


# Conditions of grant.


def test_the_conditions_cost_the_same_for_one_school_as_for_many(authority, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(100) as context:
            selectors.conditions_of_grant(authority=authority, programme="secondary", on=NOV)
        return len(context)

    factories.make_deployment(None, schools.make_school(authority=authority, phase=Phase.SECONDARY), authority)
    few = queries()
    for _ in range(5):
        school = schools.make_school(authority=authority, phase=Phase.SECONDARY)
        factories.make_deployment(None, school, authority)
    assert queries() == few


def test_the_case_alone_is_the_case_of_the_report(authority, school):
    factories.make_deployment(None, school, authority)
    report = selectors.conditions_of_grant(authority=authority, programme="secondary", on=NOV)
    assert selectors.grant_case(authority=authority, programme="secondary", on=NOV) == report.case


def answers_of(authority, programme="secondary", on=NOV):
    report = selectors.conditions_of_grant(authority=authority, programme=programme, on=on)
    return {row.id: row.as_json() for row in report.answers}


def test_act_4_a_middle_school_deemed_secondary_counts_in_secondary_coverage(authority):
    school = schools.make_school(authority=authority, phase=Phase.MIDDLE_DEEMED_SECONDARY)
    assert answers_of(authority)["COG-A"]["figures"]["in_scope"] == 1
    assert answers_of(authority, "primary")["COG-A"]["result"] == "no_data"
    factories.make_deployment(None, school, authority)
    found = answers_of(authority)["COG-A"]
    assert (found["result"], found["figures"]["covered"]) == ("met", 1)


def test_act_6_an_academy_without_a_sip_does_not_make_coverage_fail(authority):
    factories.make_deployment(None, schools.make_school(authority=authority, phase=Phase.SECONDARY), authority)
    schools.make_school(authority=authority, phase=Phase.SECONDARY, governance=Governance.ACADEMY)
    assert answers_of(authority)["COG-A"]["result"] == "met"


def test_cog_a_before_its_deadline_gaps_are_a_risk(authority, school):
    ProgrammeStart.objects.create(
        authority=authority, programme="secondary", coverage_by=date(2009, 12, 31), recorded_at=moment(SEP)
    )
    found = answers_of(authority)["COG-A"]
    assert (found["result"], found["figures"]["days_to_deadline"]) == ("at_risk", 45)
    assert answers_of(authority, on=date(2010, 1, 4))["COG-A"]["result"] == "not_met"


def test_cog_a_a_lapsed_or_removed_sip_leaves_a_gap(authority, school):
    deployment = factories.make_deployment(None, school, authority)
    deployment.partner.accreditations.update(removed_on=date(2009, 11, 1))
    found = answers_of(authority)["COG-A"]
    assert found["result"] == "not_met"
    assert "was removed on 1 November 2009" in found["findings"][0]["because"]


def test_cog_b_follows_the_log_and_forgets_what_was_struck_out(authority, school):
    deployment = factories.make_deployment(None, school, authority, starts_on=SEP)
    assert answers_of(authority, on=date(2009, 9, 8))["COG-B"]["result"] == "met"
    late = answers_of(authority)["COG-B"]
    assert (late["result"], late["figures"]["late"]) == ("at_risk", 1)
    assert late["findings"][0]["subject"] == f"deployment:{deployment.pk}"
    notification = deployment.notifications.get()
    actions.mark_notified(notification=notification, sent_on=NOV, method="Email", by=None, at=moment(NOV))
    assert answers_of(authority)["COG-B"]["result"] == "met"
    assert answers_of(authority, on=NOV - timedelta(days=1))["COG-B"]["result"] == "at_risk"
    actions.void_deployment(deployment=deployment, reason="Wrong school", by=None, at=moment(NOV))
    assert answers_of(authority)["COG-B"]["figures"]["unsent"] == 1


def test_what_was_never_sent_of_a_deployment_struck_out_is_not_owed(authority, school):
    deployment = factories.make_deployment(None, school, authority, starts_on=SEP)
    actions.void_deployment(deployment=deployment, reason="Wrong school", by=None, at=moment(NOV))
    assert not selectors.notifications_that_count().exists()


def test_cog_d_and_h_read_the_register(authority, school):
    partner = factories.make_partner(
        sectors={"secondary": date(2005, 1, 1)}, authorities=[authority], headships={"secondary": "former"},
        has_outside_experience=True,
    )  # fmt: skip
    factories.make_deployment(partner, school, authority, starts_on=date(2007, 2, 1))
    found = answers_of(authority)
    assert found["COG-D"]["figures"]["sips_heads"] == 1
    assert found["COG-D"]["result"] == "met"
    assert found["COG-H"]["figures"] == {"deployments": 1, "over_limit": 0, "at_risk": 1}
    assert answers_of(authority, on=date(2010, 2, 1))["COG-H"]["result"] == "not_met"


def test_cog_d_a_former_head_counts_for_secondary_and_not_for_primary(authority):
    school = schools.make_school(authority=authority, phase=Phase.PRIMARY)
    partner = factories.make_partner(
        sectors={"primary": SEP}, authorities=[authority], headships={"primary": "former", "secondary": "former"}
    )
    factories.make_deployment(partner, school, authority)
    assert answers_of(authority, "primary")["COG-D"]["result"] == "not_met"
    Headship.objects.create(partner=partner, sector="primary", starts_on=date(2008, 9, 1))
    assert answers_of(authority, "primary")["COG-D"]["result"] == "met"


def test_the_grant_is_of_the_leads_of_the_financial_year(authority):
    school = schools.make_school(authority=authority, phase=Phase.PRIMARY)
    factories.make_deployment(None, school, authority, starts_on=SEP)
    report = selectors.conditions_of_grant(authority=authority, programme="primary", on=NOV)
    assert report.grant.as_json()["amount"] == "449.17"
    assert report.as_json()["grant"]["financial_year"] == "2009-10"


def test_a_trust_has_no_conditions():
    with pytest.raises(selectors.NoConditions, match="school trust"):
        selectors.conditions_of_grant(authority=people.trust(), programme="primary", on=NOV)


def test_a_floor_above_provides_evidence(authority, monkeypatch):
    from partners.conditions import Evidence
    from partners.selectors.grants import case

    monkeypatch.setattr(case, "_providers", {})
    selectors.register_evidence("COG-G", lambda **_: Evidence({"reviews": 1}))
    assert answers_of(authority)["COG-G"] == {
        "id": "COG-G", "strength": "will", "result": "met", "figures": {"reviews": 1}, "findings": [], "warnings": [],
        "missing": [],
    }  # fmt: skip


# Tenure, standing, current SIPs.


def test_tenure_follows_a_school_through_its_successor(authority):
    old = schools.make_school(authority=authority, phase=Phase.SECONDARY)
    new = schools.make_school(authority=authority, phase=Phase.SECONDARY)
    new.predecessors.add(old)
    partner = factories.make_partner(sectors={"secondary": date(2005, 1, 1)}, authorities=[authority])
    factories.make_deployment(partner, old, authority, starts_on=date(2006, 9, 1), ends_on=date(2008, 8, 31))
    later = factories.make_deployment(partner, new, authority, starts_on=date(2008, 9, 1), on=date(2008, 9, 1))
    assert selectors.tenure_of([later], NOV)[later.pk].last_lawful_on == date(2009, 8, 31)
    with pytest.raises(actions.Refused, match="last lawful day is 31 August 2009"):
        actions.end_deployment(
            deployment=later, on=date(2009, 9, 1), reason="As planned", by=None, at=moment(date(2009, 1, 5))
        )


def test_the_lead_is_the_schools_sip(authority, school):
    first = factories.make_deployment(None, school, authority, starts_on=SEP, ends_on=date(2009, 11, 20))
    second = factories.make_deployment(None, school, authority, starts_on=date(2009, 11, 9))
    assert selectors.current_sips([school.pk], NOV) == {school.pk: first}
    assert selectors.current_sips(School.objects.all(), date(2009, 11, 21)) == {school.pk: second}
    assert selectors.current_sips([school.pk], date(2009, 8, 31)) == {}


def test_the_report_of_accreditations_lists_the_lapsed_and_removed_too(authority):
    lapsed = factories.make_partner(reference="P900001", sectors={"secondary": date(2006, 7, 31)})
    removed = factories.make_partner(reference="P900002", sectors={"primary": SEP})
    removed.accreditations.update(removed_on=date(2009, 10, 1))
    rows = [row.as_json() for row in selectors.accreditations(on=NOV)]
    assert rows == [
        {
            "partner": "P900001", "sector": "secondary", "state": "lapsed", "last_practised_on": "2006-07-31",
            "warn_on": "2009-01-31", "lapses_on": "2009-07-31",
        },
        {
            "partner": "P900002", "sector": "primary", "state": "removed", "last_practised_on": "2009-09-01",
            "warn_on": "2012-03-01", "lapses_on": "2012-09-01",
        },
    ]  # fmt: skip
    factories.engage(lapsed, authority)
    assert [row.partner for row in selectors.accreditations(on=NOV, partners=selectors.partners_of(authority, NOV))] == [
        lapsed
    ]


def test_unverified_records_hold_a_lapse_until_the_authority_answers(authority):
    partner = factories.make_partner(sectors={"secondary": date(2006, 10, 1)}, authorities=[authority])
    factories.engage(partner, authority)
    stranger = factories.make_partner(sectors={"secondary": date(2006, 10, 1)})
    request = actions.ask_to_confirm_records(authority=authority, on=date(2009, 9, 14), by=None, at=moment(date(2009, 9, 14)))
    states = {pk: rows[0].state for pk, rows in selectors.standings_of(Partner.objects.all(), NOV).items()}
    assert states == {partner.pk: "records_unverified", stranger.pk: "lapsed"}
    actions.confirm_records(request=request, on=date(2009, 10, 1), by=None, at=moment(date(2009, 10, 1)))
    assert selectors.standings_of([partner.pk], NOV)[partner.pk][0].state == "lapsed"


def test_an_engagement_with_the_authority_asked_holds_a_lapse_in_the_case_too(authority, school):
    partner = factories.make_partner(sectors={"secondary": date(2006, 10, 1)}, authorities=[authority])
    other = people.authority("Barford")
    factories.engage(partner, other)
    actions.ask_to_confirm_records(authority=other, on=SEP, by=None, at=moment(SEP))
    case = selectors.deployment_case(partner=partner, school=school, starts_on=NOV, on=NOV)
    assert [row.unverified_at for row in case.standings] == [("Barford",)]


# Whose schools are whose.


def test_act_17_a_sip_reaches_only_the_schools_where_they_are_at_work(authority, school):
    user = people.user()
    partner = factories.make_partner(user=user, sectors=SECTORS, authorities=[authority])
    other = schools.make_school(authority=authority, phase=Phase.SECONDARY)
    factories.make_deployment(None, other, authority)
    factories.make_deployment(partner, school, authority, starts_on=SEP, ends_on=NOV)

    def reached(on):
        return set(School.objects.visible_to(viewer_for(user, on=on)))

    assert reached(NOV) == {school}
    assert reached(date(2009, 8, 31)) == set()


def test_rol_31_a_deployment_that_ended_yesterday_gives_no_school(authority, school):
    user = people.user()
    partner = factories.make_partner(user=user, sectors=SECTORS, authorities=[authority])
    factories.make_deployment(partner, school, authority, starts_on=SEP, ends_on=NOV - timedelta(days=1))
    viewer = viewer_for(user, on=NOV)
    assert not School.objects.visible_to(viewer).exists()
    assert Deployment.objects.visible_to(viewer).count() == 1
