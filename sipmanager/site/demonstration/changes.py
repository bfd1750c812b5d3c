"""A change of SIP in the demonstration: handover, getting started, feedback, letters in an own text (ACT-15, DEP-27)."""

from datetime import date

from django.db import transaction
from django.db.models import Count

from accounts.models import Authority
from partners import actions
from partners.familiarisation import QUESTIONS, items_for
from partners.jobs import count_waiting
from partners.letter_text import STANDARD, LetterKind, Text
from partners.models import Contract, Deployment, Engagement, Handover
from schools.selectors import head_on
from sipmanager.core.workflow import MoveRefused
from visits.actions import plan_visit
from visits.models import Note
from visits.states import NoteState

from .build import Made, moment
from .consulting import GOOD, answer
from .people import DEMONSTRATION_DAY

PROPOSED, ANSWERED, CONFIRMED = date(2009, 9, 21), date(2009, 9, 28), date(2009, 10, 12)  # Mondays
FIRST_DAY, LAST_DAY = date(2009, 11, 2), date(2009, 11, 13)  # Monday, Friday
DONE = ("website", "notes", "headlines", "head_pa", "head", "first_call")


def make_changes(made: Made) -> None:
    """The first SIP follows another at a school with issued notes; a head has said what the school thought of the one before."""
    Authority.objects.filter(pk=made.authority.pk).update(address="Invented House\n1 Invented Road\nZZ1 1AA")
    own_text(made)
    first = made.partners[min(made.partners)]
    first.refresh_from_db()
    for outgoing in outgoing_of(made, first):
        try:
            handover = change(made, outgoing, first)
        except MoveRefused:
            continue  # the rules do not let the first SIP take this one
        get_started(made, handover)
        break
    # How long the log of the national contractor has waited is written in the night (DL-25).
    count_waiting(partition=made.authority.code, on=DEMONSTRATION_DAY, at=moment(DEMONSTRATION_DAY, 4))


def own_text(made: Made) -> None:
    """The authority's own words for the confirmation to a school."""
    kind = LetterKind.CONFIRMATION_SCHOOL
    body = f"{STANDARD[kind].body}\n\nWe wish you a good year together."
    actions.save_letter_text(
        authority=made.authority, kind=kind, text=Text(STANDARD[kind].title, body), number_seen=0,
        by=made.staff["administrator"], at=moment(date(2009, 9, 7)),
    )  # fmt: skip


def outgoing_of(made: Made, first) -> list[Deployment]:
    """Whom the first SIP could follow: those at work elsewhere, the one with most issued notes first."""
    rows = Deployment.objects.active(FIRST_DAY).filter(authority=made.authority).exclude(partner=first)
    issued = Note.objects.filter(status=NoteState.DISTRIBUTED).values("visit__deployment").annotate(many=Count("pk"))
    many = {row["visit__deployment"]: row["many"] for row in issued}
    found = list(rows.select_related("school", "partner", "authority", "policy").order_by("pk"))
    return sorted(found, key=lambda row: -many.get(row.pk, 0))


def change(made: Made, outgoing: Deployment, incoming) -> Handover:
    """Plan it, agree it with the school, confirm it: everything else follows by itself."""
    manager = made.manager
    with transaction.atomic():
        handover = actions.plan_change(
            outgoing=outgoing, partner=incoming, starts_on=FIRST_DAY, last_on=LAST_DAY, by=manager, at=moment(PROPOSED),
            reason="The school asked for more experience of the early years.",
        )  # fmt: skip
        deployment = handover.incoming
        for asked in deployment.consultations.order_by("pk"):
            answer(made, deployment, GOOD[asked.question], "", ANSWERED, asked.party)
        actions.agree_deployment(deployment=deployment, consulted_on=PROPOSED, by=manager, at=moment(CONFIRMED))
        engagement = Engagement.objects.select_related("partner", "authority").get(partner=incoming, authority=made.authority)
        if not Contract.objects.filter(engagement=engagement, school=deployment.school).exists():
            actions.confirm_contract(
                engagement=engagement, school=deployment.school, confirmed_on=CONFIRMED, by=manager, at=moment(CONFIRMED)
            )
        actions.confirm_deployment(deployment=deployment, by=manager, at=moment(CONFIRMED))
    handover.refresh_from_db()
    return handover


def get_started(made: Made, handover: Handover) -> None:
    """What the people of the change have done by the day of the demonstration."""
    outgoing, incoming = handover.outgoing.partner.user, handover.incoming.partner.user
    if outgoing is not None:
        actions.record_handing_over(
            handover=handover, hard_copy_on=date(2009, 11, 4), briefed_on=date(2009, 11, 5), briefing="phone",
            remarks="Reading in the middle years is the work of this year. The deputy is new and leads it well.",
            by=outgoing, at=moment(date(2009, 11, 5)),
        )  # fmt: skip
    if incoming is not None:
        plan_visit(deployment=handover.incoming, day=date(2009, 11, 26), by=incoming, at=moment(date(2009, 11, 6)))
        actions.open_pack(handover=handover, by=incoming, at=moment(date(2009, 11, 3)))
        row = handover.incoming.familiarisations.get()
        for item in items_for(row.reason):
            if item.key in DONE:
                done_on = date(2009, 11, 6)
                actions.tick_item(familiarisation=row, item=item.key, done_on=done_on, by=incoming, at=moment(done_on))
    head, feedback = head_on(handover.school, LAST_DAY), getattr(handover, "feedback", None)
    if head is not None and head.user is not None and feedback is not None:
        actions.give_leaving_feedback(
            feedback=feedback, answers=dict.fromkeys(QUESTIONS, 3), comment="Well prepared, and always on time.",
            by=head.user, at=moment(date(2009, 11, 10)),
        )  # fmt: skip
