"""Checks: handed in by the SIP, verified by the manager, on the checklist of a deployment (PRE-1 to PRE-13)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.access import viewer_for
from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions, selectors
from partners.checks import CheckState
from partners.deployment_rules import CHECK_WORDS, findings
from partners.models import Check, CheckKind, CheckStatus, DeploymentStatus, PartnerFile
from partners.views.deployment.checklist import checklist
from partners.workflow import CHECK_WORKFLOW
from schools.tests.factories import make_school
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate

from ..factories import complete_checks, contract, engage, make_deployment, make_partner, moment
from .factories import Sides

pytestmark = pytest.mark.django_db
SEP, NOV = date(2009, 9, 1), date(2009, 11, 16)  # Tuesday, Monday
AT = moment(NOV)


def paper(text: bytes = b"Insured to August.", name: str = "policy.txt"):
    return actions.prepare_file(name=name, content=text, at=AT)


def hand_in(sides, kind="PRE-5", **given) -> Check:
    given = {"checked_on": SEP, "prepared": paper(), **given}
    return actions.hand_in_check(engagement=sides.engagement, kind=kind, by=sides.sip, at=AT, **given)


def state_of(sides, kind: str, on=NOV) -> CheckState:
    return next(item.state for item in selectors.checklists([sides.engagement], on)[sides.engagement.pk] if item.kind == kind)


# ----------------------------------------------------------------------------------------------- handed in, verified


def test_pre_5_evidence_is_received_until_the_manager_verifies_it(sides):
    assert state_of(sides, "PRE-5") is CheckState.NEEDED
    check = hand_in(sides, expires_on=date(2010, 8, 31), source="own", insurer=" Invented Mutual ")
    assert (check.status, check.checked_by, check.source, check.insurer) == ("received", None, "own", "Invented Mutual")
    assert state_of(sides, "PRE-5") is CheckState.RECEIVED
    assert PartnerFile.objects.get().about == f"check:{check.pk}"
    actions.verify_check(check=check, by=sides.manager, at=AT, expires_on=date(2010, 7, 31))
    check.refresh_from_db()
    assert (check.status, check.checked_by, check.decided_on, check.expires_on) == (
        "verified", sides.manager, NOV, date(2010, 7, 31),
    )  # fmt: skip
    assert state_of(sides, "PRE-5") is CheckState.VERIFIED
    assert state_of(sides, "PRE-5", date(2010, 8, 1)) is CheckState.EXPIRED
    assert [row.what for row in AuditEvent.objects.order_by("pk")] == ["check.hand_in", "file.keep", "check.verify"]


def test_evidence_that_does_not_do_is_returned_with_the_reason(sides):
    check = hand_in(sides)
    with pytest.raises(MoveRefused, match="Enter a reason"):
        actions.return_check(check=check, reason=".", by=sides.manager, at=AT)
    actions.return_check(check=check, reason="The page with the dates is missing", by=sides.manager, at=AT)
    check.refresh_from_db()
    assert (check.status, check.return_reason) == ("returned", "The page with the dates is missing")
    item = next(one for one in selectors.checklists([sides.engagement], NOV)[sides.engagement.pk] if one.kind == "PRE-5")
    assert (item.state, item.returned) == (CheckState.NEEDED, check)
    assert list(OutgoingEmail.objects.values_list("kind", "to")) == [("check_returned", sides.partner.email)]
    again = hand_in(sides, prepared=paper(b"All pages."))
    item = next(one for one in selectors.checklists([sides.engagement], NOV)[sides.engagement.pk] if one.kind == "PRE-5")
    assert (item.waiting, item.returned) == (again, None)


def test_pre_8_the_duty_of_confidentiality_is_accepted_on_line(sides):
    with pytest.raises(MoveRefused, match="Select a file"):
        hand_in(sides, kind="PRE-8", prepared=None)
    check = hand_in(sides, kind="PRE-8", prepared=None, accepts=True)
    assert check.evidence == "Accepted on line by the SIP"
    assert hand_in(sides, kind="PRE-9", evidence="Two letters").evidence == "Two letters"


def test_a_check_other_than_confidentiality_needs_its_file(sides):
    with pytest.raises(MoveRefused, match="Select a file"):
        hand_in(sides, prepared=None, accepts=True)
    assert not Check.objects.exists()


def test_one_hand_in_waits_at_a_time_and_more_files_join_it(sides):
    check = hand_in(sides)
    with pytest.raises(MoveRefused, match="still to be looked at"):
        hand_in(sides, prepared=paper(b"Another."))
    actions.add_evidence(check=check, prepared=paper(b"Page two."), by=sides.sip, at=AT, says="Page two")
    assert PartnerFile.objects.filter(about=f"check:{check.pk}").count() == 2
    actions.verify_check(check=check, by=sides.manager, at=AT)
    with pytest.raises(OutOfDate):
        actions.add_evidence(check=check, prepared=paper(b"Page three."), by=sides.sip, at=AT)
    assert PartnerFile.objects.count() == 2


@pytest.mark.parametrize("days", [{"checked_on": date(2009, 11, 17)}, {"checked_on": NOV, "expires_on": SEP}])
def test_impossible_days_are_refused(sides, days):
    with pytest.raises(MoveRefused):
        hand_in(sides, **days)
    assert not Check.objects.exists()


def test_nothing_is_handed_in_to_an_engagement_that_has_ended(sides):
    actions.end_engagement(engagement=sides.engagement, on=SEP, by=sides.administrator, at=AT)
    with pytest.raises((MoveRefused, PermissionDenied)):
        hand_in(sides)
    assert not Check.objects.exists()


def test_an_administrator_records_and_a_manager_verifies(sides):
    """What the office records is received until somebody who may verify it has; the manager's own record counts at once."""
    recorded = {"engagement": sides.engagement, "checked_on": SEP, "at": AT}
    by_office = actions.record_check(kind="PRE-2", by=sides.administrator, prepared=paper(), **recorded)
    by_manager = actions.record_check(kind="PRE-9", by=sides.manager, **recorded)
    assert (by_office.status, by_office.checked_by) == ("received", None)
    assert (by_manager.status, by_manager.checked_by, by_manager.decided_on) == ("verified", sides.manager, NOV)
    people.membership(Role.MANAGER, at=sides.authority, of=sides.administrator)
    with pytest.raises(MoveRefused, match="Somebody else verifies"):
        actions.verify_check(check=by_office, by=sides.administrator, at=AT)
    actions.verify_check(check=by_office, by=sides.manager, at=AT, checked_on=date(2009, 8, 3))
    assert Check.objects.get(pk=by_office.pk).checked_on == date(2009, 8, 3)


