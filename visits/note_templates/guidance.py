"""The plain form under national guidance: four headings a year, each season with its own questions (VIS-9). Pure data."""

from .parts import EVIDENCE, SPECIALISM, Figure, Section, percent

_PROMPTS: dict[str, dict[str, tuple[str, ...]]] = {
    "autumn": {
        "performance": (
            "What do last summer's results say of attainment, progress and ambition?",
            "Which groups, subjects and classes lag behind the others?",
            "What do attendance, behaviour and well-being add to the picture?",
        ),
        "key_factors": (
            "Is the school's view of itself sound, and what is it built on?",
            "Are assessment, the curriculum and the management of staff in good order?",
        ),
        "priorities": (
            "Do the priorities follow from performance?",
            "Do the targets fit the ambition, for this year and the next?",
        ),
        "how_achieved": (
            "Which strategies will have most effect, and can they last?",
            "What help from outside is needed, and who will ask for it?",
        ),
    },
    "spring": {
        "performance": (
            "What does tracking say so far this year?",
            "Are the pupils who were behind in the autumn catching up?",
        ),
        "key_factors": (
            "How does the school check teaching, and what has it found?",
            "How well do assessment, curriculum and guidance serve every pupil?",
        ),
        "priorities": (
            "Which priorities are on course, and which need another approach?",
            "Is any target out of reach, or too easy?",
        ),
        "how_achieved": (
            "What has each strategy changed, and how is that known?",
            "Is the support that was arranged the right support?",
        ),
    },
    "summer": {
        "performance": (
            "What results are expected, and how sure is the school of them?",
            "What has moved over the whole year, and for whom?",
        ),
        "key_factors": (
            "How well do leaders and governors at every level bring about improvement?",
            "What has the school learned about itself this year?",
        ),
        "priorities": (
            "Which priorities were reached, and which go on into next year?",
            "What has the school to show that others could use?",
        ),
        "how_achieved": (
            "Which strategies were worth it?",
            "What capacity does the school have to go on improving by itself?",
        ),
    },
}

_FIGURES = {
    "autumn": (percent("attainment", "Pupils at the expected level"), percent("attendance", "Attendance")),
    "spring": (percent("predicted", "Pupils predicted at the expected level"),),
    "summer": (percent("expected", "Pupils expected at the expected level"), Figure("exclusions", "Exclusions this year")),
}


def sections(season: str) -> tuple[Section, ...]:
    """The sections of a season under national guidance."""
    prompts = _PROMPTS[season]
    return (
        EVIDENCE,
        Section(
            "performance",
            "Performance",
            "How well are pupils doing, and how does the school know?",
            prompts["performance"],
            _FIGURES[season],
            tags=("self_evaluation",),
        ),
        Section(
            "key_factors",
            "What lies behind it",
            "Which strengths and weaknesses explain how pupils are doing?",
            prompts["key_factors"],
            tags=("self_evaluation",),
        ),
        Section(
            "priorities",
            "Priorities and targets",
            "Is the school working on the right things, with the right targets?",
            prompts["priorities"],
            tags=("priorities",),
        ),
        Section(
            "how_achieved",
            "How they will be reached",
            "What is the school doing about its priorities, and what support does it need?",
            prompts["how_achieved"],
            tags=("support",),
        ),
        SPECIALISM,
    )
