"""Codes -> records, for one city and on demand: what is missing, what a finding rests on, what would settle it."""
