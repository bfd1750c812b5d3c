"""Dated records of a school: how each kind is added, changed, ended and struck out, and who sees it (SCH-7 to SCH-19)."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.actions import Refused
from accounts.permissions import Role
from accounts.tests import factories as people
from partners.tests import factories as partners
from schools import actions
from schools.finances import Trigger
from schools.inspecting import LINE_NAMES
from schools.kinds import BY_KEY, KINDS, kind_of
from schools.models import (
    CategoryOfOfsted,
    ConcernFlag,
    FinanceFlag,
    HeldPaper,
    Inspection,
    SchoolContext,
    ServiceYear,
    SharingOptOut,
    SipSource,
    Specialism,
)
from schools.tests.factories import AT, make_head, make_record, make_school
from sipmanager.core.models import AuditEvent

pytestmark = pytest.mark.django_db

TODAY = date(2009, 11, 16)  # Monday
EARLIER = date(2009, 9, 7)  # Monday


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at(TODAY)


@pytest.fixture
def authority():
    return people.authority("Middleshire")


@pytest.fixture
def school(authority):
    return make_school("900001", name="Hill Road School", authority=authority)


@pytest.fixture
def by(authority):
    return people.member(Role.MANAGER, at=authority)


@pytest.fixture
def manager(as_role, authority):
    return as_role(Role.MANAGER, at=authority)


@pytest.fixture
def refused():
    """`refused(act, says)`: refused with those words, and neither a row nor a line of the record is written."""

    def refused(act, says):
        before = AuditEvent.objects.count(), [kind.model.objects.count() for kind in KINDS]
        with pytest.raises(Refused) as refusal:
            act()
        assert says in str(refusal.value)
        assert before == (AuditEvent.objects.count(), [kind.model.objects.count() for kind in KINDS])

    return refused


def url(name, *args):
    return reverse(f"schools:record-{name}", args=["900001", *args])


def day(name, on):
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def key(client, address):
    return str(client.get(address).context["form"]["form_key"].value())


SINCE = day("starts_on", EARLIER)
# What each kind holds, as a form sends it, and a word of the page that shows it.
SENT = {
    "concerns": ({"concern": "causing_concern", "reason": "Standards fell", **SINCE}, "Standards fell"),
    "finance": ({"trigger": "rolls", "officer": "Olive Ochre", "details": "Year 7 halved", **SINCE}, "Year 7 halved"),
    "ofsted-category": ({"category": "special_measures", **SINCE}, "Special measures"),
    "inspections": (
        {"inspection_type": "section_5", "key_issues": "Marking", "grade_overall": "4", **SINCE},
        "Overall effectiveness: 4, inadequate",
    ),
    "papers": ({"paper": "sef", "version": "7", "supplied_by": "school", **SINCE}, "Version 7"),
    "specialisms": ({"specialism": "Science", "is_leading": "on", **SINCE}, "Leading status"),
    "faith-requests": ({"note": "A Methodist", **SINCE}, "A Methodist"),
    "contexts": ({"year": "2009", "roll": "412", "cohort_r": "60", "notes": "New estate"}, "412 pupils on roll"),
    "consents": ({"signed_by": "Ann Early", **SINCE}, "Signed by Ann Early"),
    "opt-outs": ({"recipient": "diocese", **SINCE}, "The diocese"),
    "service-years": ({"year": "2009", "is_member": "on", "buys_sip_service": "on"}, "Buys the SIP service"),
    "sip-sources": ({"appointed_by": "external", "note": "A consultant", **SINCE}, "A consultant"),
}  # fmt: skip
RULES = {
    "concerns": "SCH-14", "finance": "FIN-3, SCH-17", "ofsted-category": "SCH-15", "inspections": "SCH-15",
    "papers": "SCH-16", "specialisms": "SCH-8", "faith-requests": "SCH-7", "contexts": "SCH-11", "consents": "SCH-18",
    "opt-outs": "SCH-18", "service-years": "SCH-18", "sip-sources": "SCH-19",
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in SENT if "starts_on_day" in SENT[name][0]])
def test_an_empty_form_says_which_day_is_missing_in_words_that_are_a_sentence(manager, school, name):
    """Not "Enter the since" or "Enter the set on"."""
    form = manager.post(url("add", name), {"form_key": key(manager, url("add", name))}).context["form"]
    says = form.errors["starts_on"][0]
    assert says.startswith("Enter the ")
    assert "date" in says or "first day" in says
    assert not BY_KEY[name].ending or "ate " in BY_KEY[name].ending or "Last day" in BY_KEY[name].ending


@pytest.mark.parametrize("name", SENT, ids=lambda name: f"{name} ({RULES[name]})")
def test_a_record_is_added_shown_changed_ended_and_struck_out(manager, school, name):
    """SCH-7, SCH-8, SCH-11, SCH-14 to SCH-19, FIN-3: one mechanism for every kind; one effect however often it is sent."""
    kind, (sent, word) = BY_KEY[name], SENT[name]
    address = url("add", name)
    sent = {**sent, "form_key": key(manager, address)}
    for _ in range(2):
        assert manager.post(address, sent).url == url("list", name)
    record = kind.model.objects.get()
    assert kind_of(record) is kind
    assert (record.source, record.recorded_by) == ("officer", manager.user)
    page = manager.get(url("list", name)).content.decode()
    assert word in page
    assert "Entered by an officer on 16 November 2009" in page
    assert manager.get(url("change", name, record.pk)).status_code == 200
    refusal = manager.post(url("change", name, record.pk), {**sent, "form_key": key(manager, address)}).content.decode()
    assert "Nothing is different" in refusal
    if kind.ending:
        assert manager.post(url("end", name, record.pk), day("ends_on", TODAY)).url == url("list", name)
        record.refresh_from_db()
        assert record.ends_on == TODAY
        assert "Change" in manager.get(url("change", name, record.pk)).content.decode()
    else:
        assert (
            "has its days from the start" in manager.post(url("end", name, record.pk), day("ends_on", TODAY)).content.decode()
        )
    manager.post(url("strike-out", name, record.pk), {"reason": "Of another school"})
    page = manager.get(url("list", name)).content.decode()
    assert "Struck out on 16 November 2009: Of another school" in page
    assert not kind.model.objects.running(TODAY).exists()
    events = AuditEvent.objects.filter(what__startswith=f"{kind.event}.", school_id=school.pk)
    assert events.filter(what=f"{kind.event}.add").count() == 1
    assert events.filter(what=f"{kind.event}.void").count() == 1


def test_every_kind_has_a_form_and_a_name_of_its_own():
    from schools.forms import FORMS

    assert set(FORMS) == set(BY_KEY) == set(SENT)
    assert len({kind.event for kind in KINDS}) == len(KINDS)


def test_a_record_is_put_right_on_its_page_and_the_line_names_the_columns_alone(manager, school, by):
    flag = make_record("concerns", school, by=by, concern="national_challenge", starts_on=EARLIER, risk="high", days=8)
    address = url("change", "concerns", flag.pk)
    form = manager.get(address).context["form"]
    assert (form["concern"].value(), form["days"].value()) == ("national_challenge", 8)
    sent = {
        "form_key": key(manager, address),
        "concern": "national_challenge",
        "reason": "Few five good grades",
        "risk": "high",
    }
    assert manager.post(address, {**sent, "days": "12", **SINCE}).url == url("list", "concerns")
    flag.refresh_from_db()
    assert (flag.days, flag.reason) == (12, "Few five good grades")
    event = AuditEvent.objects.get(what="concernflag.change")
    assert (event.details["changed"], event.school_id) == (["reason", "days"], school.pk)
    assert "Few" not in str(event.details)


def test_a_change_is_refused_that_would_make_the_record_wrong(school, by, refused):
    flag = make_record("concerns", school, by=by, concern="jem", starts_on=EARLIER)
    make_record("concerns", school, by=by, concern="rays", starts_on=EARLIER)
    refused(lambda: actions.change_record(record=flag, concern="rays", by=by, at=AT), "On RAYS is recorded already")
    refused(lambda: actions.change_record(record=flag, days=8, by=by, at=AT), "National Challenge school only")
    refused(lambda: actions.change_record(record=flag, concern="none", by=by, at=AT), "Concern")
    flag.refresh_from_db()
    assert (flag.concern, flag.days) == ("jem", None)


# Refusals.


def test_sch_14_one_flag_of_a_concern_runs_at_a_time(school, by, refused):
    flag = make_record("concerns", school, by=by, concern="jem", starts_on=EARLIER)
    refused(lambda: make_record("concerns", school, by=by, concern="jem", starts_on=TODAY), "JEM school is recorded already")
    make_record("concerns", school, by=by, concern="rays", starts_on=EARLIER)
    actions.end_record(record=flag, on=date(2009, 10, 1), by=by, at=AT)
    make_record("concerns", school, by=by, concern="jem", starts_on=TODAY)
    assert ConcernFlag.objects.running(TODAY).count() == 2


def test_sch_14_a_concern_has_its_reason_and_is_not_removed_before_it_began(school, by, refused):
    refused(
        lambda: make_record("concerns", school, by=by, concern="causing_concern", starts_on=EARLIER),
        "Enter why the school is causing concern",
    )
    refused(
        lambda: make_record("concerns", school, by=by, concern="jem", starts_on=TODAY, ends_on=EARLIER),
        "The last day is before the first",
    )
    flag = make_record("concerns", school, by=by, concern="jem", starts_on=TODAY)
    refused(lambda: actions.end_record(record=flag, on=EARLIER, by=by, at=AT), "cannot end before that")
    actions.end_record(record=flag, on=TODAY, by=by, at=AT)
    refused(lambda: actions.end_record(record=flag, on=TODAY, by=by, at=AT), "ended already")


@pytest.mark.parametrize("days", [5, 21])
def test_sch_14_a_national_challenge_school_has_6_to_20_days(school, by, refused, days):
    refused(
        lambda: make_record(
            "concerns", school, by=by, concern="national_challenge", starts_on=EARLIER, risk="high", days=days
        ),
        "between 6 and 20",
    )
    refused(
        lambda: make_record("concerns", school, by=by, concern="jem", starts_on=EARLIER, days=8),
        "National Challenge school only",
    )
    flag = make_record("concerns", school, by=by, concern="national_challenge", starts_on=EARLIER, risk="high", days=20)
    assert flag.lines() == ["Risk rating: high", "20 days of support"]


def test_sch_15_a_category_follows_the_one_before(school, by, refused):
    make_record("ofsted-category", school, by=by, category="notice_to_improve", starts_on=EARLIER)
    refused(
        lambda: make_record("ofsted-category", school, by=by, category="special_measures", starts_on=EARLIER),
        "must begin later",
    )
    make_record("ofsted-category", school, by=by, category="special_measures", starts_on=TODAY)
    rows = CategoryOfOfsted.objects.order_by("starts_on")
    assert [(row.category, row.ends_on) for row in rows] == [
        ("notice_to_improve", date(2009, 11, 15)), ("special_measures", None),
    ]  # fmt: skip


def test_sch_15_grades_are_1_to_4_on_known_lines_and_the_report_comes_after_the_inspection(school, by, refused):
    days = {"starts_on": EARLIER, "ends_on": EARLIER, "inspection_type": "section_5"}
    refused(lambda: make_record("inspections", school, by=by, grades={"overall": 5}, **days), "Grades are 1 to 4")
    refused(lambda: make_record("inspections", school, by=by, grades={"tea": 1}, **days), "Grades are 1 to 4")
    refused(
        lambda: make_record("inspections", school, by=by, published_on=date(2009, 9, 1), **days), "cannot be published before"
    )
    row = make_record("inspections", school, by=by, grades=dict.fromkeys(LINE_NAMES, 2), is_reduced_tariff=True, **days)
    assert len(row.graded_lines()) == 36
    assert row.lines() == ["Overall effectiveness: 2, good", "Reduced tariff", "Report not published yet"]


def test_sch_8_a_redesignation_is_not_before_the_designation(school, by, refused):
    refused(
        lambda: make_record("specialisms", school, by=by, specialism="Science", starts_on=TODAY, redesignated_on=EARLIER),
        "cannot be before the designation",
    )
    row = make_record("specialisms", school, by=by, specialism="Science", starts_on=EARLIER, redesignated_on=TODAY)
    assert row.lines() == ["Redesignated on 16 November 2009"]


def test_sch_17_no_finance_flag_is_set_for_a_closed_school(authority, by, refused):
    closed = make_school(authority=authority, status="closed")
    refused(
        lambda: make_record("finance", closed, by=by, trigger="rolls", officer="Olive Ochre", starts_on=EARLIER),
        "The school is closed",
    )


def test_a_value_that_no_form_offers_is_refused(school, by, refused):
    refused(lambda: make_record("opt-outs", school, by=by, recipient="neighbours", starts_on=EARLIER), "Recipient")


def test_what_was_struck_out_is_neither_changed_nor_ended_nor_struck_out_again(school, by, refused):
    flag = make_record("concerns", school, by=by, concern="jem", starts_on=EARLIER)
    refused(lambda: actions.strike_out(record=flag, reason="", by=by, at=AT), "Enter why")
    actions.strike_out(record=flag, reason="Another school", by=by, at=AT)
    flag.refresh_from_db()
    refused(lambda: actions.strike_out(record=flag, reason="Again", by=by, at=AT), "struck out already")
    refused(lambda: actions.change_record(record=flag, reason="x", by=by, at=AT), "It has been struck out")
    refused(lambda: actions.end_record(record=flag, on=TODAY, by=by, at=AT), "It has been struck out")
    make_record("concerns", school, by=by, concern="jem", starts_on=EARLIER)


def test_sch_19_the_source_of_the_sip_holds_always_until_another_follows(school, by, refused):
    make_record("sip-sources", school, by=by, appointed_by="authority")
    refused(lambda: make_record("sip-sources", school, by=by, appointed_by="external"), "holds from the beginning")
    refused(
        lambda: make_record("sip-sources", school, by=by, appointed_by="trust", starts_on=EARLIER, ends_on=TODAY),
        "is recorded already",
    )
    make_record("sip-sources", school, by=by, appointed_by="external", starts_on=EARLIER)
    assert [row.appointed_by for row in SipSource.objects.running(date(2009, 9, 6))] == ["authority"]
    assert [row.appointed_by for row in SipSource.objects.running(EARLIER)] == ["external"]


def test_two_who_record_the_same_at_once_record_it_once(school, by, monkeypatch, refused):
    """The database holds what the look before could not see."""
    make_record("consents", school, by=by, signed_by="Ann Early", starts_on=EARLIER)
    make_record("concerns", school, by=by, concern="jem", starts_on=EARLIER)
    monkeypatch.setattr("schools.actions.records._refuse_overlap", lambda *args: None)
    refused(lambda: make_record("concerns", school, by=by, concern="jem", starts_on=TODAY), "recorded already")


# Who sees what.


def test_sch_14_concerns_are_for_those_who_may_know_of_them(as_role, manager, school, by, authority):
    flag = make_record("concerns", school, by=by, concern="causing_concern", reason="Standards fell", starts_on=EARLIER)
    overview = reverse("schools:school-detail", args=["900001"])
    assert "Causing concern since 7 September 2009" in manager.get(overview).content.decode()
    for role, at in ((Role.NATIONAL_DIRECTOR, authority), (Role.PROGRAMME, authority), (Role.READER, authority)):
        client = as_role(role, at=at)
        page = client.get(overview)
        assert "ausing concern" not in page.content.decode()
        assert client.get(url("list", "concerns")).status_code == 404
        assert client.get(url("change", "concerns", flag.pk)).status_code == 404
        assert client.post(url("end", "concerns", flag.pk), day("ends_on", TODAY)).status_code == 404
        assert client.get(url("list", "inspections")).status_code == 200
    head = as_role(user=make_head(school).user)
    assert "Standards fell" in head.get(url("list", "concerns")).content.decode()
    assert head.get(url("add", "concerns")).status_code == 404
    assert as_role(Role.MANAGER).get(url("list", "concerns")).status_code == 404
    flag.refresh_from_db()
    assert flag.ends_on is None


def test_the_record_of_events_keeps_concerns_from_those_who_may_not_know(as_role, manager, school, by, authority):
    make_record("concerns", school, by=by, concern="causing_concern", reason="Standards fell", starts_on=EARLIER)
    make_record("specialisms", school, by=by, specialism="Science", starts_on=EARLIER)
    address = reverse("schools:school-record", args=["900001"])
    assert "Concern flag recorded: causing concern" in manager.get(address).content.decode()
    page = as_role(Role.PROGRAMME, at=authority).get(address).content.decode()
    assert "Concern flag" not in page
    assert "Specialism recorded" in page


def test_fin_3_what_an_impropriety_is_about_stays_with_manager_and_senior_adviser(as_role, manager, school, by, authority):
    """The administrator and the SIP know that there is a flag, the school does not even know that."""
    flag = make_record(
        "finance",
        school,
        by=by,
        trigger="impropriety",
        officer="Olive Ochre",
        details="Cheques to a cousin",
        starts_on=EARLIER,
    )
    assert "Cheques to a cousin" in manager.get(url("list", "finance")).content.decode()
    administrator = as_role(Role.ADMINISTRATOR, at=authority)
    page = administrator.get(url("list", "finance")).content.decode()
    assert "Investigation of impropriety" in page
    assert "Cheques" not in page
    assert administrator.get(url("change", "finance", flag.pk)).status_code == 404
    offered = administrator.get(url("add", "finance")).context["form"].fields["trigger"].choices
    assert Trigger.IMPROPRIETY not in [value for value, _says in offered]
    adviser = as_role(Role.SENIOR_ADVISER, at=authority)
    assert "Cheques to a cousin" in adviser.get(url("list", "finance")).content.decode()
    head = as_role(user=make_head(school).user)
    for address in (
        url("list", "finance"),
        reverse("schools:school-detail", args=["900001"]),
        reverse("schools:school-pack", args=["900001"]),
    ):
        assert "impropriety" not in head.get(address).content.decode().lower()

    def readers():
        """Who read what it is about (ROL-32)."""
        return list(AuditEvent.objects.filter(what="financeflag.open").order_by("pk").values_list("by_id", flat=True))

    assert readers() == [manager.user.pk, adviser.user.pk]
    assert administrator.get(url("list", "finance")).status_code == 200
    manager.get(url("change", "finance", flag.pk))
    assert readers() == [manager.user.pk, adviser.user.pk, manager.user.pk]
    events = AuditEvent.objects.filter(what="financeflag.add")
    assert "impropriety" not in str(events.get().details)


def test_fin_3_the_eight_triggers(school, by):
    for trigger in Trigger:
        make_record("finance", school, by=by, trigger=trigger.value, officer="Olive Ochre", starts_on=EARLIER)
    assert FinanceFlag.objects.running(TODAY).count() == 8


def test_sch_11_cohorts_are_asked_for_the_year_groups_of_the_school(manager, school):
    type(school).objects.filter(pk=school.pk).update(low_age=4, high_age=7)
    form = manager.get(url("add", "contexts")).context["form"]
    assert [name for name in form.fields if name.startswith("cohort_")] == ["cohort_r", "cohort_1", "cohort_2"]
    address = url("add", "contexts")
    manager.post(address, {"form_key": key(manager, address), "year": "2009", "cohort_r": "30", "cohort_2": "28"})
    row = SchoolContext.objects.get()
    assert (row.cohorts, row.starts_on, row.ends_on) == ({"r": 30, "2": 28}, date(2009, 9, 1), date(2010, 8, 31))
    assert "Reception: 30 and Year 2: 28" in manager.get(url("list", "contexts")).content.decode()


def test_sch_11_the_sip_fills_in_this_years_size_and_context_at_the_autumn_visit(as_role, manager, school, authority):
    awarded = {"primary": date(2008, 9, 1)}
    partner = partners.make_partner(sectors=awarded, authorities=[authority], user=people.user())
    partners.make_deployment(partner=partner, school=school, authority=authority)
    sip = as_role(user=partner.user)
    address = reverse("schools:school-context", args=["900001"])
    assert address in sip.get(reverse("schools:school-detail", args=["900001"])).content.decode()
    for roll in ("201", "204"):
        sent = {"form_key": key(sip, address), "year": "2009", "roll": roll, "notes": "New estate"}
        assert sip.post(address, sent).url == reverse("schools:school-detail", args=["900001"])
    row = SchoolContext.objects.get()
    assert (row.roll, row.recorded_by) == (204, partner.user)
    refused = sip.post(address, {"form_key": key(sip, address), "year": "2008", "roll": "9"}).content.decode()
    assert "from the list" in refused
    assert sip.get(url("add", "contexts")).status_code == 404
    assert manager.get(address).status_code == 404
    assert as_role(user=make_head(school).user).get(address).status_code == 404
    make_school("900002", authority=authority)
    assert sip.get(reverse("schools:school-context", args=["900002"])).status_code == 404


def test_sch_18_a_year_of_membership_stands_once(manager, school):
    address = url("add", "service-years")
    for says in ("", "2009/10 is recorded already"):
        page = manager.post(address, {"form_key": key(manager, address), "year": "2009", "is_member": "on"})
        assert says in page.content.decode()
    assert ServiceYear.objects.count() == 1


def test_sch_15_the_form_asks_for_the_stages_that_the_school_offers(manager, school):
    type(school).objects.filter(pk=school.pk).update(stages=["ks3", "ks4", "sixth_form"])
    fields = manager.get(url("add", "inspections")).context["form"].fields
    assert "grade_sixth_overall" in fields
    assert "grade_eyfs_overall" not in fields
    assert (
        Inspection.objects.count()
        == HeldPaper.objects.count()
        == Specialism.objects.count()
        == SharingOptOut.objects.count()
        == 0
    )
