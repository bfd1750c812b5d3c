"""What people do with visits and notes (D-23 to D-28). Each action is one transaction with one audit line.

Refusals are `MoveRefused` with sentences for a person; `OutOfDate` (and its kinds `Conflict`, `AnswerConflict`) says
that somebody else was first. After either, nothing has been written.
"""

from .answering import AnswerConflict, answer_section, comment_after_issue, comment_section, open_note, words_missing
from .attaching import (
    MOST_DOCUMENTS,
    attach_document,
    attach_prepared,
    may_remove,
    prepare_document,
    remove_attachment,
    right_to_attach,
)
from .handing import hand_over_note
from .issuing import amend_note, carry_out, carry_out_by, digest_of, give_up_issue, retry_issue, withdraw_note
from .moving import move_note
from .planning import (
    cancel_visit,
    confirm_visit,
    hold_visit,
    miss_visit,
    plan_visit,
    reschedule_visit,
    void_visit,
)
from .playing import play_by_system
from .writing import (
    Conflict,
    RowConflict,
    add_recommendation,
    change_recommendation,
    mark_disagreement_likely,
    mean_remark,
    review_recommendation,
    save_and_mean,
    save_section,
    seen_as,
    withdraw_recommendation,
)

__all__ = [
    "MOST_DOCUMENTS", "AnswerConflict", "Conflict", "RowConflict", "add_recommendation", "amend_note", "answer_section",
    "attach_document", "attach_prepared", "cancel_visit", "carry_out", "carry_out_by", "change_recommendation",
    "comment_after_issue", "comment_section", "confirm_visit", "digest_of", "give_up_issue", "hand_over_note", "hold_visit",
    "mark_disagreement_likely", "may_remove", "mean_remark", "miss_visit", "move_note", "open_note", "plan_visit",
    "play_by_system", "prepare_document", "remove_attachment", "reschedule_visit", "retry_issue", "review_recommendation",
    "right_to_attach", "save_and_mean", "save_section", "seen_as", "void_visit", "withdraw_note", "withdraw_recommendation",
    "words_missing",
]  # fmt: skip
