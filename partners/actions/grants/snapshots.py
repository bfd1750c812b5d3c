"""What is known of the conditions tonight, kept (D-21)."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import Authority
from partners.conditions import Result
from partners.models import GrantSnapshot
from partners.selectors import conditions_of_grant, latest_snapshot, since_when


def take_snapshot(*, authority: Authority, programme: str, on: date, at: datetime) -> bool:
    """Keep what is known on a day of one programme; whether there was none yet. What was kept once is never changed.

    The night's own record says that it ran: a snapshot has no line of audit.
    """
    if GrantSnapshot.objects.filter(authority=authority, programme=programme, on=on).exists():
        return False
    report = conditions_of_grant(authority=authority, programme=programme, on=on)
    rows = [answer.as_json() for answer in report.answers]
    since = since_when(rows, latest_snapshot(authority, programme, on), on)
    of_result = {result: [row["id"] for row in rows if row["result"] == result] for result in Result}
    with transaction.atomic():
        of_programme = GrantSnapshot.objects.filter(authority=authority, programme=programme)
        is_latest = not of_programme.filter(on__gt=on).exists()
        if is_latest:
            of_programme.filter(is_latest=True).update(is_latest=False)
        GrantSnapshot.objects.create(
            authority=authority, programme=programme, on=on, taken_at=at, is_latest=is_latest,
            answers=[{**row, "since": since[row["id"]]} for row in rows], grant_amount=report.grant.amount,
            risky_ids=_ids(of_result[Result.AT_RISK]), failed_ids=_ids(of_result[Result.NOT_MET]),
            **{result.value: len(ids) for result, ids in of_result.items()},
        )  # fmt: skip
    return True


def _ids(ids: list[str]) -> str:
    return f"|{'|'.join(ids)}|" if ids else ""
