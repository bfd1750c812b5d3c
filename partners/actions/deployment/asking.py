"""Ask a school about a proposed SIP, as the policy that the deployment holds says (DEP-4 to DEP-6, POL-10, DL-27)."""

from datetime import datetime

from partners import emails
from partners.consulting import ASKS, last_day_to_answer
from partners.models import Consultation, Deployment
from partners.selectors import policy_of
from schools.selectors import working_calendar

from ..permitting import day_of


def ask_school(*, deployment: Deployment, at: datetime) -> list[Consultation]:
    """Ask whoever has a say at the school, each once, and write to them. What is asked and until when is the policy's."""
    on, policy = day_of(at), policy_of(deployment)
    closes_on = working_calendar(deployment.authority, on, policy).add(on, policy.days_to_say)
    asked = [
        Consultation.objects.create(
            deployment=deployment, party=party, question=question, asked_at=at,
            until=last_day_to_answer(closes_on=closes_on, starts_on=deployment.starts_on, question=question),
        )
        for party, question in ASKS[policy.schools_say]
    ]  # fmt: skip
    for consultation in asked:
        emails.school_asked(consultation=consultation, at=at)
    return asked
