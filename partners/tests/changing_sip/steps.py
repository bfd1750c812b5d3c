"""The days of a change of SIP, and its two steps."""

from datetime import date

from partners import actions
from partners.familiarisation import QUESTIONS
from partners.tests.factories import moment

SEP = date(2008, 9, 1)  # Monday
NOV = date(2009, 11, 16)  # Monday
AT = moment(NOV)
DEC = date(2009, 12, 14)  # Monday, the question to the school is answered or its days are over
LATER = moment(DEC)
FIRST_DAY, LAST_DAY = date(2010, 1, 4), date(2010, 1, 15)  # Monday, Friday
ANSWERS = dict.fromkeys(QUESTIONS, 3)


def plan(outgoing, partner, by, **more):
    given = {"starts_on": FIRST_DAY, "last_on": LAST_DAY, "reason": "A fresh eye is wanted", "at": AT, **more}
    return actions.plan_change(outgoing=outgoing, partner=partner, by=by, **given)


def confirm(deployment, by, at=LATER):
    actions.agree_deployment(deployment=deployment, consulted_on=NOV, by=by, at=at)
    actions.confirm_deployment(deployment=deployment, by=by, at=at)
