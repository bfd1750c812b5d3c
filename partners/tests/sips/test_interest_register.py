"""The register of interests over the database: what a declaration touches, sets off, and asks to be decided (REG-10, PRE-11)."""

from dataclasses import dataclass
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Authority, AuthorityKind
from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions, selectors
from partners.jobs import remaining as night_jobs
from partners.models import Confirmation, Deployment, DeploymentFlag, Headship, Interest, Partner
from partners.tests.factories import LONG_AGO, engage, make_deployment, make_partner, moment
from schools.models import School, SchoolService
from schools.selectors import served_on
from schools.tests import factories as schools
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate

pytestmark = pytest.mark.django_db

SEP, NOV = date(2009, 9, 1), date(2009, 11, 16)  # Tuesday, Monday
AT = moment(NOV)


@dataclass
class Place:
    authority: Authority
    school: School
    partner: Partner
    sip: object
    manager: object


@pytest.fixture
def place():
    authority = people.authority("Ashby")
    school = schools.make_school(authority=authority, name="Hill Road Primary School")
    sip = people.user("Robin Ward", email="robin@example.org")
    partner = make_partner(
        "Robin Ward", sectors={"primary": date(2008, 9, 1)}, authorities=[authority], user=sip, email="robin@example.org"
    )
    engage(partner, authority)
    return Place(authority, school, partner, sip, people.member(Role.MANAGER, at=authority))


def case(place, on=NOV, starts_on=NOV):
    return selectors.deployment_case(partner=place.partner, school=place.school, starts_on=starts_on, on=on)


def because(place, **more):
    from partners.deployment_rules import findings

    return {row.id: (row.because, row.weight.value) for row in findings(case(place, **more))}


def declare(place, kind="school", by=None, **more):
    return actions.declare_interest(
        partner=place.partner, kind=kind, says=more.pop("says", "Governor there"), by=by or place.sip, at=AT, **more
    )


def everything():
    return Interest.objects.count(), DeploymentFlag.objects.count(), AuditEvent.objects.count(), OutgoingEmail.objects.count()


# ------------------------------------------------------------------------------------------------------- declaring


def test_reg_10_a_sip_declares_by_school_or_by_name_and_the_event_is_on_record(place):
    by_school = declare(place, school=place.school)
    by_name = declare(place, "employer", named="  Invented   Education Ltd ", says=" Adviser ", ends_on=SEP)
    assert (by_school.search_name, by_school.with_whom) == ("", "Hill Road Primary School")
    assert (by_name.named, by_name.search_name, by_name.says) == ("Invented Education Ltd", "invented education", "Adviser")
    assert [line.what for line in AuditEvent.objects.order_by("pk")] == ["partner.interest", "partner.interest"]
    assert str(by_name) == f"{place.partner.pk} and Invented Education Ltd"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"says": " ", "named": "Invented Ltd"}, "Enter what the interest is."),
        ({"named": " .. "}, "Enter with which school, trust, employer or company."),
        (
            {"named": "Invented", "starts_on": NOV, "ends_on": SEP},
            "The last day must be on or after the first, 16 November 2009.",
        ),
    ],
)
def test_an_interest_that_says_nothing_is_refused_and_nothing_changes(place, more, says):
    before = everything()
    with pytest.raises(MoveRefused) as refused:
        declare(place, "other", **more)
    assert refused.value.reasons == [says]
    assert everything() == before


def test_a_stranger_declares_nothing(place):
    for other in (people.member(Role.MANAGER, at=people.authority("Barford")), people.member(Role.PROGRAMME)):
        with pytest.raises(PermissionDenied):
            declare(place, by=other, school=place.school)
    assert not Interest.objects.exists()


# ------------------------------------------------------------------------------------------------- what it stands for


def test_pre_11_the_reason_names_the_interest(place):
    declare(place, "family", named="the HILL ROAD primary school", says="My husband teaches there")
    assert because(place)["PRE-11"] == (
        "A conflict with Hill Road Primary School is declared: My husband teaches there.", "must",
    )  # fmt: skip


def test_pre_11_a_name_spelt_differently_is_a_possible_match_and_wants_a_reason(place):
    declare(place, "employer", named="Hilroad Primary School", says="Bursar there")
    found = because(place)
    assert "PRE-11" not in found
    says, weight = found["PRE-11-possible"]
    assert weight == "should"
    assert "which may be Hill Road Primary School. Say whether it is." in says
    with pytest.raises(MoveRefused, match="Enter a reason"):
        actions.propose_deployment(school=place.school, partner=place.partner, starts_on=NOV, by=place.manager, at=AT)
    deployment = actions.propose_deployment(
        school=place.school, partner=place.partner, starts_on=NOV, by=place.manager, at=AT,
        reasons={"PRE-11-possible": "Another school of that name, in Kent"},
    )  # fmt: skip
    assert deployment.reasons == {"PRE-11-possible": "Another school of that name, in Kent"}


