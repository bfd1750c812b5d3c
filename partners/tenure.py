"""How long a SIP may stay at one school (DEP-10, DEP-11, D-15, COG-H). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sipmanager.core.academic import add_months, anniversary, day_before
from sipmanager.core.wording import counted, day

YEARS = 3
WARN_MONTHS = (12, 6)  # before the last lawful day (DEP-11, DL-28)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Spell:
    """A stay of one SIP at one school, or at a school that it followed; both days belong to it. `None`: no end yet."""

    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True)
class Run:
    """Stays that count as one, because no break between them was as long as the policy asks.

    `gap_days` are the days of the breaks inside the run; they are added to the three years.
    """

    began_on: date
    ends_on: date | None
    gap_days: int = 0

    @property
    def last_lawful_on(self) -> date:
        """The last day on which the SIP may still be at the school."""
        return day_before(anniversary(self.began_on, YEARS)) + timedelta(days=self.gap_days)

    @property
    def passes_limit(self) -> bool:
        """Whether the run has an end that lies beyond the last lawful day."""
        return self.ends_on is not None and self.ends_on > self.last_lawful_on

    def at_risk_from(self, months: int = WARN_MONTHS[-1]) -> date:
        """The day from which the limit is near."""
        return add_months(self.last_lawful_on, -months)

    def arithmetic(self) -> str:
        """How the last lawful day comes about, as the beginning of a sentence."""
        if self.gap_days:
            added = f"; {counted(self.gap_days, 'day')} of breaks {'is' if self.gap_days == 1 else 'are'} added"
            return f"First started on {day(self.began_on)}{added}, so the last lawful day is {day(self.last_lawful_on)}"
        return f"Started on {day(self.began_on)}, so the last lawful day is {day(self.last_lawful_on)}"


def free_again_on(ended_on: date, gap_months: int) -> date:
    """The first day on which a return starts three years anew, after a stay that ended on `ended_on`.

    A break is long enough when it lasts `gap_months` in full; where the month has no such day, the next day counts.
    """
    first_day_out = ended_on + ONE_DAY
    day_back = add_months(first_day_out, gap_months)
    return day_back if day_back.day == first_day_out.day else day_back + ONE_DAY


def runs(spells: Iterable[Spell], *, gap_months: int) -> list[Run]:
    """The runs that `spells` make, earliest first; stays that overlap or touch have no break between them."""
    found: list[Run] = []
    for spell in sorted(spells, key=lambda spell: (spell.starts_on, spell.ends_on or date.max)):
        last = found[-1] if found else None
        if last is None or (last.ends_on is not None and spell.starts_on >= free_again_on(last.ends_on, gap_months)):
            found.append(Run(spell.starts_on, spell.ends_on))
            continue
        found[-1] = _joined(last, spell)
    return found


def _joined(run: Run, spell: Spell) -> Run:
    if run.ends_on is None:
        return run
    gap = max((spell.starts_on - run.ends_on).days - 1, 0)
    end = None if spell.ends_on is None else max(run.ends_on, spell.ends_on)
    return Run(run.began_on, end, run.gap_days + gap)


def run_on(spells: Iterable[Spell], *, on: date, gap_months: int) -> Run | None:
    """The run that a day belongs to, counting only stays begun by then; `None` if it belongs to none."""
    begun = [spell for spell in spells if spell.starts_on <= on]
    last = runs(begun, gap_months=gap_months)[-1:]
    if not last or (last[0].ends_on is not None and on >= free_again_on(last[0].ends_on, gap_months)):
        return None
    return last[0]


def run_with(spells: Iterable[Spell], *, starts_on: date, ends_on: date | None, gap_months: int) -> Run:
    """The run that a new stay would belong to. Without an end, only what came before it counts.

    Stays on record after the new one are part of the run where its end is given, because a stay put before them
    uses up their days too.
    """
    before = [spell for spell in spells if ends_on is not None or spell.starts_on <= starts_on]
    asked = Spell(starts_on, ends_on)
    for run in runs([*before, asked], gap_months=gap_months):
        if run.began_on <= starts_on and (run.ends_on is None or starts_on <= run.ends_on):
            return run
    raise AssertionError("A stay belongs to a run.")  # pragma: no cover (every spell is in exactly one run)


def last_lawful_day(spells: Iterable[Spell], *, starts_on: date, gap_months: int) -> date:
    """The last day to which a stay starting on `starts_on` may run."""
    return run_with(spells, starts_on=starts_on, ends_on=None, gap_months=gap_months).last_lawful_on
