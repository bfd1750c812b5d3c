"""What the page of a deployment says of each rule, day by day."""

from datetime import date

import pytest

from partners.accreditation import Standing, State
from partners.workings import _holds_until


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
