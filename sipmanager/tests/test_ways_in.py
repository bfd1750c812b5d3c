"""The three-year clock through every way in, and the night that asks again (DEP-10, DEP-11, D-15, COG-H).

Each case is a history of one SIP at one school or at those that it followed, with the last lawful day written out by hand.
Every door takes a deployment to that day and refuses the day after; the command, the conditions and the night agree.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import selectors
from partners.actions import record_historic
from partners.deployment_rules import findings, refusing
from partners.jobs import recheck_deployments
from partners.models import Accreditation, Contract, Deployment, DeploymentFlag, DeploymentStatus
from partners.selectors import Terms
from partners.tests.deployment.many import looked_at
from partners.tests.factories import moment
from schools.models import School, SchoolLink
from schools.tests.factories import make_school

from .test_every_way_in import DOORS, TODAY, Case, _today, by_question, case, put_contract

__all__ = ["_today", "case"]  # fixtures of the other module
pytestmark = pytest.mark.django_db
START = date(2009, 12, 1)  # Tuesday: the first day that every door asks for


@dataclass(frozen=True)
class History:
    """Earlier stays, and the last lawful day of one that starts on 1 December 2009. `followed`: how the school came about."""

    says: str
    days: str  # first and last day of each stay
    last_lawful: str
    followed: str = ""

    @property
    def limit(self) -> date:
        return date.fromisoformat(self.last_lawful)

    @property
    def stays(self) -> list[tuple[date, date]]:
        days = [date.fromisoformat(day) for day in self.days.split()]
        return list(zip(days[::2], days[1::2], strict=True))


# fmt: off
HISTORIES = (
    History("no stay before",                            "",                                            "2012-11-30"),
    History("no break",                                  "2007-12-01 2009-11-30",                       "2010-11-30"),
    History("a break of one day",                        "2007-12-01 2009-11-29",                       "2010-12-01"),
    History("a break of one term",                       "2007-09-01 2009-08-31",                       "2010-11-30"),
    History("a break one day short of twelve months",    "2006-12-02 2008-12-01",                       "2010-11-30"),
    History("a break of twelve months",                  "2006-12-01 2008-11-30",                       "2012-11-30"),
    History("begun on 29 February",                      "2008-02-29 2009-11-30",                       "2011-02-28"),
    History("two breaks",                                "2007-09-01 2008-08-31 2008-09-11 2009-11-20", "2010-09-20"),
    History("at the school that it succeeded",           "2007-12-01 2009-11-30",                       "2010-11-30", "succeeded"),
    History("at one of two that merged",                 "2007-12-01 2009-11-30",                       "2010-11-30", "merged"),
    History("two successors back",                       "2007-12-01 2009-11-30",                       "2010-11-30", "twice"),
    History("at the other of two that merged elsewhere", "2007-12-01 2009-11-30",                       "2012-11-30", "elsewhere"),
)
# fmt: on
NAMES = [history.says for history in HISTORIES]


def tell(case: Case, history: History) -> None:
    """Put a history on record."""
    where = before(case, history.followed)
    for first, last in history.stays:
        record_historic(school=where, partner=case.partner, starts_on=first, ends_on=last, by=None, at=moment(TODAY))
    if not Contract.objects.filter(engagement__partner=case.partner, school=case.school).exists():
        put_contract(case)


def before(case: Case, followed: str) -> School:
    """The school of the earlier stays: the same, or one that the school came from."""
    if not followed:
        return case.school
    old, other = (make_school(authority=case.authority, name=name) for name in ("Old School", "Other School"))
    if followed == "elsewhere":
        # Both went into a third; this school is the other's brother and not its heir.
        third = make_school(authority=case.authority, name="Third School")
        SchoolLink.objects.create(school=third, predecessor=old, kind="merged")
        SchoolLink.objects.create(school=third, predecessor=case.school, kind="merged")
        return old
    if followed == "twice":
        SchoolLink.objects.create(school=other, predecessor=old, kind="successor")
        SchoolLink.objects.create(school=case.school, predecessor=other, kind="successor")
        return old
    SchoolLink.objects.create(school=case.school, predecessor=old, kind="merged" if followed == "merged" else "successor")
    if followed == "merged":
        SchoolLink.objects.create(school=case.school, predecessor=other, kind="merged")
    return old


def newest(case: Case) -> Deployment | None:
    return Deployment.objects.filter(partner=case.partner, starts_on=START).first()


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("history", HISTORIES, ids=NAMES)
def test_dep_10_dep_11_every_door_takes_a_stay_to_its_last_lawful_day(case, history, door):
    tell(case, history)
    case.end = history.limit.isoformat()
    DOORS[door](case)
    assert newest(case).status == DeploymentStatus.CONFIRMED


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("history", HISTORIES, ids=NAMES)
def test_dep_10_dep_11_no_door_takes_it_a_day_beyond(case, history, door):
    tell(case, history)
    case.end = (history.limit + timedelta(days=1)).isoformat()
    assert "DEP-10" in DOORS[door](case)
    assert newest(case) is None


@pytest.mark.parametrize("history", HISTORIES, ids=NAMES)
def test_cog_h_the_night_the_conditions_the_list_and_the_question_agree(case, history):
    """Without an end on record: on the last lawful day nothing is wrong, on the day after everybody says so."""
    tell(case, history)
    by_question(case)
    deployment = newest(case)
    beyond = history.limit + timedelta(days=1)
    for on, is_over in ((history.limit, False), (beyond, True)):
        assert recheck_deployments(partition=case.authority.code, on=on, at=moment(on)).failures == []
        flagged = DeploymentFlag.objects.filter(deployment=deployment, rule="DEP-10", cleared_at=None).exists()
        placed = selectors.grant_case(authority=case.authority, programme="primary", on=on).placed
        (row,) = [one for one in placed if one.deployment_id == deployment.pk]
        listed = selectors.limits_near(Deployment.objects.all(), on)
        assert flagged is is_over
        assert (on > row.run.last_lawful_on) is is_over
        assert listed[deployment.pk] == row.run.last_lawful_on == history.limit


def test_act_3_the_preview_of_many_the_command_and_the_action_name_the_same_rules(case):
    """Everything is wrong at once: each says all of it."""
    case.partner.willingness.all().delete()
    Accreditation.objects.filter(partner=case.partner).update(sector="secondary")
    pair = (case.partner, case.school)
    cases = selectors.cases_of_pairs([pair], starts_on=START, on=TODAY)
    (one,) = cases.values()
    ids = [row.id for row in refusing(findings(one))]
    asked = by_question(case)
    manager = people.member(Role.MANAGER, at=case.authority)
    (became,) = looked_at("deploy", [pair], Terms(START), by=manager, at=moment(TODAY)).rows.all()
    assert ids == ["PRE-1", "PRE-7", "PRE-6"]
    assert all(f'"{rule}"' in asked for rule in ids)
    assert [line.split(":")[0] for line in became.because] == ["PRE-1", "PRE-7"]  # the paperwork is asked for later
    assert not Deployment.objects.exists()
