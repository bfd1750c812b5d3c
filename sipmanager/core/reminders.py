"""Reminders and escalations of one night: one digest a person, each notice once (DL-0, D-30)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction

from . import deadlines, mail
from .deadlines import Due, DueState, Person
from .jobs import Tally
from .models import Notice

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


def send(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """Queue tonight's digests for one partition. Run again, it queues nothing that was queued before."""
    tally = Tally()
    everything = messages(deadlines.owed(partition=partition, on=on))
    keys = {due.key(stage) for rows in everything.values() for stage, due in rows}
    sent = set(Notice.objects.filter(key__in=keys).values_list("key", "recipient")) if keys else set()
    for person, rows in sorted(everything.items(), key=lambda item: item[0].email):
        fresh = {due.key(stage): (stage, due) for stage, due in rows if (due.key(stage), person.email) not in sent}
        if not fresh:
            continue
        escalations = sum(stage == OVERDUE for stage, _ in fresh.values())
        try:
            if not dry_run:
                _digest(person, fresh, on=on, at=at)
        except IntegrityError:
            continue  # another host sent this digest between the question and the answer
        except Exception as error:  # one person's digest must not stop the others'
            tally.fail("reminders", person.email, error)
            continue
        tally.escalations_queued += escalations
        tally.reminders_queued += len(fresh) - escalations
    return tally


def _digest(person: Person, fresh: dict[str, tuple[str, Due]], *, on: date, at: datetime) -> None:
    rows = sorted(fresh.values(), key=lambda row: (row[1].due_on, row[1].rule, row[1].subject))
    with transaction.atomic():
        email = mail.queue(
            to=person.email, kind="digest", template="core/emails/digest.txt", at=at,
            context={
                "person": person, "on": on,
                "yours": [due for stage, due in rows if stage != OVERDUE],
                "late": [due for stage, due in rows if stage == OVERDUE],
            },
            authority_id=rows[0][1].authority_id,
        )  # fmt: skip
        Notice.objects.bulk_create(
            Notice(key=key, recipient=person.email, email=email, at=at) for key in fresh
        )  # fmt: skip
