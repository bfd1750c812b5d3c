"""What a change of local policy touches: rules, due dates, and what is in progress (POL-34).

Each floor says from `ready()` which of its rules and due dates read which setting, and what stands under the policy of
today when one of them changes. The page of the policy and the preview of a change show both.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import Authority


@dataclass(frozen=True)
class Effect:
    """A setting that a rule or a due date reads: `rule` is its id, `says` what it asks of people."""

    setting: str
    rule: str
    says: str


# `in_progress(authority, on, changed) -> sentences` about what began under the policy of today; `changed` are setting ids.
InProgress = Callable[["Authority", date, Collection[str]], Iterable[str]]

_effects: dict[str, tuple[Effect, ...]] = {}
_in_progress: dict[str, InProgress] = {}


def register_effects(floor: str, effects: Iterable[Effect], in_progress: InProgress | None = None) -> None:
    """A floor's rules and due dates that local policy moves, and how to say what is in progress."""
    _effects[floor] = tuple(effects)
    if in_progress is not None:
        _in_progress[floor] = in_progress


def effects_of(setting: str) -> list[Effect]:
    """The rules and due dates that read one setting (`"POL-36"`), floor by floor; empty where it is only shown."""
    return [effect for effects in _effects.values() for effect in effects if effect.setting == setting]


def in_progress(*, authority: "Authority", on: date, changed: Collection[str]) -> list[str]:
    """What stands under the policy of today and what becomes of it when these settings change, as sentences (POL-34)."""
    return [sentence for source in _in_progress.values() for sentence in source(authority, on, changed)]
