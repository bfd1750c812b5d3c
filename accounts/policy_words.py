"""The values of local policy in words for people. Pure; a test holds that every choice of every setting has its words."""

from typing import Any

from sipmanager.core.wording import capitalised, in_sentence, listed

from .presets import Setting

# Words of a value whatever the setting, and of a value in one setting.
WORDS: dict[str, str] = {
    "la_first": "The authority agrees the draft, then the head reads it",
    "head_first": "The head reads the draft first; the authority only where a dispute is likely",
    "head_approves": "The head approves the report, then the Trust Advisor releases it",
    "sip_records": "The SIP's judgement stands and both views are kept",
    "none": "None",
    "moderation": "A senior adviser moderates",
    "work_together": "School and SIP work it out together",
    "head": "Head",
    "chair": "Chair of governors",
    "manager": "SIP manager",
    "senior_adviser": "Senior adviser",
    "line_manager": "Line manager",
    "sip": "SIP",
    "diocese": "Diocese",
    "locality_authority": "Local authority of the school",
    "local": "Decided locally",
    "all": "All",
    "sampled": "A sample",
    "termly": "Every term",
    "half_termly": "Every half-term",
    "ongoing": "As needed, through mentor and adviser",
    "controlled": "Controlled as a conflict of interest",
    "written_confirmation": "Only after written confirmation",
    "agreed_in_advance": "Agreed in advance with the manager",
    "school_buys": "The school may buy days directly",
    "consulted": "Consulted; the authority decides",
    "one_objection": "One objection, before the start",
    "head_consulted": "The head is consulted each time",
    "head_and_chair_choose": "Head and chair choose with the Trust Advisor",
    "authority": "The authority",
    "trust_or_school": "The trust, the authority or the school",
    "accreditation_references_interview": "Accreditation, references and interview",
    "accreditation": "Accreditation",
    "trust_list": "The trust's own list and panel",
    "agreed": "Agreed with the authority",
    "extra_day": "One extra day, agreed in advance",
    "inside_days": "Within the school's days",
    "every_school": "In every school",
    "by_31_december": "By 31 December",
    "optional": "Optional",
    "trust_board": "The trust board",
    "sought": "The manager asks heads and chairs",
    "confidential_form": "A confidential form",
    "annual_survey": "A yearly survey",
    "annual": "Once a year",
    "year_end": "At the end of the year",
    "spring": "In spring",
    "three_terms": "Three terms",
    "half_terms": "Half-terms",
    "six_terms": "Six terms",
    "working": "Working days",
    "working_less_closures": "Working days outside school holidays",
    "calendar": "Every day",
    "outreach": "Outreach",
    "general": "General",
    "substantial": "Substantial",
    "intensive": "Intensive",
    "national": "National",
    "annual_report": "A yearly report",
    "intensive_attends": "Attends at intensive schools",
    "on_request": "On request",
    "ofsted_1_4": "Ofsted grades 1 to 4",
    "remind": "Remind",
    "escalate": "Remind, then tell the SIP manager",
    "deem_agreed": "Take it as agreed",
    "months": "By months",
    "days": "By days",
    "programme": "Those of the national guidance",
    "protocol": "Those of a learning trust's protocol",
    "county": "Those of a county's handbook",
    "trust": "Those of a school trust's handbook",
    "PRE-2": "Criminal record check",
    "PRE-3": "Agreement of the SIP's own governors",
    "PRE-4": "Cover at the SIP's own school",
    "PRE-5": "Indemnity insurance",
    "PRE-6": "Contract for the school",
    "PRE-8": "Confidentiality accepted",
    "PRE-9": "References and interview",
    "PRE-10": "Briefing on local priorities",
    "PRE-12": "Initial training",
    "DL-1": "Draft to the head",
    "DL-2": "Draft to the authority",
    "DL-3": "The authority's decision",
    "DL-4": "The head's answer",
    "DL-5": "Distribution",
    "DL-6": "Moderation",
    "DL-7": "Approval of the report",
}


# What "none" means depends on what there is none of.
NONE = {
    "POL-4": "Nothing to settle: the head has no step before the note is issued",
    "POL-18": "They are not asked for it",
    "POL-28": "No grades are given",
}


def word_of(value: Any, setting: Setting | None = None) -> str:
    """One value in words, of `setting` where its words are its own."""
    if value == "none" and setting is not None and setting.id in NONE:
        return NONE[setting.id]
    return WORDS.get(value) or capitalised(str(value).replace("_", " "))


def in_words(setting: Setting, value: Any) -> str:
    """A setting's value as a page shows it."""
    if value is None:
        return "Not set"
    if setting.kind is bool:
        return "Yes" if value else "No"
    if setting.many:
        return listed([words if at == 0 else in_sentence(words) for at, words in enumerate(map(word_of, value))]) or "None"
    return word_of(value, setting) if setting.choices else str(value)