def test_nobody_verifies_their_own_check(sides):
    people.membership(Role.MANAGER, at=sides.authority, of=sides.sip)
    check = hand_in(sides)
    for act in (actions.verify_check, actions.return_check):
        more = {"reason": "It does not do"} if act is actions.return_check else {}
        with pytest.raises(PermissionDenied):
            act(check=check, by=sides.sip, at=AT, **more)
    assert Check.objects.get().status == CheckStatus.RECEIVED


def persons(sides) -> dict:
    return {
        "sip": sides.sip, "manager": sides.manager, "administrator": sides.administrator,
        "senior adviser": people.member(Role.SENIOR_ADVISER, at=sides.authority), "foreign manager": people.member(Role.MANAGER),
        "other sip": _other_sip(sides), "programme": people.member(Role.PROGRAMME),
    }  # fmt: skip


def _other_sip(sides):
    user = people.user("Another")
    engage(make_partner(user=user), sides.authority)
    return user


@pytest.mark.parametrize("status", CheckStatus.values)
def test_every_state_by_every_person_and_move_of_a_check(sides, status):
    check = hand_in(sides)
    if status == CheckStatus.VERIFIED:
        actions.verify_check(check=check, by=sides.manager, at=AT)
    if status == CheckStatus.RETURNED:
        actions.return_check(check=check, reason="It does not do", by=sides.manager, at=AT)
    before = Check.objects.values().get()
    for who, person in persons(sides).items():
        for row in CHECK_WORKFLOW:
            if who == "manager" and status in row.from_:
                continue
            fresh = Check.objects.select_related("engagement__partner").get()
            with pytest.raises((PermissionDenied, OutOfDate)):
                if row.name == "verify":
                    actions.verify_check(check=fresh, by=person, at=AT)
                else:
                    actions.return_check(check=fresh, reason="It does not do", by=person, at=AT)
            assert Check.objects.values().get() == before, (who, row.name)


