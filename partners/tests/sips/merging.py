"""Two records of one person, for the tests that merge them (D-7)."""

from datetime import date

from django.urls import reverse

from accounts.permissions import Role
from accounts.tests import factories as accounts
from partners import actions
from partners.models import (
    Kind,
    Merge,
    Partner,
)
from partners.tests.factories import make_partner, moment
from schools.tests.factories import make_school
from sipmanager.core.models import AuditEvent

MONDAY = date(2009, 11, 16)
AT = moment(MONDAY)
WHY = "The same person: seen at the residential."


def two_records():
    """Two records of one person in two authorities, and who deals with them."""

    class Place:
        authority = accounts.authority("Westshire")
        elsewhere = accounts.authority("Eastshire")
        school = make_school(name="Hill Road Primary School", authority=authority)

    Place.national = accounts.member(Role.PROGRAMME, full_name="Nat National")
    Place.manager = accounts.member(Role.MANAGER, at=Place.authority, full_name="Mary Manager")
    Place.kept = make_partner(
        "Sam Jones", reference="P100001", email="sam.jones@council.example", regions=[Place.authority.region],
        sectors={"primary": date(2006, 9, 1)}, phone="01632 960001",
    )  # fmt: skip
    Place.kept.last_practised_on = date(2009, 7, 17)
    Place.kept.save()
    Place.gone = make_partner(
        "SAM  JONES", reference="P100002", email="sj@home.example", regions=[Place.elsewhere.region],
        sectors={"secondary": date(2007, 9, 1)}, phone="+44 1632 960001", kind=Kind.FORMER_HEAD, company="Able Ltd",
    )  # fmt: skip
    return Place


def merged(place, taken=(), **facts):
    kept, gone = (Partner.everyone.get(pk=row.pk) for row in (place.kept, place.gone))
    facts = {"kept": kept, "gone": gone, "reason": WHY, "by": place.national, "at": AT} | facts
    return actions.merge_partners(taken=taken, **facts)


def url(name, *args):
    return reverse(f"partners:{name}", args=args)


def pair_url(place, name="duplicate-pair"):
    return url(name, place.kept.reference, place.gone.reference)


def both_have_accounts(place):
    for partner in (place.kept, place.gone):
        Partner.objects.filter(pk=partner.pk).update(user=accounts.user(f"User of {partner.reference}"))


def unchanged(place):
    assert Partner.objects.filter(pk__in=[place.kept.pk, place.gone.pk], merged_into=None).count() == 2
    assert not Merge.objects.exists()
    assert not AuditEvent.objects.filter(what="partner.merge").exists()
    assert Partner.objects.get(pk=place.gone.pk).accreditations.count() == 1
