"""The night (D-29, D-30, DL-0): what each partition does, in the order in which the floors registered it, and what is done
once when all of them have ended."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import F

from .models import NightlyRun

logger = logging.getLogger(__name__)

NATIONAL = "national"


@dataclass
class Tally:
    """What a run did; `failures` name the step and the record that failed."""

    states_changed: int = 0
    reminders_queued: int = 0
    escalations_queued: int = 0
    failures: list[dict[str, str]] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.states_changed += other.states_changed
        self.reminders_queued += other.reminders_queued
        self.escalations_queued += other.escalations_queued
        self.failures += other.failures

    def fail(self, step: str, subject: str, error: Exception) -> None:
        logger.exception("nightly %s failed at %s", step, subject)
        self.failures.append({"step": step, "subject": subject, "error": f"{type(error).__name__}: {error}"})


# A step: `step(partition=..., on=..., at=..., dry_run=...) -> Tally`.
Step = Callable[..., Tally]
# What is done once, after the last partition: `last(partitions=..., on=..., at=..., dry_run=...) -> {partition: Tally}`.
Last = Callable[..., dict[str, Tally]]
_awake: list[Callable[[], Iterable[str]]] = []
_partitions: list[Callable[[], Iterable[str]]] = []
_steps: list[tuple[int, str, Step]] = []
_lasts: dict[str, Last] = {}


def register_partitions(source: Callable[[], Iterable[str]]) -> None:
    """`accounts` says which partitions there are: the authorities' codes, and one national."""
    if source not in _partitions:
        _partitions.append(source)


def register_awake(source: Callable[[], Iterable[str]]) -> None:
    """A floor says in which partitions there is anything of its own: `source() -> codes`, one cheap query."""
    if source not in _awake:
        _awake.append(source)


def awake() -> list[str]:
    """The partitions where something can be owed or somebody told. In the seeded register most authorities are none of ours."""
    named = {code for source in _awake for code in source()}
    return [code for code in partitions() if code == NATIONAL or code in named]


def register_step(name: str, step: Step, order: int = 50) -> None:
    """An app adds what it does at night, from `ready()`; a lower `order` runs first."""
    _steps[:] = sorted([row for row in _steps if row[1] != name] + [(order, name, step)], key=lambda row: row[:2])


def register_last(name: str, last: Last) -> None:
    """What needs every partition's state settled and looks at all of them together, as a person's one digest does."""
    _lasts[name] = last


def partitions() -> list[str]:
    return [code for source in _partitions for code in source()]


def run_partition(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """One night in one partition. A step that fails is logged and the next one runs."""
    run = None if dry_run else NightlyRun.objects.create(partition=partition, on=on, started_at=at)
    tally = Tally()
    for _order, name, step in _steps:
        try:
            tally.add(step(partition=partition, on=on, at=at, dry_run=dry_run))
        except Exception as error:  # one failing step must not take the night with it
            tally.fail(name, partition, error)
    if run is not None:
        NightlyRun.objects.filter(pk=run.pk).update(
            ended_at=at, reminders_queued=tally.reminders_queued, escalations_queued=tally.escalations_queued,
            states_changed=tally.states_changed, failures=tally.failures,
        )  # fmt: skip
    return tally


def is_over(*, on: date, since: datetime) -> bool:
    """Whether every partition has run the night of `on` to its end, begun at `since` or later."""
    ran = NightlyRun.objects.filter(on=on, started_at__gte=since, ended_at__isnull=False)
    return set(partitions()) <= set(ran.values_list("partition", flat=True))


def end_night(*, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """What is done once for all partitions. Done again, it repeats nothing; what it did is added to each partition's run."""
    total = Tally()
    for name, last in _lasts.items():
        try:
            tallies = last(partitions=awake(), on=on, at=at, dry_run=dry_run)
        except Exception as error:  # what is done last has failed, not what was done before
            tallies = {NATIONAL: Tally()}
            tallies[NATIONAL].fail(name, NATIONAL, error)
        for partition, tally in tallies.items():
            total.add(tally)
            if not dry_run:
                _add_to_run(partition, tally, on=on, at=at)
    return total


def _add_to_run(partition: str, tally: Tally, *, on: date, at: datetime) -> None:
    if tally == Tally():
        return
    run = NightlyRun.objects.filter(partition=partition, on=on).order_by("-started_at", "-pk").first()
    if run is None:  # its own task was lost
        run = NightlyRun.objects.create(partition=partition, on=on, started_at=at, ended_at=at)
    NightlyRun.objects.filter(pk=run.pk).update(
        reminders_queued=F("reminders_queued") + tally.reminders_queued,
        escalations_queued=F("escalations_queued") + tally.escalations_queued,
        states_changed=F("states_changed") + tally.states_changed,
        failures=[*run.failures, *tally.failures],
    )


def run_night(*, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """Every partition, one after another, then what is done last, in this process: what the command runs."""
    total = Tally()
    for partition in partitions():
        total.add(run_partition(partition=partition, on=on, at=at, dry_run=dry_run))
    total.add(end_night(on=on, at=at, dry_run=dry_run))
    return total
