"""Each rule of the registers has a page or command where it is met and a test that names it (`docs/rules.md`)."""

from sipmanager.site.rule_places import PLACES
from sipmanager.site.rules_met import _rules_in, naming_tests, without_test

FAMILIES = {"SCH": 22, "REG": 20, "ACC": 28, "PRE": 13, "AGR": 15, "SPM": 17, "GRA": 8}


def test_the_table_leaves_out_no_rule():
    for family, last in FAMILIES.items():
        missing = {f"{family}-{number}" for number in range(1, last + 1)} - PLACES.keys()
        assert not missing


def test_the_table_leaves_out_no_condition_of_grant():
    assert {f"COG-{letter}" for letter in "ABCDEFGHIJKLM"} <= PLACES.keys()


def test_every_rule_is_named_by_a_test():
    assert without_test() == []


def test_a_test_names_a_rule_by_its_name_its_words_or_a_span():
    assert set(_rules_in("TEST_ACC_14_RESTORES")) == {"ACC-14"}
    assert set(_rules_in("the eight triggers (FIN-3), AGR-1 to AGR-3")) == {"FIN-3", "AGR-1", "AGR-2", "AGR-3"}
    assert set(_rules_in("in 2009-11-16, UTF-8-sig and ABC-123")) & set(PLACES) == set()
    assert set(_rules_in("TEST_COG_A_GAPS, COG-M and COG-D; COGS")) == {"COG-A", "COG-M", "COG-D"}
    found = naming_tests()["POL-34"]
    assert any(name.startswith("sipmanager/tests/") for name in found)
