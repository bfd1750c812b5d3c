"""The planner on its own: small questions against brute force, what it never breaks, and what it says where not all can be had."""

from dataclasses import replace
from decimal import Decimal
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partners.planning import AtLeast, Instance, Need, Pair, Ratio, Sip, Status, explained, solve, why_left
from partners.planning.program import Built

HEADS = frozenset({"head"})


def need(number: int, days: int = 5) -> Need:
    return Need(f"90000{number}", Decimal(days), f"School {number}")


def sip(number: int, days: int = 10, **more) -> Sip:
    return Sip(f"P00000{number}", Decimal(days), f"Sip {number}", **more)


def pair(school: int, partner: int, cost: int = 0) -> Pair:
    return Pair(f"90000{school}", f"P00000{partner}", cost)


def every_deployment(instance: Instance):
    """All deployments that keep pins, capacity, pairs and mix, with who is left over."""
    takers = {one.urn: [None, *(pair.reference for pair in instance.allowed if pair.urn == one.urn)] for one in instance.needs}
    for chosen in product(*takers.values()):
        assigned = [(urn, ref) for urn, ref in zip(takers, chosen, strict=True) if ref]
        used: dict[str, Decimal] = {}
        for urn, ref in assigned:
            used[ref] = used.get(ref, Decimal(0)) + instance.by_urn[urn].days
        fits = all(days <= instance.by_reference[ref].days_left for ref, days in used.items())
        if fits and set(instance.pinned) <= set(assigned) and instance.keeps_mix(assigned):
            yield assigned


def by_brute_force(instance: Instance) -> tuple[int, int] | None:
    """How many schools the best deployment leaves over and what it costs; `None` where none keeps everything."""
    return min(
        ((len(instance.needs) - len(assigned), instance.points(assigned)) for assigned in every_deployment(instance)),
        default=None,
    )


@st.composite
def instances(draw):
    schools, partners = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    cost_days = draw(st.sampled_from([(5,), (5,), (5, 6)]))
    needs = tuple(need(number, draw(st.sampled_from(cost_days))) for number in range(schools))
    sips = tuple(
        sip(
            number, draw(st.sampled_from([0, 4, 5, 10, 11, 20])), held=draw(st.integers(0, 2)),
            counts_now=draw(st.booleans()), groups=draw(st.sampled_from([frozenset(), HEADS, frozenset({"serving"})])),
        )
        for number in range(partners)
    )  # fmt: skip
    keys = [(s, p) for s in range(schools) for p in range(partners)]
    allowed = draw(st.lists(st.sampled_from(keys), unique=True))
    pairs = tuple(pair(s, p, draw(st.integers(0, 9))) for s, p in allowed)
    pinned = draw(st.lists(st.sampled_from(pairs), max_size=2, unique_by=lambda one: one.urn)) if pairs else []
    forbidden = draw(st.lists(st.sampled_from(pairs), max_size=2)) if pairs else []
    ratio = draw(
        st.none() | st.builds(Ratio, sips=st.integers(0, 3), heads=st.integers(0, 2), schools=st.integers(0, 3),
                              with_heads=st.integers(0, 2), by_schools=st.booleans())
    )  # fmt: skip
    at_least = draw(st.sampled_from([(), (AtLeast("serving", 1),), (AtLeast("head", 2), AtLeast("serving", 1))]))
    return Instance(
        needs, sips, pairs, ratio, at_least, draw(st.integers(0, 3)), [one.key for one in pinned],
        [one.key for one in forbidden],
    )  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(instances())
def test_the_best_deployment_is_the_one_that_brute_force_finds(instance):
    found = solve(instance)
    if found.lacking:
        kept = tuple(rule for rule in instance.at_least if rule.group not in found.lacking)
        assert by_brute_force(instance) is None, "what is said to be lacking could be had"
        instance = replace(instance, at_least=kept, ratio=None if "ratio" in found.lacking else instance.ratio)
    best = by_brute_force(instance)
    if best is None:
        assert found.status is Status.INFEASIBLE
        assert not found.assigned
        return
    assert (len(found.left), found.objective) == best
    assert found.assigned in [tuple(sorted(one)) for one in every_deployment(instance)]
    assert found.bound == found.objective
    is_whole = not found.left and not found.lacking
    assert found.status is (Status.OPTIMAL if is_whole else Status.INFEASIBLE)


