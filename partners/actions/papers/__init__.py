"""Checks and agreements."""
