"""Who may do what: one table (section 2.3, D-5, D-6). Pure; `access` applies it.

Each cell of the table says how far a role's right reaches:

    E  everywhere            R  the schools and authorities of their region
    A  their authority       L  schools that lie in their authority, whoever runs their SIP
    D  their diocese         S  their own school
    O  their own: assigned to them, written by them, or about the SIPs they look after
    .  no right

A `*` after a right's name means "never on one's own work", whatever the capacity (D-6).
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Capacities in which a person acts. ROL-13, ROL-19 and ROL-20 do not sign in; ROL-17 is a kind of SIP."""

    NATIONAL_DIRECTOR = "national_director"  # ROL-1, ROL-2
    PROGRAMME = "programme"  # ROL-4, national programme data staff
    COORDINATOR = "coordinator"  # ROL-3
    MANAGER = "manager"  # ROL-5, SIP manager; Trust Advisor
    ADMINISTRATOR = "administrator"  # ROL-8
    LINE_MANAGER = "line_manager"  # ROL-6
    SENIOR_ADVISER = "senior_adviser"  # ROL-7
    SIP = "sip"  # ROL-9, ROL-17
    MENTOR = "mentor"  # ROL-10
    HEAD = "head"  # ROL-11
    CHAIR = "chair"  # ROL-12
    GOVERNOR = "governor"  # ROL-12
    DIOCESE = "diocese"  # ROL-15
    TRUST_CHAIR = "trust_chair"  # ROL-16
    OFFICER = "officer"  # ROL-18
    READER = "reader"  # an authority that only receives (D-5)
    ELECTED_MEMBER = "elected_member"  # ROL-14


ROLE_NAMES: dict[Role, str] = {
    Role.NATIONAL_DIRECTOR: "National director",
    Role.PROGRAMME: "National programme staff",
    Role.COORDINATOR: "Regional SIP coordinator",
    Role.MANAGER: "SIP manager",
    Role.ADMINISTRATOR: "Administrator",
    Role.LINE_MANAGER: "Line manager",
    Role.SENIOR_ADVISER: "Senior adviser",
    Role.SIP: "School Improvement Partner",
    Role.MENTOR: "SIP mentor",
    Role.HEAD: "Headteacher",
    Role.CHAIR: "Chair of governors",
    Role.GOVERNOR: "Governor",
    Role.DIOCESE: "Diocesan officer",
    Role.TRUST_CHAIR: "Chair of the trust board",
    Role.OFFICER: "Authority officer",
    Role.READER: "Reader",
    Role.ELECTED_MEMBER: "Elected member",
}

# Roles of accounts.Membership, and what their membership is tied to; the rest come from posts and SIPs (D-4).
NATIONAL_ROLES = frozenset({Role.NATIONAL_DIRECTOR, Role.PROGRAMME})
REGION_ROLES = frozenset({Role.COORDINATOR})
AUTHORITY_ROLES = frozenset(
    {
        Role.MANAGER,
        Role.ADMINISTRATOR,
        Role.SENIOR_ADVISER,
        Role.TRUST_CHAIR,
        Role.OFFICER,
        Role.READER,
        Role.ELECTED_MEMBER,
    }
)
DIOCESE_ROLES = frozenset({Role.DIOCESE})
SCHOOL_ROLES = frozenset({Role.HEAD, Role.CHAIR, Role.GOVERNOR})
MEMBERSHIP_ROLES = NATIONAL_ROLES | REGION_ROLES | AUTHORITY_ROLES | DIOCESE_ROLES

# Roles that must use a second factor (D-8).
SECOND_FACTOR_ROLES = NATIONAL_ROLES | REGION_ROLES | {Role.MANAGER, Role.ADMINISTRATOR}

