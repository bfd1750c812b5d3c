"""The first term of a SIP at a school, and of a new head (HND-8 to HND-11, DAY-3, DEP-20, DL-16)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.tests import factories as people
from partners import actions, jobs
from partners.familiarisation import ITEM_NAMES, due_on, items_for
from partners.models import (
    Familiarisation,
    FamiliarisationTick,
)
from partners.selectors import familiarisation_due_on, owed_of_changes
from partners.tests import factories
from partners.tests.factories import moment
from schools.facts import Phase
from schools.models import Post
from schools.tests import factories as schools
from sipmanager.core.academic import default_terms
from sipmanager.core.deadlines import DueState
from sipmanager.core.models import OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate

from .steps import AT, FIRST_DAY, NOV

pytestmark = pytest.mark.django_db


@pytest.fixture
def getting_started(changed):
    return Familiarisation.objects.get(deployment=changed.incoming)


def test_hnd_8_hnd_9_hnd_10_the_list_of_a_new_sip_and_of_a_new_head():
    sources = {item.source for item in items_for("new_sip")}
    assert {"HND-6", "HND-8", "HND-9", "HND-10"} <= sources
    assert set(items_for("new_head")) < set(items_for("new_sip"))
    assert len(ITEM_NAMES) == len(items_for("new_sip"))


@pytest.mark.parametrize(
    ("starts_on", "expected"),
    [
        (date(2009, 8, 20), date(2009, 12, 31)),  # Term 1 is still to come
        (date(2009, 9, 14), date(2010, 1, 14)),  # one term after the start is later than Term 1
        (date(2009, 12, 31), date(2010, 3, 31)),  # and never beyond the next term
        (date(2010, 1, 1), date(2010, 3, 31)),
        (date(2010, 1, 4), date(2010, 4, 4)),
        (date(2010, 4, 2), date(2010, 9, 2)),
    ],
)
def test_dl_16_the_end_of_term_1_or_one_term_after_the_start(starts_on, expected):
    assert due_on(starts_on, [*default_terms(2009), *default_terms(2010)]) == expected


def test_dl_16_needs_a_term_that_follows():
    with pytest.raises(ValueError, match="No term follows"):
        due_on(date(2010, 5, 1), default_terms(2009))


def test_dl_16_reads_the_terms_of_the_authority(authority):
    assert familiarisation_due_on(authority, date(2009, 8, 20)) == date(2009, 12, 31)
    schools.make_calendar(authority)
    assert familiarisation_due_on(authority, date(2009, 8, 20)) != date(2009, 12, 31)


def test_hnd_11_the_list_is_ticked_off_and_complete_with_its_last_item(getting_started, partner, authority):
    at, keys = moment(FIRST_DAY), [item.key for item in items_for("new_sip")]

    def tick(key):
        actions.tick_item(familiarisation=getting_started, item=key, done_on=FIRST_DAY, note="So", by=partner.user, at=at)

    for key in keys[:-1]:
        tick(key)
    due = next(one for one in owed_of_changes(partition=authority.code, on=date(2010, 4, 5)) if one.rule == "DL-16")
    assert (due.owner.email, due.state) == ("nat@sip.example", DueState.OVERDUE)
    assert "16 of 17 items done" in due.why
    tick(keys[-1])
    assert getting_started.met_on == FIRST_DAY
    assert not [one for one in owed_of_changes(partition=authority.code, on=date(2010, 4, 5)) if one.rule == "DL-16"]
    with pytest.raises(OutOfDate):
        tick(keys[0])
    actions.take_tick_back(familiarisation=getting_started, item=keys[0], by=partner.user, at=at)
    assert getting_started.met_on is None
    with pytest.raises(OutOfDate):
        actions.take_tick_back(familiarisation=getting_started, item=keys[0], by=partner.user, at=at)
    assert FamiliarisationTick.objects.count() == 17


def test_dl_16_goes_up_to_the_line_manager(getting_started, authority, partner):
    line = people.user("Lin Line", email="line@ashby.example")
    factories.support(factories.engage(partner, authority), line)
    due = next(one for one in owed_of_changes(partition=authority.code, on=date(2010, 4, 5)) if one.rule == "DL-16")
    assert [person.email for person in due.escalate_to] == ["line@ashby.example"]


def test_what_cannot_be_ticked(getting_started, partner, outgoing):
    given = {"familiarisation": getting_started, "at": moment(FIRST_DAY)}
    with pytest.raises(MoveRefused, match="not on the list"):
        actions.tick_item(item="tea", done_on=FIRST_DAY, by=partner.user, **given)
    with pytest.raises(MoveRefused, match="still to come"):
        actions.tick_item(item="website", done_on=date(2010, 1, 5), by=partner.user, **given)
    with pytest.raises(PermissionDenied):
        actions.tick_item(item="website", done_on=FIRST_DAY, by=outgoing.partner.user, **given)
    assert not FamiliarisationTick.objects.exists()


def test_dep_20_a_new_head_brings_time_to_get_to_know_them_once(outgoing, school, authority):
    new = schools.make_head(school, full_name="Val New", starts_on=date(2009, 11, 9))
    Post.objects.filter(school=school).exclude(pk=new.pk).update(ends_on=date(2009, 11, 8))
    told = {"partition": authority.code, "on": NOV, "at": AT}
    assert jobs.begin_for_new_heads(dry_run=True, **told).states_changed == 1
    assert not Familiarisation.objects.filter(reason="new_head").exists()
    assert jobs.begin_for_new_heads(**told).states_changed == 1
    row = Familiarisation.objects.get(reason="new_head")
    assert (row.post, row.deployment, row.days) == (new, outgoing, 1)
    assert OutgoingEmail.objects.get(kind="familiarisation_begins").to == outgoing.partner.email
    assert jobs.begin_for_new_heads(**told).states_changed == 0
    assert jobs.begin_for_new_heads(partition="national", on=NOV, at=AT).states_changed == 0


def test_dep_20_the_first_head_on_record_and_one_who_was_there_first_are_not_new(authority, manager):
    school = schools.make_school(authority=authority, phase=Phase.SECONDARY)
    schools.make_head(school, starts_on=date(2009, 11, 9))
    factories.make_deployment(None, school, authority, starts_on=date(2009, 11, 2), by=manager)
    late = schools.make_school(authority=authority, phase=Phase.SECONDARY, head="Known Longer")
    schools.make_head(late, starts_on=date(2009, 10, 5))
    factories.make_deployment(None, late, authority, starts_on=date(2009, 11, 2), by=manager)
    assert jobs.begin_for_new_heads(partition=authority.code, on=NOV, at=AT).states_changed == 0


def test_a_fault_at_one_school_does_not_stop_the_night(outgoing, school, authority, monkeypatch):
    new = schools.make_head(school, starts_on=date(2009, 11, 9))
    Post.objects.filter(school=school).exclude(pk=new.pk).update(ends_on=date(2009, 11, 8))

    def broken(**_):
        raise RuntimeError("no")

    monkeypatch.setattr(jobs.handovers, "begin_for_new_head", broken)
    assert len(jobs.begin_for_new_heads(partition=authority.code, on=NOV, at=AT).failures) == 1


def test_the_page_of_getting_started_with_the_schools_year(getting_started, known, partner, as_role, clock_at, manager):
    clock_at("2010-01-05 10:00")
    client, url = as_role(user=partner.user), reverse("partners:familiarisation-detail", args=[getting_started.pk])
    page = client.get(url)
    assert [one.says for one in page.context["year"] if one.url] == ["Spring visit, planned"]
    assert "Term 1 begins" in page.content.decode()
    assert "0 of 17 items done" in page.content.decode()
    assert "1 day more this year" in page.content.decode()
    tick = reverse("partners:familiarisation-tick", args=[getting_started.pk, "website"])
    assert client.get(tick).status_code == 200
    typed = {"done_on_day": "5", "done_on_month": "1", "done_on_year": "2010", "note": "A <b>good</b> site"}
    assert client.post(tick, typed).status_code == 302
    assert client.post(tick, typed).status_code == 302
    shown = client.get(url).content.decode()
    assert "A &lt;b&gt;good&lt;/b&gt; site" in shown
    assert client.get(reverse("partners:familiarisation-tick", args=[getting_started.pk, "tea"])).status_code == 302
    client.post(reverse("partners:familiarisation-untick", args=[getting_started.pk, "website"]))
    client.post(reverse("partners:familiarisation-untick", args=[getting_started.pk, "website"]))
    assert "0 of 17 items done" in client.get(url).content.decode()
    listed = as_role(user=manager).get(reverse("partners:familiarisation-list")).content.decode()
    assert "0 of 17 items" in listed
