"""Codes -> records, for one city and on demand: outcomes, findings, what is missing, what would settle it."""