# Whom each role may invite, and whose roles it may change: nobody gives more than they hold themselves, which for a diocesan
# officer asks of an authority that it serves every school of the diocese. Head, chair, governor and SIP are invited from their
# post or record, by whoever may manage accounts there.
GIVES: dict[Role, frozenset[Role]] = {
    Role.PROGRAMME: MEMBERSHIP_ROLES,
    Role.MANAGER: AUTHORITY_ROLES | DIOCESE_ROLES,
    Role.ADMINISTRATOR: (AUTHORITY_ROLES | DIOCESE_ROLES) - {Role.MANAGER, Role.SENIOR_ADVISER, Role.TRUST_CHAIR},
}


class Reach(StrEnum):
    EVERYWHERE = "E"
    REGION = "R"
    AUTHORITY = "A"
    LOCALITY = "L"
    DIOCESE = "D"
    SCHOOL = "S"
    OWN = "O"


class Permission(StrEnum):
    HOME = "home"
    SEARCH = "search"
    OWN_DETAILS = "own_details"

    SCHOOL_VIEW = "school_view"
    SCHOOL_EDIT = "school_edit"
    SCHOOL_IMPORT = "school_import"
    SCHOOL_PEOPLE = "school_people"
    SCHOOL_SUGGEST = "school_suggest"
    CONCERN_VIEW = "concern_view"
    FINANCE_DETAIL_VIEW = "finance_detail_view"
    TASK_VIEW = "task_view"
    TASK_SETTLE = "task_settle"
    CALENDAR_EDIT = "calendar_edit"
    PROGRAMME_START_EDIT = "programme_start_edit"

    PARTNER_VIEW = "partner_view"
    PARTNER_PRIVATE = "partner_private"
    PARTNER_EDIT = "partner_edit"
    PARTNER_IMPORT = "partner_import"
    PARTNER_FACT_CONFIRM = "partner_fact_confirm"
    PARTNER_MERGE = "partner_merge"
    SHORTLIST_USE = "shortlist_use"
    INTEREST_VIEW = "interest_view"
    INTEREST_DECLARE = "interest_declare"
    SELF_DECLARATION_VIEW = "self_declaration_view"
    SELF_DECLARATION_MAKE = "self_declaration_make"
    ACCREDITATION_VIEW = "accreditation_view"
    ACCREDITATION_EDIT = "accreditation_edit"
    ACCREDITATION_CLAIM = "accreditation_claim"
    ACCREDITATION_RESTORE = "accreditation_restore"
    ACCREDITATION_CLOCK = "accreditation_clock"
    REMOVAL_VIEW = "removal_view"
    REMOVAL_DISCUSS = "removal_discuss"
    REMOVAL_OPEN = "removal_open"
    REMOVAL_ANSWER = "removal_answer"
    REMOVAL_DECIDE = "removal_decide"
    CHECK_VIEW = "check_view"
    CHECK_EDIT = "check_edit"
    CHECK_VERIFY = "check_verify"
    CHECK_UPLOAD = "check_upload"
    AGREEMENT_VIEW = "agreement_view"
    AGREEMENT_EDIT = "agreement_edit"
    AGREEMENT_SIGN = "agreement_sign"
    AGREEMENT_ACCEPT = "agreement_accept"
    AGREEMENT_BREACH = "agreement_breach"
    CPD_VIEW = "cpd_view"
    CPD_EDIT = "cpd_edit"
    CPD_OWN = "cpd_own"
    CPD_ACCEPT = "cpd_accept"
    CPD_REVIEW = "cpd_review"

    DEPLOYMENT_VIEW = "deployment_view"
    DEPLOYMENT_PROPOSE = "deployment_propose"
    DEPLOYMENT_ANSWER = "deployment_answer"
    DEPLOYMENT_OBJECT = "deployment_object"
    DEPLOYMENT_CONFIRM = "deployment_confirm"
    DEPLOYMENT_END = "deployment_end"
    DEPLOYMENT_VOID = "deployment_void"
    SUCCESSION_VIEW = "succession_view"
    NOTIFICATION_VIEW = "notification_view"
    NOTIFICATION_SEND = "notification_send"
    LETTER_VIEW = "letter_view"
    LETTER_SEND = "letter_send"
    LETTER_TEXT_EDIT = "letter_text_edit"
    HANDOVER_VIEW = "handover_view"
    HANDOVER_RECORD = "handover_record"
    FAMILIARISATION_TICK = "familiarisation_tick"
    LEAVING_FEEDBACK_VIEW = "leaving_feedback_view"
    LEAVING_FEEDBACK_GIVE = "leaving_feedback_give"
    LEAVING_FEEDBACK_EVALUATE = "leaving_feedback_evaluate"
    GUIDANCE_VIEW = "guidance_view"
    GUIDANCE_PUBLISH = "guidance_publish"
    CONDITIONS_VIEW = "conditions_view"
    GRANT_RECORD_VIEW = "grant_record_view"
    CONDITIONS_KEEP = "conditions_keep"
    CONDITIONS_OVERSEE = "conditions_oversee"
    GRANT_CONCERN_VIEW = "grant_concern_view"
    SANCTION_RECORD = "sanction_record"
    BRIEF_EDIT = "brief_edit"
    EVIDENCE_PACK = "evidence_pack"

    VISIT_VIEW = "visit_view"
    VISIT_PLAN = "visit_plan"
    VISIT_VOID = "visit_void"
    NOTE_VIEW = "note_view"
    NOTE_DRAFT_VIEW = "note_draft_view"
    NOTE_WRITE = "note_write"
    NOTE_COMMENT = "note_comment"
    NOTE_AGREE = "note_agree"
    NOTE_ANSWER = "note_answer"
    NOTE_MODERATE = "note_moderate"
    NOTE_RELEASE = "note_release"
    NOTE_AMEND = "note_amend"
    NOTE_HAND_OVER = "note_hand_over"

    SHADOW_VIEW = "shadow_view"
    SHADOW_RECORD = "shadow_record"
    SHADOW_COMMENT = "shadow_comment"

    DEADLINE_VIEW = "deadline_view"
    REPORT_VIEW = "report_view"
    PROBLEM_VIEW = "problem_view"
    NIGHT_VIEW = "night_view"
    OUTBOX_VIEW = "outbox_view"
    RECORD_VIEW = "record_view"
    POLICY_VIEW = "policy_view"
    POLICY_EDIT = "policy_edit"
    AUTHORITY_EDIT = "authority_edit"
    USER_VIEW = "user_view"
    USER_MANAGE = "user_manage"


