"""The night (D-29, D-30, DL-0): what each partition does, in the order in which the floors registered it."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

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
_partitions: list[Callable[[], Iterable[str]]] = []
_steps: list[tuple[int, str, Step]] = []


def register_partitions(source: Callable[[], Iterable[str]]) -> None:
    """`accounts` says which partitions there are: the authorities' codes, and one national."""
    if source not in _partitions:
        _partitions.append(source)


def register_step(name: str, step: Step, order: int = 50) -> None:
    """An app adds what it does at night, from `ready()`; a lower `order` runs first."""
    _steps[:] = sorted([row for row in _steps if row[1] != name] + [(order, name, step)], key=lambda row: row[:2])


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


def run_night(*, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """Every partition, one after another, in this process: what the command runs."""
    total = Tally()
    for partition in partitions():
        total.add(run_partition(partition=partition, on=on, at=at, dry_run=dry_run))
    return total
