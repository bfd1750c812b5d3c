"""Local policy: presets, overrides, versions by first day (D-39, section 32)."""

from datetime import date, timedelta

import pytest

from accounts import actions, selectors
from accounts.forms.policies import PolicyForm, field_name, initial_from
from accounts.models import LocalPolicy
from accounts.permissions import Role
from accounts.policy_words import WORDS, in_words
from accounts.presets import BY_ID, PRESETS, SETTINGS, Policy, refusals
from accounts.tests.factories import authority, member, policy
from accounts.tests.test_people import day_fields
from sipmanager.core import clock
from sipmanager.core.models import AuditEvent

pytestmark = pytest.mark.django_db

TODAY = date(2009, 11, 16)  # Monday
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def kent():
    return authority("Invented County", code="K01")


def set_policy(place, preset="kent", starts_on=TOMORROW, **overrides):
    return actions.set_policy(
        authority=place, preset=preset, starts_on=starts_on, by=None, at=clock.now(), on=TODAY,
        overrides={key.replace("_", "-"): value for key, value in overrides.items()},
    )  # fmt: skip


# The tables.


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_says_something_sound_of_every_setting(preset):
    assert refusals(preset, {}) == []
    for setting in SETTINGS:
        assert setting.wrong(setting.default(preset)) is None, setting.id
    assert len({setting.id for setting in SETTINGS}) == len({setting.key for setting in SETTINGS}) == len(SETTINGS)


@pytest.mark.parametrize(
    ("preset", "key", "value"),
    [
        ("learning_trust", "review_order", "la_first"),
        ("kent", "review_order", "head_first"),
        ("alpsit", "review_order", "head_approves"),
        ("kent", "days_to_share", 5),
        ("kent", "days_to_distribute", 10),
        ("learning_trust", "days_to_distribute", None),
        ("kent", "dispute_rule", "moderation"),
        ("kent", "shadow_every_months", 24),
        ("alpsit", "check_name", "DBS"),
        ("alpsit", "diocesan_sharing", True),
        ("alpsit", "note_label", "report"),
        ("alpsit", "note_deadlines", ("DL-7",)),
    ],
)
def test_section_32_the_presets_say_what_the_sources_say(preset, key, value):
    assert getattr(Policy(preset), key) == value


def test_every_choice_of_every_setting_has_its_words():
    missing = {choice for setting in SETTINGS for choice in setting.choices if choice not in WORDS}
    assert not missing


@pytest.mark.parametrize(
    ("pol_id", "value", "says"),
    [
        ("POL-2", None, "Not set"),
        ("POL-2", 5, "5"),
        ("POL-29", True, "Yes"),
        ("POL-29", False, "No"),
        ("POL-26", "DBS", "DBS"),
        ("POL-23", (), "None"),
        ("POL-4", "none", "Nothing to settle: the head has no step before the note is issued"),
        ("POL-28", "none", "No grades are given"),
        ("POL-5", ("head", "sip", "manager"), "Head, SIP and SIP manager"),
        ("POL-1", "head_first", "The head reads the draft first; the authority only where a dispute is likely"),
    ],
)
def test_values_are_shown_in_words(pol_id, value, says):
    assert in_words(BY_ID[pol_id], value) == says


# In force.


def test_the_policy_in_force_is_the_last_that_has_begun(kent):
    first = policy(kent, "kent", starts_on=date(2008, 9, 1))
    second = policy(kent, "learning_trust", starts_on=date(2009, 9, 1))
    on = {day: selectors.policy_row_on(authority=kent, on=day) for day in (date(2009, 8, 31), date(2009, 9, 1), TODAY)}
    assert list(on.values()) == [first, second, second]
    assert selectors.policy_on(authority=kent.pk, on=TODAY).preset == "learning_trust"


def test_d_39_where_none_is_in_force_national_guidance_holds(kent):
    policy(kent, "kent", starts_on=TOMORROW)
    assert selectors.policy_row_on(authority=kent, on=TODAY) is None
    assert selectors.policy_on(authority=kent, on=TODAY) == Policy("national")


