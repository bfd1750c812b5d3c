"""What the night keeps of the conditions of grant, authority by authority (D-21)."""

from datetime import date, datetime

from accounts.models import Authority
from sipmanager.core.jobs import Tally

from ..actions import take_snapshot
from ..selectors import programmes_of


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
