"""What an inspection can be, how it is graded and on which lines (SCH-15, OFS-13, section 21.1). Pure."""

from enum import StrEnum

from .stages import Stage


class InspectionKind(StrEnum):
    """ENU-9, with the survey apart from the subject visit as SCH-15 lists them together."""

    SECTION_5 = "section_5"
    SECTION_8 = "section_8"
    HMI_MONITORING = "hmi_monitoring"
    SURVEY = "survey"


INSPECTION_NAMES = {
    InspectionKind.SECTION_5: "Section 5 inspection",
    InspectionKind.SECTION_8: "Section 8 visit",
    InspectionKind.HMI_MONITORING: "HMI monitoring of a satisfactory school",
    InspectionKind.SURVEY: "Subject, theme or survey visit",
}


class Verdict(StrEnum):
    """The Ofsted category that an inspection puts a school in; none is no category (ENU-4)."""

    NOTICE_TO_IMPROVE = "notice_to_improve"
    SPECIAL_MEASURES = "special_measures"


VERDICT_NAMES = {Verdict.NOTICE_TO_IMPROVE: "Notice to improve", Verdict.SPECIAL_MEASURES: "Special measures"}

GRADE_NAMES = {1: "Outstanding", 2: "Good", 3: "Satisfactory", 4: "Inadequate"}

# fmt: off
# Group, then its lines as code and words; a group of a stage is asked only where the school offers it (OFS-14).
GRADE_LINES: tuple[tuple[str, Stage | None, tuple[tuple[str, str], ...]], ...] = (
    ("Overall", None, (
        ("overall",          "Overall effectiveness"),
        ("outcomes",         "Outcomes for individuals and groups"),
        ("capacity",         "Capacity for sustained improvement"),
    )),
    ("Outcomes", None, (
        ("attainment",       "Attainment"),
        ("progress",         "Learning and progress"),
        ("progress_sen",     "Learning and progress of pupils with special needs or disabilities"),
        ("achievement",      "Achievement and enjoyment of learning"),
        ("safe",             "Feeling safe"),
        ("behaviour",        "Behaviour"),
        ("healthy",          "Healthy lifestyles"),
        ("contribution",     "Contribution to the school and the wider community"),
        ("attendance",       "Attendance"),
        ("workplace",        "Workplace and other skills for economic well-being"),
        ("smsc",             "Spiritual, moral, social and cultural development"),
    )),
    ("Provision", None, (
        ("teaching",         "Teaching"),
        ("assessment",       "Use of assessment to support learning"),
        ("curriculum",       "Curriculum, partnerships included"),
        ("care",             "Care, guidance and support"),
    )),
    ("Leadership", None, (
        ("ambition",         "Ambition and drive for improvement"),
        ("leading_teaching", "Leadership and management of teaching and learning"),
        ("governors",        "Governing body"),
        ("parents",          "Engagement with parents and carers"),
        ("partnerships",     "Partnerships for learning and well-being"),
        ("equality",         "Equal opportunity and tackling discrimination"),
        ("safeguarding",     "Safeguarding"),
        ("cohesion",         "Community cohesion"),
        ("resources",        "Resources and value for money"),
    )),
    ("Early years", Stage.EARLY_YEARS, (
        ("eyfs_overall",     "Early years: overall effectiveness"),
        ("eyfs_outcomes",    "Early years: outcomes for children"),
        ("eyfs_provision",   "Early years: provision"),
        ("eyfs_leadership",  "Early years: leadership and management"),
    )),
    ("Sixth form", Stage.SIXTH_FORM, (
        ("sixth_overall",    "Sixth form: overall effectiveness"),
        ("sixth_outcomes",   "Sixth form: outcomes for students"),
        ("sixth_provision",  "Sixth form: provision"),
        ("sixth_leadership", "Sixth form: leadership and management"),
    )),
    ("Boarding", Stage.BOARDING, (
        ("boarding",         "Effectiveness of boarding"),
    )),
)
# fmt: on

LINE_NAMES: dict[str, str] = {code: says for _group, _stage, lines in GRADE_LINES for code, says in lines}


def lines_for(stages: list[str], *, held: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """The lines on which a school of these stages is graded, and any that are `held` already."""
    return [
        (code, says)
        for _group, stage, lines in GRADE_LINES
        for code, says in lines
        if stage is None or stage.value in stages or code in held
    ]
