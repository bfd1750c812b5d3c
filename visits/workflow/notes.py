"""The workflow of a note of visit: D-24 for every preset, as one table (NOV-31 to NOV-40). Pure.

Read a row as: what is done, from where to where, with which right and in which of the roles that give it, under which
local policy, and what must be in order first. `extra["roles"]` narrows a right to some of its roles.
"""

from accounts.permissions import Permission, Role
from accounts.presets import Policy
from sipmanager.core.wording import counted
from sipmanager.core.workflow import Transition

from ..cases import Need, NoteCase
from ..states import NoteState as S

P = Permission

# Which local policy switches a row on. They ask settings, never an authority, so that any mixture has its path.


def authority_reads_first(policy: Policy) -> bool:
    return policy.review_order == "la_first"


def head_reads_first(policy: Policy) -> bool:
    return policy.review_order == "head_first"


def head_approves(policy: Policy) -> bool:
    return policy.review_order == "head_approves"


def has_no_head_step(policy: Policy) -> bool:
    """The authority's agreement is the last word: the head receives the note and may comment (POL-31)."""
    return authority_reads_first(policy) and policy.dispute_rule == "none"


def has_head_step(policy: Policy) -> bool:
    return not has_no_head_step(policy)


def la_first_with_head_step(policy: Policy) -> bool:
    return authority_reads_first(policy) and has_head_step(policy)


def disputes_are_possible(policy: Policy) -> bool:
    return has_head_step(policy) and policy.dispute_rule != "none"


def disputes_are_moderated(policy: Policy) -> bool:
    return policy.dispute_rule == "moderation"


def both_views_are_recorded(policy: Policy) -> bool:
    return policy.dispute_rule == "sip_records"


def disputes_are_worked_out(policy: Policy) -> bool:
    return policy.dispute_rule == "work_together"


def sip_sends_it_out(policy: Policy) -> bool:
    return not head_approves(policy)


def silence_is_agreement(policy: Policy) -> bool:
    """POL-35, and never where the head's approval itself is asked for (NOV-36)."""
    return has_head_step(policy) and not head_approves(policy) and policy.head_silence == "deem_agreed"


# What must be in order before a move, as sentences.


def is_complete(case: NoteCase) -> list[str]:
    """Every section that is asked for has text, and every earlier recommendation its outcome (NOV-28)."""
    needs: list[str] = [Need(f"Write the section “{title}”", section=key) for key, title in case.empty_sections]
    if case.unreviewed:
        needs.append(
            Need(f"Say what became of {counted(case.unreviewed, 'earlier recommendation')}", anchor="reviews")
        )  # fmt: skip
    return needs


def complete_and_contested(case: NoteCase) -> list[str]:
    """A county's draft goes to the authority first only where disagreement is expected (NOV-33, NOV-34)."""
    return [*is_complete(case), *_unless(case.is_disagreement_likely, NOT_CONTESTED)]


def complete_and_uncontested(case: NoteCase) -> list[str]:
    return [*is_complete(case), *_unless(not case.is_disagreement_likely, CONTESTED)]


NOT_CONTESTED = Need("Say that disagreement is likely before a senior adviser sees it first", anchor="disagreement")
CONTESTED = Need("Disagreement is likely: a senior adviser sees the draft before the head does", anchor="disagreement")


def _unless(is_in_order: bool, need: Need) -> list[str]:
    return [] if is_in_order else [need]


def nothing_left_open(case: NoteCase) -> list[str]:
    """A head agrees a draft only when no section of it stands disputed or to be corrected (NOV-35)."""
    return [
        Need(
            f"You asked for a correction in “{said.title}”: ask for it now, or change that answer"
            if said.verdict == "correction"
            else f"You disputed “{said.title}”: dispute the note, or change that answer",
            section=said.section,
        )
        for said in case.answers
        if said.verdict in ("correction", "dispute")
    ]


def correction_is_named(case: NoteCase) -> list[str]:
    if case.comment is None or case.comment.strip() or any(s.verdict == "correction" and s.has_text for s in case.answers):
        return []
    return [Need("Say what is to be corrected, here or beside a section")]


def answer_is_overdue(case: NoteCase) -> list[str]:
    if case.answer_due_on is not None and case.on is not None and case.on > case.answer_due_on:
        return []
    return ["The head still has time to answer"]


def somebody_receives_it(case: NoteCase) -> list[str]:
    """NOV-38: a list with nobody on it is no distribution."""
    return [] if case.receivers else ["Nobody on the distribution list can be reached: add an address first"]


