"""Expertise, standing down, work as National Challenge Adviser, dated kinds and companies (REG-1, REG-2, REG-9, REG-16)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.tests import factories as people
from partners import actions
from partners.models import Expertise, NcaTerm, StandDown
from partners.tests.factories import engage, make_partner, moment
from sipmanager.core.models import AuditEvent
from sipmanager.core.workflow import MoveRefused, OutOfDate

pytestmark = pytest.mark.django_db
SEP, NOV = date(2009, 9, 1), date(2009, 11, 16)  # Tuesday, Monday
AT = moment(NOV)


@pytest.fixture
def partner(authority):
    partner = make_partner("Robin Ward", user=people.user("Robin Ward"))
    engage(partner, authority)
    return partner


def test_reg_2_kind_and_company_are_dated_together(partner, manager):
    actions.record_kind(partner=partner, kind="consultant", company=" Invented Ltd ", starts_on=SEP, by=manager, at=AT)
    actions.record_kind(partner=partner, kind="consultant", company="Invented Ltd", starts_on=NOV, by=manager, at=AT)
    actions.record_kind(partner=partner, kind="former_head", starts_on=NOV, by=manager, at=AT)
    assert list(partner.kinds.order_by("pk").values_list("kind", "company", "starts_on", "ends_on")) == [
        ("consultant", "", None, date(2009, 8, 31)),
        ("consultant", "Invented Ltd", SEP, date(2009, 11, 15)),
        ("former_head", "Invented Ltd", NOV, None),
    ]
    actions.change_details(partner=partner, company="Other Ltd", by=manager, at=AT)
    assert partner.kinds.get(ends_on=None).company == "Other Ltd"


def test_reg_9_expertise_is_brought_to_what_is_given_kind_by_kind(partner):
    def change(**given):
        actions.change_expertise(partner=partner, expertise=given, by=partner.user, at=AT)

    change(context=["Rural", "Rural ", ""], service=["Training for governors"])
    change(context=["Coastal"], service=["Training for governors"])
    held = Expertise.objects.order_by("kind", "value")
    assert [str(row) for row in held] == [
        f"{partner.pk} context Coastal", f"{partner.pk} service Training for governors",
    ]  # fmt: skip
    assert AuditEvent.objects.filter(what="partner.expertise").count() == 2
    change(context=["Coastal"])
    assert AuditEvent.objects.filter(what="partner.expertise").count() == 2


def test_reg_1_standing_down_has_a_reason_and_dates_and_is_nobodys_own(partner, manager):
    def down(by=manager, **more):
        fields = {"kind": "suspended", "starts_on": SEP, "reason": "An inquiry", **more}
        return actions.stand_down(partner=partner, by=by, at=AT, **fields)

    for wrong in ({"reason": " "}, {"ends_on": date(2009, 8, 31)}):
        with pytest.raises(MoveRefused):
            down(**wrong)
    with pytest.raises(PermissionDenied):
        down(by=partner.user)
    assert not StandDown.objects.exists()
    row = down()
    assert str(row) == f"{partner.pk} suspended"
    with pytest.raises(MoveRefused, match="Suspended from 1 September 2009 already"):
        down(kind="withdrawn")
    with pytest.raises(MoveRefused):
        actions.end_stand_down(stand_down=row, on=date(2009, 8, 1), by=manager, at=AT)
    actions.end_stand_down(stand_down=row, on=NOV, by=manager, at=AT)
    assert StandDown.objects.get().ends_on == NOV
    with pytest.raises(OutOfDate):
        actions.end_stand_down(stand_down=row, on=NOV, by=manager, at=AT)


def test_reg_16_work_as_national_challenge_adviser_has_its_dates_and_contract(partner, authority, manager):
    engagement = engage(partner, authority)

    def start(by=manager, **more):
        return actions.start_nca_term(engagement=engagement, starts_on=SEP, by=by, at=AT, **more)

    with pytest.raises(MoveRefused):
        start(ends_on=date(2009, 8, 31))
    with pytest.raises(PermissionDenied):
        start(by=partner.user)
    assert not NcaTerm.objects.exists()
    term = start(contract_on=date(2009, 8, 20))
    assert str(term) == f"{engagement.pk} from 2009-09-01"
    with pytest.raises(MoveRefused, match="already"):
        start()
    with pytest.raises(MoveRefused):
        actions.end_nca_term(term=term, on=date(2009, 8, 1), by=manager, at=AT)
    actions.end_nca_term(term=term, on=NOV, by=manager, at=AT)
    assert NcaTerm.objects.get().ends_on == NOV
    with pytest.raises(OutOfDate):
        actions.end_nca_term(term=term, on=NOV, by=manager, at=AT)
