"""The light marking of texts that people write: paragraphs, lists, bold and italic, and nothing else."""

from functools import cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {"p", "ul", "ol", "li", "strong", "em", "br"}
RULES = ["paragraph", "list", "emphasis", "newline", "text", "escape"]


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("zero", {"breaks": True, "html": False}).enable(RULES)


def to_html(text: str) -> SafeString:
    """`text` as HTML of a few harmless elements. Links, headings, pictures and HTML stay the letters they were typed as."""
    return mark_safe(nh3.clean(_reader().render(text or ""), tags=TAGS, attributes={"ol": {"start"}}))
