"""What the actions refuse, asked directly; the pages ask most of it as well."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts import actions, invitations, selectors
from accounts.access import Viewer, viewer_for
from accounts.adapters import AccountAdapter
from accounts.models import Invitation, Membership, User
from accounts.permissions import P, Role, _row
from accounts.presets import Policy
from accounts.tests.factories import authority, diocese, member, membership, policy, region, trust, user
from sipmanager.core import clock
from sipmanager.core.models import AuditEvent

pytestmark = pytest.mark.django_db

TODAY = date(2009, 11, 16)  # Monday


@pytest.fixture
def kent():
    return authority("Invented County")


@pytest.fixture
def boss(kent):
    return member(Role.MANAGER, at=kent)


def by(person) -> dict:
    return {"viewer": viewer_for(person, on=TODAY), "by": person, "at": clock.now()}


# Roles.


@pytest.mark.parametrize(
    ("role", "fields", "says"),
    [
        (Role.PROGRAMME, {}, "does not allow you to give"),
        (Role.OFFICER, {"ends_on": TODAY - timedelta(days=1)}, "must end on or after the day it starts"),
    ],
)
def test_a_role_is_refused_with_a_sentence_and_none_is_made(kent, boss, role, fields, says):
    person = user()
    with pytest.raises(actions.Refused, match=says):
        actions.give_role(user=person, role=role, authority=kent, starts_on=TODAY, **fields, **by(boss))
    assert not Membership.objects.filter(user=person).exists()
    assert not AuditEvent.objects.exists()


def test_programme_staff_too_give_a_role_at_the_place_it_belongs_to_alone(kent):
    director = member(Role.PROGRAMME)
    with pytest.raises(actions.Refused, match="needs a region"):
        actions.give_role(user=user(), role=Role.COORDINATOR, authority=kent, starts_on=TODAY, **by(director))
    row = actions.give_role(user=user(), role=Role.COORDINATOR, region=region(), starts_on=TODAY, **by(director))
    assert row.label.startswith("Regional SIP coordinator, Region")


def test_a_manager_gives_no_role_at_another_authority(boss):
    with pytest.raises(actions.Refused, match="does not allow"):
        actions.give_role(user=user(), role=Role.OFFICER, authority=authority(), starts_on=TODAY, **by(boss))


@pytest.mark.parametrize(
    ("first", "last", "may"),
    [
        (date(2009, 9, 1), date(2009, 12, 31), False),
        (date(2009, 12, 31), None, False),
        (date(2010, 1, 1), None, True),
        (date(2009, 1, 1), date(2009, 8, 31), True),
        (date(2009, 1, 1), date(2009, 9, 1), False),
        (date(2009, 1, 1), None, False),
    ],
)
def test_two_spells_of_one_role_do_not_overlap(kent, boss, first, last, may):
    person = membership(Role.OFFICER, at=kent, starts_on=date(2009, 9, 1), ends_on=date(2009, 12, 31)).user
    give = {"user": person, "role": Role.OFFICER, "authority": kent, "starts_on": first, "ends_on": last, **by(boss)}
    if may:
        actions.give_role(**give)
    else:
        with pytest.raises(actions.Refused, match="already in that time"):
            actions.give_role(**give)
    assert Membership.objects.filter(user=person).count() == 1 + may


@pytest.mark.parametrize(
    ("has_ended", "ends_on", "says"),
    [
        (True, TODAY, "has ended already"),
        (False, TODAY - timedelta(days=2), "cannot end before yesterday"),
    ],
)
def test_what_was_done_in_a_role_stays_true(kent, boss, has_ended, ends_on, says):
    row = membership(Role.OFFICER, at=kent, ends_on=date(2009, 10, 1) if has_ended else None)
    with pytest.raises(actions.Refused, match=says):
        actions.end_role(membership=row, ends_on=ends_on, on=TODAY, **by(boss))
    row.refresh_from_db()
    assert row.ends_on == (date(2009, 10, 1) if has_ended else None)


# Accounts.


def test_an_open_account_is_not_opened_and_one_who_works_elsewhere_not_by_one_authority(kent, boss):
    person = member(Role.OFFICER, at=kent)
    of = viewer_for(person, on=TODAY)
    with pytest.raises(actions.Refused, match="open already"):
        actions.enable(user=person, of=of, **by(boss))
    membership(Role.OFFICER, of=person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    of = viewer_for(person, on=TODAY, even_if_closed=True)
    with pytest.raises(actions.Refused, match="also works elsewhere"):
        actions.enable(user=person, of=of, **by(boss))
    assert not User.objects.get(pk=person.pk).is_active


# Invitations.


def test_an_account_made_meanwhile_is_not_made_twice(kent):
    row, _ = actions.invite(
        email="new@example.org", role=Role.OFFICER, authority=kent, by=None, at=clock.now(),
        expires_at=clock.real_now() + invitations.LASTS,
    )  # fmt: skip
    given = {"full_name": "Ada", "password": "a long passphrase", "on": TODAY, "at": clock.now(), "real_at": clock.real_now()}
    # Another address of django-allauth's own holds this one, so that the row of the new account cannot be written.
    user("Somebody").emailaddress_set.create(email="new@example.org", verified=True, primary=True)
    with pytest.raises(actions.Refused, match="has an account by now"):
        actions.accept(invitation=row, **given)
    assert not User.objects.filter(email="new@example.org").exists()
    assert Invitation.objects.get().accepted_at is None


def test_an_invitation_that_is_too_old_makes_no_account(kent):
    now = clock.real_now()
    row, _ = actions.invite(
        email="new@example.org", role=Role.OFFICER, authority=kent, by=None, at=clock.now(), expires_at=now
    )  # fmt: skip
    with pytest.raises(actions.Refused, match="used or is too old"):
        actions.accept(invitation=row, full_name="Ada", password="x", on=TODAY, at=clock.now(), real_at=now)
    assert not User.objects.filter(email="new@example.org").exists()


# Reads.


def test_holders_are_the_open_accounts_that_hold_a_role_on_a_day_by_name(kent):
    names = {"Zoe": {}, "Adam": {}, "Gone": {"is_active": False}}
    for name, fields in names.items():
        member(Role.MANAGER, at=kent, full_name=name, **fields)
    late = membership(Role.MANAGER, at=kent, starts_on=date(2010, 1, 1)).user
    member(Role.MANAGER, full_name="Elsewhere")
    assert [one.full_name for one in selectors.holders(role=Role.MANAGER, authority=kent, on=TODAY)] == ["Adam", "Zoe"]
    assert late in selectors.holders(role=Role.MANAGER, authority=kent.pk, on=date(2010, 1, 1))


def test_the_night_has_a_partition_for_each_authority_and_one_for_the_country():
    codes = selectors.partition_codes()
    assert codes[0] == "national"
    assert len(codes) == 161


def test_rows_name_themselves(kent):
    see, school_trust = diocese(), trust()
    row = membership(Role.MANAGER, at=kent, of=user("Maria Example"))
    named = {
        str(kent): "Invented County",
        str(see): see.name,
        str(school_trust): "Invented Schools Trust",
        str(kent.region): kent.region.name,
        str(row): "Maria Example as SIP manager",
        str(policy(kent, starts_on=TODAY)): "Invented County from 2009-11-16",
        str(Invitation(email="a@example.org", role="head")): "a@example.org as Headteacher",
        str(User(email="a@example.org")): "a@example.org",
    }
    assert all(shown == expected for shown, expected in named.items())
    assert membership(Role.PROGRAMME).label == "National programme staff"
    person = User(email="a@example.org", full_name="Ada Mary Example")
    assert (person.get_full_name(), person.get_short_name()) == ("Ada Mary Example", "Ada")


def test_only_a_superuser_is_let_into_the_admin_of_developers():
    root = User.objects.create_superuser("root@example.org", "a long passphrase", full_name="Root")
    assert root.has_perm("anything")
    assert root.has_module_perms("accounts")
    assert not member(Role.PROGRAMME).has_perm("anything")
    assert not viewer_for(root, on=TODAY).capacities, "being superuser gives no right in the service"


# Small certainties.


def test_a_policy_is_a_value():
    assert Policy("kent") == Policy("kent")
    assert hash(Policy("kent")) == hash(Policy("kent"))
    assert Policy("kent") != Policy("kent", {"POL-2": 9})
    assert Policy("kent") != "kent"
    assert repr(Policy("kent")) == "Policy('kent')"
    for name in ("no_such_setting", "_private"):
        with pytest.raises(AttributeError):
            getattr(Policy("kent"), name)
    with pytest.raises(ValueError, match="no setting POL-99"):
        Policy("kent", {"POL-99": 1})


def test_a_row_of_the_table_of_rights_has_a_cell_for_every_role():
    with pytest.raises(ValueError, match="2 cells for 17 roles"):
        _row(P.HOME, "Open My work", "E E")


def test_a_viewer_can_be_narrowed_to_some_roles():
    person = member(Role.MANAGER)
    membership(Role.OFFICER, of=person)
    who = viewer_for(person, on=TODAY)
    assert who.only([Role.OFFICER]).roles() == {Role.OFFICER}
    assert len(who.authority_ids) == 2
    assert isinstance(who, Viewer)


def test_no_message_leaves_but_those_of_this_service():
    with pytest.raises(ImproperlyConfigured):
        AccountAdapter().send_mail("account/email/email_confirmation", "a@example.org", {})


def test_nobody_signs_up():
    assert AccountAdapter().is_open_for_signup(None) is False
