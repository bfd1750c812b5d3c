"""A note's text on a page and in print: `{% load note_text %}`."""

from django import template

from sipmanager.core.marking import to_html
from visits.differences import Kind

register = template.Library()

register.filter("marked", to_html)


@register.inclusion_tag("visits/_difference.html")
def difference(parts):
    """The runs of `differences.differences`, with what came and went said in words for those who do not see it."""
    shown = [
        {"text": part.text, "is_added": part.kind is Kind.ADDED, "is_removed": part.kind is Kind.REMOVED} for part in parts
    ]
    return {"parts": shown}
