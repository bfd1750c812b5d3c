"""The stages of DL-28 to DL-30: the latest that has come, so that one message makes good for missed nights (DL-0)."""

from datetime import date

import pytest

from partners.deadlines import LAPSE, PARTNER_DEADLINES, THREE_YEARS, WARNING, stage_reached

DUE = date(2009, 8, 31)


@pytest.mark.parametrize(
    ("deadline", "on", "stage"),
    [
        (THREE_YEARS, date(2008, 8, 30), ""),
        (THREE_YEARS, date(2008, 8, 31), "12m"),
        (THREE_YEARS, date(2009, 2, 27), "12m"),
        (THREE_YEARS, date(2009, 2, 28), "6m"),
        (THREE_YEARS, date(2010, 2, 28), "6m"),
        (WARNING, date(2009, 8, 30), ""),
        (WARNING, DUE, "0m"),
        (LAPSE, date(2009, 5, 31), "3m"),
        (LAPSE, date(2009, 7, 31), "1m"),
        (LAPSE, DUE, "0m"),
    ],
)
def test_the_latest_stage_that_has_come(deadline, on, stage):
    assert stage_reached(deadline, due_on=DUE, on=on) == stage


def test_the_rows_of_section_34():
    rules = [row.rule for row in PARTNER_DEADLINES]
    assert {"DL-28", "DL-29", "DL-30", "DL-47", "DL-67", "DL-69", "DL-75", "DL-76", "DL-77"} <= set(rules)
    assert len(rules) == len(set(rules))
