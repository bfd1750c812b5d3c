"""What the night does to agreements: those past their last day end, signed ones without a PDF get it (section 11)."""

from datetime import date, datetime

from sipmanager.core.jobs import Tally

from ..actions import expire_agreement
from ..actions import print_agreement as keep_print
from ..models import Agreement, AgreementStatus, AgreementVersion


def end_past_agreements(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """End the agreements of one authority whose last day lies before `on`. Run again, it finds none."""
    tally = Tally()
    rows = Agreement.objects.filter(engagement__authority__code=partition, status=AgreementStatus.IN_FORCE, last_on__lt=on)
    for agreement in rows.select_related("engagement__partner", "engagement__authority", "policy").order_by("pk"):
        try:
            if not dry_run:
                expire_agreement(agreement=agreement, at=at)
            tally.states_changed += 1
        except Exception as error:  # one agreement must not stop the others
            tally.fail("end_past_agreements", f"agreement:{agreement.pk}", error)
    return tally


def print_waiting_agreements(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """Make the PDFs that a worker did not come to make."""
    tally = Tally()
    rows = AgreementVersion.objects.filter(agreement__engagement__authority__code=partition, document=None)
    for version in rows.filter(signatures__side="authority").select_related("agreement__engagement").order_by("pk"):
        try:
            if not dry_run:
                keep_print(version=version, at=at)
            tally.states_changed += 1
        except Exception as error:  # one text must not stop the others
            tally.fail("print_agreements", f"agreement:{version.agreement_id}", error)
    return tally


def print_agreement(*, version_id: int, at: datetime) -> None:
    """Make the PDF of one version that both have signed."""
    version = AgreementVersion.objects.select_related("agreement__engagement").get(pk=version_id)
    keep_print(version=version, at=at)
