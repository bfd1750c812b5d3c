"""A change of SIP and everything that follows, by every way in (ACT-15)."""
