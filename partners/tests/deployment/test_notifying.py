"""The log of what the national contractor is told: many at once, one notice of all that waits, the lag (DEP-15, DL-25)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions, jobs
from partners.models import Letter, NationalNotification
from partners.selectors import owed_of_changes, unsent_notifications
from partners.tests import factories
from partners.tests.factories import moment
from schools.facts import Phase
from schools.tests import factories as schools
from sipmanager.core.deadlines import DueState
from sipmanager.core.models import AuditEvent
from sipmanager.core.workflow import MoveRefused, OutOfDate

pytestmark = pytest.mark.django_db

NOV = date(2009, 11, 16)  # Monday
AT = moment(NOV)
MONDAY = date(2009, 11, 9)


@pytest.fixture
def three(authority, manager):
    """Three changes that took effect on the Monday before."""
    for number in range(3):
        school = schools.make_school(authority=authority, name=f"=School {number}", phase=Phase.SECONDARY)
        factories.make_deployment(None, school, authority, starts_on=MONDAY, by=manager)
    return list(NationalNotification.objects.order_by("pk"))


def test_dep_15_chosen_rows_are_marked_with_one_day_and_method(three, administrator):
    actions.mark_notified(notification=three[0], sent_on=MONDAY, method="by post", by=administrator, at=AT)
    NationalNotification.objects.filter(pk=three[1].pk).update(is_elsewhere=True)
    rows = list(NationalNotification.objects.order_by("pk"))
    done = actions.mark_many_notified(notifications=rows, sent_on=NOV, method="by email", by=administrator, at=AT)
    assert [bool(because) for _row, because in done] == [True, True, False]
    columns = list(NationalNotification.objects.order_by("pk").values_list("sent_on", "method", "waited"))
    assert columns == [(MONDAY, "by post", 0), (None, "", 0), (NOV, "by email", 5)]


def test_dep_15_one_notice_lists_all_that_waits_and_marks_it(three, administrator, authority):
    letter = actions.make_notice(authority=authority, sent_on=NOV, method="by email", by=administrator, at=AT)
    assert (letter.kind, letter.recipient, letter.deployment) == ("notice_contractor", "contractor", None)
    assert [row["school"] for row in letter.content["rows"]] == ["=School 0", "=School 1", "=School 2"]
    assert "3 changes" in letter.content["body"]
    rows = NationalNotification.objects.all()
    assert set(rows.values_list("sent_on", "method", "notice_id", "waited")) == {(NOV, "by email", letter.pk, 5)}
    assert AuditEvent.objects.filter(what="notification.send").count() == 3
    with pytest.raises(MoveRefused, match="Nothing of Ashby waits"):
        actions.make_notice(authority=authority, sent_on=NOV, method="by email", by=administrator, at=AT)
    with pytest.raises(MoveRefused, match="not mailed from here"):
        actions.send_again(letter=letter, by=administrator, at=AT)


@pytest.mark.parametrize(
    ("sent_on", "method", "says"), [(date(2009, 11, 17), "by email", "today or in the past"), (NOV, " ", "Enter how")]
)
def test_what_a_notice_needs(three, administrator, authority, sent_on, method, says):
    with pytest.raises(MoveRefused, match=says):
        actions.make_notice(authority=authority, sent_on=sent_on, method=method, by=administrator, at=AT)
    assert not Letter.objects.filter(kind="notice_contractor").exists()


def test_a_notice_that_lost_a_race_marks_nothing(three, administrator, authority, monkeypatch):
    seen = list(unsent_notifications(authority))
    actions.mark_notified(notification=three[1], sent_on=NOV, method="by post", by=administrator, at=AT)
    monkeypatch.setattr("partners.actions.deployment.notifying.unsent_notifications", lambda authority: seen)
    with pytest.raises(OutOfDate):
        actions.make_notice(authority=authority, sent_on=NOV, method="by email", by=administrator, at=AT)
    assert not Letter.objects.filter(kind="notice_contractor").exists()
    assert NationalNotification.objects.filter(sent_on=None).count() == 2


def test_nobody_makes_the_notice_of_another_authority(three, authority):
    with pytest.raises(PermissionDenied):
        actions.make_notice(
            authority=authority, sent_on=NOV, method="by email", at=AT,
            by=people.member(Role.ADMINISTRATOR, at=people.authority("Foxley")),
        )  # fmt: skip


def test_what_was_struck_out_before_it_was_told_waits_for_nothing(three, manager, authority):
    actions.void_deployment(deployment=three[0].deployment, reason="Wrong school", by=manager, at=AT)
    assert three[0] not in unsent_notifications(authority)


def test_dl_25_is_owed_at_once_and_alerts_after_five_working_days(three, authority, administrator, manager):
    def due(on):
        return [one for one in owed_of_changes(partition=authority.code, on=on) if one.rule == "DL-25"]

    assert due(date(2009, 11, 8)) == []
    first = due(MONDAY)[0]
    assert (first.owner.email, first.due_on, first.stage) == (administrator.email, NOV, "")
    late = due(date(2009, 11, 17))[0]
    assert (late.state, late.stage, late.escalate_to[0].email) == (DueState.OVERDUE, "0d", manager.email)
    actions.make_notice(authority=authority, sent_on=NOV, method="by email", by=administrator, at=AT)
    assert due(date(2009, 11, 17)) == []


def test_dl_25_the_night_writes_down_how_long_each_has_waited(three, authority):
    told = {"partition": authority.code, "on": NOV, "at": AT}
    assert jobs.count_waiting(dry_run=True, **told).states_changed == 3
    assert not NationalNotification.objects.filter(waited__gt=0).exists()
    assert jobs.count_waiting(**told).states_changed == 3
    assert set(NationalNotification.objects.values_list("waited", flat=True)) == {5}
    assert jobs.count_waiting(**told).states_changed == 0
    assert jobs.count_waiting(partition="national", on=NOV, at=AT).states_changed == 0


def test_the_pages_of_the_log(three, administrator, authority, as_role, clock_at):
    clock_at("2009-11-16 10:00")
    client, log = as_role(user=administrator), reverse("partners:notification-list")
    jobs.count_waiting(partition=authority.code, on=NOV, at=AT)
    page = client.get(log, {"sort": "-waited"}).content.decode()
    assert "Lag" in page
    assert "5 days" in page
    keys = [str(row.pk) for row in three[:2]]
    moved = client.post(log, {"action": "mark", "chosen": keys})
    assert moved.status_code == 302
    form = client.get(moved.url).context["form"]
    typed = {
        "sent_on_day": "16", "sent_on_month": "11", "sent_on_year": "2009", "method": "by post",
        "form_key": str(form["form_key"].value()),
    }  # fmt: skip
    for _ in range(2):
        assert client.post(moved.url, typed).status_code == 302
    assert NationalNotification.objects.filter(method="by post").count() == 2
    assert client.get(reverse("partners:notifications-mark")).status_code == 302
    new = reverse("partners:notice-new")
    shown = client.get(new)
    assert "1 change to tell" in shown.content.decode()
    typed |= {"authority": authority.pk, "form_key": str(shown.context["form"]["form_key"].value()), "method": "by email"}
    answer = client.post(new, typed)
    letter = Letter.objects.get(kind="notice_contractor")
    assert answer.url == reverse("partners:letter-detail", args=[letter.pk])
    assert "=School 2" in client.get(answer.url).content.decode()
    text = b"".join(client.get(reverse("partners:letter-csv", args=[letter.pk])).streaming_content).decode()
    assert "'=School 2" in text  # no formula for a spreadsheet
    assert "by email" in client.get(log, {"sent": "yes"}).content.decode()
