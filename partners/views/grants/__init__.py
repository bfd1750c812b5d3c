"""The pages of the conditions of grant and of the grant (section 12)."""

from .history import conditions_history
from .keeping import (
    contact_end,
    contact_list,
    contact_new,
    contact_told,
    endeavour_list,
    endeavour_new,
    record_strike,
    sanction_end,
    sanction_list,
    sanction_new,
    sanction_strike,
    share_new,
    sharing,
    statement_new,
)
from .money import grant_lines
from .overseeing import brief_list, brief_new, concern_detail, concern_list, concern_move, concern_new
from .packs import pack_detail, pack_file, pack_list
from .page import conditions
from .shared import URLS, tag_for

__all__ = [
    "URLS",
    "brief_list",
    "brief_new",
    "concern_detail",
    "concern_list",
    "concern_move",
    "concern_new",
    "conditions",
    "conditions_history",
    "contact_end",
    "contact_list",
    "contact_new",
    "contact_told",
    "endeavour_list",
    "endeavour_new",
    "grant_lines",
    "pack_detail",
    "pack_file",
    "pack_list",
    "record_strike",
    "sanction_end",
    "sanction_list",
    "sanction_new",
    "sanction_strike",
    "share_new",
    "sharing",
    "statement_new",
    "tag_for",
]