@settings(max_examples=120, deadline=None)
@given(instances())
def test_whatever_cannot_be_had_is_explained(instance):
    found = solve(instance)
    conflicts = explained(instance, found)
    nobody = {one.urn for one in instance.needs} - {pair.urn for pair in instance.allowed}
    if found.status is Status.OPTIMAL:
        assert not conflicts
    elif (found.lacking and found.assigned) or not set(found.left) <= nobody:
        assert conflicts
    if found.assigned:
        assert set(why_left(instance, found)) == set(found.left) - nobody


def test_the_same_question_has_the_same_answer():
    instance = Instance(
        tuple(need(n) for n in range(4)), tuple(sip(n) for n in range(4)),
        tuple(pair(s, p, 3) for s in range(4) for p in range(4)),
    )  # fmt: skip
    assert solve(instance).assigned == solve(replace(instance, pairs=instance.pairs[::-1])).assigned


def test_no_schools_are_a_plan_without_rows():
    assert solve(Instance((), (sip(1),), ())).status is Status.OPTIMAL


def test_load_is_spread_where_the_authority_asks_for_it():
    pairs = tuple(pair(s, p, p) for s in range(2) for p in range(2))
    instance = Instance((need(0), need(1)), (sip(0), sip(1)), pairs)
    assert {ref for _urn, ref in solve(instance).assigned} == {"P000000"}
    assert {ref for _urn, ref in solve(replace(instance, even=5)).assigned} == {"P000000", "P000001"}


def test_a_pin_and_a_forbidden_pair_are_kept_whatever_they_cost():
    pairs = (pair(0, 0, 1), pair(0, 1, 9), pair(1, 0, 1), pair(1, 1, 9))
    instance = Instance((need(0), need(1)), (sip(0), sip(1)), pairs)
    pinned = solve(replace(instance, pinned=[("900000", "P000001")]))
    assert ("900000", "P000001") in pinned.assigned
    forbidden = solve(replace(instance, forbidden=[("900001", "P000000")]))
    assert ("900001", "P000001") in forbidden.assigned


class TestTheRatio:
    """COG-D: three in four SIPs, or since 2 August 2006 SIPs of three in four schools, are or were secondary heads."""

    def instance(self, **more) -> Instance:
        sips = (sip(0, 15, groups=HEADS), sip(1, 20))
        pairs = tuple(pair(s, p, 9 * (1 - p)) for s in range(4) for p in range(2))
        return Instance(tuple(need(n) for n in range(4)), sips, pairs, Ratio(**more))

    def test_three_of_four_schools_with_a_head_are_enough(self):
        found = solve(self.instance())
        assert found.status is Status.OPTIMAL
        assert sum(ref == "P000000" for _urn, ref in found.assigned) == 3

    def test_before_the_amendment_only_the_sips_count(self):
        found = solve(self.instance(by_schools=False))
        assert {ref for _urn, ref in found.assigned} == {"P000000"}
        assert len(found.left) == 1
        assert "only by breaking what COG-D asks" in why_left(self.instance(by_schools=False), found)[found.left[0]]
        conflict = explained(self.instance(by_schools=False), found)[0]
        assert conflict.rules == ("COG-A", "COG-D")
        assert "secondary head" in conflict.mends[0].says

    def test_what_runs_on_is_counted(self):
        found = solve(self.instance(sips=3, heads=3, schools=3, with_heads=3, by_schools=False))
        assert found.status is Status.OPTIMAL
        assert {ref for _urn, ref in found.assigned} == {"P000000", "P000001"} or len(found.assigned) == 4

    def test_a_ratio_that_nobody_can_mend_is_named_and_left_aside(self):
        instance = self.instance(sips=9, heads=0, schools=40, with_heads=0)
        found = solve(instance)
        assert found.status is Status.INFEASIBLE
        assert found.lacking == {"ratio"}
        assert len(found.assigned) == 4
        assert explained(instance, found)[0].rules == ("COG-D",)