def test_an_authoritys_first_policy_may_start_on_any_day(kent):
    row = set_policy(kent, starts_on=date(2005, 9, 1))
    assert selectors.policy_row_on(authority=kent, on=TODAY) == row


@pytest.mark.parametrize("days", [0, -1, -400])
def test_d_39_later_ones_are_never_back_dated(kent, days):
    policy(kent, "national")
    with pytest.raises(actions.BackDated, match="must start after today"):
        set_policy(kent, starts_on=TODAY + timedelta(days=days))
    assert LocalPolicy.objects.filter(authority=kent).count() == 1


def test_what_is_made_is_never_changed(kent):
    row = set_policy(kent)
    row.preset = "national"
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(AttributeError):
        row.policy.days_to_share = 9


def test_two_changes_do_not_start_on_one_day(kent):
    set_policy(kent)
    with pytest.raises(actions.Refused, match="choose another day"):
        set_policy(kent, "alpsit")
    assert LocalPolicy.objects.get(authority=kent).preset == "kent"


def test_an_override_that_says_what_the_preset_says_is_left_out(kent):
    row = set_policy(kent, POL_2=5, POL_3=15, POL_5=["head", "chair", "manager", "senior_adviser", "sip"])
    assert row.overrides == {"POL-3": 15}
    assert row.policy.days_to_distribute == 15
    assert AuditEvent.objects.get(what="policy.set").details == {"preset": "kent", "overrides": ["POL-3"]}


def test_every_fault_is_said_at_once_and_nothing_is_made(kent):
    with pytest.raises(actions.Refused) as refused:
        set_policy(kent, POL_2="five", POL_1="nobody_first", POL_99=1, POL_36=None, POL_5=["king"], POL_13=-1, POL_29=1)
    assert len(refused.value.sentences) == 7
    assert not LocalPolicy.objects.exists()


def test_an_unknown_preset_is_refused(kent):
    with pytest.raises(actions.Refused, match="no preset called surrey"):
        set_policy(kent, "surrey")


def test_a_change_that_has_not_begun_can_be_taken_back_and_no_other(kent):
    begun = policy(kent, starts_on=TODAY)
    coming = set_policy(kent, starts_on=TOMORROW)
    boss = member(Role.MANAGER, at=kent)
    with pytest.raises(actions.BackDated):
        actions.take_back(policy=begun, by=boss, at=clock.now(), on=TODAY)
    actions.take_back(policy=coming, by=boss, at=clock.now(), on=TODAY)
    assert list(LocalPolicy.objects.filter(authority=kent)) == [begun]
    assert AuditEvent.objects.get(what="policy.take_back").about_on == TOMORROW


def test_changes_between_two_policies_are_named():
    found = selectors.policy_changes(Policy("kent"), Policy("kent", {"POL-2": 7}))
    assert [(setting.id, old, new) for setting, old, new in found] == [("POL-2", 5, 7)]
    assert selectors.policy_changes(Policy("kent"), Policy("kent")) == []


# The form.


def answers(preset, **changed):
    """What a browser sends when nothing was touched but `changed`."""
    form = PolicyForm(preset=preset)
    fields = {}
    for setting in SETTINGS:
        name = field_name(setting)
        fields[name] = form[name].value() if form[name].value() is not None else ""
    return fields | changed


@pytest.mark.parametrize("preset", PRESETS)
def test_an_untouched_form_is_the_preset_itself(preset):
    form = PolicyForm(answers(preset, **day_fields("starts_on", TOMORROW)), preset=preset)
    assert form.is_valid(), form.errors
    assert form.overrides() == {}


