"""Plans of the demonstration: next September's, and the one when the primary SIPs' three years are over (DEP-3)."""

from datetime import date, timedelta

from accounts.selectors import policy_on
from partners import actions, jobs
from partners.matching import Weights

from .build import Made, moment
from .people import DEMONSTRATION_DAY

PLANNED = (("secondary", date(2010, 9, 1)), ("primary", date(2011, 9, 1)))


def make_plans(made: Made) -> None:
    """What the manager had the planner find the day before."""
    day = DEMONSTRATION_DAY - timedelta(days=1)
    weights = vars(Weights.of(policy_on(authority=made.authority, on=day)))
    for programme, starts_on in PLANNED:
        plan = actions.ask_for_plan(
            authority=made.authority, programme=programme, starts_on=starts_on, weights=weights, time_limit=10,
            by=made.manager, at=moment(day),
        )  # fmt: skip
        jobs.solve_plan(plan_id=plan.pk, on=day, at=moment(day))