def test_a_check_struck_out_is_not_verified(sides):
    check = hand_in(sides)
    actions.void_check(check=check, by=sides.administrator, at=AT)
    with pytest.raises(OutOfDate):
        actions.verify_check(check=Check.objects.get(), by=sides.manager, at=AT)
    assert state_of(sides, "PRE-5") is CheckState.NEEDED
    with pytest.raises(OutOfDate):
        actions.void_check(check=check, by=sides.administrator, at=AT)


# ----------------------------------------------------------------------------------------------------- the checklist


def test_the_policy_says_which_checks_are_needed_and_what_they_are_called(db):
    """POL-44, POL-26: a school trust asks for training, calls the check DBS; a consultant has no governors to ask."""
    sides = Sides(people.trust(), preset="alpsit")
    items = {item.kind: item for item in selectors.checklists([sides.engagement], NOV)[sides.engagement.pk]}
    needed = {kind for kind, item in items.items() if item.state is CheckState.NEEDED}
    assert needed == {"PRE-2", "PRE-5", "PRE-8", "PRE-12"}
    assert items["PRE-2"].name == "Criminal record check (DBS)"


def test_pre_2_grows_too_old_where_the_policy_says_so(db):
    """POL-40: three years in Kent's way of working, never in the national one."""
    kent, national = Sides(people.authority(), preset="kent"), Sides(people.authority())
    for sides in (kent, national):
        actions.record_check(engagement=sides.engagement, kind="PRE-2", checked_on=date(2006, 10, 1), by=sides.manager, at=AT)
    assert (state_of(kent, "PRE-2"), state_of(national, "PRE-2")) == (CheckState.EXPIRED, CheckState.VERIFIED)


def test_checklists_cost_the_same_for_one_and_for_many(sides, django_assert_num_queries):
    others = [engage(make_partner(), sides.authority) for _ in range(5)]
    for engagement in others:
        complete_checks(engagement)
    for engagements in ([sides.engagement], [sides.engagement, *others]):
        with django_assert_num_queries(3):
            selectors.checklists(engagements, NOV)


PAPERS = [kind for kind in CheckKind.values if kind not in {"PRE-3", "PRE-4", "PRE-10", "PRE-12"}]


@pytest.mark.parametrize("missing", PAPERS)
def test_pre_2_to_pre_9_received_evidence_does_not_confirm_a_deployment_and_verified_evidence_does(sides, missing):
    """One table of rules: what the checklist calls needed or received is what confirming is refused for."""
    contract(sides.engagement, sides.school)
    complete_checks(sides.engagement, kinds=[kind for kind in CheckKind.values if kind != missing])
    more = {"by": sides.manager, "at": AT}
    deployment = actions.propose_deployment(school=sides.school, partner=sides.partner, starts_on=date(2010, 1, 4), **more)
    actions.agree_deployment(deployment=deployment, **more)
    check = hand_in(sides, kind=missing)
    viewer = viewer_for(sides.manager, on=NOV)
    shown = {row.key: row.value.label for row in checklist(viewer, deployment, NOV)}
    name = selectors.name_of(missing, selectors.policy_of(deployment))
    assert shown[name] == "Received"
    with pytest.raises(MoveRefused):
        actions.confirm_deployment(deployment=deployment, **more)
    assert deployment.status == DeploymentStatus.AGREED
    actions.verify_check(check=check, by=sides.manager, at=AT)
    assert {row.value.label for row in checklist(viewer, deployment, NOV)} <= {"Verified", "Met"}
    actions.confirm_deployment(deployment=deployment, **more)
    assert deployment.status == DeploymentStatus.CONFIRMED


