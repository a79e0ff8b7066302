"""Assessments for other programs; what a format has no word for is kept as a property, never told as passed."""
