"""Outcomes, scores and observations -> findings, by rules that are data."""
