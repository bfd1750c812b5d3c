"""Which schools must have a School Improvement Partner (SIP) (SCH-21)."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from sipmanager.core import readings

from ..facts import MAINSTREAM_PHASES, MAINTAINED_MAINSTREAM, Governance, Phase, Status
from ..models import ProgrammeStart


@readings.kept
def starts_of(authority_id: int) -> dict[str, ProgrammeStart]:
    """When the programmes start at an authority, by programme; those without a day on record are left out (D-20)."""
    return {row.programme: row for row in ProgrammeStart.objects.filter(authority=authority_id)}


def must_have_sip(schools: QuerySet, on: date) -> QuerySet:
    """Those of `schools` that must have a SIP: open, in scope, no academy, and their programme has begun (SCH-21).

    A pupil referral unit must where authority and Department agreed so. A programme of which no start is recorded counts
    as begun (D-20).
    """
    mainstream = Q(governance__in=MAINTAINED_MAINSTREAM, phase__in=MAINSTREAM_PHASES)
    special = Q(phase=Phase.SPECIAL) & ~Q(governance=Governance.ACADEMY)
    unit = Q(phase=Phase.PRU, agreed_with_dfes_on__lte=on) & ~Q(governance=Governance.ACADEMY)
    to_come = ProgrammeStart.objects.filter(
        authority=OuterRef("local_authority"), programme=OuterRef("deemed_phase"), letter_on__gt=on
    )
    return schools.filter(mainstream | special | unit, ~Exists(to_come), status=Status.OPEN, is_in_sip_scope=True)
