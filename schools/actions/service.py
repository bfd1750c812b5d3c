"""Who runs a school's SIP: its local authority, or a trust by agreement (D-2)."""

from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.actions.refusals import Refused
from accounts.models import Authority, AuthorityKind, User
from sipmanager.core import audit
from sipmanager.core.wording import day

from ..models import School, SchoolService, ServiceSource


@transaction.atomic
def set_service(*, school: School, authority: Authority, on: date, by: User, at: datetime) -> SchoolService:
    """From `on` a trust runs the school's SIP by agreement, or its local authority does again.

    Deployments, visits and notes keep the authority under which they began. Raises `Refused`.
    """
    is_own = authority.pk == school.local_authority_id
    if not is_own and authority.kind != AuthorityKind.TRUST:
        raise Refused("A school's SIP is run by its local authority or by a trust")
    running = SchoolService.objects.filter(school=school, ends_on=None).first()
    if running is not None:
        if running.authority_id == authority.pk:
            raise Refused(f"{authority.name} runs the SIP of this school already")
        if running.starts_on is not None and running.starts_on >= on:
            raise Refused(f"The present service began on {day(running.starts_on)}: the next must begin later")
        SchoolService.objects.filter(pk=running.pk).update(ends_on=on - timedelta(days=1))
    source = ServiceSource.LOCAL_AUTHORITY if is_own else ServiceSource.AGREEMENT
    service = SchoolService.objects.create(school=school, authority=authority, source=source, starts_on=on)
    audit.record(
        what="school.service", subject=school, by=by, at=at, about_on=on,
        was=running.authority.code if running else "", now=authority.code,
    )  # fmt: skip
    return service
