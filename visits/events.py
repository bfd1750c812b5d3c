"""What the record calls an event of a visit or a note, and what people call it. Pure."""

from sipmanager.core.wording import capitalised

EVENT_TITLES = {
    "visit.plan": "Visit planned",
    "visit.confirm": "Visit confirmed",
    "visit.hold": "Visit recorded",
    "visit.miss": "Visit recorded as missed",
    "visit.reschedule": "Visit moved to another day",
    "visit.cancel": "Visit cancelled",
    "visit.void": "Visit struck out",
    "note.begin": "Note begun",
    "note.submit": "Submitted to the authority",
    "note.send_to_head": "Sent to the head",
    "note.return_to_sip": "Returned with comments",
    "note.agree_draft": "Agreed by the authority and sent to the head",
    "note.approve_draft": "Agreed by the authority",
    "note.agree": "Agreed by the head",
    "note.ask_correction": "Correction asked for by the head",
    "note.recall": "Taken back by its writer",
    "note.dispute": "Disputed by the head",
    "note.deem_agreed": "Counted as agreed, because the time to answer had passed",
    "note.moderate": "Dispute decided",
    "note.finalise": "Made final",
    "note.finalise_disputed": "Made final with both views",
    "note.rework": "Taken up with the school again",
    "note.to_trust_advisor": "Passed to the Trust Advisor",
    "note.ask_to_distribute": "Issue asked for",
    "note.ask_to_release": "Release asked for",
    "note.ask_to_amend": "Amendment asked for",
    "note.ask_to_withdraw": "Withdrawal asked for",
    "note.ask_again": "Issue asked for again",
    "note.distribute": "Issued",
    "note.release": "Released and issued",
    "note.amend": "Amended and issued again",
    "note.withdraw": "Withdrawn",
    "note.hand_over": "Handed to another SIP",
    "note.give_up_issue": "Issue given up",
    "note.write": "Text saved",
    "note.recommend": "Recommendation added",
    "note.change_recommendation": "Recommendation changed",
    "note.withdraw_recommendation": "Recommendation taken out",
    "note.review": "Earlier recommendation reviewed",
    "note.mean": "Remark of the checker kept as meant",
    "note.disagreement": "Likely disagreement noted or taken back",
    "note.answer": "Section answered by the head",
    "note.comment": "Comment made",
    "note.attach": "Document attached",
    "note.remove_attachment": "Document removed",
    "note.open": "Opened",
}
# What happens while a note stays where it is; too frequent for a history that people read.
WRITTEN = tuple(
    f"note.{name}"
    for name in (
        "begin", "write", "recommend", "change_recommendation", "withdraw_recommendation", "review", "mean", "disagreement",
        "answer", "comment", "attach", "remove_attachment", "open",
    )
)  # fmt: skip

# Asking the worker to issue: the issue itself stands in the record.
ASKED = tuple(f"note.ask_{name}" for name in ("to_distribute", "to_release", "to_amend", "to_withdraw", "again"))


def title_of(event) -> str:
    """What happened, in words; an event without words of its own reads as the record calls it."""
    words = event.what.partition(".")[2].replace("_", " ")
    return EVENT_TITLES.get(event.what) or capitalised(words)
