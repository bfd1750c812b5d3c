"""The clock as the database asks it agrees with the rules, under both clocks (ACC-9 to ACC-12, ACC-28, D-16)."""

import itertools
from datetime import date, timedelta

import pytest

from accounts.tests import factories as people
from partners.accreditation import Award, Practice, State, standings
from partners.models import Accreditation, LapseClock, Partner, RecordsRequest
from partners.rows import with_standing
from partners.selectors import accreditations, awards_on, holding, lapsing, standings_of
from partners.selectors.accreditation.clock import with_sector
from partners.tests.accreditation.accrediting import make_claim, make_lapsed, noon
from partners.tests.factories import engage, make_deployment, make_partner
from schools.facts import Governance, Phase, sector_needed
from schools.models import AllAgeAgreement
from schools.tests.factories import make_school

ON = date(2009, 11, 16)  # Monday
DAYS = (
    date(2006, 8, 31), date(2009, 1, 30), date(2009, 1, 31), date(2009, 7, 30), date(2009, 7, 31), date(2009, 8, 31),
    date(2009, 9, 1), ON, date(2010, 2, 28), date(2012, 2, 29), date(2012, 8, 31),
)  # fmt: skip


@pytest.fixture
def country(db):
    """SIPs of every kind that the clock can tell apart."""
    place = people.authority("Ashby")
    primary, secondary = make_school(authority=place), make_school(authority=place, phase="secondary")
    many = make_partner(sectors={"primary": date(2005, 9, 1), "secondary": date(2006, 1, 31)}, authorities=[place])
    make_deployment(many, secondary, place, starts_on=date(2007, 9, 3), ends_on=date(2008, 8, 31))
    now = make_partner(sectors={"primary": date(2005, 9, 1), "special": date(2003, 2, 28)}, authorities=[place])
    make_deployment(now, primary, place, starts_on=date(2008, 8, 18))
    make_lapsed(authority=place)
    proven = make_lapsed(authority=place)
    claim = make_claim(proven)
    type(claim).objects.filter(pk=claim.pk).update(status="restored", decided_on=ON)
    declined = make_claim(make_lapsed(authority=place))
    type(declined).objects.filter(pk=declined.pk).update(status="declined", decided_on=ON)
    removed = make_partner(sectors={"primary": date(2008, 1, 1)})
    Accreditation.objects.filter(partner=removed).update(removed_on=date(2009, 9, 1))
    again = make_partner(sectors={"primary": date(2004, 1, 1)})
    Accreditation.objects.filter(partner=again).update(removed_on=date(2006, 1, 1))
    Accreditation.objects.create(partner=again, sector="primary", accredited_on=date(2009, 2, 28), recorded_at=noon(ON))
    for gap in range(0, 400, 23):
        make_partner(sectors={"special": date(2006, 1, 1) + timedelta(days=gap)})
    make_partner(sectors={})
    RecordsRequest.objects.create(authority=place, asked_on=date(2009, 7, 1), answered_on=date(2009, 11, 20))
    return place


@pytest.mark.parametrize("per_sector", [False, True])
def test_d_16_the_database_and_the_rules_agree_on_every_day(country, per_sector):
    if per_sector:
        LapseClock.objects.create(starts_on=date(2000, 1, 1), is_per_sector=True, reason="Asked", recorded_at=noon(ON))
    seen = set()
    for on in DAYS:
        told = standings_of(Partner.objects.all(), on)
        by_rule = {(pk, row.sector): (str(row.state), row.last_practised_on) for pk, rows in told.items() for row in rows}
        by_sql = {(row.partner_id, row.sector): (row.standing, row.practised_on) for row in awards_on(on)}
        assert by_sql == by_rule, on
        seen |= {state for state, _ in by_rule.values()}
        best = {pk: min(rows, key=lambda row: list(ORDER).index(row.state)).state for pk, rows in told.items()}
        assert {row.pk: row.standing for row in with_standing(Partner.objects.all(), on) if row.standing} == best, on
        for sector in ("primary", "secondary", "special"):
            holders = {pk for (pk, of), (state, _) in by_rule.items() if of == sector and state in ("accredited", "warned")}
            found = set(Partner.objects.filter(holding([sector], on)).values_list("pk", flat=True))
            unverified = {pk for (pk, of), (state, _) in by_rule.items() if of == sector and state == "records_unverified"}
            assert found - unverified == holders, (on, sector)
        near = {(partner.pk, row.sector) for partner, row in lapsing(on)}
        warned = {key for key, (state, _) in by_rule.items() if state == "warned"}
        assert {pk for pk, _ in warned} <= {pk for pk, _ in near}, on
    assert seen == {"accredited", "warned", "records_unverified", "lapsed", "removed"}


ORDER = (State.ACCREDITED, State.WARNED, State.UNVERIFIED, State.LAPSED, State.REMOVED)