def test_pre_11_conflict_with_the_trust_that_serves_the_school(place):
    trust = people.authority("St Aldhelm’s Schools Trust", kind=AuthorityKind.TRUST)
    SchoolService.objects.filter(school=place.school).update(ends_on=date(2009, 8, 31))
    SchoolService.objects.create(school=place.school, authority=trust, source="agreement", starts_on=SEP)
    assert place.school in served_on(trust.pk, NOV)
    declare(place, "trust", named="St Aldhelms Schools Trust", says="Member of its board")
    assert because(place)["PRE-11"][0] == (
        "A conflict with St Aldhelm’s Schools Trust, the trust of Hill Road Primary School, is declared: Member of its board."
    )


def test_pre_11_conflict_with_the_diocese_of_the_school(place):
    School.objects.filter(pk=place.school.pk).update(diocese=people.diocese("Diocese of Aldminster"))
    place.school.refresh_from_db()
    declare(place, "employer", named="diocese of aldminster", says="Adviser")
    assert "the diocese of Hill Road Primary School, is declared: Adviser." in because(place)["PRE-11"][0]


def test_pre_11_being_employed_by_the_authority_is_no_conflict(place):
    declare(place, "employer", named="Ashby", says="Officer")
    assert "PRE-11" not in because(place)


def test_pre_11_a_head_of_before_counts_for_three_years_whether_declared_or_not(place):
    Headship.objects.create(partner=place.partner, sector="primary", school=place.school, ends_on=date(2006, 11, 17))
    assert "Headteacher there (until 17 November 2006)" in because(place)["PRE-11"][0]
    assert place.partner not in could(place, NOV)
    assert "PRE-11" not in because(place, starts_on=date(2009, 11, 17))
    assert place.partner in could(place, date(2009, 11, 17))


def could(place, starts_on):
    found = selectors.place_of(place.school, starts_on=starts_on, on=NOV)
    return selectors.could_take(found, starts_on=starts_on, on=NOV)


def test_pre_11_the_length_is_a_setting(place):
    people.policy(place.authority, "national", starts_on=LONG_AGO, **{"POL-50": 12})
    declare(place, "employer", named="Hill Road Primary School", ends_on=date(2008, 11, 17))
    assert "PRE-11" in because(place)
    assert "PRE-11" not in because(place, starts_on=date(2009, 11, 17))


def test_pre_11_who_could_take_the_school_leaves_out_an_interest_by_name_and_keeps_a_possible_one(place):
    interest = declare(place, "company", named="HILL ROAD PRIMARY SCHOOL")
    assert place.partner not in could(place, NOV)
    Interest.objects.filter(pk=interest.pk).update(named="Hilroad Primary School", search_name="hilroad primary school")
    assert place.partner in could(place, NOV)


def test_pre_11_the_same_person_under_two_records_is_asked_about(place):
    other = make_partner("ROBIN WARD", reference="P900777")
    Interest.objects.create(partner=other, school=place.school, says="Governor there", declared_at=AT)
    says, weight = because(place)["PRE-11-possible"]
    assert weight == "should"
    assert "Another SIP of the same name, P900777" in says


def test_reg_1_who_has_withdrawn_takes_no_school(place):
    actions.stand_down(partner=place.partner, kind="withdrawn", starts_on=NOV, reason="Moved away", by=place.manager, at=AT)
    assert because(place)["REG-1"] == ("Robin Ward has withdrawn from 16 November 2009.", "must")
    assert "REG-1" not in because(place, starts_on=date(2009, 11, 15))
    assert place.partner not in could(place, NOV)
    assert place.partner in could(place, date(2009, 11, 15))


# ------------------------------------------------------------------------------------------------ a late declaration


def test_pre_11_a_conflict_declared_after_allocation_flags_the_deployment_and_tells_the_manager(place):
    deployment = make_deployment(place.partner, place.school, starts_on=SEP)
    OutgoingEmail.objects.all().delete()
    declare(place, school=place.school)
    flag = DeploymentFlag.objects.get()
    assert (flag.deployment, flag.is_possible, flag.due_on) == (deployment, False, date(2009, 11, 23))
    (mail,) = OutgoingEmail.objects.all()
    assert mail.to == place.manager.email
    assert f"/deployments/flags/{flag.pk}/" in mail.body
    assert "Governor" not in mail.body + mail.subject
    assert "Robin" not in mail.body + mail.subject
    (due,) = [row for row in selectors.owed_of_record(partition=place.authority.code, on=NOV) if row.rule == "DL-76"]
    assert (due.owner.email, due.url, due.due_on) == (place.manager.email, f"/deployments/flags/{flag.pk}/", flag.due_on)
    assert str(flag) == f"PRE-11 at {deployment.pk}"


