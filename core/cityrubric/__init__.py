"""Assess cities against a versioned government rubric."""
