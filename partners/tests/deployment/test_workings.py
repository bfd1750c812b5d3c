"""What the page of a deployment says of each rule, day by day."""

from dataclasses import replace
from datetime import date

import pytest

from partners.accreditation import Standing, State
from partners.deployment_rules import DEPLOYMENT_RULES, Other
from partners.tests.deployment.test_deployment_rules import SOUND
from partners.workings import _holds_until, cures, workings
from sipmanager.core.rules import assess


def standing(state: State) -> Standing:
    return Standing(
        sector="primary", state=state, accredited_on=date(2006, 9, 1), last_practised_on=date(2007, 2, 28),
        warn_on=date(2009, 8, 28), lapses_on=date(2010, 2, 28), removed_on=date(2009, 1, 5),
    )  # fmt: skip


def test_an_accreditation_holds_to_the_day_before_the_first_day_without_it():  # D-16
    says = " Last practised on 28 February 2007, so it holds to 27 February 2010 at least."
    assert _holds_until(standing(State.ACCREDITED)) == says


@pytest.mark.parametrize("state", [state for state in State if state is not State.ACCREDITED])
def test_nothing_is_said_to_hold_where_a_lapse_or_a_removal_is_spoken_of(state):
    assert _holds_until(standing(state)) == ""


@pytest.mark.parametrize(("is_confirmed", "cure"), [(True, "sets an earlier end"), (False, "confirms or withdraws")])
def test_the_cure_for_an_open_proposal_is_to_withdraw_it_not_to_end_it(is_confirmed, cure):
    """DEP-9: nothing that was never confirmed can be ended."""
    other = Other("Robin Ward", SOUND.starts_on, is_same_partner=True, is_confirmed=is_confirmed)
    case = replace(SOUND, others=(other,))
    found = assess(DEPLOYMENT_RULES, case)
    (row,) = [row for row in workings(case, found) if row.id == "DEP-9"]
    assert cure in row.cure
    assert [said for finding, said in cures(found) if finding.id == "DEP-9"] == [row.cure]


def test_what_was_never_used_holds_from_its_award():
    unused = replace(standing(State.ACCREDITED), last_practised_on=date(2006, 9, 1), lapses_on=date(2009, 9, 1))
    assert _holds_until(unused) == " No practice since, so it holds to 31 August 2009 at least."
