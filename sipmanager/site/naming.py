"""What subjects and owners of D-40 are called on a page: a school by its name, a person by theirs."""

from collections import defaultdict
from collections.abc import Iterable

from accounts.models import Authority, User
from accounts.permissions import ROLE_NAMES, Role
from partners.models import Deployment, Partner
from schools.models import RegisterTask, School
from visits.models import Note, Visit


def names_of(subjects: Iterable[str]) -> dict[str, str]:
    """Words for subjects (`school:900101`), one query a kind. A subject of no record, or of another kind, is left out."""
    keys: dict[str, list[str]] = defaultdict(list)
    for subject in set(subjects):
        kind, _, key = subject.partition(":")
        keys[kind].append(key)
    found = dict(School.objects.filter(urn__in=keys["school"]).values_list("urn", "name"))
    named = {f"school:{urn}": name for urn, name in found.items()}
    for reference, name in Partner.objects.filter(reference__in=keys["partner"]).values_list("reference", "full_name"):
        named[f"partner:{reference}"] = name
    deployments = Deployment.objects.filter(pk__in=numbers(keys["deployment"])).select_related("partner", "school")
    for row in deployments:
        named[f"deployment:{row.pk}"] = f"{row.partner.full_name} at {row.school.name}"
    for row in Visit.objects.filter(pk__in=numbers(keys["visit"])).select_related("school"):
        named[f"visit:{row.pk}"] = f"{row.get_season_display()} visit to {row.school.name}"
    for row in Note.objects.filter(pk__in=numbers(keys["note"])).select_related("visit", "school"):
        named[f"note:{row.pk}"] = f"Note of the {row.visit.get_season_display().lower()} visit to {row.school.name}"
    for pk, name in RegisterTask.objects.filter(pk__in=numbers(keys["task"])).values_list("pk", "school__name"):
        named[f"task:{pk}"] = name
    authorities = Authority.objects.filter(code__in=keys["authority"]) if keys["authority"] else ()
    return named | {f"authority:{authority.code}": authority.name for authority in authorities}


def numbers(keys: Iterable[str]) -> list[int]:
    return [int(key) for key in keys if key.isdecimal()]


def people_called(owners: Iterable[str]) -> dict[str, str]:
    """Words for owners: the name behind an e-mail address, or the role of `role@886` where nobody holds it. One query."""
    wanted = set(owners)
    named = dict(User.objects.filter(email__in=wanted).values_list("email", "full_name"))
    for owner in wanted - set(named):
        role = owner.partition("@")[0]
        if role in set(Role):
            named[owner] = f"{ROLE_NAMES[Role(role)]} (nobody yet)"
    return named