def test_serving_heads_are_used_where_the_primary_programme_asks_for_them():
    """COG-D, primary."""
    sips = (sip(0), sip(1, groups=frozenset({"serving"})))
    pairs = (pair(0, 0, 0), pair(0, 1, 9))
    instance = Instance((need(0),), sips, pairs, at_least=(AtLeast("serving", 1),))
    assert solve(instance).assigned == (("900000", "P000001"),)
    nobody = replace(instance, sips=(sips[0], replace(sips[1], groups=frozenset())))
    found = solve(nobody)
    assert found.lacking == {"serving"}
    assert found.assigned == (("900000", "P000000"),)
    (conflict,) = explained(nobody, found)
    assert conflict.says == "One more SIP who is a serving primary head is needed, and none could be deployed."
    assert conflict.mends[0].says == "One more SIP who is a serving primary head would do."


class TestTooFewDays:
    """A set of schools whose only SIPs have too few days: the fewest rules, and the smallest change."""

    def instance(self) -> Instance:
        pairs = (pair(0, 0), pair(1, 0), pair(2, 0), pair(2, 1), pair(3, 1))
        return Instance(tuple(need(n) for n in range(4)), (sip(0, 8), sip(1, 10)), pairs)

    def test_the_schools_and_the_sips_are_named_and_the_days_that_would_do(self):
        found = solve(self.instance())
        assert found.status is Status.INFEASIBLE
        assert len(found.left) == 1
        conflict = explained(self.instance(), found)[0]
        assert conflict.rules == ("COG-A", "POL-13")
        assert conflict.schools == ("900000", "900001")
        assert conflict.partners == ("P000000",)
        assert conflict.mends[0].reference == "P000000"
        assert conflict.mends[0].days == Decimal(2)
        assert "2 days more of Sip 0 (P000000)" in conflict.mends[0].says

    def test_without_any_one_of_the_schools_the_rest_can_be_served(self):
        conflict = explained(self.instance(), solve(self.instance()))[0]
        for urn in conflict.schools:
            rest = replace(self.instance(), needs=tuple(one for one in self.instance().needs if one.urn != urn))
            assert solve(rest).status is Status.OPTIMAL

    def test_the_change_that_is_named_mends_it(self):
        instance = self.instance()
        mend = explained(instance, solve(instance))[0].mends[0]
        sips = tuple(
            replace(one, days_left=one.days_left + mend.days) if one.reference == mend.reference else one
            for one in instance.sips
        )
        assert solve(replace(instance, sips=sips)).status is Status.OPTIMAL

    def test_a_forbidden_pair_that_stands_in_the_way_is_named(self):
        instance = replace(self.instance(), pairs=(*self.instance().pairs, pair(0, 1)), forbidden=[("900000", "P000001")])
        instance = replace(instance, sips=(sip(0, 8), sip(1, 15)))
        conflict = explained(instance, solve(instance))[0]
        assert "forbidden" in conflict.rules
        assert any("allowed at School 0 again" in mend.says for mend in conflict.mends)

    def test_a_pin_that_stands_in_the_way_is_named(self):
        instance = replace(self.instance(), pairs=(*self.instance().pairs, pair(0, 1)), pinned=[("900000", "P000000")])
        instance = replace(instance, sips=(sip(0, 8), sip(1, 15)))
        conflict = explained(instance, solve(instance))[0]
        assert "pin" in conflict.rules

    def test_a_school_left_over_says_who_could_take_it(self):
        found = solve(self.instance())
        assert "Sip 0 could take" in why_left(self.instance(), found)[found.left[0]]


@pytest.mark.parametrize(
    ("pinned", "forbidden", "why"),
    [
        ([("900000", "P000001")], [], "the rules refuse it"),
        ([("900000", "P000000")], [("900000", "P000000")], "the same pair is forbidden"),
        ([("900000", "P000000"), ("900001", "P000000")], [], "the days are not enough"),
        ([("900002", "P000000"), ("900002", "P000001")], [], "a school has one SIP"),
    ],
)
def test_pins_that_cannot_be_kept_are_named_and_nothing_is_assigned(pinned, forbidden, why):
    pairs = (pair(0, 0), pair(1, 0), pair(2, 0), pair(2, 1))
    instance = Instance(
        tuple(need(n) for n in range(3)), (sip(0, 8), sip(1, 10)), pairs, pinned=pinned, forbidden=forbidden
    )  # fmt: skip
    found = solve(instance)
    assert found.status is Status.INFEASIBLE
    assert not found.assigned
    (conflict,) = explained(instance, found)
    assert conflict.rules == ("pin",)
    assert why in conflict.says
    assert set(zip(conflict.schools, [ref for _urn, ref in sorted(pinned)], strict=True)) == set(pinned)
    assert conflict.as_json()["mend"]
    assert all("while the pins cannot be kept" in said for said in why_left(instance, found).values())
    assert why_left(instance, found)


