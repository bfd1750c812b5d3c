"""Where an accreditation stands on a day (ACC-4 to ACC-12, ACC-27, ACC-28, D-16). Pure.

Practice as a SIP in any sector keeps every sector, because the lapsed criterion speaks of the person. Where the national
programme has set the clock to run for each sector by itself (ACC-9), practice in a sector keeps that sector alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sipmanager.core.academic import academic_year, add_months, default_terms
from sipmanager.core.wording import day, listed

LAPSE_MONTHS = 36
WARN_MONTHS = 6


class State(StrEnum):
    ACCREDITED = "accredited"
    WARNED = "warned"
    UNVERIFIED = "records_unverified"
    LAPSED = "lapsed"
    REMOVED = "removed"


STATE_NAMES = {
    State.ACCREDITED: "Accredited",
    State.WARNED: "Warned: lapses soon",
    State.UNVERIFIED: "Records unverified",
    State.LAPSED: "Lapsed",
    State.REMOVED: "Removed",
}

# States in which the accreditation holds; in the last of them no new deployment starts (D-16).
HOLDS = frozenset({State.ACCREDITED, State.WARNED, State.UNVERIFIED})


@dataclass(frozen=True)
class Award:
    """A pass for one sector; `removed_on` is the first day on which it no longer holds."""

    sector: str
    accredited_on: date
    removed_on: date | None = None
    reference: str = ""


@dataclass(frozen=True)
class Practice:
    """A stay at a school as its SIP; both days belong to it. Without a sector it counts for every sector."""

    starts_on: date
    ends_on: date | None = None
    sector: str = ""

    def covers(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


@dataclass(frozen=True)
class Asked:
    """An authority was asked on a day whether its deployments are on record, and answered on another or not yet."""

    authority: str
    asked_on: date
    answered_on: date | None = None

    def is_open(self, on: date) -> bool:
        return self.asked_on <= on and (self.answered_on is None or self.answered_on > on)


@dataclass(frozen=True)
class Standing:
    """One sector of one SIP on one day. `lapses_on` is the first day not accredited."""

    sector: str
    state: State
    accredited_on: date
    last_practised_on: date
    warn_on: date
    lapses_on: date
    removed_on: date | None = None
    unverified_at: tuple[str, ...] = ()
    reference: str = ""
    is_at_work: bool = False
    is_per_sector: bool = False

    @property
    def holds(self) -> bool:
        return self.state in HOLDS

    @property
    def has_practised(self) -> bool:
        """Whether the clock runs from practice, and not from the award alone."""
        return self.last_practised_on != self.accredited_on

    @property
    def is_dormant(self) -> bool:
        """Accredited, and without a school on that day (ACC-27)."""
        return self.holds and not self.is_at_work

    def because(self) -> str:
        """Why the accreditation stands so, with its arithmetic, as a sentence."""
        since = f"Accredited for {self.sector} on {day(self.accredited_on)}"
        where = f" for {self.sector}" if self.is_per_sector else ""
        practised = f"Last practised{where} on {day(self.last_practised_on)}"
        if not self.has_practised:
            practised = f"Accredited{where} on {day(self.accredited_on)} with no practice since"
        if self.state is State.REMOVED:
            return f"{since}; the accreditation was removed on {day(self.removed_on)}."
        if self.state is State.LAPSED:
            return f"{practised}, so the accreditation lapsed three years later, on {day(self.lapses_on)}."
        if self.state is State.UNVERIFIED:
            who = listed(list(self.unverified_at))
            not_said = f"{who} has not yet said whether its record of deployments is right"
            return f"{practised}, so the accreditation would have lapsed on {day(self.lapses_on)}; {not_said}."
        if self.state is State.WARNED:
            return f"{practised}, so the accreditation lapses on {day(self.lapses_on)}."
        return f"{since}."


def last_practised(*, awards: Iterable[Award], stated_on: date | None, practice: Iterable[Practice], on: date) -> date | None:
    """The latest, up to `on`, of the award dates, the day stated, and the ends of stays (`on` itself while at work)."""
    days = [award.accredited_on for award in awards if award.accredited_on <= on]
    if stated_on is not None and stated_on <= on:
        days.append(stated_on)
    for stay in practice:
        if stay.starts_on <= on:
            days.append(on if stay.ends_on is None else min(stay.ends_on, on))
    return max(days, default=None)


def lapse_day(last_practised_on: date) -> date:
    """The first day not accredited: three years on, clamped to the end of the month."""
    return add_months(last_practised_on, LAPSE_MONTHS)


def warn_day(lapses_on: date) -> date:
    """The day on which the SIP is warned: six months before, clamped to the end of the month (ACC-12)."""
    return add_months(lapses_on, -WARN_MONTHS)


def held_until(lapses_on: date) -> date:
    """The last day to which unverified records can put off a lapse: the end of the term in which it falls (D-16)."""
    terms = default_terms(academic_year(lapses_on))
    return next(term.ends_on for term in terms if lapses_on <= term.ends_on)


def standings(
    *,
    awards: Iterable[Award],
    stated_on: date | None = None,
    practice: Iterable[Practice] = (),
    asked: Iterable[Asked] = (),
    on: date,
    is_per_sector: bool = False,
) -> list[Standing]:
    """Where each sector awarded by `on` stands on that day, in the order of sectors' names.

    Of several awards in one sector the latest counts. `asked` are the questions put to the authorities that had
    this SIP in the three years before. With `is_per_sector` each sector has a clock of its own (ACC-9); a day of
    practice that is only stated counts for every sector.
    """
    awards = sorted((award for award in awards if award.accredited_on <= on), key=lambda award: award.accredited_on)
    practice = tuple(practice)
    latest = {award.sector: award for award in awards}
    silent = tuple(sorted({question.authority for question in asked if question.is_open(on)}))
    found = []
    for sector in sorted(latest):
        counted = of_sector(awards, sector) if is_per_sector else awards
        stays = of_sector(practice, sector) if is_per_sector else practice
        last = last_practised(awards=counted, stated_on=stated_on, practice=stays, on=on) or latest[sector].accredited_on
        is_at_work = any(stay.covers(on) for stay in stays)
        found.append(_standing(latest[sector], last, silent, on, is_at_work, is_per_sector))
    return found


def of_sector(rows, sector: str) -> list:
    """The awards or stays that count for one sector: its own, and stays that name none."""
    return [row for row in rows if row.sector in (sector, "")]


def _standing(
    award: Award, last: date, silent: tuple[str, ...], on: date, is_at_work: bool, is_per_sector: bool
) -> Standing:  # fmt: skip
    lapses_on = lapse_day(last)
    state = _state(award, lapses_on, bool(silent), on)
    return Standing(
        sector=award.sector,
        state=state,
        accredited_on=award.accredited_on,
        last_practised_on=last,
        warn_on=warn_day(lapses_on),
        lapses_on=lapses_on,
        removed_on=award.removed_on,
        unverified_at=silent if state is State.UNVERIFIED else (),
        reference=award.reference,
        is_at_work=is_at_work,
        is_per_sector=is_per_sector,
    )


def _state(award: Award, lapses_on: date, is_unverified: bool, on: date) -> State:
    if award.removed_on is not None and award.removed_on <= on:
        return State.REMOVED
    if on >= lapses_on:
        return State.UNVERIFIED if is_unverified and on <= held_until(lapses_on) else State.LAPSED
    return State.WARNED if on >= warn_day(lapses_on) else State.ACCREDITED
