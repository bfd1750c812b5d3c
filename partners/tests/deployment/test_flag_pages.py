"""The pages of flags, overrides, three-year limits and who follows (DEP-10, DEP-11, PRE-13, REP-4)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.permissions import Role
from partners import selectors
from partners.jobs import recheck_deployments
from partners.models import Check, Deployment, DeploymentFlag, SuccessionPlan
from partners.tests.factories import make_deployment, make_partner, moment
from schools.models import SchoolLink
from schools.tests import factories as schools

pytestmark = pytest.mark.django_db

SEP, NOV = date(2009, 9, 1), date(2009, 11, 16)  # Tuesday, Monday
AT = moment(NOV)
PRIMARY = {"primary": date(2008, 9, 1)}


def url(name, *args):
    return reverse(f"partners:{name}", args=args)


def text(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def day(name, value):
    year, month, of_day = value.split("-")
    return {f"{name}_day": of_day, f"{name}_month": month, f"{name}_year": year}


@pytest.fixture
def manager(as_role, authority, clock_at):
    clock_at("2009-11-16 09:00")
    return as_role(Role.MANAGER, at=authority)


@pytest.fixture
def deployment(authority):
    school = schools.make_school(authority=authority, name="Hill Road Primary School")
    partner = make_partner("Robin Ward", sectors=PRIMARY, authorities=[authority])
    return make_deployment(partner, school, starts_on=SEP)


def night(authority, on=NOV):
    tally = recheck_deployments(partition=authority.code, on=on, at=moment(on))
    assert tally.failures == []


@pytest.fixture
def flag(deployment, authority):
    Check.objects.filter(kind="PRE-5").update(expires_on=date(2009, 10, 31))
    night(authority)
    return DeploymentFlag.objects.get()


def test_pre_13_a_flag_is_on_the_register_the_deployment_the_sip_and_the_school(manager, flag, deployment):
    says = "The professional indemnity of Robin Ward ran out on 31 October 2009."
    for address in (
        url("flag-list"), url("deployment-detail", deployment.pk), url("partner-schools", deployment.partner.reference),
        f"{reverse('schools:school-detail', args=[deployment.school.urn])}sip/",
        url("flag-decide", flag.pk),
    ):  # fmt: skip
        page = text(manager, address)
        assert says in page, address
    assert "Robin Ward" in manager.get(url("flag-list") + "?format=csv").getvalue().decode()
    page = text(manager, url("flag-decide", flag.pk))
    assert "Keep it" not in page
    assert "no reason sets it aside" in page


def test_a_school_and_its_sip_are_not_shown_flags(as_role, flag, deployment):
    head = as_role(user=schools.make_head(deployment.school).user)
    assert "ran out" not in text(head, url("deployment-detail", deployment.pk))
    assert head.get(url("flag-list")).status_code == 404
    assert head.get(url("flag-decide", flag.pk)).status_code == 404


def test_an_administrator_sees_flags_and_does_not_decide(as_role, authority, flag, deployment):
    client = as_role(Role.ADMINISTRATOR, at=authority)
    assert "ran out on" in text(client, url("flag-list"))
    assert url("flag-decide", flag.pk) not in text(client, url("flag-list"))
    assert client.get(url("flag-decide", flag.pk)).status_code in (403, 404)


def test_the_manager_promises_a_cure_then_ends_it(manager, flag, deployment):
    wrong = manager.post(url("flag-decide", flag.pk), {"outcome": "cure", "reason": "The policy is renewed"})
    assert "Enter the day by which it will be mended" in wrong.content.decode()
    late = {"outcome": "cure", "reason": "The policy is renewed", **day("by_on", "2010-11-30")}
    assert "must be from today to 16 February 2010" in manager.post(url("flag-decide", flag.pk), late).content.decode()
    manager.post(
        url("flag-decide", flag.pk), {"outcome": "cure", "reason": "The policy is renewed", **day("by_on", "2009-11-30")}
    )
    flag.refresh_from_db()
    assert (flag.promised_on, flag.outcome, flag.decided_at) == (date(2009, 11, 30), "", None)
    assert "To be mended" in text(manager, url("flag-list"))
    assert "To be mended by" in text(manager, url("flag-decide", flag.pk))
    assert "Enter the last day" in manager.post(
        url("flag-decide", flag.pk), {"outcome": "ended", "reason": "It is not"}
    ).content.decode()  # fmt: skip
    answer = manager.post(
        url("flag-decide", flag.pk), {"outcome": "ended", "reason": "It is not", **day("on", "2009-12-18")}, follow=True
    )
    assert "Your decision is on record" in answer.content.decode()
    assert Deployment.objects.get().ends_on == date(2009, 12, 18)
    again = manager.post(url("flag-decide", flag.pk), {"outcome": "ended", "reason": "It is not"}, follow=True)
    assert "This is decided already: ended" in again.content.decode()


@pytest.mark.parametrize(
    ("state", "is_there"),
    [("open", True), ("overdue", False), ("promised", False), ("decided", False), ("cleared", False), ("", True)],
)
def test_flags_are_filtered_by_where_they_stand(manager, flag, state, is_there):
    page = text(manager, f"{url('flag-list')}?applied=1&state={state}")
    assert ("Robin Ward" in page) is is_there


def test_overrides_in_force_are_one_register_with_their_reasons(manager, deployment):
    assert "No rule has been set aside" in text(manager, url("override-list") + "?applied=1")
    Deployment.objects.update(days=Decimal(3), reasons={"DAY-1": "Two schools share a head"})
    page = text(manager, url("override-list"))
    assert "DAY-1: Two schools share a head" in page
    assert "Two schools" in text(manager, url("override-list") + "?applied=1&rule=DAY-1&force=yes")
    assert "Two schools" not in text(manager, url("override-list") + "?applied=1&rule=REG-10")
    assert "Two schools" not in text(manager, url("override-list") + "?applied=1&force=no")
    assert "DAY-1: Two schools share a head" in manager.get(url("override-list") + "?format=csv").getvalue().decode()


# ------------------------------------------------------------------------------------------------- three years


def stay(authority, starts_on, name, **more):
    school = schools.make_school(authority=authority, name=name)
    partner = make_partner(sectors={"primary": starts_on.replace(year=starts_on.year - 1)}, authorities=[authority])
    return make_deployment(partner, school, starts_on=starts_on, **more)


def test_rep_4_three_years_that_come_to_their_end_are_listed_with_the_plan(manager, authority):
    near = stay(authority, date(2007, 3, 1), "Near School")  # to 28 February 2010
    far = stay(authority, date(2007, 11, 17), "Far School")  # to 16 November 2010, the last within twelve months
    stay(authority, date(2007, 11, 18), "Farther School")
    past = stay(authority, date(2006, 11, 16), "Past School", on=date(2006, 11, 16))  # to 15 November 2009
    page = text(manager, url("limit-list"))
    assert [name in page for name in ("Near School", "Far School", "Farther School", "Past School")] == [
        True,
        True,
        False,
        True,
    ]
    found = selectors.limits_near(Deployment.objects.all(), NOV)
    assert found == {near.pk: date(2010, 2, 28), far.pk: date(2010, 11, 16), past.pk: date(2009, 11, 15)}
    assert "Far School" not in text(manager, url("limit-list") + "?applied=1&within=6")
    assert "Near School" in text(manager, url("limit-list") + "?applied=1&within=6")
    page = text(manager, url("limit-list") + "?applied=1&within=past")
    assert ("Past School" in page, "Near School" in page) == (True, False)
    assert "2010-02-28" in manager.get(url("limit-list") + "?format=csv").getvalue().decode()


def test_who_may_not_plan_is_not_asked_who_follows(manager, authority, as_role):
    near = stay(authority, date(2007, 3, 1), "Near School")
    address = reverse("partners:deployment-succession", args=[near.pk])
    assert address in text(manager, url("limit-list"))
    reader = as_role(Role.PROGRAMME)
    page = text(reader, url("limit-list"))
    assert "Near School" in page
    assert address not in page
    assert reader.get(address).status_code in {403, 404}


def test_dep_11_breaks_and_predecessors_are_counted_in_the_list(manager, authority):
    """Two years at the school that went before, and a year at its successor since: no more than that is left."""
    old = schools.make_school(authority=authority, name="Old School")
    new = schools.make_school(authority=authority, name="New School")
    SchoolLink.objects.create(school=new, predecessor=old)
    partner = make_partner(sectors={"primary": date(2006, 9, 1)}, authorities=[authority])
    make_deployment(partner, old, starts_on=date(2007, 9, 1), ends_on=date(2009, 8, 31))
    make_deployment(partner, new, starts_on=SEP)
    page = text(manager, url("limit-list"))
    assert "New School" in page
    assert "31\u00a0Aug\u00a02010" in page


def test_a_plan_of_who_follows_is_saved_shown_and_changed(manager, authority):
    near = stay(authority, date(2007, 3, 1), "Near School")
    follower = make_partner("Ada Holt", sectors=PRIMARY, authorities=[authority])
    assert "No plan yet" in text(manager, url("deployment-detail", near.pk))
    page = url("deployment-succession", near.pk)
    assert "so the last lawful day is 28 February 2010" in text(manager, page)
    asked = {"state": "agreed", "follower": "", "notes": "Knows the head", **day("settle_by", "2009-12-18")}
    assert "Enter the SIP who follows" in manager.post(page, asked).content.decode()
    assert "There is no SIP with the reference" in manager.post(page, asked | {"follower": "P1"}).content.decode()
    own = manager.post(page, asked | {"follower": near.partner.reference}).content.decode()
    assert "cannot follow themself" in own
    assert not SuccessionPlan.objects.exists()
    for _ in range(2):
        manager.post(page, asked | {"follower": follower.reference})
    plan = SuccessionPlan.objects.get()
    assert (plan.state, plan.follower, plan.settle_by) == ("agreed", follower, date(2009, 12, 18))
    assert "Agreed: Ada Holt" in text(manager, url("deployment-detail", near.pk))
    assert "Ada Holt" in text(manager, url("limit-list"))
    assert follower.reference in text(manager, page)
    for plan, is_there in (("agreed", True), ("none", False), ("looking", False)):
        assert ("Near School" in text(manager, f"{url('limit-list')}?applied=1&plan={plan}")) is is_there


def test_the_school_is_not_told_who_may_follow(as_role, authority, manager):
    near = stay(authority, date(2007, 3, 1), "Near School")
    head = as_role(user=schools.make_head(near.school).user)
    assert "Who follows" not in text(head, url("deployment-detail", near.pk))
    assert head.get(url("deployment-succession", near.pk)).status_code in (403, 404)


@pytest.mark.parametrize("role", [Role.SENIOR_ADVISER, Role.ADMINISTRATOR], ids=str)
def test_whoever_looks_after_deployments_sees_who_is_planned_to_follow(as_role, authority, role):
    """Section 2.3, "Proposing and confirming deployment"; it hangs on no right to the contractor's log."""
    near = stay(authority, date(2007, 3, 1), "Near School")
    client = as_role(role, at=authority)
    assert "Near School" in text(client, url("limit-list"))
    assert url("limit-list") in text(client, url("deployment-list"))
    assert url("limit-list") in text(client, reverse("site:report-list"))
    assert "Who follows" in text(client, url("deployment-detail", near.pk))


@pytest.mark.parametrize("role", [Role.ELECTED_MEMBER, Role.READER], ids=str)
def test_whoever_has_no_part_in_deployments_is_not_told_who_follows(as_role, authority, role):
    stay(authority, date(2007, 3, 1), "Near School")
    assert as_role(role, at=authority).get(url("limit-list")).status_code == 404


@pytest.mark.parametrize("name", ["flag-list", "override-list", "limit-list"])
def test_forty_rows_cost_the_queries_of_one(manager, authority, name):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            text(manager, url(name) + "?applied=1")
        return len(queries)

    def one_more(number):
        row = stay(authority, date(2007, 3, 1), f"School {number}")
        row.reasons = {"DAY-1": "Few pupils"}
        row.save()
        DeploymentFlag.objects.create(deployment=row, rule="PRE-5", says="Ran out", raised_at=AT, due_on=NOV)

    one_more(0)
    cost()
    one = cost()
    for number in range(1, 8):
        one_more(number)
    assert cost() == one
