"""When shadow visits and their feedback are due (QA-8, QA-11, DL-36, DL-37)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.presets import PRESETS, Policy
from partners.models import Engagement
from qa import selectors
from qa.models import ShadowStatus
from qa.selectors import Standing
from sipmanager.core import deadlines
from sipmanager.core.academic import add_months
from sipmanager.core.deadlines import DueState
from sipmanager.core.workdays import WorkingCalendar

from .factories import BEGAN_ON, HELD_ON, make_place, make_shadow_visit

NOV = date(2009, 11, 16)  # Monday


@pytest.mark.parametrize(("preset", "months"), [("national", None), ("learning_trust", None), ("kent", 24), ("alpsit", None)])
def test_only_kent_asks_for_a_shadow_visit_every_two_years(preset, months):
    assert Policy(preset).shadow_every_months == months


@pytest.mark.parametrize("preset", PRESETS)
def test_the_feedback_is_due_five_working_days_after_the_visit_where_the_policy_asks(preset):
    due = selectors.feedback_due_on(held_on=HELD_ON, policy=Policy(preset), calendar=WorkingCalendar())
    assert due == (date(2009, 11, 17) if preset == "kent" else None)  # a Tuesday to the next


@given(due=st.dates(date(2006, 1, 1), date(2030, 12, 31)), months=st.integers(1, 60))
def test_the_first_clock_is_the_earliest_day_that_falls_due_then_or_later(due, months):
    first = selectors.first_clock(due, months)
    assert add_months(first, months) >= due
    assert add_months(first - timedelta(days=1), months) < due


@pytest.mark.django_db
def test_the_clock_starts_where_the_sip_began_and_again_at_each_shadow_visit():
    place = make_place()
    (engagement,) = selectors.with_last_shadowed(Engagement.objects.all())
    assert engagement.last_shadowed_on is None
    assert selectors.due_on(engagement, Policy("kent")) == date(2010, 9, 1)
    make_shadow_visit(place, ShadowStatus.HELD)
    (engagement,) = selectors.with_last_shadowed(Engagement.objects.all())
    assert (engagement.began_on, engagement.last_shadowed_on) == (BEGAN_ON, HELD_ON)
    assert selectors.due_on(engagement, Policy("kent")) == date(2011, 11, 10)
    assert selectors.due_on(engagement, Policy("national")) is None


@pytest.mark.django_db
def test_a_planned_or_cancelled_shadow_visit_does_not_move_the_clock():
    place = make_place()
    make_shadow_visit(place, ShadowStatus.CANCELLED)
    make_shadow_visit(place, on=date(2009, 12, 8))
    (engagement,) = selectors.with_last_shadowed(Engagement.objects.all())
    assert (engagement.last_shadowed_on, engagement.next_planned_on) == (None, date(2009, 12, 8))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "on",
    [
        date(2010, 5, 31),  # Monday, three months and a day before
        date(2010, 6, 1),  # Tuesday, three months before
        date(2010, 9, 1),  # Wednesday, the day itself
        date(2010, 9, 2),  # Thursday, the day after
        date(2012, 2, 29),  # Wednesday
    ],
)
@pytest.mark.parametrize("began_on", [date(2008, 9, 1), date(2008, 2, 29), date(2010, 2, 28), date(2010, 3, 1)])
def test_the_filter_in_sql_agrees_with_the_due_day_in_python(on, began_on):
    place = make_place()
    Engagement.objects.update(starts_on=began_on)
    policies = selectors.policies_of([place.authority.pk], on)
    found = selectors.with_last_shadowed(Engagement.objects.all())
    (engagement,) = found
    due = selectors.due_on(engagement, policies[place.authority.pk])
    expected = Standing.OVERDUE if due < on else Standing.SOON if due < selectors.notice_ends(on) else Standing.LATER
    for standing in (Standing.OVERDUE, Standing.SOON, Standing.LATER):
        rows = found.filter(selectors.standing_q(standing, policies=policies, on=on))
        assert rows.exists() == (standing == expected), standing


@pytest.mark.django_db
def test_nobody_stands_anywhere_where_the_policy_sets_no_interval():
    place = make_place("national", began_on=date(2006, 9, 4))
    policies = selectors.policies_of([place.authority.pk], NOV)
    found = selectors.with_last_shadowed(Engagement.objects.all())
    for standing in (Standing.OVERDUE, Standing.SOON, Standing.LATER):
        assert not found.filter(selectors.standing_q(standing, policies=policies, on=NOV)).exists()


def owed(place, on, rule):
    return [due for due in deadlines.owed(partition=place.authority.code, on=on) if due.rule == rule]


@pytest.mark.django_db
def test_dl_36_is_owed_by_the_line_manager_from_three_months_before():
    place = make_place()
    assert owed(place, date(2010, 5, 31), "DL-36") == []
    (due,) = owed(place, date(2010, 6, 1), "DL-36")
    assert (due.owner.email, due.due_on, due.state) == (place.line_manager.email, date(2010, 9, 1), DueState.UPCOMING)
    assert due.subject == f"partner:{place.partner.reference}"
    (late,) = owed(place, date(2010, 9, 2), "DL-36")
    assert late.state is DueState.OVERDUE
    assert [person.email for person in late.escalate_to] == [place.manager.email]


@pytest.mark.django_db
@pytest.mark.parametrize("preset", [preset for preset in PRESETS if preset != "kent"])
def test_dl_36_is_owed_nowhere_but_in_kent(preset):
    place = make_place(preset if preset != "alpsit" else "national", began_on=date(2006, 9, 4))
    if preset == "alpsit":
        place.authority.policies.update(preset="alpsit")
    assert owed(place, NOV, "DL-36") == []


@pytest.mark.django_db
def test_dl_36_falls_to_the_manager_where_nobody_looks_after_the_sip():
    place = make_place(began_on=date(2007, 9, 3))
    place.engagement.support.all().delete()
    (due,) = owed(place, NOV, "DL-36")
    assert due.owner.email == place.manager.email
    place.manager.memberships.update(ends_on=date(2009, 8, 31))
    (due,) = owed(place, NOV, "DL-36")
    assert due.owner.email == f"manager@{place.authority.code}"


@pytest.mark.django_db
def test_dl_36_asks_nothing_of_a_sip_without_a_school_there():
    place = make_place(began_on=date(2007, 9, 3))
    place.partner.deployments.update(status="ended", ends_on=date(2009, 11, 13))
    assert owed(place, NOV, "DL-36") == []


@pytest.mark.django_db
def test_dl_37_is_owed_by_the_observer_until_the_feedback_is_sent():
    shadow = make_shadow_visit(status=ShadowStatus.HELD)
    (due,) = owed(shadow.place, date(2009, 11, 13), "DL-37")
    assert (due.owner.email, due.due_on) == (shadow.observer.email, date(2009, 11, 17))
    assert (due.state, due.stage) == (DueState.UPCOMING, "day-3")
    (late,) = owed(shadow.place, date(2009, 11, 18), "DL-37")
    assert (late.state, late.stage) == (DueState.OVERDUE, "day-5")
    sent = make_shadow_visit(status=ShadowStatus.FEEDBACK_SENT)
    assert owed(sent.place, date(2009, 11, 18), "DL-37") == []


@pytest.mark.django_db
def test_dl_37_is_owed_nowhere_where_the_policy_sets_no_days():
    shadow = make_shadow_visit(status=ShadowStatus.HELD, preset="national")
    assert shadow.written_due_on is None
    assert owed(shadow.place, date(2010, 1, 11), "DL-37") == []


@pytest.mark.django_db
def test_what_is_owed_costs_the_same_for_one_and_for_many(django_assert_max_num_queries):
    place = make_place(began_on=date(2007, 9, 3))
    make_shadow_visit(place, ShadowStatus.HELD)
    with django_assert_max_num_queries(20) as one:
        first = selectors.owed(partition=place.authority.code, on=NOV)
    for _ in range(4):
        more = make_place(authority=place.authority, began_on=date(2007, 9, 3))
        make_shadow_visit(more, ShadowStatus.HELD)
    make_place(authority=place.authority, began_on=date(2007, 9, 3))
    with django_assert_max_num_queries(20) as many:
        found = selectors.owed(partition=place.authority.code, on=NOV)
    assert len(found) > len(first)
    assert len(many) <= len(one) + 2  # the first list holds no visits owed, so their managers are not asked for


@pytest.mark.django_db
def test_no_partition_but_an_authority_owes_shadow_visits():
    assert selectors.owed(partition="national", on=NOV) == []
