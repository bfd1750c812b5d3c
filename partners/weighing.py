"""What is compared of SIPs side by side, row by row, in words (DEP-3, SPM-4)."""

from dataclasses import dataclass

from schools.models import School
from sipmanager.core.wording import capitalised, counted, day

from .models import ExpertiseKind
from .tables import KIND_NAMES
from .wording import standing_tag

SHORT = 300


@dataclass(frozen=True)
class Weighed:
    """One row of the comparison: what is compared, and what holds of each SIP, line by line."""

    label: str
    values: list[list[str]]


def weighed(sides, school: School | None) -> list[Weighed]:
    """The rows for some SIPs; with a school, how each of them fits it comes first."""
    rows = [
        Weighed("Kind", [[KIND_NAMES.get(side.partner.kind_now, "Not known")] for side in sides]),
        Weighed("Accreditation", [_standings(side) for side in sides]),
        Weighed("Engaged here", [["Yes" if side.is_engaged else "No"] for side in sides]),
        Weighed("Schools today", [[str(side.partner.schools_held)] for side in sides]),
        Weighed("Days free", [[_days(side.partner)] for side in sides]),
        Weighed("Headships", [side.headships or ["None"] for side in sides]),
        Weighed("Outside experience", [["Yes" if side.partner.has_outside_experience else "No"] for side in sides]),
        Weighed("HTPM-trained", [["Yes" if side.partner.is_htpm_trained else "No"] for side in sides]),
        *[Weighed(kind.label, [side.expertise[kind] or ["Not said"] for side in sides]) for kind in ExpertiseKind],
        Weighed("Will work in", [side.places or ["Nowhere named"] for side in sides]),
        Weighed("Company", [[side.partner.company or "None"] for side in sides]),
        Weighed("Pen portrait", [[_short(side.partner.pen_portrait)] for side in sides]),
    ]
    return [*_fits(sides, school), *rows] if school else rows


def _fits(sides, school: School) -> list[Weighed]:
    could, papers = [], []
    for side in sides:
        refusals = [finding.because for finding in side.candidate.refusals]
        could.append(refusals or ["Yes, every rule is kept"])
        missing = len(side.candidate.outstanding)
        papers.append([f"{counted(missing, 'check')} to put on record" if missing else "Complete"])
    return [Weighed(f"Could take {school.name}", could), Weighed("Paperwork", papers)]


def _standings(side) -> list[str]:
    found = [f"{capitalised(row.sector)}: {standing_tag(row.state).label.lower()}" for row in side.standings]
    running = [row.lapses_on for row in side.standings if row.holds]
    return [*found, f"Without new work, lapses on {day(min(running))}"] if running else (found or ["None"])


def _days(partner) -> str:
    return "Not planned" if partner.days_free is None else f"{partner.days_free.normalize():f}"


def _short(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        return "None"
    return words if len(words) <= SHORT else f"{words[:SHORT].rsplit(' ', 1)[0]} …"


def told_of(sides, *, sees_private: bool) -> list[Weighed]:
    """The rows by which people tell whether two records are one person's; contacts for those who may see them."""
    who = [Weighed("Reference", [[side.partner.reference] for side in sides])]
    if sees_private:
        who += [
            Weighed("Email", [[side.partner.email] for side in sides]),
            Weighed("Phone", [[side.partner.phone or "None"] for side in sides]),
            Weighed("Account", [[_account(side.partner)] for side in sides]),
        ]
    own = [[side.partner.own_school.name if side.partner.own_school else "None"] for side in sides]
    added = [[day(side.partner.made_at)] for side in sides]
    return [*who, Weighed("Own school", own), Weighed("On the register since", added), *weighed(sides, None)]


def _account(partner) -> str:
    if partner.user is None:
        return "None"
    return "In use" if partner.user.is_active else "Disabled"
