"""What a start refuses, and the pages written from tables."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from accounts import checks, docs
from accounts.permissions import Permission
from accounts.presets import SETTINGS
from accounts.sealing import CannotOpen, seal, unseal
from accounts.tests.factories import user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("required", "debug", "demonstration", "refused"),
    [(True, False, False, False), (False, False, False, True), (False, True, False, False), (False, False, True, False)],
)
def test_only_a_demonstration_does_without_second_factors(settings, required, debug, demonstration, refused):
    settings.SECOND_FACTOR_REQUIRED, settings.DEBUG, settings.DEMONSTRATION = required, debug, demonstration
    assert bool(checks.second_factor_is_asked_for()) is refused


@pytest.mark.parametrize(
    ("email", "is_active", "demonstration", "refused"),
    [
        ("head@kent.demo.example", True, False, True),
        ("head@kent.demo.example", True, True, False),
        ("head@kent.demo.example", False, False, False),
        ("head@kent.example", True, False, False),
    ],
)
def test_a_production_start_refuses_demonstration_accounts(settings, email, is_active, demonstration, refused):
    settings.DEMONSTRATION = demonstration
    user(email=email, is_active=is_active)
    assert bool(checks.no_demonstration_accounts(databases=["default"])) is refused
    assert not checks.no_demonstration_accounts(databases=None)
    if refused:
        with pytest.raises(SystemCheckError, match=r"accounts\.E002"):
            call_command("check", tags=["database"], databases=["default"])
    else:
        call_command("check", tags=["database"], databases=["default"])


def test_the_page_of_permissions_names_every_right_and_the_page_of_policy_every_setting():
    page = docs.permissions_page()
    assert page.count("\n| ") >= len(Permission)
    assert "Agree or return a draft *" in page
    assert all(f"| {setting.id} |" in docs.policy_page() for setting in SETTINGS)


def test_what_is_sealed_for_one_purpose_does_not_open_for_another():
    sealed = seal("a note", purpose="one")
    assert "note" not in sealed
    assert unseal(sealed, purpose="one") == "a note"
    for wrong in (lambda: unseal(sealed, purpose="two"), lambda: unseal("rubbish", purpose="one")):
        with pytest.raises(CannotOpen):
            wrong()
