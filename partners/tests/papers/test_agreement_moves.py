"""Every move of an agreement: by every person in every state, and by whoever may (AGR-15)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.access import viewer_for
from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions
from partners.models import Agreement, AgreementStatus, AgreementVersion
from partners.workflow import AGREEMENT_WORKFLOW, agreement_moves_for
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, leaving

from ..factories import moment

pytestmark = pytest.mark.django_db
S = AgreementStatus
JULY, NOV = date(2009, 7, 1), date(2009, 11, 16)  # Wednesday, Monday
AT = moment(JULY)


def state_of(agreement) -> dict:
    return Agreement.objects.filter(pk=agreement.pk).values().get()


def persons(sides) -> dict[str, object]:
    line_manager = people.member(Role.OFFICER, at=sides.authority)
    from ..factories import support

    support(sides.engagement, line_manager)
    other = people.user("Another Partner")
    from ..factories import engage, make_partner

    engage(make_partner(user=other), sides.authority)
    return {
        "sip": sides.sip, "manager": sides.manager, "administrator": sides.administrator, "line manager": line_manager,
        "senior adviser": people.member(Role.SENIOR_ADVISER, at=sides.authority), "programme": people.member(Role.PROGRAMME),
        "foreign manager": people.member(Role.MANAGER), "other sip": other,
    }  # fmt: skip


MOVES_BY = {
    "sip": {"sign", "decline"},
    "manager": {"send", "take_back", "withdraw", "countersign", "end"},
    "administrator": {"send", "take_back", "withdraw"},
}


def act(sides, agreement, name: str, by, at) -> None:
    version = AgreementVersion.objects.filter(agreement=agreement, number=agreement.version).first()
    digest = version.digest if version else ""
    if name == "send":
        actions.send_agreement(agreement=agreement, by=by, at=at)
    elif name == "sign":
        actions.sign_agreement(agreement=agreement, typed_name="Ada Partner", digest=digest, by=by, at=at)
    elif name == "countersign":
        actions.countersign_agreement(agreement=agreement, typed_name=by.full_name, digest=digest, by=by, at=at)
    elif name == "end":
        actions.end_agreement(agreement=agreement, on=date(2010, 3, 31), reason="By consent", by=by, at=at)
    else:
        do = {
            "decline": actions.decline_agreement,
            "take_back": actions.take_back_agreement,
            "withdraw": actions.withdraw_agreement,
        }
        do[name](agreement=agreement, reason="There is a reason", by=by, at=at)


@pytest.mark.parametrize("state", AgreementStatus.values)
def test_every_state_by_every_person_and_move(sides, state):
    agreement = sides.agreement(state)
    everybody = persons(sides)
    moves = [row.name for row in AGREEMENT_WORKFLOW if not row.by_system]
    open_here = {row.name for row in leaving(AGREEMENT_WORKFLOW, agreement.status, None)}
    at = moment(NOV)
    for who, person in everybody.items():
        offered = agreement_moves_for(agreement=agreement, viewer=viewer_for(person, on=NOV), on=NOV)
        allowed = MOVES_BY.get(who, set()) & open_here
        assert {move.name for move in offered} == (set() if who == "sip" and state == "draft" else allowed), (who, state)
        for name in moves:
            fresh = Agreement.objects.select_related("engagement__partner", "engagement__authority", "policy").get(
                pk=agreement.pk
            )
            if name in allowed:
                continue
            before = state_of(agreement)
            with pytest.raises((PermissionDenied, MoveRefused)):
                act(sides, fresh, name, person, at)
            assert state_of(agreement) == before, (who, name)


MOVES = [(row, state) for row in AGREEMENT_WORKFLOW if not row.by_system for state in row.from_]


@pytest.mark.parametrize(("row", "state"), MOVES, ids=lambda one: getattr(one, "name", one))
def test_every_move_by_whoever_may(sides, row, state):
    """The managers and the administrator share what the office does; each is tried."""
    agreement = sides.agreement(state)
    who = [who for who, moves in MOVES_BY.items() if row.name in moves][-1]
    act(sides, agreement, row.name, getattr(sides, who), moment(NOV))
    assert state_of(agreement)["status"] == row.to
    assert AuditEvent.objects.filter(what=f"agreement.{row.name}", subject=f"agreement:{agreement.pk}").exists()


@pytest.mark.parametrize("name", ["decline", "take_back", "withdraw"])
def test_a_reason_of_one_dot_is_none(sides, name):
    agreement = sides.agreement(S.SENT)
    before = state_of(agreement)
    do = {
        "decline": actions.decline_agreement,
        "take_back": actions.take_back_agreement,
        "withdraw": actions.withdraw_agreement,
    }
    with pytest.raises(MoveRefused, match="Enter a reason"):
        do[name](agreement=agreement, reason=".", by=sides.sip if name == "decline" else sides.administrator, at=AT)
    assert state_of(agreement) == before


def test_a_sip_is_not_told_of_a_draft_that_is_withdrawn(sides):
    agreement = sides.agreement(S.WITHDRAWN)
    assert not OutgoingEmail.objects.exists()
    assert not agreement.belongs_to(viewer_for(sides.sip, on=NOV))
