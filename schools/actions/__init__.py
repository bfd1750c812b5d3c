"""What people change in the register of schools. Each call is one transaction and one audit line."""

from .bulk import MOST as MOST_AT_ONCE
from .bulk import begin_bulk, carry_out_bulk, preview_bulk, undo_bulk
from .calendar import add_closure, open_year, put_term, remove_closure, remove_term
from .columns import change_columns, give_back
from .corrections import accept_correction, decline_correction, suggest_correction
from .people import add_post, change_post, claim_post, end_post, invite_post, readdress_posts, says_post
from .previews import ask_to_load, forget_old_previews, hand_in, refuse_preview
from .programme import set_programme_start
from .record import agree_with_dfes, record_all_age, set_category, set_deemed_phase, set_sip_scope
from .records import add_record, change_record, end_record, open_record, strike_out
from .service import set_service
from .settling import forget_closures, raise_tasks, settle_task

__all__ = [
    "MOST_AT_ONCE", "accept_correction", "add_closure", "add_post", "add_record", "agree_with_dfes", "ask_to_load", "begin_bulk",
    "carry_out_bulk", "change_columns", "change_post", "change_record", "claim_post", "decline_correction",
    "end_post", "end_record", "forget_closures", "forget_old_previews", "give_back", "hand_in", "invite_post",
    "open_record", "open_year",
    "preview_bulk", "put_term", "raise_tasks", "readdress_posts", "record_all_age", "refuse_preview",
    "remove_closure", "remove_term", "says_post", "set_category", "set_deemed_phase", "set_programme_start",
    "set_service", "set_sip_scope", "settle_task", "strike_out", "suggest_correction", "undo_bulk",
]  # fmt: skip