P = Permission

COLUMNS = (
    Role.NATIONAL_DIRECTOR, Role.PROGRAMME, Role.COORDINATOR, Role.MANAGER, Role.ADMINISTRATOR, Role.LINE_MANAGER,
    Role.SENIOR_ADVISER, Role.SIP, Role.MENTOR, Role.HEAD, Role.CHAIR, Role.GOVERNOR, Role.DIOCESE,
    Role.TRUST_CHAIR, Role.OFFICER, Role.READER, Role.ELECTED_MEMBER,
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One right: what it lets a person do, how far each role's reaches, and whether own work is left out."""

    permission: Permission
    says: str
    reaches: dict[Role, Reach]
    not_own: bool = False


def _row(permission: Permission, says: str, cells: str) -> Row:
    letters = cells.split()
    not_own = letters[-1] == "*"
    letters = letters[:-1] if not_own else letters
    if len(letters) != len(COLUMNS):
        raise ValueError(f"{permission}: {len(letters)} cells for {len(COLUMNS)} roles")
    reaches = {role: Reach(letter) for role, letter in zip(COLUMNS, letters, strict=True) if letter != "."}
    return Row(permission, says, reaches, not_own)


# fmt: off
TABLE: tuple[Row, ...] = (
    #                                                                           national  authority staff   SIPs  schools  readers
    #                                                                           DIR PRO COO MAN ADM LIN SEN SIP MEN HEA CHA GOV DIO TRU OFF REA ELE
    _row(P.HOME,                 "Open My work",                               "E   E   R   A   A   O   A   O   O   S   S   S   D   A   A   L   A"),
    _row(P.SEARCH,               "Search what one may see",                    "E   E   R   A   A   O   A   O   O   S   S   S   D   A   A   L   ."),
    _row(P.OWN_DETAILS,          "Change one's own account",                   "O   O   O   O   O   O   O   O   O   O   O   O   O   O   O   O   O"),

    _row(P.SCHOOL_VIEW,          "See a school",                               "E   E   R   A   A   A   A   O   .   S   S   S   D   A   A   L   ."),
    _row(P.SCHOOL_EDIT,          "Change a school's record",                   "E   E   .   A   A   .   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.SCHOOL_IMPORT,        "Load a school register",                     "E   E   .   A   A   .   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.SCHOOL_PEOPLE,        "See who leads and governs a school",         ".   E   .   A   A   A   A   O   .   S   S   S   .   .   .   .   ."),
    _row(P.SCHOOL_SUGGEST,       "Suggest a correction to a school's record",  ".   .   .   .   .   .   .   .   .   S   S   .   .   .   .   .   ."),
    _row(P.CONCERN_VIEW,         "See a school's concerns and finance flags",  ".   .   .   A   A   A   A   O   .   S   S   .   .   .   .   .   ."),
    _row(P.FINANCE_DETAIL_VIEW,  "See what a finance flag is about",           ".   .   .   A   .   .   A   .   .   .   .   .   .   .   .   .   ."),
    _row(P.TASK_VIEW,            "See what the register asks to be done",      "E   E   .   A   A   .   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.TASK_SETTLE,          "Settle what the register asks to be done",   ".   E   .   A   A   .   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.CALENDAR_EDIT,        "Enter terms and closures",                   ".   .   .   A   A   .   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.PROGRAMME_START_EDIT, "Enter when a programme starts",              "E   E   .   A   A   .   .   .   .   .   .   .   .   .   .   .   ."),

    _row(P.PARTNER_VIEW,         "See a SIP's identity and sectors",           "E   E   R   A   A   O   A   O   O   S   S   S   .   A   .   .   ."),
    _row(P.PARTNER_PRIVATE,      "See a SIP's engagement and contacts",        ".   E   .   A   A   O   A   O   .   .   .   .   .   .   .   .   ."),
    _row(P.PARTNER_EDIT,         "Change a SIP's record",                      "E   E   .   A   A   .   .   O   .   .   .   .   .   .   .   .   ."),
    _row(P.PARTNER_IMPORT,       "Load SIPs and deployments",                  "E   E   .   A   A   .   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.PARTNER_FACT_CONFIRM, "Confirm what a SIP changed of themself",     "E   E   .   A   A   .   .   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.PARTNER_MERGE,        "Merge two records of one SIP",               "E   E   .   .   .   .   .   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.SHORTLIST_USE,        "Find SIPs and keep shortlists",              "E   E   R   A   A   .   A   .   .   .   .   .   .   .   .   .   ."),
    _row(P.INTEREST_VIEW,        "See a SIP's register of interests",          ".   .   .   A   A   O   A   O   .   .   .   .   .   .   .   .   ."),
    _row(P.INTEREST_DECLARE,     "Declare a SIP's interests",                  ".   .   .   A   A   .   .   O   .   .   .   .   .   .   .   .   ."),
    _row(P.SELF_DECLARATION_VIEW, "Read a SIP's private declaration",          "E   E   .   A   .   .   .   O   .   .   .   .   .   .   .   .   ."),
    _row(P.SELF_DECLARATION_MAKE, "Make a private declaration about oneself",  ".   .   .   .   .   .   .   O   .   .   .   .   .   .   .   .   ."),
    _row(P.ACCREDITATION_VIEW,   "See accreditation",                          "E   E   R   A   A   O   A   O   .   S   .   .   .   .   .   .   ."),
    _row(P.ACCREDITATION_EDIT,   "Record accreditation",                       "E   E   .   .   .   .   .   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.ACCREDITATION_CLAIM,  "Claim that an accreditation wrongly lapsed", ".   .   .   A   .   .   .   O   .   .   .   .   .   .   .   .   ."),
    _row(P.ACCREDITATION_RESTORE, "Restore an accreditation on evidence",      "E   .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.ACCREDITATION_CLOCK,  "Say how the lapse clock runs",               "E   .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.REMOVAL_VIEW,         "See a case to remove accreditation",         "E   E   R   A   .   O   .   O   .   .   .   .   .   .   .   .   ."),
    _row(P.REMOVAL_DISCUSS,      "Record a discussion of a concern with a SIP", ".   .   R   A   .   O   .   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.REMOVAL_OPEN,         "Open a case to remove accreditation",        "E   .   R   .   .   .   .   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.REMOVAL_ANSWER,       "Answer a case about oneself",                ".   .   .   .   .   .   .   O   .   .   .   .   .   .   .   .   ."),
    _row(P.REMOVAL_DECIDE,       "Decide a case to remove accreditation",      "E   .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.CHECK_VIEW,           "See pre-deployment checks",                  ".   .   .   A   A   O   .   O   .   .   .   .   .   .   .   .   ."),
    _row(P.CHECK_EDIT,           "Record pre-deployment checks",               ".   .   .   A   A   .   .   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.CHECK_VERIFY,         "Verify the evidence of a check",             ".   .   .   A   .   .   .   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.CHECK_UPLOAD,         "Hand in evidence of one's own checks",       ".   .   .   .   .   .   .   O   .   .   .   .   .   .   .   .   ."),
    _row(P.AGREEMENT_VIEW,       "See agreements, rates and days",             ".   .   .   A   A   O   .   O   .   .   .   .   .   .   .   .   ."),
    _row(P.AGREEMENT_EDIT,       "Draw up agreements",                         ".   .   .   A   A   .   .   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.AGREEMENT_SIGN,       "Sign agreements for the authority",          ".   .   .   A   .   .   .   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.AGREEMENT_ACCEPT,     "Sign one's own agreement, give notice",      ".   .   .   .   .   .   .   O   .   .   .   .   .   .   .   .   ."),
    _row(P.AGREEMENT_BREACH,     "Record a breach and its review",             ".   .   .   A   .   .   .   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.CPD_VIEW,             "See development events and who came",        "E   E   R   A   A   O   .   O   .   .   .   .   .   .   .   .   ."),
    _row(P.CPD_EDIT,             "Arrange development events, say who came",   "E   E   .   A   A   .   .   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.CPD_OWN,              "Answer invitations, enter own development",  ".   .   .   .   .   .   .   O   .   .   .   .   .   .   .   .   ."),
    _row(P.CPD_ACCEPT,           "Accept absences and own entries",            ".   .   .   A   .   .   .   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.CPD_REVIEW,           "Write notes of a development review",        ".   .   .   A   .   O   .   .   .   .   .   .   .   .   .   .   . *"),

    _row(P.DEPLOYMENT_VIEW,      "See deployments",                            "E   E   R   A   A   A   A   O   .   S   S   S   .   .   .   .   ."),
    _row(P.DEPLOYMENT_PROPOSE,   "Propose a deployment",                       ".   .   .   A   A   .   .   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.DEPLOYMENT_ANSWER,    "Answer for the school on a SIP proposed",    ".   .   .   .   .   .   .   .   .   S   S   .   .   .   .   .   . *"),
    _row(P.DEPLOYMENT_OBJECT,    "Object to a SIP for the governing body",     ".   .   .   .   .   .   .   .   .   .   S   .   .   .   .   .   . *"),
    _row(P.DEPLOYMENT_CONFIRM,   "Confirm a deployment",                       ".   .   .   A   .   .   .   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.DEPLOYMENT_END,       "End a deployment",                           ".   .   .   A   .   .   .   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.DEPLOYMENT_VOID,      "Strike out a deployment entered in error",   ".   .   .   A   .   .   .   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.SUCCESSION_VIEW,      "See who is planned to follow a SIP",         "E   E   R   A   A   A   A   .   .   .   .   .   .   .   .   .   ."),
    _row(P.NOTIFICATION_VIEW,    "See what the national contractor was told",  "E   E   R   A   A   A   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.NOTIFICATION_SEND,    "Record that the contractor was told",        ".   .   .   A   A   .   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.LETTER_VIEW,          "Read letters about deployments",             ".   .   .   A   A   .   .   O   .   S   .   .   .   .   .   .   ."),
    _row(P.LETTER_SEND,          "Send letters about deployments",             ".   .   .   A   A   .   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.LETTER_TEXT_EDIT,     "Change the texts of letters",                ".   .   .   A   A   .   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.HANDOVER_VIEW,        "See a handover and open its pack",           ".   .   .   A   A   O   A   O   .   .   .   .   .   .   .   .   ."),
    _row(P.HANDOVER_RECORD,      "Record how a school is handed over",         ".   .   .   A   A   .   .   O   .   .   .   .   .   .   .   .   ."),
    _row(P.FAMILIARISATION_TICK, "Tick off getting to know a school",          ".   .   .   .   .   .   .   O   .   .   .   .   .   .   .   .   ."),
    _row(P.LEAVING_FEEDBACK_VIEW, "Read feedback on an outgoing SIP",          ".   .   .   A   .   .   .   O   .   S   .   .   .   .   .   .   ."),
    _row(P.LEAVING_FEEDBACK_GIVE, "Give feedback on an outgoing SIP",          ".   .   .   .   .   .   .   .   .   S   .   .   .   .   .   .   . *"),
    _row(P.LEAVING_FEEDBACK_EVALUATE, "Evaluate feedback on an outgoing SIP",  ".   .   .   A   .   .   .   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.GUIDANCE_VIEW,        "Read local issues and guidance",              ".   .   .   A   A   .   A   O   .   S   .   .   .   .   .   .   ."),
    _row(P.GUIDANCE_PUBLISH,     "Publish local issues and guidance",           ".   .   .   A   .   .   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.CONDITIONS_VIEW,      "See the conditions of grant",                "E   E   R   A   A   A   A   .   .   .   .   .   .   .   .   .   A"),
    _row(P.GRANT_RECORD_VIEW,    "Read the records behind the conditions",     "E   E   R   A   A   A   A   .   .   .   .   .   .   .   .   .   ."),
    _row(P.CONDITIONS_KEEP,      "Keep the records behind the conditions",     ".   .   .   A   .   .   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.CONDITIONS_OVERSEE,   "Oversee the conditions across authorities",  "E   E   R   .   .   .   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.GRANT_CONCERN_VIEW,   "See a coordinator's concern about the grant", "E   .   R   A   .   .   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.SANCTION_RECORD,      "Log a sanction of the grant",                "E   E   R   A   .   .   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.BRIEF_EDIT,           "Record editions of the national brief",      "E   E   .   .   .   .   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.EVIDENCE_PACK,        "Make and read evidence packs of the grant",  "E   E   R   A   A   .   .   .   .   .   .   .   .   .   .   .   ."),

    _row(P.VISIT_VIEW,           "See visits",                                 ".   .   .   A   A   O   A   O   O   S   S   .   .   .   .   .   ."),
    _row(P.VISIT_PLAN,           "Plan and record a visit",                    ".   .   .   .   .   .   .   O   .   .   .   .   .   .   .   .   ."),
    _row(P.VISIT_VOID,           "Strike out a visit entered in error",        ".   .   .   A   .   .   .   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.NOTE_VIEW,            "Read an issued note of visit",               ".   .   R   A   A   O   A   O   .   S   S   S   D   .   .   L   ."),
    _row(P.NOTE_DRAFT_VIEW,      "Read a draft note of visit",                 ".   .   .   A   .   O   A   O   O   S   .   .   .   .   .   .   ."),
    _row(P.NOTE_WRITE,           "Write a note of visit",                      ".   .   .   .   .   .   .   O   .   .   .   .   .   .   .   .   ."),
    _row(P.NOTE_COMMENT,         "Comment on a draft",                         ".   .   .   A   .   O   A   .   O   .   .   .   .   .   .   .   . *"),
    _row(P.NOTE_AGREE,           "Agree or return a draft",                    ".   .   .   A   .   O   A   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.NOTE_ANSWER,          "Answer a draft for the school",              ".   .   .   .   .   .   .   .   .   S   .   .   .   .   .   .   . *"),
    _row(P.NOTE_MODERATE,        "Moderate a disputed note",                   ".   .   .   .   .   .   A   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.NOTE_RELEASE,         "Release an approved report",                 ".   .   .   A   .   .   .   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.NOTE_AMEND,           "Amend or withdraw an issued note",           ".   .   .   A   .   .   .   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.NOTE_HAND_OVER,       "Hand a draft whose SIP has left to another", ".   .   .   A   .   .   .   .   .   .   .   .   .   .   .   .   . *"),

    _row(P.SHADOW_VIEW,          "See shadow visits and their feedback",       ".   .   .   A   .   O   A   O   .   .   .   .   .   .   .   .   ."),
    _row(P.SHADOW_RECORD,        "Plan and record a shadow visit",             ".   .   .   A   .   O   A   .   .   .   .   .   .   .   .   .   . *"),
    _row(P.SHADOW_COMMENT,       "Comment on feedback about oneself",          ".   .   .   .   .   .   .   O   .   .   .   .   .   .   .   .   ."),

    _row(P.DEADLINE_VIEW,        "See deadlines",                              ".   .   R   A   A   O   A   O   .   S   .   .   .   .   .   .   ."),
    _row(P.REPORT_VIEW,          "See reports",                                "E   E   R   A   A   A   A   .   .   .   .   .   .   .   .   .   A"),
    _row(P.PROBLEM_VIEW,         "See the problems list",                      "E   E   .   A   A   .   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.NIGHT_VIEW,           "See what the nights did",                    "E   E   .   A   A   .   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.OUTBOX_VIEW,          "See the outbox",                             ".   E   .   A   A   .   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.RECORD_VIEW,          "See the record of events",                   ".   E   .   A   A   .   A   .   .   .   .   .   .   .   .   .   ."),
    _row(P.POLICY_VIEW,          "See the local policy",                       "E   E   R   A   A   A   A   A   .   .   .   .   .   A   .   .   ."),
    _row(P.POLICY_EDIT,          "Change the local policy",                    ".   .   .   A   .   .   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.AUTHORITY_EDIT,       "Say how an authority is reached",            ".   E   .   A   A   .   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.USER_VIEW,            "See who has an account",                     ".   E   .   A   A   .   .   .   .   .   .   .   .   .   .   .   ."),
    _row(P.USER_MANAGE,          "Invite people and disable accounts",         ".   E   .   A   A   .   .   .   .   .   .   .   .   .   .   .   ."),
)
# fmt: on

ROWS: dict[Permission, Row] = {row.permission: row for row in TABLE}


def reach_of(role: Role, permission: Permission) -> Reach | None:
    """How far `role`'s right to `permission` reaches; `None` when it has none."""
    return ROWS[permission].reaches.get(role)
