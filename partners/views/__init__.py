"""The pages of SIPs, deployments and the conditions of grant."""

from .accrediting import (
    application_detail,
    application_move,
    application_new,
    referee_new,
    referee_receive,
    sitting_new,
    sitting_notice,
)
from .changing import (
    accreditation_new,
    headship_end,
    headship_new,
    partner_details,
    partner_kind,
    partner_new,
    willingness_end,
    willingness_new,
)
from .claiming import claim_detail, claim_file, claim_move, claim_new, practice_new
from .conditions import conditions
from .confirming import partner_confirm, partner_development, skills_new
from .declarations import declaration_answer, declaration_detail, declaration_list, declaration_new
from .deploying import deploy_candidates, deploy_check, deploy_school
from .deployments import deployment_detail, deployment_done, deployment_move, deployment_void, notification_send
from .engaging import check_record, contract_confirm, partner_engage, partner_invite, support_set
from .facts import fact_decide, partner_asked, partner_facts
from .files import file_withdraw, partner_file
from .finding import (
    compare,
    entry_note,
    entry_place,
    entry_remove,
    shortlist_add,
    shortlist_change,
    shortlist_close,
    shortlist_detail,
    shortlist_new,
)
from .interests import flag_decide, interest_confirm, interest_end, interest_new, partner_interests
from .loading import deployment_import, import_done, import_preview, partner_import
from .more import expertise_change, nca_end, nca_new, portrait_keep, stand_down_end, stand_down_new
from .checks import partner_checks
from .partner import partner_detail, partner_record, partner_schools
from .records import clock_set, records_ask, records_confirm
from .removing import (
    case_decision,
    case_detail,
    case_move,
    case_new,
    discussion_answer,
    discussion_detail,
    discussion_new,
    discussion_receive,
)
from .standing import partner_accreditation

__all__ = [
    "accreditation_new",
    "application_detail",
    "application_move",
    "application_new",
    "case_decision",
    "case_detail",
    "case_move",
    "case_new",
    "check_record",
    "claim_detail",
    "claim_file",
    "claim_move",
    "claim_new",
    "clock_set",
    "compare",
    "conditions",
    "contract_confirm",
    "declaration_answer",
    "declaration_detail",
    "declaration_list",
    "declaration_new",
    "deploy_candidates",
    "deploy_check",
    "deploy_school",
    "deployment_detail",
    "deployment_done",
    "deployment_import",
    "deployment_move",
    "deployment_void",
    "discussion_answer",
    "discussion_detail",
    "discussion_new",
    "discussion_receive",
    "entry_note",
    "entry_place",
    "entry_remove",
    "expertise_change",
    "fact_decide",
    "file_withdraw",
    "flag_decide",
    "headship_end",
    "headship_new",
    "import_done",
    "import_preview",
    "interest_confirm",
    "interest_end",
    "interest_new",
    "nca_end",
    "nca_new",
    "notification_send",
    "partner_accreditation",
    "partner_asked",
    "partner_checks",
    "partner_confirm",
    "partner_detail",
    "partner_details",
    "partner_development",
    "partner_engage",
    "partner_facts",
    "partner_file",
    "partner_import",
    "partner_interests",
    "partner_invite",
    "partner_kind",
    "partner_new",
    "partner_record",
    "partner_schools",
    "portrait_keep",
    "practice_new",
    "records_ask",
    "records_confirm",
    "referee_new",
    "referee_receive",
    "shortlist_add",
    "shortlist_change",
    "shortlist_close",
    "shortlist_detail",
    "shortlist_new",
    "sitting_new",
    "sitting_notice",
    "skills_new",
    "stand_down_end",
    "stand_down_new",
    "support_set",
    "willingness_end",
    "willingness_new",
]
