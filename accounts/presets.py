"""Local policy: every setting in which authorities differ, and the four presets of section 32 (D-39). Pure.

Read a table row as: the setting's id, its key in code, what it says, the values it may take, and its value
under national, learning_trust, kent and alpsit. `None` means that the source is silent and nothing is due.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PRESETS = ("national", "learning_trust", "kent", "alpsit")
PRESET_NAMES = {
    "national": "National guidance",
    "learning_trust": "Learning trust: the authority agrees first",
    "kent": "County: the head reads first",
    "alpsit": "School trust: the head approves",
}

ANY_TEXT = str
WHOLE = int
SWITCH = bool

LONGEST_NAME = 40  # of a value that an authority writes itself

ALL_CHECKS = ("PRE-2", "PRE-3", "PRE-4", "PRE-5", "PRE-6", "PRE-8")


@dataclass(frozen=True)
class Setting:
    """One setting. `kind` is `str`, `int` or `bool`; `choices` the values allowed where they are few.

    With `is_open` an authority writes a list of its own, and the choices are only those that presets use.
    """

    id: str
    key: str
    says: str
    kind: type
    values: tuple[Any, Any, Any, Any]
    choices: tuple[Any, ...] = ()
    optional: bool = False
    many: bool = False
    is_open: bool = False

    def default(self, preset: str) -> Any:
        return self.values[PRESETS.index(preset)]

    def wrong(self, value: Any) -> str | None:
        """Why `value` cannot be this setting's, as a sentence; `None` when it can."""
        if value is None:
            return None if self.optional else f"{self.says} must have a value"
        if self.is_open:
            return self._wrong_list(value)
        if self.many:
            if not isinstance(value, list | tuple) or any(item not in self.choices for item in value):
                return f"{self.says} must be chosen from {', '.join(map(str, self.choices))}"
            return None
        if not isinstance(value, self.kind) or (self.kind is int and isinstance(value, bool)):
            return (
                f"{self.says} must be {'a whole number' if self.kind is int else 'yes or no' if self.kind is bool else 'text'}"
            )
        if self.choices and value not in self.choices:
            return f"{self.says} must be one of {', '.join(map(str, self.choices))}"
        if isinstance(value, int) and value < 0:
            return f"{self.says} must be 0 or more"
        return None

    def _wrong_list(self, value: Any) -> str | None:
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) and item.strip() for item in value):
            return f"{self.says} must be a list of names"
        if any(len(item) > LONGEST_NAME for item in value):
            return f"{self.says}: each name must be {LONGEST_NAME} characters or less"
        if len({item.casefold() for item in value}) < len(value):
            return f"{self.says}: each name can be given only once"
        return None


RECIPIENTS = ("head", "chair", "manager", "senior_adviser", "line_manager", "sip", "diocese", "locality_authority")
CHECKS = ("PRE-2", "PRE-3", "PRE-4", "PRE-5", "PRE-6", "PRE-8", "PRE-9", "PRE-10", "PRE-12")
NOTE_DEADLINES = ("DL-1", "DL-2", "DL-3", "DL-4", "DL-5", "DL-6", "DL-7")

