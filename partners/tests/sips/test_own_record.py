"""What SIPs do with their own record: ask for facts, confirm, audit their skills; what the night asks of them (ROL-21, REG-18)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Authority
from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions, selectors
from partners.facts import FACTS
from partners.jobs import record as record_jobs
from partners.models import Confirmation, FactChange, Interest, Partner
from partners.tests.factories import LONG_AGO, engage, make_partner, moment
from schools.tests import factories as schools
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate

pytestmark = pytest.mark.django_db

SEP, NOV = date(2009, 9, 1), date(2009, 11, 16)  # Tuesday, Monday
AT = moment(NOV)


@dataclass
class Place:
    authority: Authority
    partner: Partner
    sip: object
    manager: object
    office: object


@pytest.fixture
def place():
    authority = people.authority("Ashby")
    sip = people.user("Robin Ward", email="robin@example.org")
    partner = make_partner("Robin Ward", user=sip, email="robin@example.org", company="Old Ltd", headship_years=4)
    engage(partner, authority)
    return Place(
        authority, partner, sip, people.member(Role.MANAGER, at=authority), people.member(Role.ADMINISTRATOR, at=authority)
    )


def ask(place, field, **payload):
    return actions.ask_for_change(partner=place.partner, field=field, payload=payload, by=place.sip, at=AT)


def confirm(change, by):
    actions.confirm_fact(change=change, by=by, at=AT)


# ------------------------------------------------------------------------------------------------------ facts of rules


def test_rol_21_contact_facts_a_sip_changes_at_once_and_what_rules_use_they_cannot(place):
    actions.change_details(partner=place.partner, by=place.sip, at=AT, phone="020 7946 0000", pen_portrait="I led.")
    assert place.partner.phone == "020 7946 0000"
    region = people.region("Elsewhere")
    willing = place.partner.willingness.create(region=region)
    headship = place.partner.headships.create(sector="primary")
    for refused in (
        lambda: actions.change_details(partner=place.partner, by=place.sip, at=AT, days_available=Decimal(9)),
        lambda: actions.record_kind(partner=place.partner, kind="serving_head", starts_on=NOV, by=place.sip, at=AT),
        lambda: actions.record_headship(partner=place.partner, sector="primary", by=place.sip, at=AT),
        lambda: actions.end_headship(headship=headship, on=NOV, by=place.sip, at=AT),
        lambda: actions.add_willingness(partner=place.partner, region=people.region("Here"), by=place.sip, at=AT),
        lambda: actions.end_willingness(willingness=willing, on=NOV, by=place.sip, at=AT),
    ):
        with pytest.raises(PermissionDenied):
            refused()
    assert AuditEvent.objects.count() == 1
    assert place.partner.kinds.count() == place.partner.headships.count() == place.partner.willingness.count() == 1


def test_rol_21_what_rules_use_is_written_once_the_authority_confirms_it(place):
    change = ask(place, "days_available", value="12.5")
    assert Partner.objects.get(pk=place.partner.pk).days_available is None
    assert (change.before, change.due_on, str(change)) == (
        "Nothing",
        date(2009, 11, 23),
        f"days_available of {place.partner.pk}",
    )
    confirm(change, place.office)
    assert Partner.objects.get(pk=place.partner.pk).days_available == Decimal("12.5")
    assert (change.outcome, change.decided_by) == ("confirmed", place.office)
    (mail,) = OutgoingEmail.objects.all()
    assert (mail.to, f"/partners/{place.partner.reference}/asked/" in mail.body) == ("robin@example.org", True)
    assert "12" not in mail.body.replace(place.partner.reference, "").partition("http")[0]
    assert [line.what for line in AuditEvent.objects.order_by("pk")] == ["fact.ask", "partner.change", "fact.confirmed"]
    with pytest.raises(OutOfDate):
        confirm(FactChange.objects.get(), place.manager)


def test_rol_21_declined_with_a_reason_nothing_is_written_and_the_sip_is_told(place):
    change = ask(place, "headship_years", value=14)
    with pytest.raises(MoveRefused):
        actions.decline_fact(change=change, reason=".", by=place.manager, at=AT)
    actions.decline_fact(change=change, reason="The application form says four", by=place.manager, at=AT)
    assert Partner.objects.get(pk=place.partner.pk).headship_years == 4
    assert (change.outcome, change.reason) == ("declined", "The application form says four")
    assert OutgoingEmail.objects.get().to == "robin@example.org"


def test_rol_21_a_later_word_replaces_an_earlier_one_that_waits(place):
    first, second = ask(place, "headship_years", value=5), ask(place, "headship_years", value=6)
    first.refresh_from_db()
    assert (first.outcome, second.outcome) == ("replaced", "")
    with pytest.raises(OutOfDate):
        confirm(first, place.manager)


def test_rol_21_places_stand_side_by_side_and_the_same_twice_is_one(place):
    one = ask(place, "willing", region="", authority=place.authority.code, starts_on=None)
    again = ask(place, "willing", region="", authority=place.authority.code, starts_on=None)
    other = ask(place, "willing", region=place.authority.region.code, authority="", starts_on="2010-01-04")
    assert (one, FactChange.objects.count(), one != other) == (again, 2, True)
    confirm(one, place.manager)
    confirm(other, place.manager)
    assert sorted(str(row.region or row.authority) for row in place.partner.willingness.all()) == sorted(
        [place.authority.region.name, place.authority.name]
    )


def test_rol_21_every_field_is_written_by_its_own_action(place):
    school = schools.make_school(authority=place.authority)
    headship = place.partner.headships.create(sector="secondary", starts_on=SEP)
    willing = place.partner.willingness.create(region=place.authority.region)
    interest = Interest.objects.create(partner=place.partner, named="Invented Ltd", says="Director", declared_at=AT)
    asked = {
        "full_name": {"value": "Robin Warde"},
        "own_school": {"value": school.urn},
        "is_htpm_trained": {"value": True},
        "outside_experience": {"value": True, "text": "Ran a museum"},
        "kind": {"kind": "serving_head", "company": "", "starts_on": "2009-12-01"},
        "headship": {
            "sector": "primary",
            "school": school.urn,
            "starts_on": "2009-09-01",
            "ends_on": None,
            "is_former": False,
        },
        "headship_end": {"pk": headship.pk, "on": "2009-11-30"},
        "willing_end": {"pk": willing.pk, "on": "2009-12-31"},
        "interest_end": {"pk": interest.pk, "on": "2009-11-30"},
    }
    for field, payload in asked.items():
        change = ask(place, field, **payload)
        assert FACTS[field].after(change.payload), field
        confirm(change, place.manager)
    partner = Partner.objects.get(pk=place.partner.pk)
    assert (partner.full_name, partner.own_school, partner.is_htpm_trained) == ("Robin Warde", school, True)
    assert (partner.has_outside_experience, partner.outside_experience) == (True, "Ran a museum")
    assert (partner.company, partner.kinds.get(ends_on=None).kind) == ("", "serving_head")
    headship.refresh_from_db()
    willing.refresh_from_db()
    interest.refresh_from_db()
    assert (headship.ends_on, willing.ends_on, interest.ends_on) == (
        date(2009, 11, 30),
        date(2009, 12, 31),
        date(2009, 11, 30),
    )
    assert partner.headships.filter(sector="primary", school=school).exists()


def test_what_has_ended_meanwhile_cannot_be_confirmed_and_still_waits(place):
    headship = place.partner.headships.create(sector="secondary", starts_on=SEP)
    change = ask(place, "headship_end", pk=headship.pk, on="2009-11-30")
    actions.end_headship(headship=headship, on=NOV, by=place.manager, at=AT)
    with pytest.raises(MoveRefused, match="ended already"):
        confirm(change, place.manager)
    assert not FactChange.objects.get().outcome


def test_only_what_differs_is_asked_for(place):
    def ask_all(**values):
        return actions.ask_for_details(partner=place.partner, by=place.sip, at=AT, **values)

    same = {"full_name": "Robin Ward", "headship_years": 4, "has_outside_experience": False, "outside_experience": ""}
    assert ask_all(**same) == []
    assert ask_all(full_name="Robin Ward") == []
    found = ask_all(**{**same, "headship_years": 5, "outside_experience": "A museum"})
    assert sorted(change.field for change in found) == ["headship_years", "outside_experience"]


def test_nobody_asks_for_another_and_a_stranger_confirms_nothing(place):
    with pytest.raises(PermissionDenied):
        actions.ask_for_change(partner=place.partner, field="kind", payload={}, by=place.manager, at=AT)
    change = ask(place, "headship_years", value=5)
    for other in (place.sip, people.member(Role.MANAGER, at=people.authority("Barford"))):
        with pytest.raises(PermissionDenied):
            confirm(change, other)
    people.membership(Role.ADMINISTRATOR, of=place.sip, at=place.authority)
    with pytest.raises(PermissionDenied):
        confirm(change, place.sip)
    assert not FactChange.objects.get().outcome
    rows = selectors.owed_of_record(partition=place.authority.code, on=NOV)
    assert "robin@example.org" not in {row.owner.email for row in rows}


def test_a_sip_whom_nobody_engages_asks_too_and_national_staff_confirm():
    sip = people.user("Lone Sip")
    partner = make_partner("Lone Sip", user=sip)
    change = actions.ask_for_change(partner=partner, field="headship_years", payload={"value": 3}, by=sip, at=AT)
    assert change.due_on == date(2009, 11, 23)
    confirm(change, people.member(Role.PROGRAMME))
    assert Partner.objects.get(pk=partner.pk).headship_years == 3


def test_what_waits_is_owed_by_the_office_and_the_manager_and_the_sip_waits_for_it(place):
    ask(place, "headship_years", value=5)
    rows = [row for row in selectors.owed_of_record(partition=place.authority.code, on=NOV) if row.rule == "DL-77"]
    assert {row.owner.email for row in rows} == {place.office.email, place.manager.email}
    assert {row.waiting[0].email for row in rows} == {"robin@example.org"}


def test_d_7_what_one_authority_changes_the_others_see_on_the_record(place, as_role, clock_at):
    clock_at("2009-11-16 10:00")
    other = people.authority("Barford")
    engage(place.partner, other)
    confirm(ask(place, "headship_years", value=5), place.manager)
    page = as_role(Role.ADMINISTRATOR, at=other).get(f"/partners/{place.partner.reference}/record/").content.decode()
    assert "Change asked for confirmed" in page
    assert place.manager.full_name in page


# ------------------------------------------------------------------------------------------------------ confirmations


def night(place, on):
    return record_jobs.ask_for_confirmations(partition=place.authority.code, on=on, at=moment(on))


def owed(place, on):
    rows = selectors.owed_of_record(partition=place.authority.code, on=on)
    return {(row.rule, row.owner.email, row.due_on.isoformat(), row.state.value, row.stage) for row in rows}


def test_reg_18_at_the_start_of_each_term_a_sip_is_asked_once_and_reminded(place):
    assert night(place, SEP).failures == []
    night(place, SEP)
    night(place, date(2009, 9, 2))
    assert sorted(Confirmation.objects.values_list("kind", "for_on")) == [("details", SEP), ("interests", SEP)]
    assert owed(place, SEP) == {
        ("DL-69", "robin@example.org", "2009-09-15", "upcoming", "asked"),
        ("DL-75", "robin@example.org", "2009-09-15", "upcoming", "asked"),
    }
    assert {row[4] for row in owed(place, date(2009, 9, 12))} == {"3d"}
    late = selectors.owed_of_record(partition=place.authority.code, on=date(2009, 9, 16))
    assert {(row.rule, row.escalate_to[0].email) for row in late} == {
        ("DL-69", place.office.email), ("DL-75", place.manager.email),
    }  # fmt: skip


def test_reg_18_confirmed_it_is_met_for_every_authority_until_the_next_term(place):
    other = people.authority("Barford")
    engage(place.partner, other)
    night(place, SEP)
    record_jobs.ask_for_confirmations(partition=other.code, on=SEP, at=moment(SEP))
    actions.confirm_details(partner=place.partner, by=place.sip, at=AT)
    assert Confirmation.objects.filter(kind="details", met_on=NOV).count() == 2
    assert {row[0] for row in owed(place, NOV)} == {"DL-75"}
    night(place, date(2010, 1, 1))
    assert Confirmation.objects.filter(kind="details", met_on=None, for_on=date(2010, 1, 1)).count() == 1


def test_reg_18_who_confirmed_unasked_is_not_asked_again_that_term(place):
    actions.confirm_details(partner=place.partner, by=place.manager, at=AT)
    night(place, NOV)
    assert not Confirmation.objects.filter(kind="details", authority=place.authority).exists()


def test_reg_18_terms_are_those_that_the_authority_entered(place):
    schools.make_calendar(place.authority)
    first = selectors.term_start(place.authority, NOV)
    assert first > SEP
    assert selectors.term_start(place.authority, SEP) is None
    night(place, SEP)
    assert not Confirmation.objects.filter(kind="details").exists()
    assert Confirmation.objects.filter(kind="interests").exists()


def test_an_unmet_term_gives_way_to_the_next_and_who_is_engaged_no_more_owes_nothing(place):
    night(place, SEP)
    night(place, date(2010, 1, 1))
    assert sum(row[0] == "DL-69" for row in owed(place, date(2010, 1, 4))) == 1
    place.partner.engagements.update(ends_on=date(2010, 1, 4))
    assert owed(place, date(2010, 1, 5)) == set()


def test_reg_8_an_authority_whose_policy_wants_it_asks_for_a_skills_audit_yearly(place):
    people.policy(place.authority, "alpsit", starts_on=LONG_AGO)
    night(place, NOV)
    night(place, date(2009, 11, 17))
    assert Confirmation.objects.get(kind="skills").due_on == date(2009, 11, 30)
    audit = actions.save_skills_audit(
        partner=place.partner, strengths=" Mathematics ", gaps="Early years", expertise="", by=place.sip, at=AT
    )
    assert (audit.strengths, audit.made_on, str(audit)) == ("Mathematics", NOV, f"{place.partner.pk} on 2009-11-16")
    assert Confirmation.objects.get(kind="skills").met_on == NOV
    night(place, date(2010, 10, 18))
    assert Confirmation.objects.filter(kind="skills").count() == 1
    night(place, date(2010, 10, 19))
    assert Confirmation.objects.get(kind="skills", met_on=None).due_on == date(2010, 11, 16)
    assert ("DL-47", "robin@example.org", "2010-11-16", "upcoming", "asked") in owed(place, date(2010, 10, 19))


def test_reg_8_other_authorities_do_not_ask(place):
    night(place, NOV)
    assert not Confirmation.objects.filter(kind="skills").exists()
    with pytest.raises(MoveRefused):
        actions.save_skills_audit(partner=place.partner, strengths="All", gaps=" ", by=place.sip, at=AT)
    with pytest.raises(PermissionDenied):
        actions.save_skills_audit(partner=place.partner, strengths="All", gaps="None", by=people.user(), at=AT)
    assert not place.partner.skills_audits.exists()


def test_the_night_goes_on_where_one_sip_fails_and_a_rehearsal_writes_nothing(place, monkeypatch):
    record_jobs.ask_for_confirmations(partition=place.authority.code, on=NOV, at=AT, dry_run=True)
    assert not Confirmation.objects.exists()
    monkeypatch.setattr(record_jobs, "ask_to_confirm", lambda **_: 1 / 0)
    assert len(night(place, NOV).failures) == 2
    assert record_jobs.ask_for_confirmations(partition="national", on=NOV, at=AT).failures == []
    assert record_jobs.ask_for_confirmations(partition=people.authority().code, on=NOV, at=AT).failures == []
    assert selectors.owed_of_record(partition="none", on=NOV) == []


def test_two_hosts_at_once_ask_once(place):
    key = {"partner": place.partner, "authority": place.authority, "kind": "details", "for_on": SEP, "due_on": NOV, "at": AT}
    assert str(actions.ask_to_confirm(**key)) == f"details of {place.partner.pk} for 2009-09-01"
    assert actions.ask_to_confirm(**key) is None
