"""One change to many schools: preview, one confirmation, each school compared with what was shown (SCH-9, SCH-13; SPM-3, SPM-7)."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import Refused
from accounts.permissions import Role
from accounts.tests import factories as accounts
from schools import actions
from schools.models import BulkChange, FactKind, School, SchoolFact
from schools.tests.factories import make_school
from sipmanager.core.models import AuditEvent, UsedFormKey

pytestmark = pytest.mark.django_db
MONDAY = date(2009, 11, 16)
KEY = "8d2f3c0e-3f0e-4e58-9d0c-0d0f0c0b0a0{}"


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00")


@pytest.fixture
def place():
    class Place:
        authority = accounts.authority("Westshire")
        elsewhere = accounts.authority("Eastshire")

    accounts.policy(Place.authority, "kent", starts_on=date(2009, 9, 1))
    Place.schools = [make_school(name=f"School {number}", authority=Place.authority) for number in range(3)]
    Place.foreign = make_school(name="Far Away School", authority=Place.elsewhere)
    Place.manager = accounts.member(Role.MANAGER, at=Place.authority, full_name="Mary Manager")
    return Place


@pytest.fixture
def client_of(place, as_role):
    return as_role(user=place.manager)


def begun(place, *schools):
    return actions.begin_bulk(
        schools=[school.pk for school in schools or place.schools], by=place.manager, on=MONDAY, at=timezone.now()
    )


def previewed(place, what="category", value="intensive", starts_on=date(2009, 11, 2), schools=()):
    change = begun(place, *schools)
    actions.preview_bulk(change=change, what=what, value=value, starts_on=starts_on, on=MONDAY, at=timezone.now())
    return BulkChange.objects.select_related("made_by").get(pk=change.pk)


def carried_out(place, change):
    actions.carry_out_bulk(change=change, by=place.manager, on=MONDAY, at=timezone.now())
    return [row["outcome"] for row in BulkChange.objects.get(pk=change.pk).rows]


def categories(place):
    return list(
        School.objects.filter(pk__in=[row.pk for row in place.schools]).order_by("pk").values_list("category", flat=True)
    )


def category_of(place) -> str:
    """A category of the policy in force."""
    from accounts.selectors import policy_on

    return policy_on(authority=place.authority, on=MONDAY).categories[0]


# ----------------------------------------------------------------------------------------------------------- the pages


def test_spm_7_a_manager_finds_schools_and_changes_their_category_with_one_confirmation(place, client_of):
    """From the register to the result: preview row by row, one effect however often the form is sent."""
    value = category_of(place)
    page = client_of.get(f"{reverse('schools:school-list')}?applied=1&q=school").content.decode()
    assert "Change them" in page
    begun_at = client_of.post(
        f"{reverse('schools:school-list')}?applied=1&q=school",
        {"action": "change", "chosen": [school.pk for school in place.schools[:2]]},
    )
    change = BulkChange.objects.get()
    assert begun_at.url == reverse("schools:bulk-what", args=[change.pk])
    assert "Change 2 schools" in client_of.get(begun_at.url).content.decode()
    asked = client_of.post(begun_at.url, {"what": "category"})
    form = {"value": value, "starts_on_day": "2", "starts_on_month": "11", "starts_on_year": "2009"}
    assert client_of.get(asked.url).status_code == 200
    checked = client_of.post(asked.url, form)
    page = client_of.get(checked.url).content.decode()
    assert "Nothing has been changed yet. The new value holds from 2 November 2009." in page
    assert page.count("Will change</strong>") == 2
    assert "No category" in page
    assert categories(place) == ["", "", ""]
    answers = [client_of.post(checked.url, {"form_key": KEY.format(1)}) for _ in range(2)]
    assert {answer.url for answer in answers} == {reverse("schools:bulk-done", args=[change.pk])}
    assert categories(place) == [value, value, ""]
    done = client_of.get(answers[0].url).content.decode()
    assert "2 schools: changed" in done
    assert AuditEvent.objects.filter(what="school.category").count() == 2
    (line,) = AuditEvent.objects.filter(what="school.bulk")
    assert (line.details["changed"], line.details["refused"]) == (2, 0)
    fact = SchoolFact.objects.get(school=place.schools[0], kind=FactKind.CATEGORY, ends_on=None)
    assert (fact.value, fact.starts_on) == (value, date(2009, 11, 2))


def test_all_that_the_filters_show_can_be_chosen_and_a_foreign_school_never(place, client_of):
    client_of.post(
        f"{reverse('schools:school-list')}?applied=1", {"action": "change", "all": "1", "chosen": [place.foreign.pk]}
    )
    assert [row["school"] for row in BulkChange.objects.get().rows] == [school.pk for school in place.schools]


def test_too_many_schools_are_refused_and_nothing_is_begun(place, client_of, monkeypatch):
    monkeypatch.setattr("schools.actions.bulk.MOST", 2)
    page = client_of.post(f"{reverse('schools:school-list')}?applied=1", {"action": "change", "all": "1"}).content.decode()
    assert "2 schools at most are changed at once" in page
    assert not BulkChange.objects.exists()


def test_those_who_may_not_change_a_school_have_no_tick_boxes(place, as_role):
    reader = as_role(Role.OFFICER, at=place.authority)
    page = reader.get(f"{reverse('schools:school-list')}?applied=1").content.decode()
    assert 'name="chosen"' not in page
    answer = reader.post(f"{reverse('schools:school-list')}?applied=1", {"action": "change", "chosen": [place.schools[0].pk]})
    assert answer.status_code == 400
    assert not BulkChange.objects.exists()


def test_another_persons_change_is_nobodys_business(place, as_role):
    change = previewed(place)
    colleague = as_role(Role.ADMINISTRATOR, at=place.authority)
    for name in ("what", "value", "check", "done", "undo"):
        assert colleague.post(reverse(f"schools:bulk-{name}", args=[change.pk])).status_code in (404, 405)
    assert categories(place) == ["", "", ""]


def test_a_step_that_is_missing_leads_to_it_and_a_finished_change_to_its_result(place, client_of):
    change = begun(place)
    addresses = {name: reverse(f"schools:bulk-{name}", args=[change.pk]) for name in ("what", "value", "check", "done")}
    assert client_of.get(addresses["check"]).url == addresses["what"]
    assert client_of.get(addresses["done"]).url == addresses["what"]
    assert client_of.get(f"{addresses['value']}?what=nothing").url == addresses["what"]
    actions.preview_bulk(change=change, what="cluster", value="North", starts_on=None, on=MONDAY, at=timezone.now())
    carried_out(place, change)
    for name in ("what", "value", "check"):
        assert client_of.get(addresses[name]).url == addresses["done"]


def test_a_second_window_sees_what_the_first_did(place, client_of):
    change = previewed(place, "cluster", "North", None)
    address = reverse("schools:bulk-check", args=[change.pk])
    client_of.get(address)
    stale = BulkChange.objects.select_related("made_by").get(pk=change.pk)
    carried_out(place, change)
    with pytest.raises(Refused, match="already"):
        actions.carry_out_bulk(change=stale, by=place.manager, on=MONDAY, at=timezone.now())
    assert client_of.post(address, {"form_key": KEY.format(2)}).url == reverse("schools:bulk-done", args=[change.pk])
    assert AuditEvent.objects.filter(what="school.bulk").count() == 1


def test_a_confirmation_without_its_key_changes_nothing(place, client_of):
    change = previewed(place, "cluster", "North", None)
    assert client_of.post(reverse("schools:bulk-check", args=[change.pk]), {}).status_code == 200
    assert not UsedFormKey.objects.exists()
    assert not School.objects.filter(cluster="North").exists()


# ------------------------------------------------------------------------------------------------------ what it does


def test_the_preview_writes_no_school_and_says_why_each_is_refused(place):
    value = category_of(place)
    first = place.schools[0]
    actions.set_category(school=first, category=value, on=date(2009, 11, 9), by=place.manager, at=timezone.now())
    before = AuditEvent.objects.count()
    change = previewed(place, value="", starts_on=date(2009, 10, 5))
    states = {row["school"]: row["because"] for row in change.rows}
    assert states[first.pk] == ["The present one began on 9 November 2009: the change cannot be before that"]
    assert AuditEvent.objects.count() == before
    assert categories(place) == [value, "", ""]
    assert carried_out(place, change) == ["refused", "same", "same"]
    assert categories(place) == [value, "", ""]


def test_a_category_that_the_policy_has_not_is_refused_for_each_school(place):
    change = previewed(place, value="nonsense")
    assert {tuple(row["because"]) for row in change.rows} == {("The local policy has no such category",)}
    assert carried_out(place, change) == ["refused"] * 3


def test_a_school_that_somebody_changed_meanwhile_is_listed_and_nothing_of_theirs_is_lost(place, client_of):
    change = previewed(place, "cluster", "North", None)
    School.objects.filter(pk=place.schools[1].pk).update(cluster="South")
    assert carried_out(place, change) == ["changed", "meanwhile", "changed"]
    assert School.objects.get(pk=place.schools[1].pk).cluster == "South"
    page = client_of.get(reverse("schools:bulk-done", args=[change.pk])).content.decode()
    assert "Changed meanwhile" in page
    assert "It is now: South" in page


def test_a_right_that_is_gone_by_now_refuses_the_school(place):
    change = previewed(place, "cluster", "North", None)
    place.schools[0].services.update(authority=place.elsewhere)
    assert carried_out(place, change) == ["refused", "changed", "changed"]
    assert School.objects.get(pk=place.schools[0].pk).cluster == ""


def test_schools_that_may_be_seen_and_not_changed_are_left_out_and_counted(place, client_of):
    change = begun(place, *place.schools, place.foreign)
    assert (len(change.rows), change.left_out) == (3, 1)
    assert (
        "1 school of those chosen left out" in client_of.get(reverse("schools:bulk-what", args=[change.pk])).content.decode()
    )


@pytest.mark.parametrize(
    ("what", "value", "column", "now"),
    [("scope", "no", "is_in_sip_scope", False), ("area", "East", "area", "East"), ("cluster", "Coast", "cluster", "Coast")],
)
def test_sch_9_each_field_is_written_by_the_action_for_one_school(place, what, value, column, now):
    change = previewed(place, what, value, None)
    assert carried_out(place, change) == ["changed"] * 3
    assert set(School.objects.filter(pk__in=[row.pk for row in place.schools]).values_list(column, flat=True)) == {now}


def test_sch_21_the_preview_says_which_schools_are_in_the_programme(place, client_of):
    change = previewed(place, "scope", "no", None)
    page = client_of.get(reverse("schools:bulk-check", args=[change.pk])).content.decode()
    assert page.count("In the programme") == 3
    assert page.count("Outside the programme") == 3
    blank = previewed(place, "cluster", "North", None)
    assert "Nothing</td>" in client_of.get(reverse("schools:bulk-check", args=[blank.pk])).content.decode()


def test_sch_21_a_school_is_marked_outside_the_programme_once(place):
    actions.set_sip_scope(school=place.schools[0], is_in=False, by=place.manager, at=timezone.now())
    with pytest.raises(Refused):
        actions.set_sip_scope(school=place.schools[0], is_in=False, by=place.manager, at=timezone.now())
    assert AuditEvent.objects.filter(what="school.scope").count() == 1


# -------------------------------------------------------------------------------------------------------------- undo


def test_undo_is_a_second_change_with_the_earlier_values_that_is_looked_at_first(place, client_of):
    School.objects.filter(pk=place.schools[0].pk).update(cluster="Old one")
    change = previewed(place, "cluster", "North", None)
    carried_out(place, change)
    School.objects.filter(pk=place.schools[2].pk).update(cluster="Since then")
    answer = client_of.post(reverse("schools:bulk-undo", args=[change.pk]))
    back = BulkChange.objects.get(undoes=change)
    assert answer.url == reverse("schools:bulk-check", args=[back.pk])
    page = client_of.get(answer.url).content.decode()
    assert "This takes back the change of 16 November 2009" in page
    assert School.objects.get(pk=place.schools[0].pk).cluster == "North"
    client_of.post(answer.url, {"form_key": KEY.format(3)})
    clusters = list(
        School.objects.filter(pk__in=[row.pk for row in place.schools]).order_by("pk").values_list("cluster", flat=True)
    )
    assert clusters == ["Old one", "", ""]


def test_a_category_is_given_back_from_the_same_day(place):
    value = category_of(place)
    change = previewed(place, value=value)
    carried_out(place, change)
    back = actions.undo_bulk(change=BulkChange.objects.get(pk=change.pk), by=place.manager, on=MONDAY, at=timezone.now())
    assert back.starts_on == date(2009, 11, 2)
    assert carried_out(place, back) == ["changed"] * 3
    assert categories(place) == ["", "", ""]


def test_what_changed_nothing_or_is_not_done_cannot_be_undone(place, client_of):
    change = previewed(place, "cluster", "", None)
    with pytest.raises(Refused, match="not been carried out"):
        actions.undo_bulk(change=change, by=place.manager, on=MONDAY, at=timezone.now())
    assert carried_out(place, change) == ["same"] * 3
    answer = client_of.post(reverse("schools:bulk-undo", args=[change.pk]))
    assert answer.url == reverse("schools:bulk-done", args=[change.pk])
    assert "there is nothing to undo" in client_of.get(answer.url).content.decode()
    assert BulkChange.objects.count() == 1


def test_a_change_is_carried_out_only_after_a_look_and_looked_at_only_before(place):
    change = begun(place)
    with pytest.raises(Refused, match="Look first"):
        carried_out(place, change)
    done = previewed(place, "cluster", "North", None)
    carried_out(place, done)
    with pytest.raises(Refused, match="already"):
        actions.preview_bulk(change=done, what="area", value="x", starts_on=None, on=MONDAY, at=timezone.now())
    assert not School.objects.filter(area="x").exists()
