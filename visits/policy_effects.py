"""Which due dates and rules of notes read local policy, and which notes keep the one they hold (POL-34)."""

from collections.abc import Collection, Iterable
from datetime import date

from accounts.models import Authority
from accounts.policy_effects import Effect
from accounts.presets import BY_KEY
from sipmanager.core.wording import counted

from .deadlines import NOTE_DEADLINES
from .models import Note
from .states import NoteState as S

OF_NOTES = (
    Effect("POL-1", "NOV-48", "The order in which a note is read and agreed"),
    Effect("POL-4", "NOV-33", "What happens to a note that the head disputes"),
    Effect("POL-5", "NOV-38", "Who receives an issued note"),
    Effect("POL-27", "POL-27", "What the note is called on pages, in mails and on the PDF"),
    Effect("POL-29", "NOV-36", "Whether an issued note goes to the diocese"),
    Effect("POL-35", "DL-4", "What follows when a head does not answer"),
)
EFFECTS = (
    *OF_NOTES,
    *(Effect(BY_KEY[row.policy_key].id, row.rule, row.says) for row in NOTE_DEADLINES if row.policy_key),
    *(Effect(setting, row.rule, row.says) for setting in ("POL-22", "POL-42") for row in NOTE_DEADLINES),
)
SETTINGS_READ = frozenset(effect.setting for effect in EFFECTS)
OVER = (S.DISTRIBUTED, S.AMENDED, S.WITHDRAWN)


def in_progress(authority: Authority, on: date, changed: Collection[str]) -> Iterable[str]:
    """A note keeps the policy under which it began, its due dates with it."""
    if SETTINGS_READ.isdisjoint(changed):
        return
    many = Note.objects.filter(authority=authority).exclude(status__in=OVER).count()
    if many:
        yield (
            f"{counted(many, 'note')} in progress {'keeps' if many == 1 else 'keep'} the policy and the due dates under which "
            f"{'it' if many == 1 else 'they'} began."
        )
