"""Reads over accreditations and their clock."""
