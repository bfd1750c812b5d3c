"""Authorities and dioceses as extracts name them."""

import re
from dataclasses import dataclass, field
from datetime import date

from django.utils.text import slugify

from accounts.models import Authority, Diocese

from ..searching import search_key
from .columns import NO_AUTHORITY

# Stands for the key that a diocese will have once it is entered.
NEW_DIOCESE = -1

_BEFORE_REFORM = re.compile(r"^pre lgr \d{4} ")


@dataclass
class Places:
    """Every authority by code and by name, who followed whom, and the dioceses. Loaded once for a run."""

    by_code: dict[str, int] = field(default_factory=dict)
    by_name: dict[str, int] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    # (predecessor, successor): the day on which the successor took over.
    succession: dict[tuple[int, int], date | None] = field(default_factory=dict)
    dioceses: dict[str, int] = field(default_factory=dict)
    diocese_names: dict[int, str] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Places":
        places = cls()
        for pk, code, name, aliases in Authority.objects.values_list("pk", "code", "name", "aliases"):
            places.by_code[code] = pk
            places.codes[pk], places.names[pk] = code, name
            for known_as in (name, *aliases):
                places.by_name.setdefault(search_key(known_as), pk)
        links = Authority.predecessors.through.objects.values_list(
            "to_authority_id", "from_authority_id", "from_authority__starts_on"
        )
        places.succession = {(old, new): day for old, new, day in links}
        places.diocese_names = dict(Diocese.objects.values_list("pk", "name"))
        places.dioceses = {search_key(name): pk for pk, name in places.diocese_names.items()}
        return places

    def authority_of(self, code: str | None, name: str | None) -> int | None:
        """The authority an extract means; the code decides where there is one. Raises `KeyError` for a stranger."""
        code = (code or "").strip()
        if code:
            return None if code in NO_AUTHORITY else self.by_code[code]
        key = _BEFORE_REFORM.sub("", search_key(name or ""))
        return None if key in ("", "does not apply") else self.by_name[key]

    def follows(self, old: int | None, new: int | None) -> bool:
        """Whether `new` took over schools of `old` when `old` was abolished (D-1)."""
        return (old, new) in self.succession

    def moves_on(self, old: int | None, new: int | None, as_at: date) -> date:
        """The day of a change of authority: the successor's first, else that of the extract (D-10)."""
        return self.succession.get((old, new)) or as_at

    def known_diocese(self, name: str) -> int | None:
        """The diocese of a name, `NEW_DIOCESE` for one that is not entered yet, and `None` for no name."""
        return self.dioceses.get(search_key(name), NEW_DIOCESE) if name else None

    def diocese(self, name: str) -> int:
        """The diocese of a name, entered if it is new."""
        key = search_key(name)
        if key not in self.dioceses:
            code = slugify(name)[:50]
            self.dioceses[key] = Diocese.objects.get_or_create(name=name, defaults={"code": code})[0].pk
        return self.dioceses[key]
