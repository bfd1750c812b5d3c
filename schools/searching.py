"""How names and words of an extract are compared (pure)."""

from sipmanager.core.wording import searchable

LONGEST = 200


def search_key(text: str) -> str:
    """A name as it is compared: small letters, no accents or punctuation, "&" as "and"."""
    return searchable(text)


def search_words(name: str, urn: str, town: str) -> str:
    """What the search of schools looks in."""
    return searchable(f"{name} {urn} {town}")[:LONGEST].rstrip()


def same(one: str, other: str) -> bool:
    """Whether two values differ in nothing but letter case, hyphens and spaces (D-10)."""
    return one == other or loose(one) == loose(other)


def loose(text: str) -> str:
    return " ".join(text.replace("-", " ").split()).casefold()
