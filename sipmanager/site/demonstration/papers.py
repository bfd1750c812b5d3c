"""Checks and agreements of the demonstration: in force, running out, sent to be signed, evidence that waits (sections 8 and 11)."""

from datetime import date
from decimal import Decimal

from partners import actions
from partners.models import Agreement, Check, CheckKind, Engagement

from .build import Made, moment

SUMMER, AUTUMN = date(2009, 7, 6), date(2009, 11, 9)  # Mondays
EVIDENCE = b"An invented certificate. It stands in for the paper that a School Improvement Partner would hand in."


def make_papers(made: Made) -> None:
    """The first SIP under an agreement, with insurance that runs out soon; the second before renewal; the third asked to sign."""
    for partner in made.partners.values():
        partner.refresh_from_db()  # their accounts were made after them
    first, second, third = (made.partners[key] for key in sorted(made.partners)[:3])
    running = conclude(made, draw_up(made, first, date(2009, 9, 1), date(2010, 8, 31), on=SUMMER), on=SUMMER)
    Check.objects.filter(engagement=running.engagement, kind=CheckKind.INDEMNITY).update(
        expires_on=date(2009, 12, 31), source="own", insurer="Invented Mutual"
    )
    line = running.schedule.select_related("school").order_by("pk").first()
    actions.ask_for_extra_work(
        agreement=running, school=line.school, starts_on=date(2009, 12, 7), days=Decimal(1),
        says="A review of reading with the new literacy leader", by=first.user, at=moment(AUTUMN),
    )  # fmt: skip
    ending = conclude(
        made, draw_up(made, second, date(2009, 1, 1), date(2009, 12, 31), on=date(2008, 12, 1)), on=date(2008, 12, 1)
    )
    actions.record_breach(
        agreement=ending, clause="S1", happened_on=date(2009, 10, 14), says="An agreed visit was not made, and nobody was told.",
        by=made.manager, at=moment(AUTUMN),
    )  # fmt: skip
    waiting = draw_up(made, third, date(2009, 12, 1), date(2010, 8, 31), on=AUTUMN)
    if waiting.schedule.exists():
        actions.send_agreement(agreement=waiting, by=made.staff["administrator"], at=moment(AUTUMN))
    hand_in(made, made.partners[max(made.partners)])


def draw_up(made: Made, partner, starts_on: date, ends_on: date, *, on: date) -> Agreement:
    engagement = Engagement.objects.select_related("partner", "authority").get(partner=partner, authority=made.authority)
    return actions.draw_up_agreement(
        engagement=engagement, basis="company" if partner.company else "contractor", starts_on=starts_on, ends_on=ends_on,
        extra_responsibilities="Works with the authority's adviser on the action plan of a school in an Ofsted category.",
        sip_rate=Decimal("425.00"), nca_rate=Decimal("465.00"), travel="separate", development="in_rate",
        by=made.staff["administrator"], at=moment(on),
    )  # fmt: skip


def conclude(made: Made, agreement: Agreement, *, on: date) -> Agreement:
    """Send it, and let both sides sign."""
    at, partner = moment(on), agreement.engagement.partner
    version = actions.send_agreement(agreement=agreement, by=made.staff["administrator"], at=at)
    told = {"agreement": agreement, "digest": version.digest, "at": at}
    actions.sign_agreement(typed_name=partner.full_name, by=partner.user, **told)
    actions.countersign_agreement(typed_name=made.manager.full_name, by=made.manager, **told)
    return agreement


def hand_in(made: Made, partner) -> None:
    """Evidence that the manager is to verify."""
    at = moment(AUTUMN)
    engagement = Engagement.objects.select_related("partner", "authority").get(partner=partner, authority=made.authority)
    actions.hand_in_check(
        engagement=engagement, kind=CheckKind.INDEMNITY, checked_on=date(2009, 9, 1), expires_on=date(2010, 8, 31), source="own",
        insurer="Invented Mutual", by=partner.user, at=at,
        prepared=actions.prepare_file(name="certificate of insurance.txt", content=EVIDENCE, at=at),
    )  # fmt: skip
