"""The one table of an accreditation's life (ACC-27): every state, person and move of it, read from the table."""

import itertools
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.permissions import MEMBERSHIP_ROLES, P, Role, reach_of
from accounts.tests import factories as people
from partners import actions
from partners.models import Application, ApplicationStatus, CaseStatus, Claim, ClaimStatus, RemovalCase
from partners.tests.accreditation.accrediting import MEMBERS, make_application, make_case, make_claim, make_lapsed, noon
from partners.tests.factories import engage, make_partner
from partners.workflow import ACCREDITATION_WORKFLOW, CREATES, STATE_WORDS, moves_from
from sipmanager.core.workflow import MoveRefused, mermaid

pytestmark = pytest.mark.django_db
STATES = {state for row in ACCREDITATION_WORKFLOW for state in (*row.from_, row.to)}
# Everybody whose role is held at a place; the SIP themself comes on top.
ROLES = sorted(MEMBERSHIP_ROLES - {Role.DIOCESE})


def test_acc_27_one_table_holds_every_state_and_each_has_a_word():
    assert set(STATE_WORDS) == STATES
    kept = {*ApplicationStatus.values, *ClaimStatus.values, *CaseStatus.values}
    assert kept <= STATES
    for path in (
        (
            "applied",
            "application_passed",
            "online_passed",
            "residential_passed",
            "dormant",
            "active",
            "dormant",
            "warned",
            "lapsed",
        ),
        ("lapsed", "claimed", "restored", "dormant"),
        ("lapsed", "applied"),
        ("active", "raised", "sip_told", "under_review", "hearing_called", "heard", "removed"),
        ("heard", "retained"),
        ("warned", "records_unverified", "lapsed"),
    ):
        for before, after in itertools.pairwise(path):
            assert any(before in row.from_ and row.to == after for row in ACCREDITATION_WORKFLOW), (before, after)


def test_acc_27_what_time_does_is_nobodys_move():
    for row in ACCREDITATION_WORKFLOW:
        assert (row.permission is None) == row.by_system, row.name
        assert row.source, row.name
    assert "dormant --> warned" in mermaid(ACCREDITATION_WORKFLOW)
    for state in STATES:
        assert not any(row.by_system or row.name in CREATES for row in moves_from(state))


@pytest.fixture
def place(db):
    region = people.region("Region of the tests")
    return people.authority("Ashby", region=region)


def member_of(role, place):
    return people.member(role, at=place.region if role == Role.COORDINATOR else place)


def by_right(permission):
    """Those without the right first, so that each meets the record as it was."""
    return sorted(ROLES, key=lambda role: reach_of(role, permission) is not None)


def outcome(record, play) -> str:
    """`moved`, `refused` or `denied`; whatever did not move is as it was."""
    before = type(record)._base_manager.filter(pk=record.pk).values().get()
    try:
        play()
        return "moved"
    except PermissionDenied:
        found = "denied"
    except MoveRefused:
        found = "refused"
    assert type(record)._base_manager.filter(pk=record.pk).values().get() == before
    return found


def closing(name):
    def play(record, by, at):
        actions.close_application(application=record, name=name, reason="Because", by=by, at=at)

    return play


def sitting(is_passed):
    return lambda record, by, at: sit(record, is_passed, by, at)


APPLICATION_PLAYS = {
    "accept": lambda record, by, at: actions.accept_application(application=record, on=record.applied_on, by=by, at=at),
    "turn_down": closing("turn_down"),
    "withdraw": closing("withdraw"),
    "pass": sitting(True),
    "fail": sitting(False),
}


def sit(record, is_passed, by, at):
    day = at.date()
    actions.record_sitting(application=record, is_passed=is_passed, taken_on=day, result_on=day, by=by, at=at)


@pytest.mark.parametrize("status", ApplicationStatus.values)
@pytest.mark.parametrize("name", list(APPLICATION_PLAYS))
def test_applications_every_person_state_and_move(place, status, name):

    at = noon(date(2009, 11, 16))
    partner = make_partner(sectors={}, authorities=[place])
    engage(partner, place)
    record = make_application(status, partner=partner)
    if status == ApplicationStatus.APPLIED and name == "accept":
        referee = actions.ask_reference(application=record, full_name="Una", requested_on=record.applied_on, by=None, at=at)
        actions.receive_reference(referee=referee, received_on=record.applied_on, by=None, at=at)
    open_here = {row.name for row in moves_from(status)}
    is_open = name in open_here or any(one.startswith(f"{name}_") for one in open_here)
    for role in by_right(P.ACCREDITATION_EDIT):
        user = member_of(role, place)
        record = Application.objects.get(pk=record.pk)
        found = outcome(record, lambda record=record, user=user: APPLICATION_PLAYS[name](record, user, at))
        if reach_of(role, P.ACCREDITATION_EDIT) is None:
            assert found == "denied", role
            continue
        assert found == ("moved" if is_open else "refused"), role
        return


