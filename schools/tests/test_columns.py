"""Changing what is known of a school, where each fact came from, and giving it back (SCH-1, SCH-5, SCH-7, SCH-9, SCH-12)."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.actions import Refused
from accounts.permissions import Role
from accounts.tests import factories as people
from schools import actions
from schools.columns import COLUMNS, GROUPS
from schools.facts import Phase
from schools.imports.plans import COMPARED
from schools.models import FactKind, FieldOwner, School, SchoolFact
from schools.selectors import fact_on, owned_fields, stages_of
from schools.tests.factories import AT, make_school, set_fact
from sipmanager.core.models import AuditEvent

pytestmark = pytest.mark.django_db

TODAY = date(2009, 11, 16)  # Monday
EARLIER = date(2009, 11, 2)  # Monday


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at(TODAY)


@pytest.fixture
def authority():
    return people.authority("Middleshire")


@pytest.fixture
def school(authority):
    school = make_school("900001", name="Hill Road School", authority=authority, town="Liss", phone="01632 960001")
    School.objects.filter(pk=school.pk).update(line_digest="abc")
    return school


@pytest.fixture
def by(authority):
    return people.member(Role.ADMINISTRATOR, at=authority)


@pytest.fixture
def administrator(as_role, authority):
    return as_role(Role.ADMINISTRATOR, at=authority)


def url(name, *args):
    return reverse(f"schools:{name}", args=["900001", *args])


def change(school, by, on=TODAY, **values):
    return actions.change_columns(school=school, values=values, on=on, by=by, at=AT)


def refuse(school, by, says, on=TODAY, **values):
    before = School.objects.filter(pk=school.pk).values().get(), AuditEvent.objects.count(), FieldOwner.objects.count()
    with pytest.raises(Refused) as refusal:
        change(school, by, on=on, **values)
    assert says in str(refusal.value)
    after = School.objects.filter(pk=school.pk).values().get(), AuditEvent.objects.count(), FieldOwner.objects.count()
    assert before == after


def test_the_columns_from_the_register_are_those_that_an_extract_fills():
    from_register = {name for name, column in COLUMNS.items() if column.from_register}
    assert from_register <= set(COMPARED)
    assert not {name for name, column in COLUMNS.items() if not column.from_register} & set(COMPARED)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.key)
def test_every_group_has_its_page(administrator, school, group):
    page = administrator.get(url("school-change", group.key))
    assert page.status_code == 200
    assert {column.name for column in group.columns} <= set(page.context["form"].fields)


def test_sch_1_what_an_officer_changes_belongs_to_the_officer_and_the_page_says_so(administrator, school):
    form = administrator.get(url("school-change", "address")).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | {"phone": "01632 960002", "town": "Liss "}
    assert administrator.post(url("school-change", "address"), sent).url == url("school-detail")
    school.refresh_from_db()
    assert school.phone == "01632 960002"
    owner = FieldOwner.objects.get()
    assert (owner.school, owner.field, owner.source, owner.recorded_by) == (school, "phone", "officer", administrator.user)
    assert owned_fields([school.pk]) == {school.pk: frozenset({"phone"})}
    page = administrator.get(url("school-detail")).content.decode()
    assert "Entered by an officer on 16 November 2009" in page
    assert "From the national register of 1 September 2009" in page
    event = AuditEvent.objects.get(what="school.change")
    assert (event.details["columns"], event.school_id) == (["phone"], school.pk)
    assert "01632" not in str(event.details)
    assert "Changed: telephone" in administrator.get(url("school-record")).content.decode()


def test_a_row_of_several_columns_says_which_of_them_is_whose(administrator, school, by):
    change(school, by, town="Liss Forest")
    page = administrator.get(url("school-detail")).content.decode()
    assert "Town entered by an officer on 1 September 2009; the rest from the national register of 1 September 2009" in page


def test_what_is_given_back_is_filled_by_the_next_extract(administrator, school, by):
    change(school, by, phone="01632 960002")
    page = administrator.get(url("school-change", "address")).content.decode()
    assert "Give back the telephone" in page
    assert administrator.get(url("school-give-back", "phone")).status_code == 405
    assert "the next extract" in administrator.post(url("school-give-back", "phone"), follow=True).content.decode()
    assert not FieldOwner.objects.exists()
    school.refresh_from_db()
    assert (school.phone, school.line_digest) == ("01632 960002", "")
    assert AuditEvent.objects.filter(what="school.give_back").count() == 1
    assert "the next extract" not in administrator.post(url("school-give-back", "phone"), follow=True).content.decode()
    assert AuditEvent.objects.filter(what="school.give_back").count() == 1
    with pytest.raises(Refused, match="belongs to the national register already"):
        actions.give_back(school=school, column="phone", by=by, at=AT)
    with pytest.raises(Refused, match="does not hold this"):
        actions.give_back(school=school, column="area", by=by, at=AT)


def test_sch_5_a_type_and_a_phase_are_dated_facts_and_come_back_to_the_register(school, by):
    changed = change(school, by, on=EARLIER, governance="foundation", phase=Phase.MIDDLE_DEEMED_SECONDARY)
    assert changed == ["governance", "phase"]
    days = [date(2009, 11, 1), EARLIER]
    assert [fact_on(school, on).governance for on in days] == ["community", "foundation"]
    assert [fact_on(school, on).deemed_phase for on in days] == ["primary", "secondary"]
    school.refresh_from_db()
    assert (school.type_name, school.deemed_phase) == ("Foundation school", "secondary")
    assert owned_fields([school.pk])[school.pk] == {"governance", "type_name", "phase"}
    running = SchoolFact.objects.filter(school=school, ends_on=None)
    assert running.get(kind=FactKind.GOVERNANCE).source == "officer"
    actions.give_back(school=school, column="governance", by=by, at=AT)
    assert owned_fields([school.pk])[school.pk] == {"phase"}
    assert running.get(kind=FactKind.GOVERNANCE).source == "gias"


def test_sch_3_a_unit_keeps_the_deemed_phase_that_an_officer_set(authority, by):
    unit = make_school(authority=authority, phase=Phase.PRIMARY)
    change(unit, by, phase=Phase.PRU)
    unit.refresh_from_db()
    assert unit.deemed_phase == ""
    set_fact(unit, FactKind.DEEMED_PHASE, "secondary")
    change(unit, by, on=date(2009, 11, 17), phase=Phase.SPECIAL)
    unit.refresh_from_db()
    assert unit.deemed_phase == "secondary"


def test_a_new_name_is_found_by_the_search(administrator, school, by):
    change(school, by, name="Brook Lane School")
    listing = administrator.get(reverse("schools:school-list"), {"q": "brook lane"}).context["listing"]
    assert [found.urn for found in listing.records] == ["900001"]
    assert fact_on(school, date(2009, 11, 15)).name == "Hill Road School"


def test_what_is_unsound_is_refused_whole(school, by):
    refuse(school, by, "Nothing is different", town="Liss")
    refuse(school, by, "The highest age is below the lowest", low_age=11, high_age=5)
    refuse(school, by, "Town: ", town="x" * 101, phone="01632 960003")
    refuse(school, by, "Type: ", governance="grammar")
    refuse(school, by, "Stages are those of the list", stages=["ks4", "ks3"])
    refuse(school, by, "from which day", on=None, name="Another School")
    change(school, by, on=TODAY, name="Another School")
    refuse(school, by, "cannot be before", on=EARLIER, name="A Third School")


def test_the_date_of_change_is_asked_of_facts_and_not_in_the_future(administrator, school):
    assert "on" not in administrator.get(url("school-change", "address")).context["form"].fields
    form = administrator.get(url("school-change", "identity")).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields if name != "on"} | {"name": "New Name"}
    page = administrator.post(url("school-change", "identity"), {**sent, "on_day": 17, "on_month": 11, "on_year": 2009})
    assert "must be today or in the past" in page.content.decode()
    page = administrator.post(url("school-change", "identity"), sent)
    assert "from which day the change holds" in page.content.decode()
    school.refresh_from_db()
    assert school.name == "Hill Road School"


def test_sch_7_faith_diocese_and_the_diocesan_officer(administrator, as_role, school, authority):
    diocese = people.diocese("Aldminster")
    sent = {"religious_character": "Church of England", "diocese_id": str(diocese.pk), "diocesan_officer": "Canon Amberley"}
    administrator.post(url("school-change", "faith"), sent)
    page = administrator.get(url("school-detail")).content.decode()
    for words in (
        "Church of England",
        "Aldminster",
        "Canon Amberley",
    ):
        assert words in page
    director = as_role(Role.NATIONAL_DIRECTOR, at=authority).get(url("school-detail")).content.decode()
    assert "Church of England" in director
    assert "Canon Amberley" not in director


def test_sch_9_the_stages_follow_the_ages_until_somebody_says_otherwise(administrator, school):
    School.objects.filter(pk=school.pk).update(low_age=11, high_age=18, has_sixth_form=True)
    school.refresh_from_db()
    assert stages_of(school) == ["ks3", "ks4", "sixth_form"]
    assert "From its ages" in administrator.get(url("school-detail")).content.decode()
    administrator.post(url("school-change", "stages"), {"stages": ["ks3", "ks4", "boarding"]})
    school.refresh_from_db()
    assert stages_of(school) == ["ks3", "ks4", "boarding"]
    page = administrator.get(url("school-detail")).content.decode()
    assert "Boarding" in page
    assert "From its ages" not in page


def test_sch_12_area_district_partnership_and_cluster(administrator, school):
    sent = {"area": "East", "district": "Ashby", "lcsp": "Ashby One", "lcsp_manager": "Lena Ling", "cluster": "Ashby Heads"}
    administrator.post(url("school-change", "locality"), sent)
    page = administrator.get(url("school-detail")).content.decode()
    for words in (*sent.values(), "Manager: Lena Ling"):
        assert words in page
    assert "Give back" not in administrator.get(url("school-change", "locality")).content.decode()


def test_nobody_changes_a_school_who_may_only_look(as_role, school, authority):
    for role, at in ((Role.COORDINATOR, authority.region), (Role.SENIOR_ADVISER, authority), (Role.READER, authority)):
        client = as_role(role, at=at)
        assert client.get(url("school-change", "address")).status_code == 404
        assert client.post(url("school-give-back", "phone")).status_code == 404
        assert "/change/" not in client.get(url("school-detail")).content.decode()
    assert as_role(Role.MANAGER).get(url("school-change", "address")).status_code == 404
