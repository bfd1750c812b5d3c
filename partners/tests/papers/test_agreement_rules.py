"""What an agreement must hold, its text and its digest (AGR-1 to AGR-15). Nothing here touches a database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from partners.agreement_rules import (
    AgreementCase,
    Line,
    clauses_of,
    digest_of,
    earliest_end,
    faults,
    findings,
    text_of,
)
from partners.agreement_terms import ACCREDITATION, EXTRA_WORK, SUPPORT, TERMS

SOUND = AgreementCase(
    authority="Ownshire", partner="Ada Partner", reference="P900001", basis="contractor", starts_on=date(2009, 9, 1),
    ends_on=date(2010, 8, 31), first_starts_on=date(2009, 9, 1), sip_rate=Decimal("400.00"),
    schedule=(Line("900101", "Hill Road", Decimal(5)), Line("900102", "Brook Lane", Decimal("2.5"))),
)  # fmt: skip


def test_a_sound_agreement_has_no_findings():
    assert findings(SOUND) == []
    assert SOUND.total_days == Decimal("11.5")


BROKEN = {
    "AGR-1 a company without its name": ({"basis": "company", "company": " "}, "AGR-1", "Enter the company"),
    "AGR-15 it ends before it starts": (
        {"ends_on": date(2009, 8, 31)},
        "AGR-15",
        "ends on 31 August 2009, before it starts on 1 September 2009",
    ),
    "AGR-2 more than a year": ({"ends_on": date(2010, 9, 1)}, "AGR-2", "31 August 2010 at the latest"),
    "AGR-2 beyond three years": ({"first_starts_on": date(2006, 9, 1)}, "AGR-2", "renewed to 31 August 2009, 3 years in all"),
    "AGR-2 a dot is no reason": ({"first_starts_on": date(2006, 9, 1), "override_reason": "."}, "AGR-2", "Enter the reason"),
    "AGR-15 another one holds": (
        {"others": ((date(2010, 8, 31), date(2011, 8, 30)),)},
        "AGR-15",
        "31 August 2010 to 30 August 2011",
    ),
    "AGR-4 no daily rate": ({"sip_rate": None}, "AGR-4", "Enter the SIP rate"),
    "AGR-4 a rate of nothing": ({"sip_rate": Decimal(0)}, "AGR-4", "more than £0"),
    "AGR-5 an NCA rate of nothing": ({"nca_rate": Decimal(0)}, "AGR-5", "NCA rate"),
    "AGR-9 three days and a half reserved": ({"reserved_days": Decimal("3.5")}, "AGR-9", "3.5 are"),
    "AGR-15 no school": ({"schedule": ()}, "AGR-15", "Add the schools"),
    "AGR-15 other days for nothing": ({"other_days": Decimal(1)}, "AGR-15", "other days are for"),
    "AGR-13 a school in a category": (
        {"schedule": (Line("900101", "Hill Road", Decimal(5), is_in_category=True),)},
        "AGR-13",
        "extra responsibilities at Hill Road",
    ),
    "AGR-14 not accredited": ({"is_accredited": False}, "AGR-14", "holds no accreditation"),
}
SOUND_TOO = {
    "the last day of three years": {"first_starts_on": date(2007, 9, 1)},
    "beyond them, with a reason": {"first_starts_on": date(2006, 9, 1), "override_reason": "Nobody else can"},
    "an employee without a daily rate": {"basis": "employee", "sip_rate": None},
    "a company with its name": {"basis": "company", "company": "Invented Ltd"},
    "one that ended the day before": {"others": ((date(2008, 9, 1), date(2009, 8, 31)),)},
    "exactly four days reserved": {"reserved_days": Decimal(4)},
    "an NCA rate": {"nca_rate": Decimal("450.50")},
    "extra responsibilities written down": {
        "schedule": (Line("900101", "Hill Road", Decimal(5), is_in_category=True),),
        "extra_responsibilities": "Chairs the review",
    },
    "not accredited where it is not asked": {"is_accredited": False, "needs_accreditation": False},
    "other days with their use": {"other_days": Decimal(1), "other_days_for": "Training"},
}


@pytest.mark.parametrize("case", BROKEN)
def test_each_rule_of_an_agreement_finds_what_it_is_for(case):
    """AGR-1, AGR-2, AGR-4, AGR-5, AGR-9, AGR-13, AGR-14, AGR-15."""
    changes, rule, says = BROKEN[case]
    found = findings(replace(SOUND, **changes))
    assert [row.id for row in found] == [rule]
    assert says in found[0].because
    assert faults(replace(SOUND, **changes)) == [found[0].because]


@pytest.mark.parametrize("case", SOUND_TOO)
def test_what_an_agreement_may_well_hold(case):
    assert findings(replace(SOUND, **SOUND_TOO[case])) == []


@pytest.mark.parametrize(
    ("notice_on", "months", "end"),
    [
        (date(2009, 11, 16), 2, date(2010, 1, 16)),
        (date(2009, 12, 31), 2, date(2010, 2, 28)),
        (date(2011, 12, 31), 2, date(2012, 2, 29)),
        (date(2012, 2, 29), 12, date(2013, 2, 28)),
    ],
)
def test_agr_3_notice_is_counted_in_calendar_months_and_clamped(notice_on, months, end):
    assert earliest_end(notice_on, months) == end


def test_agr_15_the_text_holds_schools_days_rates_and_the_total():
    case = replace(SOUND, nca_rate=Decimal("1450.50"), other_days=Decimal("1.25"), other_days_for="Training")
    content = text_of(case, number=2)
    assert content["schedule"] == [
        {"urn": "900101", "school": "Hill Road", "days": "5"}, {"urn": "900102", "school": "Brook Lane", "days": "2.5"},
    ]  # fmt: skip
    assert [row["days"] for row in content["days"]] == ["7.5", "4", "1.25"]
    assert content["total_days"] == "12.75"
    assert content["rates"] == {"sip": "400.00", "nca": "1450.50"}
    assert content["pay"][0].startswith("£400.00 for a day of SIP work")
    assert content["pay"][1].startswith("£1,450.50 for a day of NCA work")
    assert content["number"] == 2


def test_agr_6_the_text_says_how_travel_and_development_days_are_paid():
    said = text_of(replace(SOUND, travel="in_rate"), number=1)["pay"][-1]
    assert said == "Travel is within the daily rate; the reserved development days are paid separately, on claim."


@pytest.mark.parametrize(
    ("basis", "says"), [("employee", "employee"), ("contractor", "independent"), ("company", "Invented Ltd")]
)
def test_agr_1_the_text_says_as_what_the_sip_works(basis, says):
    content = text_of(replace(SOUND, basis=basis, company="Invented Ltd", sip_rate=None), number=1)
    assert says in content["standing"]
    assert content["rates"]["sip"] is None
    assert "not paid by the day" in content["pay"][0]


@pytest.mark.parametrize("terms", TERMS)
def test_agr_10_and_11_the_duties_of_both_sides_stand_in_the_text(terms):
    """AGR-10 of the SIP, AGR-11 of the authority."""
    content = text_of(replace(SOUND, terms=terms), number=1)
    assert [one["says"] for one in content["partner_duties"]] == [one.says for one in TERMS[terms].partner]
    assert [one["says"] for one in content["authority_duties"]] == [one.says for one in TERMS[terms].authority]
    numbers = [number for number, _ in clauses_of(content)]
    assert len(numbers) == len(set(numbers))
    assert numbers[0] == "S1"
    assert "G1" in numbers


@pytest.mark.parametrize("way", EXTRA_WORK)
def test_agr_7_8_and_14_stand_in_the_text_as_the_policy_has_them(way):
    """AGR-7 by POL-9, AGR-8 by POL-30, AGR-14 by the agreement itself."""
    says = [one["says"] for one in text_of(replace(SOUND, extra_work=way, broker_after_agreement=True), number=1)["general"]]
    assert says[:3] == [EXTRA_WORK[way], SUPPORT, ACCREDITATION]
    plain = [one["says"] for one in text_of(replace(SOUND, needs_accreditation=False), number=1)["general"]]
    assert SUPPORT not in plain
    assert ACCREDITATION not in plain


def test_the_same_text_has_the_same_digest_and_another_text_another():
    content = text_of(SOUND, number=1)
    assert digest_of(content) == digest_of(dict(reversed(content.items())))
    assert digest_of(content) != digest_of({**content, "total_days": "12"})
    assert len(digest_of(content)) == 64
