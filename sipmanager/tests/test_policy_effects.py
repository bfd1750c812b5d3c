"""POL-34: a change of local policy says which rules and due dates it moves and what keeps the policy of its time."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from accounts.models import LocalPolicy
from accounts.permissions import Role
from accounts.policy_effects import effects_of, in_progress
from accounts.presets import BY_ID, BY_KEY, SETTINGS
from visits.states import NoteState
from visits.tests import factories as visits

ROOT = Path(__file__).resolve().parent.parent.parent
# Read outside of any rule or due date: what a page calls things, or who may be asked.
SHOWN_ONLY: frozenset[str] = frozenset()


def settings_read() -> set[str]:
    """The keys of settings that the code of the apps reads from a policy."""
    found = set()
    for app in ("schools", "partners", "visits", "qa"):
        for file in (ROOT / app).rglob("*.py"):
            if "tests" not in file.parts:
                found |= set(re.findall(r"policy(?:_on\([^)]*\))?\.(\w+)", file.read_text(encoding="utf-8")))
    return found & BY_KEY.keys()


def test_every_setting_that_the_code_reads_says_what_it_moves():
    silent = {BY_KEY[key].id for key in settings_read() if not effects_of(BY_KEY[key].id)} - SHOWN_ONLY
    assert not silent, f"Say in the floor's policy_effects.py which rule or due date reads {sorted(silent)}"


def test_every_effect_is_of_a_setting_that_exists():
    for setting in SETTINGS:
        for effect in effects_of(setting.id):
            assert effect.says
            assert re.fullmatch(r"[A-Z]+-\d+[a-z]?(-\w+)?|COG-[A-M](-\w+)?|D-\d+a?", effect.rule), effect
    assert {effect.rule for effect in effects_of("POL-36")} == {"DEP-10", "COG-H"}
    assert {effect.rule for effect in effects_of("POL-2")} == {"DL-1", "DL-2"}


@pytest.mark.django_db
def test_notes_and_deployments_in_progress_are_counted_and_keep_their_policy(clock_at):
    clock_at("2009-11-16 10:00")  # Monday
    people = visits.make_people("kent")
    drafting = visits.make_note(people=people)
    visits.make_note(NoteState.DISTRIBUTED, people=people)
    on = visits.HELD_ON + timedelta(days=60)
    said = in_progress(authority=people.authority, on=on, changed={"POL-2", "POL-36"})
    assert any(sentence.startswith("1 note in progress keeps") for sentence in said)
    assert any("deployment" in sentence and "of its time" in sentence for sentence in said)
    assert any(sentence.startswith("The conditions of grant") for sentence in said)
    assert in_progress(authority=people.authority, on=on, changed={"POL-24"}) == []

    LocalPolicy.objects.create(
        authority=people.authority, starts_on=on, preset="kent", overrides={"POL-2": 9}, made_at=visits.at()
    )
    drafting.refresh_from_db()
    assert drafting.policy.days_to_share == BY_ID["POL-2"].default("kent")


@pytest.mark.django_db
def test_the_preview_names_the_due_dates_it_would_move(as_role, clock_at):
    from accounts.tests.test_policies import answers, day_fields

    clock_at("2009-11-16 10:00")  # Monday
    people = visits.make_people("kent")
    visits.make_note(people=people)
    client = as_role(Role.MANAGER, at=people.authority)
    tomorrow = visits.at().date().replace(year=2009, month=11, day=17)
    fields = answers("kent", pol_2="7", pol_24="national", **day_fields("starts_on", tomorrow))
    page = client.post(f"/accounts/policy/{people.authority.code}/change/?preset=kent", fields).content.decode()
    assert "Send the draft to the head (DL-1)" in page
    assert "None: the service shows it and works nothing out from it." in page
    assert "1 note in progress keeps the policy and the due dates under which it began." in page