def test_what_is_chosen_becomes_the_override():
    chosen = {
        "pol_1": "la_first", "pol_2": "7", "pol_3": "not set", "pol_29": "yes", "pol_26": "DBS", "pol_5": ["chair", "head"],
    }  # fmt: skip
    form = PolicyForm(answers("kent", **day_fields("starts_on", TOMORROW), **chosen), preset="kent")
    assert form.is_valid(), form.errors
    overrides = {
        "POL-1": "la_first", "POL-2": 7, "POL-3": None, "POL-5": ["head", "chair"], "POL-26": "DBS", "POL-29": True,
    }  # fmt: skip
    assert form.overrides() == overrides
    again = PolicyForm(preset="kent", initial=initial_from("kent", overrides))
    sent = {name: again[name].value() for name in map(field_name, SETTINGS)} | day_fields("starts_on", TOMORROW)
    form = PolicyForm({name: "" if value is None else value for name, value in sent.items()}, preset="kent")
    assert form.is_valid(), form.errors
    assert form.overrides() == overrides


def test_pol_23_an_authority_writes_support_categories_of_its_own():
    """SCH-13: Kent's four by its preset, any names of an authority's own elsewhere, one to a line."""
    sent = answers("national", pol_23="Gold A\n gold  a\n\nINTENSIVE\nSilver", **day_fields("starts_on", TOMORROW))
    form = PolicyForm(sent, preset="national")
    assert form.is_valid(), form.errors
    assert form.overrides() == {"POL-23": ["Gold A", "intensive", "Silver"]}
    assert Policy("national", form.overrides()).categories == ("Gold A", "intensive", "Silver")
    again = PolicyForm(preset="national", initial=initial_from("national", form.overrides()))
    assert again["pol_23"].value() == "Gold A\nintensive\nSilver"
    assert in_words(BY_ID["POL-23"], ("Gold A", "Silver")) == "Gold A and silver"


def test_pol_23_a_category_has_at_most_40_letters():
    form = PolicyForm(answers("kent", pol_23="x" * 41, **day_fields("starts_on", TOMORROW)), preset="kent")
    assert form.errors["pol_23"] == ["Support categories of schools: each name must be 40 characters or less"]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("Gold", "a list of names"),
        (["Gold", " "], "a list of names"),
        ([7], "a list of names"),
        (["Gold", "GOLD"], "only once"),
    ],
)
def test_pol_23_a_list_that_is_none_is_refused(value, says):
    assert says in BY_ID["POL-23"].wrong(value)


@pytest.mark.parametrize("typed", ["five", "-1", "1.5", "99999", "not set"])
def test_a_number_that_is_none_is_refused_in_a_sentence(typed):
    form = PolicyForm(answers("kent", pol_13=typed, **day_fields("starts_on", TOMORROW)), preset="kent")
    assert form.errors["pol_13"] == ["Days for a school must be a whole number"]


# The pages.


@pytest.fixture
def today(clock_at):
    return clock_at("2009-11-16 10:00")


def test_the_page_shows_every_setting_with_its_id_value_and_preset(as_role, kent, today):
    policy(kent, "kent", POL_2=8)
    page = as_role(Role.MANAGER, at=kent).get("/accounts/policy/", follow=True).content.decode()
    assert "Local policy of Invented County" in page
    for setting in SETTINGS:
        assert f"{setting.id}." in page
    assert "POL-2. Preset: 5" in page


@pytest.mark.parametrize(
    ("role", "sees", "may_change"),
    [
        (Role.MANAGER, True, True),
        (Role.ADMINISTRATOR, True, False),
        (Role.SENIOR_ADVISER, True, False),
        (Role.TRUST_CHAIR, True, False),
        (Role.OFFICER, False, False),
        (Role.READER, False, False),
    ],
)
def test_who_sees_the_policy_and_who_changes_it(as_role, kent, today, role, sees, may_change):
    client = as_role(role, at=kent)
    assert client.get("/accounts/policy/K01/").status_code == (200 if sees else 404)
    change = client.get("/accounts/policy/K01/change/")
    assert change.status_code == (200 if may_change else 404)


