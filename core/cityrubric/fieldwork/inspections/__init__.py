"""Inspection tables: read, checked row by row, merged, and summed up into claims."""
