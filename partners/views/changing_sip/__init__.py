"""The pages of a change of SIP (ACT-15)."""
