"""Reminders and escalations of one night: one digest a person and day, each notice once (DL-0, D-30)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from . import deadlines, mail
from .deadlines import Due, DueState, Person
from .jobs import Tally
from .models import Digest, Notice

OVERDUE = "overdue"


def messages(dues: Iterable[Due]) -> dict[Person, list[tuple[str, Due]]]:
    """Who is to be told what, as (stage, due) by person: the owner of a stage reached, and those told of lateness."""
    told: dict[Person, list[tuple[str, Due]]] = defaultdict(list)
    for due in dues:
        if due.state is DueState.MET:
            continue
        if due.stage and due.owner.has_mailbox:
            told[due.owner].append((due.stage, due))
        if due.state is DueState.OVERDUE:
            for person in due.escalate_to:
                if person.has_mailbox:
                    told[person].append((OVERDUE, due))
    return told


def send(*, partitions: Iterable[str], on: date, at: datetime, dry_run: bool = False) -> dict[str, Tally]:
    """Queue the day's digests, one a person over all `partitions`; the answer says what was done in each.

    Run again, it queues nothing that was queued before. Whoever has had a digest on that day gets no second one: what came
    to be owed since waits for the next day's (DL-0).
    """
    tallies = {partition: Tally() for partition in partitions}
    told: dict[Person, list[Line]] = defaultdict(list)
    for partition, tally in tallies.items():
        try:
            everything = messages(deadlines.owed(partition=partition, on=on))
        except Exception as error:  # one authority's fault must not silence the others
            tally.fail("reminders", partition, error)
            continue
        for person, rows in everything.items():
            told[person] += [Line(partition, stage, due) for stage, due in rows]
    keys = {line.key for lines in told.values() for line in lines}
    sent = set(Notice.objects.filter(key__in=keys).values_list("key", "recipient")) if keys else set()
    served = set(Digest.objects.filter(on=on).values_list("recipient", flat=True)) if keys else set()
    for person, lines in sorted(told.items(), key=lambda item: item[0].email):
        fresh = {line.key: line for line in lines if (line.key, person.email) not in sent}
        if not fresh or person.email in served:
            continue
        try:
            if not dry_run:
                _digest(person, list(fresh.values()), on=on, at=at)
        except IntegrityError:
            continue  # another host sent this digest between the question and the answer
        except Exception as error:  # one person's digest must not stop the others'
            tallies[lines[0].partition].fail("reminders", person.email, error)
            continue
        for line in fresh.values():
            tallies[line.partition].escalations_queued += line.is_late
            tallies[line.partition].reminders_queued += not line.is_late
    return tallies


@dataclass(frozen=True)
class Line:
    """One thing that one digest tells."""

    partition: str
    stage: str
    due: Due

    @property
    def key(self) -> str:
        return self.due.key(self.stage)

    @property
    def is_late(self) -> bool:
        return self.stage == OVERDUE


def readdress(*, old: str, new: str) -> None:
    """What a person was told at an address counts as told at the next one: no reminder is sent twice."""
    for model, once in ((Notice, "key"), (Digest, "on")):
        there = model.objects.filter(recipient=new).values(once)
        model.objects.filter(recipient=old).exclude(**{f"{once}__in": there}).update(recipient=new)


def _digest(person: Person, lines: list[Line], *, on: date, at: datetime) -> None:
    lines = sorted(lines, key=lambda line: (line.due.due_on, line.due.rule, line.due.subject))
    authorities = {line.due.authority_id for line in lines}
    with transaction.atomic():
        email = mail.queue(
            to=person.email, kind="digest", template="core/emails/digest.txt", at=at,
            context={
                "person": person, "on": on,
                "yours": [line.due for line in lines if not line.is_late],
                "late": [line.due for line in lines if line.is_late],
            },
            # What speaks of several authorities is in the outbox of none of them.
            authority_id=authorities.pop() if len(authorities) == 1 else None,
        )  # fmt: skip
        Digest.objects.create(on=on, recipient=person.email, email=email)
        Notice.objects.bulk_create(Notice(key=line.key, recipient=person.email, email=email, at=at) for line in lines)
