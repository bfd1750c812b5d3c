"""Who looks for SIPs, and SIPs who will work there (REG-20, SPM-4)."""

from datetime import date

from django.urls import reverse

from accounts.permissions import Role
from accounts.tests import factories as accounts
from partners.tests.factories import make_partner, moment
from schools.tests.factories import make_school

MONDAY = date(2009, 11, 16)
AT = moment(MONDAY)


def two_authorities():
    """Two authorities with a school each, and who looks for SIPs there."""

    class Place:
        authority = accounts.authority("Westshire")
        elsewhere = accounts.authority("Eastshire")
        school = make_school(name="Hill Road Primary School", authority=authority)
        foreign = make_school(name="Far Away School", authority=elsewhere)

    Place.manager = accounts.member(Role.MANAGER, at=Place.authority, full_name="Mary Manager")
    Place.colleague = accounts.member(Role.ADMINISTRATOR, at=Place.authority, full_name="Adam Admin")
    Place.stranger = accounts.member(Role.MANAGER, at=Place.elsewhere, full_name="Sid Stranger")
    Place.national = accounts.member(Role.PROGRAMME, full_name="Nat National")
    return Place


def willing(place, name, **facts):
    facts.setdefault("sectors", {"primary": date(2009, 1, 12)})
    return make_partner(name, regions=[place.authority.region], **facts)


def url(name, *args):
    return reverse(f"partners:{name}", args=args)
