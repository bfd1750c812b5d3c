"""Reads over checks and agreements."""
