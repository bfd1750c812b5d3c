"""Records that may be of one person, what people said of them, and which record a reference now leads to (D-7)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from partners.likeness import Known, Suspicion, suspicions
from partners.models import Accreditation, PairVerdict, PairWord, Partner


@dataclass(frozen=True)
class Pair:
    """Two records with why they are suspected, and the last word that somebody said of them."""

    first: Partner
    second: Partner
    because: tuple[str, ...]
    word: PairWord | None

    @property
    def is_asked(self) -> bool:
        return self.word is not None and self.word.verdict == PairVerdict.SAME

    @property
    def is_set_aside(self) -> bool:
        return self.word is not None and self.word.verdict == PairVerdict.NOT_SAME


def known_of(within: QuerySet) -> list[Known]:
    """What the records of `within` say of who somebody is; two queries."""
    awards: dict[int, set[str]] = defaultdict(set)
    rows = Accreditation.objects.filter(partner__in=within.order_by().values("pk")).exclude(reference="")
    for partner_id, reference in rows.values_list("partner_id", "reference"):
        awards[partner_id].add(" ".join(reference.casefold().split()))
    columns = ("pk", "full_name", "email", "phone", "company", "own_school_id")
    people = within.order_by("pk").values_list(*columns)
    return [Known(*row, awards=frozenset(awards.get(row[0], ()))) for row in people]


def suspected_pairs(within: QuerySet) -> list[Pair]:
    """Every pair of `within` that may be one person, or that somebody said something of; five queries."""
    found = {(row.first, row.second): row for row in suspicions(known_of(within))}
    words = words_of(within)
    for key, word in words.items():
        if key not in found:
            found[key] = Suspicion(*key, ("Somebody named this pair.",), 9 if word.verdict == PairVerdict.SAME else 0)
    people = Partner.objects.in_bulk({pk for key in found for pk in key})
    rows = [
        Pair(people[row.first], people[row.second], row.because, words.get(key))
        for key, row in found.items()
        if row.first in people and row.second in people
    ]
    return sorted(
        rows, key=lambda pair: (not pair.is_asked, -found[pair.first.pk, pair.second.pk].weight, pair.first.full_name)
    )


def words_of(within: QuerySet) -> dict[tuple[int, int], PairWord]:
    """The newest word on each pair of `within`; one query."""
    ids = within.order_by().values("pk")
    rows = PairWord.objects.filter(first__in=ids, second__in=ids).select_related("said_by", "said_for")
    return {(row.first_id, row.second_id): row for row in rows.order_by("said_at", "pk")}


def pair_of(one: Partner, other: Partner) -> Pair:
    """Two records, whatever is known against or for it."""
    first, second = sorted((one, other), key=lambda partner: partner.pk)
    within = Partner.objects.filter(pk__in=[first.pk, second.pk])
    found = suspicions(known_of(within))
    because = found[0].because if found else ("Nothing on record says that they are one person.",)
    return Pair(first, second, because, words_of(within).get((first.pk, second.pk)))


def partner_called(reference: str) -> Partner | None:
    """The SIP of a reference; one that was merged away leads to the record that was kept."""
    found = Partner.everyone.select_related("merged_into").filter(reference=reference).first()
    return found.merged_into or found if found else None


def merged_away(references: Iterable[str] = (), emails: Iterable[str] = ()) -> list[Partner]:
    """Records that were merged away, by reference or e-mail in small letters, each with the record that was kept."""
    rows = Partner.everyone.filter(merged_into__isnull=False).select_related("merged_into")
    small = Q(reference__in=list(references)) | Q(email__in=list(emails))
    return list(rows.filter(small).order_by("pk"))


def keys_of(partner: Partner) -> list[int]:
    """The key of a record and of those that were merged into it: events were recorded under any of them."""
    return [partner.pk, *Partner.everyone.filter(merged_into=partner).order_by("pk").values_list("pk", flat=True)]
