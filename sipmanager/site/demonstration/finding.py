"""Shortlists, and a SIP who stands on the register twice, in the demonstration."""

from datetime import date

from partners import actions
from partners.models import Kind, PairVerdict, Partner

from .build import Made, moment

LISTED_ON = date(2009, 11, 9)  # Monday
TWICE = 4  # the key of the SIP with two records


def make_finding(made: Made) -> None:
    """A list that the authority shares, a list of the manager's own, and a merge that was asked for."""
    at = moment(LISTED_ON)
    school = made.schools[28 if made.invented.kind == "trust" else 11]
    chosen = [Partner.objects.get(pk=made.partners[key].pk) for key in sorted(made.partners)[:3]]
    shared = actions.put_on_shortlist(
        shortlist=None, name=f"For {school.name}", school=school, authority=made.authority, is_shared=True, partners=chosen,
        by=made.manager, at=at,
    )  # fmt: skip
    entry = shared.entries.select_related("shortlist", "partner").order_by("position", "pk").first()
    actions.note_on_shortlist(
        entry=entry, note="Knows small schools well. The head would welcome a visit first.", by=made.manager, at=at
    )
    actions.put_on_shortlist(
        shortlist=None, name="Could take a second school", school=None, authority=made.authority, partners=chosen[1:],
        by=made.manager, at=at,
    )  # fmt: skip
    stand_twice(made)


def stand_twice(made: Made) -> None:
    """The same person under another e-mail address and in capitals, as a file of another authority might bring them."""
    at = moment(LISTED_ON)
    first = Partner.objects.get(pk=made.partners[TWICE if TWICE in made.partners else max(made.partners)].pk)
    twin = actions.register_partner(
        full_name=first.full_name.upper(), email=f"home.{first.email}", kind=Kind.CONSULTANT, phone=first.phone, by=None, at=at,
    )  # fmt: skip
    actions.add_willingness(partner=twin, authority=made.authority, by=None, at=at)
    actions.say_of_pair(
        one=first, other=twin, verdict=PairVerdict.SAME, reason="Both are one person, who moved house in the summer.",
        authority=made.authority, by=made.manager, at=at,
    )  # fmt: skip
