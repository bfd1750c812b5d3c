"""What is owed about accreditations: DL-29 to DL-32, and the record that each term asks for, ACC-28 (D-30)."""

from collections.abc import Iterable, Iterator
from datetime import date

from accounts.models import Authority
from accounts.selectors import authority_of
from partners.accreditation import Standing, State
from partners.deadlines import AGAIN, ANSWER, LAPSE, LOOK_BACK_MONTHS, RECORDS, WARNING, stage_reached
from partners.models import (
    ApplicationStatus,
    Discussion,
    Engagement,
    Partner,
    RecordsRequest,
    Stage,
    StageAttempt,
)
from partners.stages import STAGE_WORDS
from sipmanager.core.academic import add_months
from sipmanager.core.deadlines import Due, DueState, Person, state_on
from sipmanager.core.jobs import NATIONAL
from sipmanager.core.wording import day

from ..deployment.owed import managers, partner_person, person_of, programme_staff
from .accrediting import term_of
from .clock import near_lapse
from .standing import standings_of

STAGE_OF = {Stage.ONLINE: ApplicationStatus.APPLICATION_PASSED, Stage.RESIDENTIAL: ApplicationStatus.ONLINE_PASSED}


def owed_of_accreditation(*, partition: str, on: date) -> list[Due]:
    """The dues of an authority: accreditations of its SIPs that lapse, answers to records, its own record to confirm.

    Nationally: the lapses again, for the SIP and for national staff, and the assessments that may be sat again.
    """
    if partition == NATIONAL:
        return [*_national(on), *_sittings(on)]
    authority = authority_of(partition)
    if authority is None:
        return []
    told = managers(authority, on)
    return [*_lapsing_here(authority, told, on), *_answers(authority, on), *_records(authority, told, on)]


# --------------------------------------------------------------------------------------------------- DL-29 and DL-30

Lapsing = list[tuple[Partner, Standing]]


def lapsing(on: date, partner_ids: Iterable[int] | None = None) -> Lapsing:
    """The SIPs who are warned, and those who lapsed of late, each with the sector that says it: all lapse together, unless
    each has a clock of its own (ACC-9).
    """
    partners = Partner.objects.filter(near_lapse(on, back_months=LOOK_BACK_MONTHS))
    if partner_ids is not None:
        partners = partners.filter(pk__in=list(partner_ids))
    found = standings_of(partners, on)
    people = Partner.objects.filter(pk__in=found).select_related("user").order_by("reference")
    return [(partner, standing) for partner in people for standing in _that_lapse(found[partner.pk], on)]


def _that_lapse(standings: list[Standing], on: date) -> list[Standing]:
    rows = [row for row in standings if row.state not in (State.REMOVED, State.ACCREDITED)]
    rows = [row for row in rows if on < add_months(row.lapses_on, LOOK_BACK_MONTHS)]
    return rows if rows and rows[0].is_per_sector else rows[:1]


def _whose(partner: Partner, owner: Person) -> str:
    return "Your" if owner == partner_person(partner) else f"{partner.full_name}'s"


def _what(standing: Standing) -> str:
    return f"accreditation for {standing.sector}" if standing.is_per_sector else "accreditation"


def _lapsing_here(authority: Authority, told: tuple[Person, ...], on: date) -> Iterator[Due]:
    engaged = Engagement.objects.running(on).filter(authority=authority).values_list("partner_id", flat=True)
    for partner, standing in lapsing(on, set(engaged)):
        for owner in told:
            yield _warning(partner, standing, owner, on, authority_id=authority.pk)
            if on >= standing.lapses_on:
                yield _lapse(partner, standing, owner, on, authority_id=authority.pk)


def _national(on: date) -> Iterator[Due]:
    staff = programme_staff(on)
    for partner, standing in lapsing(on):
        for owner in dict.fromkeys((partner_person(partner), *staff)):
            yield _warning(partner, standing, owner, on)
        yield _lapse(partner, standing, partner_person(partner), on)


def tab_of(partner: Partner) -> str:
    return f"/partners/{partner.reference}/accreditation/"


def _warning(partner: Partner, standing: Standing, owner: Person, on: date, *, authority_id: int | None = None) -> Due:
    """The warning is itself what is due; whoever is told of it has until the lapse (ACC-12)."""
    lapse = day(standing.lapses_on)
    return Due(
        rule="DL-29",
        subject=partner.audit_subject,
        says=f"{_whose(partner, owner)} {_what(standing)} lapses on {lapse} without new practice as a SIP",
        why=f"Last practised on {day(standing.last_practised_on)}.",
        url=tab_of(partner),
        owner=owner,
        due_on=standing.warn_on,
        state=DueState.DUE if on < standing.lapses_on else DueState.MET,
        stage=stage_reached(WARNING, due_on=standing.warn_on, on=on),
        authority_id=authority_id,
    )


