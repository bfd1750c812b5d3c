"""Files kept between looking at what they would do and doing it."""

from datetime import timedelta

import pytest

from sipmanager.core import clock, uploads
from sipmanager.core.uploads import LASTS, UploadGone


def test_a_file_comes_back_by_its_key_and_by_no_other():
    key = uploads.keep(content=b"a,b\n", at=clock.now())
    assert uploads.read(key=key) == b"a,b\n"
    with pytest.raises(UploadGone):
        uploads.read(key=f"{key[:-1]}x")


def test_a_file_that_is_thrown_away_is_gone():
    key = uploads.keep(content=b"a,b\n", at=clock.now())
    uploads.throw_away(key=key)
    with pytest.raises(UploadGone):
        uploads.read(key=key)


def test_files_that_nobody_went_on_with_do_not_outlive_their_hours():
    at = clock.now()
    key = uploads.keep(content=b"a,b\n", at=at)
    uploads.keep(content=b"c\n", at=at + LASTS + timedelta(minutes=1))
    with pytest.raises(UploadGone):
        uploads.read(key=key)