def test_pre_11_a_name_that_may_be_the_school_flags_it_as_possible(place):
    make_deployment(place.partner, place.school, starts_on=SEP)
    declare(place, "family", named="Hilroad Primary School", says="My wife")
    assert DeploymentFlag.objects.get().is_possible


def test_what_has_ended_is_elsewhere_or_ends_before_the_interest_begins_is_not_flagged(place):
    make_deployment(place.partner, place.school, starts_on=SEP, ends_on=date(2009, 10, 31))
    second = schools.make_school(authority=place.authority)
    make_deployment(place.partner, second, starts_on=SEP, ends_on=date(2009, 12, 31))
    declare(place, school=place.school)
    declare(place, school=second, starts_on=date(2010, 1, 1))
    assert not DeploymentFlag.objects.exists()
    declare(place, school=second, starts_on=date(2009, 12, 31))
    assert DeploymentFlag.objects.get().deployment.school == second


@pytest.fixture
def flag(place):
    make_deployment(place.partner, place.school, starts_on=SEP)
    declare(place, school=place.school)
    return DeploymentFlag.objects.get()


def decide(flag, by, outcome="kept", reason="She left the board in July", **more):
    actions.decide_flag(flag=flag, outcome=outcome, reason=reason, by=by, at=AT, **more)


def test_pre_11_a_certain_link_cannot_be_kept_by_anybody_whatever_the_reason(place, flag):
    before = everything()
    with pytest.raises(MoveRefused, match="PRE-11 cannot be set aside"):
        decide(flag, place.manager)
    flag.refresh_from_db()
    assert (flag.decided_at, Deployment.objects.get().reasons, everything()) == (None, {}, before)


def test_pre_11_kept_with_a_reason_it_is_off_the_list_and_stays_on_record(place):
    make_deployment(place.partner, place.school, starts_on=SEP)
    declare(place, "family", named="Hilroad Primary School", says="My wife")
    flag = DeploymentFlag.objects.get()
    decide(flag, place.manager)
    flag.refresh_from_db()
    assert (flag.outcome, flag.reason, flag.decided_by) == ("kept", "She left the board in July", place.manager)
    assert Deployment.objects.get().reasons == {"PRE-11-possible": "She left the board in July"}
    assert not any(row.rule == "DL-76" for row in selectors.owed_of_record(partition=place.authority.code, on=NOV))
    assert AuditEvent.objects.filter(what="interest.kept", school_id=None).count() == 1
    assert Deployment.objects.get().status == "active"
    with pytest.raises(OutOfDate):
        decide(DeploymentFlag.objects.get(), place.manager, outcome="ended", on=NOV)


def test_pre_11_ended_the_deployment_gets_its_last_day(place, flag):
    decide(flag, place.manager, outcome="ended", on=date(2009, 11, 20))
    assert Deployment.objects.get().ends_on == date(2009, 11, 20)


def test_pre_11_a_proposal_is_withdrawn_instead(place):
    actions.propose_deployment(school=place.school, partner=place.partner, starts_on=date(2010, 1, 4), by=place.manager, at=AT)
    declare(place, school=place.school)
    decide(DeploymentFlag.objects.get(), place.manager, outcome="ended")
    assert Deployment.objects.get().status == "withdrawn"
    assert not any(row.rule == "DL-76" for row in selectors.owed_of_record(partition=place.authority.code, on=NOV))


@pytest.mark.parametrize(
    ("more", "error"),
    [({"reason": "."}, MoveRefused), ({"outcome": "ended"}, MoveRefused), ({"by": "administrator"}, PermissionDenied)],
)
def test_a_decision_without_reason_day_or_right_changes_nothing(place, flag, more, error):
    by = people.member(Role.ADMINISTRATOR, at=place.authority) if more.pop("by", "") else place.manager
    before = everything()
    with pytest.raises(error):
        decide(flag, by, **more)
    flag.refresh_from_db()
    assert (flag.decided_at, Deployment.objects.get().ends_on, everything()) == (None, None, before)


def test_d_6_nobody_decides_on_their_own_interest(place, flag):
    people.membership(Role.MANAGER, of=place.sip, at=place.authority)
    with pytest.raises(PermissionDenied):
        decide(flag, place.sip)


# ----------------------------------------------------------------------------------------------- ending, confirming