def _lapse(partner: Partner, standing: Standing, owner: Person, on: date, *, authority_id: int | None = None) -> Due:
    """On the lapse the person is told, and may point out errors in the records (ACC-13)."""
    has_lapsed = standing.state is State.LAPSED
    says = "lapsed" if has_lapsed else "lapses"
    more = ""
    if has_lapsed:
        own = owner == partner_person(partner)
        more = f" If the record is wrong, claim so on {'your' if own else 'the'} accreditation page, with the evidence."
    return Due(
        rule="DL-30",
        subject=partner.audit_subject,
        says=f"{_whose(partner, owner)} {_what(standing)} {says} on {day(standing.lapses_on)}",
        why=f"{standing.because()}{more}",
        url=tab_of(partner),
        owner=owner,
        due_on=standing.lapses_on,
        state=state_on(on, standing.lapses_on, None),
        stage=stage_reached(LAPSE, due_on=standing.lapses_on, on=on),
        authority_id=authority_id,
    )


# --------------------------------------------------------------------------------------------------------------- DL-31


def _sittings(on: date) -> Iterator[Due]:
    """Those who failed a stage twice, from the day on which a further attempt is open (ACC-5)."""
    rows = StageAttempt.objects.filter(opens_again_on__lte=on, opens_again_on__gt=add_months(on, -LOOK_BACK_MONTHS))
    for row in rows.select_related("application__partner__user").order_by("opens_again_on", "pk"):
        application = row.application
        if application.status != STAGE_OF[Stage(row.stage)] or _was_sat_again(row):
            continue
        yield Due(
            rule="DL-31",
            subject=f"application:{application.pk}",
            says=f"The {STAGE_WORDS[row.stage]} for {application.sector} can be sat again from {day(row.opens_again_on)}",
            why=f"The last result was notified on {day(row.notified_on)}; a further attempt opens 12 months later.",
            url=tab_of(application.partner),
            owner=partner_person(application.partner),
            due_on=row.opens_again_on,
            state=DueState.DUE,
            stage=stage_reached(AGAIN, due_on=row.opens_again_on, on=on),
        )


def _was_sat_again(row: StageAttempt) -> bool:
    return row.application.attempts.filter(stage=row.stage, taken_on__gt=row.taken_on).exists()


# --------------------------------------------------------------------------------------------------------------- DL-32


def _answers(authority: Authority, on: date) -> Iterator[Due]:
    """The SIP's answers to records of discussion; whoever recorded one is told when the time has passed (ACC-23)."""
    rows = Discussion.objects.filter(authority=authority, answered_on=None, answer_due_on__gt=add_months(on, -1))
    for row in rows.select_related("partner__user", "recorded_by").order_by("answer_due_on", "pk"):
        yield Due(
            rule="DL-32",
            subject=f"discussion:{row.pk}",
            says=f"Answer the record of the discussion on {day(row.held_on)}, if you see it otherwise",
            why="Your answer stays with the record.",
            url=f"/accreditations/discussions/{row.pk}/",
            owner=partner_person(row.partner),
            due_on=row.answer_due_on,
            state=state_on(on, row.answer_due_on, None),
            stage=stage_reached(ANSWER, due_on=row.answer_due_on, on=on),
            escalate_to=(person_of(row.recorded_by),) if row.recorded_by else (),
            authority_id=authority.pk,
        )


# -------------------------------------------------------------------------------------------------------------- ACC-28


def _records(authority: Authority, told: tuple[Person, ...], on: date) -> Iterator[Due]:
    """An authority's word that its record of deployments is right, by the end of the term in which it was asked."""
    row = RecordsRequest.objects.filter(authority=authority, answered_on=None, asked_on__lte=on).first()
    if row is None:
        return
    due_on = term_of(row.asked_on).ends_on
    for owner in told:
        yield Due(
            rule="ACC-28",
            subject=f"authority:{authority.code}",
            says="Confirm that your record of deployments is right",
            why=f"The national programme asked on {day(row.asked_on)}. An old record can make an accreditation seem to lapse.",
            url=f"/accreditations/records/{authority.code}/",
            owner=owner,
            due_on=due_on,
            state=state_on(on, due_on, None),
            stage=stage_reached(RECORDS, due_on=due_on, on=on),
            escalate_to=programme_staff(on),
            authority_id=authority.pk,
        )
