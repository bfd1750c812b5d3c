"""Where a check stands on a day (section 8, PRE-13, POL-40). Nothing here touches a database."""

from datetime import date

import pytest

from partners.checks import CheckState, Verified, good_until, run_out, state_of
from partners.deadlines import stage_before

NOV = date(2009, 11, 16)  # Monday
S = CheckState


@pytest.mark.parametrize(
    ("kind", "check", "age", "until"),
    [
        ("PRE-5", Verified(date(2009, 1, 1)), 36, None),
        ("PRE-5", Verified(date(2009, 1, 1), date(2010, 1, 1)), None, date(2010, 1, 1)),
        ("PRE-2", Verified(date(2006, 11, 30)), 36, date(2009, 11, 30)),
        ("PRE-2", Verified(date(2006, 11, 30)), None, None),
        ("PRE-2", Verified(date(2006, 11, 30), date(2008, 1, 1)), 36, date(2008, 1, 1)),
        ("PRE-2", Verified(date(2006, 11, 30), date(2012, 1, 1)), 36, date(2009, 11, 30)),
        ("PRE-2", Verified(date(2000, 1, 1), date(2001, 1, 1), is_not_applicable=True), 36, None),
    ],
)
def test_pre_2_and_pre_13_until_when_a_check_is_good(kind, check, age, until):
    assert good_until(kind, check, age) == until


GOOD, PAST = Verified(date(2009, 1, 1), NOV), Verified(date(2008, 1, 1), date(2009, 11, 15))
DOES_NOT_APPLY = Verified(date(2008, 1, 1), date(2009, 1, 1), is_not_applicable=True)


@pytest.mark.parametrize(
    ("check", "is_waiting", "is_needed", "state"),
    [
        (None, False, True, S.NEEDED),
        (None, False, False, S.NOT_NEEDED),
        (None, True, True, S.RECEIVED),
        (GOOD, False, True, S.VERIFIED),
        (GOOD, True, True, S.VERIFIED),
        (PAST, False, True, S.EXPIRED),
        (PAST, True, True, S.RECEIVED),
        (DOES_NOT_APPLY, True, True, S.NOT_APPLICABLE),
        (Verified(date(2000, 1, 1)), False, True, S.VERIFIED),
    ],
)
def test_the_state_of_a_check(check, is_waiting, is_needed, state):
    found = state_of("PRE-5", check, is_waiting=is_waiting, is_needed=is_needed, age_months=None, on=NOV)
    assert found is state


def test_pre_13_what_has_run_out_keeps_its_last_good_day():
    checks = [("PRE-5", PAST), ("PRE-2", GOOD), ("PRE-8", Verified(date(2000, 1, 1)))]
    assert run_out(checks, age_months=None, on=NOV) == [("PRE-5", date(2009, 11, 15))]


@pytest.mark.parametrize(
    ("on", "stage"),
    [
        (date(2009, 9, 16), ""), (date(2009, 9, 17), "60d"), (date(2009, 10, 16), "60d"), (date(2009, 10, 17), "30d"),
        (NOV, "30d"), (date(2009, 12, 1), "30d"),
    ],
)  # fmt: skip
def test_dl_62_reminders_come_sixty_and_thirty_days_before(on, stage):
    assert stage_before(due_on=NOV, on=on, days=(60, 30)) == stage
