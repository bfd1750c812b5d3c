"""What the moves of applications, claims and removal cases look at, and who is told of them (ACC-1 to ACC-28)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Authority, Membership, User
from accounts.permissions import Role
from partners.accreditation import LAPSE_MONTHS, Practice, Standing
from partners.models import (
    Accreditation,
    Application,
    Claim,
    ClaimedPractice,
    Deployment,
    Discussion,
    Partner,
    RecordsRequest,
    RemovalCase,
    StageAttempt,
)
from partners.removal import RemovalFacts, Talk
from partners.restoring import ClaimCase
from partners.stages import ApplicationCase, Sitting
from sipmanager.core.academic import Term, academic_year, add_months, default_terms

from .clock import held_awards
from .standing import partners_of, standings_of, standings_with


def national_people(role: Role, on: date) -> list[User]:
    """The active people who hold a national role on a day."""
    rows = Membership.objects.running(on).filter(role=role.value, user__is_active=True).select_related("user")
    return list(dict.fromkeys(row.user for row in rows.order_by("user__full_name", "user_id")))


# -------------------------------------------------------------------------------------------------------- applications


def sittings_of(application: Application) -> QuerySet:
    """Every sitting of this person for this sector since the last award in it: a new application does not begin anew (ACC-5)."""
    awards = Accreditation.objects.filter(partner=application.partner_id, sector=application.sector)
    if application.award_id is not None:
        awards = awards.exclude(pk=application.award_id)
    last = awards.order_by("-accredited_on").values_list("accredited_on", flat=True).first()
    rows = StageAttempt.objects.filter(application__partner=application.partner_id, application__sector=application.sector)
    return (rows.filter(taken_on__gt=last) if last else rows).order_by("taken_on", "pk")


def application_case(application: Application, *, taken_on: date | None = None) -> ApplicationCase:
    """What a move of the application looks at; three queries."""
    references = list(application.referees.values_list("received_on", flat=True))
    rows = sittings_of(application).values_list("stage", "taken_on", "is_passed", "notified_on")
    return ApplicationCase(
        references=len(references),
        references_waiting=sum(received is None for received in references),
        sittings=tuple(Sitting(*row) for row in rows),
        taken_on=taken_on,
    )


# --------------------------------------------------------------------------------------------------------------- claims


def claim_case(claim: Claim, *, on: date) -> ClaimCase:
    """The clock without and with the practice that the claim shows, on a day (ACC-14)."""
    rows = ClaimedPractice.objects.filter(claim=claim).order_by("starts_on", "pk")
    practice = tuple(Practice(*row) for row in rows.values_list("starts_on", "ends_on", "sector"))
    return ClaimCase(
        before=tuple(standings_of([claim.partner_id], on).get(claim.partner_id, ())),
        practice=practice,
        after=tuple(standings_with(claim.partner_id, practice, on)),
    )


# ------------------------------------------------------------------------------------------------------------- removals


def removal_facts(partner: Partner, *, on: date, case: RemovalCase | None = None, **more: Any) -> RemovalFacts:
    """What opening, hearing or deciding a case looks at on a day."""
    found: dict[str, Any] = {
        "on": on,
        "talks": tuple(_talk(row) for row in Discussion.objects.filter(partner=partner).order_by("held_on", "pk")),
        "has_award": held_awards(on).filter(partner=partner).exists(),
        "has_open_case": RemovalCase.objects.filter(partner=partner, decided_on=None).exists(),
    }
    if case is not None:
        found |= {
            "criterion": case.criterion, "support_given": case.support_given, "sip_told_on": case.sip_told_on,
            "director_told_on": case.director_told_on, "heard_on": case.heard_on,
            "is_withholding_found": case.is_withholding_found,
        }  # fmt: skip
    return RemovalFacts(**(found | more))


def _talk(row: Discussion) -> Talk:
    return Talk(
        row.held_on, row.criterion, copied_on=timezone.localtime(row.copied_at).date(), answer_due_on=row.answer_due_on,
        answered_on=row.answered_on,
    )  # fmt: skip


def live_deployments(partner: Partner, on: date) -> list[Deployment]:
    """The deployments of a SIP that run on a day or are still to begin, by authority."""
    rows = Deployment.objects.standing().filter(partner=partner).exclude(ends_on__lt=on)
    return list(rows.select_related("authority", "school").order_by("authority__name", "starts_on", "pk"))


def under_review(partners: Iterable[int] | QuerySet) -> QuerySet:
    """Cases that are open and before the national director."""
    return RemovalCase.objects.filter(
        partner__in=partners, status__in=["under_review", "hearing_called", "heard"], decided_on=None
    )


# ----------------------------------------------------------------------------------------------- the record of deployments


def term_of(on: date) -> Term:
    """The term in which a day falls, as the lapse clock counts terms (D-16)."""
    return next(term for term in default_terms(academic_year(on)) if on <= term.ends_on)


def three_years_before(on: date) -> date:
    """The day from which stays still matter to the lapse clock."""
    return add_months(on, -LAPSE_MONTHS)


def unasked(on: date) -> QuerySet:
    """The authorities with SIPs at schools in the last three years that were not asked about their record this term."""
    worked = Deployment.objects.standing().filter(starts_on__lte=on).exclude(ends_on__lt=three_years_before(on))
    asked = RecordsRequest.objects.filter(Q(answered_on=None) | Q(asked_on__gte=term_of(on).starts_on))
    rows = Authority.objects.filter(pk__in=worked.values("authority")).exclude(pk__in=asked.values("authority"))
    return rows.order_by("name", "pk")


def touched_by(authority: Authority, on: date) -> list[tuple[Partner, Standing]]:
    """The SIPs who stay accredited only because the authority has not confirmed its record (ACC-28)."""
    recent = (
        Deployment.objects.standing().filter(authority=authority).exclude(ends_on__lt=three_years_before(on)).values("partner")
    )
    people = Partner.objects.filter(pk__in=recent) | partners_of(authority, on)
    found = standings_of(set(people.values_list("pk", flat=True)), on)
    rows = Partner.objects.filter(pk__in=[pk for pk, rows in found.items() if any(row.unverified_at for row in rows)])
    return [(row, next(one for one in found[row.pk] if one.unverified_at)) for row in rows.order_by("full_name", "pk")]
