"""What a template of a note is made of. Pure."""

from dataclasses import dataclass

# What a year's notes must cover between them (NOV-8, NOV-11).
TAGS = {
    "self_evaluation": "Self-evaluation",
    "priorities": "Priorities, targets and progress",
    "specialism": "Specialism",
    "support": "Actions and support",
}

GRADES = (
    ("1", "1, outstanding"),
    ("2", "2, good"),
    ("3", "3, satisfactory"),
    ("4", "4, inadequate"),
)


@dataclass(frozen=True)
class Figure:
    """A number or a grade beside a section's text, kept apart so that it can be counted (NOV-24, NOV-45).

    `kind` is `number`, `percent`, `grade`, `choice`, `date` or `text`; `choices` are (value, label) pairs.
    `view` says whose judgement a grade is: `school` or `partner` (NOV-21).
    """

    key: str
    label: str
    kind: str = "number"
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    view: str = ""

    @property
    def told_as(self) -> str:
        """The label for readers: what asks the writer for "your view" is the SIP's to everybody else."""
        return self.label.replace("your view", "the SIP's view")


@dataclass(frozen=True)
class Section:
    """One section of a note: what it asks, what may help to answer, and what it counts towards (NOV-11)."""

    key: str
    title: str
    question: str
    prompts: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tags: tuple[str, ...] = ()
    is_required: bool = True

    def figure(self, key: str) -> Figure:
        """The figure called `key`; `KeyError` if the section asks for none of that name."""
        for figure in self.figures:
            if figure.key == key:
                return figure
        raise KeyError(key)


@dataclass(frozen=True)
class Template:
    """The sections of one season's note, as an authority's preset wants them (NOV-12 to NOV-19)."""

    key: str
    name: str
    preset: str
    season: str
    sections: tuple[Section, ...]

    def section(self, key: str) -> Section:
        """The section called `key`; `KeyError` if the template has none."""
        for section in self.sections:
            if section.key == key:
                return section
        raise KeyError(key)


def grade(key: str, label: str, view: str) -> Figure:
    """A grade of the four-point scale, and whose view it is (NOV-21)."""
    return Figure(key, label, "grade", choices=GRADES, view=view)


def percent(key: str, label: str) -> Figure:
    return Figure(key, label, "percent", unit="%")


EVIDENCE = Section(
    "evidence",
    "Evidence",
    "What did you see, hear and read, and what were you told?",
    (
        "Say what you observed yourself and what was reported to you.",
        "Which lessons, work, data and documents did you look at?",
        "Whom did you talk to? Give roles and initials, not names.",
    ),
)

SPECIALISM = Section(
    "specialism",
    "Specialism",
    "Where the school has a specialism: what difference does it make?",
    (
        "Which results in the specialist subjects have moved, and against which targets?",
        "What do partner schools and the community gain from it?",
        "What would the evidence for redesignation say today?",
    ),
    tags=("specialism",),
    is_required=False,
)
