"""Two signatures, or a signature and a change, at once: exactly one has its effect (D-31, AGR-15)."""

import threading
from datetime import date

import pytest

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions
from partners.actions.papers import agreements
from partners.models import Agreement, AgreementSignature, AgreementStatus, Contract

from ..factories import moment
from ..racing import run_at_once
from .factories import Sides

AT = moment(date(2009, 7, 1))  # Wednesday


@pytest.fixture
def sides(transactional_db):
    return Sides(people.authority("Ownshire"))


def fresh(agreement: Agreement) -> Agreement:
    return Agreement.objects.select_related("engagement__partner", "engagement__authority", "policy").get(pk=agreement.pk)


def race(monkeypatch, *calls) -> list[str]:
    """Run the calls at once, each past its questions and before its first write; the answers, sorted."""
    gate, play = threading.Barrier(len(calls)), agreements.moves.play
    waiting = threading.local()

    def together(**given):
        if not getattr(waiting, "is_done", False):
            waiting.is_done = True
            gate.wait(timeout=10)
        return play(**given)

    # A signature is written before the move: both signers meet at the row of their side, everybody at the move.
    sign = agreements._sign

    def sign_together(*given):
        if not getattr(waiting, "is_done", False):
            waiting.is_done = True
            gate.wait(timeout=10)
        return sign(*given)

    monkeypatch.setattr(agreements.moves, "play", together)
    monkeypatch.setattr(agreements, "_sign", sign_together)
    return run_at_once(calls)


@pytest.mark.postgres
def test_two_managers_who_sign_at_once_leave_one_signature(sides, monkeypatch):
    agreement = sides.agreement(AgreementStatus.SIGNED)
    second = people.member(Role.MANAGER, at=sides.authority, full_name="Mary Manager")
    digest = actions.current_version(agreement).digest

    def by(person, name):
        mine = fresh(agreement)
        return lambda: actions.countersign_agreement(agreement=mine, typed_name=name, digest=digest, by=person, at=AT)

    assert race(monkeypatch, by(sides.manager, "Max Manager"), by(second, "Mary Manager")) == ["OutOfDate", "won"]
    assert Agreement.objects.get().status == AgreementStatus.IN_FORCE
    assert AgreementSignature.objects.filter(side="authority").count() == 1
    assert Contract.objects.count() == 1


@pytest.mark.postgres
def test_the_sip_who_clicks_twice_signs_once(sides, monkeypatch):
    agreement = sides.agreement(AgreementStatus.SENT)
    digest = actions.current_version(agreement).digest

    def signing():
        mine = fresh(agreement)
        return lambda: actions.sign_agreement(agreement=mine, typed_name="Ada Partner", digest=digest, by=sides.sip, at=AT)

    assert race(monkeypatch, signing(), signing()) == ["OutOfDate", "won"]
    assert AgreementSignature.objects.count() == 1
    assert Agreement.objects.get().status == AgreementStatus.SIGNED


@pytest.mark.postgres
def test_a_signature_and_a_taking_back_at_once_leave_one_of_them(sides, monkeypatch):
    agreement = sides.agreement(AgreementStatus.SENT)
    digest = actions.current_version(agreement).digest
    signing, changing = fresh(agreement), fresh(agreement)
    answers = race(
        monkeypatch,
        lambda: actions.sign_agreement(agreement=signing, typed_name="Ada Partner", digest=digest, by=sides.sip, at=AT),
        lambda: actions.take_back_agreement(agreement=changing, reason="The rate", by=sides.administrator, at=AT),
    )
    assert answers == ["OutOfDate", "won"]
    status = Agreement.objects.get().status
    assert AgreementSignature.objects.count() == (1 if status == AgreementStatus.SIGNED else 0)