# fmt: off
SETTINGS: tuple[Setting, ...] = (
    #                                                                                     national       learning_trust  kent           alpsit
    Setting("POL-1",  "review_order",        "Order of review of a note",         str,  ("la_first",    "la_first",    "head_first",  "head_approves"), ("la_first", "head_first", "head_approves")),
    Setting("POL-2",  "days_to_share",       "Days to share a draft",             int,  (5,             5,             5,             5), optional=True),
    Setting("POL-3",  "days_to_distribute",  "Days to distribute a note",         int,  (None,          None,          10,            None), optional=True),
    Setting("POL-4",  "dispute_rule",        "What happens to a disputed note",   str,  ("sip_records", "none",        "moderation",  "work_together"), ("sip_records", "none", "moderation", "work_together")),
    Setting("POL-5",  "distribution",        "Who receives an issued note",       str,  (("head", "chair", "manager"), ("head", "line_manager", "manager"), ("head", "chair", "manager", "senior_adviser", "sip"), ("head", "manager", "diocese", "locality_authority")), RECIPIENTS, many=True),
    Setting("POL-6",  "notes_read",          "Notes read by the authority",       str,  ("local",       "all",         "sampled",     "all"), ("local", "all", "sampled")),
    Setting("POL-7",  "contact_every",       "Contact with the line manager",     str,  ("termly",      "half_termly", "ongoing",     "half_termly"), ("termly", "half_termly", "ongoing")),
    Setting("POL-8",  "shadow_every_months", "Months between shadow visits",      int,  (None,          None,          24,            None), optional=True),
    Setting("POL-9",  "extra_work",          "Extra paid work at own schools",    str,  ("controlled",  "written_confirmation", "agreed_in_advance", "school_buys"), ("controlled", "written_confirmation", "agreed_in_advance", "school_buys")),
    Setting("POL-10", "schools_say",         "The school's say in its SIP",       str,  ("consulted",   "one_objection", "head_consulted", "head_and_chair_choose"), ("consulted", "one_objection", "head_consulted", "head_and_chair_choose")),
    Setting("POL-11", "sip_source",          "Who appoints the SIP",              str,  ("authority",   "authority",   "authority",   "trust_or_school"), ("authority", "trust_or_school")),
    Setting("POL-12", "eligibility",         "Eligibility to apply",              str,  ("accreditation_references_interview", "accreditation", "accreditation", "trust_list"), ("accreditation_references_interview", "accreditation", "trust_list")),
    Setting("POL-13", "days_per_school",     "Days for a school",                 int,  (5,             5,             5,             5)),
    Setting("POL-14", "ofsted_attendance",   "Attendance at Ofsted feedback",     str,  ("agreed",      "agreed",      "extra_day",   "inside_days"), ("agreed", "extra_day", "inside_days")),
    Setting("POL-15", "htpm",                "Advice on the head's performance management", str, ("every_school", "every_school", "by_31_december", "optional"), ("every_school", "by_31_december", "optional")),
    Setting("POL-16", "concern_route",       "Who hears of a concern first",      str,  ("manager",     "line_manager", "senior_adviser", "manager"), ("manager", "line_manager", "senior_adviser")),
    Setting("POL-17", "complaints_route",    "Where a complaint goes",            str,  ("authority",   "authority",   "authority",   "trust_board"), ("authority", "trust_board")),
    Setting("POL-18", "school_feedback",     "How schools give feedback",         str,  ("sought",      "confidential_form", "annual_survey", "none"), ("sought", "confidential_form", "annual_survey", "none")),
    Setting("POL-19", "review_timing",       "When SIPs are reviewed",            str,  ("annual",      "year_end",    "spring",      "annual"), ("annual", "year_end", "spring")),
    Setting("POL-20", "cpd_days",            "Development days a year",           int,  (4,             4,             4,             4)),
    Setting("POL-21", "calendar_shape",      "Shape of the school year",          str,  ("three_terms", "half_terms",  "six_terms",   "three_terms"), ("three_terms", "half_terms", "six_terms")),
    Setting("POL-22", "day_counting",        "How short periods are counted",     str,  ("working",     "working",     "working",     "working"), ("working", "working_less_closures", "calendar")),
    Setting("POL-23", "categories",          "Support categories of schools",     str,  ((), (), ("outreach", "general", "substantial", "intensive"), ()), ("outreach", "general", "substantial", "intensive"), many=True, is_open=True),
    Setting("POL-24", "floor_increments",    "Floors for targets",                str,  ("national",    "national",    "local",       "national"), ("national", "local")),
    Setting("POL-25", "governors_meetings",  "The SIP at governors' meetings",    str,  ("annual_report", "annual_report", "intensive_attends", "on_request"), ("annual_report", "intensive_attends", "on_request")),
    Setting("POL-26", "check_name",          "Name of the criminal record check", str,  ("CRB",         "CRB",         "CRB",         "DBS")),
    Setting("POL-27", "note_label",          "Name of the note",                  str,  ("note of visit", "note of visit", "note of visit", "report")),
    Setting("POL-28", "grade_scheme",        "Scheme of grades",                  str,  ("none",        "none",        "ofsted_1_4",  "ofsted_1_4"), ("none", "ofsted_1_4")),
    Setting("POL-29", "diocesan_sharing",    "Notes go to the diocese",           bool, (False,         False,         False,         True)),
    Setting("POL-30", "broker_after_agreement", "Support is brokered only once agreed", bool, (False,   True,          True,          True)),
    Setting("POL-35", "head_silence",        "When a head does not answer",       str,  ("remind",      "remind",      "remind",      "remind"), ("remind", "escalate", "deem_agreed")),
    Setting("POL-36", "gap_months",          "Months of break that start tenure anew", int, (12,         12,            12,            12)),
    Setting("POL-37", "mix_minimum",         "Least number of SIPs of each kind the grant asks for", int, (1, 1,        1,             1)),
    Setting("POL-38", "academies_in_mix",    "Academies count in the mix",        bool, (False,         False,         False,         False)),
    Setting("POL-39", "grant_basis",         "Basis of part-year grant",          str,  ("months",      "months",      "months",      "months"), ("months", "days")),
    Setting("POL-40", "check_age_months",    "Months a criminal record check stays good", int, (None,   None,          36,            None), optional=True),
    Setting("POL-41", "handover_days",       "Days two SIPs may overlap in a handover", int, (30,        30,            30,            30)),
    Setting("POL-42", "note_deadlines",      "Deadlines that apply to notes",     str,  (("DL-2", "DL-3", "DL-4"), ("DL-2", "DL-3"), ("DL-1", "DL-4", "DL-5", "DL-6"), ("DL-7",)), NOTE_DEADLINES, many=True),
    Setting("POL-43", "vanish_share",        "Share of schools (per cent) whose closing at once is held", int, (10, 10, 10,            10)),
    Setting("POL-44", "checks",              "Checks needed before a deployment is confirmed", str, ((*ALL_CHECKS, "PRE-9"), ALL_CHECKS, ALL_CHECKS, (*ALL_CHECKS, "PRE-12")), CHECKS, many=True),
    Setting("POL-45", "days_to_agree",       "Days for the authority to agree a draft", int, (3,         3,             3,             3)),
    Setting("POL-46", "days_to_answer",      "Days for the head to answer",       int,  (5,             5,             5,             5)),
    Setting("POL-47", "days_to_moderate",    "Days to moderate a dispute",        int,  (5,             5,             5,             5)),
    Setting("POL-48", "days_to_approve",     "Days for the head to approve a report", int, (10,          10,            10,            10)),
    Setting("POL-49", "shadow_written_days", "Days for written feedback after a shadow visit", int, (None, None,     5,             None), optional=True),
    Setting("POL-50", "former_link_months",  "Months a former employer or post counts as an interest", int, (36, 36,    36,            36)),
    Setting("POL-51", "skills_audit_months", "Months between skills audits",      int,  (None,          None,          None,          12), optional=True),
    Setting("POL-52", "days_to_confirm_details", "Days for a SIP to confirm their details each term", int, (10, 10, 10,          10)),
    Setting("POL-53", "days_to_confirm_interests", "Days for a SIP to confirm their interests from 1 September", int, (10, 10, 10, 10)),
    Setting("POL-54", "days_to_decide",      "Days to decide on what a SIP declared or changed", int, (5, 5,             5,             5)),
    Setting("POL-55", "first_reminder_days", "Days before a check or agreement runs out: first reminder", int, (60, 60, 60, 60)),
    Setting("POL-56", "last_reminder_days",  "Days before a check or agreement runs out: last reminder", int, (30, 30, 30, 30)),
    Setting("POL-57", "notice_months",       "Months of notice that a SIP gives",  int,  (2,             2,             2,             2)),
    Setting("POL-58", "agreement_years",     "Years to which an agreement is renewed", int, (3,          3,             3,             3)),
    Setting("POL-59", "breach_review_days",  "Days to review an agreement after a breach", int, (10,     10,            10,            10)),
    Setting("POL-60", "agreement_terms",     "Terms of an agreement",             str,  ("programme",   "protocol",    "county",      "trust"), ("programme", "protocol", "county", "trust")),
    Setting("POL-61", "weight_expertise",    "Choosing a SIP: weight of experience with the school's context", int, (3, 3, 3, 3)),
    Setting("POL-62", "weight_days",         "Choosing a SIP: weight of days left", int, (5, 5, 5, 5)),
    Setting("POL-63", "weight_distance",     "Choosing a SIP: weight of a short way", int, (2, 2, 2, 2)),
    Setting("POL-64", "weight_engaged",      "Choosing a SIP: weight of being engaged here", int, (2, 2, 2, 2)),
    Setting("POL-65", "weight_load",         "Choosing a SIP: weight of an even load", int, (2, 2, 2, 2)),
    Setting("POL-66", "weight_lapse",        "Choosing a SIP: weight of an accreditation that lasts", int, (4, 4, 4, 4)),
    Setting("POL-67", "weight_tenure",       "Choosing a SIP: weight of the time left of three years", int, (1, 1, 1, 1)),
    Setting("POL-68", "weight_faith",        "Choosing a SIP: weight of the school's wish for its faith", int, (1, 1, 1, 1)),
    Setting("POL-69", "weight_keep",         "Choosing a SIP: weight of the school's own SIP until now", int, (3, 3, 3, 3)),
    Setting("POL-70", "handover_pack_days",  "Working days before the first visit, or first day, by which a school is handed over", int, (10, 10, 10, 10)),
    Setting("POL-71", "letter_days",         "Working days to confirm a change of SIP by letter", int, (10, 10,     10,            10)),
    Setting("POL-72", "leaving_feedback_days", "Working days for a school's feedback on an outgoing SIP", int, (10, 10, 10,       10)),
    Setting("POL-73", "familiarisation_days", "Days more in the year of a new SIP or a new head", int, (1, 1,       1,             1)),
    Setting("POL-74", "days_to_say",         "Days for a school to answer on a proposed SIP, or to object", int, (10, 10,  10,            10)),
)
# fmt: on

