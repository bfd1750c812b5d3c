"""Where an accreditation stands on a day: lapse, warning, removal, unverified records (ACC-10 to ACC-12, D-16)."""

from datetime import date

import pytest

from partners.accreditation import (
    Asked,
    Award,
    Practice,
    State,
    held_until,
    lapse_day,
    last_practised,
    standings,
    warn_day,
)

AWARDS = (Award("secondary", date(2005, 9, 1)),)


def state_on(on, **facts):
    return {row.sector: row.state for row in standings(**{"awards": AWARDS, **facts}, on=on)}


def test_act_8_lapse_and_warning_from_the_last_practice():
    facts = {"practice": [Practice(date(2005, 9, 1), date(2006, 7, 31))]}
    (row,) = standings(awards=AWARDS, **facts, on=date(2009, 1, 30))
    assert (row.last_practised_on, row.warn_on, row.lapses_on) == (date(2006, 7, 31), date(2009, 1, 31), date(2009, 7, 31))
    assert row.state is State.ACCREDITED
    assert state_on(date(2009, 1, 31), **facts)["secondary"] is State.WARNED
    assert state_on(date(2009, 7, 30), **facts)["secondary"] is State.WARNED
    assert state_on(date(2009, 7, 31), **facts)["secondary"] is State.LAPSED


def test_act_8_an_active_deployment_prevents_both():
    facts = {"practice": [Practice(date(2005, 9, 1), date(2006, 7, 31)), Practice(date(2009, 1, 5))]}
    (row,) = standings(awards=AWARDS, **facts, on=date(2009, 9, 1))
    assert (row.state, row.last_practised_on, row.lapses_on) == (State.ACCREDITED, date(2009, 9, 1), date(2012, 9, 1))


def test_month_ends_clamp():
    assert warn_day(date(2009, 8, 31)) == date(2009, 2, 28)
    assert lapse_day(date(2008, 2, 29)) == date(2011, 2, 28)


def test_the_latest_of_awards_word_and_deployments_counts_and_nothing_after_the_day_asked():
    awards = [Award("primary", date(2005, 9, 1)), Award("special", date(2010, 1, 1))]
    practice = [Practice(date(2006, 1, 1), date(2006, 12, 31)), Practice(date(2011, 1, 1))]
    said = {"awards": awards, "practice": practice}
    assert last_practised(**said, stated_on=None, on=date(2008, 1, 1)) == date(2006, 12, 31)
    assert last_practised(**said, stated_on=date(2007, 6, 1), on=date(2008, 1, 1)) == date(2007, 6, 1)
    assert last_practised(**said, stated_on=date(2009, 6, 1), on=date(2008, 1, 1)) == date(2006, 12, 31)
    assert last_practised(**said, stated_on=None, on=date(2006, 6, 1)) == date(2006, 6, 1)
    assert last_practised(awards=(), stated_on=None, practice=(), on=date(2008, 1, 1)) is None


def test_practice_in_any_sector_keeps_every_sector():
    awards = (*AWARDS, Award("primary", date(2009, 6, 1)))
    assert state_on(date(2010, 1, 1), awards=awards) == {"primary": State.ACCREDITED, "secondary": State.ACCREDITED}


def test_nobody_is_accredited_before_the_award():
    assert standings(awards=AWARDS, on=date(2005, 8, 31)) == []


def test_a_removed_accreditation_stays_removed_until_it_is_won_again():
    removed = Award("secondary", date(2005, 9, 1), removed_on=date(2007, 1, 1))
    assert state_on(date(2006, 12, 31), awards=[removed])["secondary"] is State.ACCREDITED
    assert state_on(date(2007, 1, 1), awards=[removed])["secondary"] is State.REMOVED
    again = [removed, Award("secondary", date(2008, 1, 1))]
    assert state_on(date(2008, 1, 1), awards=again)["secondary"] is State.ACCREDITED


def test_an_authority_that_has_not_confirmed_its_records_puts_the_lapse_off_to_the_end_of_the_term():
    asked = [Asked("Ashby", date(2008, 9, 10)), Asked("Barford", date(2008, 9, 10), date(2008, 9, 20))]
    assert held_until(date(2008, 9, 1)) == date(2008, 12, 31)
    (row,) = standings(awards=AWARDS, asked=asked, on=date(2008, 12, 31))
    assert (row.state, row.lapses_on, row.unverified_at, row.holds) == (
        State.UNVERIFIED, date(2008, 9, 1), ("Ashby",), True,
    )  # fmt: skip
    assert state_on(date(2009, 1, 1), asked=asked)["secondary"] is State.LAPSED
    assert state_on(date(2008, 9, 9), asked=asked)["secondary"] is State.LAPSED
    answered = [Asked("Ashby", date(2008, 9, 10), date(2008, 10, 1))]
    assert state_on(date(2008, 9, 30), asked=answered)["secondary"] is State.UNVERIFIED
    assert state_on(date(2008, 10, 1), asked=answered)["secondary"] is State.LAPSED


@pytest.mark.parametrize(
    ("award", "asked", "on", "says"),
    [
        (AWARDS[0], (), date(2006, 1, 1), "Accredited for secondary on 1 September 2005."),
        (
            AWARDS[0], (), date(2008, 3, 1),
            "Accredited on 1 September 2005 with no practice since, so the accreditation lapses on 1 September 2008.",
        ),
        (
            AWARDS[0], (), date(2008, 9, 1),
            "Accredited on 1 September 2005 with no practice since, so the accreditation lapsed three years later, on "
            "1 September 2008.",
        ),
        (
            AWARDS[0], [Asked("Ashby", date(2008, 9, 1))], date(2008, 9, 1),
            "Accredited on 1 September 2005 with no practice since, so the accreditation would have lapsed on "
            "1 September 2008; Ashby has not yet said whether its record of deployments is right.",
        ),
        (
            Award("secondary", date(2005, 9, 1), date(2006, 1, 1)), (), date(2006, 1, 1),
            "Accredited for secondary on 1 September 2005; the accreditation was removed on 1 January 2006.",
        ),
    ],
)  # fmt: skip
def test_each_state_says_why(award, asked, on, says):
    (row,) = standings(awards=[award], asked=asked, on=on)
    assert row.because() == says


def test_pre_1_speaks_of_practice_only_where_there_was_some():
    """ACC-11: the clock of somebody only just accredited runs from the award."""
    on = date(2008, 9, 1)
    (unused,) = standings(awards=[AWARDS[0]], on=on)
    assert not unused.has_practised
    (used,) = standings(awards=[AWARDS[0]], practice=[Practice(date(2005, 9, 5), date(2005, 10, 3))], on=date(2008, 10, 3))
    assert used.has_practised
    assert used.because().startswith("Last practised on 3 October 2005, so the accreditation lapsed")
