"""What the night keeps of the conditions of grant, authority by authority, and the evidence packs asked for (D-21)."""

from datetime import date, datetime

from accounts.models import Authority
from sipmanager.core.jobs import Tally

from ..actions import fail_evidence, take_snapshot
from ..actions import make_evidence as keep_pack
from ..models import EvidencePack, PackStatus
from ..selectors import programmes_of

NOT_MADE = "Something went wrong while it was made. Ask for it again."


def take_snapshots(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """Keep tonight's answers for each programme of one authority; run again, it finds them kept."""
    tally = Tally()
    authority = Authority.objects.filter(code=partition).first()
    for programme in programmes_of(authority, on) if authority else ():
        try:
            if not dry_run:
                take_snapshot(authority=authority, programme=programme, on=on, at=at)
        except Exception as error:  # one programme must not stop the other
            tally.fail("take_snapshots", f"authority:{partition}", error)
    return tally


def make_evidence(*, pack_id: int, at: datetime) -> None:
    """Make the files of one pack that was asked for; the page says so where it fails."""
    pack = EvidencePack.objects.select_related("authority").get(pk=pack_id)
    try:
        keep_pack(pack=pack, at=at)
    except Exception:
        fail_evidence(pack=pack, reason=NOT_MADE, at=at)
        raise


def make_waiting_packs(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """Make the packs that a worker did not come to make."""
    tally = Tally()
    rows = EvidencePack.objects.filter(authority__code=partition, status=PackStatus.ASKED).select_related("authority")
    for pack in rows.order_by("pk"):
        try:
            if not dry_run:
                keep_pack(pack=pack, at=at)
            tally.states_changed += 1
        except Exception as error:  # one pack must not stop the others
            tally.fail("make_packs", f"evidence:{pack.pk}", error)
    return tally
