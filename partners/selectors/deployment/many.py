"""What would become of each of many deployments, read in a fixed number of queries (DEP-18, DEP-19, SPM-6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from accounts.models import Authority
from partners.consulting import SAY_FIRST
from partners.deployment_rules import DeploymentCase, findings, needs_reason, refusing
from partners.models import CLOSED_STATES, BulkKind, BulkRow, BulkRun, Deployment, DeploymentStatus, Partner
from partners.tenure import Run
from partners.whatif import Effect, Supposed
from schools.models import School
from sipmanager.core.rules import Stage
from sipmanager.core.wording import capitalised, day, span

from ..accreditation.standing import tenure_of
from ..grants.whatif import Wish, ends_of, what_if
from .cases import Place
from .pairs import cases_of_pairs, having_their_say
from .places import places_of
from .renewals import renewals

ONE_DAY = timedelta(days=1)
ENDED = (DeploymentStatus.ENDING, DeploymentStatus.ENDED)


@dataclass(frozen=True)
class Terms:
    """What is the same for every row: the days, and whether the schools were asked, so that it can be confirmed at once.

    `reason` is given for each rule of weight "should" that asks for one, `why` for the move or the end.
    """

    starts_on: date | None = None
    ends_on: date | None = None
    days: Decimal | None = None
    consulted_on: date | None = None
    last_on: date | None = None
    reason: str = ""
    why: str = ""


@dataclass(frozen=True)
class Seen:
    """What would become of one row: what changes, until when it would run, and why it would stay as it is."""

    note: str = ""
    because: tuple[str, ...] = ()
    until: date | None = None


def terms_of_run(run: BulkRun) -> Terms:
    return Terms(run.starts_on, run.ends_on, run.days, run.consulted_on, run.last_on, run.reason, run.why)


def rows_of_run(run: BulkRun) -> list[BulkRow]:
    """The rows of a run in their order, with all that the rules ask of them."""
    related = ("school__diocese", "partner", "deployment__partner", "deployment__school", "deployment__authority")
    rows = list(run.rows.select_related(*related, "deployment__policy").order_by("position"))
    for row in rows:
        row.run = run
    return rows


def seen_in(run: BulkRun, rows: list[BulkRow], on: date) -> list[Seen]:
    """What would become of each row of a run that deploys, moves or renews, in the order of `rows`."""
    looks = {BulkKind.DEPLOY: _deploying, BulkKind.MOVE: _moving, BulkKind.RENEW: _renewing}
    return looks[run.kind](run, rows, terms_of_run(run), on)


# ------------------------------------------------------------------------------------------------------------ deploy


def _deploying(run: BulkRun, rows: list[BulkRow], terms: Terms, on: date) -> list[Seen]:
    pairs = [(row.partner, row.school) for row in rows]
    cases = cases_of_pairs(pairs, starts_on=terms.starts_on, on=on, ends_on=terms.ends_on, days=terms.days)
    places, first = _places(rows, terms.starts_on, on), saying_first([row.school for row in rows], terms, on)
    return [
        Seen(
            capitalised(span(terms.starts_on, terms.ends_on)),
            elsewhere(run, places[row.school_id], terms.starts_on)
            or standing_in_the_way(cases[row.partner_id, row.school_id], terms, says_first=row.school_id in first),
        )
        for row in rows
    ]


def _places(rows: list[BulkRow], starts_on: date, on: date) -> dict[int, Place]:
    return places_of({row.school for row in rows}, starts_on=starts_on, on=on)


def elsewhere(run: BulkRun, place: Place, starts_on: date) -> tuple[str, ...]:
    """Why an authority does not propose for a school whose SIP another authority runs on the first day."""
    if place.authority is None or place.authority.pk == run.authority_id:
        return ()
    name = place.authority.name
    return (f"{name} runs the SIP of {place.facts.name} on {day(starts_on)}. Its SIP manager proposes.",)


def saying_first(schools: Iterable[School], terms: Terms, on: date) -> frozenset[int]:
    """The schools that cannot be confirmed at once because they have their say first."""
    if terms.consulted_on is None:
        return frozenset()
    return having_their_say(schools, starts_on=terms.starts_on, on=on)


def standing_in_the_way(case: DeploymentCase, terms: Terms, *, says_first: bool = False) -> tuple[str, ...]:
    """Every rule that refuses at the step asked for, and every reason that is missing."""
    found = findings(case)
    stage = None if terms.consulted_on and not says_first else Stage.PROPOSE
    refused = tuple(f"{row.id}: {row.because}" for row in refusing(found, stage=stage))
    missing = () if terms.reason.strip() else tuple(f"Enter a reason: {row.because}" for row in needs_reason(case, found))
    return refused + missing + ((SAY_FIRST,) if says_first else ())


# -------------------------------------------------------------------------------------------------------------- move


def _moving(run: BulkRun, rows: list[BulkRow], terms: Terms, on: date) -> list[Seen]:
    last_on = terms.starts_on - ONE_DAY
    ending = {row.school_id: row.deployment for row in rows if would_end(row.deployment, last_on)}
    pairs = [(row.partner, row.school) for row in rows]
    cases = cases_of_pairs(pairs, starts_on=terms.starts_on, on=on, leaving=ending, last_on=last_on)
    tenures = tenure_of([row.deployment for row in rows], on)
    places, first = _places(rows, terms.starts_on, on), saying_first([row.school for row in rows], terms, on)
    return [
        Seen(
            f"{row.deployment.partner.full_name} to {day(last_on)}" if row.school_id in ending else "",
            not_moving(row.deployment, row.partner, last_on, on, tenures[row.deployment_id])
            or elsewhere(run, places[row.school_id], terms.starts_on)
            or standing_in_the_way(cases[row.partner_id, row.school_id], terms, says_first=row.school_id in first),
        )
        for row in rows
    ]


def would_end(deployment: Deployment, last_on: date) -> bool:
    """Whether a move sets its last day; one whose end is decided keeps it."""
    is_open = deployment.ends_on is None or deployment.ends_on > last_on
    return deployment.status != DeploymentStatus.ENDING and is_open


def not_moving(deployment: Deployment, to: Partner, last_on: date, on: date, run: Run) -> tuple[str, ...]:
    """Why the deployment that goes stands in the way itself."""
    if deployment.partner_id == to.pk:
        return (f"{to.full_name} is the SIP there already.",)
    if deployment.confirmed_on is None:
        return ("It is not confirmed yet. Withdraw it, and propose the other SIP.",)
    if deployment.starts_on > last_on:
        return (f"The deployment begins on {day(deployment.starts_on)}; choose a later day.",)
    if on < last_on and last_on > run.last_lawful_on and would_end(deployment, last_on):
        return (f"DEP-10: {run.arithmetic()}; the end asked for is {day(last_on)}.",)
    return ()


# ------------------------------------------------------------------------------------------------------------- renew


def _renewing(run: BulkRun, rows: list[BulkRow], terms: Terms, on: date) -> list[Seen]:
    found = {one.deployment.pk: one for one in renewals([row.deployment for row in rows], until=terms.last_on)}
    seen = [found[row.deployment_id] for row in rows]
    return [Seen(f"To {day(one.until)}" if one.until else "", one.because, one.until) for one in seen]


# ------------------------------------------------------------------------------------------ done already, and what if


def done_already(row: BulkRow, terms: Terms) -> Deployment | None:
    """The deployment that shows that a row was carried out by somebody else in the meantime; `None` where nothing does."""
    here = Deployment.objects.filter(school=row.school_id, partner=row.partner_id, voided_on=None)
    deployment = row.deployment
    if row.run.kind == BulkKind.RENEW:
        return deployment if deployment.ends_on == row.until != row.seen_on else None
    if row.run.kind == BulkKind.END:
        return deployment if deployment.status in ENDED and deployment.ends_on == terms.last_on else None
    if row.run.kind == BulkKind.MOVE and would_end(deployment, terms.starts_on - ONE_DAY):
        return None
    return here.filter(starts_on=terms.starts_on).exclude(status__in=CLOSED_STATES).order_by("pk").first()


def effects_of_run(run: BulkRun, rows: Iterable[BulkRow], on: date) -> tuple[date | None, list[Effect]]:
    """The conditions of grant with all rows carried out, and the day for which they are; no day where nothing can be said."""
    rows, terms = list(rows), terms_of_run(run)
    if not rows:
        return None, []
    starts_on = {
        BulkKind.DEPLOY: terms.starts_on, BulkKind.MOVE: terms.starts_on, BulkKind.RENEW: on,
        BulkKind.END: None,
    }[run.kind]  # fmt: skip
    wishes = [Wish(row.partner, row.school, starts_on, terms.ends_on) for row in rows if starts_on]
    changes: list[Supposed] = []
    if run.kind == BulkKind.MOVE:
        changes = ends_of([row.deployment for row in rows], terms.starts_on - ONE_DAY)
    elif run.kind == BulkKind.END:
        changes = ends_of([row.deployment for row in rows], terms.last_on)
    last = {
        BulkKind.DEPLOY: terms.starts_on, BulkKind.MOVE: terms.starts_on,
        BulkKind.RENEW: max((row.seen_on for row in rows if row.seen_on), default=on) + ONE_DAY,
        BulkKind.END: (terms.last_on or on) + ONE_DAY,
    }[run.kind]  # fmt: skip
    about = max(last, on)
    found = what_if(authority=run.authority, on=about, wishes=wishes, changes=changes)
    return (about if found else None), [row for row in found if row.is_changed]


def authorities_of(schools: Iterable[School], *, starts_on: date, on: date) -> set[Authority]:
    """The authorities that run the SIP of some schools on a day."""
    places = places_of(schools, starts_on=starts_on, on=on).values()
    return {place.authority for place in places if place.authority is not None}
