import pytest

from sipmanager.core.workflow import MoveRefused, Transition, leaving, mermaid, missing, named

TABLE = (
    Transition("rise", "Let it rise", ("mixed",), "risen", "bake", guard=lambda case: case["missing"]),
    Transition("bake", "Bake it", ("risen", "mixed"), "baked", "bake", when=lambda policy: policy == "hot"),
)


def test_only_the_rows_that_the_policy_turns_on_lead_out_of_a_state():
    assert [row.name for row in leaving(TABLE, "mixed", "cold")] == ["rise"]
    assert [row.name for row in leaving(TABLE, "mixed", "hot")] == ["rise", "bake"]
    assert leaving(TABLE, "baked", "hot") == []


def test_a_guard_says_what_is_missing():
    assert missing(TABLE[0], {"missing": ["Add yeast first."]}) == ["Add yeast first."]
    assert missing(TABLE[1], {"missing": ["Add yeast first."]}) == []


def test_a_row_is_found_by_its_name_or_not_at_all():
    assert named(TABLE, "bake") is TABLE[1]
    with pytest.raises(KeyError):
        named(TABLE, "freeze")


def test_the_diagram_shows_every_way_or_those_of_one_policy():
    assert "    risen --> baked: Bake it" in mermaid(TABLE)
    assert "baked" not in mermaid(TABLE, "cold")


def test_a_refusal_carries_all_its_reasons():
    refusal = MoveRefused(["One thing.", "Another thing."])
    assert refusal.reasons == ["One thing.", "Another thing."]
    assert str(refusal) == "One thing. Another thing."
