"""The PDFs of letters: made by the worker, and in the night what no worker came for (DEP-27); how long the log waits (DL-25)."""

from datetime import date, datetime

from accounts.models import Authority
from sipmanager.core.jobs import NATIONAL, Tally

from ..actions import print_letter as keep_print
from ..models import Letter, NationalNotification
from ..selectors import days_waited, unsent_notifications


def print_letter(*, letter_id: int, at: datetime) -> None:
    """Make the PDF of one letter. A fault is kept on the letter, which stays without one, and is raised."""
    letter = Letter.objects.select_related("deployment", "authority").get(pk=letter_id)
    try:
        keep_print(letter=letter, at=at)
    except Exception as error:
        still_open = Letter.objects.filter(pk=letter.pk, document=None)
        still_open.update(attempts=letter.attempts + 1, problem=f"{type(error).__name__}: {error}"[:500])
        raise


def print_waiting_letters(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """Make the PDFs of one authority's letters that are without one."""
    tally = Tally()
    if partition == NATIONAL:
        return tally
    for key in Letter.objects.filter(authority__code=partition, document=None).order_by("pk").values_list("pk", flat=True):
        try:
            if not dry_run:
                print_letter(letter_id=key, at=at)
            tally.states_changed += 1
        except Exception as error:  # one letter must not stop the others
            tally.fail("print_letters", f"letter:{key}", error)
    return tally


def count_waiting(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """Write down how many working days each untold change of one authority has waited (DL-25); lists sort by it."""
    tally = Tally()
    authority = Authority.objects.filter(code=partition).first()
    if authority is None:
        return tally
    rows = list(unsent_notifications(authority))
    by_days: dict[int, list[int]] = {}
    for row, waited in zip(rows, days_waited(authority, rows, on), strict=True):
        if row.waited != waited:
            by_days.setdefault(waited, []).append(row.pk)
    for waited, keys in sorted(by_days.items()):
        tally.states_changed += len(keys)
        if not dry_run:
            NationalNotification.objects.filter(pk__in=keys, sent_on=None).update(waited=waited)
    return tally