def test_reg_10_an_interest_is_ended_by_the_authority_and_not_by_the_sip(place):
    interest = declare(place, school=place.school, starts_on=SEP)
    with pytest.raises(PermissionDenied):
        actions.end_interest(interest=interest, on=NOV, by=place.sip, at=AT)
    with pytest.raises(MoveRefused):
        actions.end_interest(interest=interest, on=date(2009, 8, 31), by=place.manager, at=AT)
    stale = Interest.objects.get()
    actions.end_interest(interest=interest, on=NOV, by=place.manager, at=AT)
    assert Interest.objects.get().ends_on == NOV
    with pytest.raises(OutOfDate):
        actions.end_interest(interest=stale, on=NOV, by=place.manager, at=AT)


def test_reg_10_nothing_to_declare_and_a_complete_list_are_two_words(place):
    with pytest.raises(MoveRefused, match="No interest is on your register"):
        actions.confirm_interests(partner=place.partner, by=place.sip, at=AT)
    actions.confirm_interests(partner=place.partner, is_nothing=True, by=place.sip, at=AT)
    assert Confirmation.objects.get().is_nothing_to_declare
    declare(place, school=place.school)
    with pytest.raises(MoveRefused, match="Interests are on your register"):
        actions.confirm_interests(partner=place.partner, is_nothing=True, by=place.sip, at=AT)
    actions.confirm_interests(partner=place.partner, by=place.sip, at=AT)
    assert Confirmation.objects.filter(is_nothing_to_declare=False).count() == 1


def test_reg_10_nothing_to_declare_expires_on_1_september_and_then_a_deployment_wants_a_reason(place):
    actions.confirm_interests(partner=place.partner, is_nothing=True, by=place.sip, at=moment(date(2009, 8, 31)))
    assert "REG-10" not in because(place, on=date(2009, 8, 31))
    says, weight = because(place, on=SEP)["REG-10"]
    assert weight == "should"
    assert says == (
        "The register of interests of Robin Ward was last confirmed on 31 August 2009, and that ran out on 1 September 2009."
    )
    with pytest.raises(MoveRefused, match="Enter a reason: The register of interests"):
        actions.propose_deployment(school=place.school, partner=place.partner, starts_on=NOV, by=place.manager, at=AT)
    assert not Deployment.objects.exists()
    actions.confirm_interests(partner=place.partner, is_nothing=True, by=place.sip, at=AT)
    assert "REG-10" not in because(place)


def test_reg_10_a_register_that_was_asked_for_and_is_overdue_is_found_and_one_never_asked_for_is_not(place):
    assert "REG-10" not in because(place)
    Confirmation.objects.create(
        partner=place.partner, authority=place.authority, kind="interests", for_on=SEP, asked_on=SEP, due_on=date(2009, 9, 15)
    )
    assert "REG-10" not in because(place, on=date(2009, 9, 15))
    assert because(place, on=date(2009, 9, 16))["REG-10"][0].endswith(
        "has not been confirmed; that was due on 15 September 2009."
    )


@pytest.mark.parametrize("column", ["trust_name", "federation_name"])
def test_pre_11_conflict_with_the_trust_or_federation_of_the_national_register(place, column):
    School.objects.filter(pk=place.school.pk).update(**{column: "THE INVENTED LEARNING TRUST"})
    place.school.refresh_from_db()
    declare(place, "trust", named="Invented Learning Trust", says="Trustee")
    assert "THE INVENTED LEARNING TRUST, the" in because(place)["PRE-11"][0]
    assert place.partner not in could(place, NOV)


def test_pre_11_the_night_flags_what_nobody_was_told_of_once(place):
    """Declared before the deployment was loaded, or the school has joined a trust since."""
    interest = declare(place, "trust", named="Invented Learning Trust", says="Trustee")
    deployment = make_deployment(place.partner, place.school, starts_on=SEP)
    assert night(place).failures == []
    assert not DeploymentFlag.objects.exists()
    School.objects.filter(pk=place.school.pk).update(trust_name="Invented Learning Trust")
    night_jobs.recheck_deployments(partition=place.authority.code, on=NOV, at=AT, dry_run=True)
    assert not DeploymentFlag.objects.exists()
    OutgoingEmail.objects.all().delete()
    for _ in range(2):
        assert night(place).failures == []
    flag = DeploymentFlag.objects.get()
    assert (flag.interest, flag.deployment) == (interest, deployment)
    assert OutgoingEmail.objects.get().to == place.manager.email


def test_the_night_goes_on_where_one_deployment_fails(place, monkeypatch):
    declare(place, school=schools.make_school())
    make_deployment(place.partner, place.school, starts_on=SEP)
    monkeypatch.setattr(night_jobs, "compare", lambda _: 1 / 0)
    assert len(night(place).failures) == 1


def night(place):
    return night_jobs.recheck_deployments(partition=place.authority.code, on=NOV, at=AT)
