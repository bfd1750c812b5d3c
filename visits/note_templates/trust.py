"""The termly report of a school trust (NOV-19, NOV-30, VIS-17, VIS-21, VIS-26, VIS-34). Pure data, in our own words."""

from .parts import Figure, Section, grade, percent

_ACTIONS = Section(
    "actions",
    "Earlier actions",
    "What has come of the actions agreed last time?",
    ("What is finished, what goes on, and what has it changed?",),
    tags=("support",),
)
_SELF_EVALUATION = Section(
    "self_evaluation",
    "The school's self-evaluation",
    "How does the school judge itself against the inspection criteria, and does the evidence bear it out?",
    ("Which judgements could an outsider verify today?", "Which gaps are carried through the year?"),
    (
        grade("overall_school", "Overall grade, the school's view", "school"),
        grade("overall_partner", "Overall grade, your view", "partner"),
    ),
    tags=("self_evaluation",),
)
_STRENGTHS = Section(
    "strengths",
    "Strengths to celebrate",
    "What does the school do that others should hear of?",
    ("Who could come and see it?",),
    is_required=False,
)
_HEAD = Section(
    "head_support",
    "The head's development and well-being",
    "What does the head need, to learn and to keep well?",
    ("Which training or colleague would help?",),
    tags=("support",),
    is_required=False,
)

AUTUMN = (
    Section(
        "inspection",
        "Last inspection",
        "What did the last inspection ask for, and how far has the school come?",
        ("Which key priorities came out of it?", "How ready is the school for the next one?"),
        (Figure("inspected_on", "Date of the last inspection", "date"),),
        tags=("priorities",),
    ),
    Section(
        "context",
        "The school's context",
        "What should a reader know of the school this year?",
        ("What has changed in staff, pupils, buildings or governors?", "Which support from outside is in place?"),
    ),
    Section(
        "results",
        "Summer results",
        "What do last summer's results say?",
        ("How do they compare with the year before and with other schools?", "Which groups stand out?"),
        (
            percent("early_years", "Good level of development, early years"),
            percent("phonics", "Phonics, year 1"),
            percent("year_2", "Reading, writing and mathematics, year 2"),
            percent("year_6", "Reading, writing and mathematics, year 6"),
            Figure("writing_score", "Average scaled score in writing, if there is one"),
        ),
        tags=("self_evaluation",),
    ),
    _SELF_EVALUATION,
    Section(
        "school_priorities",
        "The school's priorities",
        "Which priorities does the school set itself this year?",
        ("What are the short actions for this term?", "How do they fit the curriculum map?"),
        tags=("priorities",),
    ),
    Section(
        "whole_child",
        "The whole child and the wider curriculum",
        "How well does the school serve the whole child, beyond English and mathematics?",
        ("Which foundation subjects are strong, and which need work?",),
        is_required=False,
    ),
    _HEAD,
    _STRENGTHS,
)

SPRING = (
    _ACTIONS,
    Section(
        "plan",
        "The development plan",
        "How is the development plan going?",
        ("Which priorities are on course?", "What must happen before the summer?"),
        tags=("priorities",),
    ),
    Section(
        "attendance_governance",
        "Attendance and governance",
        "What do attendance and the work of governors say?",
        ("Who is often absent, and what is done?", "What do governors ask, and what follows?"),
        (percent("attendance", "Attendance"),),
        tags=("self_evaluation",),
    ),
    Section(
        "subject_leaders",
        "Subject leaders and the curriculum",
        "How ready are subject leaders to speak for their subjects?",
        ("What does work in books show?", "How far has the curriculum come since the autumn?"),
        tags=("self_evaluation",),
    ),
    _SELF_EVALUATION,
    _HEAD,
    _STRENGTHS,
)

SUMMER = (
    _ACTIONS,
    _SELF_EVALUATION,
    Section(
        "targets",
        "Targets and predictions",
        "What results are predicted, against which targets?",
        ("How sure are the predictions?", "Who is just below, and what is done for them?"),
        (
            percent("year_2_predicted", "Reading, writing and mathematics, year 2, predicted"),
            percent("year_6_predicted", "Reading, writing and mathematics, year 6, predicted"),
        ),
        tags=("priorities",),
    ),
    Section(
        "curriculum",
        "Curriculum",
        "What are the priorities for the curriculum, and what will change?",
        ("What worked this year, and what goes?",),
        tags=("priorities",),
    ),
    Section(
        "finance",
        "Finance",
        "Do the school's means fit its plans?",
        ("Is money put where the priorities are?",),
        is_required=False,
    ),
    _HEAD,
    _STRENGTHS,
)
