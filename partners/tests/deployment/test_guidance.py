"""Local issues for SIPs and guidance for heads: published, told once, read by those whom it is for, taken back (HND-5)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import viewer_for
from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions, selectors
from partners.models import Guidance
from partners.tests import factories
from partners.tests.factories import moment
from schools.models import Post, PostKind
from schools.tests import factories as schools
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate

pytestmark = pytest.mark.django_db
NOV = date(2009, 11, 16)  # Monday
AT, LATER = moment(NOV), moment(date(2009, 11, 17))
KINDS = ("local_issues", "entitlement", "extra_support", "commissioning", "quality")


class Place:
    """An authority with a manager, two SIPs and two schools whose heads sign in."""

    def __init__(self, name="Ashby"):
        self.authority = people.authority(name)
        self.manager = people.member(Role.MANAGER, at=self.authority, full_name=f"Mo of {name}")
        self.sips = [people.user(f"{who} of {name}") for who in ("Ada", "Bob")]
        for user in self.sips:
            factories.engage(factories.make_partner(user.full_name, user=user), self.authority)
        self.heads = []
        for who in ("Hal", "Ivy"):
            user = people.user(f"{who} of {name}")
            schools.make_head(schools.make_school(authority=self.authority, name=f"{who} School"), user=user)
            self.heads.append(user)

    def publish(self, kind="entitlement", title="Five days a year", text="Every school has five days.", by=None, at=AT):
        return actions.publish_guidance(
            authority=self.authority, kind=kind, title=title, text=text, by=by or self.manager, at=at
        )


@pytest.fixture
def here(clock_at):
    clock_at(f"{NOV} 10:00")
    return Place()


def url(name, *args):
    return reverse(f"partners:guidance-{name}", args=args)


def text(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_hnd_5_whoever_it_is_for_is_told_once_by_a_link(here, kind):
    Place("Elsewhere")
    guidance = here.publish(kind)
    told = OutgoingEmail.objects.filter(kind="guidance_published")
    wanted = here.sips if kind == "local_issues" else here.heads
    assert sorted(mail.to for mail in told) == sorted(user.email for user in wanted)
    assert all(f"/deployments/guidance/{guidance.pk}/" in mail.body for mail in told)
    assert not any("five days" in f"{mail.subject} {mail.body}".lower() for mail in told)
    assert AuditEvent.objects.get(what="guidance.publish").details == {"kind": kind, "told": 2}


def test_hnd_5_the_head_of_two_schools_is_told_once_and_one_without_an_address_not_at_all(here):
    schools.make_head(schools.make_school(authority=here.authority), user=here.heads[0])
    alone = schools.make_school(authority=here.authority, name="Far School")
    Post.objects.filter(pk=schools.make_post(alone, PostKind.HEAD, full_name="Nobody Known").pk).update(email="")
    guidance = here.publish()
    assert OutgoingEmail.objects.filter(kind="guidance_published").count() == 2
    assert [one.place for one in selectors.audience_of(guidance, on=NOV) if not one.email] == ["Far School"]


@pytest.mark.parametrize("kind", KINDS)
def test_hnd_5_it_is_read_by_those_people_of_that_authority_alone(here, kind):
    """SIPs read what their schools are told; heads do not read what is for SIPs."""
    there = Place("Elsewhere")
    guidance = here.publish(kind)

    def sees(user):
        viewer = viewer_for(user, on=NOV)
        seen = Guidance.objects.visible_to(viewer).filter(pk=guidance.pk).exists()
        assert guidance.belongs_to(viewer) is seen
        return seen

    assert all(sees(user) for user in (here.manager, *here.sips))
    assert all(sees(user) is (kind != "local_issues") for user in here.heads)
    assert not any(sees(user) for user in (there.manager, *there.sips, *there.heads, people.user()))


def test_what_publishing_needs_is_said_at_once(here):
    with pytest.raises(MoveRefused) as refused:
        here.publish("gossip", title=" ", text=".")
    assert refused.value.reasons == ["Select what it is about.", "Enter a title.", "Enter the text."]
    assert not Guidance.objects.exists()
    assert not OutgoingEmail.objects.exists()


def test_only_the_manager_of_the_authority_publishes_and_withdraws(here):
    guidance = here.publish()
    office = people.member(Role.ADMINISTRATOR, at=here.authority)
    for stranger in (office, Place("Elsewhere").manager, here.heads[0], here.sips[0]):
        with pytest.raises(PermissionDenied):
            here.publish(by=stranger)
        with pytest.raises(PermissionDenied):
            actions.withdraw_guidance(guidance=guidance, reason="Wrong", by=stranger, at=AT)
    assert Guidance.objects.filter(withdrawn_on=None).count() == 1


def test_who_has_read_it_is_known_once_a_person_with_the_others_at_the_end(here):
    guidance = here.publish()
    for at in (AT, LATER):
        actions.open_guidance(guidance=guidance, by=here.heads[1], at=at)
        actions.open_guidance(guidance=guidance, by=here.sips[0], at=at)  # may read it; it is not for them
    readers = selectors.readers_of(guidance, on=NOV)
    assert [(one.name, one.read_at) for one in readers] == [("Ivy of Ashby", AT), ("Hal of Ashby", None)]


def test_what_is_withdrawn_is_read_no_more_and_stays_on_record(here):
    guidance = here.publish()
    with pytest.raises(MoveRefused, match="Enter why"):
        actions.withdraw_guidance(guidance=guidance, reason=" ", by=here.manager, at=LATER)
    stale = Guidance.objects.get(pk=guidance.pk)
    actions.withdraw_guidance(guidance=guidance, reason="Six days from now on", by=here.manager, at=LATER)
    with pytest.raises(OutOfDate):
        actions.withdraw_guidance(guidance=stale, reason="Once more", by=here.manager, at=LATER)
    for user, is_seen in ((here.heads[0], False), (here.sips[0], False), (here.manager, True)):
        assert Guidance.objects.visible_to(viewer_for(user, on=NOV)).exists() is is_seen
    assert (str(guidance), guidance.withdraw_reason) == ("Five days a year", "Six days from now on")


def test_the_manager_publishes_looks_who_has_read_it_and_withdraws(here, as_role):
    manager = as_role(user=here.manager)
    assert url("new") in text(manager, url("list"))
    key = manager.get(url("new")).context["form"]["form_key"].value()
    typed = {"kind": "entitlement", "title": "Five days a year", "text": "", "authority": here.authority.pk, "form_key": key}
    assert "Enter the text" in manager.post(url("new"), typed).content.decode()
    assert not Guidance.objects.exists()
    for _ in range(2):  # a second click publishes nothing twice
        answer = manager.post(url("new"), typed | {"text": "Every school has five days."})
    guidance = Guidance.objects.get()
    assert answer.url == url("detail", guidance.pk)
    page = text(manager, answer.url)
    assert "Read by 0 of 2 people." in page
    head = as_role(user=here.heads[0])
    told = text(head, url("detail", guidance.pk))
    assert "Every school has five days." in told
    assert "Who has read it" not in told
    assert "Read by 1 of 2 people." in text(as_role(user=here.manager), url("detail", guidance.pk))
    manager = as_role(user=here.manager)
    assert "Say why it is withdrawn" in manager.post(url("withdraw", guidance.pk), {"reason": ""}).content.decode()
    manager.post(url("withdraw", guidance.pk), {"reason": "Six days from now on"})
    page = text(manager, url("detail", guidance.pk))
    assert "Six days from now on" in page
    assert url("withdraw", guidance.pk) not in page
    assert "Withdrawn" in text(manager, f"{url('list')}?applied=1&standing=withdrawn")
    assert "Five days a year" not in text(manager, f"{url('list')}?applied=1&standing=stands")
    assert "Six days from now on" in manager.get(url("list") + "?format=csv").getvalue().decode()
    assert as_role(user=here.heads[0]).get(url("detail", guidance.pk)).status_code == 404


def test_heads_and_sips_find_it_from_my_work_and_from_the_school(here, as_role):
    here.publish()
    for user in (here.heads[0], here.sips[0]):
        client = as_role(user=user)
        assert url("list") in text(client, "/")
        page = text(client, url("list"))
        assert "Five days a year" in page
        assert url("new") not in page
        assert client.get(url("new")).status_code == 404
    school = Post.objects.get(user=here.heads[0]).school
    assert url("list") in text(as_role(user=here.heads[0]), reverse("schools:school-sip", args=[school.urn]))


def test_a_publication_for_nobody_says_so(here, as_role):
    other = people.authority("Empty")
    manager = people.member(Role.MANAGER, at=other)
    guidance = actions.publish_guidance(
        authority=other, kind="quality", title="How visits are shadowed", text="Once a year.", by=manager, at=AT
    )
    assert "It is for nobody today." in text(as_role(user=manager), url("detail", guidance.pk))


def test_forty_publications_and_readers_cost_the_queries_of_one(here, as_role):
    guidance = here.publish()

    def cost(address):
        manager = as_role(user=here.manager)
        text(manager, address)
        with CaptureQueriesContext(connection) as queries:
            text(manager, address)
        return len(queries)

    pages = [url("list") + "?applied=1", url("detail", guidance.pk)]
    one = [cost(page) for page in pages]
    for number in range(3):
        schools.make_head(schools.make_school(authority=here.authority), user=people.user(f"Head {number}"))
        here.publish(title=f"Number {number}")
    assert [cost(page) for page in pages] == one
