"""Reads over development."""
