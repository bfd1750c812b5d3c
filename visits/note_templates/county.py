"""The seasonal notes of a county where the head reads first (NOV-13 to NOV-15, VIS-11 to VIS-25). Pure data, in our own words."""

from .parts import EVIDENCE, SPECIALISM, Figure, Section, grade, percent

AUTUMN = (
    EVIDENCE,
    Section(
        "progress",
        "Progress since the summer",
        "What has come of the actions agreed in the summer?",
        (
            "Which actions are finished, which are under way, which have stopped and why?",
            "What has changed for pupils because of them?",
        ),
        tags=("support",),
    ),
    Section(
        "targets_now",
        "Targets for this year",
        "How does the school stand against the targets for this year?",
        (
            "How were the targets set, and who was part of it?",
            "Which pupils are on course, and which are not?",
            "What is being done for those who are not?",
        ),
        (
            percent("english_now", "English target"),
            percent("mathematics_now", "Mathematics target"),
            percent("combined_now", "English and mathematics target"),
        ),
        tags=("priorities",),
    ),
    Section(
        "targets_next",
        "Targets for next year",
        "Which targets are agreed for next year, and are they ambitious enough?",
        (
            "What do the estimates for these pupils say?",
            "Where the school and you differ, what is the difference and why?",
        ),
        (
            percent("combined_school", "English and mathematics, the school's target"),
            percent("combined_partner", "English and mathematics, your view"),
        ),
        tags=("priorities",),
    ),
    Section(
        "outcomes",
        "Outcomes and how they vary",
        "How well do pupils achieve, and which groups do better or worse?",
        (
            "How do results differ between groups, subjects, classes and years?",
            "How do they compare with similar schools and with the last three years?",
            "What do attendance and exclusions say?",
            "How far is the school's own judgement of outcomes borne out?",
        ),
        (
            percent("attainment", "Pupils at the expected level in English and mathematics"),
            percent("two_levels", "Pupils who made two levels of progress"),
            percent("attendance", "Attendance"),
            grade("outcomes_school", "Grade for outcomes, the school's view", "school"),
            grade("outcomes_partner", "Grade for outcomes, your view", "partner"),
        ),
        tags=("self_evaluation",),
    ),
    Section(
        "wellbeing",
        "Every child matters",
        "How well does daily life in the school serve all its children?",
        (
            "Does the school know which groups it has, and does what it does fit them?",
            "What do meals, travel, sport, behaviour, respect and keeping safe look like in practice?",
            "Children in care: do they come first for admission, does the school know who they are, is absence chased?",
            "Is there a designated teacher, trained and with time for it?",
        ),
        (Figure("children_in_care", "Children in care"),),
    ),
    Section(
        "support_level",
        "Level of support",
        "Which level of support is agreed with the school for this year?",
        ("Which of the authority's criteria decide it?", "What will be asked of the authority, and for how long?"),
        (
            Figure(
                "category",
                "Category recommended",
                "choice",
                choices=(
                    ("outreach", "Outreach"),
                    ("general", "General"),
                    ("substantial", "Substantial"),
                    ("intensive", "Intensive"),
                ),
            ),
        ),
        tags=("support",),
    ),
    Section(
        "priorities",
        "Priorities for the year",
        "Which priorities has the school set itself, and are they the right ones?",
        ("Do they follow from the outcomes?", "How will the school know that it has got there?"),
        tags=("priorities",),
    ),
    SPECIALISM,
)

