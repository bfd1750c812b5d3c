"""What in the school register reads local policy (POL-34)."""

from accounts.policy_effects import Effect

EFFECTS = (
    Effect("POL-21", "CAL-1", "The terms that a school year is asked to have"),
    Effect("POL-23", "SCH-13", "The categories that a school may be given"),
    Effect("POL-43", "D-11a", "When a load of the register is held because too many schools close or move at once"),
)
