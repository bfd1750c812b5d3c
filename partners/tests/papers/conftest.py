"""Both sides of an agreement, and a shelf of their own for what they file."""

import pytest

from accounts.tests import factories as people

from .factories import Sides


@pytest.fixture(autouse=True)
def _shelf(settings, tmp_path):
    shelf = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "documents"}}
    settings.STORAGES = {**settings.STORAGES, "documents": shelf}


@pytest.fixture
def sides(db):
    return Sides(people.authority("Ownshire"))