READERS = (Role.LINE_MANAGER, Role.MANAGER)
ADVISER = (Role.SENIOR_ADVISER,)

# fmt: off
NOTE_WORKFLOW: tuple[Transition, ...] = (
    Transition("submit", "Submit to the authority", (S.DRAFTING,), S.LA_REVIEW, P.NOTE_WRITE,
               when=authority_reads_first, guard=is_complete, comment="optional",
               sets=("submitted_at",), effects=("keep_comment", "keep_text", "submitted", "tell_reader"), source="NOV-31",
               says="The authority reads the draft before the school does."),
    Transition("submit", "Show a senior adviser first", (S.DRAFTING,), S.LA_REVIEW, P.NOTE_WRITE,
               when=head_reads_first, guard=complete_and_contested, comment="optional",
               sets=("submitted_at",), effects=("keep_comment", "keep_text", "submitted", "tell_reader"), source="NOV-33",
               says="Where disagreement is likely, a senior adviser sees the draft before the head does."),
    Transition("send_to_head", "Send to the head", (S.DRAFTING,), S.HEAD_REVIEW, P.NOTE_WRITE,
               when=head_reads_first, guard=complete_and_uncontested, comment="optional",
               effects=("keep_comment_for_school", "keep_text", "released", "tell_head"), source="NOV-32",
               says="The head receives the draft and answers it."),
    Transition("send_to_head", "Send to the head for approval", (S.DRAFTING,), S.HEAD_REVIEW, P.NOTE_WRITE,
               when=head_approves, guard=is_complete, comment="optional",
               effects=("keep_comment_for_school", "keep_text", "released", "tell_head"), source="NOV-36",
               says="The head receives the report and approves it."),
    Transition("return_to_sip", "Return with comments", (S.LA_REVIEW,), S.DRAFTING, P.NOTE_AGREE,
               when=authority_reads_first, comment="required",
               effects=("keep_comment", "authority_answered", "tell_writer"), source="NOV-48", extra={"roles": READERS},
               says="The draft goes back to its writer; the school hears nothing of it."),
    Transition("return_to_sip", "Return with comments", (S.LA_REVIEW,), S.DRAFTING, P.NOTE_AGREE,
               when=head_reads_first, comment="required",
               effects=("keep_comment", "authority_answered", "tell_writer"), source="NOV-33", extra={"roles": ADVISER},
               says="The draft goes back to its writer; the school hears nothing of it."),
    Transition("agree_draft", "Agree and send to the head", (S.LA_REVIEW,), S.HEAD_REVIEW, P.NOTE_AGREE,
               when=la_first_with_head_step, comment="optional",
               effects=("keep_comment", "keep_text", "authority_answered", "released", "tell_head", "tell_writer"), source="NOV-31", extra={"roles": READERS},
               says="The head receives the draft and answers it."),
    Transition("agree_draft", "Agree and send to the head", (S.LA_REVIEW,), S.HEAD_REVIEW, P.NOTE_AGREE,
               when=head_reads_first, comment="optional",
               effects=("keep_comment", "keep_text", "authority_answered", "released", "tell_head", "tell_writer"), source="NOV-33", extra={"roles": ADVISER},
               says="The head receives the draft and answers it."),
    Transition("approve_draft", "Agree the note", (S.LA_REVIEW,), S.FINAL, P.NOTE_AGREE,
               when=has_no_head_step, comment="optional",
               sets=("final_at",), effects=("keep_comment", "keep_text", "authority_answered", "tell_writer"), source="NOV-31", extra={"roles": READERS},
               says="The note is final; the head receives it with the others on its list and may comment."),
    Transition("agree", "Agree the note", (S.HEAD_REVIEW,), S.AGREED, P.NOTE_ANSWER,
               when=has_head_step, guard=nothing_left_open, comment="optional",
               sets=("answered_at",), effects=("keep_comment_for_school", "head_answered", "tell_writer"), source="NOV-35", extra={"roles": (Role.HEAD,)},
               says="The school agrees the note as it stands."),
    Transition("ask_correction", "Ask for a correction", (S.HEAD_REVIEW,), S.DRAFTING, P.NOTE_ANSWER,
               when=has_head_step, guard=correction_is_named, comment="optional",
               sets=("answered_at",), effects=("keep_comment_for_school", "head_answered", "tell_writer"), source="NOV-48", extra={"roles": (Role.HEAD,)},
               says="The writer corrects the facts and sends the note again. You keep the version you have now."),
    Transition("recall", "Take the draft back", (S.HEAD_REVIEW,), S.DRAFTING, P.NOTE_WRITE,
               when=has_head_step, comment="optional",
               effects=("keep_comment", "recalled", "tell_head_of_recall"), source="NOV-47",
               says="The head keeps the version they were given, and sees nothing newer until it is sent again."),
    Transition("dispute", "Dispute the note", (S.HEAD_REVIEW,), S.DISPUTED, P.NOTE_ANSWER,
               when=disputes_are_possible, comment="required",
               sets=("answered_at", "disputed_at"), effects=("keep_dispute", "head_answered", "disputed", "tell_of_dispute"), source="NOV-35", extra={"roles": (Role.HEAD,)},
               says="The reason is kept with the note, whatever becomes of it."),
    Transition("deem_agreed", "Count the head's silence as agreement", (S.HEAD_REVIEW,), S.AGREED, P.NOTE_WRITE,
               when=silence_is_agreement, guard=answer_is_overdue,
               sets=("answered_on",), effects=("tell_writer",), by_system=True, source="POL-35",
               says="The time to answer has passed."),
    Transition("moderate", "Decide the dispute", (S.DISPUTED,), S.MODERATED, P.NOTE_MODERATE,
               when=disputes_are_moderated, comment="required",
               sets=("moderated_at", "moderated_by"), effects=("keep_moderation", "moderated", "tell_of_moderation"), source="NOV-33",
               says="The decision is final. It is kept with the note beside what the school said."),
    Transition("finalise_disputed", "Make final with both views", (S.DISPUTED,), S.FINAL, P.NOTE_WRITE,
               when=both_views_are_recorded, comment="optional",
               sets=("final_at",), effects=("keep_comment_for_school", "after_final"), source="NOV-26",
               says="Your judgement and the school's stand side by side in the note."),
    Transition("rework", "Take it up with the school", (S.DISPUTED,), S.DRAFTING, P.NOTE_WRITE,
               when=disputes_are_worked_out, comment="optional",
               effects=("keep_comment", "recalled"), source="VIS-31",
               says="You and the school work the difference out; then the report goes to the head again."),
    Transition("finalise", "Make the note final", (S.AGREED,), S.FINAL, P.NOTE_WRITE,
               when=has_head_step, guard=is_complete,
               sets=("final_at",), effects=("after_final",), source="NOV-48",
               says="The text is closed; the note can be issued."),
    Transition("finalise", "Make the note final", (S.MODERATED,), S.FINAL, P.NOTE_WRITE,
               when=disputes_are_moderated, guard=is_complete,
               sets=("final_at",), effects=("after_final",), source="NOV-33",
               says="The text is closed, with the dispute and the decision; the note can be issued."),
    Transition("to_trust_advisor", "Pass to the Trust Advisor", (S.FINAL,), S.POST_APPROVAL_REVIEW, P.NOTE_RELEASE,
               when=head_approves, effects=("tell_manager",), by_system=True, source="NOV-36",
               says="The approved report goes to the Trust Advisor."),
    Transition("distribute", "Issue the note", (S.FINAL,), S.DISTRIBUTED, P.NOTE_WRITE,
               when=sip_sends_it_out, guard=somebody_receives_it,
               sets=("distributed_at", "distributed_on"), effects=("issue",), source="NOV-38", extra={"issues": True},
               says="Everybody on the list receives a link to the note; the text is frozen."),
    Transition("release", "Release the report", (S.POST_APPROVAL_REVIEW,), S.DISTRIBUTED, P.NOTE_RELEASE,
               when=head_approves, guard=somebody_receives_it, comment="optional",
               sets=("distributed_at", "distributed_on"), effects=("issue",), source="NOV-36", extra={"issues": True, "roles": (Role.MANAGER,)},
               says="Everybody on the list receives a link to the report, but for those whom the school has left out."),
    Transition("amend", "Issue an amended version", (S.DISTRIBUTED, S.AMENDED), S.AMENDED, P.NOTE_AMEND,
               comment="required", effects=("issue",), source="NOV-40", extra={"issues": True},
               says="A new version goes to everybody who had the one before; the earlier version is kept."),
    Transition("withdraw", "Withdraw the note", (S.DISTRIBUTED, S.AMENDED), S.WITHDRAWN, P.NOTE_AMEND,
               comment="required", effects=("issue",), source="NOV-40", extra={"issues": True},
               says="Everybody who had the note is told that it no longer stands, and why."),
)
# fmt: on
