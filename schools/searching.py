"""How names and words of an extract are compared (pure)."""

from sipmanager.core.wording import searchable

LONGEST = 200


def search_key(text: str) -> str:
    """What the search looks in: small letters, no accents or punctuation, "&" as "and"."""
    return searchable(text)[:LONGEST].rstrip()


def same(one: str, other: str) -> bool:
    """Whether two values differ in nothing but letter case, hyphens and spaces (D-10)."""
    return one == other or loose(one) == loose(other)


def loose(text: str) -> str:
    return " ".join(text.replace("-", " ").split()).casefold()