BY_KEY: dict[str, Setting] = {setting.key: setting for setting in SETTINGS}
BY_ID: dict[str, Setting] = {setting.id: setting for setting in SETTINGS}


class Policy:
    """The settings in force: a preset and what an authority changed in it. Read a setting by its key.

    >>> Policy("kent").days_to_share
    5
    """

    __slots__ = ("_values", "preset")

    def __init__(self, preset: str, overrides: Mapping[str, Any] | None = None):
        """`overrides` is keyed by setting id (`"POL-2"`). Raises `ValueError` with every fault at once."""
        faults = refusals(preset, overrides or {})
        if faults:
            raise ValueError("; ".join(faults))
        values = {setting.key: setting.default(preset) for setting in SETTINGS}
        for pol_id, value in (overrides or {}).items():
            values[BY_ID[pol_id].key] = tuple(value) if BY_ID[pol_id].many else value
        object.__setattr__(self, "preset", preset)
        object.__setattr__(self, "_values", values)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("A policy is not changed; a new one starts on a later day.")

    def __getattr__(self, key: str) -> Any:
        if key.startswith("_") or key not in self._values:
            raise AttributeError(key)
        return self._values[key]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Policy) and (self.preset, self._values) == (other.preset, other._values)

    def __hash__(self) -> int:
        return hash((self.preset, tuple(self._values.items())))

    def __repr__(self) -> str:
        return f"Policy({self.preset!r})"

    def items(self) -> list[tuple[Setting, Any]]:
        """Every setting with its value, in the table's order."""
        return [(setting, self._values[setting.key]) for setting in SETTINGS]


def refusals(preset: str, overrides: Mapping[str, Any]) -> list[str]:
    """Everything wrong with a preset and its overrides, as sentences."""
    if preset not in PRESETS:
        return [f"There is no preset called {preset}"]
    faults = []
    for pol_id, value in overrides.items():
        setting = BY_ID.get(pol_id)
        fault = f"There is no setting {pol_id}" if setting is None else setting.wrong(value)
        if fault:
            faults.append(fault)
    return faults