def test_acc_9_each_sector_has_its_own_clock_where_it_is_set_so():
    awards = [Award("primary", date(2005, 9, 1)), Award("secondary", date(2006, 1, 31))]
    practice = [Practice(date(2007, 9, 3), date(2008, 8, 31), "secondary")]
    rows = {row.sector: row for row in standings(awards=awards, practice=practice, on=ON, is_per_sector=True)}
    assert (rows["primary"].state, rows["primary"].lapses_on) == (State.LAPSED, date(2008, 9, 1))
    assert (rows["secondary"].state, rows["secondary"].warn_on) == (State.ACCREDITED, date(2011, 2, 28))  # clamped
    assert rows["primary"].because().startswith("Accredited for primary on 1 September 2005 with no practice since")
    stated = standings(awards=awards, stated_on=date(2009, 1, 5), on=ON, is_per_sector=True)
    assert {row.last_practised_on for row in stated} == {date(2009, 1, 5)}  # a day without a place counts for all
    together = standings(awards=awards, practice=practice, on=ON)
    assert {row.state for row in together} == {State.ACCREDITED}


def test_acc_27_dormant_and_active_are_worked_out_from_the_day():
    award = [Award("primary", date(2008, 9, 1))]
    stays = [Practice(date(2009, 1, 5), date(2009, 7, 17))]
    (at_work,) = standings(awards=award, practice=stays, on=date(2009, 7, 17))
    (dormant,) = standings(awards=award, practice=stays, on=date(2009, 7, 18))
    (lapsed,) = standings(awards=award, practice=stays, on=date(2012, 7, 17))
    assert (at_work.is_at_work, at_work.is_dormant) == (True, False)
    assert (dormant.is_at_work, dormant.is_dormant) == (False, True)
    assert not lapsed.is_dormant


@pytest.mark.django_db
def test_acc_9_a_stay_counts_for_the_sector_that_the_school_asked_for_then():
    """The database says the same sector as the rule, for every phase and governance (D-9)."""
    place = people.authority("Ashby")
    partner = make_partner(authorities=[place])
    wanted = {}
    for phase, governance in itertools.product(Phase, (Governance.COMMUNITY, Governance.ACADEMY)):
        school = make_school(authority=place, phase=phase.value, governance=governance.value)
        if phase is Phase.ALL_AGE and governance is Governance.COMMUNITY:
            AllAgeAgreement.objects.create(
                school=school, discussed_on=date(2005, 9, 1), coordinator="C", sector="primary", recorded_at=noon(ON)
            )
        stay = partner.deployments.create(
            school=school, authority=place, starts_on=date(2008, 9, 1), ends_on=date(2008, 9, 30), days=5,
            proposed_at=noon(ON), confirmed_on=date(2008, 9, 1), status="ended",
        )  # fmt: skip
        agreed = "primary" if phase is Phase.ALL_AGE and governance is Governance.COMMUNITY else ""
        deemed = school.deemed_phase
        wanted[stay.pk] = sector_needed(governance=governance, phase=phase, deemed=deemed, all_age_sector=agreed)
    found = dict(with_sector(partner.deployments.all(), per_sector=True).values_list("pk", "sector"))
    assert found == wanted
    assert {"", "primary", "secondary", "special"} == set(found.values())
    assert set(with_sector(partner.deployments.all(), per_sector=False).values_list("sector", flat=True)) == {""}


def test_the_report_lists_restored_lapsed_and_removed_too(country):
    """`accreditations`: the shape of its rows, on a day with every state but one and on the day of that one."""
    assert "removed" in {row.as_json()["state"] for row in accreditations(on=ON)}
    rows = accreditations(on=date(2009, 8, 31))
    assert {row.as_json()["state"] for row in rows} | {"removed"} == {
        "accredited",
        "warned",
        "records_unverified",
        "lapsed",
        "removed",
    }
    assert all(
        set(row.as_json()) == {"partner", "sector", "state", "last_practised_on", "warn_on", "lapses_on"} for row in rows
    )


@pytest.mark.parametrize("per_sector", [False, True])
def test_standings_cost_the_same_queries_for_one_as_for_many(country, per_sector, django_assert_num_queries):
    if per_sector:
        LapseClock.objects.create(starts_on=date(2000, 1, 1), is_per_sector=True, reason="Asked", recorded_at=noon(ON))
    for people_asked in (Partner.objects.all()[:1].values_list("pk", flat=True), Partner.objects.values_list("pk", flat=True)):
        ids = list(people_asked)
        with django_assert_num_queries(7):
            standings_of(ids, ON)


def test_acc_28_an_open_question_holds_the_lapse_to_the_end_of_the_term(country):
    partner = make_lapsed(last=date(2006, 10, 31))
    engage(partner, country)
    RecordsRequest.objects.update(answered_on=None)
    states = {on: standings_of([partner.pk], on)[partner.pk][0].state for on in (
        date(2009, 10, 30), date(2009, 10, 31), date(2009, 12, 31), date(2010, 1, 1),
    )}  # fmt: skip
    assert list(states.values()) == ["warned", "records_unverified", "records_unverified", "lapsed"]
