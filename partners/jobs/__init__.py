"""What the night does for SIPs, deployments and agreements, partition by partition."""

from .agreements import end_past_agreements, print_agreement, print_waiting_agreements
from .bulk import carry_out_run, go_on_with_runs, look_at_run
from .deployments import ask_for_records, begin_deployments, end_past_deployments
from .development import invite, invite_newly_deployed
from .grants import make_evidence, make_waiting_packs, take_snapshots
from .handovers import begin_for_new_heads
from .letters import count_waiting, print_letter, print_waiting_letters
from .planning import solve_plan
from .record import ask_for_confirmations
from .remaining import recheck_deployments

__all__ = [
    "ask_for_confirmations",
    "ask_for_records",
    "begin_deployments",
    "begin_for_new_heads",
    "carry_out_run",
    "count_waiting",
    "end_past_agreements",
    "end_past_deployments",
    "go_on_with_runs",
    "invite",
    "invite_newly_deployed",
    "look_at_run",
    "make_evidence",
    "make_waiting_packs",
    "print_agreement",
    "print_letter",
    "print_waiting_agreements",
    "print_waiting_letters",
    "recheck_deployments",
    "solve_plan",
    "take_snapshots",
]
