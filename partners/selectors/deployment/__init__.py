"""Reads over deployments, and over who could be deployed where."""
