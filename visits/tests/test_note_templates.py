"""Every season of every preset has its sections (NOV-12 to NOV-19)."""

import pytest

from accounts.presets import PRESETS
from visits.note_templates import TAGS, TEMPLATES, template, template_for

SEASONS = ("autumn", "spring", "summer")
FIGURE_KINDS = {"number", "percent", "grade", "choice", "date", "text"}


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("season", SEASONS)
def test_every_season_of_every_preset_has_a_template(preset, season):
    found = template_for(preset=preset, season=season)
    assert template(found.key) is found
    assert (found.preset, found.season) == (preset, season)
    assert any(section.is_required for section in found.sections)


@pytest.mark.parametrize("key", sorted(TEMPLATES))
def test_the_keys_of_a_template_are_told_apart_and_its_tags_known(key):
    sections = template(key).sections
    assert len({section.key for section in sections}) == len(sections)
    for section in sections:
        assert set(section.tags) <= set(TAGS)
        assert section.question.endswith("?")
        assert len({figure.key for figure in section.figures}) == len(section.figures)
        assert {figure.kind for figure in section.figures} <= FIGURE_KINDS
        assert all(figure.choices for figure in section.figures if figure.kind in ("grade", "choice"))


@pytest.mark.parametrize("preset", PRESETS)
def test_a_years_notes_cover_what_the_programme_asks_for(preset):
    """NOV-8: self-evaluation, priorities, actions and support; specialisms where the school has one."""
    tags = {
        tag for season in SEASONS for section in template_for(preset=preset, season=season).sections for tag in section.tags
    }
    assert {"self_evaluation", "priorities", "support"} <= tags


def test_a_section_or_figure_that_is_not_there_is_a_key_error():
    autumn = template("kent-autumn")
    assert autumn.section("outcomes").figure("attendance").unit == "%"
    with pytest.raises(KeyError):
        autumn.section("nothing")
    with pytest.raises(KeyError):
        autumn.section("outcomes").figure("nothing")
    with pytest.raises(KeyError):
        template("nothing")
