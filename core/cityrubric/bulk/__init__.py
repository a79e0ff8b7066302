"""Thousands of cities in one process, in columns from the table of facts to the table of results."""
