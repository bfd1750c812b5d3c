"""Makes the whole demonstration, in one transaction an authority."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from django.db import transaction

from accounts.access import viewer_for
from accounts.models import User
from partners import actions as partner_actions
from partners.models import Engagement
from qa import actions as qa_actions
from visits.models import Visit

from . import (
    accrediting,
    build,
    changes,
    consulting,
    development,
    finding,
    grants,
    notes,
    papers,
    people,
    planning,
    rechecks,
    remainder,
    sip_records,
)
from .build import Made, moment
from .national import make_new_head
from .people import DEMONSTRATION_DAY, InventedAuthority
from .records import make_school_records

PASSWORD = "hill-road-brook-lane"  # noqa: S105 (printed on the console; refused outside demonstrations)


def make_demonstration(wanted: Sequence[InventedAuthority], *, is_national: bool, write: Callable[[str], None]) -> dict:
    """Make these authorities and say who can sign in."""
    with transaction.atomic():
        build.make_national_staff(PASSWORD)
    made = []
    for invented in wanted:
        write(f"Making {invented.name} ({invented.preset}) …")
        made.append(make_one(invented))
    with transaction.atomic():
        development.make_national_meeting()
        for one in made:  # the last of all: a night knows everything that is on record before it
            grants.make_grants(one)
    if is_national:
        from .scale import make_national_scale  # the tables it needs are large and rarely wanted

        make_national_scale(write=write)
    return {
        "made": [
            {"code": one.invented.code, "name": one.invented.name, "preset": one.invented.preset, "schools": len(one.schools),
             "partners": len(one.partners), "notes": Visit.objects.filter(authority=one.authority, note__isnull=False).count()}
            for one in made
        ],
        "password": PASSWORD,
        "sign_ins": sign_ins(),
    }  # fmt: skip


def make_one(invented: InventedAuthority) -> Made:
    if invented.schools_of:
        # The trust's schools lie in the area of another demonstration authority, made first.
        from accounts.models import Authority

        if not Authority.objects.filter(code=invented.schools_of).exists():
            grants.make_grants(make_one(next(one for one in people.AUTHORITIES if one.code == invented.schools_of)))
    grants.make_brief()
    made = build.make_authority(invented, PASSWORD)
    visits = notes.play_story(made)
    make_school_records(made)
    make_new_head(made)
    make_proposal(made)
    consulting.make_consulting(made)
    make_shadow_visits(made, visits)
    papers.make_papers(made)
    sip_records.make_sip_records(made)
    accrediting.make_accrediting(made)
    finding.make_finding(made)
    development.make_development(made)
    changes.make_changes(made)
    planning.make_plans(made)
    rechecks.make_rechecks(made)
    remainder.make_remainder(made)
    return made


def make_proposal(made: Made) -> None:
    """A deployment that waits for its checks: the last SIP, at a primary school without one."""
    key = 28 if made.invented.kind == "trust" else 11
    partner = made.partners[max(made.partners)]
    at = moment(date(2009, 11, 10))  # Tuesday
    partner_actions.propose_deployment(
        school=made.schools[key], partner=partner, starts_on=date(2010, 1, 4), by=made.manager, at=at
    )  # fmt: skip


def make_shadow_visits(made: Made, visits: list[Visit]) -> None:
    """One shadow visit whose written feedback is late, and one that is planned."""
    observer = made.staff["line.manager"]
    held = next(visit for visit in visits if visit.held_on and visit.held_on.month == 10)
    planned = next(visit for visit in visits if visit.planned_on > DEMONSTRATION_DAY)
    for visit in (held, planned):
        engagement = Engagement.objects.get(partner=visit.partner, authority=made.authority)
        shadow = qa_actions.plan_shadow_visit(
            engagement=engagement, school=visit.school, planned_on=visit.planned_on, visit=visit, by=observer,
            school_agreed_on=visit.planned_on - timedelta(days=7) if visit is held else None,
            at=moment(min(visit.planned_on, DEMONSTRATION_DAY) - timedelta(days=10)),
        )  # fmt: skip
        if visit is held:
            qa_actions.hold_shadow_visit(
                shadow=shadow, held_on=visit.held_on, oral_feedback_on=visit.held_on, by=observer, at=moment(visit.held_on, 17)
            )


def sign_ins() -> list[dict[str, str]]:
    """The advertised accounts: one for each role in each authority, without the numbered ones."""
    users = User.objects.filter(email__endswith=".demo.example").order_by("pk")
    shown = [user for user in users if not user.email.split("@")[0][-1].isdigit()]
    return [
        {"email": user.email, "name": user.full_name, "role": role_of(user)} for user in shown
    ]  # fmt: skip


def role_of(user: User) -> str:
    capacities = viewer_for(user, on=DEMONSTRATION_DAY).capacities
    return capacities[0].label if capacities else ""
