"""Documents attached to a disputed note (ACT-12, NOV-33)."""
