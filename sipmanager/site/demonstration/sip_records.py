"""SIPs' own records in the demonstration: expertise, interests, what waits to be confirmed or decided, a private word."""

from datetime import date

from partners import actions
from partners.jobs import record as record_jobs
from partners.models import Confirmation, Deployment, Partner

from .build import Made, moment
from .people import DEMONSTRATION_DAY

CONFIRMED_ON = date(2009, 9, 8)  # Tuesday
ASKED_ON = date(2009, 11, 11)  # Wednesday
DECLARED_ON = date(2009, 11, 12)  # Thursday
OFFERS = {
    1: {"context": ["Rural", "Small school"], "ofsted": ["Good", "Satisfactory"], "subject": ["English", "Early years"],
        "service": ["Training for governors"]},
    2: {"context": ["Town", "Much disadvantage"], "ofsted": ["Notice to improve", "Special measures"],
        "subject": ["Mathematics", "Leadership"], "faith": ["Any faith"]},
}  # fmt: skip


def make_sip_records(made: Made) -> None:
    """A register confirmed and one declared late, a change that waits, details to confirm, an audit, a declaration."""
    first, second, third = (Partner.objects.get(pk=made.partners[key].pk) for key in (1, 2, 3))
    for key, partner in ((1, first), (2, second)):
        actions.change_expertise(partner=partner, expertise=OFFERS[key], by=made.manager, at=moment(CONFIRMED_ON))
    actions.confirm_interests(partner=first, is_nothing=True, by=first.user, at=moment(CONFIRMED_ON))
    record_jobs.ask_for_confirmations(partition=made.authority.code, on=ASKED_ON, at=moment(ASKED_ON))
    declare_late(second)
    actions.ask_for_change(
        partner=first, field="days_available", payload={"value": "45"}, by=first.user, at=moment(DECLARED_ON)
    )
    if Confirmation.objects.filter(partner=second, kind="skills").exists():
        actions.save_skills_audit(
            partner=second, strengths="Mathematics, and the use of data in primary schools.", gaps="Early years.",
            expertise="Two schools brought out of a category.", by=second.user, at=moment(DECLARED_ON),
        )  # fmt: skip
    actions.make_declaration(
        partner=third, kind="publicity", by=third.user, at=moment(DECLARED_ON),
        text="A local newspaper is to write about a complaint at my own school. It was looked into and not upheld.",
    )  # fmt: skip


def declare_late(partner: Partner) -> None:
    """An interest that touches a school where the SIP is at work already."""
    deployment = Deployment.objects.active(DEMONSTRATION_DAY).filter(partner=partner).select_related("school").first()
    if deployment is not None:
        actions.declare_interest(
            partner=partner, kind="family", school=deployment.school, says="My niece has joined the staff there.",
            starts_on=date(2009, 11, 2), by=partner.user, at=moment(DECLARED_ON),
        )  # fmt: skip