SPRING = (
    EVIDENCE,
    Section(
        "progress",
        "Progress since the autumn",
        "What has come of the actions agreed in the autumn?",
        ("Which actions are finished, and what do they show?", "What stands in the way of the others?"),
        tags=("support",),
    ),
    Section(
        "support_impact",
        "Support and its impact",
        "What support has the school had, from inside and outside, and what has it changed?",
        ("Is the plan for support on course?", "What would the school miss if it stopped?"),
        tags=("support",),
    ),
    Section(
        "targets_progress",
        "Progress on targets",
        "How likely is it that this year's targets are met?",
        ("What does tracking predict today?", "Which pupils are expected to make two levels of progress?"),
        (
            percent("combined_predicted", "English and mathematics, predicted"),
            percent("two_levels_predicted", "Two levels of progress, predicted"),
        ),
        tags=("priorities",),
    ),
    Section(
        "teaching",
        "Teaching",
        "How good is teaching, and how does the school know?",
        (
            "What monitoring goes on, and what does it show?",
            "How are judgements of lessons kept consistent, and has anyone from outside tested them?",
            "What follows from monitoring, and how does the best practice spread?",
            "What helps teachers who are not yet good every day?",
        ),
        (
            percent("lessons_good", "Lessons judged good or better"),
            Figure("lessons_seen", "Lessons seen"),
        ),
        tags=("self_evaluation",),
    ),
    Section(
        "assessment",
        "Use of assessment",
        "How well does assessment in the classroom move every pupil on?",
        ("Does the next lesson build on what pupils know?", "Do pupils know what to do to get better?"),
        tags=("self_evaluation",),
    ),
    Section(
        "curriculum",
        "Curriculum",
        "How well does the curriculum fit these pupils?",
        ("Which projects and partnerships ran, and to what effect?", "Who checks what happens off the school's site?"),
    ),
    Section(
        "care",
        "Care, guidance and support",
        "How well are pupils guided and supported?",
        ("What has changed in guidance this year?", "Do the programmes for pupils at risk work for each of them?"),
        (
            grade("provision_school", "Grade for provision, the school's view", "school"),
            grade("provision_partner", "Grade for provision, your view", "partner"),
        ),
        tags=("self_evaluation",),
    ),
    SPECIALISM,
)

SUMMER = (
    EVIDENCE,
    Section(
        "progress",
        "Progress since the spring",
        "What has come of the actions agreed in the spring?",
        ("Which actions are finished, and what did they change?", "What carries over into next year?"),
        tags=("support",),
    ),
    Section(
        "plan",
        "Improvement plan and support",
        "What difference have the improvement plan and outside support made this year?",
        ("Which objectives were reached?", "What support is still needed, and from whom?"),
        tags=("support", "priorities"),
    ),
    Section(
        "leadership",
        "Leadership and management",
        "How well do leaders at every level bring about improvement?",
        (
            "What have the year's actions done for standards, ambition and teaching?",
            "How strong are middle and subject leaders, and are all of them part of self-evaluation?",
            "If somebody left, what would be lost? What development have senior leaders had?",
            "What is done to win parents, partners and the community, and with what effect?",
        ),
        (
            grade("leadership_school", "Grade for leadership, the school's view", "school"),
            grade("leadership_partner", "Grade for leadership, your view", "partner"),
        ),
        tags=("self_evaluation",),
    ),
    Section(
        "governance",
        "Governance",
        "How well do governors shape, challenge and check?",
        (
            "Do governors know what is strong and what is weak, and where do they get it from?",
            "Have they looked at themselves this year, and held the review of the head's objectives?",
            "Are safeguarding, equality and other duties met?",
        ),
        tags=("self_evaluation",),
    ),
    Section(
        "outcomes",
        "Outcomes",
        "How well do pupils and groups of pupils achieve by the end of the year?",
        ("What will the results be, and how sure is that?", "Which gaps between groups have closed?"),
        (
            percent("combined_expected", "English and mathematics, expected"),
            grade("outcomes_school", "Grade for outcomes, the school's view", "school"),
            grade("outcomes_partner", "Grade for outcomes, your view", "partner"),
        ),
        tags=("self_evaluation", "priorities"),
    ),
    Section(
        "capacity",
        "Capacity to improve",
        "Can the leaders bring about what is needed, and have they the resources and the drive?",
        (
            "What use was made of initiatives and resources?",
            "Is improvement for all at the centre or at the edge of what the school does?",
            "Has underperformance been tackled at every level?",
        ),
        (
            grade("capacity_school", "Grade for capacity, the school's view", "school"),
            grade("capacity_partner", "Grade for capacity, your view", "partner"),
        ),
        tags=("self_evaluation",),
    ),
    Section(
        "overall",
        "Overall effectiveness",
        "Taking outcomes, capacity and equality together, how effective is the school?",
        ("Where your grade differs from the school's, say why, with reference to the inspection schedule.",),
        (
            grade("overall_school", "Overall grade, the school's view", "school"),
            grade("overall_partner", "Overall grade, your view", "partner"),
        ),
        tags=("self_evaluation",),
    ),
    Section(
        "barriers",
        "Barriers",
        "What stands in the way of faster improvement?",
        ("What can the school remove by itself, and where does it need others?",),
        tags=("support",),
    ),
    SPECIALISM,
)
