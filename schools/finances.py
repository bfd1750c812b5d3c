"""The eight things that bring officers closer to a school's finances (FIN-3). Pure."""

from enum import StrEnum


class Trigger(StrEnum):
    DIFFICULTY = "difficulty"
    IMPROPRIETY = "impropriety"
    PERSONNEL = "personnel"
    BUILDING = "building"
    ROLLS = "rolls"
    CATEGORY = "category"
    AUDIT = "audit"
    MONITORING = "monitoring"


# fmt: off
TRIGGER_NAMES = {
    Trigger.DIFFICULTY:  "Financial difficulty",
    Trigger.IMPROPRIETY: "Investigation of impropriety",
    Trigger.PERSONNEL:   "Personnel difficulty that affects the budget",
    Trigger.BUILDING:    "Major maintenance or building issue",
    Trigger.ROLLS:       "Fluctuating rolls",
    Trigger.CATEGORY:    "Special measures or improvement notice",
    Trigger.AUDIT:       "Internal audit issue",
    Trigger.MONITORING:  "Budget monitoring warning",
}
TRIGGER_HINTS = {
    Trigger.DIFFICULTY.value: "No balanced budget can be set, or the deficit or the uncommitted surplus is large.",
    Trigger.PERSONNEL.value:  "Such as large reductions or a long absence.",
}
# fmt: on
