"""The letters about accreditation (ACC-12 to ACC-28). Each carries a link; what is confidential stands behind it."""

from datetime import date, datetime

from accounts.models import User
from sipmanager.core import audit, mail

from ..models import Application, Claim, Discussion, Partner, RecordsRequest, RemovalCase


def application_decided(*, application: Application, at: datetime) -> None:
    """Tell the applicant that they are accredited, or that the application was turned down (ACC-2, ACC-4)."""
    _to_partner("application_decided", application, at, application=application, path=tab(application.partner))


def claim_made(*, claim: Claim, to: User, at: datetime) -> None:
    """Tell the national director that a claim waits for a decision (ACC-14)."""
    _queue("claim_made", claim, at, to=to.email, name=to.full_name, claim=claim, path=f"/accreditations/claims/{claim.pk}/")


def claim_decided(*, claim: Claim, to: str, name: str, at: datetime) -> None:
    """Tell whoever claimed, and the SIP, what was decided (ACC-14)."""
    _queue("claim_decided", claim, at, to=to, name=name, claim=claim, path=f"/accreditations/claims/{claim.pk}/")


def discussion_copied(*, discussion: Discussion, at: datetime) -> None:
    """Send the SIP their copy of the record of a discussion, and until when they may answer (ACC-21 to ACC-23)."""
    _to_partner(
        "discussion_copied", discussion, at, discussion=discussion, path=f"/accreditations/discussions/{discussion.pk}/"
    )


def discussion_answered(*, discussion: Discussion, to: User, at: datetime) -> None:
    """Tell whoever recorded a discussion that the SIP has answered."""
    path = f"/accreditations/discussions/{discussion.pk}/"
    _queue("discussion_answered", discussion, at, to=to.email, name=to.full_name, discussion=discussion, path=path)


def removal_possible(*, case: RemovalCase, at: datetime) -> None:
    """Tell the SIP that removal is possible (ACC-21)."""
    _to_partner("removal_possible", case, at, case=case, path=case_path(case), urgent=True)


def removal_to_director(*, case: RemovalCase, to: User, at: datetime) -> None:
    """Tell the national director of a possible removal (ACC-21)."""
    _queue("removal_to_director", case, at, to=to.email, name=to.full_name, case=case, path=case_path(case), urgent=True)


def hearing_called(*, case: RemovalCase, at: datetime) -> None:
    """Tell the SIP when the steering group hears the case."""
    _to_partner("hearing_called", case, at, case=case, path=case_path(case))


def removal_decided(*, case: RemovalCase, to: str, name: str, at: datetime) -> None:
    """Tell the SIP, and whoever opened the case, what was decided."""
    _queue("removal_decided", case, at, to=to, name=name, case=case, path=case_path(case), urgent=True)


def deployments_touched(*, case: RemovalCase, to: str, name: str, authority_id: int, schools: list[str], at: datetime) -> None:
    """Tell an authority that the SIP of some of its schools is not accredited from a day on."""
    context = {"partner": case.partner, "from_on": case.removed_from, "schools": schools}
    path = f"/partners/{case.partner.reference}/schools/"
    _queue("deployments_touched", case, at, to=to, name=name, authority_id=authority_id, path=path, **context)


def records_asked(*, request: RecordsRequest, to: str, name: str, until: date, at: datetime) -> None:
    """Ask an authority whether its record of deployments is right (ACC-28)."""
    path = f"/accreditations/records/{request.authority.code}/"
    _queue("records_asked", request, at, to=to, name=name, request=request, until=until, path=path)


def tab(partner: Partner) -> str:
    return f"/partners/{partner.reference}/accreditation/"


def case_path(case: RemovalCase) -> str:
    return f"/accreditations/removal-cases/{case.pk}/"


def _to_partner(template: str, record, at: datetime, **more) -> None:
    _queue(template, record, at, to=record.partner.email, name=record.partner.full_name, **more)


def _queue(
    template: str, record, at: datetime, *, to: str, name: str, path: str, authority_id: int | None = None,
    urgent: bool = False, **context,
) -> None:  # fmt: skip
    mail.queue(
        to=to, kind=template, template=f"partners/emails/{template}.txt", at=at, about=audit.subject_of(record),
        context={"name": name, "path": path, **context}, urgent=urgent,
        authority_id=authority_id or getattr(record, "authority_id", None),
    )  # fmt: skip
