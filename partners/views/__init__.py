"""The pages of SIPs, deployments and the conditions of grant."""

from .changing import (
    accreditation_new,
    conflict_end,
    conflict_new,
    headship_end,
    headship_new,
    partner_details,
    partner_kind,
    partner_new,
    willingness_end,
    willingness_new,
)
from .conditions import conditions
from .deploying import deploy_candidates, deploy_check, deploy_school
from .deployments import deployment_detail, deployment_done, deployment_move, deployment_void, notification_send
from .engaging import check_record, contract_confirm, partner_engage, partner_invite, support_set
from .files import file_withdraw, partner_file
from .loading import deployment_import, import_done, partner_import
from .papers import partner_checks
from .partner import partner_accreditation, partner_detail, partner_record, partner_schools

__all__ = [
    "accreditation_new",
    "check_record",
    "conditions",
    "conflict_end",
    "conflict_new",
    "contract_confirm",
    "deploy_candidates",
    "deploy_check",
    "deploy_school",
    "deployment_detail",
    "deployment_done",
    "deployment_import",
    "deployment_move",
    "deployment_void",
    "file_withdraw",
    "headship_end",
    "headship_new",
    "import_done",
    "notification_send",
    "partner_accreditation",
    "partner_checks",
    "partner_detail",
    "partner_details",
    "partner_engage",
    "partner_file",
    "partner_import",
    "partner_invite",
    "partner_kind",
    "partner_new",
    "partner_record",
    "partner_schools",
    "support_set",
    "willingness_end",
    "willingness_new",
]
