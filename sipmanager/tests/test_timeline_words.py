"""Every kind of event that stands in the record of a school is a sentence there, not the key of a table."""

import re
from pathlib import Path

from django.conf import settings

from schools import timeline

OF_A_SCHOOL = (
    "school",
    "post",
    "visit",
    "note",
    "deployment",
    "contract",
    "notification",
    "extrawork",
    "shadowvisit",
    "shortlist",
)
# These stand in the records of a load or of a list of schools, not of one school.
ELSEWHERE = {"school.bulk"}


def written_kinds():
    kinds = set()
    for app in ("schools", "partners", "visits", "qa"):
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            if "tests" not in path.parts:
                kinds |= set(re.findall(r'what="([a-z_]+\.[a-z_]+)"', path.read_text(encoding="utf-8")))
    return {kind for kind in kinds if kind.split(".")[0] in OF_A_SCHOOL} - ELSEWHERE


def test_every_event_of_a_school_has_words():
    kinds = written_kinds()
    assert "extrawork.ask" in kinds
    assert not {kind for kind in kinds if kind not in timeline._words and kind not in timeline._left_out}
