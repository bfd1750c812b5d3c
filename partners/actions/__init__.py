"""Writes of the SIP register and of deployment."""

from .deploying import (
    Refused,
    agree_deployment,
    confirm_deployment,
    end_deployment,
    propose_deployment,
    record_consultation,
    void_deployment,
    withdraw_deployment,
)
from .engaging import confirm_contract, end_engagement, end_support, engage_partner, record_check, set_support, void_check
from .files import keep_file, open_file, prepare_file, withdraw_file
from .importing import place_imported, record_historic
from .inviting import claim_partner, invite_partner, says_partner
from .notifying import ask_to_confirm_records, confirm_records, mark_notified
from .register import (
    add_willingness,
    award_accreditation,
    change_details,
    declare_conflict,
    end_conflict,
    end_headship,
    end_willingness,
    next_reference,
    record_headship,
    record_kind,
    record_practice,
    register_partner,
    remove_accreditation,
    search_name_of,
)
from .taking_on import take_on_partner

__all__ = [
    "Refused",
    "add_willingness",
    "agree_deployment",
    "ask_to_confirm_records",
    "award_accreditation",
    "change_details",
    "claim_partner",
    "confirm_contract",
    "confirm_deployment",
    "confirm_records",
    "declare_conflict",
    "end_conflict",
    "end_deployment",
    "end_engagement",
    "end_headship",
    "end_support",
    "end_willingness",
    "engage_partner",
    "invite_partner",
    "keep_file",
    "mark_notified",
    "next_reference",
    "open_file",
    "place_imported",
    "prepare_file",
    "propose_deployment",
    "record_check",
    "record_consultation",
    "record_headship",
    "record_historic",
    "record_kind",
    "record_practice",
    "register_partner",
    "remove_accreditation",
    "says_partner",
    "search_name_of",
    "set_support",
    "take_on_partner",
    "void_check",
    "void_deployment",
    "withdraw_deployment",
    "withdraw_file",
]  # fmt: skip
