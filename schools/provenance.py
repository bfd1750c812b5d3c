"""Where a fact of a school came from, and when, in words (D-3, issue 3)."""

from sipmanager.core.wording import day, in_sentence, listed

from .columns import COLUMNS
from .models import DatedRecord, FactSource, FieldOwner, School

SOURCES = {
    FactSource.GIAS: "From the national register",
    FactSource.OFFICER: "Entered by an officer",
    FactSource.SCHOOL: "Given by the school",
}


def entered(record: DatedRecord) -> str:
    """From whom a dated record came, and when."""
    return f"{SOURCES[FactSource(record.source)]} on {day(record.recorded_at)}"


class Provenance:
    """The sources of one school's columns; one query."""

    def __init__(self, school: School):
        self.school = school
        self.owners = {row.field: row for row in FieldOwner.objects.filter(school=school)}

    def register(self) -> str:
        """The national register, with the day of the extract that spoke last."""
        seen = self.school.last_seen_on
        return f"From the national register of {day(seen)}" if seen else "From the national register"

    def of(self, *names: str) -> str:
        """The sources of some columns that stand in one row, each owned column by its name where they differ."""
        owned = [self.owners[name] for name in names if name in self.owners]
        if not owned:
            is_registered = any(COLUMNS[name].from_register for name in names)
            return self.register() if is_registered else ""
        if len(names) == 1:
            return words_of(owned[0])
        by_words: dict[str, list[str]] = {}
        for owner in owned:
            by_words.setdefault(in_sentence(words_of(owner)), []).append(COLUMNS[owner.field].label)
        says = [f"{listed([labels[0], *map(in_sentence, labels[1:])])} {words}" for words, labels in by_words.items()]
        if len(owned) < len(names):
            says.append(f"the rest {in_sentence(self.register())}")
        return "; ".join(says)

    def owned_of(self, names) -> list[FieldOwner]:
        """The columns among these that somebody took from the national register, in the same order."""
        return [self.owners[name] for name in names if name in self.owners and COLUMNS[name].from_register]


def words_of(owner: FieldOwner) -> str:
    return f"{SOURCES[FactSource(owner.source)]} on {day(owner.recorded_at)}"
