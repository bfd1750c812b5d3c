"""A day, a shelf of documents for each test alone, and a PDF that is made at once."""

import pytest

from visits.actions import issuing


@pytest.fixture(autouse=True)
def _day_and_shelf(clock_at, settings, tmp_path):
    """A Wednesday, and a shelf of documents for each test alone."""
    clock_at("2009-11-11 15:42")
    shelf = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "documents"}}
    settings.STORAGES = {**settings.STORAGES, "documents": shelf}


@pytest.fixture
def quick_pdf(monkeypatch):
    monkeypatch.setattr(issuing, "render", lambda *_: b"%PDF-1.7 stands in")
