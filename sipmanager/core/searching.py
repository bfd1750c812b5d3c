"""How lists and boxes search names."""

from django.db.models import Q

from .wording import searchable


def words_begin(column: str, text: str) -> Q:
    """Every word of `text` begins a word of a column filled with `wording.searchable`: "mary" is not found in "primary"."""
    found = Q()
    for word in searchable(text).split():
        found &= Q(**{f"{column}__startswith": word}) | Q(**{f"{column}__contains": f" {word}"})
    return found
