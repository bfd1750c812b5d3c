"""What if over the database: both programmes, every kind of change, nothing saved (COG-A, COG-D, COG-H)."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuthorityKind
from accounts.permissions import Role
from accounts.tests import factories as people
from partners import selectors
from partners.models import Deployment, Headship
from partners.tests.factories import make_deployment, make_partner
from partners.whatif import Ends
from schools.facts import Phase
from schools.tests import factories as schools
from sipmanager.core.models import AuditEvent

pytestmark = pytest.mark.django_db

SEP, NOV, JAN = date(2009, 9, 1), date(2009, 11, 16), date(2010, 1, 4)  # Tuesday, Monday, Monday
URL = reverse("partners:what-if")
BOTH = {"primary": date(2008, 9, 1), "secondary": date(2008, 9, 1)}


@pytest.fixture
def manager(as_role, authority, clock_at):
    clock_at("2009-11-16 09:00")
    return as_role(Role.MANAGER, at=authority)


@pytest.fixture
def world(authority):
    """Robin serves a primary and a secondary school, and leads a primary school; Ada serves another secondary."""
    robin = make_partner("Robin Ward", sectors=BOTH, authorities=[authority], headships={"primary": "serving"})
    ada = make_partner("Ada Holt", sectors=BOTH, authorities=[authority], headships={"secondary": "former"},
                       has_outside_experience=True)  # fmt: skip
    primary = schools.make_school(authority=authority, name="Hill Road Primary School")
    upper = schools.make_school(authority=authority, name="Brook Lane School", phase=Phase.SECONDARY)
    third = schools.make_school(authority=authority, name="Mill School", phase=Phase.SECONDARY)
    rows = [make_deployment(robin, primary, starts_on=SEP), make_deployment(robin, upper, starts_on=SEP)]
    rows.append(make_deployment(ada, third, starts_on=SEP))
    return {"robin": robin, "ada": ada, "primary": primary, "upper": upper, "third": third, "rows": rows}


def page(client, on=JAN, *changes):
    query = [("on", on.isoformat()), *(("change", one) for one in changes)]
    answer = client.get(URL, query_params=query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_nothing_is_supposed_and_nothing_is_saved(manager, world):
    before = AuditEvent.objects.count()
    assert "Suppose a change" in manager.get(URL).content.decode()
    assert "Before" not in page(manager)
    assert AuditEvent.objects.count() == before


def test_a_change_is_added_to_the_address_and_taken_away_again(manager, world, authority):
    answer = manager.get(
        URL, {"on_day": "4", "on_month": "1", "on_year": "2010", "authority": authority.pk, "kind": "leave",
              "sip": world["robin"].reference},
    )  # fmt: skip
    assert answer.status_code == 302
    assert f"change=leave%3A{world['robin'].reference}%3A%3A" in answer["Location"]
    text = manager.get(answer["Location"]).content.decode()
    assert "A SIP leaves all schools, Robin Ward" in text
    assert "After this, 0 of 1 school in scope (0%) has an accredited SIP, so the condition is no longer met." in text
    assert "After this, 1 of 2 schools in scope (50%) has an accredited SIP" in text
    assert "COG-A (primary)" in text
    assert Deployment.objects.filter(ends_on=None).count() == 3


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"kind": "start"}, "Enter the URN of the school"),
        ({"kind": "lose"}, "Enter the reference of the SIP"),
        ({"kind": "lose", "sip": "P1"}, "There is no SIP with the reference P1"),
        ({"on": "2009-11-15"}, "From which day must be today or in the future"),
    ],
)
def test_what_is_missing_or_wrong_is_said(manager, authority, asked, said):
    text = manager.get(URL, {"authority": authority.pk, "on": "2010-01-04"} | asked).content.decode()
    assert said in text


def test_pre_1_losing_one_sector_uncovers_that_programme_alone(manager, world):
    text = page(manager, JAN, f"lose:{world['robin'].reference}::secondary")
    assert "After this, 1 of 2 schools in scope (50%) has an accredited SIP, so the condition is no longer met." in text
    assert "After this, 1 of 1 school in scope (100%) has an accredited SIP, so the condition is still met." in text


def test_cog_d_retirement_as_a_head_counts_for_the_primary_programme(manager, world):
    text = page(manager, JAN, f"retire:{world['robin'].reference}::")
    assert (
        "After this, 0 of 1 SIP is a serving primary head and at least 1 is asked for, so the condition is no longer met"
        in text
    )


def test_dep_9_a_start_beside_another_sip_is_refused_and_a_change_is_not(manager, world):
    start = page(manager, JAN, f"start:{world['ada'].reference}:{world['upper'].urn}:")
    assert "with no end recorded" in start
    change = page(manager, JAN, f"change:{world['ada'].reference}:{world['upper'].urn}:")
    assert "with no end recorded" not in change
    assert "1 of 1 SIP is or was a head (100%)" in change
    assert "2 of 2 schools in scope (100%) have an accredited SIP, so the condition is still met" in change


def test_an_end_is_of_the_school_and_says_where_nobody_is(manager, world):
    ended = page(manager, JAN, f"end::{world['third'].urn}:")
    assert "1 of 2 schools in scope (50%)" in ended
    wrong = page(manager, JAN, f"end:{world['robin'].reference}:{world['third'].urn}:")
    assert "No SIP of this change is at work there on 4 January 2010." in wrong


def test_what_is_not_the_viewers_is_not_there(manager, world, as_role):
    other = people.authority("Barton")
    stranger = as_role(Role.MANAGER, at=other)
    text = page(stranger, JAN, f"end::{world['third'].urn}:", f"leave:{world['robin'].reference}::", "nonsense", "a:b:c:d:e:f")
    assert "Mill School" not in text
    assert "Robin Ward" not in text


def test_a_head_and_a_sip_may_not_ask(as_role, world):
    assert as_role(user=schools.make_head(world["primary"]).user).get(URL).status_code == 404


def test_cog_h_a_start_counts_the_stays_before_it(authority, world, clock_at):
    """Robin was at Mill School from September 2006, and would be back within a year."""
    make_deployment(
        make_partner("Ben Lee", sectors={"secondary": date(2005, 9, 1)}, authorities=[authority]), world["third"],
        starts_on=date(2006, 9, 1), ends_on=date(2009, 7, 31),
    )  # fmt: skip
    ben = Deployment.objects.get(partner__full_name="Ben Lee").partner
    wish = selectors.Wish(ben, world["third"], JAN)
    found = selectors.what_if(authority=authority, on=JAN, wishes=[wish])
    (row,) = [one for one in found if (one.id, one.programme) == ("COG-H", "secondary")]
    assert "0 of 3 deployments are past three years and 1 is within six months of it" in row.sentence


def test_a_trust_has_no_conditions(authority):
    trust = people.trust("Invented Trust") if hasattr(people, "trust") else None
    assert trust.kind == AuthorityKind.TRUST
    assert selectors.what_if(authority=trust, on=JAN) == []


def test_what_is_supposed_agrees_with_what_is_then_done(authority, world):
    """Supposed and carried out, the figures are the same."""
    row = world["rows"][1]
    supposed = selectors.what_if(authority=authority, on=JAN, changes=[Ends(row.pk, date(2009, 12, 31))])
    Deployment.objects.filter(pk=row.pk).update(ends_on=date(2009, 12, 31))
    done = selectors.what_if(authority=authority, on=JAN)
    assert [one.after.verdict.figures for one in supposed] == [one.before.verdict.figures for one in done]
    assert [one.after.result for one in supposed] == [one.before.result for one in done]


def test_many_wishes_cost_the_queries_of_one(manager, world, authority):
    def cost(*changes):
        with CaptureQueriesContext(connection) as queries:
            page(manager, JAN, *changes)
        return len(queries)

    changes = []
    for number in range(8):
        partner = make_partner(sectors=BOTH, authorities=[authority])
        Headship.objects.create(partner=partner, sector="secondary", is_former=True)
        school = schools.make_school(authority=authority, name=f"School {number}", phase=Phase.SECONDARY)
        changes.append(f"start:{partner.reference}:{school.urn}:")
    cost(changes[0])
    assert cost(*changes) <= cost(changes[0])


def test_cog_a_the_pages_of_a_deployment_say_what_if_before_anything_is_saved(manager, world, authority):
    empty = schools.make_school(authority=authority, name="Empty School", phase=Phase.SECONDARY)
    before = Deployment.objects.count()
    check = manager.get(reverse("partners:deploy-check", args=[empty.urn, world["ada"].reference])).content.decode()
    assert "After this, 3 of 3 schools in scope (100%) have an accredited SIP, so the condition is now met." in check
    ending = manager.get(reverse("partners:deployment-move", args=[world["rows"][2].pk, "end"])).content.decode()
    assert "What if: the conditions of grant on 17 November 2009" in ending.replace("\u00a0", " ")
    assert "After this, 1 of 3 schools in scope (33%) has an accredited SIP" in ending
    assert f"{URL}?authority={authority.pk}&amp;on=2009-11-17&amp;change=end" in ending
    assert Deployment.objects.count() == before
