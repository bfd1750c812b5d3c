"""What the conditions of grant would be if deployments were made or ended, read in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import Authority, AuthorityKind
from accounts.selectors import policy_on
from partners.accreditation import Practice
from partners.conditions import PROGRAMMES, Placed
from partners.models import Deployment, Partner
from partners.tenure import Spell, run_with
from partners.whatif import Effect, Ends, Starts, Supposed, effects
from schools.models import School
from schools.selectors import facts_on, lineage

from ..accreditation.standing import standings_of
from . import grant_case, sips_on


@dataclass(frozen=True)
class Wish:
    """A SIP at a school from a day on, supposed and not on record."""

    partner: Partner
    school: School
    starts_on: date
    ends_on: date | None = None


def what_if(
    *, authority: Authority, on: date, wishes: Iterable[Wish] = (), changes: Iterable[Supposed] = ()
) -> list[Effect]:  # fmt: skip
    """Conditions A, D and H of both programmes on a day, before and after; none for a trust, which has no conditions (D-2).

    A programme without any school here is left out.
    """
    if authority.kind != AuthorityKind.LOCAL_AUTHORITY:
        return []
    supposed = [*changes, *starts_of(list(wishes), authority=authority, on=on)]
    cases = [grant_case(authority=authority, programme=programme, on=on) for programme in PROGRAMMES]
    return [effect for case in cases if case.schools for effect in effects(case, supposed)]


def starts_of(wishes: list[Wish], *, authority: Authority, on: date) -> list[Starts]:
    """How the conditions would see each wish on a day: accredited or not, for how long, and what the mix asks of the SIP."""
    if not wishes:
        return []
    people = {wish.partner.pk: wish.partner for wish in wishes}
    schools = facts_on({wish.school.pk for wish in wishes}, on)
    families = lineage({wish.school.pk for wish in wishes})
    practice = defaultdict(list)
    for wish in wishes:
        practice[wish.partner.pk].append(Practice(wish.starts_on, wish.ends_on, ""))
    standings = standings_of(people, on, more=practice)
    sips = sips_on(people.values(), on)
    spells = defaultdict(list)
    rows = Deployment.objects.standing().filter(partner__in=people, school__in=set().union(*families.values())).order_by("pk")
    for partner_id, school_id, *days in rows.values_list("partner_id", "school_id", "starts_on", "ends_on"):
        spells[partner_id].append((school_id, Spell(*days)))
    gap_months = policy_on(authority=authority, on=on).gap_months
    found = []
    for wish in wishes:
        school, partner = schools[wish.school.pk], wish.partner
        standing = next((one for one in standings.get(partner.pk, ()) if one.sector == school.sector_needed), None)
        before = [
            spell for school_id, spell in spells[partner.pk]
            if school_id in families[wish.school.pk] and spell.starts_on <= wish.starts_on
        ]  # fmt: skip
        placed = Placed(
            deployment_id=0, urn=school.urn, partner=partner.reference, partner_name=partner.full_name,
            is_accredited=standing is not None and standing.holds,
            because=standing.because() if standing else f"no accreditation for {school.sector_needed or 'the school'}.",
            run=run_with(before, starts_on=wish.starts_on, ends_on=None, gap_months=gap_months),
        )  # fmt: skip
        found.append(Starts(placed, sips[partner.reference], wish.starts_on, wish.ends_on))
    return found


def ends_of(deployments: Iterable[Deployment], last_on: date) -> list[Ends]:
    """Deployments that would end on a day."""
    return [Ends(row.pk, last_on) for row in deployments]
