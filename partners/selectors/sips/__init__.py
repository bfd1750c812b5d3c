"""Reads over SIPs and their records."""