def test_pre_1_6_7_and_11_stand_on_the_checklist_too(sides):
    more = {"by": sides.manager, "at": AT}
    deployment = actions.propose_deployment(school=sides.school, partner=sides.partner, starts_on=date(2010, 1, 4), **more)
    rows = {row.key: row for row in checklist(viewer_for(sides.manager, on=NOV), deployment, NOV)}
    assert rows["Accreditation for the school's sector"].value.label == "Met"
    assert rows["Contract for the school"].value.label == "Needed"
    assert rows["Willing to work there"].value.label == "Met"
    assert rows["No link with the school"].value.label == "Met"
    assert all(row.links for row in rows.values())
    assert "/engagements/" in rows["Professional indemnity"].links[0].url


def test_pre_3_and_pre_4_are_asked_of_serving_heads_alone(db):
    """PRE-3, PRE-4: a consultant has no governors and no school of their own."""
    from partners.models import PartnerKind

    sides = Sides(people.authority())
    assert state_of(sides, "PRE-3") is CheckState.NOT_NEEDED
    PartnerKind.objects.filter(partner=sides.partner).update(kind="serving_head")
    assert {kind: state_of(sides, kind) for kind in ("PRE-3", "PRE-4")} == dict.fromkeys(("PRE-3", "PRE-4"), CheckState.NEEDED)
    assert state_of(sides, "PRE-10") is CheckState.NOT_NEEDED
    assert set(CHECK_WORDS) == set(CheckKind.values)


def test_pre_13_an_expired_check_flags_the_deployment_and_does_not_end_it(sides):
    deployment = make_deployment(sides.partner, sides.school, sides.authority, starts_on=SEP)
    Check.objects.filter(kind="PRE-5").update(expires_on=date(2009, 11, 15))
    assert selectors.checks_run_out([deployment], date(2009, 11, 15)) == {}
    assert selectors.checks_run_out([deployment], NOV) == {deployment.pk: [("professional indemnity", date(2009, 11, 15))]}
    kinds = {row["kind"] for row in selectors.problems(authority=sides.authority, on=NOV)}
    assert "check_run_out" in kinds
    deployment.refresh_from_db()
    assert (deployment.status, deployment.ends_on) == (DeploymentStatus.ACTIVE, None)
    rows = {row.key: row.value.label for row in checklist(viewer_for(sides.manager, on=NOV), deployment, NOV)}
    assert rows["Professional indemnity"] == "Expired"


def test_a_verified_check_of_the_wrong_day_does_not_hold_on_the_checklist(sides):
    complete_checks(sides.engagement)
    Check.objects.filter(kind="PRE-2").update(checked_on=date(2009, 11, 16))
    actions.propose_deployment(
        school=sides.school, partner=sides.partner, starts_on=date(2009, 11, 10), by=sides.manager, at=AT
    )
    deployment = sides.partner.deployments.get()
    assert any(row.id == "PRE-2" for row in findings(selectors.case_of(deployment, on=NOV)))
    rows = {row.key: row.value.label for row in checklist(viewer_for(sides.manager, on=NOV), deployment, NOV)}
    assert rows["Criminal record check (CRB)"] in {"Does not hold", "Verified"}


def test_flags_cost_the_same_for_one_and_for_many(sides, django_assert_num_queries):
    rows = [
        make_deployment(sides.partner, make_school(authority=sides.authority), sides.authority, starts_on=SEP)
        for _ in range(3)
    ]
    for deployments in (rows[:1], rows):
        with django_assert_num_queries(4):
            selectors.checks_run_out(deployments, NOV)


def test_a_head_sees_no_checklist(sides):
    deployment = make_deployment(sides.partner, sides.school, sides.authority, starts_on=SEP)
    assert checklist(viewer_for(people.member(Role.SENIOR_ADVISER, at=sides.authority), on=NOV), deployment, NOV) == []
