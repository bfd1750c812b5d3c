"""What people change in the register of schools. Each call is one transaction and one audit line."""

from .calendar import add_closure, open_year, put_term, remove_closure, remove_term
from .people import add_post, change_post, claim_post, end_post, invite_post, readdress_posts, says_post
from .programme import set_programme_start
from .record import (
    agree_with_dfes,
    end_opt_out,
    opt_out,
    record_all_age,
    set_category,
    set_deemed_phase,
)
from .service import set_service
from .settling import raise_tasks, settle_task

__all__ = [
    "add_closure", "add_post", "agree_with_dfes", "change_post", "claim_post", "end_opt_out", "end_post",
    "invite_post", "open_year", "opt_out", "put_term", "raise_tasks",
    "readdress_posts", "record_all_age", "remove_closure", "remove_term", "says_post",
    "set_category", "set_deemed_phase", "set_programme_start", "set_service", "settle_task",
]  # fmt: skip
