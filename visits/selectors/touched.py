"""Recipients of notes that a change in the national register touches; registered with `schools.changes` (NOV-38)."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q
from django.urls import reverse

from accounts.models import Authority
from accounts.selectors import policy_on
from partners.models import Deployment
from schools.changes import Change, Touched
from schools.models import TaskKind
from sipmanager.core.wording import in_sentence

from ..models import Note
from ..states import ISSUED
from .recipients import LABELS

# Which recipients a change concerns, and what it asks about each of them.
CONCERNS = {
    TaskKind.NEW_HEAD: (
        {"head"}, "The new headteacher receives the notes of {school}: see that an email address is on record"
    ),
    TaskKind.CLOSURE: (
        {"head", "chair"}, "{who} was to receive the notes of {school} that are not issued yet: say who receives them now"
    ),
    TaskKind.CONVERSION: (
        {"diocese", "locality_authority"}, "{who} receives the notes of {school}: ask the academy whether they still go there"
    ),
    TaskKind.MERGER: (
        {"head", "chair"}, "{who} was to receive the notes of {school} that are not issued yet: see that {now} receives them"
    ),
    TaskKind.TRANSFER: (
        {"manager", "senior_adviser", "locality_authority"},
        "{who} received the notes of {school}: {now} receives them now, and the final ones of the last two years",
    ),
}  # fmt: skip


def recipients_touched(changes: Sequence[Change], on: date) -> Iterable[Touched]:
    """The lines of the distribution lists that changes concern, where a SIP works or a note is not issued yet."""
    ids = {change.school.pk for change in changes}
    at_work = Deployment.objects.standing().filter(Q(ends_on=None) | Q(ends_on__gte=on), school__in=ids)
    waiting = Note.objects.filter(school__in=ids, visit__voided_on=None).exclude(status__in=sorted(ISSUED))
    pairs = set(at_work.values_list("school_id", "authority_id")) | set(waiting.values_list("school_id", "authority_id"))
    if not pairs:
        return
    policies = {
        authority.pk: policy_on(authority=authority, on=on)
        for authority in Authority.objects.filter(pk__in={authority_id for _school_id, authority_id in pairs})
    }
    for change in changes:
        concerned, asks = CONCERNS[TaskKind(change.kind)]
        for authority_id in sorted(authority_id for school_id, authority_id in pairs if school_id == change.school.pk):
            for kind in policies[authority_id].distribution:
                if kind in concerned:
                    words = asks.format(who=in_place(LABELS[kind]), school=change.school.name, now=change.now)
                    yield Touched(
                        change, f"recipient:{change.school.urn}:{kind}", words,
                        _page(change, kind), authority_id,
                    )  # fmt: skip


def in_place(label: str) -> str:
    """A recipient at the start of a sentence: `The headteacher`, and `The diocese` as it is."""
    return label if label.startswith("The ") else f"The {in_sentence(label)}"


def _page(change: Change, kind: str) -> str:
    if kind in ("diocese", "locality_authority"):
        return reverse("schools:record-list", args=[change.school.urn, "opt-outs"])
    return reverse("schools:school-people", args=[change.school.urn])
