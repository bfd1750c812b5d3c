"""What the demonstration shows of accreditation: an application, a claim, a discussion, a case, a question about records."""

from datetime import date

from partners import actions
from partners.models import Engagement, Partner
from partners.restoring import why_no_claim
from partners.selectors import standings_of

from .build import Made, moment
from .people import DEMONSTRATION_DAY

ASKED_ON = date(2009, 9, 7)  # Monday
WHAT_WAS_SAID = (
    "Two visits were missed in June and the notes of July came three weeks late. The SIP spoke of an illness at home."
)


def make_accrediting(made: Made) -> None:
    """One of each, with the SIPs whom the authority has anyway."""
    make_application(made.partners[max(made.partners)])
    for partner in made.partners.values():
        if not why_no_claim(standings_of([partner.pk], DEMONSTRATION_DAY).get(partner.pk, [])):
            make_claim(made, partner)
    make_concern(made, Engagement.objects.get(partner=made.partners[2], authority=made.authority, ends_on=None))
    request = actions.ask_to_confirm_records(authority=made.authority, on=ASKED_ON, by=None, at=moment(ASKED_ON))
    if made.invented.preset != "national":
        answered = date(2009, 9, 18)  # Friday
        actions.confirm_records(request=request, on=answered, by=made.manager, at=moment(answered))


def make_application(partner: Partner) -> None:
    """On the way to secondary: the application accepted, the online assessment failed once."""
    days = [date(2009, 9, 14), date(2009, 9, 25), date(2009, 10, 5), date(2009, 10, 20)]
    applied, received, accepted, sat = days
    at = moment(date(2009, 10, 27))
    application = actions.apply_for(partner=partner, sector="secondary", applied_on=applied, by=None, at=at)
    for name in ("Cuthbert Rainham", "Odile Frost"):
        referee = actions.ask_reference(application=application, full_name=name, requested_on=applied, by=None, at=at)
        actions.receive_reference(referee=referee, received_on=received, by=None, at=at)
    actions.accept_application(application=application, on=accepted, by=None, at=at)
    actions.record_sitting(
        application=application, is_passed=False, taken_on=sat, result_on=date(2009, 10, 23), notified_on=date(2009, 10, 26),
        by=None, at=at,
    )  # fmt: skip


def make_claim(made: Made, partner: Partner) -> None:
    """The manager claims for a SIP who is warned: a stay at a school of another authority is missing."""
    at = moment(date(2009, 11, 9))  # Monday
    claim = actions.make_claim(
        partner=partner, says="A year as the SIP of a school in another authority is not on record.", by=made.manager, at=at,
        authority=made.authority,
    )  # fmt: skip
    actions.show_practice(
        claim=claim, sector="primary", place="Long Meadow Primary School", starts_on=date(2007, 9, 3), ends_on=date(2008, 7, 18),
        evidence="The contract and the notes of three visits", by=made.manager, at=at,
    )  # fmt: skip
    prepared = actions.prepare_file(name="contract.txt", content=b"Contract for the year 2007/08, five days.", at=at)
    actions.keep_file(
        partner=partner, kind="claim", prepared=prepared, by=made.manager, at=at, about=f"claim:{claim.pk}",
        says="The contract of that year",
    )  # fmt: skip


def make_concern(made: Made, engagement: Engagement) -> None:
    """A discussion on record everywhere; under the national preset a case that is under review."""
    actions.record_discussion(
        engagement=engagement, criterion="competence", held_on=date(2009, 7, 10), text=WHAT_WAS_SAID, by=made.manager,
        at=moment(date(2009, 7, 13)),
    )  # fmt: skip
    if made.invented.preset != "national":
        return
    at = moment(date(2009, 11, 2))  # Monday
    case = actions.open_case(
        engagement=engagement, criterion="competence", circumstances="Visits missed and notes late again in September.",
        support_given="A mentor since July, and two visits made together in September.", by=None, at=at,
    )  # fmt: skip
    actions.tell_sip(case=case, by=None, at=at)
    actions.tell_director(case=case, by=None, at=at)
