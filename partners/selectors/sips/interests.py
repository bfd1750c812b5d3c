"""Which declared interests touch a school, for one SIP or for many, in a fixed number of queries (REG-10, PRE-11)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models import Authority, AuthorityKind, Diocese
from partners.interests import Declared, Match, Party, comparable, matches
from partners.models import Confirmation, ConfirmationKind, Headship, Interest, Partner
from schools.models import School, SchoolService

HEAD_THERE = "Headteacher there"


def parties_of(school: School, family: Iterable[int], on: date) -> tuple[Party, ...]:
    """What a school is and belongs to on a day: itself and those it followed, its trust and its diocese; three queries."""
    return _parties({school.pk: (school, family)}, on)[school.pk]


def parties_of_many(places, on: date) -> dict[int, tuple[Party, ...]]:
    """The same of the schools of many places, by school; three queries however many they are."""
    return _parties({place.school.pk: (place.school, place.family) for place in places}, on)


def _parties(families: dict[int, tuple[School, Iterable[int]]], on: date) -> dict[int, tuple[Party, ...]]:
    wanted = {pk for _school, family in families.values() for pk in family}
    names = dict(School.objects.filter(pk__in=wanted).order_by("pk").values_list("pk", "name"))
    serving = SchoolService.objects.running(on).filter(school__in=families, authority__kind=AuthorityKind.TRUST)
    trusts: dict[int, list[str]] = defaultdict(list)
    for school_id, name in serving.order_by("pk").values_list("school_id", "authority__name"):
        trusts[school_id].append(name)
    dioceses = _names_of_dioceses({school.diocese_id for school, _family in families.values()})
    found = {}
    for pk, (school, family) in families.items():
        rows = [Party("school", school.name, frozenset({pk}))]
        rows += [Party("school", names[other], frozenset({other})) for other in sorted(set(family) & names.keys() - {pk})]
        rows += [Party("trust", name) for name in trusts[pk]]
        rows += [
            Party(what, name) for what, name in (("trust", school.trust_name), ("federation", school.federation_name)) if name
        ]
        if school.diocese_id is not None:
            rows.append(Party("diocese", dioceses[school.diocese_id]))
        found[pk] = tuple(rows)
    return found


def _names_of_dioceses(diocese_ids: set[int | None]) -> dict[int, str]:
    """The names of some dioceses."""
    return dict(Diocese.objects.filter(pk__in=diocese_ids - {None}).values_list("pk", "name"))


def interests_by_partner(partners: Iterable[Partner]) -> dict[int, list[Declared]]:
    """What some SIPs have declared, and what SIPs of the same name under another reference have; two queries.

    A headship that has ended on a known day is a former post, whether or not it was declared as one.
    """
    partners = list(partners)
    by_name: dict[str, list[Partner]] = defaultdict(list)
    for partner in partners:
        by_name[partner.full_name.lower()].append(partner)
    found: dict[int, list[Declared]] = defaultdict(list)
    rows = Interest.objects.annotate(name=Lower("partner__full_name")).filter(name__in=list(by_name)).order_by("pk")
    columns = ("partner_id", "partner__reference", "name", "kind", "says", "named", "school_id", "starts_on", "ends_on")
    for partner_id, reference, name, *facts in rows.values_list(*columns):
        for partner in by_name[name]:
            namesake = "" if partner.pk == partner_id else reference
            found[partner.pk].append(Declared(*facts, namesake=namesake))
    posts = Headship.objects.filter(partner__in=partners, school__isnull=False, ends_on__isnull=False).order_by("pk")
    for partner_id, school_id, starts_on, ends_on in posts.values_list("partner_id", "school_id", "starts_on", "ends_on"):
        found[partner_id].append(Declared("former_post", HEAD_THERE, "", school_id, starts_on, ends_on))
    return found


def linked_partners(place, on: date) -> set[int]:
    """The SIPs whom an interest keeps from a school on a day, without a doubt: those that `candidates` leave out."""
    parties = parties_of(place.school, place.family, on)
    names = [comparable(party.name) for party in parties]
    rows = Interest.objects.filter(Q(school_id__in=place.family) | Q(search_name__in=names, school=None)).order_by("pk")
    held: dict[int, list[Declared]] = defaultdict(list)
    for partner_id, *facts in rows.values_list("partner_id", "kind", "says", "named", "school_id", "starts_on", "ends_on"):
        held[partner_id].append(Declared(*facts))
    posts = Headship.objects.filter(school_id__in=place.family, ends_on__isnull=False).order_by("pk")
    for partner_id, school_id, starts_on, ends_on in posts.values_list("partner_id", "school_id", "starts_on", "ends_on"):
        held[partner_id].append(Declared("former_post", HEAD_THERE, "", school_id, starts_on, ends_on))
    return {pk for pk, interests in held.items() if any(row.is_exact for row in matches_at(place, interests, parties, on))}


def matches_at(place, interests: Iterable[Declared], parties: tuple[Party, ...], on: date) -> list[Match]:
    """The interests that touch the school of `place` on a day."""
    return matches(
        interests, parties, on=on, former_months=place.policy.former_link_months, runs_the_sip=_name(place.authority)
    )


def _name(authority: Authority | None) -> str:
    return authority.name if authority else ""


def interests_confirmed_on(partner_ids: Iterable[int], on: date) -> dict[int, tuple[date | None, date | None]]:
    """By SIP: the last day by `on` on which the register of interests was confirmed, and since when it is overdue, for
    those who were asked and have not confirmed it since; one query.
    """
    rows = Confirmation.objects.filter(partner__in=partner_ids, kind=ConfirmationKind.INTERESTS)
    rows = rows.filter(Q(met_on__lte=on) | Q(due_on__lt=on)).order_by("due_on", "pk")
    found: dict[int, tuple[date | None, date | None]] = {}
    for partner_id, due_on, met_on in rows.values_list("partner_id", "due_on", "met_on"):
        confirmed, overdue = found.get(partner_id, (None, None))
        if met_on is not None and met_on <= on:
            confirmed = max(confirmed or met_on, met_on)
        elif due_on < on:
            overdue = overdue or due_on
        found[partner_id] = (confirmed, overdue)
    return found