def test_a_time_limit_leaves_the_best_found_and_a_bound():
    needs = tuple(Need(f"91{n:04}", Decimal(5)) for n in range(40))
    sips = tuple(Sip(f"P{n:06}", Decimal(25), groups=HEADS if n % 3 else frozenset()) for n in range(12))
    pairs = tuple(
        Pair(one.urn, other.reference, (i * 37 + j * 91) % 101) for i, one in enumerate(needs) for j, other in enumerate(sips)
    )
    instance = Instance(needs, sips, pairs, Ratio(by_schools=False), even=3)
    found = solve(instance, time_limit=5)
    assert found.bound <= found.objective == instance.points(found.assigned)
    assert instance.keeps_mix(found.assigned)


def test_many_schools_of_one_sip_are_named_in_part():
    instance = Instance(tuple(need(n) for n in range(9)), (sip(0, 40),), tuple(pair(s, 0) for s in range(9)))
    (conflict,) = explained(instance, solve(instance))
    assert "and 4 others can be taken only by Sip 0" in conflict.says
    assert len(conflict.schools) == 9


def test_schools_that_cost_no_days_are_bound_by_none():
    """POL-13 may say 0."""
    instance = Instance((need(0, 0), need(1, 0)), (sip(0, 0),), (pair(0, 0), pair(1, 0)))
    assert solve(instance).status is Status.OPTIMAL


def test_two_schools_that_wait_for_the_same_sips_are_one_conflict():
    instance = Instance(tuple(need(n) for n in range(3)), (sip(0, 5),), tuple(pair(s, 0) for s in range(3)))
    (conflict,) = explained(instance, solve(instance))
    assert "1 more school waits for the same SIPs" in conflict.says


def test_a_deployment_in_fractions_is_made_whole_without_costing_more():
    """Halves of a pair, as the solver may leave them where it branched on other columns alone."""
    pairs = tuple(pair(s, p, 1) for s in range(2) for p in range(2))
    built = Built(Instance((need(0), need(1)), (sip(0, 5), sip(1, 5)), pairs, Ratio(sips=9, heads=9)), limb="by_sips")
    solved = built.solved(5)
    halves = np.array(solved.values)
    halves[: len(pairs)] = 0.5
    assert not built.is_whole(halves)
    values = built.settled(halves, 5)
    assert built.is_whole(values)
    assert len(built.chosen(values)) == 2


def test_hardly_any_time_still_has_an_answer_that_breaks_nothing():
    needs = tuple(Need(f"92{n:04}", Decimal(5)) for n in range(30))
    sips = tuple(Sip(f"P{n:06}", Decimal(20), groups=HEADS if n % 2 else frozenset()) for n in range(10))
    pairs = tuple(
        Pair(one.urn, two.reference, (i * 7 + j * 13) % 31) for i, one in enumerate(needs) for j, two in enumerate(sips)
    )
    instance = Instance(needs, sips, pairs, Ratio(), even=2)
    found = solve(instance, time_limit=0)
    assert instance.keeps_mix(found.assigned)
    assert len(found.assigned) + len(found.left) == 30


def test_the_way_by_sips_is_not_tried_where_it_promises_no_better():
    """COG-D: two ways; three heads of four by schools cost nothing more than the second way could save."""
    sips = (sip(0, 20, groups=HEADS), sip(1, 20))
    pairs = tuple(pair(s, p, 0 if p else 5) for s in range(4) for p in range(2))
    instance = Instance(tuple(need(n) for n in range(4)), sips, pairs, Ratio())
    found = solve(instance)
    assert (found.objective, found.bound) == (15, 15)
