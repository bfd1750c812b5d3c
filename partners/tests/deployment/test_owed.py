"""What is owed about deployments: three years, and whom it concerns (DL-28)."""

from datetime import date

import pytest

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions, selectors
from partners.tests import factories
from partners.tests.factories import moment

pytestmark = pytest.mark.django_db

SEP = date(2009, 9, 1)  # Tuesday
NOV = date(2009, 11, 16)  # Monday
SECTORS = {"secondary": date(2008, 9, 1)}


def place(school, on=NOV):
    return selectors.place_of(school, starts_on=on, on=NOV)


# What is owed.


def test_dl_28_tells_manager_and_sip_twelve_and_six_months_before(authority, school):
    manager = people.member(Role.MANAGER, at=authority)
    deployment = factories.make_deployment(None, school, authority, starts_on=date(2007, 9, 1))

    def owed(on):
        return [due for due in selectors.owed(partition=authority.code, on=on) if due.rule == "DL-28"]

    assert owed(date(2009, 8, 30)) == []
    rows = owed(date(2009, 8, 31))
    assert {(row.owner.email, row.stage, row.state.value) for row in rows} == {
        (manager.email, "12m", "upcoming"), (deployment.partner.email, "12m", "upcoming"),
    }  # fmt: skip
    assert rows[0].due_on == date(2010, 8, 31)
    assert {row.says for row in rows} == {
        f"Settle who follows {deployment.partner.full_name} at Hill Road School",
        "Hand over Hill Road School before your three years there are up",
    }
    assert {row.stage for row in owed(date(2010, 3, 1))} == {"6m"}
    overdue = owed(date(2010, 9, 1))
    assert {row.state.value for row in overdue} == {"overdue"}
    coordinator = people.member(Role.COORDINATOR, at=authority.region)
    assert [person.email for person in owed(date(2010, 9, 1))[0].escalate_to] == [manager.email, coordinator.email]
    actions.end_deployment(
        deployment=deployment, on=date(2010, 7, 23), reason="As planned", by=None, at=moment(date(2010, 3, 1))
    )
    assert owed(date(2010, 3, 1)) == []


def test_dl_29_and_30_tell_the_sip_and_national_staff_nationally_and_the_manager_locally(authority):
    manager, staff = people.member(Role.MANAGER, at=authority), people.member(Role.PROGRAMME)
    partner = factories.make_partner(sectors={"secondary": date(2006, 7, 31)}, authorities=[authority])
    factories.engage(partner, authority)

    def owed(partition, on):
        rows = selectors.owed_of_accreditation(partition=partition, on=on)
        return {(row.rule, row.owner.email, row.stage, row.state.value) for row in rows}

    assert owed("national", date(2009, 1, 30)) == set()
    assert owed(authority.code, date(2009, 1, 30)) == set()
    warned = date(2009, 1, 31)
    assert owed("national", warned) == {
        ("DL-29", partner.email, "0m", "due"), ("DL-29", staff.email, "0m", "due"),
        ("DL-30", partner.email, "6m", "upcoming"),
    }  # fmt: skip
    assert owed(authority.code, warned) == {("DL-29", manager.email, "0m", "due")}
    (row,) = selectors.owed_of_accreditation(partition=authority.code, on=warned)
    assert row.says == f"{partner.full_name}'s accreditation lapses on 31 July 2009 without new practice as a SIP"
    assert selectors.owed_of_accreditation(partition="national", on=warned)[0].says.startswith("Your accreditation lapses")
    lapsed = date(2009, 7, 31)
    assert ("DL-30", partner.email, "0m", "due") in owed("national", lapsed)
    assert ("DL-30", manager.email, "0m", "due") in owed(authority.code, lapsed)
    assert owed("national", date(2009, 10, 31)) == set()


def test_a_removed_accreditation_is_not_warned_of():
    partner = factories.make_partner(sectors={"secondary": date(2006, 7, 31)})
    partner.accreditations.update(removed_on=date(2008, 1, 1))
    assert selectors.owed(partition="national", on=date(2009, 3, 2)) == []
    assert selectors.owed(partition="ZZZ", on=date(2009, 3, 2)) == []
