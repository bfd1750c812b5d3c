"""Whether claimed practice restores an accreditation (ACC-13, ACC-14, D-16). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from sipmanager.core.wording import day

from .accreditation import Practice, Standing, State

CLAIMABLE = frozenset({State.WARNED, State.UNVERIFIED, State.LAPSED})


@dataclass(frozen=True)
class ClaimCase:
    """What the decision on a claim looks at: the clock as it stands, the practice shown, the clock with it."""

    before: tuple[Standing, ...] = ()
    practice: tuple[Practice, ...] = ()
    after: tuple[Standing, ...] = ()


def why_no_claim(standings: Iterable[Standing]) -> list[str]:
    """Why there is nothing to claim, as sentences: nothing lapses, or nothing is there that could."""
    standings = list(standings)
    if not standings:
        return ["There is no accreditation on record that could lapse."]
    if any(row.state in CLAIMABLE for row in standings):
        return []
    if all(row.state is State.REMOVED for row in standings):
        return ["The accreditation was removed by a decision. A claim about the records does not bring it back."]
    last = max(row.lapses_on for row in standings if row.state is not State.REMOVED)
    return [f"Nothing has lapsed or is about to: without new work the accreditation would lapse on {day(last)}."]


def would_restore(case: ClaimCase) -> list[str]:
    """What the evidence lacks before it can restore anything, as sentences (ACC-14)."""
    if not case.practice:
        return ["The claim shows no practice as a SIP."]
    claimable = [row for row in case.before if row.state in CLAIMABLE]
    if not claimable:
        return ["Nothing has lapsed or is about to any more."]
    before = {row.sector: row for row in case.before}
    gained = [row for row in case.after if row.last_practised_on > before[row.sector].last_practised_on]
    if not gained:
        latest = max(row.last_practised_on for row in claimable)
        return [f"None of the practice shown is later than {day(latest)}, the last day of practice on record."]
    reached = [row for row in claimable if any(_falls_before(stay, row) for stay in case.practice)]
    if not reached:
        first = min(row.lapses_on for row in claimable)
        return [f"None of the practice shown began before the accreditation lapsed, on {day(first)}."]
    lapsed = {row.sector for row in claimable if row.state is State.LAPSED}
    still = [row for row in case.after if row.sector in lapsed]
    if still and all(row.state is State.LAPSED for row in still):
        return [
            f"Even with the practice shown the accreditation would have lapsed, on {day(max(r.lapses_on for r in still))}."
        ]
    return []


def _falls_before(stay: Practice, standing: Standing) -> bool:
    return stay.starts_on < standing.lapses_on
