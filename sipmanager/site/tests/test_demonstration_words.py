"""What the invented SIPs write fits the section it stands in, and is as notes should be."""

import pytest

from sipmanager.site.demonstration.words import LEFT_EMPTY, WORDS, words_for
from visits import note_checks
from visits.note_templates import TEMPLATES

SECTIONS = {section.key: section for template in TEMPLATES.values() for section in template.sections}


def test_every_section_of_every_template_has_words_of_its_own():
    assert set(WORDS) == set(SECTIONS) - LEFT_EMPTY
    assert not any(SECTIONS[key].is_required for key in LEFT_EMPTY)


@pytest.mark.parametrize("key", sorted(WORDS))
def test_the_checker_has_no_remark_on_them(key):
    for telling in (0, 1):
        written = note_checks.Written(key, SECTIONS[key].title, words_for(key, telling))
        assert note_checks.check(note_checks.Draft(sections=(written,))) == []
