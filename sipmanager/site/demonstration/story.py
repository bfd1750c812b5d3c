"""What has happened in the demonstration by its day: visits, and the state that each note has reached."""

from dataclasses import dataclass
from datetime import date

from visits.states import NoteState as S

SUMMER = date(2009, 6, 16)  # a Tuesday


@dataclass(frozen=True)
class Episode:
    """One visit: to which school, on which day, and how far its note has come; `None` for a visit yet to be held."""

    school: int
    day: date
    note: S | None
    is_confirmed: bool = False
    is_disagreement_likely: bool = False
    # Half a draft: only the first sections are written.
    is_half_written: bool = False


def summers(*keys: int, amended: int = 0, withdrawn: int = 0) -> tuple[Episode, ...]:
    """Last summer's visits, issued; the autumn's notes take their recommendations up (NOV-28)."""
    states = {amended: S.AMENDED, withdrawn: S.WITHDRAWN}
    return tuple(Episode(key, SUMMER, states.get(key, S.DISTRIBUTED)) for key in keys)


# fmt: off
STORIES: dict[str, tuple[Episode, ...]] = {
    "national": (
        *summers(1, 2, 3, 5, 6, 7, 10, amended=10, withdrawn=6),
        Episode(1,  date(2009, 11, 5),  S.HEAD_REVIEW),                            # Thursday
        Episode(2,  date(2009, 11, 10), S.DRAFTING, is_half_written=True),         # Tuesday
        Episode(3,  date(2009, 11, 9),  S.LA_REVIEW),                              # Monday
        Episode(5,  date(2009, 11, 3),  S.DISPUTED),                               # Tuesday
        Episode(8,  date(2009, 11, 20), None, is_confirmed=True),                  # Friday
        Episode(6,  date(2009, 11, 4),  S.AGREED),                                 # Wednesday
        Episode(7,  date(2009, 11, 2),  S.FINAL),                                  # Monday
        Episode(9,  date(2009, 10, 14), S.DISTRIBUTED),                            # Wednesday
        Episode(10, date(2009, 11, 26), None),                                     # Thursday
    ),
    "learning_trust": (
        *summers(1, 2, 3, 5, 7, 9, 10, amended=10, withdrawn=7),
        Episode(1,  date(2009, 10, 13), S.DISTRIBUTED),
        Episode(2,  date(2009, 11, 10), S.DRAFTING, is_half_written=True),
        Episode(3,  date(2009, 11, 9),  S.LA_REVIEW),
        Episode(5,  date(2009, 11, 5),  S.LA_REVIEW),
        Episode(8,  date(2009, 11, 20), None, is_confirmed=True),
        Episode(9,  date(2009, 11, 3),  S.FINAL),
        Episode(6,  date(2009, 11, 24), None),
    ),
    "kent": (
        *summers(1, 2, 3, 5, 6, 7, 10, amended=10, withdrawn=5),
        Episode(1,  date(2009, 11, 9),  S.HEAD_REVIEW),
        Episode(2,  date(2009, 11, 10), S.DRAFTING, is_half_written=True),
        Episode(3,  date(2009, 11, 3),  S.DISPUTED),
        Episode(5,  date(2009, 11, 5),  S.LA_REVIEW, is_disagreement_likely=True),
        Episode(8,  date(2009, 11, 20), None, is_confirmed=True),
        Episode(6,  date(2009, 11, 2),  S.MODERATED),
        Episode(7,  date(2009, 11, 4),  S.AGREED),
        Episode(9,  date(2009, 11, 2),  S.FINAL),
        Episode(10, date(2009, 10, 14), S.DISTRIBUTED),
    ),
    "alpsit": (
        *summers(21, 22, 23, 24, 26, amended=26, withdrawn=24),
        Episode(21, date(2009, 11, 9),  S.HEAD_REVIEW),
        Episode(22, date(2009, 11, 10), S.DRAFTING, is_half_written=True),
        Episode(23, date(2009, 11, 3),  S.DISPUTED),
        Episode(24, date(2009, 11, 4),  S.AGREED),
        Episode(25, date(2009, 11, 20), None, is_confirmed=True),
        Episode(26, date(2009, 11, 2),  S.POST_APPROVAL_REVIEW),
        Episode(27, date(2009, 10, 14), S.DISTRIBUTED),
    ),
}
# fmt: on


RECOMMENDATIONS = (
    ("Raise the share of pupils who make two levels of progress in writing, by marking once a week against the pupil's own target",
     "Leader for English", "Eight in ten pupils on track at the spring check"),
    ("Bring punctuality in the oldest year up to that of the rest of the school", "Deputy head", "Fewer than three late marks a week in each class"),
    ("Let each subject leader observe one lesson a half-term and report what changed", "Headteacher", "A summary for governors by February half-term"),
)  # fmt: skip
