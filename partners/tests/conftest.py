"""Who and where most tests of SIPs and deployments begin with; a file with another beginning says so itself."""

import pytest

from accounts.permissions import Role
from accounts.tests import factories as people
from schools.facts import Phase
from schools.tests import factories as schools


@pytest.fixture
def authority():
    return people.authority("Ashby")


@pytest.fixture
def manager(authority):
    return people.member(Role.MANAGER, at=authority)


@pytest.fixture
def administrator(authority):
    return people.member(Role.ADMINISTRATOR, at=authority)


@pytest.fixture
def school(authority):
    """A secondary school."""
    return schools.make_school(authority=authority, name="Hill Road School", phase=Phase.SECONDARY)