def deciding(action):
    return lambda record, by, at: action(claim=record, reason="Because", by=by, at=at)


CLAIM_PLAYS = {
    "restore": (P.ACCREDITATION_RESTORE, deciding(actions.restore_accreditation)),
    "decline": (P.ACCREDITATION_RESTORE, deciding(actions.decline_claim)),
    "take_back": (P.ACCREDITATION_CLAIM, lambda record, by, at: actions.take_back_claim(claim=record, by=by, at=at)),
}


@pytest.mark.parametrize("status", ClaimStatus.values)
@pytest.mark.parametrize("name", list(CLAIM_PLAYS))
def test_claims_every_person_state_and_move(place, status, name):

    at = noon(date(2009, 11, 16))
    record = make_claim(make_lapsed(authority=place))
    if status != ClaimStatus.CLAIMED:
        wanted = {"restored": "restore", "declined": "decline", "taken_back": "take_back"}[status]
        CLAIM_PLAYS[wanted][1](record, None, at)
    permission, play = CLAIM_PLAYS[name]
    is_open = name in {row.name for row in moves_from(status)}
    for role in by_right(permission):
        user = member_of(role, place)
        record = Claim.objects.get(pk=record.pk)
        found = outcome(record, lambda record=record, user=user: play(record, user, at))
        if reach_of(role, permission) is None:
            assert found == "denied", role
            continue
        assert found == ("moved" if is_open else "refused"), role
        return


CASE_PLAYS = {
    "tell_sip": lambda record, by, at: actions.tell_sip(case=record, by=by, at=at),
    "tell_director": lambda record, by, at: actions.tell_director(case=record, by=by, at=at),
    "call_hearing": lambda record, by, at: actions.call_hearing(case=record, hearing_on=at.date(), by=by, at=at),
    "hear": lambda record, by, at: actions.record_hearing(
        case=record, heard_on=at.date(), members=MEMBERS, mitigation="None", by=by, at=at
    ),
    "remove": lambda record, by, at: actions.remove_accreditation(
        case=record, removed_from=at.date(), reason="Because", by=by, at=at
    ),
    "retain": lambda record, by, at: actions.retain_accreditation(case=record, reason="Because", by=by, at=at),
    "drop": lambda record, by, at: actions.drop_case(case=record, reason="Because", by=by, at=at),
}  # fmt: skip


@pytest.mark.parametrize("status", CaseStatus.values)
@pytest.mark.parametrize("name", list(CASE_PLAYS))
def test_removal_cases_every_person_state_and_move(place, status, name):

    at = noon(date(2009, 11, 16))
    partner = make_partner(authorities=[place])
    record = make_case(status, engagement=engage(partner, place))
    RemovalCase.objects.filter(pk=record.pk, mitigation="").update(mitigation="None")
    permission = next(row.permission for row in ACCREDITATION_WORKFLOW if row.name == name)
    is_open = name in {row.name for row in moves_from(status)}
    for role in by_right(permission):
        user = member_of(role, place)
        record = RemovalCase.objects.get(pk=record.pk)
        found = outcome(record, lambda record=record, user=user: CASE_PLAYS[name](record, user, at))
        if reach_of(role, permission) is None:
            assert found == "denied", role
            continue
        assert found == ("moved" if is_open else "refused"), role
        return


def test_nobody_moves_what_is_about_themself(place):
    """D-6: the own-work exclusion holds over every capacity."""

    at = noon(date(2009, 11, 16))
    user = people.member(Role.NATIONAL_DIRECTOR)
    partner = make_lapsed(authority=place, user=user)
    claim = make_claim(partner)
    assert outcome(claim, lambda: actions.restore_accreditation(claim=claim, reason="Shown", by=user, at=at)) == "denied"
    case = make_case("heard", engagement=engage(make_partner(user=people.member(Role.NATIONAL_DIRECTOR)), place))
    own = case.partner.user
    assert outcome(case, lambda: actions.retain_accreditation(case=case, reason="Mine", by=own, at=at)) == "denied"
    other = people.member(Role.PROGRAMME)
    application = make_application(partner=make_partner(sectors={}, user=other))
    assert outcome(application, lambda: APPLICATION_PLAYS["withdraw"](application, other, at)) == "denied"