def test_another_authoritys_policy_is_not_there(as_role, kent, today):
    stranger = as_role(Role.MANAGER)
    for address in ("/accounts/policy/K01/", "/accounts/policy/K01/change/", "/accounts/policy/XXX/"):
        assert stranger.get(address).status_code == 404
    assert stranger.post("/accounts/policy/K01/change/?preset=kent", {}).status_code == 404
    row = policy(kent, starts_on=TOMORROW)
    assert stranger.post(f"/accounts/policy/K01/{row.pk}/take-back/").status_code == 404
    assert LocalPolicy.objects.filter(pk=row.pk).exists()


def test_national_staff_choose_from_a_list(as_role, kent, today):
    client = as_role(Role.PROGRAMME)
    assert client.get("/accounts/policy/")["Location"] == "/accounts/authorities/"
    assert "Invented County" in client.get("/accounts/authorities/?q=invented").content.decode()


def test_a_manager_looks_at_the_changes_before_making_them(as_role, kent, today):
    policy(kent, "national")
    client = as_role(Role.MANAGER, at=kent)
    assert b"Which way of working" in client.get("/accounts/policy/K01/change/").content
    address = "/accounts/policy/K01/change/?preset=kent"
    assert client.get(address).status_code == 200
    fields = answers("kent", pol_2="7", **day_fields("starts_on", TOMORROW))

    preview = client.post(address, fields)
    assert b"What would change on 17 November 2009" in preview.content
    assert b"Days to share a draft (POL-2)" in preview.content
    assert LocalPolicy.objects.filter(authority=kent).count() == 1

    sent = dict(preview.context["sent"])
    assert sent["pol_2"] == "7"
    made = client.post(address, fields | {"confirm": "yes"}, follow=True)
    row = LocalPolicy.objects.get(authority=kent, starts_on=TOMORROW)
    assert (row.preset, row.overrides, row.made_by) == ("kent", {"POL-2": 7}, client.user)
    assert b"Changes to come" in made.content
    assert selectors.policy_on(authority=kent, on=TODAY).preset == "national"
    assert selectors.policy_on(authority=kent, on=TOMORROW).days_to_share == 7

    assert client.post(f"/accounts/policy/K01/{row.pk}/take-back/").status_code == 302
    assert not LocalPolicy.objects.filter(pk=row.pk).exists()


def test_choosing_again_keeps_what_was_chosen_and_changes_nothing(as_role, kent, today):
    """A policy is many answers; looking at what they would change loses none of them (POL-34)."""
    policy(kent, "national")
    client = as_role(Role.MANAGER, at=kent)
    address = "/accounts/policy/K01/change/?preset=kent"
    fields = answers("kent", pol_2="7", **day_fields("starts_on", TOMORROW))
    assert b'name="again"' in client.post(address, fields).content
    page = client.post(address, fields | {"again": "yes"})
    assert page.templates[0].name == "accounts/policy_change.html"
    assert page.context["form"]["pol_2"].value() == "7"
    assert b"There is a problem" not in page.content
    assert b'name="again"' not in page.content
    assert LocalPolicy.objects.filter(authority=kent).count() == 1


def test_a_day_that_has_begun_is_refused_on_the_page(as_role, kent, today):
    row = policy(kent, "national", starts_on=TODAY)
    client = as_role(Role.MANAGER, at=kent)
    answer = client.post("/accounts/policy/K01/change/?preset=kent", answers("kent", **day_fields("starts_on", TODAY)))
    assert "must be in the future" in answer.content.decode()
    assert client.post(f"/accounts/policy/K01/{row.pk}/take-back/").status_code == 409
    assert LocalPolicy.objects.filter(authority=kent).count() == 1


def test_hidden_fields_choose_neither_authority_nor_maker(as_role, kent, today):
    other = authority(code="K02")
    client = as_role(Role.MANAGER, at=kent)
    fields = answers("kent", **day_fields("starts_on", TOMORROW), authority=other.pk, made_by=1, confirm="yes")
    client.post("/accounts/policy/K01/change/?preset=kent", fields)
    assert LocalPolicy.objects.get().authority == kent
    assert LocalPolicy.objects.get().made_by == client.user
