"""Files kept between looking at what they would do and doing it."""

from datetime import timedelta

import pytest

from accounts.tests import factories
from sipmanager.core import clock, uploads
from sipmanager.core.uploads import LASTS, UploadGone

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return factories.user()


def kept(person, at, **details):
    return uploads.hold(content=b"a,b\n", name="../../x.csv", purpose="partners", by=person, at=at, **details)


def test_a_file_comes_back_to_whom_it_belongs(person):
    at = clock.now()
    upload = uploads.held(ticket=kept(person, at, authority_id=7), purpose="partners", by=person, at=at)
    assert (upload.content, upload.name, upload.details) == (b"a,b\n", "../../x.csv", {"authority_id": 7})


def test_a_ticket_is_good_for_one_person_one_purpose_and_four_hours(person):
    at = clock.now()
    ticket = kept(person, at)
    for wrong in (
        {"by": factories.user()}, {"purpose": "deployments"}, {"at": at + LASTS + timedelta(seconds=1)}, {"ticket": ticket + "x"},
    ):  # fmt: skip
        with pytest.raises(UploadGone):
            uploads.held(**{"ticket": ticket, "purpose": "partners", "by": person, "at": at} | wrong)


def test_a_released_file_is_gone(person):
    at = clock.now()
    ticket = kept(person, at)
    uploads.release(ticket=ticket, purpose="partners", by=person)
    with pytest.raises(UploadGone):
        uploads.held(ticket=ticket, purpose="partners", by=person, at=at)


def test_files_that_nobody_went_on_with_do_not_outlive_their_ticket(person):
    at = clock.now()
    ticket = kept(person, at)
    kept(person, at + LASTS + timedelta(minutes=1))
    with pytest.raises(UploadGone):
        uploads.held(ticket=ticket, purpose="partners", by=person, at=at)
