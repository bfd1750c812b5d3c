"""Where accreditation is looked at from: one authority, one SIP's account."""

import pytest

from accounts.tests import factories as people


@pytest.fixture
def place(db):
    return people.authority("Ashby", code="991", region=people.region("Region of Ashby"))


@pytest.fixture
def sip(db):
    return people.user("Ann Able")
