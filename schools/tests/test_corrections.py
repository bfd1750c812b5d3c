"""A school suggests a correction to its record; an officer accepts or declines, and the school is told (issue 3)."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.actions import Refused
from accounts.permissions import Role
from accounts.tests import factories as people
from schools import actions
from schools.models import Correction, FieldOwner, School, SchoolFact
from schools.selectors import corrections_in_hand
from schools.tests.factories import AT, make_chair, make_head, make_school
from sipmanager.core.models import AuditEvent, OutgoingEmail

pytestmark = pytest.mark.django_db

TODAY = date(2009, 11, 16)  # Monday


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at(f"{TODAY} 10:00")


@pytest.fixture
def authority():
    return people.authority("Middleshire")


@pytest.fixture
def school(authority):
    return make_school("900001", name="Hill Road School", authority=authority, phone="01632 960001", town="Liss")


@pytest.fixture
def head(as_role, school):
    return as_role(user=make_head(school).user)


@pytest.fixture
def administrator(as_role, authority):
    return as_role(Role.ADMINISTRATOR, at=authority)


def url(name, *args):
    return reverse(f"schools:{name}", args=args)


def suggest(client, group="address", **changed):
    address = url("suggest", "900001", group) if group else url("suggest-other", "900001")
    form = client.get(address).context["form"]
    sent = {name: form[name].value() if form[name].value() is not None else "" for name in form.fields} | changed
    return client.post(address, sent)


def test_a_head_suggests_and_the_record_waits_for_an_officer(head, school, administrator):
    overview = head.get(url("school-detail", "900001")).content.decode()
    assert url("suggestion-list", "900001") in overview
    assert suggest(head, phone="01632 960009", says="We changed lines").url == url("suggestion-list", "900001")
    correction = Correction.objects.get()
    assert (correction.values, correction.was) == ({"phone": "01632 960009"}, {"phone": "01632 960001"})
    school.refresh_from_db()
    assert school.phone == "01632 960001"
    page = head.get(url("suggestion-list", "900001")).content.decode()
    assert "To decide" in page
    assert "01632 960009" in page
    work = administrator.get("/").content.decode()
    assert "Decide on 1 correction suggested by schools" in work
    queue = administrator.get(url("correction-list")).context["listing"]
    assert [row.pk for row in queue.records] == [correction.pk]


def test_what_is_accepted_is_written_with_the_school_as_its_source_and_the_school_is_told(head, school, administrator):
    suggest(head, phone="01632 960009", says="We changed lines")
    correction = Correction.objects.get()
    page = administrator.get(url("correction-detail", correction.pk)).content.decode()
    assert "The record holds: 01632 960001" in page
    assert administrator.get(url("correction-accept", correction.pk)).status_code == 405
    administrator.post(url("correction-accept", correction.pk))
    school.refresh_from_db()
    correction.refresh_from_db()
    assert school.phone == "01632 960009"
    assert (correction.outcome, correction.decided_by) == ("accepted", administrator.user)
    assert "Before: 01632 960001" in administrator.get(url("correction-detail", correction.pk)).content.decode()
    owner = FieldOwner.objects.get()
    assert (owner.field, owner.source) == ("phone", "school")
    assert "Given by the school on 16 November 2009" in administrator.get(url("school-detail", "900001")).content.decode()
    email = OutgoingEmail.objects.get(kind="school.correction")
    assert email.to == head.user.email
    assert url("suggestion-list", "900001") in email.body
    assert "960009" not in email.subject + email.body
    assert "Accepted" in head.get(url("suggestion-list", "900001")).content.decode()
    again = administrator.post(url("correction-accept", correction.pk))
    assert again.status_code == 409
    assert "Somebody has decided on it already" in again.content.decode()
    assert OutgoingEmail.objects.count() == 1


def test_what_is_declined_has_a_reason_that_the_school_reads(head, school, administrator):
    suggest(head, town="Lyss", says="")
    correction = Correction.objects.get()
    page = administrator.post(url("correction-decline", correction.pk), {"reason": ""}).content.decode()
    assert "Enter why the record stays as it is" in page
    administrator.post(url("correction-decline", correction.pk), {"reason": "The town is written Liss"})
    correction.refresh_from_db()
    school.refresh_from_db()
    assert (correction.outcome, school.town) == ("declined", "Liss")
    assert not FieldOwner.objects.exists()
    assert "The town is written Liss" in head.get(url("suggestion-list", "900001")).content.decode()
    assert "The town is written Liss" in administrator.get(url("correction-detail", correction.pk)).content.decode()
    email = OutgoingEmail.objects.get()
    assert "Liss" not in email.body
    with pytest.raises(Refused, match="decided on it already"):
        actions.decline_correction(correction=correction, reason="Again", by=administrator.user, at=AT)


def test_a_suggestion_in_words_alone_is_answered_without_a_change(head, school, administrator):
    suggest(head, group="", says="Our chair is now Colin Peverell")
    correction = Correction.objects.get()
    before = School.objects.filter(pk=school.pk).values().get()
    page = administrator.get(url("correction-detail", correction.pk)).content.decode()
    assert "Accept: the record has been put right" in page
    administrator.post(url("correction-accept", correction.pk))
    assert School.objects.filter(pk=school.pk).values().get() == before
    assert not AuditEvent.objects.filter(what="school.change").exists()


def test_a_corrected_phase_is_a_fact_of_the_school_from_that_day(head, school, administrator):
    suggest(head, group="identity", phase="middle_deemed_primary", says="")
    administrator.post(url("correction-accept", Correction.objects.get().pk))
    fact = SchoolFact.objects.get(school=school, kind="phase", ends_on=None)
    assert (fact.value, fact.source, fact.starts_on) == ("middle_deemed_primary", "school", TODAY)


def test_what_an_officer_has_put_right_meanwhile_is_accepted_all_the_same(head, school, administrator):
    suggest(head, phone="01632 960009", says="")
    actions.change_columns(school=school, values={"phone": "01632 960009"}, by=administrator.user, at=AT)
    administrator.post(url("correction-accept", Correction.objects.get().pk))
    assert Correction.objects.get().outcome == "accepted"
    assert FieldOwner.objects.get().source == "officer"


def test_what_is_no_suggestion_is_refused(head, school):
    assert "Nothing is different" in suggest(head, says="").content.decode()
    assert "Enter what should be put right" in suggest(head, group="", says="").content.decode()
    assert head.get(url("suggest", "900001", "locality")).url == url("suggestion-list", "900001")
    for group, values, says in (("address", {"area": "East"}, "cannot suggest"), ("", {}, "Enter what should be put right")):
        with pytest.raises(Refused, match=says):
            actions.suggest_correction(school=school, group=group, values=values, says="", by=head.user, at=AT)
    assert not Correction.objects.exists()
    with pytest.raises(Refused, match="Enter why"):
        correction = actions.suggest_correction(school=school, group="", values={}, says="x", by=head.user, at=AT)
        actions.decline_correction(correction=correction, reason="", by=head.user, at=AT)


def test_the_chair_may_suggest_and_nobody_else_of_or_outside_the_school(as_role, school, authority):
    assert suggest(as_role(user=make_chair(school).user), phone="1", says="").status_code == 302
    outsider = as_role(user=make_head(make_school(authority=authority)).user)
    assert outsider.get(url("suggest", "900001", "address")).status_code == 404
    for role in (Role.MANAGER, Role.ADMINISTRATOR, Role.SENIOR_ADVISER):
        client = as_role(role, at=authority)
        assert client.get(url("suggest", "900001", "address")).status_code == 404
        assert "Suggest a correction" not in client.get(url("school-detail", "900001")).content.decode()


def test_another_authority_neither_sees_nor_decides(head, as_role, school):
    suggest(head, phone="01632 960009", says="")
    stranger = as_role(Role.ADMINISTRATOR)
    correction = Correction.objects.get()
    assert stranger.get(url("correction-detail", correction.pk)).status_code == 404
    assert stranger.post(url("correction-accept", correction.pk)).status_code == 404
    assert not stranger.get(url("correction-list")).context["listing"].records
    assert head.get(url("correction-detail", correction.pk)).status_code == 404
    assert Correction.objects.get().is_open


def test_the_manager_hears_of_corrections_where_there_is_no_administrator(head, school, authority, viewer):
    suggest(head, phone="01632 960009", says="")
    manager = people.member(Role.MANAGER, at=authority)
    assert corrections_in_hand(viewer(manager)) == 1
    people.member(Role.ADMINISTRATOR, at=authority)
    assert corrections_in_hand(viewer(manager)) == 0


def test_the_queue_filters_by_state_and_exports_what_it_shows(head, administrator, school):
    suggest(head, phone="01632 960009", says="")
    suggest(head, group="", says="Our chair has changed")
    administrator.post(url("correction-decline", Correction.objects.first().pk), {"reason": "No"})
    assert len(administrator.get(url("correction-list")).context["listing"].records) == 1
    assert len(administrator.get(url("correction-list"), {"applied": 1}).context["listing"].records) == 2
    declined = administrator.get(url("correction-list"), {"applied": 1, "state": "declined"}).context["listing"].records
    assert [row.outcome for row in declined] == ["declined"]
    answer = administrator.get(url("correction-list"), {"applied": 1, "state": "open", "format": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "Something else" in text
    assert "Declined" not in text
