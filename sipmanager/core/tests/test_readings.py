"""One reading for several who ask: within a scope, once; outside it, each time."""

from datetime import date

import pytest

from sipmanager.core import readings

ON, LATER = date(2009, 11, 16), date(2009, 11, 17)


class Asked:
    """A selector that notes what it was asked for."""

    def __init__(self):
        self.calls = []

        @readings.kept
        def whole(code: str, *, on: date) -> str:
            self.calls.append((code, on))
            return f"{code} on {on}"

        @readings.of_each
        def each(keys, on: date, *, more: int = 0) -> dict[int, int]:
            self.calls.append((sorted(keys), on))
            return {key: key * 10 + more for key in keys if key != 7}

        self.whole, self.each = whole, each


def test_the_same_question_is_asked_once_within_a_scope_and_anew_outside():
    asked = Asked()
    with readings.shared():
        assert asked.whole("886", on=ON) == asked.whole("886", on=ON) == "886 on 2009-11-16"
        with readings.shared():  # a scope inside another is the same
            asked.whole("886", on=ON)
        asked.whole("886", on=LATER)
    asked.whole("886", on=ON)
    asked.whole("886", on=ON)
    assert asked.calls == [("886", ON), ("886", LATER), ("886", ON), ("886", ON)]


def test_of_many_keys_only_the_new_ones_are_asked_for():
    asked = Asked()
    with readings.shared():
        assert asked.each([2, 1], ON) == {1: 10, 2: 20}
        assert asked.each({2, 3, 7}, ON) == {2: 20, 3: 30}
        assert asked.each([7, 1], ON) == {1: 10}  # that there is nothing is known too
        assert asked.each([1], LATER) == {1: 10}
        assert asked.each([1], ON, more=5) == {1: 15}
        assert asked.each([1], ON) == {1: 10}
    assert asked.calls == [([1, 2], ON), ([3, 7], ON), ([1], LATER), ([1], ON)]
    asked.each([1], ON)
    assert len(asked.calls) == 5


def test_a_scope_that_fails_leaves_nothing_behind():
    asked = Asked()
    with pytest.raises(ValueError, match="broken"), readings.shared():
        asked.whole("886", on=ON)
        raise ValueError("broken")
    asked.whole("886", on=ON)
    assert len(asked.calls) == 2
