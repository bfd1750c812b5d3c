"""A change of SIP and all that follows from it (ACT-15)."""
