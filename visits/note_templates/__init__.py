"""The sections of a note for each season and preset (NOV-12 to NOV-19). Pure data, in our own words.

A note keeps the key of the template it began with. A template in use is therefore never changed in a way that
takes a section away: a new one gets a new key.
"""

from . import county, guidance, trust
from .parts import GRADES, TAGS, Figure, Section, Template

_SECTIONS = {
    "national": {season: guidance.sections(season) for season in ("autumn", "spring", "summer")},
    "learning_trust": {season: guidance.sections(season) for season in ("autumn", "spring", "summer")},
    "kent": {"autumn": county.AUTUMN, "spring": county.SPRING, "summer": county.SUMMER},
    "alpsit": {"autumn": trust.AUTUMN, "spring": trust.SPRING, "summer": trust.SUMMER},
}

TEMPLATES: dict[str, Template] = {
    f"{preset}-{season}": Template(f"{preset}-{season}", f"{season.capitalize()} visit", preset, season, sections)
    for preset, seasons in _SECTIONS.items()
    for season, sections in seasons.items()
}


def template(key: str) -> Template:
    """The template called `key`; `KeyError` if there is none."""
    return TEMPLATES[key]


def template_for(*, preset: str, season: str) -> Template:
    """The template of a season's visit under a preset."""
    return TEMPLATES[f"{preset}-{season}"]


__all__ = ["GRADES", "TAGS", "TEMPLATES", "Figure", "Section", "Template", "template", "template_for"]
