"""Reads over a change of SIP."""
